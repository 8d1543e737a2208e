import { describe, expect, it } from 'vitest';
import { clouds } from './clouds.ts';
import { amountText, billingCurrencies, currencyOf, formatAmount, parseAmount } from './money.ts';
import { checkChoice, orderStateAt } from './orders.ts';
import { monthsAfter, pricedProducts, regionOf, regions, regionsOf, unitPriceOf } from './purchases.ts';

const choice = { productId: 'vm-reservation-1y', region: 'japan-east', quantity: 1, scope: 'shared', scopeName: '' };
const rulesOf = (more: Partial<typeof choice>) => checkChoice({ ...choice, ...more }, 'public').map(({ path, rule }) => `${path} ${rule}`);

describe('a choice of the catalogue', () => {
  it('is refused where it names what is not in it, or more than the product allows', () => {
    expect(rulesOf({})).toEqual([]);
    expect(rulesOf({ quantity: 100 })).toEqual([]);
    for (const quantity of [0, -1]) expect(rulesOf({ quantity })).toEqual(['quantity too_small']);
    expect(rulesOf({ quantity: 101 })).toEqual(['quantity too_large']);
    for (const quantity of [1.5, Number.NaN, Number.POSITIVE_INFINITY]) expect(rulesOf({ quantity })).toEqual(['quantity not_whole']);
    // Software is in the catalogue, and has no price: a customer cannot buy it by itself.
    for (const productId of ['windows-server-2025', 'toString', '']) expect(rulesOf({ productId })).toEqual(['productId unknown_product']);
    for (const region of ['usgov-virginia', 'atlantis', '']) expect(rulesOf({ region })).toEqual(['region choice']);
    for (const scope of ['everything', '']) expect(rulesOf({ scope })).toEqual(['scope choice']);
    expect(rulesOf({ scope: 'resource-group' })).toEqual(['scopeName required']);
    expect(rulesOf({ scope: 'resource-group', scopeName: 'rg-production.1' })).toEqual([]);
    for (const scopeName of ['ends.', 'a b', '<script>', 'x'.repeat(91)])
      expect(rulesOf({ scope: 'resource-group', scopeName })).toEqual(['scopeName resource_group']);
    expect(checkChoice({ ...choice, region: 'usgov-virginia' }, 'us-government')).toEqual([]);
  });

  it('has a whole price in every region and currency, and each cloud has regions', () => {
    for (const product of pricedProducts)
      for (const region of regions)
        for (const currency of billingCurrencies) {
          const price = unitPriceOf(product.id, region.id, currency);
          expect(Number.isSafeInteger(price) && Number(price) > 0, `${product.id} ${region.id} ${currency}`).toBe(true);
        }
    for (const cloud of clouds) expect(regionsOf(cloud).length).toBeGreaterThan(1);
    expect(unitPriceOf('vm-reservation-1y', 'japan-east', 'JPY')).toBe(100_800);
    expect(unitPriceOf('windows-server-2025', 'japan-east', 'JPY')).toBeUndefined();
    expect(unitPriceOf('vm-reservation-1y', 'atlantis', 'JPY')).toBeUndefined();
    expect(regionOf('toString')).toBeUndefined();
  });
});

describe('an order that waits', () => {
  it('has lapsed at its time, though nobody has written that down', () => {
    const lapsesAt = new Date('2026-11-27T00:00:00Z');
    expect(orderStateAt({ state: 'awaiting-approval', lapsesAt }, new Date(lapsesAt.getTime() - 1))).toBe('awaiting-approval');
    expect(orderStateAt({ state: 'awaiting-approval', lapsesAt }, lapsesAt)).toBe('lapsed');
    expect(orderStateAt({ state: 'placed', lapsesAt: null }, lapsesAt)).toBe('placed');
  });
});

describe('a term in months', () => {
  it('ends on the same day, or on the last one of a shorter month', () => {
    expect(monthsAfter(new Date('2026-11-27T08:09:10Z'), 12).toISOString()).toBe('2027-11-27T08:09:10.000Z');
    expect(monthsAfter(new Date('2028-02-29T00:00:00Z'), 12).toISOString()).toBe('2029-02-28T00:00:00.000Z');
  });
});

describe('amounts', () => {
  it('are read as people type them, and nothing else is', () => {
    expect(parseAmount('1,234.5', 'USD')).toBe(123_450);
    expect(parseAmount(' 0.01 ', 'EUR')).toBe(1);
    expect(parseAmount('100万', 'JPY')).toBeNull();
    expect(parseAmount('１２，０００', 'JPY')).toBe(12_000);
    expect(parseAmount('¥12,000', 'JPY')).toBe(12_000);
    for (const text of ['', '-1', '1.005', '1e3', 'abc', '1.2.3']) expect(parseAmount(text, 'USD'), text).toBeNull();
    expect(parseAmount('12.5', 'JPY')).toBeNull();
  });

  it('come back as they were, and are shown with their currency', () => {
    for (const currency of billingCurrencies)
      for (const amount of [0, 1, 9, 10, 99, 100, 123_456_789]) expect(parseAmount(amountText(amount, currency), currency)).toBe(amount);
    expect(formatAmount(123_456_789, 'USD', 'en')).toBe('USD 1,234,567.89');
    expect(formatAmount(5, 'EUR', 'ja')).toBe('EUR 0.05');
    expect(formatAmount(1_008_000, 'JPY', 'ja')).toBe('1,008,000円');
    expect(formatAmount(1_008_000, 'JPY', 'en')).toBe('¥1,008,000');
    expect(['JP', 'GB', 'DE', 'US', 'AU'].map(currencyOf)).toEqual(['JPY', 'GBP', 'EUR', 'USD', 'USD']);
  });
});

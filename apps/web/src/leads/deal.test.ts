import { expect, it } from 'vitest';
import { bodyOfDeal, checkDeal, currencyOf, dealOf } from './deal.ts';

const now = new Date('2026-05-10T12:00:00Z');
const lead = {
  companyName: 'Contoso',
  country: 'JP',
  dealName: null,
  value: null,
  closeDate: null,
  note: null,
  crmId: null,
  campaignId: null,
  team: [],
};

it('a deal begins with the company’s name and the currency of its country', () => {
  expect(dealOf(lead)).toMatchObject({ dealName: 'Contoso', currency: 'JPY', amount: undefined });
  expect([currencyOf('DE'), currencyOf('US'), currencyOf('ZZ')]).toEqual(['EUR', 'USD', 'USD']);
});

it('what is missing or wrong is told at its field before anything is sent', () => {
  expect(checkDeal({ ...dealOf(lead), dealName: ' ' }, now).map(({ path, rule }) => `${path} ${rule}`)).toEqual([
    'dealName required',
    'value.amount required',
    'closeDate required',
    'note required',
  ]);
  // An emptied number field is an empty text.
  const wrong = { ...dealOf(lead), amount: '', closeDate: '2020-01-01', note: 'x' };
  expect(checkDeal(wrong, now).map(({ path, rule }) => `${path} ${rule}`)).toEqual(['value.amount required', 'closeDate date_past']);
  expect(checkDeal({ ...wrong, amount: 1.5, closeDate: '2026-06-01' }, now).map(({ rule }) => rule)).toEqual(['currency_digits']);
});

it('what is optional and empty is left out', () => {
  const form = { ...dealOf(lead), amount: 12, crmId: ' ', campaignId: 'spring', note: 'x', closeDate: '2026-06-01' };
  expect(bodyOfDeal(form)).toEqual({
    dealName: 'Contoso',
    closeDate: '2026-06-01',
    note: 'x',
    team: [],
    value: { amount: 12, currency: 'JPY' },
    campaignId: 'spring',
  });
});

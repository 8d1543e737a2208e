import { describe, expect, it } from 'vitest';
import { eventTypes, reactingEventTypes } from './events.ts';
import { deadlineOf, isOverRows, operationKinds, operationProfiles, operationSteps } from './operations.ts';
import { productOf, products } from './products.ts';
import { checkPurchase, purchaseProductOf, purchaseProducts } from './purchases.ts';
import { checkQualification, specialQualifications } from './qualifications.ts';
import { illegal, notFound, Refusal, refuseFields } from './refusals.ts';

describe('the product catalogue', () => {
  it('has unique ids, sensible quantities, and the usage-based Azure plan exactly once per order', () => {
    expect(new Set(products.map((product) => product.id)).size).toBe(products.length);
    for (const product of products) {
      expect(product.leastQuantity).toBeGreaterThanOrEqual(1);
      expect(product.mostQuantity).toBeGreaterThanOrEqual(product.leastQuantity);
      if (product.billing === 'usage') expect(product.mostQuantity).toBe(1);
      expect(productOf(product.id)).toBe(product);
    }
    expect(productOf('azure-plan')?.billing).toBe('usage');
    expect(productOf('toString')).toBeUndefined();
  });
});

describe('the catalogue of purchases', () => {
  it('has unique ids that are no subscription\u2019s, sensible quantities, and a term for reservations only', () => {
    const ids = [...purchaseProducts, ...products].map(({ id }) => id);
    expect(new Set(ids).size).toBe(ids.length);
    for (const product of purchaseProducts) {
      expect(purchaseProductOf(product.id)).toBe(product);
      expect(Boolean(product.termMonths)).toBe(product.kind === 'reservation');
      expect(checkPurchase({ productId: product.id, quantity: product.leastQuantity })).toEqual([]);
      expect(checkPurchase({ productId: product.id, quantity: product.mostQuantity })).toEqual([]);
      expect(checkPurchase({ productId: product.id, quantity: product.mostQuantity + 1 })).toMatchObject([
        { path: 'quantity', rule: 'too_large' },
      ]);
      expect(checkPurchase({ productId: product.id, quantity: 0 })).toMatchObject([{ path: 'quantity', rule: 'too_small' }]);
    }
    expect(checkPurchase({ productId: 'toString', quantity: 1 })).toEqual([{ path: 'productId', rule: 'unknown_product' }]);
  });
});

describe('special qualifications', () => {
  it('are offered as the cloud\u2019s profile says, and none in the government\u2019s', () => {
    for (const one of specialQualifications) {
      expect(checkQualification('public', one)).toEqual([]);
      expect(checkQualification('us-government', one)).toEqual([{ path: 'specialQualification', rule: 'choice' }]);
    }
    expect(checkQualification('us-government', null)).toEqual([]);
  });
});

describe('operations and events', () => {
  it('have unique names', () => {
    expect(new Set(eventTypes).size).toBe(eventTypes.length);
    for (const kind of operationKinds) expect(new Set(operationSteps[kind]).size).toBe(operationSteps[kind].length);
    expect(new Set(reactingEventTypes).size).toBe(reactingEventTypes.length);
  });

  it('have a time for every kind, and rows for those that this release knows to work through them', () => {
    const now = new Date('2026-01-01T00:00:00Z');
    for (const kind of operationKinds)
      expect(deadlineOf(kind, now).getTime() - now.getTime()).toBe(operationProfiles[kind].allowanceHours * 3_600_000);
    expect(operationKinds.filter(isOverRows)).toEqual([
      'customers-tag',
      'customers-untag',
      'subscriptions-suspend',
      'relationships-end',
      'delegated-admin-extend',
      'customers-export',
      'customer-import',
      'customers-invite',
      'invitations-send',
    ]);
    for (const kind of ['of-tomorrow', 'toString', '__proto__', '']) expect(isOverRows(kind)).toBe(false);
  });
});

describe('a refusal', () => {
  it('of fields is thrown only when there are some', () => {
    expect(() => refuseFields([])).not.toThrow();
    expect(() => refuseFields([{ path: 'a', rule: 'required' }])).toThrow(
      expect.objectContaining({ code: 'validation_failed', fields: [{ path: 'a', rule: 'required' }] }),
    );
  });

  it('carries what a screen needs', () => {
    expect(illegal('invitation', 'revoked', 'accept')).toMatchObject({
      code: 'illegal_transition',
      details: { thing: 'invitation', state: 'revoked', command: 'accept' },
    });
    expect(notFound('customer')).toMatchObject({ code: 'not_found', details: { thing: 'customer' } });
    expect(illegal('a', 'b', 'c')).toBeInstanceOf(Refusal);
  });
});

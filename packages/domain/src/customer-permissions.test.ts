import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  checkPermission,
  conditionsOf,
  decideBrakes,
  endOfDay,
  lastDayBefore,
  monthLeft,
  monthOf,
  permissionStanding,
  zoneOf,
  zones,
} from './customer-permissions.ts';
import { mostAmount } from './money.ts';
import { relationshipStates } from './relationships.ts';

const now = new Date('2026-11-27T00:00:00Z');
const rulesOf = (settings: Partial<Parameters<typeof checkPermission>[0]>) =>
  checkPermission({ mostPerPurchase: 100, mostPerMonth: 1000, endsOn: null, ...settings }, 'UTC', now).map(
    ({ path, rule }) => `${path} ${rule}`,
  );

describe('the conditions of a customer permission', () => {
  it('are a live relationship, an active plan, and an owner of an active one', () => {
    const met = (relationship: (typeof relationshipStates)[number], plans: Parameters<typeof conditionsOf>[0]['plans']) =>
      conditionsOf({ relationship, plans })
        .filter((one) => one.met)
        .map(({ condition }) => condition);
    expect(met('active', [{ state: 'active', ownerId: 'a' }])).toEqual(['relationship', 'plan', 'owner']);
    expect(met('active', [{ state: 'active', ownerId: null }])).toEqual(['relationship', 'plan']);
    // The owner of a suspended plan owns nothing on which anything can be bought.
    const suspended = { state: 'suspended', ownerId: 'a' } as const;
    expect(met('active', [suspended, { state: 'active', ownerId: null }])).toEqual(['relationship', 'plan']);
    expect(met('active', [suspended])).toEqual(['relationship']);
    for (const state of relationshipStates.filter((one) => one !== 'active'))
      expect(met(state, [{ state: 'active', ownerId: 'a' }])).toEqual(['plan', 'owner']);
  });

  it('and switch and end date together say how it stands, the switch first', () => {
    const all = conditionsOf({ relationship: 'active', plans: [{ state: 'active', ownerId: 'a' }] });
    const none = conditionsOf({ relationship: 'ending', plans: [] });
    expect(permissionStanding(null, all, now)).toBe('off');
    expect(permissionStanding({ isOn: false, endsAt: null }, all, now)).toBe('off');
    expect(permissionStanding({ isOn: true, endsAt: null }, all, now)).toBe('working');
    expect(permissionStanding({ isOn: true, endsAt: now }, all, now)).toBe('ended');
    expect(permissionStanding({ isOn: true, endsAt: new Date(now.getTime() + 1) }, all, now)).toBe('working');
    expect(permissionStanding({ isOn: true, endsAt: null }, none, now)).toBe('relationship');
  });
});

describe('the settings of a customer permission', () => {
  it('take amounts from one smallest unit to the largest amount, and nothing outside', () => {
    expect(rulesOf({ mostPerPurchase: 1, mostPerMonth: 1 })).toEqual([]);
    expect(rulesOf({ mostPerPurchase: mostAmount, mostPerMonth: mostAmount })).toEqual([]);
    for (const amount of [0, -1, 1.5, mostAmount + 1, Number.NaN]) {
      expect(rulesOf({ mostPerPurchase: amount })).toEqual(['mostPerPurchase amount']);
      expect(rulesOf({ mostPerMonth: amount })).toEqual(['mostPerMonth amount']);
    }
    expect(rulesOf({ mostPerPurchase: 11, mostPerMonth: 10 })).toEqual(['mostPerMonth below_purchase_cap']);
  });

  it('take an end date from today to five years ahead', () => {
    expect(rulesOf({ endsOn: '2026-11-27' })).toEqual([]);
    expect(rulesOf({ endsOn: '2031-11-01' })).toEqual([]);
    expect(rulesOf({ endsOn: '2026-11-26' })).toEqual(['endsOn date_past']);
    expect(rulesOf({ endsOn: '2032-01-01' })).toEqual(['endsOn date_too_late']);
    for (const endsOn of ['2026-02-30', 'tomorrow', '']) expect(rulesOf({ endsOn })).toEqual(['endsOn date']);
  });
});

describe('the brakes', () => {
  it('let exactly the cap through, and one unit more not', () => {
    const brakes = { mostPerPurchase: 500, mostPerMonth: 1000 };
    expect(decideBrakes(500, brakes, 500)).toEqual({ fits: true });
    expect(decideBrakes(501, brakes, 0)).toEqual({ fits: false, cap: 'purchase', left: 500 });
    expect(decideBrakes(500, brakes, 501)).toEqual({ fits: false, cap: 'month', left: 499 });
    // The cap was lowered below what is spent.
    expect(decideBrakes(1, brakes, 1200)).toEqual({ fits: false, cap: 'month', left: 0 });
    expect(monthLeft(brakes, 1200)).toBe(0);
  });

  it('never let more through than the month has, whatever is bought in whatever order', () => {
    fc.assert(
      fc.property(
        fc.record({ mostPerPurchase: fc.integer({ min: 1, max: 1000 }), mostPerMonth: fc.integer({ min: 1, max: 5000 }) }),
        fc.array(fc.integer({ min: 1, max: 1500 })),
        (brakes, totals) => {
          let spent = 0;
          for (const total of totals) if (decideBrakes(total, brakes, spent).fits) spent += total;
          expect(spent).toBeLessThanOrEqual(brakes.mostPerMonth);
        },
      ),
    );
  });
});

describe('months and days', () => {
  it('are those of the zone: in Japan November begins nine hours earlier', () => {
    expect(monthOf(new Date('2026-10-31T15:00:00Z'), 'Asia/Tokyo').from.toISOString()).toBe('2026-10-31T15:00:00.000Z');
    expect(monthOf(new Date('2026-10-31T14:59:59Z'), 'Asia/Tokyo').until.toISOString()).toBe('2026-10-31T15:00:00.000Z');
    expect(monthOf(new Date('2026-10-31T15:00:00Z'), 'UTC').from.toISOString()).toBe('2026-10-01T00:00:00.000Z');
    expect(monthOf(new Date('2026-12-31T23:59:59Z'), 'UTC').until.toISOString()).toBe('2027-01-01T00:00:00.000Z');
    expect([zoneOf('JP'), zoneOf('US')]).toEqual(['Asia/Tokyo', 'UTC']);
  });

  it('hold every moment once, and an end of day is named by its own day again', () => {
    fc.assert(
      fc.property(
        fc.date({ min: new Date('2000-01-01'), max: new Date('2100-01-01'), noInvalidDate: true }),
        fc.constantFrom(...zones),
        (at, zone) => {
          const { from, until } = monthOf(at, zone);
          expect(from <= at && at < until).toBe(true);
          const day = at.toISOString().slice(0, 10);
          expect(lastDayBefore(endOfDay(day, zone) as Date, zone)).toBe(day);
        },
      ),
    );
  });
});

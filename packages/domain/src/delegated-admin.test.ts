import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  askableDelegatedAdmin,
  askedDays,
  dayMs,
  daysUntil,
  delegatedAdminUntil,
  delegatedAdminWarnings,
  grantDelegatedAdmin,
  nextWarningAt,
  noDelegatedAdmin,
  warningAt,
} from './delegated-admin.ts';
import { relationshipStates } from './relationships.ts';

const at = (text: string) => new Date(text);
const iso = (moment: Date | null) => moment?.toISOString() ?? null;

describe('the end of delegated admin', () => {
  it('is so many times 24 hours after the consent, through leap days and whatever clocks do', () => {
    const days = (now: string, howMany: number) => iso(delegatedAdminUntil(noDelegatedAdmin, howMany, at(now)));
    expect(days('2027-02-28T10:00:00Z', 1)).toBe('2027-03-01T10:00:00.000Z');
    expect(days('2028-02-28T10:00:00Z', 1)).toBe('2028-02-29T10:00:00.000Z');
    expect(days('2028-02-29T10:00:00Z', 365)).toBe('2029-02-28T10:00:00.000Z');
    // In New York the clocks go forward on 14 March 2027: noon is still 24 hours later, which the clock there calls 13:00.
    expect(days('2027-03-13T12:00:00-05:00', 1)).toBe(at('2027-03-14T13:00:00-04:00').toISOString());
    // And back in Berlin on 31 October 2027.
    expect(days('2027-10-30T12:00:00+02:00', 2)).toBe(at('2027-11-01T11:00:00+01:00').toISOString());
  });

  it('is counted from the end that there is, from now when that is over, and never more than 730 days ahead', () => {
    const now = at('2026-11-26T10:00:00Z');
    const until = (end: string, days: number) =>
      iso(delegatedAdminUntil({ delegatedAdmin: true, delegatedAdminUntil: at(end) }, days, now));
    expect(until('2026-12-26T10:00:00Z', 30)).toBe('2027-01-25T10:00:00.000Z');
    expect(until('2026-11-26T09:59:59Z', 30)).toBe('2026-12-26T10:00:00.000Z');
    expect(until('2028-11-01T10:00:00Z', 730)).toBe('2028-11-25T10:00:00.000Z');
  });

  it('stays open for what was asked for before there was a duration', () => {
    expect(delegatedAdminUntil(noDelegatedAdmin, null, new Date())).toBeNull();
    expect(grantDelegatedAdmin(noDelegatedAdmin, null, at('2026-11-26T10:00:00Z'))).toMatchObject({
      delegatedAdmin: true,
      delegatedAdminUntil: null,
      delegatedAdminWarnAt: null,
    });
  });

  it('moves with each consent, while the beginning stays', () => {
    const first = grantDelegatedAdmin(noDelegatedAdmin, 30, at('2026-11-26T10:00:00Z'));
    const second = grantDelegatedAdmin(first, 30, at('2026-12-20T10:00:00Z'));
    expect(iso(second.delegatedAdminSince)).toBe('2026-11-26T10:00:00.000Z');
    expect(iso(second.delegatedAdminChangedAt)).toBe('2026-12-20T10:00:00.000Z');
    expect(iso(second.delegatedAdminUntil)).toBe('2027-01-25T10:00:00.000Z');
  });
});

describe('the warnings', () => {
  const until = at('2027-03-14T15:30:00Z');

  it('are due at midnight (UTC) 30, 7 and 1 days before the day of the end', () => {
    const chain: (string | null)[] = [];
    for (let next = nextWarningAt(until, at('2026-06-01T00:00:00Z')); next; next = nextWarningAt(until, next)) chain.push(iso(next));
    expect(chain).toEqual(['2027-02-12T00:00:00.000Z', '2027-03-07T00:00:00.000Z', '2027-03-13T00:00:00.000Z']);
  });

  it('pass over what lies behind: who was granted 5 days is warned one day before, who was granted one is not', () => {
    const granted = at('2027-03-09T15:30:00Z');
    expect(iso(nextWarningAt(until, granted))).toBe('2027-03-13T00:00:00.000Z');
    expect(nextWarningAt(at('2027-03-10T15:30:00Z'), granted)).toBeNull();
  });

  it('give the one that fits when nobody looked for days, and none when it is over', () => {
    expect(warningAt(until, at('2027-02-11T23:59:59Z'))).toBeNull();
    expect(warningAt(until, at('2027-02-12T00:00:00Z'))).toBe(30);
    expect(warningAt(until, at('2027-03-06T23:59:59Z'))).toBe(30);
    expect(warningAt(until, at('2027-03-07T00:00:00Z'))).toBe(7);
    expect(warningAt(until, at('2027-03-13T00:00:00Z'))).toBe(1);
    expect(warningAt(until, at('2027-03-14T15:29:59Z'))).toBe(1);
    expect(warningAt(until, until)).toBeNull();
  });

  it('come at most once for each threshold, in order, whenever somebody looks', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 4e11 }),
        fc.integer({ min: 1, max: 730 }),
        fc.array(fc.integer({ min: 1, max: 40 * 24 * 3600 }), { maxLength: 60 }),
        (begin, days, pauses) => {
          const granted = grantDelegatedAdmin(noDelegatedAdmin, days, new Date(1_700_000_000_000 + begin));
          const end = granted.delegatedAdminUntil as Date;
          let due = granted.delegatedAdminWarnAt;
          let now = granted.delegatedAdminSince as Date;
          const given: number[] = [];
          for (const pause of pauses) {
            now = new Date(now.getTime() + pause * 1000);
            if (now >= end || due === null || due > now) continue;
            const warning = warningAt(end, now);
            expect(warning).not.toBeNull();
            given.push(warning as number);
            // What it says is true: the end is no further away than that.
            expect(daysUntil(end, now)).toBeLessThanOrEqual(warning as number);
            due = nextWarningAt(end, now);
          }
          expect(given).toEqual([...new Set(given)].sort((a, b) => b - a));
          expect(given.every((one) => (delegatedAdminWarnings as readonly number[]).includes(one))).toBe(true);
        },
      ),
    );
  });
});

describe('asking for delegated admin', () => {
  it('is possible while the relationship is active, unless what is granted has no end', () => {
    for (const relationship of relationshipStates)
      for (const [held, delegatedAdminUntil] of [
        [false, null],
        [true, null],
        [true, new Date()],
      ] as const)
        expect(askableDelegatedAdmin({ relationship, delegatedAdmin: held, delegatedAdminUntil })).toEqual(
          relationship !== 'active'
            ? { can: false, state: relationship }
            : held && delegatedAdminUntil === null
              ? { can: false, state: 'without_end' }
              : { can: true, state: 'active' },
        );
  });

  it('is for the days that it says, else for those that the partner has set, and for none when it does not ask', () => {
    const settings = { delegatedAdminDays: 90 };
    expect(askedDays({ delegatedAdmin: true, delegatedAdminDays: 5 }, settings)).toBe(5);
    expect(askedDays({ delegatedAdmin: true }, settings)).toBe(90);
    expect(askedDays({ delegatedAdmin: false, delegatedAdminDays: 5 }, settings)).toBeNull();
  });
});

it('days until then are days of the calendar (UTC)', () => {
  expect(daysUntil(at('2026-11-27T00:00:00Z'), at('2026-11-26T23:59:59Z'))).toBe(1);
  expect(daysUntil(at('2026-11-26T23:59:59Z'), at('2026-11-26T00:00:00Z'))).toBe(0);
  expect(daysUntil(at('2028-03-01T00:00:00Z'), at('2028-02-28T12:00:00Z'))).toBe(2);
  expect(dayMs).toBe(86_400_000);
});

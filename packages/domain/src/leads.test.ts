import { describe, expect, it } from 'vitest';
import {
  canLead,
  checkCloseDate,
  checkDealValue,
  decideLead,
  isUrgentLead,
  leadMoments,
  leadPersonName,
  leadStateAt,
  leadStates,
  leadWarningAt,
  nextLeadWarningAt,
} from './leads.ts';
import { currencies } from './money.ts';

const now = new Date('2026-05-10T12:00:00Z');
const later = new Date('2026-05-24T12:00:00Z');
const before = new Date('2026-05-10T11:59:59Z');

describe('a lead', () => {
  it('runs out by itself, and then can only expire', () => {
    const over = { state: 'received', expiresAt: before } as const;
    expect(leadStateAt(over, now)).toBe('expired');
    expect(decideLead(over, 'expire', now)).toBe('expired');
    for (const command of ['accept', 'decline'] as const)
      expect(() => decideLead(over, command, now)).toThrow(
        expect.objectContaining({ code: 'illegal_transition', details: { thing: 'lead', state: 'expired', command } }),
      );
  });

  it('does not expire before its time, nor once it is answered', () => {
    expect(() => decideLead({ state: 'received', expiresAt: later }, 'expire', now)).toThrow();
    for (const state of leadStates.filter((one) => one !== 'received')) {
      expect(leadStateAt({ state, expiresAt: before }, now)).toBe(state);
      expect(() => decideLead({ state, expiresAt: before }, 'expire', now), state).toThrow();
    }
  });

  it('says what can be done with it now', () => {
    const can = (state: (typeof leadStates)[number], expiresAt = later) =>
      (['accept', 'decline', 'win', 'lose', 'expire'] as const).filter((command) => canLead({ state, expiresAt }, command, now));
    expect(can('received')).toEqual(['accept', 'decline']);
    expect(can('received', before)).toEqual([]);
    expect(can('accepted', before)).toEqual(['win', 'lose']);
    for (const state of ['won', 'lost', 'declined', 'expired'] as const) expect(can(state)).toEqual([]);
  });

  it('is flagged as urgent for 72 hours and not a moment longer, while there is something to do', () => {
    const { urgentUntil, expiresAt } = leadMoments(now, true);
    const lead = { state: 'received', expiresAt, urgentUntil } as const;
    const at = (hours: number) => new Date(now.getTime() + hours * 3_600_000);
    expect(isUrgentLead(lead, at(71.99))).toBe(true);
    expect(isUrgentLead(lead, at(72))).toBe(false);
    expect(isUrgentLead({ ...lead, state: 'accepted' }, at(1))).toBe(true);
    for (const state of ['won', 'lost', 'declined', 'expired'] as const) expect(isUrgentLead({ ...lead, state }, at(1))).toBe(false);
    expect(isUrgentLead({ ...lead, ...leadMoments(now, false) }, now)).toBe(false);
  });

  it('warns at the beginning of the day that is 3 days, and 1, before it runs out', () => {
    const { expiresAt, warnAt } = leadMoments(now, false);
    expect(expiresAt).toEqual(later);
    expect(warnAt).toEqual(new Date('2026-05-21T00:00:00Z'));
    expect(leadWarningAt(expiresAt, new Date('2026-05-20T23:59:59Z'))).toBeNull();
    expect(leadWarningAt(expiresAt, new Date('2026-05-21T00:00:00Z'))).toBe(3);
    expect(nextLeadWarningAt(expiresAt, new Date('2026-05-21T00:00:00Z'))).toEqual(new Date('2026-05-23T00:00:00Z'));
    expect(leadWarningAt(expiresAt, new Date('2026-05-23T08:00:00Z'))).toBe(1);
    expect(nextLeadWarningAt(expiresAt, new Date('2026-05-23T00:00:00Z'))).toBeNull();
    expect(leadWarningAt(expiresAt, later)).toBeNull();
  });

  it('writes a name as its language does', () => {
    expect(leadPersonName({ firstName: 'Megan', lastName: 'Bowen', language: 'en' })).toBe('Megan Bowen');
    expect(leadPersonName({ firstName: '花子', lastName: '佐藤', language: 'ja' })).toBe('佐藤 花子');
  });
});

describe('the value of a deal', () => {
  it.each([
    [0, 'USD', 'too_small'],
    [-1, 'USD', 'too_small'],
    [Number.NaN, 'USD', 'too_small'],
    [0.01, 'USD', undefined],
    [0.001, 'USD', 'currency_digits'],
    [1234.56, 'EUR', undefined],
    [19.99, 'EUR', undefined],
    [1.1, 'JPY', 'currency_digits'],
    [1, 'JPY', undefined],
    [999_999_999_999, 'JPY', undefined],
    [999_999_999_999, 'USD', undefined],
    [999_999_999_998.99, 'USD', undefined],
    [1_000_000_000_000, 'JPY', 'too_large'],
    [Number.POSITIVE_INFINITY, 'USD', 'too_large'],
  ] as const)('of %d %s is judged at its edges', (amount, currency, rule) => {
    expect(checkDealValue({ amount, currency })[0]?.rule).toBe(rule);
  });

  it('is in a currency that people know by name', () => {
    const known = new Set(Intl.supportedValuesOf('currency'));
    for (const currency of currencies) expect(known.has(currency), currency).toBe(true);
  });
});

describe('the day on which a deal is to close', () => {
  it.each([
    ['2026-05-10', undefined],
    ['2026-05-09', undefined],
    ['2026-05-08', 'date_past'],
    ['2031-05-10', undefined],
    ['2031-05-11', 'date_too_late'],
    ['2026-02-30', 'date'],
    ['2026-13-01', 'date'],
    ['tomorrow', 'date'],
    ['', 'date'],
    ['20260510', 'date'],
    ['9999-12-31', 'date_too_late'],
  ])('%s is judged at its edges', (date, rule) => {
    expect(checkCloseDate(date, now)[0]?.rule).toBe(rule);
  });
});

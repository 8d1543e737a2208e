import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { checkAttestationDate } from './agreements.ts';

const now = new Date('2025-06-30T09:59:59Z');
const rule = (date: string, at = now) => checkAttestationDate(date, at)[0]?.rule;

describe('the date of an attestation', () => {
  it('is today, or any day before it', () => {
    for (const date of ['2025-06-30', '2025-06-29', '2024-02-29', '2000-02-29', '1999-12-31']) expect(rule(date), date).toBeUndefined();
  });

  it('is not in the future, but a day that has begun somewhere on earth counts', () => {
    expect(rule('2025-07-01')).toBe('date_in_future');
    // 10:00 UTC is midnight on Kiritimati, UTC+14.
    expect(rule('2025-07-01', new Date('2025-06-30T10:00:00Z'))).toBeUndefined();
    expect(rule('2025-07-02', new Date('2025-06-30T23:59:59Z'))).toBe('date_in_future');
    expect(rule('9999-12-31')).toBe('date_in_future');
  });

  it.each([
    '',
    'yesterday',
    '2025-02-29',
    '2100-02-29',
    '2025-04-31',
    '2025-13-01',
    '2025-00-10',
    '2025-01-00',
    '2025-1-1',
    '25-01-01',
    '2025/01/01',
    '2025-01-01T00:00:00Z',
    ' 2025-01-01',
    '2025-01-01 ',
    '+02025-01-01',
    '-000001-01-01',
    '0001-01-01',
    '0025-06-30',
    '1899-12-31',
    '２０２５-01-01',
    '2025-01-01\n',
  ])('is not %j', (date) => {
    expect(checkAttestationDate(date, now, 'here')).toEqual([{ path: 'here', rule: 'date' }]);
  });

  it('is good for every real day that is over', () => {
    fc.assert(
      fc.property(fc.date({ min: new Date('1900-01-01'), max: now, noInvalidDate: true }), (day) => {
        expect(rule(day.toISOString().slice(0, 10))).toBeUndefined();
      }),
    );
  });
});

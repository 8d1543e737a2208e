import { afterEach, describe, expect, it } from 'vitest';
import { addDays, addMonths, dayAfterKey, readMonth, spanOf, spansOf, urgencyOf, weeksOf } from './months.ts';

const zone = process.env.TZ;
afterEach(() => {
  process.env.TZ = zone;
});
const hours = ({ from, to }: { from: string; to: string }) => (Date.parse(to) - Date.parse(from)) / 3_600_000;

describe('a day of the calendar', () => {
  it('is as long as the clocks make it: 23 hours when they go forward, 25 when they go back', () => {
    process.env.TZ = 'America/New_York';
    expect([spanOf('2027-03-13'), spanOf('2027-03-14'), spanOf('2027-11-07')].map(hours)).toEqual([24, 23, 25]);
    expect(spanOf('2027-03-14').from).toBe('2027-03-14T05:00:00.000Z');
    process.env.TZ = 'Asia/Tokyo';
    expect(spanOf('2028-02-29')).toEqual({ from: '2028-02-28T15:00:00.000Z', to: '2028-02-29T15:00:00.000Z' });
  });
  it('comes after the one before, over months, leap days and years', () => {
    expect([addDays('2028-02-28', 1), addDays('2027-02-28', 1), addDays('2026-12-31', 1), addDays('2027-01-01', -1)]).toEqual([
      '2028-02-29',
      '2027-03-01',
      '2027-01-01',
      '2026-12-31',
    ]);
    expect([addMonths('2028-01-31', 1), addMonths('2027-01-31', 1), addMonths('2026-12-15', 1), addMonths('2027-01-15', -1)]).toEqual([
      '2028-02-29',
      '2027-02-28',
      '2027-01-15',
      '2026-12-15',
    ]);
  });
});

describe('a month of the calendar', () => {
  it('is whole weeks that hold each of its days once', () => {
    for (const month of ['2026-02', '2026-11', '2027-08', '2028-02'])
      for (const firstDay of [0, 1, 6]) {
        const weeks = weeksOf(month, firstDay);
        const days = weeks.flat();
        expect(days).toEqual([...new Set(days)].sort());
        expect(weeks.every((week) => week.length === 7)).toBe(true);
        const last = Number(addDays(`${addMonths(`${month}-01`, 1)}`, -1).slice(8));
        expect(days.filter((day) => day.startsWith(month))).toHaveLength(last);
      }
    expect(weeksOf('2026-02', 0)).toHaveLength(4);
    expect(weeksOf('2026-08', 1)[0]).toEqual([
      '2026-07-27',
      '2026-07-28',
      '2026-07-29',
      '2026-07-30',
      '2026-07-31',
      '2026-08-01',
      '2026-08-02',
    ]);
  });
  it('is read from an address only if it is one', () => {
    expect([readMonth('2026-11'), readMonth('2026-13'), readMonth('x'), readMonth(['2026-11']), readMonth(undefined)]).toEqual([
      '2026-11',
      null,
      null,
      null,
      null,
    ]);
  });
});

it('chosen days that follow each other are one span', () => {
  expect(spansOf(['2027-01-02', '2026-12-31', '2027-01-01', '2027-01-05', '2027-01-05'])).toEqual([
    spanOf('2026-12-31', '2027-01-02'),
    spanOf('2027-01-05'),
  ]);
  expect(spansOf([])).toEqual([]);
});

it('the keys lead by days, weeks, to the ends of the week, and by months', () => {
  const keys = ['ArrowLeft', 'ArrowRight', 'ArrowUp', 'ArrowDown', 'Home', 'End', 'PageUp', 'PageDown', 'x'];
  expect(keys.map((key) => dayAfterKey('2026-11-26', key, 1))).toEqual([
    '2026-11-25',
    '2026-11-27',
    '2026-11-19',
    '2026-12-03',
    '2026-11-23',
    '2026-11-29',
    '2026-10-26',
    '2026-12-26',
    null,
  ]);
});

it('a day is urgent by how near it is', () => {
  const today = '2026-11-26';
  expect(['2026-11-25', '2026-11-26', '2026-12-03', '2026-12-04', '2026-12-26', '2026-12-27'].map((day) => urgencyOf(day, today))).toEqual([
    'over',
    'week',
    'week',
    'month',
    'month',
    'later',
  ]);
});

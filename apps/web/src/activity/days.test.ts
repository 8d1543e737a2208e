import { describe, expect, it } from 'vitest';
import { byDay, dayOf, lastMonth, spanOf } from './days.ts';

describe('the days of the activity log', () => {
  it('is the last month unless told', () => {
    expect(lastMonth(new Date(2026, 2, 15, 12))).toEqual({ from: '2026-02-15', to: '2026-03-15' });
    expect(lastMonth(new Date(2026, 2, 31, 12))).toEqual({ from: '2026-02-28', to: '2026-03-31' });
    expect(lastMonth(new Date(2026, 0, 10, 12))).toEqual({ from: '2025-12-10', to: '2026-01-10' });
  });
  it('holds the whole of its last day', () => {
    const { from, to } = spanOf({ from: '2026-02-15', to: '2026-02-15' });
    expect(Date.parse(to ?? '') - Date.parse(from ?? '')).toBe(86_400_000);
  });
  it('leaves out what is no day', () => {
    expect(spanOf({ from: 'yesterday', to: '' })).toEqual({});
  });
  it('puts records under their day in the order in which they come', () => {
    const at = (hour: number, date = 2) => new Date(2026, 2, date, hour).toISOString();
    const groups = byDay([{ at: at(12) }, { at: at(1) }, { at: at(23, 1) }]);
    expect(groups.map(({ day, items }) => [day, items.length])).toEqual([
      ['2026-03-02', 2],
      ['2026-03-01', 1],
    ]);
    expect(dayOf(new Date(2026, 8, 5))).toBe('2026-09-05');
  });
});

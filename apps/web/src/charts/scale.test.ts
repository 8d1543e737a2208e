import { describe, expect, it } from 'vitest';
import { labelled, ticksOf } from './scale.ts';

const amounts = [0, 1, 2, 3, 5, 7, 9, 10, 11, 19, 42, 99, 100, 101, 540, 999, 1000, 12_480, 99_999, 1_000_000, 1_234_567];

describe('the ticks of an axis', () => {
  it('are few round numbers that hold what is shown', () => {
    for (const least of amounts)
      for (const most of amounts.filter((amount) => amount >= least))
        for (const fromZero of [true, false]) {
          const ticks = ticksOf(least, most, { fromZero });
          const what = `${least} to ${most}: ${ticks}`;
          expect(ticks.length, what).toBeGreaterThanOrEqual(2);
          expect(ticks.length, what).toBeLessThanOrEqual(6);
          expect(ticks[0], what).toBeLessThanOrEqual(least);
          expect(ticks.at(-1), what).toBeGreaterThanOrEqual(most);
          expect(ticks.every(Number.isInteger), what).toBe(true);
          if (fromZero) expect(ticks[0], what).toBe(0);
        }
  });

  it('begin where a line is that hardly moves far above nothing', () => {
    expect(ticksOf(999_000, 1_000_000, { fromZero: false })).toEqual([999_000, 999_500, 1_000_000]);
    expect(ticksOf(3, 10, { fromZero: false })[0]).toBe(0);
    expect(ticksOf(0, 0)).toEqual([0, 1]);
    expect(ticksOf(0, 1.4, { isWhole: false })).toEqual([0, 0.5, 1, 1.5]);
  });
});

describe('the labels of an axis', () => {
  it('end with the last point, come in order, and are no more than there is room for', () => {
    for (const count of [1, 2, 3, 7, 13, 52, 90, 365])
      for (let room = 1; room <= 12; room += 1) {
        const labels = labelled(count, room);
        expect(labels.at(-1)).toBe(count - 1);
        expect(labels.length).toBeLessThanOrEqual(room);
        expect(labels).toEqual([...new Set(labels)].sort((a, b) => a - b));
      }
  });
});

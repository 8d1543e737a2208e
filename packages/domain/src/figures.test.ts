import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { answerBuckets, type Figure, levelsOf, medianOf, overviewPeriods, spansOf, sumOf, sumsBySpan, weeksOf } from './figures.ts';

const hour = 3_600_000;
const now = new Date('2026-03-15T22:30:00Z');

describe('the spans of a period', () => {
  it('are 90 days or 52 weeks without a gap, and end today', () => {
    for (const period of overviewPeriods) {
      const spans = spansOf(period, now);
      expect(spans).toHaveLength(period === '90-days' ? 90 : 52);
      expect(spans.at(-1)?.to).toBe('2026-03-15');
      for (const [index, span] of spans.entries()) {
        const earlier = spans[index - 1];
        if (earlier) expect(Date.parse(span.from) - Date.parse(earlier.to)).toBe(24 * hour);
        expect(Date.parse(span.to) - Date.parse(span.from)).toBe(period === '90-days' ? 0 : 6 * 24 * hour);
      }
    }
    expect(weeksOf('90-days', now)).toHaveLength(13);
    expect(weeksOf('12-months', now)).toEqual(spansOf('12-months', now));
  });

  it('go by the day of UTC at the turn of a day, a month and a leap year', () => {
    expect(spansOf('90-days', new Date('2028-02-29T23:59:59.999Z')).at(-1)?.to).toBe('2028-02-29');
    expect(spansOf('90-days', new Date('2028-03-01T00:00:00Z')).slice(-2)).toEqual([
      { from: '2028-02-29', to: '2028-02-29' },
      { from: '2028-03-01', to: '2028-03-01' },
    ]);
  });
});

const days = spansOf('90-days', now).map(({ from }) => from);
const aFigure = fc.record({
  name: fc.constantFrom<Figure['name']>('customers', 'operations.failed'),
  day: fc.constantFrom('2020-01-01', ...days, '2026-03-16'),
  value: fc.integer({ min: -5, max: 5 }),
});

describe('customers over time', () => {
  it('are at the end of each day what all changes up to then have made of them', () => {
    fc.assert(
      fc.property(fc.array(aFigure, { maxLength: 60 }), (figures) => {
        const upTo = (day: string) =>
          figures.reduce((sum, figure) => (figure.name === 'customers' && figure.day <= day ? sum + figure.value : sum), 0);
        for (const period of overviewPeriods) {
          const spans = spansOf(period, now);
          expect(levelsOf(figures, upTo('9999-12-31'), spans)).toEqual(spans.map(({ to }) => upTo(to)));
        }
      }),
    );
  });
});

describe('sums by span', () => {
  it('are those of each figure and span by itself', () => {
    fc.assert(
      fc.property(fc.array(aFigure, { maxLength: 60 }), (figures) => {
        const spans = spansOf('12-months', now);
        const sums = sumsBySpan(figures, ['operations.failed'], spans);
        expect(sums).toEqual(spans.map((span) => ({ 'operations.failed': sumOf(figures, 'operations.failed', span) })));
      }),
    );
  });
});

describe('the median of answers', () => {
  const counts = (more: Partial<Record<(typeof answerBuckets)[number]['name'], number>>) =>
    answerBuckets.map(({ name }) => more[name] ?? 0);

  it('is nothing without answers', () => {
    expect(medianOf(counts({}))).toBeNull();
  });

  it('lies in the middle of the only bucket, and at its end when half are in it', () => {
    expect(medianOf(counts({ '4h': 10 }))).toBe(2.5 * hour);
    expect(medianOf(counts({ '1h': 5, '3d': 5 }))).toBe(hour);
  });

  it('is the longest that we can tell when most came later', () => {
    expect(medianOf(counts({ later: 3, '1h': 1 }))).toBe(14 * 24 * hour);
  });

  it('grows when an answer takes longer, and stays within the buckets', () => {
    fc.assert(
      fc.property(fc.array(fc.nat({ max: 20 }), { minLength: 8, maxLength: 8 }), fc.nat({ max: 6 }), (given, index) => {
        const slower = given.map((count, at) => count + (at === index + 1 ? 1 : 0));
        const quicker = given.map((count, at) => count + (at === index ? 1 : 0));
        expect(medianOf(slower) ?? 0).toBeGreaterThanOrEqual(medianOf(quicker) ?? 0);
      }),
    );
  });
});

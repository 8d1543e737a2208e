import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { mostDeliveryAttempts, retryDelaySeconds } from './deliveries.ts';

describe('the delay before the next attempt', () => {
  it('grows from 15 seconds by four to at most two hours', () => {
    expect([1, 2, 3, 4, 5, 6, 7].map(retryDelaySeconds)).toEqual([15, 60, 240, 960, 3840, 7200, 7200]);
  });

  it('never shrinks and is always a finite number of seconds', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 10_000 }), (attempt) => {
        expect(retryDelaySeconds(attempt)).toBeGreaterThanOrEqual(15);
        expect(retryDelaySeconds(attempt + 1)).toBeGreaterThanOrEqual(retryDelaySeconds(attempt));
        expect(retryDelaySeconds(attempt)).toBeLessThanOrEqual(7200);
      }),
    );
  });

  it('adds up to about a day before a mail is given up', () => {
    const total = Array.from({ length: mostDeliveryAttempts - 1 }, (_, index) => retryDelaySeconds(index + 1)).reduce(
      (sum, one) => sum + one,
      0,
    );
    expect(total / 3600).toBeGreaterThan(18);
    expect(total / 3600).toBeLessThan(30);
  });
});

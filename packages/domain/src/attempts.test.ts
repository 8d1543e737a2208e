import { describe, expect, it } from 'vitest';
import { type AttemptLimitName, attemptLimits, judgeAttempt } from './attempts.ts';

const names = Object.keys(attemptLimits) as AttemptLimitName[];
const until = new Date('2026-01-01T00:15:00Z');

describe('limits on attempts', () => {
  it('let as many through as they say, and none more', () => {
    for (const name of names) {
      const { most } = attemptLimits[name];
      expect(
        [1, most, most + 1, most + 1000].map((count) => judgeAttempt(name, { count, until }).allowed),
        name,
      ).toEqual([true, true, false, false]);
    }
  });

  it('say in words what is counted and what happens to one too many', () => {
    for (const name of names) {
      expect(attemptLimits[name].counts, name).toMatch(/\.$/);
      expect(attemptLimits[name].excess, name).toMatch(/\.$/);
    }
  });

  it('lock nobody out for longer than a quarter of an hour, however many wrong passwords somebody else sends', () => {
    expect(attemptLimits['sign-in-by-email'].seconds).toBeLessThanOrEqual(900);
  });
});

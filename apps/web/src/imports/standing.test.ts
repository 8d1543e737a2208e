import { describe, expect, it } from 'vitest';
import { kinds, outcomeOf, sharesOf, stageOf } from './standing.ts';

const counts = { create: 812, update: 40, unchanged: 0, duplicate: 9, error: 3 };

describe('where an import is', () => {
  it('follows its operation', () => {
    const file = (operationState: Parameters<typeof stageOf>[0]['operationState'], written: typeof counts | null = null) => ({
      ...{ operationState, written, checked: counts },
    });
    expect(stageOf(file(null), false, false)).toBe('map');
    expect(stageOf(file('queued'), false, false)).toBe('checking');
    expect(stageOf(file('paused'), true, true)).toBe('approve');
    expect(stageOf(file('paused'), false, false)).toBe('checking');
    expect(stageOf(file('running'), true, false)).toBe('writing');
    expect(stageOf(file('succeeded', counts), true, false)).toBe('done');
    expect(stageOf(file('failed', counts), true, false)).toBe('done');
    expect(stageOf(file('failed', counts), true, false, 500)).toBe('writing');
    expect(stageOf(file('cancelled'), true, false)).toBe('map');
    expect(stageOf(file('cancelled', counts), true, false)).toBe('done');
  });
});

describe('what came of a file', () => {
  it('is what would be before anything is written, and then what was, with what the dry run left out', () => {
    expect(outcomeOf(counts, null)).toEqual(counts);
    expect(outcomeOf(counts, { create: 800, update: 40, unchanged: 10, duplicate: 0, error: 2 })).toEqual({
      ...{ create: 800, update: 40, unchanged: 10, duplicate: 9, error: 5 },
    });
    expect(outcomeOf(counts, null, true)).toMatchObject({ create: 0, error: 3 });
  });
});

describe('the parts of the bar', () => {
  it('fill it, and show also what is rare', () => {
    const shares = sharesOf(counts);
    expect(kinds.reduce((sum, kind) => sum + shares[kind], 0)).toBeCloseTo(100);
    expect(shares.error).toBeGreaterThan(0.9);
    expect(shares.unchanged).toBe(0);
    expect(sharesOf({ create: 0, update: 0, unchanged: 0, duplicate: 0, error: 0 })).toMatchObject({ create: 0, error: 0 });
  });
});

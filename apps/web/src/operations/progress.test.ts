import { describe, expect, it } from 'vitest';
import { durationOf, durationText, measureOf, progressOf, undoneBy } from './progress.ts';

const step = (name: string, state: 'pending' | 'running' | 'done' | 'failed' | 'skipped') => ({ name, state });

describe('the progress of an operation', () => {
  it('counts skipped steps as done and looks at the one that runs or failed', () => {
    expect(progressOf([step('a', 'done'), step('b', 'skipped'), step('c', 'failed'), step('d', 'pending')])).toEqual({
      done: 2,
      all: 4,
      percent: 50,
      current: 'c',
    });
    expect(progressOf([step('a', 'done')])).toEqual({ done: 1, all: 1, percent: 100, current: null });
    expect(progressOf([])).toEqual({ done: 0, all: 0, percent: 0, current: null });
  });
  it('is measured by its rows where it has any', () => {
    const steps = [
      { ...step('a', 'done'), startedAt: null, finishedAt: null, attempts: 1, failure: null },
      { ...step('b', 'running'), startedAt: null, finishedAt: null, attempts: 1, failure: null },
    ];
    expect(measureOf({ steps, progress: null })).toEqual({ done: 1, all: 2, percent: 50, unit: 'steps' });
    expect(measureOf({ steps, progress: { done: 0, failed: 0, skipped: 0, total: 0 } }).unit).toBe('steps');
    expect(measureOf({ steps, progress: { done: 990, failed: 4, skipped: 5, total: 1000 } })).toEqual({
      done: 999,
      all: 1000,
      percent: 99,
      unit: 'rows',
    });
    expect(measureOf({ steps, progress: { done: 1, failed: 0, skipped: 0, total: 100_000 } }).percent).toBe(1);
  });
  it('names what cancelling takes back', () => {
    expect(
      undoneBy({
        kind: 'customer-onboarding',
        steps: [step('check_address', 'done'), step('reserve_domain', 'done'), step('create_account', 'failed')],
      }),
    ).toEqual(['reserve_domain']);
  });
  it('takes nothing back once the relationship has ended', () => {
    expect(
      undoneBy({
        kind: 'relationship-end',
        steps: [step('take_back_delegated_admin', 'done'), step('end_relationship', 'done'), step('tell_both_sides', 'failed')],
      }),
    ).toEqual([]);
  });
  it('tells durations as a person reads them', () => {
    expect([20, 400, 12_300, 60_000, 185_000, 7_800_000].map((ms) => durationText(ms, 'en'))).toEqual([
      '< 0.1 s',
      '0.4 s',
      '12 s',
      '1 min',
      '3 min 5 s',
      '2 h 10 min',
    ]);
    expect(durationText(185_000, 'ja')).toMatch(/3 ?分 5 ?秒/);
  });
  it('measures what runs up to now', () => {
    expect(durationOf('2026-01-01T00:00:00Z', null, Date.parse('2026-01-01T00:00:05Z'))).toBe(5000);
    expect(durationOf(null, null, 0)).toBeNull();
  });
});

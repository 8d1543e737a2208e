import { describe, expect, it, vi } from 'vitest';

vi.stubGlobal('navigator', { languages: ['en'] });
const { fromNow } = await import('./language.ts');

const now = Date.now();
const minute = 60_000;
const day = 24 * 60 * minute;
const at = (ms: number) => new Date(now + ms).toISOString();

describe('a moment as it lies from now', () => {
  it('has fourteen days left a moment after fourteen days were given', () => {
    expect(fromNow(at(14 * day - 2 * minute), now)).toBe('in 14 days');
    expect(fromNow(at(3 * day - 9 * minute), now)).toBe('in 3 days');
    expect(fromNow(at(13.4 * day), now)).toBe('in 13 days');
  });

  it('is never older than it is', () => {
    expect(fromNow(at(-(2 * day - minute)), now)).toBe('yesterday');
    expect(fromNow(at(-59 * minute), now)).toBe('59 min. ago');
  });
});

import { describe, expect, it } from 'vitest';
import { checkDays, endOf } from './duration.ts';
import en from './en.json' with { type: 'json' };
import ja from './ja.json' with { type: 'json' };

const now = Date.parse('2028-02-20T10:00:00Z');

describe('the duration of a form', () => {
  it('is 1 to 730 whole days, and says which rule is broken', () => {
    expect([null, '', Number.NaN].map((days) => checkDays(days)?.rule)).toEqual(['required', 'required', 'required']);
    expect(checkDays(1.5)).toEqual({ rule: 'not_whole' });
    expect(checkDays(0)).toEqual({ rule: 'too_small', params: { min: 1 } });
    expect(checkDays(731)).toEqual({ rule: 'too_large', params: { max: 730 } });
    expect([1, 730].map(checkDays)).toEqual([null, null]);
  });
  it('ends so many days of 24 hours later, over a leap day too', () => {
    expect(endOf(30, null, now)?.toISOString()).toBe('2028-03-21T10:00:00.000Z');
    expect(endOf(0, null, now)).toBeNull();
  });
  it('begins at the end that there is', () => {
    expect(endOf(30, '2028-03-01T00:00:00Z', now)?.toISOString()).toBe('2028-03-31T00:00:00.000Z');
  });
});

const keysOf = (value: object, path = ''): string[] =>
  Object.entries(value).flatMap(([name, inner]) => (typeof inner === 'object' ? keysOf(inner, `${path}${name}.`) : [`${path}${name}`]));
it('both languages say the same things', () => {
  expect(keysOf(ja)).toEqual(keysOf(en));
});

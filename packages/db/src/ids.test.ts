import { validate, version } from 'uuid';
import { afterEach, expect, it, vi } from 'vitest';
import { newId } from './ids.ts';

afterEach(() => vi.useRealTimers());

it('ids are UUIDs of version 7, and of now', () => {
  const before = Date.now();
  const id = newId();
  expect([validate(id), version(id)]).toEqual([true, 7]);
  const ms = Number.parseInt(id.replaceAll('-', '').slice(0, 12), 16);
  expect(ms).toBeGreaterThanOrEqual(before);
  expect(ms).toBeLessThanOrEqual(Date.now() + 1);
});

it('ids differ and sort in the order they were made, more in one millisecond than the pool of random bytes holds', () => {
  const ids = Array.from({ length: 10_000 }, newId);
  expect(new Set(ids).size).toBe(ids.length);
  expect([...ids].sort()).toEqual(ids);
});

it('ids go on sorting when the clock is put back', () => {
  const first = newId();
  vi.useFakeTimers({ now: Date.now() - 3_600_000 });
  expect([newId(), first, newId()].sort()[0]).toBe(first);
});

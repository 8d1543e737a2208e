import { expect, it } from 'vitest';
import { makeTemporaryPassword } from './temporaryPassword.ts';

it('a temporary password is easy to read aloud and never the same', () => {
  const made = Array.from({ length: 2000 }, () => makeTemporaryPassword());
  for (const password of made) expect(password).toMatch(/^([a-zA-Z2-9]{4}-){3}[a-zA-Z2-9]{4}$/);
  expect(made.join('')).not.toMatch(/[il1I0Oo]/);
  expect(new Set(made).size).toBe(made.length);
});

import { expect, it } from 'vitest';
import { createEncryption } from './encryption.ts';

const secret = 'one secret of an installation, long enough';
const encryption = createEncryption(secret, 'tests');

it('gives back what was encrypted, and never looks the same twice', () => {
  for (const text of ['', 'x', '秘密 🔑', 'a'.repeat(10_000)]) {
    const [one, two] = [encryption.encrypt(text, 'about'), encryption.encrypt(text, 'about')];
    expect(one).not.toBe(two);
    expect(one).toMatch(/^[\w-]+$/);
    expect([encryption.decrypt(one, 'about'), encryption.decrypt(two, 'about')]).toEqual([text, text]);
  }
});

it('reads nothing that was changed, cut, is about something else, or of another key', () => {
  const encrypted = encryption.encrypt('the secret', 'one');
  const bytes = Buffer.from(encrypted, 'base64url');
  for (let index = 0; index < bytes.length; index += 1) {
    const changed = Buffer.from(bytes);
    changed[index] = (changed[index] ?? 0) ^ 1;
    expect(encryption.decrypt(changed.toString('base64url'), 'one'), String(index)).toBeNull();
    expect(encryption.decrypt(bytes.subarray(0, index).toString('base64url'), 'one'), String(index)).toBeNull();
  }
  for (const wrong of ['', 'x', `${encrypted}A`, `${encrypted}=`, `${encrypted} `])
    expect(encryption.decrypt(wrong, 'one'), wrong).toBeNull();
  expect(encryption.decrypt(encrypted, 'another')).toBeNull();
  expect(createEncryption(secret, 'another purpose').decrypt(encrypted, 'one')).toBeNull();
  expect(createEncryption(`${secret}!`, 'tests').decrypt(encrypted, 'one')).toBeNull();
});

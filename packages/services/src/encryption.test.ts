import { describe, expect, it } from 'vitest';
import { createEncryption } from './encryption.ts';

const encryption = createEncryption('a secret of at least thirty-two characters');

describe('what is kept encrypted', () => {
  it('is read again, and is never twice the same', () => {
    const [one, other] = [encryption.encrypt('the text', 'of Eva'), encryption.encrypt('the text', 'of Eva')];
    expect(encryption.decrypt(one, 'of Eva')).toBe('the text');
    expect(one).not.toBe(other);
    expect(one).not.toContain('text');
  });

  it('is not read by another secret, as something else, or once it was changed', () => {
    const kept = encryption.encrypt('the text', 'of Eva');
    const changed = Buffer.from(kept, 'base64url');
    changed[14] = (changed[14] ?? 0) ^ 1;
    expect(() => createEncryption('another secret of thirty-two characters').decrypt(kept, 'of Eva')).toThrow();
    expect(() => encryption.decrypt(kept, 'of Bob')).toThrow();
    expect(() => encryption.decrypt(changed.toString('base64url'), 'of Eva')).toThrow();
    expect(() => encryption.decrypt('short', 'of Eva')).toThrow();
  });
});

import { describe, expect, it } from 'vitest';
import { apiKeyShape, apiKeyStateAt } from './api-keys.ts';

describe('an API key', () => {
  const expiresAt = new Date('2026-03-01T00:00:00Z');
  const at = (moment: string) => new Date(moment);

  it('is good until its last moment, and not at it', () => {
    expect(apiKeyStateAt({ expiresAt, revokedAt: null }, at('2026-02-28T23:59:59.999Z'))).toBe('active');
    expect(apiKeyStateAt({ expiresAt, revokedAt: null }, expiresAt)).toBe('expired');
  });

  it('that was revoked stays so, before and after its end', () => {
    const revokedAt = at('2026-01-01T00:00:00Z');
    expect(apiKeyStateAt({ expiresAt, revokedAt }, at('2026-01-02T00:00:00Z'))).toBe('revoked');
    expect(apiKeyStateAt({ expiresAt, revokedAt }, at('2027-01-01T00:00:00Z'))).toBe('revoked');
  });

  it('has one shape', () => {
    const good = `clientele_${'aZ09_-'.padEnd(43, 'x')}`;
    expect(good).toMatch(apiKeyShape);
    for (const wrong of ['', good.slice(1), `${good}x`, good.slice(0, -1), ` ${good}`, good.replace('x', '=')])
      expect(wrong).not.toMatch(apiKeyShape);
  });
});

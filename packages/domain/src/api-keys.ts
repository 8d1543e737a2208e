/** Days that an API key may live; each has an end. */
export const apiKeyDays = { least: 1, most: 365, usual: 90 } as const;

/** As many keys of a partner may be good at the same time. */
export const mostApiKeys = 50;

export const apiKeyStates = ['active', 'expired', 'revoked'] as const;
export type ApiKeyState = (typeof apiKeyStates)[number];

/** What has become of a key. Who took it back is told before that its time was over. */
export function apiKeyStateAt({ expiresAt, revokedAt }: { expiresAt: Date; revokedAt: Date | null }, now: Date): ApiKeyState {
  if (revokedAt) return 'revoked';
  return expiresAt <= now ? 'expired' : 'active';
}

/** How a key begins, so that a scanner of repositories knows one when it sees it. */
export const apiKeyPrefix = 'clientele_';
/** A key: the prefix, and 256 bits as base64url. */
export const apiKeyShape = /^clientele_[\w-]{43}$/;

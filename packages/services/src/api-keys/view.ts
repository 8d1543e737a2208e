import type { ApiKeyRecord, Context } from '@clientele/db';
import { apiKeyStateAt } from '@clientele/domain';
import { allow } from '../access.ts';

/** A key as it is shown: never the key itself. */
export function viewApiKey(ctx: Context, record: ApiKeyRecord, createdBy: string) {
  const { id, name, roles, hint, createdAt, expiresAt, lastUsedAt, revokedAt } = record;
  const state = apiKeyStateAt(record, ctx.now);
  return {
    ...{ id, name, roles, hint, state, createdBy, createdAt, expiresAt, lastUsedAt, revokedAt },
    actions: { revoke: allow(ctx, 'partner.manage', state === 'active', state) },
  };
}
export type ApiKeyView = ReturnType<typeof viewApiKey>;

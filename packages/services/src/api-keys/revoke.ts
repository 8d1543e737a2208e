import { apiKeys, type Context, transact, users } from '@clientele/db';
import { apiKeyStateAt, illegal, notFound } from '@clientele/domain';
import { eq } from 'drizzle-orm';
import { demand } from '../access.ts';
import { type ApiKeyView, viewApiKey } from './view.ts';

/** Takes a key back: the next call with it is refused. Throws `not_found`, also for another partner's, and `illegal_transition` for one that is over. */
export async function revokeApiKey(ctx: Context, apiKeyId: string): Promise<ApiKeyView> {
  demand(ctx, 'partner.manage');
  return transact(ctx, async (tx) => {
    const [row] = await tx
      .select({ record: apiKeys, createdBy: users.name })
      .from(apiKeys)
      .innerJoin(users, eq(users.id, apiKeys.createdBy))
      .where(eq(apiKeys.id, apiKeyId))
      .for('update', { of: apiKeys });
    if (!row) throw notFound('API key');
    const state = apiKeyStateAt(row.record, ctx.now);
    if (state !== 'active') throw illegal('API key', state, 'be revoked');
    await tx.update(apiKeys).set({ revokedAt: ctx.now }).where(eq(apiKeys.id, apiKeyId));
    return {
      result: viewApiKey(ctx, { ...row.record, revokedAt: ctx.now }, row.createdBy),
      events: [{ type: 'api_key.revoked', data: { apiKeyId } }],
    };
  });
}

import { createHash, randomBytes } from 'node:crypto';
import { apiKeys, type Context, newId, transact } from '@clientele/db';
import { apiKeyPrefix, mostApiKeys, Refusal, type Role } from '@clientele/domain';
import { and, eq, gt, isNull, sql } from 'drizzle-orm';
import { actorName, demand, userIdOf } from '../access.ts';
import { type ApiKeyView, viewApiKey } from './view.ts';

/** What a key is found by. A key is 256 random bits, so that there is nothing to guess and no need to make the hash slow. */
export const hashOfApiKey = (key: string): string => createHash('sha256').update(key).digest('hex');

export interface NewApiKey {
  name: string;
  roles: readonly Role[];
  /** Days until it ends, 1 to 365. */
  days: number;
}

/**
 * Makes a key. `key` is in this answer and nowhere else; so the answer is not kept under an Idempotency-Key. Throws `validation_failed` for a name
 * that a key has which is not revoked, `limit_reached` beyond 50 good keys.
 */
export async function createApiKey(ctx: Context, { name, roles, days }: NewApiKey): Promise<{ apiKey: ApiKeyView; key: string }> {
  demand(ctx, 'partner.manage');
  const key = apiKeyPrefix + randomBytes(32).toString('base64url');
  return transact({ ...ctx, idempotency: undefined }, async (tx) => {
    // One after the other: two at once must not both be the fiftieth.
    await tx.execute(sql`select pg_advisory_xact_lock(hashtextextended(${`api-keys ${ctx.partner.id}`}, 0))`);
    const good = await tx.$count(
      apiKeys,
      and(eq(apiKeys.partnerId, ctx.partner.id), isNull(apiKeys.revokedAt), gt(apiKeys.expiresAt, ctx.now)),
    );
    if (good >= mostApiKeys)
      throw new Refusal('limit_reached', `There are ${good} keys; at most ${mostApiKeys} may be good at the same time. Revoke one first.`, {
        details: { limit: 'apiKeys', most: mostApiKeys, now: good },
      });
    const [record] = await tx
      .insert(apiKeys)
      .values({
        ...{ id: newId(), partnerId: ctx.partner.id, name, roles: [...roles], hash: hashOfApiKey(key), hint: key.slice(-4) },
        ...{ createdBy: userIdOf(ctx), createdAt: ctx.now, expiresAt: new Date(ctx.now.getTime() + days * 86_400_000) },
      })
      .onConflictDoNothing()
      .returning();
    if (!record) throw new Refusal('validation_failed', 'There is a key of this name.', { fields: [{ path: 'name', rule: 'name_taken' }] });
    return {
      result: { apiKey: viewApiKey(ctx, record, actorName(ctx)), key },
      events: [{ type: 'api_key.created', data: { apiKeyId: record.id, roles: [...roles], until: record.expiresAt.toISOString() } }],
    };
  });
}

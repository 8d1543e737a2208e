import { apiKeys, type Context, type Database, transact } from '@clientele/db';
import { apiKeyShape, apiKeyStateAt, type Cloud, type Language, type PartnerType, Refusal, type Role } from '@clientele/domain';
import { and, eq, isNull, lt, or } from 'drizzle-orm';
import { hashOfApiKey } from './create.ts';

interface KeyRow {
  key_id: string;
  name: string;
  roles: Role[];
  expires_at: string;
  revoked_at: string | null;
  created_by: string;
  language: Language;
  partner_id: string;
  partner_name: string;
  partner_type: PartnerType;
  cloud: Cloud;
  country: string;
}

/** Whose key it is. */
export interface ApiKeyActor {
  actor: Extract<Context['actor'], { kind: 'api-key' }>;
  language: Language;
  partner: Context['partner'];
}

const unknownKey = () => new Refusal('unauthenticated', 'This is no API key of ours.');

/** A refused key is written down at most this often. */
const refusedEveryMs = 3_600_000;

/**
 * Who calls with this key. One query. Throws `unauthenticated`: for a key that is over, saying so to whoever has it, with a record in its partner's
 * activity log; for anything else always the same, also for a key of the other cloud (`cloud` is that of the host).
 */
export async function findApiKeyActor(
  base: Pick<Context, 'db' | 'requestId' | 'now' | 'committed'>,
  key: string,
  cloud?: Cloud,
): Promise<ApiKeyActor> {
  const row = apiKeyShape.test(key) ? await findKey(base.db, hashOfApiKey(key), base.now) : undefined;
  if (!row) throw unknownKey();
  const partner = { id: row.partner_id, name: row.partner_name, type: row.partner_type, cloud: row.cloud, country: row.country };
  const actor = { kind: 'api-key', id: row.key_id, name: row.name, roles: row.roles, createdBy: row.created_by } as const;
  if (cloud && cloud !== partner.cloud) {
    await writeDownRefusal({ ...base, partner, actor }, 'other_cloud');
    throw unknownKey();
  }
  const [expiresAt, revokedAt] = [new Date(row.expires_at), row.revoked_at === null ? null : new Date(row.revoked_at)];
  const state = apiKeyStateAt({ expiresAt, revokedAt }, base.now);
  if (state === 'active') return { actor, language: row.language, partner };
  await writeDownRefusal({ ...base, partner, actor }, state);
  const since = (revokedAt ?? expiresAt).toISOString();
  throw new Refusal('unauthenticated', state === 'revoked' ? `This API key was revoked on ${since}.` : `This API key ended on ${since}.`, {
    details: { apiKey: state },
  });
}

const findKey = async (db: Database, hash: string, now: Date): Promise<KeyRow | undefined> =>
  (await db.sql<KeyRow[]>`select * from api_key_actor(${hash}, ${now.toISOString()})`)[0];

async function writeDownRefusal(ctx: Context, because: 'expired' | 'revoked' | 'other_cloud'): Promise<void> {
  await transact(ctx, async (tx) => {
    const written = await tx
      .update(apiKeys)
      .set({ refusedAt: ctx.now })
      .where(
        and(
          eq(apiKeys.id, ctx.actor.id ?? ''),
          or(isNull(apiKeys.refusedAt), lt(apiKeys.refusedAt, new Date(ctx.now.getTime() - refusedEveryMs))),
        ),
      )
      .returning({ id: apiKeys.id });
    return { result: undefined, events: written.map(({ id }) => ({ type: 'api_key.refused', data: { apiKeyId: id, because } })) };
  });
}

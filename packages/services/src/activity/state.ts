import { type Context, logVerifications, newId, read, transact } from '@clientele/db';
import { and, desc, eq, isNotNull, isNull, sql } from 'drizzle-orm';
import { demand } from '../access.ts';
import { type CheckpointRow, checkpointColumns, checkpointOf } from './checkpoints.ts';
import { fingerprintOf, type LogKey } from './signing-key.ts';

/** The installation's public key for its logs, for everybody: what people compare, and what programs take. */
export function logKeyOf(key: LogKey) {
  return { algorithm: 'Ed25519' as const, publicKey: key.publicKey.toString('base64'), fingerprint: fingerprintOf(key.publicKey) };
}

/** How the partner's log stands: sealed up to where, what waits, and what the last verification found. */
export async function getLogState(ctx: Context, key: LogKey) {
  demand(ctx, 'activity.see');
  return read(ctx, async (tx) => {
    const checkpoint = async (kind: 'seal' | 'cut') => {
      const [row] = (await tx.execute(
        sql`select ${sql.raw(checkpointColumns)} from log_checkpoints c where c.partner_id = ${ctx.partner.id} and c.kind = ${kind} order by c.seq desc limit 1`,
      )) as unknown as CheckpointRow[];
      return row ? checkpointOf(row) : null;
    };
    const sealed = await checkpoint('seal');
    const cut = await checkpoint('cut');
    const most = 10_000;
    const [waiting] = (await tx.execute(
      sql`select count(*)::int as count from (select from unsealed_events where partner_id = ${ctx.partner.id} limit ${most}) counted`,
    )) as unknown as { count: number }[];
    const mine = eq(logVerifications.partnerId, ctx.partner.id);
    const [verified] = await tx
      .select()
      .from(logVerifications)
      .where(and(mine, isNotNull(logVerifications.finishedAt)))
      .orderBy(desc(logVerifications.requestedAt))
      .limit(1);
    const [asked] = await tx
      .select({ id: logVerifications.id })
      .from(logVerifications)
      .where(and(mine, isNull(logVerifications.finishedAt)))
      .limit(1);
    return {
      sealed: sealed && { seq: sealed.seq, hash: sealed.hash, at: sealed.at },
      removed: cut && { seq: cut.seq, at: cut.at },
      waiting: waiting?.count ?? 0,
      verified: verified?.finishedAt
        ? { at: verified.finishedAt, seq: verified.seq ?? 0, records: verified.records ?? 0, problems: verified.problems ?? [] }
        : null,
      verifying: asked !== undefined,
      key: logKeyOf(key),
    };
  });
}

/** The newest checkpoint, to be kept elsewhere; null while nothing is sealed. */
export async function getCheckpoint(ctx: Context) {
  demand(ctx, 'activity.see');
  return read(ctx, async (tx) => {
    const [row] = (await tx.execute(
      sql`select ${sql.raw(checkpointColumns)} from log_checkpoints c where c.partner_id = ${ctx.partner.id} order by c.seq desc limit 1`,
    )) as unknown as CheckpointRow[];
    return row ? checkpointOf(row) : null;
  });
}

/** Asks for a verification, which a worker carries out; one that is asked for already is enough. */
export async function askVerification(ctx: Context, key: LogKey) {
  demand(ctx, 'activity.see');
  await transact(ctx, async (tx) => {
    const [open] = await tx
      .select({ id: logVerifications.id })
      .from(logVerifications)
      .where(and(eq(logVerifications.partnerId, ctx.partner.id), isNull(logVerifications.finishedAt)))
      .limit(1);
    if (!open)
      await tx.insert(logVerifications).values({ id: newId(), partnerId: ctx.partner.id, requestedBy: ctx.actor.id, requestedAt: ctx.now });
    return { result: undefined, events: [] };
  });
  return getLogState(ctx, key);
}

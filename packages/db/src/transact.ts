import { type NewEvent, Refusal } from '@clientele/domain';
import { and, eq, sql } from 'drizzle-orm';
import type { PendingQuery, TransactionSql as SqlTag } from 'postgres';
import { v7 as uuidv7 } from 'uuid';
import type { CommittedEvent, Context } from './context.ts';
import type { Transaction } from './database.ts';
import { events, idempotencyKeys } from './schema/index.ts';

/** What a change gives back: its result, and everything that happened. Forgetting the events does not compile. */
export interface Change<Result> {
  result: Result;
  events: NewEvent[];
}

class Replay extends Error {
  constructor(readonly result: unknown) {
    super('replay');
  }
}

/**
 * The one way to write: runs `change` in a transaction that belongs to the context's partner, stores the events it
 * returns in that same transaction, and tells `ctx.committed` once it is done. With an idempotency key, the first request's
 * result is kept in the same transaction and given to every later one: same answer, one effect.
 */
export async function transact<Result>(ctx: Context, change: (tx: Transaction) => Promise<Change<Result>>): Promise<Result> {
  let committed: CommittedEvent[] = [];
  try {
    const result = await ctx.db.orm.transaction(async (tx) => {
      await tx.execute(sql`select set_config('app.partner_id', ${ctx.partner.id}, true)`);
      if (ctx.idempotency) await reserveKey(ctx, tx);
      const done = await change(tx);
      committed = done.events.map((event) => ({ ...event, id: uuidv7(), partnerId: ctx.partner.id }));
      const writes: PromiseLike<unknown>[] = [];
      if (committed.length > 0) {
        writes.push(
          tx.insert(events).values(
            committed.map((event) => ({
              id: event.id,
              partnerId: event.partnerId,
              type: event.type,
              at: ctx.now,
              actorKind: ctx.actor.kind,
              actorId: ctx.actor.id,
              customerId: event.customerId ?? null,
              invitationId: event.invitationId ?? null,
              requestId: ctx.requestId,
              data: event.data,
            })),
          ),
        );
      }
      if (ctx.idempotency)
        writes.push(
          tx
            .update(idempotencyKeys)
            .set({ result: { value: done.result } })
            .where(keyOf(ctx)),
        );
      await Promise.all(writes);
      return done.result;
    });
    if (committed.length > 0) ctx.committed?.(committed, ctx.partner.id);
    return result;
  } catch (error) {
    if (error instanceof Replay) return error.result as Result;
    throw error;
  }
}

/** Reads under the context's partner, in a read-only transaction: all queries see the same moment. */
export async function read<Result>(
  ctx: { db: Context['db']; partner: { id: string } },
  query: (tx: Transaction) => Promise<Result>,
): Promise<Result> {
  return ctx.db.orm.transaction(
    async (tx) => {
      await tx.execute(sql`select set_config('app.partner_id', ${ctx.partner.id}, true)`);
      return query(tx);
    },
    { accessMode: 'read only' },
  );
}

/**
 * The quick read: sets the partner and runs one prepared query in a single round trip (postgres.js pipelines an array).
 * For the few hot lists; everything else reads with `read`.
 */
export async function readPipelined<Row extends object>(
  ctx: Pick<Context, 'db' | 'partner'>,
  query: (sql: SqlTag) => PendingQuery<Row[]>,
): Promise<Row[]> {
  const results = await ctx.db.sql.begin('read only', (tx) => [
    tx`select set_config('app.partner_id', ${ctx.partner.id}, true)`,
    query(tx),
  ]);
  return results[1] as unknown as Row[];
}

function keyOf(ctx: Context) {
  return and(
    eq(idempotencyKeys.partnerId, ctx.partner.id),
    eq(idempotencyKeys.actorId, ctx.actor.id ?? ''),
    eq(idempotencyKeys.key, ctx.idempotency?.key ?? ''),
  );
}

/** Takes the key, waiting for another transaction that holds it; an answered one is replayed, one of another request refused. */
async function reserveKey(ctx: Context, tx: Transaction): Promise<void> {
  const { key, fingerprint } = ctx.idempotency as NonNullable<Context['idempotency']>;
  const taken = await tx
    .insert(idempotencyKeys)
    .values({ partnerId: ctx.partner.id, actorId: ctx.actor.id ?? '', key, fingerprint, result: {}, createdAt: ctx.now })
    .onConflictDoNothing()
    .returning({ key: idempotencyKeys.key });
  if (taken.length > 0) return;
  const [earlier] = await tx.select().from(idempotencyKeys).where(keyOf(ctx));
  if (earlier?.fingerprint !== fingerprint)
    throw new Refusal('idempotency_key_reused', 'This Idempotency-Key was used for another request. Choose a new one.');
  throw new Replay((earlier.result as { value: unknown }).value);
}

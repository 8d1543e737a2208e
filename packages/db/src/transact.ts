import { keptFacts, type NewEvent, Refusal, reactingEventTypes } from '@clientele/domain';
import type { CommittedEvent, Context } from './context.ts';
import { newId } from './ids.ts';
import type { Send, Statement, Transaction } from './lanes.ts';
import { statement, together } from './statements.ts';

/** What a change gives back: its result, and everything that happened. Forgetting the events does not compile. */
export interface Change<Result> {
  result: Result;
  events: NewEvent[];
  /** Inserts and updates whose outcome the change does not look at: they are one statement with the events, and travel with the commit. */
  writes?: Statement[];
  /** A select in that same statement that raises an error where the change must not be. */
  demand?: Statement;
}

class Replay extends Error {
  constructor(readonly result: unknown) {
    super('replay');
  }
}

/** A partner on the other side of a wall, as far as a change needs it. */
type OtherPartner = Context['partner'];

/**
 * Does a part of a change within another partner's wall: what `work` reads and writes is that partner's, its events go into that partner's log, and all of it is
 * in the same transaction. For an act that both sides of a partnership have agreed to, and nothing else: who may do that is the caller's to check. While it
 * runs, nothing else of the change may be sent.
 */
export type Within = <Result>(partner: OtherPartner, work: (there: Context) => Promise<Change<Result>>) => Promise<Result>;

/**
 * The one way to write: runs `change` in a transaction that belongs to the context's partner, stores the events it
 * returns in that same transaction, and tells `ctx.committed` once it is done. With an idempotency key, the first request's
 * result is kept in the same transaction and given to every later one: same answer, one effect.
 */
export async function transact<Result>(
  ctx: Context,
  change: (tx: Transaction, send: Send, within: Within) => Promise<Change<Result>>,
): Promise<Result> {
  let committed: CommittedEvent[] = [];
  let elsewhere: CommittedEvent[][] = [];
  try {
    // A key is kept under row-level security: were the begin to fail, there would be no partner, and no key kept.
    const options = { partnerId: ctx.partner.id, mode: 'read write', eager: ctx.idempotency !== undefined } as const;
    const result = await ctx.db.lanes.transaction(options, async (tx, send) => {
      if (ctx.idempotency) await keepKey(ctx, send);
      elsewhere = [];
      const done = await change(tx, send, withinOf(ctx, send, elsewhere));
      committed = committedOf(ctx, done.events);
      const writes = writesOf(ctx, done, committed, ctx.idempotency ? [keepResult(ctx, done.result)] : []);
      return { result: done.result, writes: writes.length > 0 ? [together(ctx.partner.id, writes)] : [] };
    });
    for (const events of [committed, ...elsewhere]) if (events[0]) ctx.committed?.(events, events[0].partnerId);
    return result;
  } catch (error) {
    if (error instanceof Replay) return error.result as Result;
    throw error;
  }
}

function withinOf(ctx: Context, send: Send, elsewhere: CommittedEvent[][]): Within {
  const enter = (partnerId: string) => send(`select set_config('app.partner_id', $1, true)`, [partnerId]);
  return async (partner, work) => {
    // An idempotency key is kept once, on the side of who asked.
    const there: Context = { ...ctx, partner, idempotency: undefined };
    await enter(partner.id);
    try {
      const done = await work(there);
      const committed = committedOf(there, done.events);
      const writes = writesOf(there, done, committed, []);
      if (writes.length > 0) {
        const { sql, params } = together(partner.id, writes).toSQL();
        await send(sql, params);
      }
      elsewhere.push(committed);
      return done.result;
    } finally {
      await enter(ctx.partner.id);
    }
  };
}

/**
 * `transact` for a change that need not read: all of it is one statement, and so one round trip. Its writes are of `insertRow`; what must hold
 * is its `demand`.
 */
export async function transactAtOnce<Result>(ctx: Context, change: Change<Result>): Promise<Result> {
  const committed = committedOf(ctx, change.events);
  const writes = writesOf(ctx, change, committed, ctx.idempotency ? [insertResult(ctx, change.result)] : []);
  try {
    await ctx.db.lanes.alone(together(ctx.partner.id, writes));
  } catch (error) {
    // A second request with the same key fails at the key, or at what the first has changed.
    const kept = ctx.idempotency && (await keptResult(ctx));
    if (kept) return replayed(ctx, kept) as Result;
    throw error;
  }
  ctx.committed?.(committed, ctx.partner.id);
  return change.result;
}

const committedOf = (ctx: Context, events: NewEvent[]): CommittedEvent[] =>
  events.map((event) => ({ ...event, id: newId(), partnerId: ctx.partner.id }));

const writesOf = (ctx: Context, { writes = [], demand }: Change<unknown>, committed: CommittedEvent[], key: Statement[]): Statement[] => [
  ...writes,
  ...(committed.length > 0 ? [insertEvents(ctx, committed)] : []),
  ...key,
  ...(demand ? [demand] : []),
];

/** Reads under the context's partner, in a read-only transaction. */
export async function read<Result>(
  ctx: { db: Context['db']; partner: { id: string } },
  query: (tx: Transaction) => Promise<Result>,
): Promise<Result> {
  return ctx.db.lanes.transaction({ partnerId: ctx.partner.id, mode: 'read only', eager: true }, async (tx) => ({
    result: await query(tx),
  }));
}

/**
 * The quick read: one statement with its begin and commit in a single round trip. With parameters it is prepared, and planned once for
 * all of their values. For the few hot lists; everything else reads with `read`.
 */
export async function readPipelined<Row extends object>(
  ctx: Pick<Context, 'db' | 'partner'>,
  text: string,
  parameters: (string | null)[] = [],
): Promise<Row[]> {
  let rows: Promise<Row[]> | undefined;
  await ctx.db.lanes.transaction({ partnerId: ctx.partner.id, mode: 'read only', eager: true }, async (_tx, send) => {
    rows = send<Row>(text, parameters);
    return { result: undefined };
  });
  return (await rows) ?? [];
}

// These are in every change, so they are plain text that is prepared once: Drizzle would put them together anew each time.

/** What sets nothing going is written as handed over: there is nothing for the relay to do. */
function insertEvents(ctx: Context, committed: CommittedEvent[]): Statement {
  const rows = committed.map((event) => ({
    id: event.id,
    type: event.type,
    customer_id: event.customerId ?? null,
    invitation_id: event.invitationId ?? null,
    data: keptFacts(event.data),
  }));
  return statement(
    `insert into events (id, partner_id, type, at, actor_kind, actor_id, customer_id, invitation_id, request_id, operation_id, ip, user_agent, data, dispatched_at)
     select id, $2, type, $3, $4, $5, customer_id, invitation_id, $6, $8, $9, $10, data, case when type = any($7::text[]) then null else $3::timestamptz end
     from partner, jsonb_to_recordset($1) as e(id uuid, type text, customer_id uuid, invitation_id uuid, data jsonb)`,
    [
      ...[JSON.stringify(rows), ctx.partner.id, ctx.now.toISOString(), ctx.actor.kind, ctx.actor.id, ctx.requestId, reactingEventTypes],
      ...[ctx.operationId ?? null, ctx.origin?.ip ?? null, ctx.origin?.userAgent ?? null],
    ],
  );
}

const keyOf = (ctx: Context) => [ctx.partner.id, ctx.actor.id ?? '', ctx.idempotency?.key ?? ''];

interface KeptResult {
  fingerprint: string;
  result: { value: unknown };
}

/** Takes the key, waiting for another transaction that holds it; an answered one is replayed, one of another request refused. */
async function keepKey(ctx: Context, send: Send): Promise<void> {
  // A row that is there already is given back as it is; xmax tells it from a new one.
  const [row] = await send<KeptResult & { is_new: boolean }>(
    `insert into idempotency_keys (partner_id, actor_id, key, fingerprint, result, created_at) values ($1, $2, $3, $4, '{}', $5)
     on conflict (partner_id, actor_id, key) do update set result = idempotency_keys.result
     returning xmax = 0 as is_new, fingerprint, result`,
    [...keyOf(ctx), ctx.idempotency?.fingerprint, ctx.now.toISOString()],
  );
  if (row && !row.is_new) throw new Replay(replayed(ctx, row));
}

/** The first request's answer, for the same request. */
function replayed(ctx: Context, { fingerprint, result }: KeptResult): unknown {
  if (fingerprint !== ctx.idempotency?.fingerprint)
    throw new Refusal('idempotency_key_reused', 'This Idempotency-Key was used for another request. Choose a new one.');
  return result.value;
}

/** Takes the key with its answer; a key that is taken is an error. */
function insertResult(ctx: Context, value: unknown): Statement {
  return statement(
    `insert into idempotency_keys (partner_id, actor_id, key, fingerprint, result, created_at) select $1, $2, $3, $4, $5, $6 from partner`,
    [...keyOf(ctx), ctx.idempotency?.fingerprint, JSON.stringify({ value }), ctx.now.toISOString()],
  );
}

async function keptResult(ctx: Context): Promise<KeptResult | undefined> {
  const [row] = await readPipelined<KeptResult>(
    ctx,
    'select fingerprint, result from idempotency_keys where partner_id = $1 and actor_id = $2 and key = $3',
    keyOf(ctx),
  );
  return row;
}

function keepResult(ctx: Context, value: unknown): Statement {
  return statement('update idempotency_keys set result = $4 where partner_id = $1 and actor_id = $2 and key = $3', [
    ...keyOf(ctx),
    JSON.stringify({ value }),
  ]);
}

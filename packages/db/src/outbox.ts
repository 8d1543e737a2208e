import type { Database } from './database.ts';

/** An event as the relay sees it. */
export interface OutboxEvent {
  id: string;
  partnerId: string;
  type: string;
  data: unknown;
}

/** Marks events as handed to the queue. */
export async function stampDispatched(db: Database, ids: string[]): Promise<void> {
  await db.sql`update events set dispatched_at = now() where id = any(${ids}::uuid[]) and dispatched_at is null`;
}

/**
 * Takes undispatched events of these types, oldest first, that no other sweep holds, gives them to `handOver` and stamps them. When
 * `handOver` throws nothing is stamped. Returns how many went out.
 */
export async function sweepOutbox(
  db: Database,
  { olderThanMs, most, types }: { olderThanMs: number; most: number; types: string[] },
  handOver: (events: OutboxEvent[]) => Promise<void>,
): Promise<number> {
  return db.lanes.transaction({ partnerId: null, mode: 'read write' }, async (_tx, send) => {
    const rows = await send<OutboxEvent>(
      `select id, partner_id as "partnerId", type, data from events
      where dispatched_at is null and at < now() - $1::interval and type = any($2::text[]) order by id limit ${most} for update skip locked`,
      [`${olderThanMs} milliseconds`, types],
    );
    if (rows.length === 0) return { result: 0 };
    await handOver([...rows]);
    await send('update events set dispatched_at = now() where id = any($1::uuid[])', [rows.map(({ id }) => id)]);
    return { result: rows.length };
  });
}

/** The types of undispatched events that are none of these. */
export async function otherTypes(db: Database, types: string[]): Promise<string[]> {
  const rows = await db.sql<
    { type: string }[]
  >`select distinct type from events where dispatched_at is null and type <> all(${types}::text[])`;
  return rows.map(({ type }) => type);
}

/** How many events are committed and not yet handed to the queue. */
export async function countUndispatched(db: Database): Promise<number> {
  const [row] = await db.sql<{ count: number }[]>`select count(*)::int as count from events where dispatched_at is null`;
  return row?.count ?? 0;
}

/** Forgets idempotency keys older than a day. */
export async function forgetOldKeys(db: Database): Promise<void> {
  await db.sql`delete from idempotency_keys where created_at < now() - interval '1 day'`;
}

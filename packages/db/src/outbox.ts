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
 * Takes undispatched events, oldest first, that no other sweep holds, and gives them to `handOver`, which returns the ids that
 * went out; those are stamped. When `handOver` throws nothing is stamped. Returns how many went out.
 */
export async function sweepOutbox(
  db: Database,
  { olderThanMs, most }: { olderThanMs: number; most: number },
  handOver: (events: OutboxEvent[]) => Promise<string[]>,
): Promise<number> {
  return db.sql.begin(async (tx) => {
    const rows = await tx<OutboxEvent[]>`
      select id, partner_id as "partnerId", type, data from events
      where dispatched_at is null and at < now() - ${`${olderThanMs} milliseconds`}::interval
      order by id limit ${most} for update skip locked`;
    if (rows.length === 0) return 0;
    const ids = await handOver([...rows]);
    if (ids.length > 0) await tx`update events set dispatched_at = now() where id = any(${ids}::uuid[])`;
    return ids.length;
  });
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

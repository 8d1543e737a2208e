import type { Database } from './database.ts';
import type { Send, Work } from './lanes.ts';

/**
 * A transaction on one partner's chain of seals. Not `transact`: a seal is about events, and has none of its own. Returns `otherwise` at once when another
 * process is at this chain; writers of events never ask for its lock.
 */
export async function onChain<Result>(
  { db, partner }: { db: Database; partner: { id: string } },
  otherwise: Result,
  work: (send: Send) => Promise<Work<Result>>,
): Promise<Result> {
  return db.lanes.transaction({ partnerId: partner.id, mode: 'read write' }, async (_tx, send) => {
    const [lock] = await send<{ mine: boolean }>(`select pg_try_advisory_xact_lock(hashtextextended('seal ' || $1, 0)) as mine`, [
      partner.id,
    ]);
    return lock?.mine ? work(send) : { result: otherwise };
  });
}

/** Reads a partner's rows in several statements that all see the same moment. */
export async function readOneMoment<Result>(
  { db, partner }: { db: Database; partner: { id: string } },
  query: (send: Send) => Promise<Result>,
): Promise<Result> {
  return db.lanes.transaction({ partnerId: partner.id, mode: 'read only' }, async (_tx, send) => {
    await send('set transaction isolation level repeatable read');
    return { result: await query(send) };
  });
}

import { countUndispatched, forgetOldKeys, openDatabase, stampDispatched, sweepOutbox } from '@clientele/db';
import type { Producer } from './producer.ts';
import { jobsOf, type RelayedEvent } from './reactions.ts';

/** At most so many events go out in one sweep of the outbox. */
const sweepSize = 500;

export interface RelayOptions {
  databaseUrl: string;
  producer: Producer;
  /** Told of every event type that this release does not know; it stays for a newer one. */
  onUnknown: (type: string) => void;
  onError: (error: unknown) => void;
}

/**
 * Carries committed events from the outbox to the queue. `dispatch` is the quick path for what this process has just committed;
 * `sweep` takes what is left after a crash or while the queue was away. The same event twice is one job, by its id.
 */
export function createRelay({ databaseUrl, producer, onUnknown, onError }: RelayOptions) {
  const db = openDatabase({ url: databaseUrl, role: 'clientele_relay', connections: 2 });
  const waiting: RelayedEvent[] = [];
  let flushing: Promise<void> | undefined;

  async function flush(): Promise<void> {
    while (waiting.length > 0) {
      const batch = waiting.splice(0, sweepSize);
      try {
        await producer.add(batch.flatMap((event) => jobsOf(event) ?? []));
        await stampDispatched(
          db,
          batch.map((event) => event.id),
        );
      } catch (error) {
        // Nothing is lost: the events are in the outbox, and the sweep brings them.
        onError(error);
      }
    }
    flushing = undefined;
  }

  return {
    /** Hands events over, after the commit and without making anybody wait. */
    dispatch(events: RelayedEvent[]): void {
      waiting.push(...events);
      flushing ??= Promise.resolve().then(flush);
    },

    /** Takes undispatched events that are older than a moment and hands them over. Returns how many went out. */
    async sweep(olderThanMs = 1000): Promise<number> {
      return sweepOutbox(db, { olderThanMs, most: sweepSize }, async (rows) => {
        const known = rows.filter((event) => {
          const found = jobsOf(event) !== undefined;
          if (!found) onUnknown(event.type);
          return found;
        });
        await producer.add(known.flatMap((event) => jobsOf(event) ?? []));
        return known.map((event) => event.id);
      });
    },

    /** How many events are committed and not yet handed over. */
    undispatched: () => countUndispatched(db),

    /** Forgets idempotency keys older than a day. */
    forgetOldKeys: () => forgetOldKeys(db),

    async close(): Promise<void> {
      await flushing;
      await db.close();
    },
  };
}
export type Relay = ReturnType<typeof createRelay>;

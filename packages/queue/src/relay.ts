import { setTimeout as sleep } from 'node:timers/promises';
import { countUndispatched, forgetOldKeys, openDatabase, otherTypes, stampDispatched, sweepOutbox } from '@clientele/db';
import { eventTypes } from '@clientele/domain';
import type { Producer } from './producer.ts';
import { isReacting, jobsOfAll, type RelayedEvent } from './reactions.ts';

/** At most so many events go out in one sweep of the outbox. */
const sweepSize = 500;

/** While events keep coming they gather for so long before the next go out together: many jobs cost hardly more than one. */
const gatherMs = 100;

export interface RelayOptions {
  databaseUrl: string;
  producer: Producer;
  /** Told once of every event type that this release does not know; it stays for a newer one. */
  onUnknown: (type: string) => void;
  onError: (error: unknown) => void;
}

/**
 * Carries committed events from the outbox to the queue. `dispatch` is the quick path for what this process has just committed;
 * `sweep` takes what is left after a crash or while the queue was away. The same event twice is one job, by its id.
 */
export function createRelay({ databaseUrl, producer, onUnknown, onError }: RelayOptions) {
  const db = openDatabase({ url: databaseUrl, role: 'clientele_relay', connections: 2 });
  const types = [...eventTypes];
  const toldOf = new Set<string>();
  const waiting: RelayedEvent[] = [];
  let flushing: Promise<void> | undefined;

  async function flush(): Promise<void> {
    while (waiting.length > 0) {
      const batch = waiting.splice(0, sweepSize);
      try {
        await producer.add(jobsOfAll(batch));
        await stampDispatched(
          db,
          batch.map((event) => event.id),
        );
      } catch (error) {
        // Nothing is lost: the events are in the outbox, and the sweep brings them.
        onError(error);
      }
      if (waiting.length > 0) await sleep(gatherMs);
    }
    flushing = undefined;
  }

  return {
    /** Hands events over, after the commit and without making anybody wait. */
    dispatch(events: RelayedEvent[]): void {
      // The others are written as handed over: a chunk of a bulk run commits hundreds of them.
      for (const event of events) if (isReacting(event.type)) waiting.push(event);
      if (waiting.length === 0) return;
      flushing ??= Promise.resolve().then(flush);
    },

    /** Takes undispatched events that are older than a moment and hands them over. Returns how many went out. */
    async sweep(olderThanMs = 1000): Promise<number> {
      for (const type of await otherTypes(db, types)) {
        if (!toldOf.has(type)) onUnknown(type);
        toldOf.add(type);
      }
      // However many unknown ones there are: they do not stand in the way of the others.
      return sweepOutbox(db, { olderThanMs, most: sweepSize, types }, (rows) => producer.add(jobsOfAll(rows)));
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

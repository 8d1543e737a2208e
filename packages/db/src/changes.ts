import type { CommittedEvent } from './context.ts';
import type { Database } from './database.ts';

const channel = 'clientele_changes';

/** A hint that something of a partner has changed. Holds ids only; who listens reads the rows again. */
export interface ChangeHint {
  partnerId: string;
  customerId?: string | null;
  invitationId?: string | null;
  operationId?: string | null;
  types: string[];
}

/** More things than this in one commit are told of as one. */
const manyThings = 20;

/**
 * Tells every API process what has changed, a few milliseconds after the commit and outside of it: NOTIFY inside a transaction
 * would make commits queue behind each other. A hint that is lost costs a screen one polling interval.
 */
export function createChangePublisher(db: Database, { delayMs = 15, slowDelayMs = 1000 } = {}) {
  let waiting: ChangeHint[] = [];
  let timer: NodeJS.Timeout | undefined;
  const slow = new Map<string, ChangeHint>();
  let slowTimer: NodeJS.Timeout | undefined;

  async function flush(): Promise<void> {
    timer = undefined;
    const hints = waiting;
    waiting = [];
    while (hints.length > 0) {
      // A NOTIFY payload holds 8,000 bytes.
      const batch = hints.splice(0, 20);
      await db.sql`select pg_notify(${channel}, ${JSON.stringify(batch)})`.catch(() => {});
    }
  }

  function publish(hint: ChangeHint): void {
    waiting.push(hint);
    timer ??= setTimeout(flush, delayMs);
  }

  function flushSlow(): void {
    slowTimer = undefined;
    for (const hint of slow.values()) publish(hint);
    slow.clear();
  }

  /** For what changes all the time: once a second, all of it in one hint. */
  function publishSlowly(hint: ChangeHint): void {
    const key = `${hint.partnerId}|${hint.operationId}`;
    slow.set(key, { ...hint, types: [...new Set([...(slow.get(key)?.types ?? []), ...hint.types])] });
    slowTimer ??= setTimeout(flushSlow, slowDelayMs);
  }

  return {
    publish,
    publishSlowly,
    /** Hints for committed events, one per thing concerned; a single one when there are many things. */
    publishEvents(events: CommittedEvent[], partnerId: string): void {
      const byThing = new Map<string, ChangeHint>();
      for (const event of events) {
        const operationId = 'operationId' in event.data ? event.data.operationId : undefined;
        const key = [event.customerId ?? '', event.invitationId ?? '', operationId ?? ''].join('|');
        const hint = byThing.get(key) ?? {
          partnerId,
          customerId: event.customerId,
          invitationId: event.invitationId,
          operationId,
          types: [],
        };
        hint.types.push(event.type);
        byThing.set(key, hint);
      }
      if (byThing.size > manyThings) publishSlowly({ partnerId, types: events.map(({ type }) => type) });
      else for (const hint of byThing.values()) publish(hint);
    },
    async close(): Promise<void> {
      if (slowTimer) clearTimeout(slowTimer);
      flushSlow();
      if (timer) clearTimeout(timer);
      await flush();
    },
  };
}
export type ChangePublisher = ReturnType<typeof createChangePublisher>;

/** Calls `onChange` for every hint of every process. postgres.js listens again after a lost connection; `onReconnect` says when. */
export async function listenToChanges(
  db: Database,
  onChange: (hint: ChangeHint) => void,
  onReconnect: () => void,
): Promise<() => Promise<void>> {
  let first = true;
  const { unlisten } = await db.sql.listen(
    channel,
    (payload) => {
      for (const hint of JSON.parse(payload) as ChangeHint[]) onChange(hint);
    },
    () => {
      if (!first) onReconnect();
      first = false;
    },
  );
  return unlisten;
}

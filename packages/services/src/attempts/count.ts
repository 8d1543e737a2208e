import { createHmac } from 'node:crypto';
import type { Database } from '@clientele/db';
import { type AttemptCount, type AttemptLimitName, attemptLimits, judgeAttempt } from '@clientele/domain';

/**
 * Counts attempts in Postgres, for every process of the installation together, by the clock of the database: processes whose clocks differ share one
 * window. What an attempt is counted by (a mail address, a network address) is kept as an HMAC only. Nothing is let through when the database
 * does not answer: the error is the caller's.
 */
export interface Attempts {
  /** Counts one more attempt and says whether it is allowed. One statement: of any number at once at most as many as the limit says are. */
  count(limit: AttemptLimitName, key: string, now?: Date): Promise<AttemptCount>;
  /** What was counted was none: it was right. Of one that is over already nothing is left to take back. */
  takeBack(limit: AttemptLimitName, key: string): Promise<void>;
  /** Begins anew for a key. */
  forget(limit: AttemptLimitName, key: string): Promise<void>;
  /** The windows that are open, for those of the keys that have one. Counts nothing. */
  look(limit: AttemptLimitName, keys: readonly string[]): Promise<Map<string, AttemptCount>>;
}

interface CountRow {
  attempt_key: string;
  attempt_count: number;
  window_end: string;
}

export function createAttempts({ db, secret }: { db: Pick<Database, 'sql'>; secret: string }): Attempts {
  const hmacKey = createHmac('sha256', secret).update('attempts').digest();
  const kept = (limit: AttemptLimitName, key: string) => createHmac('sha256', hmacKey).update(`${limit} ${key}`).digest('base64url');
  const judged = (limit: AttemptLimitName, row: CountRow) =>
    judgeAttempt(limit, { count: row.attempt_count, until: new Date(row.window_end) });
  return {
    async count(limit, key, now) {
      const { seconds } = attemptLimits[limit];
      const [row] = await db.sql<CountRow[]>`
        select * from count_attempt(${kept(limit, key)}, ${seconds}, ${now?.toISOString() ?? null})`;
      return judged(limit, row as CountRow);
    },
    async takeBack(limit, key) {
      await db.sql`select take_back_attempt(${kept(limit, key)})`;
    },
    async forget(limit, key) {
      await db.sql`select forget_attempts(${kept(limit, key)})`;
    },
    async look(limit, keys) {
      const keyOf = new Map(keys.map((key) => [kept(limit, key), key]));
      const rows = await db.sql<CountRow[]>`select * from attempt_counts(${[...keyOf.keys()]}::text[])`;
      return new Map(rows.map((row) => [keyOf.get(row.attempt_key) ?? '', judged(limit, row)]));
    },
  };
}

/** The key of a sign-in's address: whatever case and blanks it was typed with. */
export const attemptKeyOfEmail = (typed: string): string => typed.trim().toLowerCase().slice(0, 320);

/** Removes the windows that are over. Gives how many. */
export async function forgetOldAttempts({ db, now }: { db: Pick<Database, 'sql'>; now: Date }): Promise<number> {
  const [row] = await db.sql<{ removed: string }[]>`select forget_old_attempts(${now.toISOString()}) as removed`;
  return Number(row?.removed ?? 0);
}

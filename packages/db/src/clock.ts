import type postgres from 'postgres';

/** The database is asked this often; clocks drift slowly. */
const askEveryMs = 30_000;
/** Less than this is no difference: the question itself takes time. */
const unnoticedMs = 1000;

export interface Clock {
  /** The time as the database has it. */
  now(): Date;
  /** Asks the database. For the start of a process; later the clock asks by itself. Throws when the database does not answer. */
  set(): Promise<void>;
}

/**
 * One time for every process of an installation, whatever the clocks of their machines say: a claim that one process writes until some moment is read by
 * another, and one whose clock is five minutes ahead would take over what is being worked on.
 */
export function createClock(sql: postgres.Sql): Clock {
  let offset = 0;
  let askedAt: number | undefined;

  async function set(): Promise<void> {
    askedAt = performance.now();
    const before = Date.now();
    const [row] = await sql<{ at: string }[]>`select extract(epoch from clock_timestamp()) * 1000 as at`;
    const difference = Number(row?.at) - (before + (performance.now() - askedAt) / 2);
    offset = Math.abs(difference) < unnoticedMs ? 0 : Math.round(difference);
  }

  return {
    set,
    now() {
      // Until the first `set` it is the machine's own. A database that is away for a moment leaves the difference as it was.
      if (askedAt !== undefined && performance.now() - askedAt > askEveryMs) set().catch(() => {});
      return new Date(Date.now() + offset);
    },
  };
}

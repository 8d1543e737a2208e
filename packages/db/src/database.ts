import { drizzle } from 'drizzle-orm/postgres-js';
import postgres from 'postgres';
import { createClock } from './clock.ts';
import { openLanes } from './lanes.ts';
import * as schema from './schema/index.ts';

/** The database roles, one per kind of process. Each may do the least it needs and owns nothing. */
export type DatabaseRole = 'clientele_api' | 'clientele_worker' | 'clientele_relay';

export interface DatabaseOptions {
  url: string;
  role: DatabaseRole;
  /** Connections at most. */
  connections?: number;
  /** Shown in pg_stat_activity. */
  name?: string;
}

/**
 * Connections under one role: a part of them for single statements, the others as lanes for transactions. `sql` is postgres.js, `orm`
 * is Drizzle over the same. Drizzle does its own conversion of times, so through `sql` they come and go as text.
 */
export function openDatabase({ url, role, connections = 10, name = role }: DatabaseOptions) {
  const options = {
    connection: { role, application_name: name },
    connect_timeout: 10,
    // While Postgres is away: a query fails with the attempt to connect that it waits for, so attempts must not be rare.
    backoff: (attempt: number) => Math.min(0.2, 0.02 * 2 ** attempt),
    onnotice: () => {},
  };
  const lanesCount = Math.max(1, Math.floor(connections * 0.8));
  const lanes = openLanes(url, lanesCount, options);
  const sql = postgres(url, { ...options, max: Math.max(1, connections - lanesCount) });
  const orm = drizzle(sql, { schema, casing: 'snake_case' });
  const clock = createClock(sql);
  return { url, sql, orm, role, lanes, clock, close: async () => void (await Promise.all([sql.end({ timeout: 5 }), lanes.close()])) };
}

/** A fault that passes by itself: the database is away, busy, or somebody else was in the way. Nothing was changed. */
export function isPassing(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  if ('code' in error && typeof error.code === 'string')
    return /^(CONNECTION_|CONNECT_|ECONN|EPIPE|ETIMEDOUT|08|57P0|40001|40P01|53|55P03)/.test(error.code);
  return isPassing(error.cause);
}

export type Database = ReturnType<typeof openDatabase>;

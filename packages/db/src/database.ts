import { drizzle } from 'drizzle-orm/postgres-js';
import postgres from 'postgres';
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
 * A pool of connections under one role. `sql` is postgres.js, `orm` is Drizzle over the same pool. Drizzle does its own conversion
 * of times, so through `sql` they come and go as text.
 */
export function openDatabase({ url, role, connections = 10, name = role }: DatabaseOptions) {
  const sql = postgres(url, {
    max: connections,
    connection: { role, application_name: name },
    connect_timeout: 10,
    // After a restart of Postgres: try again at once, then at most every second.
    backoff: (attempt: number) => Math.min(1, 0.05 * 2 ** attempt),
    onnotice: () => {},
  });
  const orm = drizzle(sql, { schema, casing: 'snake_case' });
  return { url, sql, orm, role, close: () => sql.end({ timeout: 5 }) };
}

/** A fault that passes by itself: the database is away, busy, or somebody else was in the way. Nothing was changed. */
export function isPassing(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  if ('code' in error && typeof error.code === 'string')
    return /^(CONNECTION_|CONNECT_|ECONN|EPIPE|ETIMEDOUT|08|57P0|40001|40P01|53|55P03)/.test(error.code);
  return isPassing(error.cause);
}

export type Database = ReturnType<typeof openDatabase>;
export type Transaction = Parameters<Parameters<Database['orm']['transaction']>[0]>[0];

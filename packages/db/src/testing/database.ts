import { randomUUID } from 'node:crypto';
import postgres from 'postgres';
import { afterAll, beforeAll, inject } from 'vitest';
import { type Database, type DatabaseRole, openDatabase } from '../database.ts';

declare module 'vitest' {
  export interface ProvidedContext {
    /** A login that may create databases. */
    postgresUrl: string;
  }
}

export interface TestDatabase {
  /** A login that owns the database. */
  url: string;
  /** Under that login, past every wall: for arranging and looking, never for what is tested. */
  sql: postgres.Sql;
  drop(): Promise<void>;
}

/** A database of its own, cloned from the migrated template (some 50 ms), or from another one, or empty; on the run's server or another. */
export async function createTestDatabase(template = 'template_clientele', server = inject('postgresUrl')): Promise<TestDatabase> {
  const name = `test_${randomUUID().replaceAll('-', '')}`;
  const admin = postgres(server, { max: 1, onnotice: () => {} });
  await admin`create database ${admin(name)} template ${admin(template)}`;
  await admin.end();
  const url = new URL(server);
  url.pathname = `/${name}`;
  const sql = postgres(url.href, { max: 5, onnotice: () => {} });
  return {
    url: url.href,
    sql,
    async drop() {
      await sql.end({ timeout: 1 });
      const last = postgres(server, { max: 1, onnotice: () => {} });
      await last`drop database ${last(name)} with (force)`;
      await last.end();
    },
  };
}

/** A test database for the file that calls it, with pools under our own roles, opened before its tests and dropped after them. */
export function useTestDatabase() {
  let test: TestDatabase | undefined;
  const pools = new Map<DatabaseRole, Database>();
  const opened = (): TestDatabase => {
    if (!test) throw new Error('the test database is there only while tests run');
    return test;
  };
  const pool = (role: DatabaseRole): Database => {
    const found = pools.get(role) ?? openDatabase({ url: opened().url, role });
    pools.set(role, found);
    return found;
  };
  beforeAll(async () => {
    test = await createTestDatabase();
  });
  afterAll(async () => {
    for (const db of pools.values()) await db.close();
    await test?.drop();
  });
  return {
    get url() {
      return opened().url;
    },
    /** Past every wall. */
    get sql() {
      return opened().sql;
    },
    get api() {
      return pool('clientele_api');
    },
    get worker() {
      return pool('clientele_worker');
    },
    get relay() {
      return pool('clientele_relay');
    },
  };
}

import { fileURLToPath } from 'node:url';
import { drizzle } from 'drizzle-orm/postgres-js';
import { migrate as applyMigrations } from 'drizzle-orm/postgres-js/migrator';
import postgres from 'postgres';

const folder = fileURLToPath(new URL('../migrations', import.meta.url));

/**
 * Brings the database to the newest schema; forward only. Several processes may call it at once: one works, the others wait.
 * `url` must be a login that may create tables and roles.
 */
export async function migrate(url: string): Promise<void> {
  const sql = postgres(url, { max: 1, onnotice: () => {} });
  try {
    await sql`select pg_advisory_lock(hashtext('clientele migrations'))`;
    await applyMigrations(drizzle(sql), { migrationsFolder: folder });
  } finally {
    await sql.end();
  }
}

import { fileURLToPath } from 'node:url';
import { readMigrationFiles } from 'drizzle-orm/migrator';
import postgres from 'postgres';

const folder = fileURLToPath(new URL('../migrations', import.meta.url));

/** Every migration that this release knows, in their order, by its hash. */
export const knownMigrations = (): string[] => readMigrationFiles({ migrationsFolder: folder }).map(({ hash }) => hash);

/**
 * Brings the database to the newest schema, or by the migrations of `only` alone; forward only. Several processes may call it at once: one works, the others wait.
 * `url` must be a login that may create tables and roles.
 *
 * Drizzle's own migrator, whose table this keeps, asks only for the newest migration that was applied: one that was made before it and
 * came later (from another branch) would never be run. Here each that is missing is, in the journal's order.
 */
export async function migrate(url: string, { only }: { only?: readonly string[] } = {}): Promise<void> {
  const sql = postgres(url, { max: 1, onnotice: () => {} });
  try {
    await sql`select pg_advisory_lock(hashtext('clientele migrations'))`;
    await sql`create schema if not exists drizzle`;
    await sql`create table if not exists drizzle.__drizzle_migrations (id serial primary key, hash text not null, created_at bigint)`;
    const applied = new Set((await sql<{ hash: string }[]>`select hash from drizzle.__drizzle_migrations`).map(({ hash }) => hash));
    for (const { sql: statements, hash, folderMillis } of readMigrationFiles({ migrationsFolder: folder })) {
      if (applied.has(hash) || (only && !only.includes(hash))) continue;
      await sql.begin(async (tx) => {
        for (const statement of statements) await tx.unsafe(statement);
        await tx`insert into drizzle.__drizzle_migrations (hash, created_at) values (${hash}, ${folderMillis})`;
      });
    }
  } finally {
    await sql.end();
  }
}

import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { Client, escapeIdentifier } from 'pg';
import { from as copyFrom } from 'pg-copy-streams';
import { appliedMigrations, BackupRefused, rowsOf, tablesInOrder } from './backup.ts';
import { type BackupHead, readBackup } from './backup-file.ts';
import { knownMigrations, migrate } from './migrate.ts';

/** The programs of a running portal name their connections so. */
const ofPortal = 'clientele\\_%';

/**
 * Puts a backup into an empty database: makes the schema as it was then, loads every row in one transaction, and brings the schema up to this release. The file
 * is read through and held against its hashes before anything is written. Throws DamagedBackup or BackupRefused.
 */
export async function restoreBackup({
  url,
  file,
  check = () => {},
  progress = () => {},
}: {
  url: string;
  file: string;
  /** Looks at the head before anything is written; throws to refuse. */
  check?: (head: BackupHead) => void;
  progress?: (sentence: string) => void;
}): Promise<BackupHead> {
  progress('reading the file through');
  const head = await readBackup(file, { head: check });
  requireKnown(head);
  const client = new Client({ connectionString: url, application_name: 'clientele restore' });
  // A lost connection shows in the query that waits for it.
  client.on('error', () => {});
  await client.connect();
  try {
    await requireFree(client);
    await requireEmpty(client, head);
    progress('making the tables');
    await migrate(url, { only: head.migrations });
    await load(client, file, head, progress);
  } finally {
    await client.end();
  }
  progress('bringing the tables up to this release');
  await migrate(url);
  return head;
}

function requireKnown(head: BackupHead): void {
  const known = new Set(knownMigrations());
  const unknown = head.migrations.filter((hash) => !known.has(hash));
  if (unknown.length > 0)
    throw new BackupRefused(
      `The file was written by a newer release (${head.product}): it knows ${unknown.length} ${unknown.length === 1 ? 'change' : 'changes'} of the tables that this one does not. Install that release, or a newer one, and restore with it.`,
    );
}

async function requireFree(client: Client): Promise<void> {
  const { rows } = await client.query<{ name: string }>(
    'select distinct application_name as name from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid() and application_name like $1',
    [ofPortal],
  );
  if (rows.length > 0) throw new BackupRefused('The portal is running on this database. Stop its API and its workers, then restore.');
}

/** Without tables, or with those of a portal that has never been set up. */
async function requireEmpty(client: Client, head: BackupHead): Promise<void> {
  const tables = await tablesInOrder(client);
  for (const name of tables) {
    const { rows } = await client.query(`select from ${escapeIdentifier(name)} limit 1`);
    if (rows.length > 0)
      throw new BackupRefused(
        `The database is not empty (there are rows in ${name}). Restore into a new one: nothing is ever overwritten.`,
      );
  }
  if (tables.length === 0) return;
  const there = await client.query("select to_regclass('drizzle.__drizzle_migrations') is not null as there");
  const applied = there.rows[0]?.there ? await appliedMigrations(client) : [];
  const wanted = new Set(head.migrations);
  if (applied.length === 0 || applied.some((hash) => !wanted.has(hash)))
    throw new BackupRefused(
      'The database has tables that are newer than the file, or that are not ours, and tables never go back. Restore into a new, empty one.',
    );
}

async function load(client: Client, file: string, head: BackupHead, progress: (sentence: string) => void): Promise<void> {
  const tables = await tablesInOrder(client);
  const missing = head.tables.filter(({ name }) => !tables.includes(name));
  if (missing.length > 0)
    throw new BackupRefused(`The file holds tables that its own release did not make: ${missing.map(({ name }) => name)}`);
  const each = async (names: string[], change: string) => {
    for (const name of names) await client.query(`alter table ${escapeIdentifier(name)} ${change}`);
  };
  const walled = await client.query<{ name: string }>(
    'select relname as name from pg_class where relforcerowsecurity and relname = any($1)',
    [tables],
  );
  const forced = walled.rows.map(({ name }) => name);
  await client.query("begin; set local timezone to 'UTC'");
  try {
    // What triggers would write is in the file, and the owner loads past its own walls. Both only within this transaction.
    await each(tables, 'disable trigger user');
    await each(forced, 'no force row level security');
    await readBackup(file, {
      async table({ table, columns }, rows) {
        const total = head.tables.find(({ name }) => name === table)?.rows ?? 0;
        const stream = client.query(copyFrom(`copy ${escapeIdentifier(table)} (${columns.map(escapeIdentifier).join(', ')}) from stdin`));
        let done = 0;
        const counted = async function* () {
          for await (const part of rows) {
            yield part;
            for (let at = part.indexOf(10); at >= 0; at = part.indexOf(10, at + 1)) done += 1;
            progress(rowsOf(table, done, total));
          }
        };
        await pipeline(Readable.from(counted(), { objectMode: false }), stream);
      },
    });
    await each(forced, 'force row level security');
    await each(tables, 'enable trigger user');
    await client.query('commit');
  } catch (error) {
    await client.query('rollback').catch(() => {});
    throw error;
  }
  // So many rows came at once that nothing is known of them yet.
  await client.query('analyze');
}

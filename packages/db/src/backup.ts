import { createHash } from 'node:crypto';
import { createWriteStream, renameSync, rmSync } from 'node:fs';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGzip } from 'node:zlib';
import { Client, escapeIdentifier } from 'pg';
import { to as copyTo } from 'pg-copy-streams';
import { type BackupHead, backupFormat, endOfRows, type SealedSecret } from './backup-file.ts';

/** Why a backup cannot be made or put back, for the person who asked. Nothing was written. */
export class BackupRefused extends Error {
  override name = 'BackupRefused';
}

interface BackupOptions {
  url: string;
  file: string;
  product: string;
  secretFingerprint: string;
  secret?: SealedSecret | undefined;
  progress?: (sentence: string) => void;
}

const figure = new Intl.NumberFormat('en');
export const rowsOf = (table: string, done: number, total: number) => `${table}: ${figure.format(done)} of ${figure.format(total)} rows`;

/**
 * Writes everything that an installation keeps in its database into one file, as it was at one moment, while the portal runs. Memory does not grow with it. What
 * stands under the name is a whole backup: it gets the name at the end.
 */
export async function writeBackup({ url, file, progress = () => {}, ...more }: BackupOptions): Promise<BackupHead> {
  const client = new Client({ connectionString: url, application_name: 'clientele backup' });
  // A lost connection shows in the query that waits for it.
  client.on('error', () => {});
  await client.connect();
  const part = `${file}.part`;
  try {
    await requireAllRows(client);
    await client.query("begin isolation level repeatable read read only; set local timezone to 'UTC'");
    const names = await tablesInOrder(client);
    const tables: BackupHead['tables'] = [];
    for (const name of names) {
      const { rows } = await client.query<{ count: string }>(`select count(*) from ${escapeIdentifier(name)}`);
      tables.push({ name, rows: Number(rows[0]?.count) });
    }
    const head: BackupHead = {
      format: backupFormat,
      product: more.product,
      createdAt: new Date().toISOString(),
      migrations: await appliedMigrations(client),
      secretFingerprint: more.secretFingerprint,
      ...(more.secret ? { secret: more.secret } : {}),
      tables,
    };
    await writeFile(client, head, part, progress);
    await client.query('commit');
    renameSync(part, file);
    return head;
  } catch (error) {
    rmSync(part, { force: true });
    throw error;
  } finally {
    await client.end();
  }
}

async function writeFile(client: Client, head: BackupHead, part: string, progress: (sentence: string) => void): Promise<void> {
  // It holds what nobody else should read.
  const out = createWriteStream(part, { mode: 0o600 });
  await pipeline(Readable.from(piecesOf(client, head, progress), { objectMode: false }), createGzip({ level: 6 }), out);
}

async function* piecesOf(client: Client, head: BackupHead, progress: (sentence: string) => void): AsyncGenerator<string | Buffer> {
  const whole = createHash('sha256').update(JSON.stringify(head));
  yield `${JSON.stringify(head)}\n`;
  for (const { name, rows: total } of head.tables) {
    const table = { table: name, columns: await columnsOf(client, name) };
    const hash = createHash('sha256').update(JSON.stringify(table));
    yield `${JSON.stringify(table)}\n`;
    const columns = table.columns.map(escapeIdentifier).join(', ');
    const stream = client.query(copyTo(`copy ${escapeIdentifier(name)} (${columns}) to stdout`, { highWaterMark: 256 * 1024 }));
    let rows = 0;
    for await (const chunk of stream as AsyncIterable<Buffer>) {
      hash.update(chunk);
      for (let at = chunk.indexOf(10); at >= 0; at = chunk.indexOf(10, at + 1)) rows += 1;
      yield chunk;
      progress(rowsOf(name, rows, total));
    }
    const sha256 = hash.digest('hex');
    whole.update(sha256);
    yield `${endOfRows}${JSON.stringify({ end: name, rows, sha256 })}\n`;
  }
  yield `${JSON.stringify({ end: 'clientele-backup', tables: head.tables.length, sha256: whole.digest('hex') })}\n`;
}

/** Row-level security is forced, for the owner, too: a login that it holds would write a backup with nothing in it. */
async function requireAllRows(client: Client): Promise<void> {
  const { rows } = await client.query<{ name: string; sees: boolean }>(
    'select rolname as name, rolsuper or rolbypassrls as sees from pg_roles where rolname = current_user',
  );
  if (!rows[0]?.sees)
    throw new BackupRefused(
      `The login ${rows[0]?.name} sees only what row-level security shows it. Let a superuser run: alter role ${escapeIdentifier(rows[0]?.name ?? '')} bypassrls`,
    );
}

/** The migrations that have been applied, in their order. */
export async function appliedMigrations(client: Client): Promise<string[]> {
  const { rows } = await client.query<{ hash: string }>('select hash from drizzle.__drizzle_migrations order by created_at, id');
  return rows.map(({ hash }) => hash);
}

/** Our tables, each after those that it refers to. The queue's are not ours: what is in it follows from these. */
export async function tablesInOrder(client: Client): Promise<string[]> {
  const { rows } = await client.query<{ name: string; refers: string[] }>(`
    select c.relname as name, coalesce((select array_agg(distinct f.confrelid::regclass::text) from pg_constraint f
      where f.conrelid = c.oid and f.contype = 'f' and f.confrelid <> c.oid), '{}') as refers
    from pg_class c where c.relnamespace = 'public'::regnamespace and c.relkind = 'r' and c.relname not like 'bench\\_%' order by 1`);
  const order: string[] = [];
  let left = rows;
  while (left.length > 0) {
    const ready = left.filter(({ refers }) => refers.every((name) => order.includes(name)));
    if (ready.length === 0) throw new Error(`tables refer to each other in a circle: ${left.map(({ name }) => name).join(', ')}`);
    order.push(...ready.map(({ name }) => name));
    left = left.filter(({ name }) => !order.includes(name));
  }
  return order;
}

/** The columns of a table but for those that the database computes. */
async function columnsOf(client: Client, table: string): Promise<string[]> {
  const { rows } = await client.query<{ name: string }>(
    `select attname as name from pg_attribute where attrelid = $1::regclass and attnum > 0 and not attisdropped and attgenerated = '' order by attnum`,
    [escapeIdentifier(table)],
  );
  return rows.map(({ name }) => name);
}

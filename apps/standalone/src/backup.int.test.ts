import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';
import { knownMigrations, migrate, openDatabase, type PartnerOfContext, readBackup } from '@clientele/db';
import {
  aCustomer,
  aCustomerUser,
  aCustomerView,
  aDelivery,
  aHandOver,
  aMailTemplate,
  anAgreementRequest,
  anApiKey,
  anEndCertificate,
  anEvent,
  anImport,
  anInvitation,
  anOperation,
  aPartner,
  aPartnerUser,
  aPartnerUserInvitation,
  aPlannedEnd,
  aPurchase,
  aSession,
  aSubscription,
  aSuppression,
  aVisit,
  createTestDatabase,
  type TestDatabase,
} from '@clientele/db/testing';
import { prepareQueues } from '@clientele/queue';
import { createLogger, loadConfig, requireScaled } from '@clientele/runtime';
import { createLogKey, sealLog } from '@clientele/services';
import { runVerifyLog, startWorker } from '@clientele/worker';
import postgres from 'postgres';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { runBackup, runRestore } from './backup.ts';
import { takeDataFolder } from './data-folder.ts';
import { startInbox } from './inbox.ts';
import { startPostgres } from './postgres.ts';
import { writeSecret } from './secret.ts';

const secret = 'the secret of the installation that moves, long enough';
const passphrase = 'correct horse battery staple';
const folders: string[] = [];
const databases: TestDatabase[] = [];

function aFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'clientele-backup-'));
  // The embedded Postgres may run as a user of its own.
  chmodSync(folder, 0o711);
  folders.push(folder);
  return folder;
}
async function anEmptyDatabase(): Promise<TestDatabase> {
  const database = await createTestDatabase('template0');
  databases.push(database);
  return database;
}
/** Not all at the end: to drop a database makes the server write down all that it has. */
async function clean(): Promise<void> {
  for (const database of databases.splice(0)) await database.drop();
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
}

/** Calls a command as the terminal would. */
async function call(command: typeof runBackup, args: string[], env: Record<string, string>) {
  const lines: string[] = [];
  const terminal = {
    say: (line: string) => void lines.push(line),
    complain: (line: string) => void lines.push(line),
    step: <Result>(_title: string, work: (detail: (text: string) => void) => Promise<Result>) => work((text) => lines.push(text)),
  };
  const code = await command({ config: loadConfig({ DATA_DIR: aFolder(), ...env }), env, args, terminal, product: 'Clientele of tests' });
  return { code, text: lines.join('\n') };
}
const backup = (file: string, env: Record<string, string>) => call(runBackup, [file], env);
const restore = (file: string, env: Record<string, string>) => call(runRestore, [file], env);

/** Every row of each table, as hashes. */
async function contentOf(sql: postgres.Sql, columns?: Map<string, string[]>, without = ''): Promise<Record<string, string[]>> {
  const tables = await sql<{ name: string }[]>`select tablename as name from pg_tables where schemaname = 'public' order by 1`;
  const entries: [string, string[]][] = [];
  for (const { name } of tables) {
    const chosen = columns ? (columns.get(name) ?? []) : undefined;
    if (chosen?.length === 0) continue;
    const rows = await sql<{ row: string }[]>`
      select md5((select string_agg(e.key || e.value::text, ',' order by e.key) from jsonb_each(to_jsonb(t)) e
        where e.key <> ${without} and ${chosen ? sql`e.key = any(${chosen})` : sql`true`})) as row from ${sql(name)} t order by 1`;
    entries.push([name, rows.map(({ row }) => row)]);
  }
  return Object.fromEntries(entries);
}

/** A partner with one of most things. */
async function furnish(sql: postgres.Sql, partner: PartnerOfContext, author: { id: string }) {
  const customer = await aCustomer(sql, partner, { tags: ['one', 'zwei'] });
  await aCustomerUser(sql, { id: customer.organizationId });
  await aSubscription(sql, customer);
  await aPurchase(sql, customer);
  await anAgreementRequest(sql, customer, author);
  await aPlannedEnd(sql, await aCustomer(sql, partner), author);
  await anEndCertificate(sql, customer);
  const invitation = await anInvitation(sql, partner, author, { customerId: customer.id });
  await aDelivery(sql, partner, { invitationId: invitation.id, state: 'sent' });
  await aVisit(sql, invitation);
  await aHandOver(sql, invitation);
  const operation = await anOperation(sql, partner, author, { state: 'failed' });
  await sql`insert into operation_rows (partner_id, operation_id, position, label, state) values (${partner.id}, ${operation.id}, 1, 'x', 'pending')`;
  await anImport(sql, partner, author);
  await anApiKey(sql, partner, author);
  await aPartnerUserInvitation(sql, partner, author);
  await aMailTemplate(sql, partner, author);
  await aSuppression(sql, partner);
  await aCustomerView(sql, partner, author);
  await sql`insert into partner_settings values (${partner.id}, '{"invitationDays": 20}', 1, ${author.id}, now())`;
  return customer;
}

/** An installation with two partners, whose logs are sealed but for their ends, and with text that could be taken for the marks of the file. */
async function fill(test: TestDatabase): Promise<void> {
  const worker = openDatabase({ url: test.url, role: 'clientele_worker', connections: 2 });
  for (const name of ['One', '二']) {
    const partner = await aPartner(test.sql, { name });
    const author = await aPartnerUser(test.sql, partner);
    const customer = await furnish(test.sql, partner, author);
    await test.sql`update customers set notes = ${'\\.\n\\.\nx\t\\N "quoted" \r\n 🚀 \\\\.'} where id = ${customer.id}`;
    await aSession(test.sql, author);
    for (let index = 0; index < 5; index += 1) await anEvent(test.sql, partner, { data: { text: `\\.\n${index}` } });
    await sealLog({ db: worker, partner }, createLogKey(secret));
    await anEvent(test.sql, partner);
    // More than fits into one piece.
    await test.sql`insert into idempotency_keys select ${partner.id}, 'a', 'k' || n, repeat('f', 64), jsonb_build_object('n', n), now() from generate_series(1, 3000) n`;
  }
  await worker.close();
}

async function verifies(url: string) {
  const lines: string[] = [];
  const code = await runVerifyLog({ databaseUrl: url, secret }, [], (line) => lines.push(line));
  return { code, text: lines.join('\n') };
}

describe('an installation', () => {
  let source: TestDatabase;
  let file: string;
  afterAll(clean);
  beforeAll(async () => {
    source = await createTestDatabase();
    databases.push(source);
    await fill(source);
    file = join(aFolder(), 'one.backup');
    expect(await backup(file, { DATABASE_URL: source.url, SECRET: secret })).toMatchObject({ code: 0 });
  });

  it('moves from a Postgres of one’s own to the embedded one and back, row by row the same, and its sealed log is whole', async () => {
    const before = await contentOf(source.sql);
    const filled = Object.values(before).filter((rows) => rows.length > 0).length;
    expect(filled).toBeGreaterThan(20);

    const folder = aFolder();
    const moved = await restore(file, { DATA_DIR: folder, SECRET: secret });
    expect(moved, moved.text).toMatchObject({ code: 0 });
    const back = join(aFolder(), 'two.backup');
    // Once while nothing runs, and once while somebody works there.
    writeSecret(folder, secret);
    expect(await backup(join(aFolder(), 'resting.backup'), { DATA_DIR: folder })).toMatchObject({ code: 0 });
    const lock = takeDataFolder(folder);
    const embedded = await startPostgres({ dataDir: folder, log: () => {} });
    try {
      const sql = postgres(embedded.url, { max: 1 });
      expect(await contentOf(sql)).toEqual(before);
      await sql.end();
      expect((await verifies(embedded.url)).code).toBe(0);
      expect(await restore(file, { DATA_DIR: folder })).toMatchObject({ code: 1, text: expect.stringContaining('already running') });
      expect(await backup(back, { DATA_DIR: folder })).toMatchObject({ code: 0 });
    } finally {
      await embedded.stop();
      lock.release();
    }

    const target = await anEmptyDatabase();
    const again = await restore(back, { DATABASE_URL: target.url, SECRET: secret });
    expect(again, again.text).toMatchObject({ code: 0, text: expect.stringContaining('rows of') });
    expect(await contentOf(target.sql)).toEqual(before);
    const verified = await verifies(target.url);
    expect(verified, verified.text).toMatchObject({ code: 0 });
    // The walls and the triggers stand again.
    const [walls] = await target.sql`select count(*) filter (where relrowsecurity and not relforcerowsecurity)::int as open,
        count(*) filter (where relforcerowsecurity)::int as forced from pg_class where relnamespace = 'public'::regnamespace and relkind = 'r'`;
    const [same] =
      await source.sql`select count(*)::int as forced from pg_class where relforcerowsecurity and relnamespace = 'public'::regnamespace`;
    expect(walls).toEqual({ open: 0, forced: same?.forced });
    expect(await target.sql`select tgname from pg_trigger where not tgisinternal and tgenabled <> 'O'`).toEqual([]);
    // A sequence would have to go on where it was: there is none.
    expect(await target.sql`select relname from pg_class where relnamespace = 'public'::regnamespace and relkind = 'S'`).toEqual([]);
  }, 180_000);

  it('is written to a file that only its owner reads, and that holds no secret unless a passphrase covers it', async () => {
    expect(statSync(file).mode & 0o777).toBe(0o600);
    expect(gunzipSync(readFileSync(file)).includes(secret)).toBe(false);
    const covered = join(aFolder(), 'covered.backup');
    const made = await backup(covered, { DATABASE_URL: source.url, SECRET: secret, BACKUP_PASSPHRASE: passphrase });
    expect(made.text).toContain('under the passphrase');
    expect(gunzipSync(readFileSync(covered)).includes(secret)).toBe(false);
    const target = await anEmptyDatabase();
    const folder = aFolder();
    const env = { DATABASE_URL: target.url, DATA_DIR: folder };
    expect(await restore(covered, env)).toMatchObject({ code: 1, text: expect.stringContaining('set BACKUP_PASSPHRASE') });
    expect(await restore(covered, { ...env, BACKUP_PASSPHRASE: `${passphrase}r` })).toMatchObject({
      code: 1,
      text: expect.stringContaining('not the passphrase'),
    });
    expect(await contentOf(target.sql)).toEqual({});
    expect(existsSync(join(folder, 'secret'))).toBe(false);
    expect(await restore(covered, { ...env, BACKUP_PASSPHRASE: passphrase })).toMatchObject({ code: 0 });
    expect(readFileSync(join(folder, 'secret'), 'utf8').trim()).toBe(secret);
    expect(statSync(join(folder, 'secret')).mode & 0o777).toBe(0o600);
  });

  it('is not restored under another SECRET, or under none', async () => {
    const target = await anEmptyDatabase();
    const other = await restore(file, { DATABASE_URL: target.url, SECRET: `${secret}!` });
    expect(other).toMatchObject({ code: 1, text: expect.stringMatching(/another SECRET \(\w{4}(-\w{4}){3}\) than this installation has/) });
    expect(await restore(file, { DATABASE_URL: target.url })).toMatchObject({
      code: 1,
      text: expect.stringContaining('not in the backup'),
    });
    expect(await contentOf(target.sql)).toEqual({});
  });

  it('is not restored from a file that is cut, changed, or longer than it was: then nothing is written at all', async () => {
    const target = await anEmptyDatabase();
    const whole = readFileSync(file);
    const text = gunzipSync(whole);
    const damaged: [string, Buffer][] = [
      ...[0, 10, 1000, whole.length >> 1, whole.length - 9, whole.length - 1].map((length): [string, Buffer] => [
        `cut at ${length}`,
        whole.subarray(0, length),
      ]),
      ['cut at a line’s end', gzipSync(text.subarray(0, text.lastIndexOf('\n', text.length - 2) + 1))],
      ['a row left out', gzipSync(leaveOut(text, '\t')) as Buffer],
      ['a letter changed', gzipSync(Buffer.from(text.toString('utf8').replace('\tOne\t', '\tTwo\t'))) as Buffer],
      ['a byte changed', changed(whole)],
      ['something behind', gzipSync(Buffer.concat([text, Buffer.from('{}\n')])) as Buffer],
      ['another head', gzipSync(Buffer.from(text.toString('utf8').replace('Clientele of tests', 'Clientele of best'))) as Buffer],
      ['no backup', gzipSync('{"format":"x"}\n') as Buffer],
      ['no gzip', Buffer.from('nothing')],
    ];
    for (const [what, bytes] of damaged) {
      const bad = join(aFolder(), 'bad.backup');
      writeFileSync(bad, bytes);
      expect(await restore(bad, { DATABASE_URL: target.url, SECRET: secret }), what).toMatchObject({
        code: 1,
        text: expect.stringContaining('The file is damaged'),
      });
      expect(await contentOf(target.sql), what).toEqual({});
    }
  });

  it('is not restored into a database that has rows, is used, or has tables that are newer; into one that was only migrated it is', async () => {
    const full = await createTestDatabase();
    databases.push(full);
    const env = { DATABASE_URL: full.url, SECRET: secret };
    const user = openDatabase({ url: full.url, role: 'clientele_api', connections: 1 });
    await user.clock.set();
    expect(await restore(file, env)).toMatchObject({ code: 1, text: expect.stringContaining('portal is running') });
    await user.close();
    const { id } = await aPartner(full.sql);
    expect(await restore(file, env)).toMatchObject({ code: 1, text: expect.stringContaining('not empty (there are rows in partners)') });
    await full.sql`delete from partners where id = ${id}`;
    await full.sql`insert into drizzle.__drizzle_migrations (hash, created_at) values (${'0'.repeat(64)}, 1)`;
    expect(await restore(file, env)).toMatchObject({ code: 1, text: expect.stringContaining('newer than the file') });
    await full.sql`delete from drizzle.__drizzle_migrations where hash = ${'0'.repeat(64)}`;
    expect(await restore(file, env)).toMatchObject({ code: 0 });
    expect(await contentOf(full.sql)).toEqual(await contentOf(source.sql));
  });

  it('of a newer release is not restored by this one', async () => {
    const newer = await createTestDatabase();
    databases.push(newer);
    await newer.sql`insert into drizzle.__drizzle_migrations (hash, created_at) values (${'f'.repeat(64)}, ${Date.now()})`;
    const made = join(aFolder(), 'newer.backup');
    expect(await backup(made, { DATABASE_URL: newer.url, SECRET: secret })).toMatchObject({ code: 0 });
    const target = await anEmptyDatabase();
    expect(await restore(made, { DATABASE_URL: target.url, SECRET: secret })).toMatchObject({
      code: 1,
      text: expect.stringMatching(/newer release \(Clientele of tests\).*1 change of the tables/s),
    });
    expect(await contentOf(target.sql)).toEqual({});
  });

  it('is backed up by a login that sees every row, or not at all, and restored by one that only owns the database', async () => {
    const name = `owner_${Date.now()}`;
    const { sql } = source;
    await sql.unsafe(`create role ${name} login createrole password 'x'`);
    await sql.unsafe(`create database ${name} owner ${name}`);
    try {
      // Roles that are there already were made by somebody else.
      for (const role of ['api', 'worker', 'relay', 'finder']) await sql.unsafe(`grant clientele_${role} to ${name} with admin option`);
      const url = new URL(source.url);
      Object.assign(url, { username: name, password: 'x', pathname: `/${name}` });
      const restored = await restore(file, { DATABASE_URL: url.href, SECRET: secret });
      expect(restored, restored.text).toMatchObject({ code: 0 });
      expect(await backup(join(aFolder(), 'blind.backup'), { DATABASE_URL: url.href, SECRET: secret })).toMatchObject({
        code: 1,
        text: expect.stringMatching(/sees only what row-level security shows it.*bypassrls/),
      });
      await sql.unsafe(`alter role ${name} bypassrls`);
      const seen = join(aFolder(), 'seen.backup');
      expect(await backup(seen, { DATABASE_URL: url.href, SECRET: secret })).toMatchObject({ code: 0 });
      const [one, two] = [await readBackup(file), await readBackup(seen)];
      expect(two.tables).toEqual(one.tables);
    } finally {
      await sql.unsafe(`drop database ${name} with (force)`);
      await sql.unsafe(`drop owned by ${name}`);
      await sql.unsafe(`drop role ${name}`);
    }
  });

  it('is backed up as it was at one moment, while others write', async () => {
    const busy = await createTestDatabase();
    databases.push(busy);
    await fill(busy);
    const partner = await aPartner(busy.sql);
    let isOver = false;
    let written = 0;
    // Each statement writes into two tables that are far apart in the file.
    const writer = (async () => {
      while (!isOver) {
        await busy.sql`with one as (insert into idempotency_keys values (${partner.id}, 'w', ${`w${written}`}, 'f', '{}', now()))
          insert into users (id, name, email) values (${`w${written}`}, 'w', ${`w${written}@x.example`})`;
        written += 1;
      }
    })();
    await vi.waitUntil(() => written > 20, 30_000);
    const made = join(aFolder(), 'busy.backup');
    const done = await backup(made, { DATABASE_URL: busy.url, SECRET: secret });
    const after = written;
    isOver = true;
    await writer;
    expect(done, done.text).toMatchObject({ code: 0 });
    expect(after).toBeGreaterThan(21);
    const target = await anEmptyDatabase();
    expect(await restore(made, { DATABASE_URL: target.url, SECRET: secret })).toMatchObject({ code: 0 });
    const [pairs] = await target.sql`select (select count(*)::int from users where name = 'w') as users,
      (select count(*)::int from idempotency_keys where actor_id = 'w') as keys`;
    expect(pairs?.users).toBeGreaterThan(20);
    expect(pairs?.users).toBe(pairs?.keys);
  });

  it('sends after a restore what was only in the queue: the queue is made again from what the tables say', async () => {
    const asked = await createTestDatabase();
    databases.push(asked);
    const partner = await aPartner(asked.sql);
    const author = await aPartnerUser(asked.sql, partner);
    const invitation = await anInvitation(asked.sql, partner, author);
    // Handed to the queue, as the stamped event says; and one that a worker was about to send.
    const waiting = await aDelivery(asked.sql, partner, { invitationId: invitation.id });
    const other = await anInvitation(asked.sql, partner, author);
    const begun = await aDelivery(asked.sql, partner, {
      invitationId: other.id,
      state: 'sending',
      leaseUntil: new Date(Date.now() + 1000),
    });
    const made = join(aFolder(), 'asked.backup');
    expect(await backup(made, { DATABASE_URL: asked.url, SECRET: secret })).toMatchObject({ code: 0 });
    const target = await anEmptyDatabase();
    expect(await restore(made, { DATABASE_URL: target.url, SECRET: secret })).toMatchObject({ code: 0 });
    await prepareQueues({ databaseUrl: target.url });
    const inbox = await startInbox({ smtpPort: 0, httpPort: 0, dir: aFolder(), log: () => {} });
    const worker = await startWorker({
      config: requireScaled(loadConfig({ DATABASE_URL: target.url, SMTP_URL: inbox.smtpUrl, SECRET: secret })),
      logger: createLogger({ level: 'silent', name: 'worker' }),
      pace: {
        ...{ operationsAtOnce: 1, bulkAtOnce: 1, operationLeaseMs: 60_000, mailLeaseMs: 60_000, jobLockMs: 20_000, sweepEveryMs: 300 },
        ...{ sweepPatienceMs: 500, outboxEveryMs: 1000, expireEveryMs: 20_000, sealEveryMs: 10_000 },
        mailTimeoutsMs: { connection: 10_000, greeting: 10_000, socket: 30_000 },
      },
    });
    try {
      const ids = [waiting.id, begun.id];
      const sent = () => target.sql`select recipient from deliveries where id = any(${ids}::uuid[]) and state = 'sent' order by 1`;
      await vi.waitUntil(async () => (await sent()).length === 2, { timeout: 40_000, interval: 100 });
      const mails = (await (await fetch(`${inbox.url}/api/mails`)).json()) as { to: string[] }[];
      expect(mails.flatMap(({ to }) => to).sort()).toEqual([invitation.email, other.email].sort());
    } finally {
      await worker.stop();
      await inbox.stop();
    }
  });

  it.each([
    [['one', 'two'], 'There is one file'],
    [[], 'Name the file'],
    [['--what', 'x'], "Unknown option '--what'"],
  ])('is neither written nor read by a call that makes no sense: %j', async (args, says) => {
    for (const command of [runBackup, runRestore])
      expect(await call(command, args, { SECRET: secret })).toMatchObject({ code: 2, text: expect.stringContaining(says) });
  });

  it('is never written over another file, and leaves none when it fails', async () => {
    expect(await backup(file, { DATABASE_URL: source.url, SECRET: secret })).toMatchObject({
      code: 2,
      text: expect.stringContaining('is there already'),
    });
    const folder = aFolder();
    const gone = new URL(source.url);
    gone.pathname = '/there_is_no_such_database';
    expect((await backup(join(folder, 'x.backup'), { DATABASE_URL: gone.href, SECRET: secret })).code).toBe(1);
    expect((await backup(join(folder, 'no/such/folder'), { DATABASE_URL: source.url, SECRET: secret })).code).toBe(1);
    expect(existsSync(join(folder, 'x.backup')) || existsSync(join(folder, 'x.backup.part'))).toBe(false);
    expect(await restore(join(folder, 'x.backup'), { SECRET: secret })).toMatchObject({
      code: 2,
      text: expect.stringContaining('There is no file'),
    });
    expect(await backup(join(folder, 'y.backup'), { DATABASE_URL: source.url, SECRET: secret, BACKUP_PASSPHRASE: 'short' })).toMatchObject({
      code: 2,
      text: expect.stringContaining('at least 12'),
    });
  });
});

describe('an upgrade', () => {
  /** Every state that a release has had since, by the number of its migrations; the newest is no upgrade. */
  const states = knownMigrations()
    .map((_, index) => index + 1)
    .slice(9, -1);

  afterEach(clean);
  it.each(states)(
    'from the state after %d migrations keeps every value of every row, also through a backup of that time',
    async (count) => {
      const [newest, old] = [await createTestDatabase(), await anEmptyDatabase()];
      databases.push(newest);
      await fill(newest);
      await migrate(old.url, { only: knownMigrations().slice(0, count) });
      // What an installation of that time would hold: of each table that there was, the columns that there were.
      const [ours, theirs, computed] = [await columnsOf(newest.sql), await columnsOf(old.sql), await columnsOf(old.sql, 'ALWAYS')];
      const columns = new Map<string, string[]>();
      for (const [table, names] of theirs) {
        const both = names.filter((name) => ours.get(table)?.includes(name));
        if (both.length > 0) columns.set(table, both);
      }
      // Neither triggers nor foreign keys look at what is put in so.
      const filling = postgres(old.url, { max: 1, connection: { session_replication_role: 'replica' } as never });
      for (const [table, names] of columns) {
        const list = names.filter((name) => !computed.get(table)?.includes(name)).map((name) => `"${name}"`);
        const [rows] = await newest.sql`select coalesce(jsonb_agg(to_jsonb(t)), '[]')::text as rows from ${newest.sql(table)} t`;
        const from = `jsonb_populate_recordset(null::"${table}", $1::text::jsonb)`;
        await filling.unsafe(`insert into "${table}" (${list}) select ${list} from ${from}`, [rows?.rows]);
      }
      await filling.end();
      const before = await contentOf(old.sql, columns);
      expect(Object.values(before).filter((rows) => rows.length > 0).length).toBeGreaterThan(15);

      const made = join(aFolder(), 'old.backup');
      expect(await backup(made, { DATABASE_URL: old.url, SECRET: secret })).toMatchObject({ code: 0 });
      const target = await anEmptyDatabase();
      const restored = await restore(made, { DATABASE_URL: target.url, SECRET: secret });
      expect(restored, restored.text).toMatchObject({ code: 0 });
      await migrate(old.url);
      for (const upgraded of [old, target]) {
        expect(await contentOf(upgraded.sql, columns)).toEqual(before);
        // What a migration makes of the rows that are there, it makes of restored ones; but for the days of grace, which begin with the upgrade.
        const whole = (sql: postgres.Sql) => contentOf(sql, undefined, 'second_factor_from');
        expect(await whole(upgraded.sql)).toEqual(await whole(old.sql));
        expect(await upgraded.sql`select from drizzle.__drizzle_migrations`).toHaveLength(knownMigrations().length);
        expect(await upgraded.sql`select relname from pg_class where relrowsecurity and not relforcerowsecurity`).toEqual([]);
      }
    },
  );
});

/** The columns of each table; or those that the database computes. */
async function columnsOf(sql: postgres.Sql, generated?: 'ALWAYS'): Promise<Map<string, string[]>> {
  const rows = await sql<{ table: string; names: string[] }[]>`
    select table_name as table, array_agg(column_name::text order by ordinal_position) as names from information_schema.columns
    where table_schema = 'public' and (${generated ?? null}::text is null or is_generated = ${generated ?? ''}) group by 1`;
  return new Map(rows.map(({ table, names }) => [table, names]));
}

function leaveOut(text: Buffer, sign: string): Buffer {
  const at = text.indexOf(sign);
  const from = text.lastIndexOf('\n', at) + 1;
  return Buffer.concat([text.subarray(0, from), text.subarray(text.indexOf('\n', at) + 1)]);
}

function changed(whole: Buffer): Buffer {
  const copy = Buffer.from(whole);
  copy[copy.length >> 1] = (copy[copy.length >> 1] ?? 0) ^ 0xff;
  return copy;
}

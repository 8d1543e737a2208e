import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { drizzle } from 'drizzle-orm/postgres-js';
import { migrate as applyMigrations } from 'drizzle-orm/postgres-js/migrator';
import postgres from 'postgres';
import { describe, expect, it } from 'vitest';
import { newId, openDatabase, readPipelined } from './index.ts';
import { migrate } from './migrate.ts';
import {
  aCustomer,
  aCustomerUser,
  aDelivery,
  anEvent,
  anInvitation,
  aPartner,
  aPartnerUser,
  aSubscription,
  aVisit,
  createTestDatabase,
} from './testing/index.ts';

const tablesOf = async (sql: Awaited<ReturnType<typeof createTestDatabase>>['sql']) =>
  (await sql`select tablename from pg_tables where schemaname = 'public' order by 1`).map((row) => row.tablename as string);

/** Brings a database to an earlier schema: up to and with the migration of this tag, without those that came in later. */
async function migrateUpTo(url: string, tag: string, without: string[] = []): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'migrations-'));
  await cp(fileURLToPath(new URL('../migrations', import.meta.url)), folder, { recursive: true });
  const journal = JSON.parse(await readFile(join(folder, 'meta/_journal.json'), 'utf8')) as { entries: { tag: string }[] };
  const last = journal.entries.findIndex((entry) => entry.tag === tag);
  await writeFile(
    join(folder, 'meta/_journal.json'),
    JSON.stringify({ ...journal, entries: journal.entries.slice(0, last + 1).filter((entry) => !without.includes(entry.tag)) }),
  );
  const sql = postgres(url, { max: 1, onnotice: () => {} });
  await applyMigrations(drizzle(sql), { migrationsFolder: folder });
  await sql.end();
  await rm(folder, { recursive: true });
}

describe('migrating', () => {
  it('to rows and deadlines gives operations under way a deadline, and leaves those that are over alone', async () => {
    const database = await createTestDatabase('template0');
    await migrateUpTo(database.url, '0001_main_job');
    const [running, over] = [newId(), newId()];
    const partnerId = newId();
    for (const [id, state] of [
      [running, 'running'],
      [over, 'succeeded'],
    ] as const)
      await database.sql`insert into operations (id, partner_id, kind, state, subject, input, steps, created_by, created_at)
        values (${id}, ${partnerId}, 'relationship-end', ${state}, 's', '{}', '[]', 'u', now() - interval '2 hours')`;
    await migrate(database.url);
    const rows =
      await database.sql`select id, deadline_at > now() + interval '50 minutes' as has_time, progress from operations order by id`;
    expect(rows).toEqual([
      { id: running, has_time: true, progress: null },
      { id: over, has_time: null, progress: null },
    ]);
    expect(await database.sql`select id, kind from undone_operations(now(), 10)`).toEqual([{ id: running, kind: 'relationship-end' }]);
    expect(await database.sql`select relforcerowsecurity as forced from pg_class where relname = 'operations'`).toEqual([{ forced: true }]);
    await database.drop();
  });

  it('from the first schema on keeps every row as it was, and the customers are found by what the newest can search', async () => {
    const database = await createTestDatabase('template0');
    await migrateUpTo(database.url, '0001_main_job');
    const { sql } = database;
    const partner = await aPartner(sql);
    const user = await aPartnerUser(sql, partner);
    for (const relationship of ['requested', 'active', 'ending', 'ended'] as const) {
      const customer = await aCustomer(sql, partner, {
        relationship,
        companyName: `朝日 ${relationship}`,
        tags: ['gold', 'east'],
        notes: 'n',
      });
      await aSubscription(sql, customer);
      await anInvitation(sql, partner, user, { customerId: customer.id, state: 'declined' });
      await aCustomerUser(sql, { id: customer.organizationId });
      await anEvent(sql, partner, { customerId: customer.id });
    }
    const tables = [
      'partners',
      'users',
      'partner_users',
      'organizations',
      'customers',
      'customer_users',
      'subscriptions',
      'invitations',
      'events',
    ];
    const rowsOf = async (table: string) =>
      (await sql`select to_jsonb(t) as row from ${sql(table)} t order by t::text`).map(({ row }) => row);
    const before = await Promise.all(tables.map(rowsOf));
    await migrate(database.url);
    for (const [index, table] of tables.entries()) {
      const after = await rowsOf(table);
      expect(after, table).toHaveLength(before[index]?.length ?? 0);
      for (const row of before[index] ?? []) expect(after, table).toContainEqual(expect.objectContaining(row));
    }
    expect(await sql`select distinct external_id, special_qualification, indirect_reseller_id from customers`).toEqual([
      { external_id: null, special_qualification: null, indirect_reseller_id: null },
    ]);
    expect(await sql`select distinct version from subscriptions`).toEqual([{ version: 1 }]);
    // What was recorded before there were seals waits for one.
    expect(await sql`select partner_id, event_id as id from unsealed_events order by 2`).toEqual(
      await sql`select partner_id, id from events order by 2`,
    );
    const db = openDatabase({ url: database.url, role: 'clientele_api', connections: 1 });
    const found = (given: object) =>
      readPipelined<{ id: string }>({ db, partner }, "select find_customers($1, 'company', false, null, null, null, 26) as id", [
        JSON.stringify(given),
      ]);
    expect(await found({ states: ['active'], tags: ['gold'], term: '朝日', pattern: '%朝日%', grams: ['朝', '日', '朝日'] })).toHaveLength(
      1,
    );
    expect(await found({ tags: ['gold', 'east'] })).toHaveLength(4);
    // By a word that stands inside of the names: the words were read from the rows that were there.
    expect(await found({ term: 'active', pattern: '%active%' })).toHaveLength(1);
    expect((await sql`select word from customer_words order by word`).map(({ word }) => word)).toContain('active');
    await db.close();
    await database.drop();
  });

  it('to figures fills them from what has happened, each on its day, for every partner', async () => {
    const database = await createTestDatabase('template0');
    await migrateUpTo(database.url, '0026_password_links');
    const { sql } = database;
    const at = (day: string) => new Date(`2026-03-${day}T10:00:00Z`);
    const partners = [await aPartner(sql), await aPartner(sql)];
    for (const [index, partner] of partners.entries()) {
      const user = await aPartnerUser(sql, partner);
      const asked = { createdAt: at('02'), state: 'accepted' as const };
      for (let n = 0; n <= index; n += 1) {
        const invitation = await anInvitation(sql, partner, user, asked);
        await sql`update invitations set answered_at = ${at('04')} where id = ${invitation.id}`;
        await aDelivery(sql, partner, { invitationId: invitation.id, state: 'sent' });
        await aVisit(sql, invitation);
        const customer = await aCustomer(sql, partner);
        await anEvent(sql, partner, { type: 'relationship.established', customerId: customer.id, at: at('04') });
      }
      const gone = await aCustomer(sql, partner, { relationship: 'ended' });
      await anEvent(sql, partner, { type: 'relationship.established', customerId: gone.id, at: at('05') });
      await anEvent(sql, partner, { type: 'relationship.ended', customerId: gone.id, at: at('06') });
      await anEvent(sql, partner, { type: 'operation.failed', at: at('07') });
    }
    await migrate(database.url);
    for (const [index, partner] of partners.entries()) {
      const rows =
        await sql`select name, to_char(day, 'DD') as day, value::int from figures where partner_id = ${partner.id} order by 1, 2`;
      const many = index + 1;
      expect(rows.map(({ name, day, value }) => [name, day, value])).toEqual([
        ['answers.3d', '04', many],
        ['customers', '04', many],
        ['customers', '05', 1],
        ['customers', '06', -1],
        ['invitations.accepted', '02', many],
        ['invitations.delivered', '02', many],
        ['invitations.opened', '02', many],
        ['invitations.sent', '02', many],
        ['operations.failed', '07', 1],
      ]);
      expect(await sql`select from figure_differences(${partner.id})`).toHaveLength(0);
    }
    expect(await sql`select relname from pg_class where relrowsecurity and not relforcerowsecurity`).toEqual([]);
    expect(await sql`select from figure_changes`).toHaveLength(0);
    await database.drop();
  });

  it('runs a migration that came in after a newer one', async () => {
    const [database, whole] = [await createTestDatabase('template0'), await createTestDatabase()];
    await migrateUpTo(database.url, '0006_require_free_domain', ['0003_imports', '0005_customer_list']);
    await migrate(database.url);
    expect(await tablesOf(database.sql)).toEqual(await tablesOf(whole.sql));
    const applied = (sql: typeof database.sql) => sql`select hash from drizzle.__drizzle_migrations order by hash`;
    expect([...(await applied(database.sql))]).toEqual([...(await applied(whole.sql))]);
    await database.drop();
    await whole.drop();
  });

  it('can be done again without harm, and keeps what is there', async () => {
    const database = await createTestDatabase();
    const before = await tablesOf(database.sql);
    await database.sql`insert into users (id, name, email) values ('u', 'Somebody', 'somebody@people.example')`;
    await migrate(database.url);
    await migrate(database.url);
    expect(await tablesOf(database.sql)).toEqual(before);
    expect(await database.sql`select id from users`).toHaveLength(1);
    await database.drop();
  });

  it('is done once by five processes at the same moment, also in two new databases on one server', async () => {
    const databases = [await createTestDatabase('template0'), await createTestDatabase('template0')];
    await Promise.all(databases.flatMap(({ url }) => Array.from({ length: 5 }, () => migrate(url))));
    const template = await createTestDatabase();
    for (const database of databases) {
      expect(await tablesOf(database.sql)).toEqual(await tablesOf(template.sql));
      const [row] = await database.sql`select count(*)::int as count from drizzle.__drizzle_migrations`;
      const [expected] = await template.sql`select count(*)::int as count from drizzle.__drizzle_migrations`;
      expect(row?.count).toBe(expected?.count);
    }
    for (const database of [...databases, template]) await database.drop();
  });
});

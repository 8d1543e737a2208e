import { describe, expect, it } from 'vitest';
import { migrate } from './migrate.ts';
import { createTestDatabase } from './testing/index.ts';

const tablesOf = async (sql: Awaited<ReturnType<typeof createTestDatabase>>['sql']) =>
  (await sql`select tablename from pg_tables where schemaname = 'public' order by 1`).map((row) => row.tablename as string);

describe('migrating', () => {
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

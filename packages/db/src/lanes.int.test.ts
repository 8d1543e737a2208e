import { Refusal } from '@clientele/domain';
import { eq } from 'drizzle-orm';
import { describe, expect, it } from 'vitest';
import { customers, openDatabase, read, statement, type Transaction, transact } from './index.ts';
import { aContext, aCustomer, aPartner, aPartnerUser, useTestDatabase } from './testing/index.ts';

const test = useTestDatabase();

async function setting(db = test.api) {
  const partner = await aPartner(test.sql);
  const customer = await aCustomer(test.sql, partner);
  return { partner, customer, ctx: aContext(db, partner, await aPartnerUser(test.sql, partner)) };
}
const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

describe('a transaction', () => {
  it('waits its turn when there are more of them than connections, and each sees its own partner', async () => {
    const worlds = await Promise.all(Array.from({ length: 5 }, () => setting()));
    const found = await Promise.all(
      Array.from({ length: 100 }, async (_, index) => {
        const { ctx, customer } = worlds[index % 5] as (typeof worlds)[number];
        const rows = await read(ctx, async (tx) => {
          const first = await tx.select({ id: customers.id }).from(customers);
          await pause(index % 3);
          const again = await tx.select({ id: customers.id }).from(customers);
          expect(again).toEqual(first);
          return first;
        });
        return rows.length === 1 && rows[0]?.id === customer.id;
      }),
    );
    expect(found.every(Boolean)).toBe(true);
  });

  it('in which a statement failed is void, even when somebody caught that', async () => {
    const { ctx, customer } = await setting();
    const change = transact(ctx, async (tx) => {
      await tx.update(customers).set({ notes: 'half' }).where(eq(customers.id, customer.id));
      await tx
        .update(customers)
        .set({ relationship: 'nonsense' as never })
        .where(eq(customers.id, customer.id))
        .catch(() => {});
      return { result: 'done', events: [] };
    });
    await expect(change).rejects.toThrow();
    expect((await test.sql`select notes from customers where id = ${customer.id}`)[0]?.notes).toBe('');
    expect(await read(ctx, (tx) => tx.select({ id: customers.id }).from(customers))).toHaveLength(1);
  });

  it('that the database has not kept fails, also when no statement seems to', async () => {
    const db = openDatabase({ url: test.url, role: 'clientele_api', connections: 1 });
    const { ctx, customer } = await setting(db);
    await test.sql`create table probe (a int)`;
    await test.sql`grant select on probe to clientele_api`;
    const note = (notes: string) =>
      transact(ctx, async (tx) => {
        await tx.update(customers).set({ notes }).where(eq(customers.id, customer.id));
        return { result: 'done', events: [], writes: [statement('select * from probe where a = $1', [1])] };
      });
    const notes = async () => (await test.sql`select notes from customers where id = ${customer.id}`)[0]?.notes;
    await note('before');
    // Its plan is void now. postgres.js sends such a statement once more, and by then the transaction has been rolled back.
    await test.sql`alter table probe add column b int`;
    await expect(note('meanwhile')).rejects.toMatchObject({ code: '40001', message: expect.stringContaining('did not keep') });
    expect(await notes()).toBe('before');
    await note('after');
    expect(await notes()).toBe('after');
    await db.close();
  });

  it('that is over takes no more statements, also when its connection has gone on to another partner', async () => {
    const db = openDatabase({ url: test.url, role: 'clientele_api', connections: 1 });
    const [mine, theirs] = [await setting(db), await setting(db)];
    let late: Promise<unknown> = Promise.resolve();
    let go: () => void = () => {};
    const gate = new Promise<void>((resolve) => {
      go = resolve;
    });
    const failed = transact(mine.ctx, async (tx: Transaction) => {
      // A part of the work that nobody waits for any more once the other part has failed.
      late = gate.then(() => tx.update(customers).set({ notes: 'from another partner' }).returning({ id: customers.id }));
      late.catch(() => {});
      throw new Refusal('conflict', 'no');
    });
    await expect(failed).rejects.toThrow('no');
    await transact(theirs.ctx, async (tx) => {
      await tx.select({ id: customers.id }).from(customers);
      go();
      await pause(50);
      return { result: undefined, events: [] };
    });
    await expect(late).rejects.toThrow();
    expect((await test.sql`select notes from customers where id = ${theirs.customer.id}`)[0]?.notes).toBe('');
    await db.close();
  });

  it('whose connection is lost fails as one that may pass, changes nothing, and leaves the next one unharmed', async () => {
    const { ctx, customer } = await setting();
    const change = transact(ctx, async (tx) => {
      await tx.update(customers).set({ notes: 'half' }).where(eq(customers.id, customer.id));
      await test.sql`select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and application_name = 'clientele_api'`;
      await pause(50);
      await tx.update(customers).set({ notes: 'whole' }).where(eq(customers.id, customer.id));
      return { result: undefined, events: [{ type: 'customer.edited', customerId: customer.id, data: { fields: [] } }] };
    });
    await expect(change).rejects.toThrow();
    expect((await test.sql`select notes from customers where id = ${customer.id}`)[0]?.notes).toBe('');
    expect(await test.sql`select id from events where customer_id = ${customer.id}`).toHaveLength(0);
    for (let index = 0; index < 20; index++)
      expect(await read(ctx, (tx) => tx.select({ id: customers.id }).from(customers))).toHaveLength(1);
  });

  it('ends, well or not, however many connections are lost at once; the next ones work', async () => {
    const db = openDatabase({ url: test.url, role: 'clientele_api', connections: 5 });
    const writing = { partnerId: null, mode: 'read write' } as const;
    const kill = (pid: number | undefined) => test.sql`select pg_terminate_backend(${pid ?? 0})`.execute();
    for (let round = 0; round < 5; round++) {
      const outcomes = await Promise.allSettled(
        Array.from({ length: 40 }, (_, n) =>
          db.lanes.transaction(writing, async (_tx, send) => {
            const [backend] = await send<{ pid: number }>('select pg_backend_pid() as pid');
            // With the last of each five its next statement is on the way when the connection goes.
            if (n % 5 === 4) kill(backend?.pid).catch(() => {});
            return { result: await send<{ n: number }>('select $1::int as n, pg_sleep(0.02)', [n]) };
          }),
        ),
      );
      for (const [n, outcome] of outcomes.entries()) if (outcome.status === 'fulfilled') expect(outcome.value[0]?.n).toBe(n);
    }
    const after = Array.from({ length: 10 }, () =>
      db.lanes.transaction(writing, async (_tx, send) => ({ result: await send('select 1') })),
    );
    expect((await Promise.allSettled(after)).filter(({ status }) => status === 'fulfilled').length).toBeGreaterThanOrEqual(6);
    await db.close();
  });
});

describe('a statement alone', () => {
  it('is kept when it is told of as done, also when the transaction before it began on a connection that was just lost', async () => {
    const db = openDatabase({ url: test.url, role: 'clientele_api', connections: 1, name: 'one lane' });
    await test.sql`create table kept (n int primary key)`;
    await test.sql`grant select, insert on kept to clientele_api`;
    const sleeping = () =>
      test.sql<{ pid: number }[]>`select pid from pg_stat_activity where application_name = 'one lane' and query like '%pg_sleep%'`;
    const told: number[] = [];
    for (let n = 0; n < 10; n += 1) {
      const lost = db.lanes.alone(statement('select pg_sleep($1)', [30])).catch(() => {});
      await expect.poll(sleeping, { interval: 10 }).toHaveLength(1);
      await test.sql`select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'one lane'`;
      await lost;
      // The server has said that it ends, and the connection is still there: this begin waits for the next one.
      await db.lanes
        .transaction({ partnerId: null, mode: 'read write' }, async (_tx, send) => ({ result: await send('select 1') }))
        .catch(() => {});
      await db.lanes.alone(statement('insert into kept values ($1)', [n])).then(
        () => told.push(n),
        () => {},
      );
    }
    const kept = (await test.sql<{ n: number }[]>`select n from kept order by n`).map(({ n }) => n);
    expect(told).toEqual(kept);
    expect(told.length).toBeGreaterThan(0);
    await db.close();
  });
});

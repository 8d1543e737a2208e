import { sql } from 'drizzle-orm';
import { describe, expect, it } from 'vitest';
import {
  type Context,
  copyOut,
  copySql,
  type Database,
  newId,
  openDatabase,
  read,
  readPipelined,
  statement,
  transact,
  transactAtOnce,
} from './index.ts';
import { aContext, aCustomer, anEvent, aPartner, aPartnerUser, useTestDatabase } from './testing/index.ts';

const test = useTestDatabase();

/** Two partners with customers whose names say whose they are. */
async function twoPartners(db: Database) {
  return Promise.all(
    ['Amber', 'Blue'].map(async (name) => {
      const partner = await aPartner(test.sql, { name });
      const user = await aPartnerUser(test.sql, partner);
      const customers = await Promise.all([1, 2, 3].map(() => aCustomer(test.sql, partner, { companyName: name })));
      await anEvent(test.sql, partner);
      return { name, customers, partner, ctx: aContext(db, partner, user) };
    }),
  );
}

const seen = sql`select company_name as name, current_setting('app.partner_id', true) as partner from customers`;
class Wanted extends Error {}

/** Each way in which a process asks the database, and each way in which that goes wrong. What is given back was seen of customers. */
const ways: Record<string, (ctx: Context) => Promise<{ name: string }[]>> = {
  read: (ctx) => read(ctx, (tx) => tx.execute<{ name: string }>(seen)),
  'quick read': (ctx) => readPipelined(ctx, 'select company_name as name from customers where country <> $1', ['ZZ']),
  write: (ctx) =>
    transact(ctx, async (tx) => {
      const rows = await tx.execute<{ name: string }>(
        sql`update customers set notes = notes || 'x', tags = '{}' returning company_name as name`,
      );
      return { result: [...rows], events: [{ type: 'customer.edited', data: { fields: ['notes'] } }] };
    }),
  'write in one statement': async (ctx) => {
    await transactAtOnce(ctx, { result: undefined, events: [{ type: 'customer.edited', data: { fields: ['notes'] } }] });
    return [];
  },
  'an error of the code': async (ctx) => {
    await expect(
      read(ctx, async (tx) => {
        await tx.execute(seen);
        throw new Wanted();
      }),
    ).rejects.toThrow(Wanted);
    return [];
  },
  'an error of the database': async (ctx) => {
    await expect(transact(ctx, async (tx) => ({ result: await tx.execute(sql`select 1/0`), events: [] }))).rejects.toThrow();
    return [];
  },
  'a caught error': async (ctx) => {
    await expect(
      transact(ctx, async (tx) => {
        await tx.execute(sql`select 1/0`).catch(() => {});
        return { result: 1, events: [{ type: 'customer.edited', data: { fields: [] } }] };
      }),
    ).rejects.toThrow();
    return [];
  },
  'a refused row of another': async (ctx) => {
    await expect(
      transactAtOnce(ctx, {
        result: 1,
        events: [],
        writes: [
          statement(`insert into idempotency_keys select $1::uuid, 'a', $2, 'f', '{}', now() from partner returning key`, [
            newId(),
            newId(),
          ]),
        ],
      }),
    ).rejects.toThrow('row-level security');
    return [];
  },
  'a statement that takes too long': async (ctx) => {
    await expect(
      read(ctx, async (tx) => {
        await tx.execute(sql`set local statement_timeout = 2`);
        await tx.execute(sql`select count(*) from customers, pg_sleep(5)`);
      }),
    ).rejects.toThrow();
    return [];
  },
  'a statement that is cancelled': async (ctx) => {
    await expect(
      read(ctx, async (tx) => {
        const [own] = await tx.execute<{ pid: number }>(sql`select pg_backend_pid() as pid`);
        await Promise.all([tx.execute(sql`select pg_sleep(30), count(*) from customers`), cancelWhenAsleep(own?.pid ?? 0)]);
      }),
    ).rejects.toThrow();
    return [];
  },
  'a connection that is lost': async (ctx) => {
    await expect(
      read(ctx, async (tx) => {
        const [own] = await tx.execute<{ pid: number }>(sql`select pg_backend_pid() as pid`);
        await test.sql`select pg_terminate_backend(${own?.pid ?? 0})`;
        await tx.execute(seen);
      }),
    ).rejects.toThrow();
    return [];
  },
  'a late statement': async (ctx) => {
    let late: (() => Promise<unknown>) | undefined;
    await read(ctx, async (tx) => {
      late = () => tx.execute(seen);
    });
    await expect(late?.()).rejects.toThrow();
    return [];
  },
  'an export': async (ctx) => {
    const text = (await (await copyOut(ctx, copySql`select company_name from customers`)).setEncoding('utf8').toArray()).join('');
    return text
      .trim()
      .split('\n')
      .slice(1)
      .map((name) => ({ name }));
  },
};

async function cancelWhenAsleep(pid: number): Promise<void> {
  for (;;) {
    const [row] = await test.sql`select pg_cancel_backend(pid) as done from pg_stat_activity where pid = ${pid} and wait_event = 'PgSleep'`;
    if (row?.done) return;
  }
}

/** How many of a thousand turns go which way; those that wait for something, or open a connection, are few. */
const rare: Record<string, number> = {
  'a statement that takes too long': 10,
  'a statement that is cancelled': 5,
  'a connection that is lost': 2,
  'an export': 2,
};
const common = Object.keys(ways).filter((name) => !(name in rare));

/** A turn's way, the same in each run: every way comes after every other. */
function wayOf(turn: number): string {
  const place = (turn * 7919) % 1000;
  let end = 0;
  for (const [name, count] of Object.entries(rare)) {
    end += count;
    if (place < end) return name;
  }
  return common[((turn * 2654435761) >>> 7) % common.length] as string;
}

describe.each(['clientele_api', 'clientele_worker'] as const)('two partners on one connection of %s', (role) => {
  it('never see each other, whichever way the one before went wrong, 10,000 times; and nobody’s turn sees nothing', async () => {
    const db = openDatabase({ url: test.url, role, connections: 1, name: 'interleaved' });
    try {
      const sides = await twoPartners(db);
      const turns = role === 'clientele_api' ? 10_000 : 2000;
      const leaks: string[] = [];
      const counts = new Map<string, number>();
      const turn = async (index: number) => {
        const side = sides[(index * 31 + (index >> 3)) & 1] as (typeof sides)[number];
        const name = wayOf(index);
        counts.set(name, (counts.get(name) ?? 0) + 1);
        const rows = await ways[name]?.(side.ctx);
        for (const row of rows ?? []) if (row.name !== side.name) leaks.push(`turn ${index}, ${name}: ${side.name} saw ${row.name}`);
        if (rows && rows.length > 0 && rows.length !== 3) leaks.push(`turn ${index}, ${name}: ${rows.length} rows`);
      };
      const nobody = async (index: number) => {
        // On the same connection, with no partner: before the next one's turn nothing may be left of the last one's.
        const rows = await db.lanes.transaction({ partnerId: null, mode: 'read only' }, async (tx) => ({ result: await tx.execute(seen) }));
        if (rows.length > 0) leaks.push(`after turn ${index}: ${rows.length} rows without a partner`);
        const [{ left } = { left: null }] = await db.lanes.transaction({ partnerId: null, mode: 'read only' }, async (_tx, send) => ({
          result: await send<{ left: string | null }>(`select current_setting('app.partner_id', true) as left`),
        }));
        if (left) leaks.push(`after turn ${index}: the partner was still ${left}`);
      };
      // A hundred wait for the connection at the same time.
      for (let first = 0; first < turns; first += 100) {
        await Promise.all(
          Array.from({ length: 100 }, (_, place) =>
            place % 10 === 9 ? [turn(first + place), nobody(first + place)] : [turn(first + place)],
          ).flat(),
        );
      }
      expect(leaks).toEqual([]);
      for (const name of Object.keys(ways)) expect(counts.get(name), name).toBeGreaterThan(0);
      // Each wrote into its own log and no other, and nothing was written for a partner that there is not.
      for (const { partner, name } of sides)
        expect(
          await test.sql`select distinct company_name as name from customers where partner_id = ${partner.id} and notes <> ''`,
        ).toEqual([{ name }]);
      expect(await test.sql`select from idempotency_keys where partner_id not in (select id from partners)`).toHaveLength(0);
    } finally {
      await db.close();
    }
  }, 120_000);
});

it('the relay sees the outbox on that connection, and no partner’s customers before, between and after', async () => {
  const relay = openDatabase({ url: test.url, role: 'clientele_relay', connections: 1, name: 'interleaved' });
  try {
    const sides = await twoPartners(relay);
    for (let turn = 0; turn < 500; turn += 1) {
      const { partner } = sides[turn & 1] as (typeof sides)[number];
      await expect(
        relay.lanes.transaction({ partnerId: turn % 3 ? partner.id : null, mode: 'read only' }, async (tx) => ({
          result: await tx.execute(seen),
        })),
      ).rejects.toMatchObject({ cause: { code: '42501' } });
      const events = await relay.sql`select type from events where partner_id = ${partner.id}`;
      expect(events.length).toBeGreaterThan(0);
    }
  } finally {
    await relay.close();
  }
});

import { createHash, randomUUID } from 'node:crypto';
import { type NewEvent, Refusal } from '@clientele/domain';
import { eq } from 'drizzle-orm';
import { describe, expect, it } from 'vitest';
import {
  type CommittedEvent,
  type Context,
  copyOut,
  copySql,
  countUndispatched,
  customers,
  forgetOldKeys,
  insertRow,
  newId,
  type OperationRecord,
  operations,
  otherTypes,
  read,
  readPipelined,
  type Statement,
  stampDispatched,
  statement,
  sweepOutbox,
  transact,
  transactAtOnce,
} from './index.ts';
import { aContext, aCustomer, anEvent, aPartner, aPartnerUser, useTestDatabase } from './testing/index.ts';

const test = useTestDatabase();

async function setting(more: Partial<Context> = {}) {
  const partner = await aPartner(test.sql);
  const user = await aPartnerUser(test.sql, partner);
  const customer = await aCustomer(test.sql, partner);
  const heard: CommittedEvent[] = [];
  const ctx = aContext(test.api, partner, user, { committed: (events) => heard.push(...events), ...more });
  const notes = async () => (await test.sql`select notes from customers where id = ${customer.id}`)[0]?.notes as string;
  const eventsOf = async () =>
    (await test.sql`select * from events where partner_id = ${partner.id} order by id`) as {
      type: string;
      actor_id: string;
      request_id: string;
      data: unknown;
    }[];
  const edit = (text: string, context: Context = ctx) =>
    transact(context, async (tx) => {
      await tx.update(customers).set({ notes: text }).where(eq(customers.id, customer.id));
      return {
        result: { text, at: context.now },
        events: [{ type: 'customer.edited', customerId: customer.id, data: { fields: ['notes'] } }],
      };
    });
  return { partner, user, customer, ctx, heard, notes, eventsOf, edit };
}

describe('a change on both sides of a wall', () => {
  const editOf = (id: string): NewEvent => ({ type: 'customer.edited', customerId: id, data: { fields: ['notes'] } });

  it('is kept on both, with an event in each log under the same actor, and each side is told', async () => {
    const [here, there] = [await setting(), await setting()];
    const told: [string, string[]][] = [];
    const ctx = {
      ...here.ctx,
      committed: (events: CommittedEvent[], id: string) => void told.push([id, events.map((event) => event.type)]),
    };
    await transact(ctx, async (tx, _send, within) => {
      const seen = await within(there.partner, async (other) => {
        expect(other.partner).toEqual(there.partner);
        await tx.update(customers).set({ notes: 'both' });
        // Their rows, and not ours.
        return { result: await tx.select({ id: customers.id }).from(customers), events: [editOf(there.customer.id)] };
      });
      expect(seen).toEqual([{ id: there.customer.id }]);
      await tx.update(customers).set({ notes: 'both' });
      return { result: undefined, events: [editOf(here.customer.id)] };
    });
    expect([await here.notes(), await there.notes()]).toEqual(['both', 'both']);
    expect(await here.eventsOf()).toMatchObject([{ type: 'customer.edited', actor_id: here.user.id }]);
    expect(await there.eventsOf()).toMatchObject([{ type: 'customer.edited', actor_id: here.user.id, request_id: here.ctx.requestId }]);
    expect(told).toEqual([
      [here.partner.id, ['customer.edited']],
      [there.partner.id, ['customer.edited']],
    ]);
  });

  it('that fails on either side leaves nothing on both, and tells nobody', async () => {
    const [here, there] = [await setting(), await setting()];
    const failing = (inside: boolean) =>
      transact(here.ctx, async (tx, _send, within) => {
        await tx.update(customers).set({ notes: 'half' });
        await within(there.partner, async () => {
          await tx.update(customers).set({ notes: 'half' });
          if (inside) throw new Refusal('conflict', 'inside');
          return { result: undefined, events: [editOf(there.customer.id)] };
        });
        throw new Refusal('conflict', 'outside');
      });
    await expect(failing(true)).rejects.toThrow('inside');
    await expect(failing(false)).rejects.toThrow('outside');
    await expect(
      transact(here.ctx, async (tx, _send, within) => {
        await within(there.partner, async () => {
          await tx.execute('select 1 / 0');
          return { result: undefined, events: [] };
        });
        return { result: undefined, events: [] };
      }),
    ).rejects.toMatchObject({ code: '22012' });
    expect([await here.notes(), await there.notes()]).toEqual(['', '']);
    expect([await here.eventsOf(), await there.eventsOf(), here.heard, there.heard]).toEqual([[], [], [], []]);
  });

  it('that catches what the other side refused is on its own side again', async () => {
    const [here, there] = [await setting(), await setting()];
    await transact(here.ctx, async (tx, _send, within) => {
      const refused = within(there.partner, async () => {
        throw new Refusal('conflict', 'no');
      });
      await expect(refused).rejects.toThrow('no');
      await tx.update(customers).set({ notes: 'mine' });
      return { result: undefined, events: [editOf(here.customer.id)] };
    });
    expect([await here.notes(), await there.notes()]).toEqual(['mine', '']);
  });
});

describe('a change', () => {
  it('is committed together with its events, which are then told', async () => {
    const { edit, notes, eventsOf, heard, user, ctx, customer, partner } = await setting();
    expect(await edit('new')).toEqual({ text: 'new', at: ctx.now });
    expect(await notes()).toBe('new');
    const events = await eventsOf();
    expect(events).toMatchObject([
      {
        type: 'customer.edited',
        customer_id: customer.id,
        actor_kind: 'partner-user',
        actor_id: user.id,
        request_id: ctx.requestId,
        data: { fields: ['notes'] },
        // It sets nothing going.
        dispatched_at: expect.any(Date),
      },
    ]);
    expect(heard).toMatchObject([{ type: 'customer.edited', partnerId: partner.id }]);
  });

  it('that throws leaves neither change nor event, and tells nobody', async () => {
    const { ctx, customer, notes, eventsOf, heard } = await setting();
    await expect(
      transact(ctx, async (tx) => {
        await tx.update(customers).set({ notes: 'half' }).where(eq(customers.id, customer.id));
        throw new Refusal('conflict', 'no');
      }),
    ).rejects.toThrow('no');
    expect(await notes()).toBe('');
    expect(await eventsOf()).toEqual([]);
    expect(heard).toEqual([]);
  });

  it('whose event cannot be written is not made either', async () => {
    const { ctx, customer, notes, eventsOf } = await setting();
    await expect(
      transact(ctx, async (tx) => {
        await tx.update(customers).set({ notes: 'half' }).where(eq(customers.id, customer.id));
        return { result: 1, events: [{ type: 'customer.edited', customerId: 'no uuid', data: { fields: [] } }] };
      }),
    ).rejects.toThrow();
    expect(await notes()).toBe('');
    expect(await eventsOf()).toEqual([]);
  });

  it('keeps its result when telling of it fails', async () => {
    const { ctx, edit, notes } = await setting();
    const told = {
      ...ctx,
      committed: () => {
        throw new Error('queue is away');
      },
    };
    await edit('kept', told).catch(() => {});
    expect(await notes()).toBe('kept');
  });

  it('belongs to the context’s partner and touches no row of another', async () => {
    const { ctx } = await setting();
    const other = await setting();
    const changed = await transact(ctx, async (tx) => ({
      result: await tx
        .update(customers)
        .set({ notes: 'mine now' })
        .where(eq(customers.id, other.customer.id))
        .returning({ id: customers.id }),
      events: [],
    }));
    expect(changed).toEqual([]);
    expect(await other.notes()).toBe('');
    const foreign = { ...ctx, partner: { ...ctx.partner, id: other.partner.id } };
    expect(await read(foreign, (tx) => tx.select({ id: customers.id }).from(customers))).toEqual([{ id: other.customer.id }]);
  });
});

describe('an idempotency key', () => {
  const fingerprint = (text: string) => createHash('sha256').update(text).digest('hex');

  it('gives the first answer again, dates and all, and has one effect', async () => {
    const { ctx, edit, eventsOf } = await setting();
    const keyed = { ...ctx, idempotency: { key: 'once', fingerprint: fingerprint('a') } };
    const first = await edit('one', keyed);
    const again = await edit('two', { ...keyed, now: new Date(0) });
    expect(JSON.parse(JSON.stringify(again))).toEqual(JSON.parse(JSON.stringify(first)));
    expect(await eventsOf()).toHaveLength(1);
  });

  it('holds for 20 requests at once', async () => {
    const { ctx, edit, eventsOf, heard } = await setting();
    const keyed = { ...ctx, idempotency: { key: randomUUID(), fingerprint: fingerprint('a') } };
    const results = await Promise.all(Array.from({ length: 20 }, (_, index) => edit(`number ${index}`, keyed)));
    expect(new Set(results.map((result) => result.text)).size).toBe(1);
    expect(await eventsOf()).toHaveLength(1);
    expect(heard).toHaveLength(1);
  });

  it('also when the answer is nothing', async () => {
    const { ctx } = await setting();
    let runs = 0;
    const act = () =>
      transact<undefined>({ ...ctx, idempotency: { key: 'void', fingerprint: 'f' } }, async () => {
        runs += 1;
        return { result: undefined, events: [] };
      });
    expect([await act(), await act()]).toEqual([undefined, undefined]);
    expect(runs).toBe(1);
  });

  it('of another request is refused', async () => {
    const { ctx, edit, notes } = await setting();
    await edit('one', { ...ctx, idempotency: { key: 'k', fingerprint: fingerprint('a') } });
    await expect(edit('two', { ...ctx, idempotency: { key: 'k', fingerprint: fingerprint('b') } })).rejects.toMatchObject({
      code: 'idempotency_key_reused',
    });
    expect(await notes()).toBe('one');
  });

  it('is free again after a change that failed', async () => {
    const { ctx, edit } = await setting();
    const keyed = { ...ctx, idempotency: { key: 'k', fingerprint: 'f' } };
    await expect(transact(keyed, async () => Promise.reject(new Refusal('conflict', 'no')))).rejects.toThrow('no');
    expect((await edit('done', keyed)).text).toBe('done');
  });

  it('is one person’s: another person and another partner may use the same', async () => {
    const one = await setting();
    const other = await setting();
    const colleague = aContext(test.api, one.partner, await aPartnerUser(test.sql, one.partner));
    const idempotency = { key: 'same', fingerprint: 'f' };
    expect((await one.edit('a', { ...one.ctx, idempotency })).text).toBe('a');
    expect((await one.edit('b', { ...colleague, idempotency })).text).toBe('b');
    expect((await other.edit('c', { ...other.ctx, idempotency })).text).toBe('c');
  });

  it('is forgotten after a day', async () => {
    const { ctx, edit, partner } = await setting();
    await edit('one', { ...ctx, idempotency: { key: 'old', fingerprint: 'f' } });
    await edit('two', { ...ctx, idempotency: { key: 'young', fingerprint: 'f' } });
    await test.sql`update idempotency_keys set created_at = now() - interval '25 hours' where key = 'old' and partner_id = ${partner.id}`;
    await forgetOldKeys(test.relay);
    expect(await test.sql`select key from idempotency_keys where partner_id = ${partner.id}`).toEqual([{ key: 'young' }]);
  });
});

describe('a change at once', () => {
  /** An operation of a partner, as one statement with its event. */
  async function order(more: Partial<Context> = {}) {
    const set = await setting(more);
    const row = (partnerId: string, subject: string): OperationRecord => ({
      id: newId(),
      partnerId,
      kind: 'customer-onboarding',
      subject,
      customerId: null,
      input: {},
      state: 'queued',
      steps: [],
      progress: null,
      deadlineAt: null,
      pausedAt: null,
      waiting: null,
      signInName: null,
      credentialsRevealedAt: null,
      createdBy: 'somebody',
      createdAt: new Date(),
      startedAt: null,
      finishedAt: null,
      leaseOwner: null,
      leaseUntil: null,
    });
    const place = (
      subject: string,
      { ctx = set.ctx, partnerId = ctx.partner.id, demand }: { ctx?: Context; partnerId?: string; demand?: Statement } = {},
    ) =>
      transactAtOnce(ctx, {
        result: { subject },
        events: [{ type: 'operation.queued', customerId: null, data: { operationId: 'o', kind: 'customer-onboarding' } }],
        writes: [insertRow(operations, row(partnerId, subject))],
        ...(demand ? { demand } : {}),
      });
    const subjects = async () =>
      (await test.sql`select subject from operations where partner_id = ${set.partner.id} order by id`).map((row) => row.subject);
    return { ...set, place, subjects };
  }
  const wrong = statement('select 1 / ($1::int)', [0]);

  it('is kept with its event, which is then told', async () => {
    const { place, subjects, eventsOf, heard } = await order();
    expect(await place('one')).toEqual({ subject: 'one' });
    expect(await subjects()).toEqual(['one']);
    expect(await eventsOf()).toMatchObject([{ type: 'operation.queued', dispatched_at: null }]);
    expect(heard).toHaveLength(1);
  });

  it('whose demand fails leaves nothing, and tells nobody', async () => {
    const { place, subjects, eventsOf, heard } = await order();
    await expect(place('one', { demand: wrong })).rejects.toMatchObject({ code: '22012' });
    expect([await subjects(), await eventsOf(), heard]).toEqual([[], [], []]);
  });

  it('cannot write a row of another partner, nor one that does not wait for its partner to be set', async () => {
    const { ctx, place, eventsOf } = await order();
    const other = await order();
    await expect(place('foreign', { partnerId: other.partner.id })).rejects.toMatchObject({ code: '42501' });
    const early = statement('insert into idempotency_keys values ($1, $2, $2, $2, $3, now())', [ctx.partner.id, 'x', '{}']);
    await expect(transactAtOnce(ctx, { result: 1, events: [], writes: [early], demand: statement('select 1', []) })).rejects.toMatchObject({
      code: '42501',
    });
    expect([await other.subjects(), await other.eventsOf(), await eventsOf()]).toEqual([[], [], []]);
  });

  it('sees no partner afterwards', async () => {
    const { place } = await order();
    await place('one');
    // Each lane once at least.
    const seen = await Promise.all(
      Array.from({ length: 20 }, () =>
        test.api.lanes.transaction({ partnerId: null, mode: 'read only' }, async (_tx, send) => ({
          result: (await send<{ own: string | null }>('select current_partner_id() as own'))[0]?.own,
        })),
      ),
    );
    expect(new Set(seen)).toEqual(new Set([null]));
  });

  it('with a key has one effect for 20 at once, and the same answer', async () => {
    const { ctx, place, subjects, heard } = await order();
    const keyed = { ...ctx, idempotency: { key: randomUUID(), fingerprint: 'f' } };
    const results = await Promise.all(Array.from({ length: 20 }, (_, index) => place(`number ${index}`, { ctx: keyed })));
    expect(new Set(results.map((result) => result.subject)).size).toBe(1);
    expect(await subjects()).toHaveLength(1);
    expect(heard).toHaveLength(1);
    // Also when what the first one did would now refuse it.
    expect(await place('again', { ctx: keyed, demand: wrong })).toEqual(results[0]);
  });

  it('with the key of another request is refused, and with that of one that failed is done', async () => {
    const { ctx, place, subjects } = await order();
    const keyed = (fingerprint: string) => ({ ...ctx, idempotency: { key: 'k', fingerprint } });
    await expect(place('one', { ctx: keyed('a'), demand: wrong })).rejects.toMatchObject({ code: '22012' });
    expect(await place('two', { ctx: keyed('a') })).toEqual({ subject: 'two' });
    await expect(place('three', { ctx: keyed('b') })).rejects.toMatchObject({ code: 'idempotency_key_reused' });
    expect(await subjects()).toEqual(['two']);
  });
});

describe('reading', () => {
  it('writes nothing, whatever the callback does', async () => {
    const { ctx, customer } = await setting();
    await expect(read(ctx, (tx) => tx.update(customers).set({ notes: 'x' }).where(eq(customers.id, customer.id)))).rejects.toMatchObject({
      cause: { code: '25006' },
    });
  });

  it('in one round trip sees the same rows', async () => {
    const { ctx, customer } = await setting();
    expect(await readPipelined<{ id: string }>(ctx, 'select id from customers')).toMatchObject([{ id: customer.id }]);
    await expect(readPipelined(ctx, 'select nonsense from customers')).rejects.toThrow('nonsense');
    expect(await readPipelined<{ id: string }>(ctx, 'select id from customers')).toHaveLength(1);
  });

  it('a copy streams only the partner’s rows, its values escaped, and a query that fails ends it', async () => {
    const { ctx, customer } = await setting();
    await setting();
    const name = 'O\'Brien \\ "quoted", 東京';
    await test.sql`update customers set company_name = ${name} where id = ${customer.id}`;
    const text = async (query: ReturnType<typeof copySql>) => {
      let all = '';
      for await (const chunk of await copyOut(ctx, query)) all += chunk;
      return all;
    };
    expect(await text(copySql`select company_name from customers where company_name = ${name}`)).toBe(
      'company_name\n"O\'Brien \\ ""quoted"", 東京"\n',
    );
    expect(await text(copySql`select id from customers where company_name = ${"' or true --"}`)).toBe('id\n');
    await expect(text(copySql`select 1/0 from customers`)).rejects.toThrow('division');
    await expect
      .poll(
        async () =>
          (
            await test.sql`select count(*)::int as n from pg_stat_activity where application_name = 'clientele export' and datname = current_database()`
          )[0]?.n,
      )
      .toBe(0);
  });
});

describe('the outbox', () => {
  const types = ['customer.edited'];

  it('gives each event to one of several sweeps, oldest first, and stamps only what went out', async () => {
    const partner = await aPartner(test.sql);
    await test.sql`update events set dispatched_at = now()`;
    const ids: string[] = [];
    const at = new Date(Date.now() - 60_000);
    for (let index = 0; index < 40; index++) ids.push(await anEvent(test.sql, partner, { at }));
    const taken: string[][] = [];
    await Promise.all(
      Array.from({ length: 4 }, () =>
        sweepOutbox(test.relay, { olderThanMs: 1000, most: 25, types }, async (events) => {
          taken.push(events.map((event) => event.id));
          await new Promise((resolve) => setTimeout(resolve, 50));
        }),
      ),
    );
    expect(taken.flat().sort()).toEqual([...ids].sort());
    for (const batch of taken) expect(batch).toEqual([...batch].sort());
    expect(await countUndispatched(test.relay)).toBe(0);
  });

  it('keeps what could not be handed over, what is too young, and what is of an unknown type', async () => {
    const partner = await aPartner(test.sql);
    await test.sql`update events set dispatched_at = now()`;
    const at = new Date(Date.now() - 60_000);
    const old = await anEvent(test.sql, partner, { at });
    const unknown = await anEvent(test.sql, partner, { at, type: 'of.tomorrow' });
    await anEvent(test.sql, partner);
    await expect(
      sweepOutbox(test.relay, { olderThanMs: 1000, most: 10, types }, () => Promise.reject(new Error('queue is away'))),
    ).rejects.toThrow('queue is away');
    expect(await countUndispatched(test.relay)).toBe(3);
    expect(await otherTypes(test.relay, types)).toEqual(['of.tomorrow']);
    expect(await sweepOutbox(test.relay, { olderThanMs: 1000, most: 10, types }, async () => {})).toBe(1);
    const left = await test.sql<{ id: string }[]>`select id from events where dispatched_at is null`;
    expect(left).toHaveLength(2);
    expect(left.map((row) => row.id)).toContain(unknown);
    expect(left.map((row) => row.id)).not.toContain(old);
    await stampDispatched(
      test.relay,
      left.map((row) => row.id),
    );
    expect(await countUndispatched(test.relay)).toBe(0);
  });
});

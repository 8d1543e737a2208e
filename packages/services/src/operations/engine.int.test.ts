import type { Context, PartnerOfContext } from '@clientele/db';
import { aContext, anOperation, aPartner, aPartnerUser, manyCustomers, useTestDatabase } from '@clientele/db/testing';
import { operationSteps } from '@clientele/domain';
import { afterEach, describe, expect, it } from 'vitest';
import { startBulk } from '../customers/bulk.ts';
import { outcomeOf, refusalOf, runAsWorker } from '../testing/acts.ts';
import { steps } from './catalogue.ts';
import { cancelOperation, pauseOperation, resumeOperation, retryOperation } from './control.ts';
import { getOperation } from './list.ts';
import { failOverdue, Interrupted, runOperation } from './run.ts';

const test = useTestDatabase();
const live = { relationship: 'live', sort: 'company', order: 'asc' } as const;
/** Several chunks, the last not a whole one. */
const howMany = 1000;

async function setting(customers = howMany) {
  const partner = await aPartner(test.sql);
  const ids = await manyCustomers(test.sql, partner, customers);
  return { partner, ids, ctx: aContext(test.api, partner, await aPartnerUser(test.sql, partner)) };
}

const tagAll = (ctx: Context, tag = 'vip') => startBulk(ctx, { action: 'tag', tags: [tag], selection: { filters: live } });

/** Runs as a worker does; `afterChunk` is called between chunks, with the number of those that are done. */
async function run(
  ctx: Context,
  operationId: string,
  afterChunk: (done: number) => void = () => {},
  more: Partial<Parameters<typeof runOperation>[2]> = {},
) {
  let chunks = 0;
  return runOperation(
    { ...ctx, db: test.worker, actor: { kind: 'partner-user', id: ctx.actor.id ?? '', name: '', email: '', roles: [] } },
    operationId,
    {
      owner: 'test',
      clock: () => new Date(),
      progress: (_id, isChunk = false) => {
        if (isChunk) afterChunk(++chunks);
      },
      ...more,
    },
  );
}

/** How often each customer was changed, as the log has it: exactly once each, or the work was done twice or not at all. */
async function effects(partner: PartnerOfContext, tag = 'vip') {
  const [row] = await test.sql`select
    (select count(*)::int from customers where partner_id = ${partner.id} and tags @> ${[tag]}) as tagged,
    (select count(*)::int from events where partner_id = ${partner.id} and type = 'customer.edited') as events,
    (select count(distinct customer_id)::int from events where partner_id = ${partner.id} and type = 'customer.edited') as customers`;
  return row;
}
const once = (count: number) => ({ tagged: count, events: count, customers: count });

describe('work through many rows', () => {
  it('does each row once and counts as it goes', async () => {
    const { partner, ctx } = await setting();
    const { id } = await tagAll(ctx);
    const seen: number[] = [];
    const watching: Promise<unknown>[] = [];
    await run(ctx, id, () => watching.push(getOperation(ctx, id).then(({ progress }) => seen.push(progress?.done ?? -1))));
    await Promise.all(watching);
    expect(await getOperation(ctx, id)).toMatchObject({
      state: 'succeeded',
      progress: { done: howMany, failed: 0, skipped: 0, total: howMany },
      steps: [{ state: 'done' }, { state: 'done', attempts: 1 }],
    });
    expect(seen.length).toBe(3);
    expect(seen.every((done) => done >= 300 && done <= howMany)).toBe(true);
    expect(await effects(partner)).toEqual(once(howMany));
  });

  it('does each row once for five workers at the same moment', async () => {
    const { partner, ctx } = await setting();
    const { id } = await tagAll(ctx);
    const ran = await Promise.all(Array.from({ length: 5 }, () => runAsWorker(test.worker, partner, id)));
    expect(ran.filter(Boolean)).toHaveLength(1);
    expect((await getOperation(ctx, id)).state).toBe('succeeded');
    expect(await effects(partner)).toEqual(once(howMany));
  });

  it('does each row once for two workers of which one took over while the other still works', async () => {
    const { partner, ctx } = await setting();
    const { id } = await tagAll(ctx);
    let other: Promise<unknown> | undefined;
    // The lease of the first runs out at once, as if it had been taken for dead.
    await run(
      ctx,
      id,
      () => {
        other ??= run(ctx, id, undefined, { owner: 'the other' });
      },
      { leaseMs: 0 },
    );
    await other;
    expect((await getOperation(ctx, id)).state).toBe('succeeded');
    expect(await effects(partner)).toEqual(once(howMany));
  });

  it('stops between two chunks when it is paused, and goes on from there when it is resumed', async () => {
    const { partner, ctx } = await setting();
    const { id } = await tagAll(ctx);
    let pausing: Promise<unknown> | undefined;
    await run(ctx, id, (chunk) => {
      if (chunk === 1) pausing = pauseOperation(ctx, id);
    });
    expect(await pausing).toMatchObject({ state: 'paused', waiting: null, deadlineAt: null, pausedAt: expect.any(Date) });
    const paused = await getOperation(ctx, id);
    const done = paused.progress?.done ?? 0;
    expect([300, 600]).toContain(done);
    expect(await effects(partner)).toEqual(once(done));
    expect(paused.steps.map(({ state }) => state)).toEqual(['done', 'pending']);
    expect(paused.actions).toMatchObject({
      resume: { allowed: true },
      cancel: { allowed: true },
      pause: { allowed: false },
      retry: { allowed: false },
    });
    // A worker that comes to it meanwhile leaves it alone.
    expect(await runAsWorker(test.worker, partner, id)).toBe(false);
    const resumed = await resumeOperation(ctx, id);
    expect(resumed).toMatchObject({ state: 'queued', pausedAt: null });
    expect(resumed.deadlineAt?.getTime()).toBeGreaterThan(Date.now());
    await runAsWorker(test.worker, partner, id);
    expect(await getOperation(ctx, id)).toMatchObject({ state: 'succeeded', steps: [{ attempts: 1 }, { attempts: 1 }] });
    expect(await effects(partner)).toEqual(once(howMany));
    const told = await test.sql`select type from events where partner_id = ${partner.id} and type like 'operation.%' order by id`;
    expect(told.map(({ type }) => type)).toEqual(['operation.queued', 'operation.paused', 'operation.resumed', 'operation.succeeded']);
  });

  it('stops between two chunks when it is cancelled; what was done stays, and nobody takes it up again', async () => {
    const { partner, ctx } = await setting();
    const { id } = await tagAll(ctx);
    let cancelling: Promise<unknown> | undefined;
    await run(ctx, id, (chunk) => {
      if (chunk === 1) cancelling = cancelOperation(ctx, id);
    });
    expect(await cancelling).toMatchObject({ state: 'cancelled' });
    const { progress, actions } = await getOperation(ctx, id);
    expect(progress?.done).toBeLessThan(howMany);
    expect(await effects(partner)).toEqual(once(progress?.done ?? 0));
    expect(Object.values(actions).every(({ allowed }) => !allowed)).toBe(true);
    expect(await runAsWorker(test.worker, partner, id)).toBe(false);
    expect(await refusalOf(resumeOperation(ctx, id))).toMatchObject({ code: 'illegal_transition', details: { state: 'cancelled' } });
  });

  it('can be cancelled while it is paused', async () => {
    const { ctx } = await setting(3);
    const { id } = await tagAll(ctx);
    await pauseOperation(ctx, id);
    expect(await cancelOperation(ctx, id)).toMatchObject({ state: 'cancelled', pausedAt: null });
  });

  it('stops between two chunks when its process is asked to, and goes on at once under the same job', async () => {
    const { partner, ctx } = await setting();
    const { id } = await tagAll(ctx);
    const stopping = new AbortController();
    await expect(run(ctx, id, () => stopping.abort(), { stopping: stopping.signal })).rejects.toThrow(Interrupted);
    expect(await effects(partner)).toEqual(once(300));
    expect(await run(ctx, id)).toBe(true);
    expect(await effects(partner)).toEqual(once(howMany));
  });

  it('may be paused and resumed by whoever may start it, and by nobody of another partner', async () => {
    const { partner, ctx } = await setting(3);
    const order = { action: 'export', selection: { filters: live } } as const;
    const { id } = await startBulk(ctx, order);
    const helpdesk = aContext(test.api, partner, await aPartnerUser(test.sql, partner, ['helpdesk-agent']));
    const stranger = (await setting(1)).ctx;
    for (const act of [pauseOperation, resumeOperation, retryOperation, cancelOperation]) {
      expect(await refusalOf(act(helpdesk, id))).toMatchObject({ code: 'forbidden', details: { permission: 'customers.export' } });
      expect(await outcomeOf(act(stranger, id))).toBe('not_found');
    }
    expect(await outcomeOf(startBulk(helpdesk, order))).toBe('forbidden');
  });

  it('leaves nothing for the relay but what sets something going', async () => {
    const { partner, ctx } = await setting(10);
    const { id } = await tagAll(ctx);
    await runAsWorker(test.worker, partner, id);
    const left = await test.sql`select type from events where partner_id = ${partner.id} and dispatched_at is null`;
    expect(left).toEqual([{ type: 'operation.queued' }]);
  });
});

describe('rows that fail', () => {
  /** Of ten customers, three have ended: theirs fail. */
  async function failing() {
    const { partner, ctx, ids } = await setting(10);
    const selection = { filters: { ...live, relationship: 'all' } } as const;
    const { id } = await startBulk(ctx, { action: 'tag', tags: ['vip'], selection });
    await test.sql`update customers set relationship = 'ended' where id = any(${ids.slice(0, 3)}::uuid[])`;
    await runAsWorker(test.worker, partner, id);
    return { partner, ctx, ids, id };
  }

  it('let the others be done, and fail the operation with how many', async () => {
    const { partner, ctx, id } = await failing();
    const failed = await getOperation(ctx, id);
    expect(failed).toMatchObject({ state: 'failed', progress: { done: 7, failed: 3, skipped: 0, total: 10 } });
    expect(failed.steps[1]).toMatchObject({ state: 'failed', failure: { code: 'rows_failed', params: { failed: 3, total: 10 } } });
    expect(failed.actions).toMatchObject({ retry: { allowed: true }, cancel: { allowed: true }, pause: { allowed: false } });
    expect(await effects(partner)).toEqual(once(7));
    const [told] = await test.sql`select data from events where partner_id = ${partner.id} and type = 'operation.failed'`;
    expect(told?.data).toMatchObject({ code: 'rows_failed', step: 'add_tags' });
  });

  it('are the only ones that are tried again', async () => {
    const { partner, ctx, ids, id } = await failing();
    await test.sql`update customers set relationship = 'active' where id = any(${ids.slice(0, 2)}::uuid[])`;
    expect(await retryOperation(ctx, id)).toMatchObject({ state: 'queued', progress: { done: 7, failed: 0, total: 10 } });
    await runAsWorker(test.worker, partner, id);
    expect(await getOperation(ctx, id)).toMatchObject({ state: 'failed', progress: { done: 9, failed: 1, total: 10 } });
    expect(await effects(partner)).toEqual(once(9));
    await test.sql`update customers set relationship = 'active' where id = any(${ids}::uuid[])`;
    await retryOperation(ctx, id);
    await runAsWorker(test.worker, partner, id);
    expect(await getOperation(ctx, id)).toMatchObject({ state: 'succeeded', progress: { done: 10, failed: 0, total: 10 } });
    expect(await effects(partner)).toEqual(once(10));
  });

  it('can be left as they are; nothing is undone', async () => {
    const { partner, ctx, id } = await failing();
    expect(await cancelOperation(ctx, id)).toMatchObject({ state: 'cancelled', progress: { done: 7, failed: 3, total: 10 } });
    expect(await effects(partner)).toEqual(once(7));
  });

  it('do not keep the next steps from being done', async () => {
    const { partner, ctx, id } = await failing();
    const after: string[] = [];
    const names = operationSteps['customers-tag'] as unknown as string[];
    expect(names).toEqual(['choose_customers', 'add_tags']);
    // As if tagging came first and another step after it.
    await test.sql`update operations set state = 'queued', steps = (select jsonb_agg(step || '{"state": "pending"}' order by n desc) from jsonb_array_elements(steps) with ordinality as s (step, n)) where id = ${id}`;
    await test.sql`update operation_rows set state = 'pending' where operation_id = ${id} and state = 'failed'`;
    replace('customers-tag', 'choose_customers', async () => {
      after.push('ran');
      return { events: [] };
    });
    await runAsWorker(test.worker, partner, id);
    expect(after).toEqual(['ran']);
    expect(await getOperation(ctx, id)).toMatchObject({
      state: 'failed',
      steps: [{ name: 'add_tags', state: 'failed' }, { state: 'done' }],
    });
  });
});

let restore: (() => void)[] = [];
function replace(kind: keyof typeof steps, name: string, step: (typeof steps)['customers-export']['write_export']): void {
  const handlers = steps[kind] as Record<string, typeof step | undefined>;
  const before = handlers[name];
  handlers[name] = step;
  restore.push(() => {
    handlers[name] = before;
  });
}
afterEach(() => {
  for (const undo of restore) undo();
  restore = [];
});

describe('an operation that needs a person', () => {
  it('pauses itself after its step, says for what, and goes on with the next step when it is resumed', async () => {
    const { partner, ctx } = await setting(5);
    const { id } = await tagAll(ctx);
    const choose = steps['customers-tag'].choose_customers;
    replace('customers-tag', 'choose_customers', async (...given) => ({ ...(await choose(...given)), waiting: 'approval' }));
    await runAsWorker(test.worker, partner, id);
    expect(await getOperation(ctx, id)).toMatchObject({
      state: 'paused',
      waiting: 'approval',
      deadlineAt: null,
      progress: { done: 0, total: 5 },
      steps: [{ state: 'done' }, { state: 'pending' }],
    });
    expect(await failOverdue({ ...ctx, now: new Date(Date.now() + 1e12) }, id)).toBe(false);
    expect(await resumeOperation(ctx, id)).toMatchObject({ state: 'queued', waiting: null });
    await runAsWorker(test.worker, partner, id);
    expect((await getOperation(ctx, id)).state).toBe('succeeded');
    expect(await effects(partner)).toEqual(once(5));
  });
});

describe('an operation whose time is over', () => {
  it.each(['queued', 'running'])('fails while %s, says so, and gets new time when it is tried again', async (state) => {
    const { partner, ctx } = await setting(5);
    const { id } = await tagAll(ctx);
    await test.sql`update operations set state = ${state}, lease_owner = 'gone' where id = ${id}`;
    const later = (hours: number) => ({ ...ctx, now: new Date(Date.now() + hours * 3_600_000) });
    expect(await failOverdue(later(23.9), id)).toBe(false);
    expect((await getOperation(ctx, id)).state).toBe(state);
    expect(await failOverdue(later(24.1), id)).toBe(true);
    expect(await failOverdue(later(24.1), id)).toBe(false);
    const failed = await getOperation(ctx, id);
    expect(failed).toMatchObject({
      state: 'failed',
      steps: [{ state: 'failed', failure: { code: 'overdue', params: { hours: 24 } } }, { state: 'pending' }],
    });
    const again = await retryOperation(later(30), id);
    expect(again.deadlineAt?.getTime()).toBeGreaterThan(Date.now() + 53 * 3_600_000);
    await runAsWorker(test.worker, partner, id);
    expect((await getOperation(ctx, id)).state).toBe('succeeded');
    expect(await effects(partner)).toEqual(once(5));
  });

  it('is found by the sweeper’s question, and no other is', async () => {
    const { ctx } = await setting(1);
    const { id } = await tagAll(ctx);
    const paused = await tagAll(ctx);
    await pauseOperation(ctx, paused.id);
    const found = async (hours: number) =>
      (await test.worker.sql<{ id: string }[]>`select id from overdue_operations(now() + ${`${hours} hours`}::interval, 10000)`).map(
        (row) => row.id,
      );
    expect(await found(23)).not.toContain(id);
    expect(await found(25)).toContain(id);
    expect(await found(1e5)).not.toContain(paused.id);
  });
});

it('what is over in seconds cannot be paused', async () => {
  const { ctx, partner } = await setting(1);
  const operation = await anOperation(test.sql, partner, { id: ctx.actor.id ?? '' });
  expect(await refusalOf(pauseOperation(ctx, operation.id))).toMatchObject({ code: 'illegal_transition' });
  expect((await getOperation(ctx, operation.id)).actions.pause).toMatchObject({ allowed: false, reason: 'state' });
});

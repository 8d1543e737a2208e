import { text } from 'node:stream/consumers';
import { aContext, aCustomer, aPartner, aPartnerUser, aSubscription, manyCustomers, useTestDatabase } from '@clientele/db/testing';
import { describe, expect, it } from 'vitest';
import { retryOperation } from '../operations/control.ts';
import { getOperation } from '../operations/list.ts';
import { downloadExport, exportOperationRows, listOperationRows } from '../operations/results.ts';
import { outcomeOf, refusalOf, runAsWorker } from '../testing/acts.ts';
import { type BulkAction, type CustomerSelection, startBulk } from './bulk.ts';

const test = useTestDatabase();
const live = { relationship: 'live', sort: 'company', order: 'asc' } as const;

async function setting() {
  const partner = await aPartner(test.sql);
  const user = await aPartnerUser(test.sql, partner);
  const now = () => aContext(test.api, partner, user);
  /** Starts and runs it; gives the operation as it is then. */
  const done = async (order: BulkAction & { selection: CustomerSelection }) => {
    const { id } = await startBulk(now(), order);
    await runAsWorker(test.worker, partner, id);
    return getOperation(now(), id);
  };
  const rows = async (operationId: string, state: 'all' | 'failed' | 'done' | 'skipped' = 'all') =>
    (await listOperationRows(now(), { operationId, state, limit: 100 })).items;
  return { partner, user, now, done, rows };
}
const tagsOf = async (id: string) => (await test.sql`select tags, version from customers where id = ${id}`)[0];

describe('a selection', () => {
  it('of filters means all that match, but for a few, in the order of the list', async () => {
    const { partner, done, rows } = await setting();
    const germans = [
      await aCustomer(test.sql, partner, { country: 'DE', companyName: 'B' }),
      await aCustomer(test.sql, partner, { country: 'DE', companyName: 'A' }),
    ];
    const left = await aCustomer(test.sql, partner, { country: 'DE' });
    await aCustomer(test.sql, partner, { country: 'FR' });
    const operation = await done({ action: 'tag', tags: ['x'], selection: { filters: { ...live, country: 'DE' }, except: [left.id] } });
    expect(operation).toMatchObject({ state: 'succeeded', subject: 'x', progress: { done: 2, total: 2 } });
    expect(await rows(operation.id)).toMatchObject([
      { position: 1, label: 'A', customerId: germans[1]?.id, state: 'done', outcome: 'tagged', failures: null },
      { position: 2, label: 'B', customerId: germans[0]?.id },
    ]);
    const [row] = await test.sql`select count(*)::int as count from customers where partner_id = ${partner.id} and tags <> '{}'`;
    expect(row?.count).toBe(2);
  });

  it('of filters searches as the list does, and does not mean who came later', async () => {
    const { partner, now, done } = await setting();
    await aCustomer(test.sql, partner, { companyName: '100% Contoso_GmbH' });
    await aCustomer(test.sql, partner, { companyName: '1000 Contoso GmbH' });
    expect((await done({ action: 'tag', tags: ['x'], selection: { filters: { ...live, search: '100% contoso_' } } })).progress?.total).toBe(
      1,
    );
    const { id } = await startBulk(now(), { action: 'tag', tags: ['y'], selection: { filters: live } });
    await aCustomer(test.sql, partner, { createdAt: new Date(Date.now() + 5000) });
    await runAsWorker(test.worker, partner, id);
    expect((await getOperation(now(), id)).progress).toMatchObject({ done: 2, total: 2 });
  });

  it('that nothing matches is done at once', async () => {
    const { done } = await setting();
    expect(await done({ action: 'suspend-subscriptions', selection: { filters: live } })).toMatchObject({
      state: 'succeeded',
      progress: { total: 0 },
    });
  });

  it('of ids touches no customer of another partner, and says that there is no such one', async () => {
    const { partner, done, rows } = await setting();
    const theirs = await aCustomer(test.sql, await aPartner(test.sql));
    const mine = await aCustomer(test.sql, partner);
    const subscription = await aSubscription(test.sql, theirs);
    const ids = [theirs.id, mine.id, mine.id, '0190a000-0000-7000-8000-000000000000'];
    for (const order of [{ action: 'tag', tags: ['x'] }, { action: 'untag', tags: ['x'] }, { action: 'suspend-subscriptions' }] as const) {
      const operation = await done({ ...order, selection: { ids } });
      expect(operation).toMatchObject({ state: 'failed', progress: { failed: 2, total: 3 } });
      const failed = await rows(operation.id, 'failed');
      expect(failed.map(({ failures, label }) => [failures, label])).toEqual([
        [[{ code: 'gone' }], ''],
        [[{ code: 'gone' }], ''],
      ]);
    }
    expect(await tagsOf(theirs.id)).toEqual({ tags: [], version: 1 });
    expect((await test.sql`select state from subscriptions where id = ${subscription.id}`)[0]).toEqual({ state: 'active' });
    expect(await test.sql`select id from events where customer_id = ${theirs.id}`).toHaveLength(0);
  });

  it('of another partner’s filters finds only one’s own', async () => {
    const { partner, done } = await setting();
    await manyCustomers(test.sql, await aPartner(test.sql), 5);
    await manyCustomers(test.sql, partner, 3);
    expect((await done({ action: 'tag', tags: ['x'], selection: { filters: { ...live, relationship: 'all' } } })).progress?.total).toBe(3);
  });
});

describe('many customers', () => {
  it('are tagged, each with its reason when not', async () => {
    const { partner, done, rows } = await setting();
    const full = await aCustomer(test.sql, partner, { companyName: 'a full', tags: Array.from({ length: 20 }, (_, index) => `t${index}`) });
    const ended = await aCustomer(test.sql, partner, { companyName: 'b ended', relationship: 'ended' });
    const has = await aCustomer(test.sql, partner, { companyName: 'c has', tags: ['x', 'y'] });
    const plain = await aCustomer(test.sql, partner, { companyName: 'd plain', tags: ['"odd, {tag}\\'] });
    const operation = await done({ action: 'tag', tags: ['x', 'y', 'x'], selection: { filters: { ...live, relationship: 'all' } } });
    expect(operation).toMatchObject({ state: 'failed', subject: 'x, y', progress: { done: 1, failed: 2, skipped: 1, total: 4 } });
    expect(await rows(operation.id)).toMatchObject([
      { customerId: full.id, state: 'failed', failures: [{ code: 'too_many_tags' }] },
      { customerId: ended.id, state: 'failed', failures: [{ code: 'relationship', params: { state: 'ended' } }] },
      { customerId: has.id, state: 'skipped', outcome: 'has_tags' },
      { customerId: plain.id, state: 'done', outcome: 'tagged' },
    ]);
    expect(await tagsOf(plain.id)).toEqual({ tags: ['"odd, {tag}\\', 'x', 'y'], version: 2 });
    expect(await tagsOf(has.id)).toEqual({ tags: ['x', 'y'], version: 1 });
  });

  it('lose tags where they have them', async () => {
    const { partner, done } = await setting();
    const one = await aCustomer(test.sql, partner, { tags: ['x', 'y', 'z'] });
    const other = await aCustomer(test.sql, partner, { tags: ['y'] });
    expect((await done({ action: 'untag', tags: ['x', 'z'], selection: { ids: [one.id, other.id] } })).progress).toMatchObject({
      done: 1,
      skipped: 1,
    });
    expect([(await tagsOf(one.id))?.tags, (await tagsOf(other.id))?.tags]).toEqual([['y'], ['y']]);
  });

  it('have every active subscription suspended, with an event for each; what is done is not done again', async () => {
    const { partner, now, done, rows } = await setting();
    const two = await aCustomer(test.sql, partner, { companyName: 'a' });
    const first = [await aSubscription(test.sql, two), await aSubscription(test.sql, two, { productId: 'azure-plan', quantity: 1 })];
    await aSubscription(test.sql, two, { state: 'suspended' });
    await aSubscription(test.sql, two, { state: 'cancelled' });
    const none = await aCustomer(test.sql, partner, { companyName: 'b' });
    const asked = await aCustomer(test.sql, partner, { companyName: 'c', relationship: 'requested' });
    await aSubscription(test.sql, asked);
    const operation = await done({ action: 'suspend-subscriptions', selection: { ids: [two.id, none.id, asked.id] } });
    expect(await rows(operation.id)).toMatchObject([
      { state: 'done', outcome: 'suspended' },
      { state: 'skipped', outcome: 'nothing_active' },
      { state: 'failed', failures: [{ code: 'relationship', params: { state: 'requested' } }] },
    ]);
    const states =
      await test.sql`select state, count(*)::int as count from subscriptions where customer_id = ${two.id} group by 1 order by 1`;
    expect(states).toEqual([
      { state: 'cancelled', count: 1 },
      { state: 'suspended', count: 3 },
    ]);
    const told = () =>
      test.sql<
        { data: { subscriptionId: string } }[]
      >`select data from events where partner_id = ${partner.id} and type = 'subscription.suspended'`;
    expect((await told()).map(({ data }) => data.subscriptionId).sort()).toEqual(first.map(({ id }) => id).sort());
    await test.sql`update customers set relationship = 'active' where id = ${asked.id}`;
    await retryOperation(now(), operation.id);
    await runAsWorker(test.worker, partner, operation.id);
    expect((await getOperation(now(), operation.id)).state).toBe('succeeded');
    expect(await told()).toHaveLength(3);
  });

  it('are exported without those that are gone, each of which says so; there is nothing to try again', async () => {
    const { partner, now, done, rows } = await setting();
    const mine = await aCustomer(test.sql, partner, { domain: `mine-${partner.id}.example` });
    const theirs = await aCustomer(test.sql, await aPartner(test.sql));
    const { id, ...operation } = await done({ action: 'export', selection: { ids: [theirs.id, mine.id] } });
    expect(operation).toMatchObject({
      state: 'succeeded',
      progress: { done: 1, failed: 0, skipped: 1, total: 2 },
      actions: { retry: { allowed: false } },
    });
    expect(await rows(id, 'skipped')).toMatchObject([{ customerId: theirs.id, label: '', outcome: null, failures: [{ code: 'gone' }] }]);
    const file = `Customer ID,Company name,Primary domain,Relationship\n${mine.id},${mine.companyName},mine-${partner.id}.example,active\n`;
    expect(await text(await downloadExport(now(), id))).toBe(file);
    // As such an operation ended before gone customers were skipped.
    await test.sql`update operation_rows set state = 'failed' where operation_id = ${id} and state = 'skipped'`;
    await test.sql`update operations set state = 'failed', progress = '{"done": 1, "failed": 1, "skipped": 0, "total": 2}',
      steps = jsonb_set(steps, '{0,state}', '"failed"') where id = ${id}`;
    await retryOperation(now(), id);
    await runAsWorker(test.worker, partner, id);
    expect(await getOperation(now(), id)).toMatchObject({
      state: 'succeeded',
      progress: { done: 1, failed: 0, skipped: 1, total: 2 },
      steps: [{ state: 'done', failure: null }],
    });
    expect(await rows(id, 'skipped')).toMatchObject([{ customerId: theirs.id, failures: [{ code: 'gone' }] }]);
    expect(await text(await downloadExport(now(), id))).toBe(file);
  });

  it('are exported as they were at that moment, whatever becomes of them; formulas are harmless', async () => {
    const { partner, now, done } = await setting();
    const one = await aCustomer(test.sql, partner, { companyName: '=cmd()|"x"', domain: `one-${partner.id}.example` });
    const other = await aCustomer(test.sql, partner, { companyName: 'Zeta\n名', domain: `two-${partner.id}.example` });
    const operation = await done({ action: 'export', selection: { filters: live } });
    expect(operation.state).toBe('succeeded');
    await test.sql`update customers set company_name = 'changed', relationship = 'ended' where partner_id = ${partner.id}`;
    expect(await text(await downloadExport(now(), operation.id))).toBe(
      `Customer ID,Company name,Primary domain,Relationship\n${one.id},"'=cmd()|""x""",one-${partner.id}.example,active\n${other.id},"Zeta\n名",two-${partner.id}.example,active\n`,
    );
    const tagging = await startBulk(now(), { action: 'tag', tags: ['x'], selection: { filters: live } });
    expect(await refusalOf(downloadExport(now(), tagging.id))).toMatchObject({ code: 'illegal_transition' });
  });

  it('each have a line in the file of results; also of the failed ones only', async () => {
    const { partner, now, done } = await setting();
    const bad = await aCustomer(test.sql, partner, { companyName: '+ended', relationship: 'ended' });
    const good = await aCustomer(test.sql, partner, { companyName: 'good' });
    const { id: operationId } = await done({ action: 'tag', tags: ['x'], selection: { ids: [bad.id, good.id] } });
    const head = 'Row,Customer ID,Name,State,Outcome,Reason,Column,Value\n';
    const failed = `1,${bad.id},'+ended,failed,,relationship,,\n`;
    expect(await text(await exportOperationRows(now(), { operationId, state: 'failed' }))).toBe(head + failed);
    expect(await text(await exportOperationRows(now(), { operationId, state: 'all' }))).toBe(
      `${head}${failed}2,${good.id},good,done,tagged,,,\n`,
    );
  });

  it('are listed a page at a time', async () => {
    const { partner, now, done } = await setting();
    await manyCustomers(test.sql, partner, 45, ['old']);
    await aCustomer(test.sql, partner, { companyName: 'A', tags: [] });
    const { id: operationId } = await done({ action: 'untag', tags: ['old'], selection: { filters: live } });
    const seen: number[] = [];
    let after: string | undefined;
    do {
      const page = await listOperationRows(now(), { operationId, state: 'done', limit: 20, after });
      expect(page.total).toEqual({ count: 45, estimated: false });
      seen.push(...page.items.map(({ position }) => position));
      after = page.next ?? undefined;
    } while (after);
    expect(seen).toEqual(Array.from({ length: 45 }, (_, index) => index + 2));
    for (const cursor of ['x', 'W10', Buffer.from('["1.5"]').toString('base64url'), Buffer.from('["-1"]').toString('base64url')])
      expect(await outcomeOf(listOperationRows(now(), { operationId, state: 'all', limit: 20, after: cursor }))).toBe('validation_failed');
  });

  it('are seen as rows by nobody of another partner, and as a file only by those who may export', async () => {
    const { partner, done } = await setting();
    const { id: operationId } = await done({ action: 'export', selection: { filters: live } });
    const stranger = (await setting()).now();
    const helpdesk = aContext(test.api, partner, await aPartnerUser(test.sql, partner, ['helpdesk-agent']));
    expect(await outcomeOf(listOperationRows(stranger, { operationId, state: 'all', limit: 25 }))).toBe('not_found');
    expect(await outcomeOf(exportOperationRows(stranger, { operationId, state: 'all' }))).toBe('not_found');
    expect(await outcomeOf(downloadExport(stranger, operationId))).toBe('not_found');
    expect(await outcomeOf(listOperationRows(helpdesk, { operationId, state: 'all', limit: 25 }))).toBe('done');
    expect(await outcomeOf(exportOperationRows(helpdesk, { operationId, state: 'all' }))).toBe('forbidden');
    expect(await outcomeOf(downloadExport(helpdesk, operationId))).toBe('forbidden');
  });

  it('are worked on by those who may do it to one', async () => {
    const { partner } = await setting();
    const outcomes = async (role: 'sales-agent' | 'helpdesk-agent') => {
      const ctx = aContext(test.api, partner, await aPartnerUser(test.sql, partner, [role]));
      const orders = [
        { action: 'tag', tags: ['x'] },
        { action: 'untag', tags: ['x'] },
        { action: 'suspend-subscriptions' },
        { action: 'export' },
      ] as const;
      return Promise.all(orders.map((order) => outcomeOf(startBulk(ctx, { ...order, selection: { filters: live } }))));
    };
    expect(await outcomes('helpdesk-agent')).toEqual(['done', 'done', 'done', 'forbidden']);
    expect(await outcomes('sales-agent')).toEqual(['done', 'done', 'done', 'done']);
  });
});

import { aContext, aCustomer, aPartner, aPartnerUser, aPlannedEnd, aSubscription, useTestDatabase } from '@clientele/db/testing';
import type { Role } from '@clientele/domain';
import { describe, expect, it } from 'vitest';
import { startBulk } from '../customers/bulk.ts';
import { getCustomer } from '../customers/edit.ts';
import { askDelegatedAdmin } from '../delegated-admin/ask.ts';
import { getInvitation } from '../invitations/list.ts';
import { cancelOperation, resumeOperation, retryOperation } from '../operations/control.ts';
import { getOperation } from '../operations/list.ts';
import { listOperationRows } from '../operations/results.ts';
import { changeSubscription } from '../subscriptions/change.ts';
import { links, outcomeOf, refusalOf, runAsWorker } from '../testing/acts.ts';

const test = useTestDatabase();

/** A partner with a free customer, a blocked one, one whose end is planned, one that has ended, and somebody else's. */
async function setting(roles: Role[] = ['global-admin'], secondPerson = false) {
  const partner = await aPartner(test.sql);
  const author = await aPartnerUser(test.sql, partner, roles);
  const [free, blocked, planned, ended, foreign] = [
    await aCustomer(test.sql, partner, { companyName: 'A free', supportContact: 'Team' }),
    await aCustomer(test.sql, partner, { companyName: 'B blocked' }),
    await aCustomer(test.sql, partner, { companyName: 'C planned' }),
    await aCustomer(test.sql, partner, { companyName: 'D ended', relationship: 'ended' }),
    await aCustomer(test.sql, await aPartner(test.sql)),
  ];
  const subscription = await aSubscription(test.sql, blocked);
  await aPlannedEnd(test.sql, planned, author, { checkAt: null });
  if (secondPerson)
    await test.sql`insert into partner_settings values (${partner.id}, ${test.sql.json({ endNeedsSecondPerson: true })}, 1, 'test', now())`;
  const ctx = aContext(test.api, partner, author);
  const all = [free, blocked, planned, ended, foreign];
  const end = (order: { mode: 'now' | 'when-clear' | 'at'; at?: Date }, of = all) =>
    startBulk(ctx, { action: 'end', ...order, selection: { ids: of.map(({ id }) => id) } });
  const rowsOf = async (operationId: string) => {
    const { items } = await listOperationRows(ctx, { operationId, state: 'all', limit: 100 });
    return Object.fromEntries(items.map((row) => [row.label || 'nobody', row.outcome ?? row.failures?.[0]?.code]));
  };
  return { partner, author, ctx, free, blocked, planned, ended, foreign, subscription, end, rowsOf };
}
const mailsOf = (partner: { id: string }) =>
  test.sql`select kind, customer_id, recipient, facts from deliveries where partner_id = ${partner.id} order by queued_at, id`;

describe('ending the relationships of a selection', () => {
  it('ends what nothing blocks, and says of each other one why not; a retry does the failed ones only', async () => {
    const { ctx, partner, author, free, blocked, subscription, end, rowsOf } = await setting();
    const { id } = await end({ mode: 'now' });
    await runAsWorker(test.worker, partner, id);
    expect(await rowsOf(id)).toEqual({
      'A free': 'ended',
      'B blocked': 'blocked',
      'C planned': 'end_planned',
      'D ended': 'ended',
      nobody: 'gone',
    });
    expect(await getOperation(ctx, id)).toMatchObject({ state: 'failed', progress: { done: 1, skipped: 1, failed: 3, total: 5 } });
    expect(await getCustomer(ctx, free.id)).toMatchObject({ relationship: 'ended', delegatedAdmin: false, supportContact: null });
    const mails = await mailsOf(partner);
    expect(mails.map(({ kind, customer_id }) => [kind, customer_id])).toEqual([
      ['relationship_ended_customer', free.id],
      ['end_news_partner', null],
    ]);
    expect(mails[1]).toMatchObject({ recipient: author.email, facts: { news: 'bulk', counts: { ended: 1, waiting: 0, failed: 3 } } });

    await changeSubscription(ctx, { customerId: blocked.id, subscriptionId: subscription.id, command: 'suspend' });
    await retryOperation(ctx, id);
    await runAsWorker(test.worker, partner, id);
    expect((await rowsOf(id))['B blocked']).toBe('ended');
    expect(await getCustomer(ctx, blocked.id)).toMatchObject({ relationship: 'ended' });
    // The one that had ended before was not told again.
    expect((await mailsOf(partner)).filter(({ kind }) => kind === 'relationship_ended_customer')).toHaveLength(2);
    expect(
      await test.sql`select id from events where partner_id = ${partner.id} and type = 'relationship.ended' and customer_id = ${free.id}`,
    ).toHaveLength(1);
  });

  it('takes back what was asked of a customer, as ending it alone does, and leaves nothing of delegated admin', async () => {
    const { ctx, partner, free, end } = await setting();
    const until = new Date(Date.now() + 5 * 86_400_000);
    await test.sql`update customers set delegated_admin = true, delegated_admin_since = now(), delegated_admin_until = ${until},
      delegated_admin_warn_at = ${until} where id = ${free.id}`;
    const asked = await askDelegatedAdmin(ctx, links, { customerId: free.id, days: 90, message: '' });
    const { id } = await end({ mode: 'now' }, [free]);
    await runAsWorker(test.worker, partner, id);
    expect(await getInvitation(ctx, links, asked.id)).toMatchObject({ state: 'revoked' });
    expect(await getCustomer(ctx, free.id)).toMatchObject({ relationship: 'ended', delegatedAdmin: false, delegatedAdminUntil: null });
    const [row] = await test.sql`select delegated_admin_since, delegated_admin_warn_at, snapshot from customers where id = ${free.id}`;
    expect(row).toMatchObject({ delegated_admin_since: null, delegated_admin_warn_at: null });
    expect(row?.snapshot).toMatchObject({ delegatedAdmin: true, delegatedAdminUntil: until.toISOString() });
  });

  it('is not held up by a request that has run out and is not written down as expired yet', async () => {
    const { ctx, partner, free, end, rowsOf } = await setting();
    await test.sql`update customers set delegated_admin = false where id = ${free.id}`;
    const asked = await askDelegatedAdmin(ctx, links, { customerId: free.id, days: 90, message: '' });
    await test.sql`update invitations set expires_at = now() - interval '1 second' where id = ${asked.id}`;
    const { id } = await end({ mode: 'now' }, [free]);
    await runAsWorker(test.worker, partner, id);
    expect(await rowsOf(id)).toEqual({ 'A free': 'ended' });
    const [row] = await test.sql`select state from invitations where id = ${asked.id}`;
    expect(row?.state).toBe('expired');
  });

  it('plans the end of what is blocked, which then ends by itself', async () => {
    const { ctx, partner, free, blocked, end, rowsOf } = await setting();
    const { id } = await end({ mode: 'when-clear' }, [free, blocked]);
    await runAsWorker(test.worker, partner, id);
    expect(await rowsOf(id)).toEqual({ 'A free': 'ended', 'B blocked': 'ends_when_clear' });
    expect(await getOperation(ctx, id)).toMatchObject({ state: 'succeeded' });
    expect(await getCustomer(ctx, blocked.id)).toMatchObject({ standing: 'endWhenClear', plannedEnd: { blockers: 1 } });
  });

  it('on a date plans all of them, also those that nothing blocks', async () => {
    const { ctx, partner, free, blocked, end, rowsOf } = await setting();
    const at = new Date(Date.now() + 86_400_000);
    const { id } = await end({ mode: 'at', at }, [free, blocked]);
    await runAsWorker(test.worker, partner, id);
    expect(await rowsOf(id)).toEqual({ 'A free': 'ends_at', 'B blocked': 'ends_at' });
    expect(await getCustomer(ctx, free.id)).toMatchObject({ relationship: 'active', plannedEnd: { mode: 'at', at } });
    expect((await refusalOf(end({ mode: 'at', at: new Date(0) }))).fields).toEqual([{ path: 'at', rule: 'date_past' }]);
  });

  it('waits for a second global admin where the partner wants one: one mail each, and never who started it', async () => {
    const { ctx, partner, author, free, end, rowsOf } = await setting(['global-admin'], true);
    const person = await aPartnerUser(test.sql, partner);
    const other = aContext(test.api, partner, person);
    const { id } = await end({ mode: 'now' }, [free]);
    await runAsWorker(test.worker, partner, id);
    expect(await getOperation(ctx, id)).toMatchObject({
      state: 'paused',
      waiting: 'approval',
      actions: { resume: { allowed: false, reason: 'own_request' }, cancel: { allowed: true } },
    });
    expect(await getCustomer(ctx, free.id)).toMatchObject({ relationship: 'active' });
    expect((await mailsOf(partner)).map(({ kind, recipient }) => [kind, recipient])).toEqual([['end_approval_partner', person.email]]);
    expect(await refusalOf(resumeOperation(ctx, id))).toMatchObject({ code: 'forbidden', details: { reason: 'own_request' } });
    expect((await getOperation(other, id)).actions.resume).toEqual({ allowed: true });
    await resumeOperation(other, id);
    await runAsWorker(test.worker, partner, id);
    expect(await rowsOf(id)).toEqual({ 'A free': 'ended' });
    const [certificate] = await test.sql`select facts from end_certificates where customer_id = ${free.id}`;
    expect(certificate?.facts).toMatchObject({ requestedBy: author.name, approvedBy: person.name });
  });

  it('is no way past a second person that the partner has come to want since, however often it is tried again', async () => {
    const { ctx, partner, blocked, subscription, end } = await setting();
    const { id } = await end({ mode: 'now' }, [blocked]);
    await runAsWorker(test.worker, partner, id);
    await test.sql`insert into partner_settings values (${partner.id}, ${test.sql.json({ endNeedsSecondPerson: true })}, 1, 'test', now())`;
    await changeSubscription(ctx, { customerId: blocked.id, subscriptionId: subscription.id, command: 'suspend' });
    for (let time = 0; time < 2; time += 1) {
      await retryOperation(ctx, id);
      await runAsWorker(test.worker, partner, id);
      const { state, steps } = await getOperation(ctx, id);
      expect([state, steps.find((step) => step.failure)?.failure]).toEqual(['failed', { code: 'second_person_missing' }]);
      expect(await getCustomer(ctx, blocked.id)).toMatchObject({ relationship: 'active' });
    }
    await aPartnerUser(test.sql, partner);
    const anew = await end({ mode: 'now' }, [blocked]);
    await runAsWorker(test.worker, partner, anew.id);
    expect(await getOperation(ctx, anew.id)).toMatchObject({ state: 'paused', waiting: 'approval' });
  });

  it('ends nothing in the name of a person who may not end relationships any more', async () => {
    const { partner, author, free, end } = await setting();
    const other = aContext(test.api, partner, await aPartnerUser(test.sql, partner));
    const { id } = await end({ mode: 'now' }, [free]);
    await test.sql`update partner_users set roles = array['helpdesk-agent'] where user_id = ${author.id}`;
    await runAsWorker(test.worker, partner, id);
    const { state, steps } = await getOperation(other, id);
    expect([state, steps.find((step) => step.failure)?.failure]).toEqual(['failed', { code: 'requester_not_entitled' }]);
    expect(await getCustomer(other, free.id)).toMatchObject({ relationship: 'active' });
  });

  it('that a second person does not agree to ends nothing', async () => {
    const { ctx, partner, free, end } = await setting(['global-admin'], true);
    const other = aContext(test.api, partner, await aPartnerUser(test.sql, partner));
    const { id } = await end({ mode: 'now' }, [free]);
    await runAsWorker(test.worker, partner, id);
    await cancelOperation(other, id);
    expect(await outcomeOf(resumeOperation(other, id))).toBe('illegal_transition');
    expect(await getCustomer(ctx, free.id)).toMatchObject({ relationship: 'active' });
  });

  it('is for a global admin', async () => {
    for (const role of ['admin-agent', 'sales-agent', 'helpdesk-agent'] as const) {
      const { end } = await setting([role]);
      expect(await refusalOf(end({ mode: 'now' }))).toMatchObject({ code: 'forbidden', details: { needs: ['global-admin'] } });
    }
  });
});

import {
  aContext,
  aCustomer,
  aCustomerUser,
  anOrganization,
  aPartner,
  aPartnerUser,
  aSubscription,
  type CustomerOverrides,
  useTestDatabase,
} from '@clientele/db/testing';
import type { PartnerType, Role } from '@clientele/domain';
import { describe, expect, it } from 'vitest';
import { editCustomer, getCustomer } from '../customers/edit.ts';
import { listCustomers } from '../customers/list.ts';
import { askDelegatedAdmin } from '../delegated-admin/ask.ts';
import { takeAwayDelegatedAdmin } from '../delegated-admin/take-away.ts';
import { acceptInvitation } from '../invitations/accept.ts';
import { expireInvitation, revokeInvitation } from '../invitations/change.ts';
import { declineInvitation } from '../invitations/decline.ts';
import { cancelOperation, retryOperation } from '../operations/control.ts';
import { getOperation } from '../operations/list.ts';
import { addSubscription, changeSubscription } from '../subscriptions/change.ts';
import { links, outcomeOf, refusalOf, runAsWorker, tokenOf, visit } from '../testing/acts.ts';
import { cancelEnd, endRelationship, previewEnd } from './end.ts';
import { reinstateRelationship } from './reinstate.ts';

const test = useTestDatabase();

async function setting(more: CustomerOverrides = {}, { roles = ['global-admin'] as Role[], type = 'direct-partner' as PartnerType } = {}) {
  const partner = await aPartner(test.sql, { type });
  const author = await aPartnerUser(test.sql, partner, roles);
  const organization = await anOrganization(test.sql);
  const admin = { userId: (await aCustomerUser(test.sql, organization)).userId as string };
  const customer = await aCustomer(test.sql, partner, { organizationId: organization.id, domain: organization.domain, ...more });
  const ctx = aContext(test.api, partner, author);
  const end = () => endRelationship(ctx, { customerId: customer.id, domain: customer.domain });
  return { partner, author, organization, admin, customer, ctx, end };
}
type Setting = Awaited<ReturnType<typeof setting>>;

async function ended({ ctx, partner, end }: Setting): Promise<string> {
  const operation = await end();
  await runAsWorker(test.worker, partner, operation.id);
  expect((await getOperation(ctx, operation.id)).state).toBe('succeeded');
  return operation.id;
}
const listed = async (ctx: Setting['ctx']) =>
  (await listCustomers(ctx, { relationship: 'live', sort: 'company', order: 'asc', limit: 10 })).items.length;
const mailsOf = async (customer: { id: string }) =>
  (await test.sql`select kind, recipient from deliveries where customer_id = ${customer.id} order by kind`).map((row) => [
    row.kind,
    row.recipient,
  ]);

describe('what blocks the end of a relationship', () => {
  it('is every active subscription, named with its product and what to do', async () => {
    const { ctx, customer, end } = await setting();
    const plan = await aSubscription(test.sql, customer, { productId: 'azure-plan', quantity: 1 });
    const seats = await aSubscription(test.sql, customer);
    await aSubscription(test.sql, customer, { state: 'suspended' });
    await aSubscription(test.sql, customer, { state: 'cancelled' });
    const refusal = await refusalOf(end());
    expect(refusal.code).toBe('blocked');
    const blockers = refusal.details.blockers as { subscriptionId: string }[];
    expect(blockers.map((blocker) => blocker.subscriptionId).sort()).toEqual([plan.id, seats.id].sort());
    expect(blockers).toContainEqual({
      kind: 'subscription_active',
      subscriptionId: plan.id,
      productId: 'azure-plan',
      productName: 'Azure plan',
      quantity: 1,
      endsAt: null,
      remedy: 'suspend',
    });
    expect((await previewEnd(ctx, customer.id)).blockers).toHaveLength(2);
    expect((await getCustomer(ctx, customer.id)).relationship).toBe('active');
    for (const subscription of [plan, seats])
      await changeSubscription(ctx, { customerId: customer.id, subscriptionId: subscription.id, command: 'suspend' });
    expect((await previewEnd(ctx, customer.id)).blockers).toEqual([]);
    expect(await outcomeOf(end())).toBe('done');
  });

  it('is noticed when a subscription comes back to life behind the operation’s back, and can be retried once it is suspended', async () => {
    const { ctx, partner, customer, end } = await setting();
    const subscription = await aSubscription(test.sql, customer, { state: 'suspended' });
    const operation = await end();
    await test.sql`update subscriptions set state = 'active' where id = ${subscription.id}`;
    await runAsWorker(test.worker, partner, operation.id);
    const failed = await getOperation(ctx, operation.id);
    expect(failed.state).toBe('failed');
    expect(failed.steps[0]).toMatchObject({ name: 'check_blockers', state: 'failed', failure: { code: 'blocked', params: { count: 1 } } });
    await changeSubscription(ctx, { customerId: customer.id, subscriptionId: subscription.id, command: 'suspend' });
    await retryOperation(ctx, operation.id);
    await runAsWorker(test.worker, partner, operation.id);
    expect((await getOperation(ctx, operation.id)).state).toBe('succeeded');
  });

  it('while it ends, nothing can be bought or brought back', async () => {
    const { ctx, customer, end } = await setting();
    const subscription = await aSubscription(test.sql, customer, { state: 'suspended' });
    await end();
    expect(await refusalOf(addSubscription(ctx, { customerId: customer.id, productId: 'azure-plan', quantity: 1 }))).toMatchObject({
      code: 'illegal_transition',
      details: { state: 'ending' },
    });
    expect(
      await refusalOf(changeSubscription(ctx, { customerId: customer.id, subscriptionId: subscription.id, command: 'reactivate' })),
    ).toMatchObject({ details: { state: 'ending' } });
  });
});

describe('ending a relationship', () => {
  it('is not held up by a request for delegated admin that has run out and is not written down as expired yet', async () => {
    const world = await setting({ delegatedAdmin: false });
    const asked = await askDelegatedAdmin(world.ctx, links, { customerId: world.customer.id, days: 90, message: '' });
    await test.sql`update invitations set expires_at = now() - interval '1 second' where id = ${asked.id}`;
    await ended(world);
    const events = await test.sql`select type from events where invitation_id = ${asked.id} order by id`;
    expect(events.map(({ type }) => type).filter((type) => type.startsWith('invitation.'))).toEqual([
      'invitation.created',
      'invitation.expired',
    ]);
  });

  it('needs the customer’s domain, typed in any case', async () => {
    const { ctx, customer } = await setting();
    const end = (domain: string) => endRelationship(ctx, { customerId: customer.id, domain });
    for (const wrong of ['', 'contoso.example', `${customer.domain}.evil.example`, customer.companyName])
      expect((await refusalOf(end(wrong))).fields).toEqual([
        { path: 'domain', rule: 'confirmation', params: { expected: customer.domain } },
      ]);
    expect(await outcomeOf(end(` ${customer.domain.toUpperCase()} `))).toBe('done');
  });

  it('is for a global admin; an indirect reseller leaves it to its provider', async () => {
    for (const role of ['admin-agent', 'sales-agent', 'helpdesk-agent'] as const) {
      const { end } = await setting({}, { roles: [role] });
      expect(await refusalOf(end())).toMatchObject({
        code: 'forbidden',
        details: { reason: 'role', needs: ['global-admin'], grantedBy: 'global-admin' },
      });
    }
    const { end } = await setting({}, { type: 'indirect-reseller' });
    expect(await refusalOf(end())).toMatchObject({ code: 'forbidden', details: { reason: 'partner_type' } });
  });

  it('takes delegated admin and support contact away, tells both sides, and takes the customer off the list; history stays', async () => {
    const world = await setting({ supportContact: 'Support team', notes: 'Likes tea', tags: ['vip'] });
    const { ctx, customer, author } = world;
    expect((await previewEnd(ctx, customer.id)).consequences).toEqual([
      'leaves_list',
      'delegated_admin_taken_away',
      'support_contact_removed',
      'purchases_stop',
      'both_told',
      'history_stays',
    ]);
    expect(await listed(ctx)).toBe(1);
    await ended(world);
    expect(await listed(ctx)).toBe(0);
    expect(await getCustomer(ctx, customer.id)).toMatchObject({
      relationship: 'ended',
      delegatedAdmin: false,
      supportContact: null,
      notes: 'Likes tea',
      tags: ['vip'],
    });
    expect(await mailsOf(customer)).toEqual([
      ['relationship_ended_customer', customer.contact.email],
      ['relationship_ended_partner', author.email],
    ]);
    const events = (await test.sql`select type from events where customer_id = ${customer.id} order by id`).map((row) => row.type);
    expect(events).toEqual(
      expect.arrayContaining([
        'relationship.end_requested',
        'delegated_admin.taken_away',
        'support_contact.removed',
        'relationship.ended',
        'operation.succeeded',
      ]),
    );
    expect(await outcomeOf(editCustomer(ctx, { customerId: customer.id, version: 99, notes: 'x' }))).toBe('illegal_transition');
  });

  it('skips what is not there', async () => {
    const world = await setting({ delegatedAdmin: false, supportContact: null });
    const operation = await getOperation(world.ctx, await ended(world));
    expect(operation.steps.map((step) => step.state)).toEqual(['done', 'skipped', 'skipped', 'done', 'done']);
  });

  it('starts once for ten requests at the same moment', async () => {
    const { end, customer } = await setting();
    const outcomes = await Promise.all(Array.from({ length: 10 }, () => outcomeOf(end())));
    expect(outcomes.filter((outcome) => outcome === 'done')).toHaveLength(1);
    expect(outcomes.filter((outcome) => outcome === 'illegal_transition')).toHaveLength(9);
    expect(await test.sql`select id from operations where customer_id = ${customer.id}`).toHaveLength(1);
  });

  it('is done once by five workers at the same moment', async () => {
    const { end, partner, customer } = await setting({ supportContact: 'Team' });
    const { id } = await end();
    await Promise.all(Array.from({ length: 5 }, () => runAsWorker(test.worker, partner, id)));
    expect(await test.sql`select id from events where customer_id = ${customer.id} and type = 'relationship.ended'`).toHaveLength(1);
    expect(await mailsOf(customer)).toHaveLength(2);
  });
});

describe('cancelling an end', () => {
  it('that has not begun leaves everything as it was', async () => {
    const { ctx, customer, end, partner } = await setting({ supportContact: 'Team' });
    const { id } = await end();
    const after = await cancelEnd(ctx, customer.id);
    expect(after).toMatchObject({ relationship: 'active', delegatedAdmin: true, supportContact: 'Team', runningOperationId: null });
    expect(await runAsWorker(test.worker, partner, id)).toBe(false);
    expect((await getOperation(ctx, id)).state).toBe('cancelled');
    expect(await refusalOf(cancelEnd(ctx, customer.id))).toMatchObject({ code: 'illegal_transition', details: { state: 'active' } });
  });

  it('that stopped half way puts back what its steps took', async () => {
    const { ctx, customer, end, partner } = await setting({ supportContact: 'Team' });
    const { id } = await end();
    const subscription = await aSubscription(test.sql, customer, { state: 'suspended' });
    // It comes back to life after the first step has looked, so that "end_relationship" is what fails.
    await test.sql`create or replace function wake() returns trigger language plpgsql as $$ begin
      if new.delegated_admin = false and old.delegated_admin then update subscriptions set state = 'active' where customer_id = new.id; end if; return new; end $$`;
    await test.sql`create trigger wake before update on customers for each row execute function wake()`;
    await runAsWorker(test.worker, partner, id);
    await test.sql`drop trigger wake on customers`;
    expect((await getOperation(ctx, id)).steps.map((step) => step.state)).toEqual(['done', 'done', 'done', 'failed', 'pending']);
    expect(await getCustomer(ctx, customer.id)).toMatchObject({ relationship: 'ending', delegatedAdmin: false, supportContact: null });
    expect(await cancelEnd(ctx, customer.id)).toMatchObject({ relationship: 'active', delegatedAdmin: true, supportContact: 'Team' });
    expect(subscription.id).toBeTruthy();
  });

  it('brings no delegated admin back that the customer has taken away meanwhile', async () => {
    const { ctx, customer, end } = await setting({ supportContact: 'Help Desk' });
    const { id } = await end();
    // As it is when the first step is done, and the customer comes before the second.
    await test.sql`update customers set snapshot = ${test.sql.json({ supportContact: 'Help Desk', delegatedAdmin: true })} where id = ${customer.id}`;
    await test.sql`update operations set steps = jsonb_set(steps, '{0,state}', '"done"') where id = ${id}`;
    await takeAwayDelegatedAdmin(ctx, { customerId: customer.id, because: 'customer' });
    expect(await cancelEnd(ctx, customer.id)).toMatchObject({ relationship: 'active', delegatedAdmin: false, supportContact: 'Help Desk' });
  });

  it('that is complete is refused with the state', async () => {
    const world = await setting();
    await ended(world);
    expect(await refusalOf(cancelEnd(world.ctx, world.customer.id))).toMatchObject({
      code: 'illegal_transition',
      details: { state: 'ended' },
    });
  });

  it('that has ended the relationship is refused also when the customer has come back since: both sides are still to be told', async () => {
    const { ctx, customer, end, partner } = await setting();
    const { id } = await end();
    // As it is before the last step: the relationship has ended, and the customer has accepted another invitation.
    for (const step of [0, 1, 2, 3])
      await test.sql`update operations set steps = jsonb_set(steps, ${`{${step},state}`}::text[], '"done"') where id = ${id}`;
    await test.sql`update customers set relationship = 'active' where id = ${customer.id}`;
    expect(await refusalOf(cancelOperation(ctx, id))).toMatchObject({ code: 'illegal_transition', details: { state: 'ended' } });
    await runAsWorker(test.worker, partner, id);
    expect((await getOperation(ctx, id)).state).toBe('succeeded');
    expect((await mailsOf(customer)).map(([kind]) => kind)).toEqual(['relationship_ended_customer', 'relationship_ended_partner']);
  });

  it('against the worker leaves it either ended or active, never between', async () => {
    for (let round = 0; round < 8; round++) {
      const { ctx, customer, end, partner } = await setting({ supportContact: 'Team' });
      const { id } = await end();
      const [, cancelled] = await Promise.all([
        runAsWorker(test.worker, partner, id),
        new Promise((resolve) => setTimeout(resolve, round * 4)).then(() => outcomeOf(cancelEnd(ctx, customer.id))),
      ]);
      const now = await getCustomer(ctx, customer.id);
      const operation = await getOperation(ctx, id);
      if (now.relationship === 'active') {
        expect(cancelled).toBe('done');
        expect(now).toMatchObject({ delegatedAdmin: true, supportContact: 'Team' });
        expect(operation.state).toBe('cancelled');
      } else {
        expect(now).toMatchObject({ relationship: 'ended', delegatedAdmin: false, supportContact: null });
        expect(operation.state).toBe('succeeded');
      }
    }
  });
});

describe('reinstating a relationship', () => {
  const ask = (world: Setting, delegatedAdmin = true) =>
    reinstateRelationship(world.ctx, links, { customerId: world.customer.id, message: 'Again? {link}', delegatedAdmin });

  it('asks the customer again and, on its consent, brings back notes, tags, contact and support contact', async () => {
    const world = await setting({ supportContact: 'Support team', notes: 'Likes tea', tags: ['vip', '東京'] });
    await ended(world);
    const invitation = await ask(world);
    expect(invitation).toMatchObject({
      purpose: 'reinstate',
      email: world.customer.contact.email,
      customerId: world.customer.id,
      delivery: { state: 'queued' },
    });
    expect(await getCustomer(world.ctx, world.customer.id)).toMatchObject({
      relationship: 'requested',
      supportContact: null,
      delegatedAdmin: false,
      pendingInvitationId: invitation.id,
    });
    expect(await listed(world.ctx)).toBe(0);
    await acceptInvitation(visit(test.api), links, { token: tokenOf(invitation), agreementAccepted: false }, world.admin);
    const back = await getCustomer(world.ctx, world.customer.id);
    expect(back).toMatchObject({
      relationship: 'active',
      delegatedAdmin: true,
      supportContact: 'Support team',
      notes: 'Likes tea',
      tags: ['vip', '東京'],
      contact: world.customer.contact,
      relationshipEndedAt: null,
      pendingInvitationId: null,
    });
    expect(await listed(world.ctx)).toBe(1);
    expect(
      await test.sql`select id from events where customer_id = ${world.customer.id} and type = 'relationship.reinstated'`,
    ).toHaveLength(1);
    // And once more around.
    await ended(world);
    const again = await ask(world, false);
    await acceptInvitation(visit(test.api), links, { token: tokenOf(again), agreementAccepted: false }, world.admin);
    expect(await getCustomer(world.ctx, world.customer.id)).toMatchObject({
      relationship: 'active',
      delegatedAdmin: false,
      supportContact: 'Support team',
    });
  });

  it('leaves the relationship ended when the customer declines, the partner revokes, or time runs out; and can be asked again', async () => {
    const world = await setting({ supportContact: 'Support team' });
    await ended(world);
    const endings = [
      (invitation: { id: string }) => declineInvitation(visit(test.api), links, { token: tokenOf(invitation) }, world.admin),
      (invitation: { id: string }) => revokeInvitation(world.ctx, links, invitation.id),
      (invitation: { id: string }) => expireInvitation({ ...world.ctx, now: new Date(Date.now() + 15 * 86_400_000) }, invitation.id),
    ];
    for (const act of endings) {
      await act(await ask(world));
      expect(await getCustomer(world.ctx, world.customer.id)).toMatchObject({
        relationship: 'ended',
        supportContact: null,
        pendingInvitationId: null,
      });
    }
    const last = await ask(world);
    await acceptInvitation(visit(test.api), links, { token: tokenOf(last), agreementAccepted: false }, world.admin);
    expect(await getCustomer(world.ctx, world.customer.id)).toMatchObject({ relationship: 'active', supportContact: 'Support team' });
  });

  it('is refused for a relationship that has not ended, naming its state', async () => {
    for (const relationship of ['active', 'ending', 'requested'] as const) {
      const world = await setting({ relationship });
      expect(await refusalOf(ask(world))).toMatchObject({ code: 'illegal_transition', details: { state: relationship } });
    }
  });

  it('asks once for ten requests at the same moment', async () => {
    const world = await setting({ relationship: 'ended' });
    const outcomes = await Promise.all(Array.from({ length: 10 }, () => outcomeOf(ask(world))));
    expect(outcomes.filter((outcome) => outcome === 'done')).toHaveLength(1);
    expect(await test.sql`select id from deliveries where customer_id = ${world.customer.id}`).toHaveLength(1);
  });

  it('also comes from an ordinary invitation that a former customer accepts', async () => {
    const world = await setting({ relationship: 'ended', relationshipEndedAt: new Date(), notes: 'From before' });
    const { createInvitation } = await import('../invitations/create.ts');
    const invitation = await createInvitation(world.ctx, links, {
      email: 'somebody@former.example',
      companyName: 'Former',
      domain: world.organization.domain,
      language: 'en',
      delegatedAdmin: false,
      message: '',
      sendMail: false,
    });
    const { customerId } = await acceptInvitation(
      visit(test.api),
      links,
      { token: tokenOf(invitation), agreementAccepted: false },
      world.admin,
    );
    expect(customerId).toBe(world.customer.id);
    expect(await getCustomer(world.ctx, customerId)).toMatchObject({ relationship: 'active', notes: 'From before' });
  });
});

import {
  aContext,
  aCustomer,
  aCustomerPermission,
  aCustomerUser,
  anOrder,
  anOwnedPlan,
  aPartner,
  aPartnerUser,
  aSubscription,
  useTestDatabase,
} from '@clientele/db/testing';
import { mostAmount, type PartnerType, type Role } from '@clientele/domain';
import { describe, expect, it } from 'vitest';
import { changeSubscription } from '../subscriptions/change.ts';
import { setSubscriptionOwner } from '../subscriptions/owner.ts';
import { outcomeOf, refusalOf } from '../testing/acts.ts';
import { endCustomerPermission } from './end.ts';
import { type PermissionSettings, setCustomerPermission, turnOffCustomerPermission } from './set.ts';
import { getCustomerPermission } from './view.ts';

const test = useTestDatabase();

async function setting(roles: Role[] = ['admin-agent'], type: PartnerType = 'direct-partner') {
  const partner = await aPartner(test.sql, { type });
  const user = await aPartnerUser(test.sql, partner, roles);
  const customer = await aCustomer(test.sql, partner);
  return { partner, user, ctx: aContext(test.api, partner, user), customer };
}
const settings: PermissionSettings = { mostPerPurchase: 100_000, mostPerMonth: 500_000, approval: 'tell', endsOn: null };
const eventsOf = async (customer: { id: string }) =>
  (
    await test.sql<{ type: string; data: Record<string, unknown> }[]>`
      select type, data from events where customer_id = ${customer.id} and type like 'customer_permission.%' order by id`
  ).map(({ type, data }) => ({ type, data }));

describe('a customer permission', () => {
  it('is off until it is turned on, which needs all three conditions, and says which do not hold', async () => {
    const { ctx, customer } = await setting();
    const turnOn = () => setCustomerPermission(ctx, { ...settings, customerId: customer.id, version: 0 });
    const conditions = async () => (await refusalOf(turnOn())).details.conditions;
    expect(await getCustomerPermission(ctx, customer.id)).toMatchObject({ isOn: false, standing: 'off', version: 0, currency: 'JPY' });
    expect(await conditions()).toEqual(['plan', 'owner']);
    const plan = await aSubscription(test.sql, customer, { productId: 'azure-plan', quantity: 1 });
    expect(await conditions()).toEqual(['owner']);
    const person = await aCustomerUser(test.sql, { id: customer.organizationId }, { role: 'user' });
    await setSubscriptionOwner(ctx, { customerId: customer.id, subscriptionId: plan.id, customerUserId: person.id, version: 1 });
    expect((await getCustomerPermission(ctx, customer.id)).actions.turnOn).toEqual({ allowed: true });
    expect(await turnOn()).toMatchObject({ isOn: true, standing: 'working', mostPerMonth: 500_000, version: 1 });
    expect(await eventsOf(customer)).toEqual([
      {
        type: 'customer_permission.created',
        data: { currency: 'JPY', mostPerPurchase: 100_000, mostPerMonth: 500_000, approval: 'tell', until: null },
      },
    ]);
  });

  it('is turned on and off by admin agents and global admins; the others see it, and why they may not', async () => {
    for (const role of ['sales-agent', 'helpdesk-agent'] as const) {
      const { ctx, customer } = await setting([role]);
      await anOwnedPlan(test.sql, customer);
      expect(await refusalOf(setCustomerPermission(ctx, { ...settings, customerId: customer.id, version: 0 }))).toMatchObject({
        code: 'forbidden',
        details: { reason: 'role', needs: ['global-admin', 'admin-agent'], grantedBy: 'global-admin' },
      });
      expect((await getCustomerPermission(ctx, customer.id)).actions.turnOn).toMatchObject({ allowed: false, reason: 'role' });
      await aCustomerPermission(test.sql, customer);
      expect(await outcomeOf(turnOffCustomerPermission(ctx, { customerId: customer.id, version: 1 }))).toBe('forbidden');
    }
    for (const role of ['admin-agent', 'global-admin'] as const) {
      const { ctx, customer } = await setting([role]);
      await anOwnedPlan(test.sql, customer);
      expect(await outcomeOf(setCustomerPermission(ctx, { ...settings, customerId: customer.id, version: 0 }))).toBe('done');
      expect(await turnOffCustomerPermission(ctx, { customerId: customer.id, version: 1 })).toMatchObject({ isOn: false, standing: 'off' });
      expect((await eventsOf(customer)).at(-1)).toEqual({ type: 'customer_permission.deleted', data: { because: 'person' } });
      // Once more there is nothing to turn off.
      expect(await outcomeOf(turnOffCustomerPermission(ctx, { customerId: customer.id, version: 2 }))).toBe('illegal_transition');
    }
  });

  it('is not for an indirect reseller, which leaves it to the provider that pays', async () => {
    const { ctx, customer } = await setting(['global-admin'], 'indirect-reseller');
    await anOwnedPlan(test.sql, customer);
    expect(await refusalOf(setCustomerPermission(ctx, { ...settings, customerId: customer.id, version: 0 }))).toMatchObject({
      code: 'forbidden',
      details: { reason: 'partner_type' },
    });
  });

  it('of another partner is nowhere', async () => {
    const [mine, theirs] = [await setting(), await setting()];
    await anOwnedPlan(test.sql, theirs.customer);
    const customerId = theirs.customer.id;
    expect(await outcomeOf(getCustomerPermission(mine.ctx, customerId))).toBe('not_found');
    expect(await outcomeOf(setCustomerPermission(mine.ctx, { ...settings, customerId, version: 0 }))).toBe('not_found');
    expect(await outcomeOf(turnOffCustomerPermission(mine.ctx, { customerId, version: 0 }))).toBe('not_found');
  });

  it('takes brakes up to their edges, names the field of what is outside, and changes nothing then', async () => {
    const { ctx, customer } = await setting();
    await anOwnedPlan(test.sql, customer);
    const rule = async (more: Partial<PermissionSettings>) =>
      (await refusalOf(setCustomerPermission(ctx, { ...settings, ...more, customerId: customer.id, version: 0 }))).fields;
    expect(await rule({ mostPerPurchase: 0 })).toEqual([{ path: 'mostPerPurchase', rule: 'amount' }]);
    expect(await rule({ mostPerMonth: mostAmount + 1 })).toEqual([{ path: 'mostPerMonth', rule: 'amount' }]);
    expect(await rule({ mostPerMonth: 99_999 })).toEqual([{ path: 'mostPerMonth', rule: 'below_purchase_cap' }]);
    expect(await rule({ endsOn: '2020-01-01' })).toEqual([{ path: 'endsOn', rule: 'date_past' }]);
    expect(await eventsOf(customer)).toEqual([]);
    const edge = { ...settings, mostPerPurchase: mostAmount, mostPerMonth: mostAmount, customerId: customer.id };
    expect(await setCustomerPermission(ctx, { ...edge, version: 0 })).toMatchObject({ mostPerMonth: mostAmount });
    expect(await setCustomerPermission(ctx, { ...edge, mostPerPurchase: 1, mostPerMonth: 1, version: 1 })).toMatchObject({
      mostPerPurchase: 1,
    });
    expect((await eventsOf(customer)).at(-1)).toEqual({
      type: 'customer_permission.changed',
      data: {
        changes: {
          mostPerPurchase: { from: String(mostAmount), to: '1' },
          mostPerMonth: { from: String(mostAmount), to: '1' },
        },
      },
    });
  });

  it('is changed on top of what was seen, and of ten at once by one', async () => {
    const { ctx, customer } = await setting();
    await anOwnedPlan(test.sql, customer);
    const outcomes = await Promise.all(
      Array.from({ length: 10 }, () => outcomeOf(setCustomerPermission(ctx, { ...settings, customerId: customer.id, version: 0 }))),
    );
    expect(outcomes.filter((outcome) => outcome === 'done')).toHaveLength(1);
    expect(outcomes.filter((outcome) => outcome === 'conflict')).toHaveLength(9);
  });

  it('stops working when a condition stops holding, says so, and works again when it holds', async () => {
    const { ctx, customer } = await setting(['global-admin']);
    const { plan } = await anOwnedPlan(test.sql, customer);
    await aCustomerPermission(test.sql, customer);
    const standing = async () => (await getCustomerPermission(ctx, customer.id)).standing;
    const act = (command: 'suspend' | 'reactivate') =>
      changeSubscription(ctx, { customerId: customer.id, subscriptionId: plan.id, command });
    await act('suspend');
    expect(await standing()).toBe('plan');
    await act('reactivate');
    expect(await standing()).toBe('working');
    await setSubscriptionOwner(ctx, { customerId: customer.id, subscriptionId: plan.id, customerUserId: null, version: 3 });
    expect(await standing()).toBe('owner');
    // The brakes of one without effect can still be lowered.
    expect(await outcomeOf(setCustomerPermission(ctx, { ...settings, customerId: customer.id, version: 1 }))).toBe('done');
    for (const relationship of ['ending', 'ended', 'requested'] as const) {
      await test.sql`update customers set relationship = ${relationship} where id = ${customer.id}`;
      expect(await standing()).toBe('relationship');
    }
    // Reinstated: what was set is there again.
    await test.sql`update customers set relationship = 'active' where id = ${customer.id}`;
    expect(await getCustomerPermission(ctx, customer.id)).toMatchObject({ standing: 'owner', mostPerPurchase: 100_000 });
  });

  it('ends by itself: at its moment, whether or not a worker has looked; the worker tells who may turn it on again, once', async () => {
    const { ctx, customer, partner, user } = await setting();
    await aPartnerUser(test.sql, partner, ['sales-agent']);
    await anOwnedPlan(test.sql, customer);
    await aCustomerPermission(test.sql, customer, { endsAt: new Date(Date.now() - 1000) });
    expect(await getCustomerPermission(ctx, customer.id)).toMatchObject({ isOn: false, standing: 'ended' });
    const job = { db: test.worker, partner, actor: { kind: 'system', id: 'sweep' }, requestId: 'r', now: new Date() } as const;
    const due = await test.worker.sql<{ id: string }[]>`select id from ending_customer_permissions(now(), 500)`;
    expect(due.map(({ id }) => id)).toContain(customer.id);
    await Promise.all([endCustomerPermission(job, customer.id), endCustomerPermission(job, customer.id)]);
    expect(await eventsOf(customer)).toEqual([{ type: 'customer_permission.deleted', data: { because: 'end-date' } }]);
    const mails =
      await test.sql`select recipient from deliveries where kind = 'customer_permission_ended' and customer_id = ${customer.id}`;
    expect(mails.map(({ recipient }) => recipient)).toEqual([user.email]);
    expect(await getCustomerPermission(ctx, customer.id)).toMatchObject({ standing: 'ended', version: 2 });
    // One that has not come to its date is left alone.
    const other = await aCustomer(test.sql, partner);
    await aCustomerPermission(test.sql, other, { endsAt: new Date(Date.now() + 60_000) });
    await endCustomerPermission(job, other.id);
    expect(await eventsOf(other)).toEqual([]);
  });

  it('shows what is left of the month: bought and waiting ones count, declined ones and those of another month do not', async () => {
    const { ctx, customer, user } = await setting();
    await anOwnedPlan(test.sql, customer);
    await aCustomerPermission(test.sql, customer, { mostPerMonth: 1_000_000 });
    await anOrder(test.sql, customer, user, { state: 'placed' });
    await anOrder(test.sql, customer, user, { state: 'awaiting-approval', quantity: 2 });
    for (const state of ['declined', 'withdrawn', 'lapsed'] as const) await anOrder(test.sql, customer, user, { state });
    await anOrder(test.sql, customer, user, { lapsesAt: new Date(Date.now() - 60_000) });
    await anOrder(test.sql, customer, user, { state: 'placed', orderedAt: new Date(Date.now() - 32 * 86_400_000) });
    expect((await getCustomerPermission(ctx, customer.id)).month).toMatchObject({ spent: 302_400, left: 697_600 });
  });
});

describe('the owner of a usage-based subscription', () => {
  it('is one of the customer’s own people, of a plan that is not cancelled, and no product by seats has one', async () => {
    const { ctx, customer, partner } = await setting();
    const plan = await aSubscription(test.sql, customer, { productId: 'azure-plan', quantity: 1 });
    const stranger = await aCustomerUser(test.sql, { id: (await aCustomer(test.sql, partner)).organizationId });
    const own = await aCustomerUser(test.sql, { id: customer.organizationId });
    const name = (customerUserId: string, subscriptionId = plan.id, version = 1) =>
      setSubscriptionOwner(ctx, { customerId: customer.id, subscriptionId, customerUserId, version });
    expect((await refusalOf(name(stranger.id))).fields).toEqual([{ path: 'customerUserId', rule: 'choice' }]);
    expect(await name(own.id)).toMatchObject({ ownerId: own.id, version: 2 });
    expect(await outcomeOf(name(own.id))).toBe('conflict');
    const seats = await aSubscription(test.sql, customer);
    expect(await outcomeOf(name(own.id, seats.id))).toBe('illegal_transition');
    const gone = await aSubscription(test.sql, customer, { productId: 'azure-plan', quantity: 1, state: 'cancelled' });
    expect(await outcomeOf(name(own.id, gone.id))).toBe('illegal_transition');
    const other = await setting();
    expect(
      await outcomeOf(
        setSubscriptionOwner(other.ctx, { customerId: customer.id, subscriptionId: plan.id, customerUserId: null, version: 2 }),
      ),
    ).toBe('not_found');
    const helpdesk = await setting(['helpdesk-agent']);
    expect(
      await outcomeOf(
        setSubscriptionOwner(helpdesk.ctx, { customerId: customer.id, subscriptionId: plan.id, customerUserId: null, version: 2 }),
      ),
    ).toBe('forbidden');
  });
});

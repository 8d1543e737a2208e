import { type Context, type Database, newId, openDatabase, type PartnerOfContext } from '@clientele/db';
import {
  aContext,
  aCustomer,
  aCustomerPermission,
  aCustomerUser,
  anOwnedPlan,
  aPartner,
  aPartnerUser,
  type CustomerOverrides,
  useTestDatabase,
} from '@clientele/db/testing';
import type { Role } from '@clientele/domain';
import { describe, expect, it } from 'vitest';
import { openOwnBuying } from '../own-pages/orders.ts';
import { cancelPurchase } from '../purchases/change.ts';
import { listPurchases } from '../purchases/list.ts';
import { changeSubscription } from '../subscriptions/change.ts';
import { outcomeOf, refusalOf } from '../testing/acts.ts';
import { approveOrder, declineOrder } from './decide.ts';
import { lapseOrder, withdrawOrder } from './lapse.ts';
import { listOrders, openOrders } from './list.ts';
import { type NewOrder, placeOrder } from './place.ts';
import { askOfPartner, type NewRequest } from './request.ts';

const test = useTestDatabase();

/** What a person of the customer's acts in, on its own page. */
const asCustomer = (db: Database, partner: PartnerOfContext, userId: string): Context => ({
  ...{ db, partner, actor: { kind: 'customer', id: userId }, requestId: newId(), now: new Date() },
});

type Permission = Parameters<typeof aCustomerPermission>[2];

/** A customer that may buy: one reserved machine in Japan East is 100,800 yen. */
async function setting(permission: Permission = {}, { roles = ['admin-agent'], ...more }: CustomerOverrides & { roles?: Role[] } = {}) {
  const partner = await aPartner(test.sql);
  const user = await aPartnerUser(test.sql, partner, roles);
  const customer = await aCustomer(test.sql, partner, more);
  const { plan, owner } = await anOwnedPlan(test.sql, customer);
  await aCustomerPermission(test.sql, customer, permission);
  const ctx = aContext(test.api, partner, user);
  return { partner, user, ctx, customer, plan, owner, buyer: asCustomer(test.api, partner, owner.userId) };
}

const orderOf = (customer: { id: string }, more: Partial<NewOrder> = {}): NewOrder => {
  const quantity = more.quantity ?? 1;
  return {
    ...{ customerId: customer.id, productId: 'vm-reservation-1y', region: 'japan-east', quantity, scope: 'shared', scopeName: '' },
    ...{ seenTotal: 100_800 * quantity, language: 'en', formKey: newId() },
    ...more,
  };
};
const rowsOf = async (customer: { id: string }) =>
  test.sql<
    { state: string; total: string; purchase_id: string | null }[]
  >`select state, total, purchase_id from orders where customer_id = ${customer.id} order by id`;
const reservationsOf = async (customer: { id: string }) =>
  test.sql<
    { id: string; state: string; product_id: string; quantity: number; ends_at: Date }[]
  >`select * from purchases where customer_id = ${customer.id} order by created_at, id`;
const mailsOf = async (customer: { id: string }) =>
  (
    await test.sql<{ kind: string; recipient: string; news: string }[]>`
      select kind, recipient, facts->>'orderNews' as news from deliveries where customer_id = ${customer.id} order by id`
  ).map(({ kind, recipient, news }) => `${kind} ${news} ${recipient}`);
const eventsOf = async (customer: { id: string }) =>
  (
    await test.sql<{ type: string; actor_kind: string }[]>`
      select type, actor_kind from events where customer_id = ${customer.id} and type not like 'mail.%' order by at, id`
  ).map(({ type, actor_kind }) => `${actor_kind} ${type}`);

describe('a purchase by the customer', () => {
  it('is an order and a reservation on its plan at once, and both sides are told', async () => {
    const { ctx, customer, plan, owner, buyer, user, partner } = await setting();
    await aPartnerUser(test.sql, partner, ['sales-agent']);
    const { orderId } = await placeOrder(buyer, orderOf(customer, { quantity: 3 }));
    const [reservation] = await reservationsOf(customer);
    expect(reservation).toMatchObject({ state: 'active', quantity: 3, subscription_id: plan.id });
    expect(reservation?.ends_at.getUTCFullYear()).toBe(new Date().getUTCFullYear() + 1);
    expect((await listOrders(ctx, { state: 'all', customerId: customer.id, limit: 25 })).items).toMatchObject([
      { id: orderId, kind: 'buy', state: 'placed', total: 302_400, unitPrice: 100_800, purchaseId: reservation?.id, currency: 'JPY' },
    ]);
    expect((await listPurchases(ctx, customer.id)).items).toMatchObject([{ id: reservation?.id, orderId }]);
    expect(await eventsOf(customer)).toEqual(['customer order.placed', 'customer purchase.made']);
    const [person] = await test.sql<{ email: string }[]>`select email from customer_users where id = ${owner.id}`;
    // Only who decides about orders is told, not every seller.
    expect(await mailsOf(customer)).toEqual([`order_partner bought ${user.email}`, `order_customer bought ${person?.email}`]);
  });

  it('goes to the recorded mailbox of who has a sign-in name that is none', async () => {
    const { customer, owner, buyer } = await setting();
    await test.sql`update customer_users set mailbox = 'real@mailbox.example' where id = ${owner.id}`;
    await placeOrder(buyer, orderOf(customer));
    expect(await mailsOf(customer)).toContain('order_customer bought real@mailbox.example');
  });

  it('is refused with what is left where it is over a cap; exactly the cap is not over', async () => {
    const { customer, buyer } = await setting({ mostPerPurchase: 302_400, mostPerMonth: 403_200 });
    const fields = async (quantity: number) => (await refusalOf(placeOrder(buyer, orderOf(customer, { quantity })))).fields;
    expect(await fields(4)).toEqual([{ path: 'quantity', rule: 'over_purchase_cap', params: { amount: '302400', currency: 'JPY' } }]);
    expect(await outcomeOf(placeOrder(buyer, orderOf(customer, { quantity: 3 })))).toBe('done');
    expect(await fields(2)).toEqual([{ path: 'quantity', rule: 'over_month_cap', params: { amount: '100800', currency: 'JPY' } }]);
    expect(await outcomeOf(placeOrder(buyer, orderOf(customer)))).toBe('done');
    expect(await fields(1)).toEqual([{ path: 'quantity', rule: 'over_month_cap', params: { amount: '0', currency: 'JPY' } }]);
    // The partner lowers the cap below what is spent: nothing is left, and nothing that was bought is touched.
    await test.sql`update customer_permissions set most_per_purchase = 1, most_per_month = 1 where customer_id = ${customer.id}`;
    expect(await fields(1)).toMatchObject([{ rule: 'over_purchase_cap', params: { amount: '0' } }]);
    expect(await rowsOf(customer)).toHaveLength(2);
  });

  it('never exceeds the cap: of a hundred at once, on many connections, exactly those go through that fit', async () => {
    const { customer, partner, owner } = await setting({ mostPerPurchase: 100_800, mostPerMonth: 100_800 * 7 + 1 });
    const pools = [1, 2, 3, 4].map(() => openDatabase({ url: test.url, role: 'clientele_api' }));
    try {
      const outcomes = await Promise.all(
        Array.from({ length: 100 }, (_, n) =>
          outcomeOf(placeOrder(asCustomer(pools[n % 4] as Database, partner, owner.userId), orderOf(customer))),
        ),
      );
      expect(outcomes.filter((outcome) => outcome === 'done')).toHaveLength(7);
      expect(outcomes.filter((outcome) => outcome === 'validation_failed')).toHaveLength(93);
    } finally {
      await Promise.all(pools.map((pool) => pool.close()));
    }
    expect(await rowsOf(customer)).toHaveLength(7);
    expect(await reservationsOf(customer)).toHaveLength(7);
  });

  it('is one order however often its form is sent, also all at once', async () => {
    const { customer, buyer } = await setting();
    const order = orderOf(customer);
    const answers = await Promise.all(Array.from({ length: 10 }, () => placeOrder(buyer, order)));
    expect(new Set(answers.map(({ orderId }) => orderId)).size).toBe(1);
    expect(answers.filter(({ isAgain }) => !isAgain)).toHaveLength(1);
    expect(await reservationsOf(customer)).toHaveLength(1);
    expect(await mailsOf(customer)).toHaveLength(2);
  });

  it('is refused with the new price when that is another than was seen, and nothing is bought', async () => {
    const { customer, buyer } = await setting();
    const refusal = await refusalOf(placeOrder(buyer, orderOf(customer, { seenTotal: 1 })));
    expect(refusal).toMatchObject({ code: 'conflict', details: { total: 100_800, currency: 'JPY' } });
    expect(await rowsOf(customer)).toEqual([]);
  });

  it('is refused for what the catalogue and the cloud do not have', async () => {
    const { customer, buyer } = await setting();
    const paths = async (more: Partial<NewOrder>) =>
      (await refusalOf(placeOrder(buyer, orderOf(customer, more)))).fields.map(({ path, rule }) => `${path} ${rule}`);
    expect(await paths({ productId: 'windows-server-2025' })).toEqual(['productId unknown_product']);
    expect(await paths({ region: 'usgov-virginia' })).toEqual(['region choice']);
    expect(await paths({ scope: 'everything' })).toEqual(['scope choice']);
    expect(await paths({ quantity: 101 })).toEqual(['quantity too_large']);
    expect(await paths({ scope: 'resource-group', scopeName: '<b>' })).toEqual(['scopeName resource_group']);
  });

  it('is refused while the permission does not work, saying how it stands', async () => {
    const standing = async (arrange: (things: Awaited<ReturnType<typeof setting>>) => Promise<unknown>) => {
      const things = await setting();
      await arrange(things);
      const refusal = await refusalOf(placeOrder(things.buyer, orderOf(things.customer)));
      expect(await rowsOf(things.customer)).toEqual([]);
      return `${refusal.code} ${refusal.details.standing}`;
    };
    expect(
      await standing(({ customer }) => test.sql`update customer_permissions set is_on = false where customer_id = ${customer.id}`),
    ).toBe('blocked off');
    expect(await standing(({ customer }) => test.sql`delete from customer_permissions where customer_id = ${customer.id}`)).toBe(
      'blocked off',
    );
    expect(
      await standing(
        ({ customer }) =>
          test.sql`update customer_permissions set ends_at = now() - interval '1 second' where customer_id = ${customer.id}`,
      ),
    ).toBe('blocked ended');
    expect(await standing(({ customer }) => test.sql`update customers set relationship = 'ending' where id = ${customer.id}`)).toBe(
      'blocked relationship',
    );
    expect(
      await standing(({ ctx, customer, plan }) =>
        changeSubscription(ctx, { customerId: customer.id, subscriptionId: plan.id, command: 'suspend' }),
      ),
    ).toBe('blocked plan');
    expect(await standing(({ plan }) => test.sql`update subscriptions set owner_id = null where id = ${plan.id}`)).toBe('blocked owner');
  });

  it('is the owner’s alone: not of another person of the customer, nor of an admin, and not on another plan than its own', async () => {
    const { customer, partner, buyer, owner } = await setting();
    for (const role of ['user', 'global-admin'] as const) {
      const other = await aCustomerUser(test.sql, { id: customer.organizationId }, { role });
      expect(await refusalOf(placeOrder(asCustomer(test.api, partner, other.userId ?? ''), orderOf(customer)))).toMatchObject({
        code: 'forbidden',
        details: { reason: 'not_owner' },
      });
    }
    const another = await anOwnedPlan(test.sql, customer);
    expect(await outcomeOf(placeOrder(buyer, orderOf(customer, { subscriptionId: another.plan.id })))).toBe('forbidden');
    const mine = await anOwnedPlan(test.sql, customer, { userId: owner.userId });
    expect(await outcomeOf(placeOrder(buyer, orderOf(customer, { subscriptionId: mine.plan.id })))).toBe('done');
  });

  it('needs the customer agreement', async () => {
    const { customer, buyer } = await setting({}, { agreementAcceptedAt: null, agreementBy: null });
    expect((await refusalOf(placeOrder(buyer, orderOf(customer)))).fields).toEqual([{ path: 'productId', rule: 'agreement_first' }]);
  });

  it('has a permission and a cap of its own with each partner of the customer', async () => {
    const one = await setting({ mostPerPurchase: 100_800, mostPerMonth: 100_800 });
    const other = await aPartner(test.sql);
    const same = await aCustomer(test.sql, other, { organizationId: one.customer.organizationId, domain: one.customer.domain });
    await anOwnedPlan(test.sql, same, { userId: one.owner.userId });
    const there = asCustomer(test.api, other, one.owner.userId);
    expect(await outcomeOf(placeOrder(one.buyer, orderOf(one.customer)))).toBe('done');
    // Nothing is allowed there because it is here, and nothing is used up.
    expect(await outcomeOf(placeOrder(there, orderOf(same)))).toBe('blocked');
    await aCustomerPermission(test.sql, same, { mostPerPurchase: 100_800, mostPerMonth: 100_800 });
    expect(await outcomeOf(placeOrder(there, orderOf(same)))).toBe('done');
    // The customer of one partner is nowhere in the context of the other.
    expect(await outcomeOf(placeOrder(there, orderOf(one.customer)))).toBe('not_found');
    const base = { db: test.api, requestId: 'r', now: new Date(), cloud: 'public' } as const;
    expect((await openOwnBuying(base, one.owner.userId, same.id)).buying.orders).toHaveLength(1);
    expect(
      await outcomeOf(
        openOwnBuying(base, (await aCustomerUser(test.sql, { id: (await setting()).customer.organizationId })).userId ?? '', same.id),
      ),
    ).toBe('not_found');
  });
});

describe('an order that the partner is asked about', () => {
  it('waits and counts against the cap meanwhile; approved it is placed at the price of its day, and who has ordered is told', async () => {
    const { ctx, customer, buyer, user, owner } = await setting({ approval: 'ask', mostPerPurchase: 100_800, mostPerMonth: 150_000 });
    const { orderId } = await placeOrder(buyer, orderOf(customer));
    expect(await reservationsOf(customer)).toEqual([]);
    expect(await openOrders(ctx)).toEqual({ open: 1 });
    expect((await refusalOf(placeOrder(buyer, orderOf(customer)))).fields[0]?.rule).toBe('over_month_cap');
    // Lowered or turned off meanwhile: the partner's own word still counts.
    await test.sql`update customer_permissions set is_on = false where customer_id = ${customer.id}`;
    const outcomes = await Promise.all(Array.from({ length: 5 }, () => outcomeOf(approveOrder(ctx, { customerId: customer.id, orderId }))));
    expect(outcomes.filter((outcome) => outcome === 'done')).toHaveLength(1);
    expect(await reservationsOf(customer)).toHaveLength(1);
    expect(await rowsOf(customer)).toMatchObject([{ state: 'placed', total: '100800' }]);
    expect(await openOrders(ctx)).toEqual({ open: 0 });
    const [person] = await test.sql<{ email: string }[]>`select email from customer_users where id = ${owner.id}`;
    expect(await mailsOf(customer)).toEqual([
      `order_partner asked ${user.email}`,
      `order_customer asked ${person?.email}`,
      `order_customer approved ${person?.email}`,
    ]);
    expect(await eventsOf(customer)).toEqual(['customer order.asked', 'partner-user purchase.made', 'partner-user order.approved']);
  });

  it('is declined with words that the customer reads, and then counts no more', async () => {
    const { ctx, customer, buyer } = await setting({ approval: 'ask', mostPerPurchase: 100_800, mostPerMonth: 100_800 });
    const { orderId } = await placeOrder(buyer, orderOf(customer));
    const declined = await declineOrder(ctx, { customerId: customer.id, orderId, answer: '  Let us talk first. ' });
    expect(declined).toMatchObject({ state: 'declined', answer: 'Let us talk first.' });
    expect(await outcomeOf(approveOrder(ctx, { customerId: customer.id, orderId }))).toBe('illegal_transition');
    expect(await outcomeOf(placeOrder(buyer, orderOf(customer)))).toBe('done');
    // No words of anybody stand in the log.
    expect(JSON.stringify(await test.sql`select data from events where customer_id = ${customer.id}`)).not.toContain('talk');
  });

  it('is decided by those who may, and is nowhere for another partner or under another customer', async () => {
    const { ctx, customer, buyer, partner } = await setting({ approval: 'ask' });
    const { orderId } = await placeOrder(buyer, orderOf(customer));
    const sales = aContext(test.api, partner, await aPartnerUser(test.sql, partner, ['sales-agent']));
    expect(await refusalOf(approveOrder(sales, { customerId: customer.id, orderId }))).toMatchObject({
      code: 'forbidden',
      details: { needs: ['global-admin', 'admin-agent'] },
    });
    expect((await listOrders(sales, { state: 'open', limit: 25 })).items[0]?.actions.approve).toMatchObject({ reason: 'role' });
    const other = await setting();
    expect(await outcomeOf(approveOrder(other.ctx, { customerId: customer.id, orderId }))).toBe('not_found');
    expect(await outcomeOf(declineOrder(other.ctx, { customerId: other.customer.id, orderId, answer: '' }))).toBe('not_found');
    const second = await aCustomer(test.sql, partner);
    expect(await outcomeOf(approveOrder(ctx, { customerId: second.id, orderId }))).toBe('not_found');
    expect(await outcomeOf(listOrders(other.ctx, { state: 'all', customerId: customer.id, limit: 25 }))).toBe('not_found');
    expect((await listOrders(other.ctx, { state: 'all', limit: 25 })).items).toEqual([]);
  });

  it('cannot be approved once the plan is suspended or the relationship is ending; it can be declined', async () => {
    const { ctx, customer, buyer, plan } = await setting({ approval: 'ask' });
    const { orderId } = await placeOrder(buyer, orderOf(customer));
    await changeSubscription(ctx, { customerId: customer.id, subscriptionId: plan.id, command: 'suspend' });
    expect(await refusalOf(approveOrder(ctx, { customerId: customer.id, orderId }))).toMatchObject({ details: { thing: 'subscription' } });
    await test.sql`update customers set relationship = 'ending' where id = ${customer.id}`;
    expect(await refusalOf(approveOrder(ctx, { customerId: customer.id, orderId }))).toMatchObject({ details: { thing: 'relationship' } });
    expect(await rowsOf(customer)).toMatchObject([{ state: 'awaiting-approval', purchase_id: null }]);
    expect(await outcomeOf(declineOrder(ctx, { customerId: customer.id, orderId, answer: '' }))).toBe('done');
  });

  it('lapses at its time, whether or not a worker has looked; the worker writes it down once and tells both sides', async () => {
    const { ctx, customer, buyer, partner } = await setting({ approval: 'ask', mostPerPurchase: 100_800, mostPerMonth: 100_800 });
    const { orderId } = await placeOrder(buyer, orderOf(customer));
    await test.sql`update orders set lapses_at = now() - interval '1 minute' where id = ${orderId}`;
    expect(await refusalOf(approveOrder(ctx, { customerId: customer.id, orderId }))).toMatchObject({ details: { state: 'lapsed' } });
    expect(await openOrders(ctx)).toEqual({ open: 0 });
    const due = await test.worker.sql<{ id: string }[]>`select id from lapsing_orders(now(), 500)`;
    expect(due.map(({ id }) => id)).toContain(orderId);
    const job = { db: test.worker, partner, actor: { kind: 'system', id: 'orders.lapse' }, requestId: 'r', now: new Date() } as const;
    await Promise.all([lapseOrder(job, orderId), lapseOrder(job, orderId)]);
    expect((await eventsOf(customer)).filter((event) => event.endsWith('order.lapsed'))).toEqual(['system order.lapsed']);
    expect((await mailsOf(customer)).filter((mail) => mail.includes('lapsed'))).toHaveLength(2);
    expect(await outcomeOf(placeOrder({ ...buyer, now: new Date() }, orderOf(customer)))).toBe('done');
  });

  it('is taken back by who has ordered, not by another person, and not once it is decided', async () => {
    const { ctx, customer, buyer, partner } = await setting({ approval: 'ask' });
    const { orderId } = await placeOrder(buyer, orderOf(customer));
    const other = await aCustomerUser(test.sql, { id: customer.organizationId }, { role: 'user' });
    const which = { customerId: customer.id, orderId };
    expect(await outcomeOf(withdrawOrder(asCustomer(test.api, partner, other.userId ?? ''), which))).toBe('forbidden');
    expect(await outcomeOf(withdrawOrder(buyer, which))).toBe('done');
    expect(await outcomeOf(withdrawOrder(buyer, which))).toBe('illegal_transition');
    expect(await outcomeOf(approveOrder(ctx, which))).toBe('illegal_transition');
  });
});

describe('a request about a reservation', () => {
  async function bought() {
    const things = await setting();
    await placeOrder(things.buyer, orderOf(things.customer));
    const [reservation] = await reservationsOf(things.customer);
    const purchaseId = reservation?.id ?? '';
    const ask = (more: Partial<NewRequest> = {}, ctx = things.buyer) =>
      askOfPartner(ctx, {
        customerId: things.customer.id,
        purchaseId,
        kind: 'cancel',
        note: '',
        language: 'ja',
        formKey: newId(),
        ...more,
      });
    const approve = (orderId: string) => approveOrder(things.ctx, { customerId: things.customer.id, orderId });
    return { ...things, purchaseId, endsAt: reservation?.ends_at as Date, ask, approve };
  }

  it('to cancel does nothing until the partner agrees, and is then a cancellation like any other', async () => {
    const { customer, ask, approve } = await bought();
    const { orderId } = await ask({ note: 'We have moved.' });
    expect(await reservationsOf(customer)).toMatchObject([{ state: 'active' }]);
    expect(await approve(orderId)).toMatchObject({ state: 'placed', kind: 'cancel', total: 0, note: 'We have moved.' });
    expect(await reservationsOf(customer)).toMatchObject([{ state: 'cancelled' }]);
    expect((await eventsOf(customer)).slice(2)).toEqual([
      'customer order.asked',
      'partner-user purchase.cancelled',
      'partner-user order.approved',
    ]);
  });

  it('to exchange cancels the one and places the other in one step', async () => {
    const { customer, ask, approve } = await bought();
    const choice = { productId: 'sql-reservation-3y', region: 'japan-west', quantity: 2, scope: 'resource-group', scopeName: 'rg-1' };
    expect((await refusalOf(ask({ kind: 'exchange', choice: { ...choice, region: 'atlantis' } }))).fields).toEqual([
      { path: 'region', rule: 'choice' },
    ]);
    const { orderId } = await ask({ kind: 'exchange', choice });
    expect(await approve(orderId)).toMatchObject({
      state: 'placed',
      total: 950_400,
      of: { productName: 'Reserved virtual machine, 1 year' },
    });
    expect(await reservationsOf(customer)).toMatchObject([
      { state: 'cancelled', product_id: 'vm-reservation-1y' },
      { state: 'active', product_id: 'sql-reservation-3y', quantity: 2 },
    ]);
  });

  it('to renew places another term that begins when the present one ends', async () => {
    const { customer, ask, approve, endsAt } = await bought();
    const { orderId } = await ask({ kind: 'renew' });
    expect(await approve(orderId)).toMatchObject({ total: 100_800 });
    const [first, second] = await reservationsOf(customer);
    expect(first?.state).toBe('active');
    expect(second?.ends_at.getUTCFullYear()).toBe(endsAt.getUTCFullYear() + 1);
  });

  it('is one at a time, is one however often it is sent, and is of the owner or a global admin', async () => {
    const { customer, ask, partner } = await bought();
    const formKey = newId();
    const [one, again] = await Promise.all([ask({ formKey }), ask({ formKey })]);
    expect(again).toEqual(one);
    expect(await outcomeOf(ask({ kind: 'renew' }))).toBe('conflict');
    const person = async (role: 'user' | 'global-admin') =>
      asCustomer(test.api, partner, (await aCustomerUser(test.sql, { id: customer.organizationId }, { role })).userId ?? '');
    expect(await outcomeOf(ask({}, await person('user')))).toBe('forbidden');
    expect(await outcomeOf(ask({}, await person('global-admin')))).toBe('conflict');
  });

  it('is answered by the partner’s own cancellation of what it is about', async () => {
    const { ctx, customer, ask, purchaseId } = await bought();
    await ask();
    await cancelPurchase(ctx, { customerId: customer.id, purchaseId });
    expect((await rowsOf(customer)).map(({ state }) => state)).toEqual(['placed', 'placed']);
    expect((await mailsOf(customer)).at(-1)).toContain('order_customer approved');
    // There is nothing left to ask for.
    expect(await outcomeOf(ask({ kind: 'renew' }))).toBe('illegal_transition');
  });

  it('about a reservation of another customer is about nothing', async () => {
    const [mine, theirs] = [await bought(), await bought()];
    expect(await outcomeOf(mine.ask({ purchaseId: theirs.purchaseId }))).toBe('not_found');
  });
});

import { text } from 'node:stream/consumers';
import {
  aContext,
  aCustomer,
  aPartner,
  aPartnerUser,
  aPurchase,
  aSubscription,
  type CustomerOverrides,
  useTestDatabase,
} from '@clientele/db/testing';
import type { Role } from '@clientele/domain';
import { describe, expect, it } from 'vitest';
import { endRelationship, previewEnd } from '../relationships/end.ts';
import { changeSubscription } from '../subscriptions/change.ts';
import { exportSubscriptions } from '../subscriptions/export.ts';
import { changeQuantity } from '../subscriptions/quantity.ts';
import { outcomeOf, refusalOf } from '../testing/acts.ts';
import { addPurchase, cancelPurchase } from './change.ts';
import { listPurchases } from './list.ts';

const test = useTestDatabase();

async function setting(more: CustomerOverrides = {}, roles: Role[] = ['global-admin'], partnerName?: string) {
  const partner = await aPartner(test.sql, partnerName ? { name: partnerName } : {});
  const ctx = aContext(test.api, partner, await aPartnerUser(test.sql, partner, roles));
  const customer = await aCustomer(test.sql, partner, more);
  return { partner, ctx, customer };
}

describe('a purchase', () => {
  it('of a reservation needs an active usage-based subscription, and runs for its term', async () => {
    const { ctx, customer } = await setting();
    const order = { customerId: customer.id, productId: 'vm-reservation-1y', quantity: 2 };
    expect((await refusalOf(addPurchase(ctx, order))).fields).toEqual([{ path: 'productId', rule: 'usage_subscription_first' }]);
    const plan = await aSubscription(test.sql, customer, { productId: 'azure-plan', quantity: 1, state: 'suspended' });
    expect(await outcomeOf(addPurchase(ctx, order))).toBe('validation_failed');
    await changeSubscription(ctx, { customerId: customer.id, subscriptionId: plan.id, command: 'reactivate' });
    const bought = await addPurchase(ctx, order);
    expect(bought).toMatchObject({ kind: 'reservation', subscriptionId: plan.id, state: 'active', quantity: 2 });
    expect(bought.endsAt?.getUTCFullYear()).toBe(new Date().getUTCFullYear() + 1);
    expect((await listPurchases(ctx, customer.id)).items.map(({ id }) => id)).toEqual([bought.id]);
    const [event] = await test.sql`select data from events where customer_id = ${customer.id} and type = 'purchase.made'`;
    expect(event?.data).toMatchObject({ purchaseId: bought.id, purchaseKind: 'reservation', quantity: 2 });
  });

  it('needs an active relationship, an accepted agreement, the role, and a quantity that the product allows', async () => {
    const order = (customer: { id: string }, quantity = 1) => ({ customerId: customer.id, productId: 'sql-server-2025', quantity });
    const ending = await setting({ relationship: 'ending' });
    expect(await outcomeOf(addPurchase(ending.ctx, order(ending.customer)))).toBe('illegal_transition');
    const unsigned = await setting({ agreementAcceptedAt: null, agreementBy: null });
    expect((await refusalOf(addPurchase(unsigned.ctx, order(unsigned.customer)))).fields[0]?.rule).toBe('agreement_first');
    const helpdesk = await setting({}, ['helpdesk-agent']);
    expect(await outcomeOf(addPurchase(helpdesk.ctx, order(helpdesk.customer)))).toBe('forbidden');
    const { ctx, customer } = await setting();
    expect((await refusalOf(addPurchase(ctx, order(customer, 1001)))).fields[0]?.rule).toBe('too_large');
    expect(await outcomeOf(addPurchase(ctx, order(ending.customer)))).toBe('not_found');
  });

  it('is cancelled once, by one of ten at the same moment', async () => {
    const { ctx, customer } = await setting();
    const { id } = await aPurchase(test.sql, customer);
    const outcomes = await Promise.all(
      Array.from({ length: 10 }, () => outcomeOf(cancelPurchase(ctx, { customerId: customer.id, purchaseId: id }))),
    );
    expect(outcomes.filter((outcome) => outcome === 'done')).toHaveLength(1);
    expect(await refusalOf(cancelPurchase(ctx, { customerId: customer.id, purchaseId: id }))).toMatchObject({
      code: 'illegal_transition',
      details: { state: 'cancelled' },
    });
  });
});

describe('what a customer still has', () => {
  it('blocks the end of the relationship, each by name and with what to do, until all of it is cleared', async () => {
    const { ctx, customer } = await setting();
    const plan = await aSubscription(test.sql, customer, { productId: 'azure-plan', quantity: 1 });
    const reservation = await addPurchase(ctx, { customerId: customer.id, productId: 'vm-reservation-3y', quantity: 1 });
    const software = await addPurchase(ctx, { customerId: customer.id, productId: 'windows-server-2025', quantity: 4 });
    const kinds = async () =>
      (await previewEnd(ctx, customer.id)).blockers.map(({ kind, remedy, productName }) => `${kind} ${remedy} ${productName}`);
    expect(await kinds()).toEqual([
      'reservation_active cancel Reserved virtual machine, 3 years',
      'software_active cancel Windows Server 2025 Standard, 16 cores',
      'subscription_active suspend Azure plan',
    ]);
    const end = () => endRelationship(ctx, { customerId: customer.id, domain: customer.domain });
    expect(await refusalOf(end())).toMatchObject({ code: 'blocked' });
    await changeSubscription(ctx, { customerId: customer.id, subscriptionId: plan.id, command: 'suspend' });
    expect(await refusalOf(changeSubscription(ctx, { customerId: customer.id, subscriptionId: plan.id, command: 'cancel' }))).toMatchObject(
      {
        code: 'blocked',
        details: { blockers: [{ kind: 'reservation_active', purchaseId: reservation.id }] },
      },
    );
    expect(await outcomeOf(end())).toBe('blocked');
    await cancelPurchase(ctx, { customerId: customer.id, purchaseId: reservation.id });
    expect(await outcomeOf(end())).toBe('blocked');
    await cancelPurchase(ctx, { customerId: customer.id, purchaseId: software.id });
    expect(await kinds()).toEqual([]);
    expect(await outcomeOf(end())).toBe('done');
  });

  it('comes as CSV, one row each, with nothing that a spreadsheet would run', async () => {
    const { ctx, customer, partner } = await setting({}, ['sales-agent'], '=HYPERLINK("http://evil.example")');
    const seats = await aSubscription(test.sql, customer, { quantity: 12, state: 'suspended' });
    const bought = await aPurchase(test.sql, customer);
    await aSubscription(test.sql, await aCustomer(test.sql, partner));
    const [head, ...rows] = (await text(await exportSubscriptions(ctx, customer.id))).trim().split('\n');
    expect(head).toBe('Subscription ID,Subscription,Quantity,State,Reseller');
    expect(rows).toEqual([
      `${seats.id},Microsoft 365 Business Basic,12,suspended,"'=HYPERLINK(""http://evil.example"")"`,
      `${bought.id},"Windows Server 2025 Standard, 16 cores",2,active,"'=HYPERLINK(""http://evil.example"")"`,
    ]);
    const helpdesk = await setting({}, ['helpdesk-agent']);
    expect(await outcomeOf(exportSubscriptions(helpdesk.ctx, helpdesk.customer.id))).toBe('forbidden');
    expect(await outcomeOf(exportSubscriptions(helpdesk.ctx, customer.id))).toBe('forbidden');
    const stranger = await setting();
    expect(await outcomeOf(exportSubscriptions(stranger.ctx, customer.id))).toBe('not_found');
  });
});

describe('the quantity of a subscription', () => {
  it('changes within the product’s limits, on top of what was seen, and is noted with before and after', async () => {
    const { ctx, customer } = await setting();
    const { id } = await aSubscription(test.sql, customer, { quantity: 5 });
    const change = (quantity: number, version: number) =>
      changeQuantity(ctx, { customerId: customer.id, subscriptionId: id, quantity, version });
    expect(await change(20, 1)).toMatchObject({ quantity: 20, version: 2 });
    expect(await refusalOf(change(30, 1))).toMatchObject({ code: 'conflict', details: { version: 2, quantity: 20 } });
    expect((await refusalOf(change(301, 2))).fields).toEqual([{ path: 'quantity', rule: 'too_large', params: { max: 300 } }]);
    expect((await refusalOf(change(0, 2))).fields).toEqual([{ path: 'quantity', rule: 'too_small', params: { min: 1 } }]);
    expect(await change(20, 2)).toMatchObject({ version: 2 });
    const events = await test.sql`select data from events where customer_id = ${customer.id} and type = 'subscription.quantity_changed'`;
    expect(events.map((event) => event.data)).toEqual([{ subscriptionId: id, productId: 'm365-business-basic', from: 5, to: 20 }]);
  });

  it.each(['suspended', 'cancelled'] as const)('of one that is %s stays: the answer names the state', async (state) => {
    const { ctx, customer } = await setting();
    const { id } = await aSubscription(test.sql, customer, { state });
    const act = changeQuantity(ctx, { customerId: customer.id, subscriptionId: id, quantity: 6, version: 1 });
    expect(await refusalOf(act)).toMatchObject({ code: 'illegal_transition', details: { state } });
  });

  it('is for sellers, and of a product that is bought once stays one', async () => {
    const { ctx, customer } = await setting({}, ['helpdesk-agent']);
    const { id } = await aSubscription(test.sql, customer);
    expect(await outcomeOf(changeQuantity(ctx, { customerId: customer.id, subscriptionId: id, quantity: 6, version: 1 }))).toBe(
      'forbidden',
    );
    const seller = await setting();
    const plan = await aSubscription(test.sql, seller.customer, { productId: 'azure-plan', quantity: 1 });
    const act = changeQuantity(seller.ctx, { customerId: seller.customer.id, subscriptionId: plan.id, quantity: 2, version: 1 });
    expect((await refusalOf(act)).fields[0]?.rule).toBe('quantity_fixed');
  });
});

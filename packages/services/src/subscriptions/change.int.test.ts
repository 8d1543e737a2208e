import { aContext, aCustomer, aPartner, aPartnerUser, aSubscription, type CustomerOverrides, useTestDatabase } from '@clientele/db/testing';
import { type Role, relationshipStates, subscriptionCommands, subscriptionStates, subscriptionTransitions } from '@clientele/domain';
import { describe, expect, it } from 'vitest';
import { outcomeOf, refusalOf } from '../testing/acts.ts';
import { addSubscription, changeSubscription } from './change.ts';
import { listSubscriptions } from './list.ts';

const test = useTestDatabase();

async function setting(more: CustomerOverrides = {}, roles: Role[] = ['global-admin']) {
  const partner = await aPartner(test.sql);
  const ctx = aContext(test.api, partner, await aPartnerUser(test.sql, partner, roles));
  const customer = await aCustomer(test.sql, partner, more);
  return { partner, ctx, customer };
}

describe('changing a subscription', () => {
  const cells = subscriptionStates.flatMap((state) =>
    subscriptionCommands.map((command) => ({ state, command, to: subscriptionTransitions[state][command] })),
  );
  it.each(cells)('that is $state: $command leads to $to', async ({ state, command, to }) => {
    const { ctx, customer } = await setting();
    const { id } = await aSubscription(test.sql, customer, { state });
    const act = changeSubscription(ctx, { customerId: customer.id, subscriptionId: id, command });
    if (to) expect((await act).state).toBe(to);
    else expect(await refusalOf(act)).toMatchObject({ code: 'illegal_transition', details: { state, command } });
    expect((await test.sql`select state from subscriptions where id = ${id}`)[0]?.state).toBe(to ?? state);
    const [shown] = (await listSubscriptions(ctx, customer.id)).items;
    for (const one of subscriptionCommands) expect(shown?.actions[one].allowed).toBe(one in subscriptionTransitions[to ?? state]);
  });

  it('happens once for ten at the same moment', async () => {
    const { ctx, customer } = await setting();
    const { id } = await aSubscription(test.sql, customer);
    const outcomes = await Promise.all(
      Array.from({ length: 10 }, () =>
        outcomeOf(changeSubscription(ctx, { customerId: customer.id, subscriptionId: id, command: 'suspend' })),
      ),
    );
    expect(outcomes.filter((outcome) => outcome === 'done')).toHaveLength(1);
    expect(await test.sql`select id from events where customer_id = ${customer.id}`).toHaveLength(1);
  });

  it('lets a helpdesk agent suspend and reactivate, and no more', async () => {
    const { ctx, customer } = await setting({}, ['helpdesk-agent']);
    const { id } = await aSubscription(test.sql, customer);
    const change = (command: 'suspend' | 'reactivate' | 'cancel') =>
      outcomeOf(changeSubscription(ctx, { customerId: customer.id, subscriptionId: id, command }));
    expect([await change('suspend'), await change('reactivate'), await change('suspend'), await change('cancel')]).toEqual([
      'done',
      'done',
      'done',
      'forbidden',
    ]);
    expect(await outcomeOf(addSubscription(ctx, { customerId: customer.id, productId: 'm365-e3', quantity: 1 }))).toBe('forbidden');
  });
});

describe('adding a subscription', () => {
  it('needs an active relationship', async () => {
    for (const relationship of relationshipStates) {
      const { ctx, customer } = await setting({ relationship });
      expect(await outcomeOf(addSubscription(ctx, { customerId: customer.id, productId: 'm365-e3', quantity: 1 })), relationship).toBe(
        relationship === 'active' ? 'done' : 'illegal_transition',
      );
      expect((await listSubscriptions(ctx, customer.id)).actions.add.allowed).toBe(relationship === 'active');
    }
  });

  it('needs the customer agreement', async () => {
    const { ctx, customer } = await setting({ agreementAcceptedAt: null, agreementBy: null });
    expect((await refusalOf(addSubscription(ctx, { customerId: customer.id, productId: 'm365-e3', quantity: 1 }))).fields).toEqual([
      { path: 'productId', rule: 'agreement_first' },
    ]);
    expect((await listSubscriptions(ctx, customer.id)).actions.add).toEqual({ allowed: false, reason: 'agreement_missing' });
  });

  it('keeps to the catalogue', async () => {
    const { ctx, customer } = await setting();
    const add = (productId: string, quantity: number) => refusalOf(addSubscription(ctx, { customerId: customer.id, productId, quantity }));
    expect((await add('nothing', 1)).fields).toEqual([{ path: 'productId', rule: 'unknown_product' }]);
    expect((await add('azure-plan', 2)).fields).toEqual([{ path: 'quantity', rule: 'quantity_fixed', params: { quantity: 1 } }]);
    expect((await add('m365-business-basic', 301)).fields).toEqual([{ path: 'quantity', rule: 'too_large', params: { max: 300 } }]);
    expect((await add('m365-business-basic', 0)).fields).toEqual([{ path: 'quantity', rule: 'too_small', params: { min: 1 } }]);
  });

  it('shows oldest first, and only of this customer', async () => {
    const { ctx, customer, partner } = await setting();
    await aSubscription(test.sql, await aCustomer(test.sql, partner));
    const ids = [];
    for (const productId of ['m365-e3', 'azure-plan'])
      ids.push((await addSubscription(ctx, { customerId: customer.id, productId, quantity: 1 })).id);
    expect((await listSubscriptions(ctx, customer.id)).items.map((item) => item.id)).toEqual(ids);
  });
});

import {
  type Change,
  type Context,
  type CustomerRecord,
  newId,
  purchases,
  type SubscriptionRecord,
  subscriptions,
  type Transaction,
  transact,
} from '@clientele/db';
import {
  illegal,
  isPurchaseLive,
  liveRelationshipStates,
  next,
  Refusal,
  refuseFields,
  type SubscriptionCommand,
  subscriptionTransitions,
} from '@clientele/domain';
import { eq } from 'drizzle-orm';
import { demand } from '../access.ts';
import { checkSubscription } from '../customers/add.ts';
import { checkReseller, knownReseller } from '../customers/resellers.ts';
import { lockCustomer } from '../customers/view.ts';
import { resellerOfRecord, type SubscriptionView, viewSubscription } from './list.ts';
import { lockSubscription } from './lock.ts';

export interface NewSubscription {
  customerId: string;
  productId: string;
  quantity: number;
  /** The reseller of record; missing: the one that the customer is served through, if any. */
  resellerId?: string | null | undefined;
}

/**
 * Adds a subscription from the catalogue. Needs an active relationship and an accepted customer agreement. A reseller of record that is named needs an active
 * partnership.
 */
export async function addSubscription(ctx: Context, input: NewSubscription): Promise<SubscriptionView> {
  return transact(ctx, (tx) => addWithin(ctx, tx, input));
}

/** The same in the caller's transaction. */
export async function addWithin(ctx: Context, tx: Transaction, input: NewSubscription): Promise<Change<SubscriptionView>> {
  demand(ctx, 'subscriptions.buy');
  refuseFields(checkSubscription(input));
  const customer = await lockCustomer(tx, input.customerId);
  if (customer.relationship !== 'active') throw illegal('relationship', customer.relationship, 'take new subscriptions');
  if (!customer.agreementAcceptedAt)
    throw new Refusal('validation_failed', 'The customer has not accepted the customer agreement.', {
      fields: [{ path: 'productId', rule: 'agreement_first' }],
    });
  const record: SubscriptionRecord = {
    ...{ customerId: input.customerId, productId: input.productId, quantity: input.quantity },
    id: newId(),
    partnerId: ctx.partner.id,
    state: 'active',
    createdAt: ctx.now,
    resellerId: await resellerFor(ctx, tx, customer, input.resellerId),
    version: 1,
    ownerId: null,
  };
  await tx.insert(subscriptions).values(record);
  return {
    result: viewSubscription(ctx, record, true, await resellerOfRecord(tx, record.resellerId)),
    events: [
      {
        type: 'subscription.added',
        customerId: input.customerId,
        data: { subscriptionId: record.id, productId: record.productId, quantity: record.quantity },
      },
    ],
  };
}

/**
 * The reseller of record of a new subscription. What nobody has chosen is the customer's own reseller, while there is a partnership with it; once that is over,
 * new ones are the partner's.
 */
async function resellerFor(
  ctx: Context,
  tx: Transaction,
  customer: CustomerRecord,
  chosen: string | null | undefined,
): Promise<string | null> {
  if (chosen === undefined) return (await knownReseller(tx, customer.indirectResellerId))?.isActive ? customer.indirectResellerId : null;
  if (chosen) refuseFields((await checkReseller(ctx, tx, chosen, 'resellerId')).errors);
  return chosen;
}

/**
 * Names another reseller of record; null: the partner itself. Not once it is cancelled, and only on top of the version that was seen: throws `conflict`, and
 * `illegal_transition` with the state as it is.
 */
export async function changeReseller(
  ctx: Context,
  input: { customerId: string; subscriptionId: string; resellerId: string | null; version: number },
): Promise<SubscriptionView> {
  demand(ctx, 'subscriptions.manage');
  return transact(ctx, async (tx) => {
    const customer = await lockCustomer(tx, input.customerId);
    const record = await lockSubscription(tx, input);
    if (!liveRelationshipStates.includes(customer.relationship))
      throw illegal('relationship', customer.relationship, 'change subscriptions');
    if (record.state === 'cancelled') throw illegal('subscription', record.state, 'get another reseller');
    const from = await resellerOfRecord(tx, record.resellerId);
    if (record.version !== input.version)
      throw new Refusal('conflict', 'Somebody changed this subscription meanwhile.', {
        details: { version: record.version, reseller: from, customerId: customer.id },
      });
    if (input.resellerId === record.resellerId) return { result: viewSubscription(ctx, record, true, from), events: [] };
    if (input.resellerId) refuseFields((await checkReseller(ctx, tx, input.resellerId, 'resellerId')).errors);
    const changed = { ...record, resellerId: input.resellerId, version: record.version + 1 };
    await tx.update(subscriptions).set({ resellerId: changed.resellerId, version: changed.version }).where(eq(subscriptions.id, record.id));
    const to = await resellerOfRecord(tx, changed.resellerId);
    return {
      result: viewSubscription(ctx, changed, true, to),
      events: [
        {
          type: 'subscription.reseller_changed',
          customerId: customer.id,
          data: { subscriptionId: record.id, productId: record.productId, changes: { reseller: { from, to } } },
        },
      ],
    };
  });
}

/** What is prepaid on a subscription would be lost with it. */
async function refuseWhilePrepaid(ctx: Context, tx: Transaction, subscriptionId: string, customerId: string): Promise<void> {
  const prepaid = (await tx.select().from(purchases).where(eq(purchases.subscriptionId, subscriptionId))).filter((purchase) =>
    isPurchaseLive(purchase, ctx.now),
  );
  if (prepaid.length > 0)
    throw new Refusal('blocked', 'Reservations are prepaid on this subscription. Cancel them first.', {
      details: { customerId, blockers: prepaid.map(({ id, productId }) => ({ kind: 'reservation_active', purchaseId: id, productId })) },
    });
}

const eventOf = { suspend: 'subscription.suspended', reactivate: 'subscription.reactivated', cancel: 'subscription.cancelled' } as const;

/** Suspends, reactivates or cancels. Throws `not_found`, and `illegal_transition` with the state as it is. */
export async function changeSubscription(
  ctx: Context,
  input: { customerId: string; subscriptionId: string; command: SubscriptionCommand },
): Promise<SubscriptionView> {
  demand(ctx, input.command === 'cancel' ? 'subscriptions.manage' : 'subscriptions.support');
  return transact(ctx, async (tx) => {
    const customer = await lockCustomer(tx, input.customerId);
    const record = await lockSubscription(tx, input);
    if (!liveRelationshipStates.includes(customer.relationship))
      throw illegal('relationship', customer.relationship, 'change subscriptions');
    if (customer.relationship === 'ending' && input.command === 'reactivate')
      throw illegal('relationship', 'ending', 'reactivate subscriptions');
    const state = next('subscription', subscriptionTransitions, record.state, input.command);
    if (input.command === 'cancel') await refuseWhilePrepaid(ctx, tx, record.id, customer.id);
    const version = record.version + 1;
    await tx.update(subscriptions).set({ state, version }).where(eq(subscriptions.id, record.id));
    return {
      result: viewSubscription(ctx, { ...record, state, version }, true, await resellerOfRecord(tx, record.resellerId)),
      events: [
        { type: eventOf[input.command], customerId: input.customerId, data: { subscriptionId: record.id, productId: record.productId } },
      ],
    };
  });
}

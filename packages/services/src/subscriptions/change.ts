import { type Context, newId, purchases, type SubscriptionRecord, subscriptions, type Transaction, transact } from '@clientele/db';
import {
  illegal,
  isPurchaseLive,
  liveRelationshipStates,
  next,
  notFound,
  Refusal,
  refuseFields,
  type SubscriptionCommand,
  subscriptionTransitions,
} from '@clientele/domain';
import { and, eq } from 'drizzle-orm';
import { demand } from '../access.ts';
import { checkSubscription } from '../customers/add.ts';
import { lockCustomer } from '../customers/view.ts';
import { type SubscriptionView, viewSubscription } from './list.ts';

/** Adds a subscription from the catalogue. Needs an active relationship and an accepted customer agreement. */
export async function addSubscription(
  ctx: Context,
  input: { customerId: string; productId: string; quantity: number },
): Promise<SubscriptionView> {
  demand(ctx, 'subscriptions.manage');
  refuseFields(checkSubscription(input));
  return transact(ctx, async (tx) => {
    const customer = await lockCustomer(tx, input.customerId);
    if (customer.relationship !== 'active') throw illegal('relationship', customer.relationship, 'take new subscriptions');
    if (!customer.agreementAcceptedAt)
      throw new Refusal('validation_failed', 'The customer has not accepted the customer agreement.', {
        fields: [{ path: 'productId', rule: 'agreement_first' }],
      });
    const record: SubscriptionRecord = {
      ...input,
      id: newId(),
      partnerId: ctx.partner.id,
      state: 'active',
      createdAt: ctx.now,
      version: 1,
      ownerId: null,
    };
    await tx.insert(subscriptions).values(record);
    return {
      result: viewSubscription(ctx, record, true),
      events: [
        {
          type: 'subscription.added',
          customerId: input.customerId,
          data: { subscriptionId: record.id, productId: record.productId, quantity: record.quantity },
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
    const [record] = await tx
      .select()
      .from(subscriptions)
      .where(and(eq(subscriptions.id, input.subscriptionId), eq(subscriptions.customerId, input.customerId)))
      .for('update');
    if (!record) throw notFound('subscription');
    if (!liveRelationshipStates.includes(customer.relationship))
      throw illegal('relationship', customer.relationship, 'change subscriptions');
    if (customer.relationship === 'ending' && input.command === 'reactivate')
      throw illegal('relationship', 'ending', 'reactivate subscriptions');
    const state = next('subscription', subscriptionTransitions, record.state, input.command);
    if (input.command === 'cancel') await refuseWhilePrepaid(ctx, tx, record.id, customer.id);
    const version = record.version + 1;
    await tx.update(subscriptions).set({ state, version }).where(eq(subscriptions.id, record.id));
    return {
      result: viewSubscription(ctx, { ...record, state, version }, true),
      events: [
        { type: eventOf[input.command], customerId: input.customerId, data: { subscriptionId: record.id, productId: record.productId } },
      ],
    };
  });
}

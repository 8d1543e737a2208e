import { type Context, newId, type PurchaseRecord, purchases, subscriptions, type Transaction, transact } from '@clientele/db';
import {
  checkPurchase,
  illegal,
  isPurchaseLive,
  liveRelationshipStates,
  monthsAfter,
  type NewEvent,
  next,
  notFound,
  type PurchaseProduct,
  productOf,
  purchaseProductOf,
  purchaseTransitions,
  Refusal,
  type RelationshipState,
  refuseFields,
} from '@clientele/domain';
import { and, eq } from 'drizzle-orm';
import { demand } from '../access.ts';
import { lockCustomer } from '../customers/view.ts';
import { answerRequestsAbout } from '../orders/answers.ts';
import { type PurchaseView, viewPurchase } from './list.ts';

/** The active usage-based subscription that a reservation is prepaid on. */
async function subscriptionFor(tx: Transaction, customerId: string): Promise<string> {
  const active = await tx
    .select({ id: subscriptions.id, productId: subscriptions.productId })
    .from(subscriptions)
    .where(and(eq(subscriptions.customerId, customerId), eq(subscriptions.state, 'active')));
  const usage = active.find(({ productId }) => productOf(productId)?.billing === 'usage');
  if (!usage)
    throw new Refusal('validation_failed', 'A reservation needs an active usage-based subscription.', {
      fields: [{ path: 'productId', rule: 'usage_subscription_first' }],
    });
  return usage.id;
}

/** What was bought, and the record of it in the log. */
interface Bought {
  record: PurchaseRecord;
  event: NewEvent;
}

/** Writes a reservation in the caller's transaction, which has made sure that it may be; its term begins at `from`. Return the event with the caller's own. */
export async function placeReservation(
  ctx: Context,
  tx: Transaction,
  order: { customerId: string; subscriptionId: string; product: PurchaseProduct; quantity: number; from: Date },
): Promise<Bought> {
  const { customerId, subscriptionId, product, quantity, from } = order;
  return insertPurchase(ctx, tx, { customerId, product, quantity, subscriptionId, endsAt: monthsAfter(from, product.termMonths ?? 0) });
}

async function insertPurchase(
  ctx: Context,
  tx: Transaction,
  order: Pick<PurchaseRecord, 'customerId' | 'quantity' | 'subscriptionId' | 'endsAt'> & { product: PurchaseProduct },
): Promise<Bought> {
  const { product, ...rest } = order;
  const record: PurchaseRecord = {
    ...rest,
    ...{ id: newId(), partnerId: ctx.partner.id, productId: product.id, kind: product.kind, state: 'active', createdAt: ctx.now },
  };
  await tx.insert(purchases).values(record);
  return {
    record,
    event: {
      type: 'purchase.made',
      customerId: record.customerId,
      data: { purchaseId: record.id, productId: record.productId, quantity: record.quantity, purchaseKind: record.kind },
    },
  };
}

/** Buys a reservation or software from the catalogue. Needs an active relationship and an accepted customer agreement. */
export async function addPurchase(ctx: Context, input: { customerId: string; productId: string; quantity: number }): Promise<PurchaseView> {
  demand(ctx, 'subscriptions.buy');
  refuseFields(checkPurchase(input));
  const product = purchaseProductOf(input.productId);
  if (!product) throw notFound('product');
  return transact(ctx, async (tx) => {
    const customer = await lockCustomer(tx, input.customerId);
    if (customer.relationship !== 'active') throw illegal('relationship', customer.relationship, 'take new purchases');
    if (!customer.agreementAcceptedAt) refuseFields([{ path: 'productId', rule: 'agreement_first' }]);
    const isReservation = product.kind === 'reservation';
    const { record, event } = await insertPurchase(ctx, tx, {
      ...{ customerId: customer.id, quantity: input.quantity, product },
      subscriptionId: isReservation ? await subscriptionFor(tx, customer.id) : null,
      endsAt: isReservation ? monthsAfter(ctx.now, product.termMonths ?? 0) : null,
    });
    return { result: viewPurchase(ctx, record, true), events: [event] };
  });
}

/** Cancels a purchase. Throws `not_found`, and `illegal_transition` with the state as it is. */
export async function cancelPurchase(ctx: Context, input: { customerId: string; purchaseId: string }): Promise<PurchaseView> {
  demand(ctx, 'subscriptions.manage');
  return transact(ctx, async (tx) => {
    const customer = await lockCustomer(tx, input.customerId);
    const { record, event } = await cancelPurchaseWithin(
      ctx,
      tx,
      { customerId: customer.id, purchaseId: input.purchaseId },
      customer.relationship,
    );
    // What the customer had asked for about it is answered with that.
    const answered = await answerRequestsAbout(ctx, tx, record.id);
    return { result: viewPurchase(ctx, record, true), events: [event, ...answered] };
  });
}

/** The same in the caller's transaction, which has locked the customer. Return the event with the caller's own. */
export async function cancelPurchaseWithin(
  ctx: Context,
  tx: Transaction,
  which: { customerId: string; purchaseId: string },
  relationship: RelationshipState,
): Promise<Bought> {
  const [record] = await tx
    .select()
    .from(purchases)
    .where(and(eq(purchases.id, which.purchaseId), eq(purchases.customerId, which.customerId)))
    .for('update');
  if (!record) throw notFound('purchase');
  if (!liveRelationshipStates.includes(relationship)) throw illegal('relationship', relationship, 'change purchases');
  const state = next('purchase', purchaseTransitions, record.state, 'cancel');
  if (!isPurchaseLive(record, ctx.now)) throw illegal('purchase', 'expired', 'cancel');
  await tx.update(purchases).set({ state }).where(eq(purchases.id, record.id));
  return {
    record: { ...record, state },
    event: {
      type: 'purchase.cancelled',
      customerId: which.customerId,
      data: { purchaseId: record.id, productId: record.productId, purchaseKind: record.kind },
    },
  };
}

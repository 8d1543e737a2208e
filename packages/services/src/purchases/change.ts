import { type Context, newId, type PurchaseRecord, purchases, subscriptions, type Transaction, transact } from '@clientele/db';
import {
  checkPurchase,
  illegal,
  isPurchaseLive,
  liveRelationshipStates,
  next,
  notFound,
  productOf,
  purchaseProductOf,
  purchaseTransitions,
  Refusal,
  refuseFields,
} from '@clientele/domain';
import { and, eq } from 'drizzle-orm';
import { demand } from '../access.ts';
import { lockCustomer } from '../customers/view.ts';
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
    const endsAt = new Date(ctx.now);
    endsAt.setUTCMonth(endsAt.getUTCMonth() + (product.termMonths ?? 0));
    const isReservation = product.kind === 'reservation';
    const record: PurchaseRecord = {
      ...input,
      id: newId(),
      partnerId: ctx.partner.id,
      kind: product.kind,
      subscriptionId: isReservation ? await subscriptionFor(tx, customer.id) : null,
      state: 'active',
      endsAt: isReservation ? endsAt : null,
      createdAt: ctx.now,
    };
    await tx.insert(purchases).values(record);
    return {
      result: viewPurchase(ctx, record, true),
      events: [
        {
          type: 'purchase.made',
          customerId: customer.id,
          data: { purchaseId: record.id, productId: record.productId, quantity: record.quantity, purchaseKind: record.kind },
        },
      ],
    };
  });
}

/** Cancels a purchase. Throws `not_found`, and `illegal_transition` with the state as it is. */
export async function cancelPurchase(ctx: Context, input: { customerId: string; purchaseId: string }): Promise<PurchaseView> {
  demand(ctx, 'subscriptions.manage');
  return transact(ctx, async (tx) => {
    const customer = await lockCustomer(tx, input.customerId);
    const [record] = await tx
      .select()
      .from(purchases)
      .where(and(eq(purchases.id, input.purchaseId), eq(purchases.customerId, input.customerId)))
      .for('update');
    if (!record) throw notFound('purchase');
    if (!liveRelationshipStates.includes(customer.relationship)) throw illegal('relationship', customer.relationship, 'change purchases');
    const state = next('purchase', purchaseTransitions, record.state, 'cancel');
    if (!isPurchaseLive(record, ctx.now)) throw illegal('purchase', 'expired', 'cancel');
    await tx.update(purchases).set({ state }).where(eq(purchases.id, record.id));
    return {
      result: viewPurchase(ctx, { ...record, state }, true),
      events: [
        {
          type: 'purchase.cancelled',
          customerId: customer.id,
          data: { purchaseId: record.id, productId: record.productId, purchaseKind: record.kind },
        },
      ],
    };
  });
}

import { type Context, type CustomerRecord, type OrderRecord, purchases, subscriptions, type Transaction, transact } from '@clientele/db';
import { illegal, type NewEvent, notFound, orderStateAt } from '@clientele/domain';
import { eq } from 'drizzle-orm';
import { demand } from '../access.ts';
import { lockCustomer } from '../customers/view.ts';
import { cancelPurchaseWithin } from '../purchases/change.ts';
import { answerWithin } from './answers.ts';
import { placeFor } from './place.ts';
import { loadOrder, lockOrder, type OrderView } from './view.ts';

/**
 * The partner agrees to what waits, and it is carried out in the same transaction: bought, exchanged, cancelled or renewed, at the price at which it was
 * ordered. What the brakes are now does not matter: this is the partner's own word. Throws `not_found`, `illegal_transition`.
 */
export async function approveOrder(ctx: Context, input: { customerId: string; orderId: string }): Promise<OrderView> {
  demand(ctx, 'orders.decide');
  return transact(ctx, async (tx) => {
    const customer = await lockCustomer(tx, input.customerId);
    const order = await lockOrder(tx, input);
    demandOpen(ctx, order, 'be approved');
    if (customer.relationship !== 'active') throw illegal('relationship', customer.relationship, 'take new purchases');
    const { purchaseId, events } = await carryOut(ctx, tx, customer, order);
    const answered = await answerWithin(ctx, tx, order, { command: 'approve', purchaseId });
    return { result: await loadOrder(ctx, tx, input), events: [...events, ...answered.events] };
  });
}

/** The partner does not agree, with or without words for the customer. Throws `not_found`, `illegal_transition`. */
export async function declineOrder(ctx: Context, input: { customerId: string; orderId: string; answer: string }): Promise<OrderView> {
  demand(ctx, 'orders.decide');
  return transact(ctx, async (tx) => {
    await lockCustomer(tx, input.customerId);
    const order = await lockOrder(tx, input);
    demandOpen(ctx, order, 'be declined');
    const { events } = await answerWithin(ctx, tx, order, { command: 'decline', words: input.answer.trim() || null });
    return { result: await loadOrder(ctx, tx, input), events };
  });
}

function demandOpen(ctx: Context, order: OrderRecord, act: string): void {
  const state = orderStateAt(order, ctx.now);
  if (state !== 'awaiting-approval') throw illegal('order', state, act);
}

async function carryOut(
  ctx: Context,
  tx: Transaction,
  customer: CustomerRecord,
  order: OrderRecord,
): Promise<{ purchaseId: string | null; events: NewEvent[] }> {
  const cancelled =
    order.ofPurchaseId && (order.kind === 'cancel' || order.kind === 'exchange')
      ? await cancelPurchaseWithin(ctx, tx, { customerId: customer.id, purchaseId: order.ofPurchaseId }, customer.relationship)
      : null;
  if (order.kind === 'cancel') return { purchaseId: null, events: cancelled ? [cancelled.event] : [] };
  await demandActivePlan(tx, order);
  const placed = await placeFor(ctx, tx, order, await beginOf(ctx, tx, order));
  return { purchaseId: placed.record.id, events: [...(cancelled ? [cancelled.event] : []), placed.event] };
}

/** A renewal begins when the term before it is over. */
async function beginOf(ctx: Context, tx: Transaction, order: OrderRecord): Promise<Date> {
  if (order.kind !== 'renew' || !order.ofPurchaseId) return ctx.now;
  const [before] = await tx.select().from(purchases).where(eq(purchases.id, order.ofPurchaseId));
  if (!before) throw notFound('purchase');
  if (before.state !== 'active') throw illegal('purchase', before.state, 'be renewed');
  return before.endsAt && before.endsAt > ctx.now ? before.endsAt : ctx.now;
}

async function demandActivePlan(tx: Transaction, order: OrderRecord): Promise<void> {
  const [plan] = order.subscriptionId ? await tx.select().from(subscriptions).where(eq(subscriptions.id, order.subscriptionId)) : [];
  if (!plan) throw notFound('subscription');
  if (plan.state !== 'active') throw illegal('subscription', plan.state, 'take new reservations');
}

import { type Context, type OrderRecord, orders, type Transaction } from '@clientele/db';
import { type NewEvent, next, type OrderCommand, orderTransitions } from '@clientele/domain';
import { and, eq } from 'drizzle-orm';
import { userIdOf } from '../access.ts';
import { tellOrderer } from './tell.ts';

const eventOf = {
  approve: 'order.approved',
  decline: 'order.declined',
  withdraw: 'order.withdrawn',
  lapse: 'order.lapsed',
} as const satisfies Record<OrderCommand, string>;

/** The record of what became of an order that waited. */
export const answerEvent = (order: OrderRecord, command: OrderCommand): NewEvent => ({
  type: eventOf[command],
  customerId: order.customerId,
  data: { orderId: order.id, orderKind: order.kind, productId: order.productId },
});

/** Answers an order in the caller's transaction, which has locked its customer and the order itself; tells who has ordered. */
export async function answerWithin(
  ctx: Context,
  tx: Transaction,
  order: OrderRecord,
  answer: { command: 'approve' | 'decline'; words?: string | null; purchaseId?: string | null },
): Promise<{ order: OrderRecord; events: NewEvent[] }> {
  const changes = {
    state: next('order', orderTransitions, order.state, answer.command),
    ...{ answer: answer.words ?? null, purchaseId: answer.purchaseId ?? null, decidedBy: userIdOf(ctx), decidedAt: ctx.now },
  };
  await tx.update(orders).set(changes).where(eq(orders.id, order.id));
  const answered = { ...order, ...changes };
  return {
    order: answered,
    events: [
      answerEvent(answered, answer.command),
      ...(await tellOrderer(ctx, tx, answered, answer.command === 'approve' ? 'approved' : 'declined')),
    ],
  };
}

/** A reservation was cancelled: an open request to cancel it is done with that, and any other about it has nothing left to be about. */
export async function answerRequestsAbout(ctx: Context, tx: Transaction, purchaseId: string): Promise<NewEvent[]> {
  const open = await tx
    .select()
    .from(orders)
    .where(and(eq(orders.ofPurchaseId, purchaseId), eq(orders.state, 'awaiting-approval')))
    .for('update');
  const events: NewEvent[] = [];
  for (const order of open)
    events.push(...(await answerWithin(ctx, tx, order, { command: order.kind === 'cancel' ? 'approve' : 'decline' })).events);
  return events;
}

import { type Context, type OrderRecord, orders, transact } from '@clientele/db';
import { illegal, next, orderStateAt, orderTransitions, Refusal } from '@clientele/domain';
import { and, eq, lte } from 'drizzle-orm';
import { lockCustomer } from '../customers/view.ts';
import { answerEvent } from './answers.ts';
import { actingPerson } from './place.ts';
import { tellOrderer, tellPartner } from './tell.ts';
import { lockOrder } from './view.ts';

/** Writes down that nobody has decided about an order in time, and tells both sides. It has counted against no cap since that moment. */
export async function lapseOrder(ctx: Context, orderId: string): Promise<void> {
  await transact(ctx, async (tx) => {
    const due = and(eq(orders.id, orderId), eq(orders.state, 'awaiting-approval'), lte(orders.lapsesAt, ctx.now));
    const [order] = await tx.select().from(orders).where(due).for('update');
    if (!order) return { result: undefined, events: [] };
    const changes = { state: next('order', orderTransitions, order.state, 'lapse'), decidedAt: ctx.now };
    await tx.update(orders).set(changes).where(eq(orders.id, order.id));
    const lapsed: OrderRecord = { ...order, ...changes };
    return {
      result: undefined,
      events: [
        answerEvent(lapsed, 'lapse'),
        ...(await tellPartner(ctx, tx, lapsed, 'lapsed')),
        ...(await tellOrderer(ctx, tx, lapsed, 'lapsed')),
      ],
    };
  });
}

/** Who has ordered, or a global admin of the customer, takes back what waits. The partner is told. Throws `not_found`, `forbidden`, `illegal_transition`. */
export async function withdrawOrder(ctx: Context, input: { customerId: string; orderId: string }): Promise<void> {
  await transact(ctx, async (tx) => {
    const customer = await lockCustomer(tx, input.customerId);
    const order = await lockOrder(tx, input);
    const person = await actingPerson(ctx, tx, customer);
    if (order.orderedBy !== ctx.actor.id && person?.role !== 'global-admin')
      throw new Refusal('forbidden', 'Only who has ordered, or a global admin, may take this back.', { details: { reason: 'not_owner' } });
    const state = orderStateAt(order, ctx.now);
    if (state !== 'awaiting-approval') throw illegal('order', state, 'be withdrawn');
    const changes = { state: next('order', orderTransitions, order.state, 'withdraw'), decidedAt: ctx.now };
    await tx.update(orders).set(changes).where(eq(orders.id, order.id));
    const withdrawn: OrderRecord = { ...order, ...changes };
    return {
      result: undefined,
      events: [answerEvent(withdrawn, 'withdraw'), ...(await tellPartner(ctx, tx, withdrawn, 'withdrawn'))],
    };
  });
}

import { type Context, customers, type OrderRecord, orders, purchases, type Transaction, users } from '@clientele/db';
import { notFound, orderStateAt, orderTransitions, purchaseProductOf } from '@clientele/domain';
import { aliasedTable, and, eq } from 'drizzle-orm';
import { allow } from '../access.ts';

const deciders = aliasedTable(users, 'deciders');
const earlier = aliasedTable(purchases, 'earlier');

const nameOfProduct = (id: string): string => purchaseProductOf(id)?.name ?? id;

/** Orders with the names that stand beside them. */
export const ordersWithNames = (tx: Transaction) =>
  tx
    .select({
      order: orders,
      companyName: customers.companyName,
      relationship: customers.relationship,
      orderedBy: users.name,
      decidedBy: deciders.name,
      ofProductId: earlier.productId,
      ofEndsAt: earlier.endsAt,
    })
    .from(orders)
    .innerJoin(customers, eq(customers.id, orders.customerId))
    .leftJoin(users, eq(users.id, orders.orderedBy))
    .leftJoin(deciders, eq(deciders.id, orders.decidedBy))
    .leftJoin(earlier, eq(earlier.id, orders.ofPurchaseId))
    .$dynamic();
export type OrderWithNames = Awaited<ReturnType<typeof ordersWithNames>>[number];

/** An order as the partner's screens see it. */
export function viewOrder(ctx: Context, { order, companyName, relationship, ...names }: OrderWithNames) {
  const state = orderStateAt(order, ctx.now);
  const isOpen = Object.hasOwn(orderTransitions[state], 'approve');
  const { id, customerId, kind, productId, region, quantity, scope, scopeName, unitPrice, total, currency } = order;
  return {
    ...{ id, customerId, companyName, kind, state, productId, productName: nameOfProduct(productId), region, quantity, scope, scopeName },
    ...{ unitPrice, total, currency, note: order.note, answer: order.answer, purchaseId: order.purchaseId },
    termMonths: purchaseProductOf(productId)?.termMonths ?? null,
    /** The reservation that a request is about. */
    of:
      order.ofPurchaseId === null
        ? null
        : {
            purchaseId: order.ofPurchaseId,
            productId: names.ofProductId ?? productId,
            productName: nameOfProduct(names.ofProductId ?? productId),
            endsAt: names.ofEndsAt,
          },
    orderedAt: order.orderedAt,
    orderedBy: names.orderedBy ?? '',
    lapsesAt: order.lapsesAt,
    decidedAt: order.decidedAt,
    decidedBy: names.decidedBy,
    actions: {
      approve: allow(ctx, 'orders.decide', isOpen && relationship === 'active', isOpen ? relationship : state),
      decline: allow(ctx, 'orders.decide', isOpen, state),
    },
  };
}
export type OrderView = ReturnType<typeof viewOrder>;

/** One order as screens see it. Throws `not_found`, also when it is another customer's. */
export async function loadOrder(ctx: Context, tx: Transaction, which: { customerId: string; orderId: string }): Promise<OrderView> {
  const [row] = await ordersWithNames(tx).where(and(eq(orders.id, which.orderId), eq(orders.customerId, which.customerId)));
  if (!row) throw notFound('order');
  return viewOrder(ctx, row);
}

/** The order, locked until the transaction ends. Lock its customer first. Throws `not_found`. */
export async function lockOrder(tx: Transaction, which: { customerId: string; orderId: string }): Promise<OrderRecord> {
  const [record] = await tx
    .select()
    .from(orders)
    .where(and(eq(orders.id, which.orderId), eq(orders.customerId, which.customerId)))
    .for('update');
  if (!record) throw notFound('order');
  return record;
}

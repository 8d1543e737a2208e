import { type Context, orders, type PurchaseRecord, purchases, read } from '@clientele/db';
import { isPurchaseLive, liveRelationshipStates, purchaseProductOf, purchaseProducts } from '@clientele/domain';
import { asc, eq } from 'drizzle-orm';
import { allow, demand } from '../access.ts';
import { loadCustomer } from '../customers/view.ts';

/** The catalogue of reservations and software. */
export function listPurchaseProducts() {
  return { items: purchaseProducts.map((product) => ({ termMonths: null, ...product })) };
}

export function viewPurchase(ctx: Context, record: PurchaseRecord, live: boolean, orderId: string | null = null) {
  const state = record.state === 'active' && !isPurchaseLive(record, ctx.now) ? ('expired' as const) : record.state;
  return {
    id: record.id,
    customerId: record.customerId,
    kind: record.kind,
    subscriptionId: record.subscriptionId,
    productId: record.productId,
    productName: purchaseProductOf(record.productId)?.name ?? record.productId,
    quantity: record.quantity,
    state,
    endsAt: record.endsAt,
    createdAt: record.createdAt,
    orderId,
    actions: { cancel: allow(ctx, 'subscriptions.manage', live && state === 'active', state) },
  };
}
export type PurchaseView = ReturnType<typeof viewPurchase>;

/** What a customer has bought through this partner besides subscriptions, oldest first. Throws `not_found`. */
export async function listPurchases(ctx: Context, customerId: string) {
  demand(ctx, 'subscriptions.see');
  return read(ctx, async (tx) => {
    const customer = await loadCustomer(ctx, tx, customerId);
    const live = liveRelationshipStates.includes(customer.relationship);
    const rows = await tx
      .select({ purchase: purchases, orderId: orders.id })
      .from(purchases)
      .leftJoin(orders, eq(orders.purchaseId, purchases.id))
      .where(eq(purchases.customerId, customerId))
      .orderBy(asc(purchases.createdAt), asc(purchases.id));
    const add = allow(ctx, 'subscriptions.buy', customer.relationship === 'active', customer.relationship);
    return {
      items: rows.map(({ purchase, orderId }) => viewPurchase(ctx, purchase, live, orderId)),
      actions: {
        add: add.allowed && !customer.agreementAccepted ? { allowed: false as const, reason: 'agreement_missing' as const } : add,
      },
    };
  });
}

import { type Context, read, type SubscriptionRecord, subscriptions, type Transaction } from '@clientele/db';
import { commandsOf, liveRelationshipStates, productOf, products, subscriptionTransitions } from '@clientele/domain';
import { asc, eq, sql } from 'drizzle-orm';
import { allow, demand } from '../access.ts';
import { loadCustomer } from '../customers/view.ts';

/** The product catalogue. */
export function listProducts() {
  return { items: [...products] };
}

/** `resellerName`: of the reseller of record; null where it is the partner itself. */
export function viewSubscription(ctx: Context, record: SubscriptionRecord, live: boolean, resellerName: string | null) {
  const commands = commandsOf(subscriptionTransitions, record.state);
  const can = (command: 'suspend' | 'reactivate' | 'cancel') =>
    allow(ctx, command === 'cancel' ? 'subscriptions.manage' : 'subscriptions.support', commands.includes(command) && live, record.state);
  return {
    id: record.id,
    customerId: record.customerId,
    productId: record.productId,
    productName: productOf(record.productId)?.name ?? record.productId,
    quantity: record.quantity,
    state: record.state,
    createdAt: record.createdAt,
    reseller: record.resellerId === null ? null : { id: record.resellerId, name: resellerName ?? '' },
    version: record.version,
    /** Of a usage-based one: the customer's person who may buy on it. */
    ownerId: record.ownerId,
    actions: {
      suspend: can('suspend'),
      reactivate: can('reactivate'),
      cancel: can('cancel'),
      quantity: allow(
        ctx,
        'subscriptions.manage',
        record.state === 'active' && live && (productOf(record.productId)?.mostQuantity ?? 1) > 1,
        record.state,
      ),
      reseller: allow(ctx, 'subscriptions.manage', record.state !== 'cancelled' && live, record.state),
    },
  };
}

/** The name of a reseller of record, whatever became of the partnership with it. */
export async function resellerOfRecord(tx: Transaction, resellerId: string | null): Promise<string | null> {
  if (resellerId === null) return null;
  const [row] = await tx.execute<{ name: string | null }>(sql`select customer_reseller_name(${resellerId}::uuid) as name`);
  return row?.name ?? null;
}
export type SubscriptionView = ReturnType<typeof viewSubscription>;

/** The subscriptions of a customer through this partner, oldest first. Throws `not_found`. */
export async function listSubscriptions(ctx: Context, customerId: string) {
  demand(ctx, 'subscriptions.see');
  return read(ctx, async (tx) => {
    const customer = await loadCustomer(ctx, tx, customerId);
    const live = liveRelationshipStates.includes(customer.relationship);
    const rows = await tx
      .select({
        record: subscriptions,
        resellerName: sql<
          string | null
        >`case when ${subscriptions.resellerId} is not null then customer_reseller_name(${subscriptions.resellerId}) end`,
      })
      .from(subscriptions)
      .where(eq(subscriptions.customerId, customerId))
      .orderBy(asc(subscriptions.createdAt), asc(subscriptions.id));
    const add = allow(ctx, 'subscriptions.buy', customer.relationship === 'active', customer.relationship);
    return {
      items: rows.map(({ record, resellerName }) => viewSubscription(ctx, record, live, resellerName)),
      actions: {
        add: add.allowed && !customer.agreementAccepted ? { allowed: false as const, reason: 'agreement_missing' as const } : add,
      },
    };
  });
}

import {
  type Context,
  type CustomerPermissionRecord,
  type CustomerRecord,
  customerPermissions,
  orders,
  type SubscriptionRecord,
  subscriptions,
  type Transaction,
} from '@clientele/db';
import {
  conditionsOf,
  currencyOf,
  monthLeft,
  monthOf,
  type PermissionStanding,
  permissionStanding,
  productOf,
  zoneOf,
} from '@clientele/domain';
import { and, asc, eq, gt, gte, inArray, lt, or, sum } from 'drizzle-orm';

/** The customer's usage-based subscriptions through this partner, oldest first. */
async function plansOf(tx: Transaction, customerId: string): Promise<SubscriptionRecord[]> {
  const rows = await tx
    .select()
    .from(subscriptions)
    .where(eq(subscriptions.customerId, customerId))
    .orderBy(asc(subscriptions.createdAt), asc(subscriptions.id));
  return rows.filter(({ productId }) => productOf(productId)?.billing === 'usage');
}

/** The customer's permission, locked until the transaction ends where it is to be changed or bought with. Lock the customer first. */
async function permissionOf(tx: Transaction, customerId: string, lock = false): Promise<CustomerPermissionRecord | null> {
  const query = tx.select().from(customerPermissions).where(eq(customerPermissions.customerId, customerId));
  const [record] = await (lock ? query.for('update') : query);
  return record ?? null;
}

/** What counts against the month: what was bought in it, and what waits in it for the partner's word. What was cancelled later counts all the same. */
async function spentInMonth(ctx: Context, tx: Transaction, customerId: string): Promise<number> {
  const { from, until } = monthOf(ctx.now, zoneOf(ctx.partner.country));
  const [row] = await tx
    .select({ spent: sum(orders.total).mapWith(Number) })
    .from(orders)
    .where(
      and(
        eq(orders.customerId, customerId),
        eq(orders.kind, 'buy'),
        inArray(orders.state, ['awaiting-approval', 'placed']),
        or(eq(orders.state, 'placed'), gt(orders.lapsesAt, ctx.now)),
        gte(orders.orderedAt, from),
        lt(orders.orderedAt, until),
      ),
    );
  return row?.spent ?? 0;
}

/** How a customer's permission stands now, and what is left of its month. */
export async function standingFacts(ctx: Context, tx: Transaction, customer: CustomerRecord, lock = false) {
  const permission = await permissionOf(tx, customer.id, lock);
  const plans = await plansOf(tx, customer.id);
  const conditions = conditionsOf({ relationship: customer.relationship, plans });
  const standing: PermissionStanding = permissionStanding(permission, conditions, ctx.now);
  const spent = await spentInMonth(ctx, tx, customer.id);
  const zone = zoneOf(ctx.partner.country);
  return {
    permission,
    plans,
    conditions,
    standing,
    currency: permission?.currency ?? currencyOf(ctx.partner.country),
    zone,
    month: { ...monthOf(ctx.now, zone), spent, left: permission ? monthLeft(permission, spent) : 0 },
  };
}
export type StandingFacts = Awaited<ReturnType<typeof standingFacts>>;

import { customers, invitations, subscriptions, type Transaction } from '@clientele/db';
import { and, asc, eq, gt, inArray, sql } from 'drizzle-orm';

/** Active subscriptions and their seats of customers: what nobody can administer for them any more when delegated admin ends. */
export async function runningOf(tx: Transaction, customerIds: string[]): Promise<Map<string, { subscriptions: number; seats: number }>> {
  if (customerIds.length === 0) return new Map();
  const rows = await tx
    .select({
      customerId: subscriptions.customerId,
      count: sql<number>`count(*)::int`,
      seats: sql<number>`sum(${subscriptions.quantity})::int`,
    })
    .from(subscriptions)
    .where(and(inArray(subscriptions.customerId, customerIds), eq(subscriptions.state, 'active')))
    .groupBy(subscriptions.customerId);
  return new Map(rows.map(({ customerId, count, seats }) => [customerId, { subscriptions: count, seats }]));
}

/** Which of these customers are being asked for something that they have not answered. */
async function askedOf(tx: Transaction, customerIds: string[], now: Date): Promise<Set<string>> {
  if (customerIds.length === 0) return new Set();
  const rows = await tx
    .select({ customerId: invitations.customerId })
    .from(invitations)
    .where(and(inArray(invitations.customerId, customerIds), eq(invitations.state, 'pending'), gt(invitations.expiresAt, now)));
  return new Set(rows.flatMap(({ customerId }) => customerId ?? []));
}

/** The customers that a mail about many speaks of, as they are now; those that still have delegated admin with an end come with what runs there. */
export async function namedCustomers(tx: Transaction, customerIds: string[], now: Date) {
  if (customerIds.length === 0) return [];
  const [rows, running, asked] = await Promise.all([
    tx
      .select({
        id: customers.id,
        companyName: customers.companyName,
        delegatedAdmin: customers.delegatedAdmin,
        until: customers.delegatedAdminUntil,
      })
      .from(customers)
      .where(inArray(customers.id, customerIds))
      .orderBy(asc(customers.delegatedAdminUntil), asc(customers.companyName), asc(customers.id)),
    runningOf(tx, customerIds),
    askedOf(tx, customerIds, now),
  ]);
  return rows.map((row) => ({
    ...row,
    ...(running.get(row.id) ?? { subscriptions: 0, seats: 0 }),
    isAsked: asked.has(row.id),
  }));
}
export type NamedCustomer = Awaited<ReturnType<typeof namedCustomers>>[number];

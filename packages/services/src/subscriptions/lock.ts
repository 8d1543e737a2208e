import { type SubscriptionRecord, subscriptions, type Transaction } from '@clientele/db';
import { notFound } from '@clientele/domain';
import { and, eq } from 'drizzle-orm';

/** The subscription of this customer, locked until the transaction ends; lock the customer first. Throws `not_found`. */
export async function lockSubscription(
  tx: Transaction,
  which: { customerId: string; subscriptionId: string },
): Promise<SubscriptionRecord> {
  const [record] = await tx
    .select()
    .from(subscriptions)
    .where(and(eq(subscriptions.id, which.subscriptionId), eq(subscriptions.customerId, which.customerId)))
    .for('update');
  if (!record) throw notFound('subscription');
  return record;
}

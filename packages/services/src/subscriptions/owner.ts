import { type Context, customerUsers, subscriptions, transact } from '@clientele/db';
import { illegal, productOf, Refusal, refuseFields } from '@clientele/domain';
import { and, eq } from 'drizzle-orm';
import { demand } from '../access.ts';
import { lockCustomer } from '../customers/view.ts';
import { resellerOfRecord, type SubscriptionView, viewSubscription } from './list.ts';
import { lockSubscription } from './lock.ts';

/**
 * Names the customer's person who is the owner of a usage-based subscription, or nobody. Throws `not_found`, `conflict` with the subscription as it
 * is, and `validation_failed` for somebody who is none of the customer's people.
 */
export async function setSubscriptionOwner(
  ctx: Context,
  input: { customerId: string; subscriptionId: string; customerUserId: string | null; version: number },
): Promise<SubscriptionView> {
  demand(ctx, 'subscriptions.manage');
  return transact(ctx, async (tx) => {
    const customer = await lockCustomer(tx, input.customerId);
    const record = await lockSubscription(tx, input);
    if (customer.relationship !== 'active') throw illegal('relationship', customer.relationship, 'change subscriptions');
    if (productOf(record.productId)?.billing !== 'usage' || record.state === 'cancelled')
      throw illegal('subscription', record.state === 'cancelled' ? 'cancelled' : 'by seats', 'have an owner');
    if (record.version !== input.version)
      throw new Refusal('conflict', 'The subscription was changed meanwhile.', { details: { version: record.version } });
    if (input.customerUserId !== null) {
      const [person] = await tx
        .select({ id: customerUsers.id })
        .from(customerUsers)
        .where(and(eq(customerUsers.id, input.customerUserId), eq(customerUsers.organizationId, customer.organizationId)));
      if (!person) refuseFields([{ path: 'customerUserId', rule: 'choice' }]);
    }
    const changed = { ...record, ownerId: input.customerUserId, version: record.version + 1 };
    const reseller = await resellerOfRecord(tx, record.resellerId);
    if (record.ownerId === changed.ownerId) return { result: viewSubscription(ctx, record, true, reseller), events: [] };
    await tx.update(subscriptions).set({ ownerId: changed.ownerId, version: changed.version }).where(eq(subscriptions.id, record.id));
    return {
      result: viewSubscription(ctx, changed, true, reseller),
      events: [
        {
          type: 'subscription.owner_changed',
          customerId: customer.id,
          data: { subscriptionId: record.id, customerUserId: changed.ownerId },
        },
      ],
    };
  });
}

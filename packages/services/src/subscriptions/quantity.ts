import { type Context, subscriptions, transact } from '@clientele/db';
import { illegal, Refusal, refuseFields } from '@clientele/domain';
import { eq } from 'drizzle-orm';
import { demand } from '../access.ts';
import { checkSubscription } from '../customers/add.ts';
import { lockCustomer } from '../customers/view.ts';
import { resellerOfRecord, type SubscriptionView, viewSubscription } from './list.ts';
import { lockSubscription } from './lock.ts';

/**
 * Changes how many seats a subscription has, within what its product allows. Only while it is active, and only on top of the version that was
 * seen: throws `conflict` with the quantity as it is, and `illegal_transition` with the state as it is.
 */
export async function changeQuantity(
  ctx: Context,
  input: { customerId: string; subscriptionId: string; quantity: number; version: number },
): Promise<SubscriptionView> {
  demand(ctx, 'subscriptions.manage');
  return transact(ctx, async (tx) => {
    const customer = await lockCustomer(tx, input.customerId);
    const record = await lockSubscription(tx, input);
    if (customer.relationship !== 'active') throw illegal('relationship', customer.relationship, 'change quantities');
    if (record.state !== 'active') throw illegal('subscription', record.state, 'change its quantity');
    if (record.version !== input.version)
      throw new Refusal('conflict', 'Somebody changed this subscription meanwhile.', {
        details: { version: record.version, quantity: record.quantity, customerId: customer.id },
      });
    refuseFields(checkSubscription({ productId: record.productId, quantity: input.quantity }));
    const resellerName = await resellerOfRecord(tx, record.resellerId);
    if (input.quantity === record.quantity) return { result: viewSubscription(ctx, record, true, resellerName), events: [] };
    const changed = { ...record, quantity: input.quantity, version: record.version + 1 };
    await tx.update(subscriptions).set({ quantity: changed.quantity, version: changed.version }).where(eq(subscriptions.id, record.id));
    return {
      result: viewSubscription(ctx, changed, true, resellerName),
      events: [
        {
          type: 'subscription.quantity_changed',
          customerId: customer.id,
          data: { subscriptionId: record.id, productId: record.productId, from: record.quantity, to: input.quantity },
        },
      ],
    };
  });
}

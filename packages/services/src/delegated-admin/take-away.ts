import { type Context, customers, transact } from '@clientele/db';
import { illegal } from '@clientele/domain';
import { eq } from 'drizzle-orm';
import { lockCustomer } from '../customers/view.ts';

/**
 * Takes a customer's delegated admin away and keeps the relationship. For a person of the customer (who is one of its global admins: the caller
 * has made sure). Throws `illegal_transition` when there is none.
 */
export async function takeAwayDelegatedAdmin(ctx: Context, input: { customerId: string; because: 'customer' }): Promise<void> {
  await transact(ctx, async (tx) => {
    const customer = await lockCustomer(tx, input.customerId);
    if (!customer.delegatedAdmin) throw illegal('delegated admin', 'none', 'be taken away');
    await tx
      .update(customers)
      .set({ delegatedAdmin: false, version: customer.version + 1 })
      .where(eq(customers.id, customer.id));
    return {
      result: undefined,
      events: [{ type: 'delegated_admin.taken_away', customerId: customer.id, data: { because: input.because } }],
    };
  });
}

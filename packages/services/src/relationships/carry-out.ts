import { type Context, plannedEnds, read, transact } from '@clientele/db';
import { eq } from 'drizzle-orm';
import { lockCustomer } from '../customers/view.ts';
import { beginIfDue } from './plan.ts';
import { lockPlannedEnd } from './planned.ts';

/**
 * Looks at an end that waits, and begins it when nothing keeps it waiting: of any number of workers one does. Returns false when there was
 * nothing to look at: it is no longer waiting, or another worker has just looked.
 */
export async function carryOutPlannedEnd(ctx: Context, plannedEndId: string): Promise<boolean> {
  const [seen] = await read(ctx, (tx) =>
    tx.select({ customerId: plannedEnds.customerId }).from(plannedEnds).where(eq(plannedEnds.id, plannedEndId)),
  );
  if (!seen) return false;
  return transact(ctx, async (tx) => {
    // The customer first, as whoever changes what blocks it does: the last blocker cannot go unseen between this look and this commit.
    const customer = await lockCustomer(tx, seen.customerId);
    const plan = await lockPlannedEnd(tx, { customerId: customer.id, plannedEndId });
    if (plan.state !== 'waiting' || plan.checkAt === null || plan.checkAt > ctx.now) return { result: false, events: [] };
    // An end at once that was approved begins with the approval, and does not wait.
    const begun = await beginIfDue(ctx, tx, customer, plan);
    return { result: true, ...begun };
  });
}

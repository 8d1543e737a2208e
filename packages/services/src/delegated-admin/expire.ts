import { type Context, customers, transact } from '@clientele/db';
import type { NewEvent } from '@clientele/domain';
import { and, asc, eq, inArray, lte } from 'drizzle-orm';
import { takeAwayWithin, tellOfEnd } from './take-away.ts';

/**
 * Takes delegated admin away from those of these customers whose time is over, and tells both sides: the partner by one mail. Who has consented to
 * more meanwhile is left alone, and so is who was done by another worker. Gives how many it did.
 */
export async function expireDelegatedAdmin(ctx: Context, customerIds: string[]): Promise<number> {
  return transact(ctx, async (tx) => {
    const over = await tx
      .select()
      .from(customers)
      .where(and(inArray(customers.id, customerIds), eq(customers.delegatedAdmin, true), lte(customers.delegatedAdminUntil, ctx.now)))
      // Always in the same order, so that two who do it do not wait for each other.
      .orderBy(asc(customers.id))
      .for('update');
    const events: NewEvent[] = [];
    for (const customer of over) events.push(...(await takeAwayWithin(ctx, tx, customer, 'expired')));
    return { result: over.length, events: [...events, ...(await tellOfEnd(ctx, tx, over, 'expired'))] };
  });
}

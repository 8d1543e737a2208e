import { type Context, partnerships, type Transaction } from '@clientele/db';
import { type NewEvent, next, partnershipTransitions } from '@clientele/domain';
import { and, eq } from 'drizzle-orm';

/** Ends a partnership that was only asked for, in the transaction that closes its request. Return the events with the caller's own. */
export async function withdrawPartnership(ctx: Context, tx: Transaction, invitationId: string, because: string): Promise<NewEvent[]> {
  const [partnership] = await tx.select().from(partnerships).where(eq(partnerships.invitationId, invitationId)).for('update');
  if (partnership?.state !== 'requested') return [];
  await tx
    .update(partnerships)
    .set({
      state: next('partnership', partnershipTransitions, partnership.state, 'withdraw'),
      removedAt: ctx.now,
      version: partnership.version + 1,
    })
    .where(and(eq(partnerships.id, partnership.id), eq(partnerships.state, 'requested')));
  return [{ type: 'partnership.request_closed', invitationId, data: { partnershipId: partnership.id, because } }];
}

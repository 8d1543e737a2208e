import { type Context, type PartnershipRecord, partnerships, read, type Transaction, transact } from '@clientele/db';
import {
  type EventData,
  type NewEvent,
  next,
  notFound,
  partnershipTransitions,
  Refusal,
  type RemovalConsequence,
  removalConsequences,
} from '@clientele/domain';
import { and, eq, sql } from 'drizzle-orm';
import { demand, userIdOf } from '../access.ts';
import { queueMails } from '../deliveries/queue.ts';
import type { Links } from '../invitations/links.ts';
import { partnerUsersWhoMay } from '../partners/who-may.ts';
import { otherSideOf } from './answer.ts';
import { loadPartnership, type PartnershipView } from './view.ts';

/** What removing this very partnership does and does not do. Throws `not_found` for whoever is no side of it. */
export async function previewRemoval(
  ctx: Context,
  partnershipId: string,
): Promise<{ consequences: { consequence: RemovalConsequence; count: number | null }[] }> {
  demand(ctx, 'partnerships.see');
  return read(ctx, async (tx) => {
    const partnership = await findPartnership(tx, partnershipId);
    const [row] = await tx.execute<{ count: number }>(sql`select count_shared_customers(${partnership.id}, null) as count`);
    const counts: Partial<Record<RemovalConsequence, number>> = { customers_stay: row?.count ?? 0 };
    return { consequences: removalConsequences.map((consequence) => ({ consequence, count: counts[consequence] ?? null })) };
  });
}

async function findPartnership(tx: Transaction, partnershipId: string): Promise<PartnershipRecord> {
  const [found] = await tx.select().from(partnerships).where(eq(partnerships.id, partnershipId));
  if (!found) throw notFound('partnership');
  return found;
}

/**
 * Removes an active partnership, for both sides in one transaction; customers and delegated admin stay as they are on both. Of two who remove it at the
 * same moment one does: the other gets `illegal_transition`, which says which side was first, and when.
 */
export async function removePartnership(ctx: Context, links: Links, partnershipId: string): Promise<PartnershipView> {
  demand(ctx, 'partnerships.manage');
  const found = await read(ctx, (tx) => findPartnership(tx, partnershipId));
  const other = await otherSideOf(ctx, found);
  return transact(ctx, async (tx, _send, within) => {
    // Read once more: under the lock it is as whoever was first has left it.
    const [partnership] = await tx.select().from(partnerships).where(eq(partnerships.id, partnershipId)).for('update');
    if (!partnership) throw notFound('partnership');
    if (partnership.state === 'removed') throw removedAlready(ctx, partnership, other?.name ?? partnership.companyName);
    const state = next('partnership', partnershipTransitions, partnership.state, 'remove');
    if (!other) throw notFound('partnership');
    await tx
      .update(partnerships)
      .set({ state, removedAt: ctx.now, removedByPartner: ctx.partner.id, removedBy: userIdOf(ctx), version: partnership.version + 1 })
      .where(and(eq(partnerships.id, partnershipId), eq(partnerships.state, 'active')));
    await within(other, async (there) => ({
      result: undefined,
      events: await told(there, tx, { partnershipId, partnerId: ctx.partner.id, by: 'other' }),
    }));
    const events = await told(ctx, tx, { partnershipId, partnerId: other.id, by: 'own' });
    return { result: await loadPartnership(ctx, tx, links, partnershipId), events };
  });
}

function removedAlready(ctx: Context, { removedByPartner, removedAt }: PartnershipRecord, other: string): Refusal {
  const by = removedByPartner === ctx.partner.id ? ctx.partner.name : other;
  return new Refusal('illegal_transition', `This partnership has been removed already, by ${by}.`, {
    details: { thing: 'partnership', state: 'removed', command: 'remove', by, at: removedAt?.toISOString() ?? '' },
  });
}

/** The record of it, and word to everybody on this side who manages partnerships. */
async function told(ctx: Context, tx: Transaction, data: EventData['partnership.removed']): Promise<NewEvent[]> {
  const people = await partnerUsersWhoMay(ctx, tx, 'partnerships.manage');
  return [
    { type: 'partnership.removed', data },
    ...(await queueMails(
      ctx,
      tx,
      people.map(({ id, email, language }) => ({
        kind: 'partnership_removed',
        recipient: email,
        language,
        facts: { partnershipId: data.partnershipId, userId: id },
      })),
    )),
  ];
}

import { type Context, leadFavourites, leadNotes, leads, newId, partnerUsers, read, transact, users } from '@clientele/db';
import { notFound } from '@clientele/domain';
import { and, asc, eq, isNull } from 'drizzle-orm';
import { userIdOf } from '../access.ts';
import { demandLeads } from './feature.ts';
import { loadLead } from './view.ts';

/** Writes a note to a lead, in whatever state it is. */
export async function addLeadNote(ctx: Context, { leadId, text }: { leadId: string; text: string }): Promise<{ id: string }> {
  demandLeads(ctx, 'leads.manage');
  return transact(ctx, async (tx) => {
    await loadLead(ctx, tx, leadId);
    const id = newId();
    await tx.insert(leadNotes).values({ id, partnerId: ctx.partner.id, leadId, text, createdBy: userIdOf(ctx), createdAt: ctx.now });
    return { result: { id }, events: [{ type: 'lead.note_added', data: { leadId, noteId: id } }] };
  });
}

/** Marks a lead as a favourite of this person, or takes the mark off. Nobody else sees it, so nothing of it is in the log. */
export async function markLead(
  ctx: Context,
  { leadId, favourite }: { leadId: string; favourite: boolean },
): Promise<{ favourite: boolean }> {
  demandLeads(ctx, 'leads.see');
  const userId = userIdOf(ctx);
  return transact(ctx, async (tx) => {
    const [found] = await tx.select({ id: leads.id }).from(leads).where(eq(leads.id, leadId));
    if (!found) throw notFound('lead');
    const mine = and(eq(leadFavourites.partnerId, ctx.partner.id), eq(leadFavourites.leadId, leadId), eq(leadFavourites.userId, userId));
    if (favourite) await tx.insert(leadFavourites).values({ partnerId: ctx.partner.id, leadId, userId }).onConflictDoNothing();
    else await tx.delete(leadFavourites).where(mine);
    return { result: { favourite }, events: [] };
  });
}

/** The partner's people, to be named in the team of a deal. */
export async function leadTeam(ctx: Context) {
  demandLeads(ctx, 'leads.see');
  return read(ctx, async (tx) => ({
    items: await tx
      .select({ id: users.id, name: users.name })
      .from(partnerUsers)
      .innerJoin(users, eq(users.id, partnerUsers.userId))
      .where(and(eq(partnerUsers.partnerId, ctx.partner.id), isNull(partnerUsers.deactivatedAt)))
      .orderBy(asc(users.name), asc(users.id)),
  }));
}

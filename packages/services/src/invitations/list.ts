import { type Context, deliveries, invitationHandOvers, invitations, read } from '@clientele/db';
import { attentionDays, dayMs, type InvitationNeed, type InvitationState, notFound } from '@clientele/domain';
import { and, desc, eq, gt, ilike, lt, lte, or, sql } from 'drizzle-orm';
import { demand } from '../access.ts';
import { decodeCursor, encodeCursor, escapeLike } from '../cursors.ts';
import { viewDelivery } from '../deliveries/view.ts';
import { suppressionOf } from '../suppressions/suppress.ts';
import type { Links } from './links.ts';
import { timelineOf } from './timeline.ts';
import { loadInvitation, viewInvitations } from './view.ts';

export interface InvitationFilters {
  state: 'all' | InvitationState;
  /** Only open ones that wait for the partner. */
  needs?: InvitationNeed | undefined;
  search?: string | undefined;
  customerId?: string | undefined;
  after?: string | undefined;
  limit: number;
}

/** Invitations, newest first, each with the truth about its mail. */
export async function listInvitations(ctx: Context, links: Links, filters: InvitationFilters) {
  demand(ctx, 'invitations.see');
  const pattern = `%${escapeLike(filters.search ?? '')}%`;
  const chosen = and(
    stateCondition(filters.state, ctx.now),
    filters.needs ? and(stateCondition('pending', ctx.now), needsCondition(filters.needs, ctx.now)) : undefined,
    filters.search
      ? or(ilike(invitations.email, pattern), ilike(invitations.companyName, pattern), ilike(invitations.domain, pattern))
      : undefined,
    filters.customerId ? eq(invitations.customerId, filters.customerId) : undefined,
  );
  return read(ctx, async (tx) => {
    const records = await tx
      .select()
      .from(invitations)
      .where(and(chosen, filters.after ? lt(invitations.id, sql`${decodeCursor(filters.after, 1)[0]}::uuid`) : undefined))
      .orderBy(desc(invitations.id))
      .limit(filters.limit + 1);
    const items = await viewInvitations(ctx, tx, links, records.slice(0, filters.limit));
    return {
      items,
      next: records.length > filters.limit ? encodeCursor([items.at(-1)?.id ?? '']) : null,
      total: { count: await tx.$count(invitations, chosen), estimated: false },
    };
  });
}

/** A pending invitation whose time is over is shown as expired, so it must be found as expired. */
function stateCondition(state: 'all' | InvitationState, now: Date) {
  if (state === 'all') return undefined;
  if (state === 'pending') return and(eq(invitations.state, 'pending'), gt(invitations.expiresAt, now));
  if (state === 'expired')
    return or(eq(invitations.state, 'expired'), and(eq(invitations.state, 'pending'), lte(invitations.expiresAt, now)));
  return eq(invitations.state, state);
}

/** Whether the newest mail with the link did not arrive. */
const isUndelivered = sql`(select d.state from ${deliveries} d where d.invitation_id = ${invitations.id} and d.kind = 'invitation'
  order by d.queued_at desc, d.id desc limit 1) in ('bounced', 'failed')`;
const hasHandOver = sql`exists (select 1 from ${invitationHandOvers} h where h.invitation_id = ${invitations.id} and h.state = 'pending')`;

/** What open invitations wait for. Each waits for one thing: for the first of them that is so. */
function needsCondition(need: InvitationNeed, now: Date) {
  if (need === 'hand-over') return hasHandOver;
  if (need === 'undelivered') return isUndelivered;
  const { soon, longAgo } = needMoments(now);
  return and(
    need === 'running-out' ? lte(invitations.expiresAt, soon) : and(gt(invitations.expiresAt, soon), lte(invitations.createdAt, longAgo)),
    sql`not ${hasHandOver}`,
    sql`coalesce(not ${isUndelivered}, true)`,
  );
}

/** Before when an invitation runs out soon, and from when on it has been waiting for long. */
export const needMoments = (now: Date) => ({
  soon: new Date(now.getTime() + attentionDays.invitation * dayMs),
  longAgo: new Date(now.getTime() - attentionDays.unanswered * dayMs),
});

/** One invitation with its text, its timeline and all of its mails, newest first. Throws `not_found`, also for another partner's. */
export async function getInvitation(ctx: Context, links: Links, invitationId: string) {
  demand(ctx, 'invitations.see');
  return read(ctx, async (tx) => {
    const view = await loadInvitation(ctx, tx, links, invitationId);
    const [record] = await tx.select().from(invitations).where(eq(invitations.id, invitationId));
    if (!record) throw notFound('invitation');
    const mails = await tx
      .select()
      .from(deliveries)
      .where(eq(deliveries.invitationId, invitationId))
      .orderBy(desc(deliveries.queuedAt), desc(deliveries.id))
      .limit(100);
    return {
      ...view,
      message: record.message,
      deliveries: mails.map(viewDelivery),
      suppressed: (await suppressionOf(ctx, tx, record.email)) ?? null,
      ...(await timelineOf(tx, record, view.createdBy, mails)),
    };
  });
}

import { type Context, deliveries, type InvitationRecord, invitations, invitationVisits, type Transaction, transact } from '@clientele/db';
import { invitationStateAt, type VisitFacts, type Visitor, visitGapMs, visitorOf } from '@clientele/domain';
import { and, desc, eq, gte, sql } from 'drizzle-orm';
import { type Base, contextOf } from './holders.ts';
import type { Links } from './links.ts';

/** A request to the page behind a link, as it came. */
export interface Visit extends Omit<VisitFacts, 'sinceMail' | 'acted'> {
  token: string;
  /** Whose user is signed in, if a partner's. */
  partnerId: string | null;
  /** `moved`: somebody moved, touched or typed on the page. `sent`: one of its forms was sent. */
  acted: 'no' | 'moved' | 'sent';
}

/** What is worth telling the partner's screens: that an invitation was seen. */
export interface Seen {
  partnerId: string;
  invitationId: string;
  customerId: string | null;
}

/**
 * Notes who opened the page behind a link. An observation, and the only thing that opening a page writes: it changes nothing that matters to
 * anybody, nothing is refused because of it, and no event comes of it (ADR 0019). Null when there is nothing to note.
 */
export async function observeVisit(
  base: Base,
  links: Links,
  { token, acted, partnerId: visitorsPartner, ...request }: Visit,
): Promise<Seen | null> {
  const { ctx, invitationId } = await contextOf(base, links, token, null);
  // Who looks at its own request is not whom it asks.
  if (visitorsPartner === ctx.partner.id) return null;
  return transact(ctx, async (tx) => {
    const [invitation] = await tx.select().from(invitations).where(eq(invitations.id, invitationId));
    const nothing = { result: null, events: [] };
    if (!invitation || !links.proves(token, invitation)) return nothing;
    const open = invitationStateAt(invitation, ctx.now) === 'pending';
    // What answered the request was sent by a person, too; what comes later looks at what is over.
    const answered = invitation.answeredAt !== null && invitation.answeredAt >= ctx.now;
    if (!open && !(acted === 'sent' && answered)) return nothing;
    const visitor = visitorOf({ ...request, acted: acted !== 'no', sinceMail: await sinceMail(ctx, tx, invitation) });
    const changed = await note(ctx, tx, invitation, visitor, visitor === 'person' && acted === 'sent');
    const { partnerId, customerId } = invitation;
    return { result: changed ? { partnerId, invitationId, customerId } : null, events: [] };
  });
}

/** How long ago the mail server took the newest mail with the link. */
async function sinceMail(ctx: Context, tx: Transaction, invitation: InvitationRecord): Promise<VisitFacts['sinceMail']> {
  const [mail] = await tx
    .select({ state: deliveries.state, sentAt: deliveries.sentAt })
    .from(deliveries)
    .where(and(eq(deliveries.invitationId, invitation.id), eq(deliveries.recipient, invitation.email)))
    .orderBy(desc(deliveries.queuedAt), desc(deliveries.id))
    .limit(1);
  if (mail?.state === 'sending') return 'sending';
  return mail?.sentAt ? ctx.now.getTime() - mail.sentAt.getTime() : null;
}

async function note(ctx: Context, tx: Transaction, invitation: InvitationRecord, visitor: Visitor, continued: boolean): Promise<boolean> {
  const of = (kind: Visitor) =>
    and(
      eq(invitationVisits.invitationId, invitation.id),
      eq(invitationVisits.tokenVersion, invitation.tokenVersion),
      eq(invitationVisits.visitor, kind),
    );
  const gap = new Date(ctx.now.getTime() - visitGapMs);
  if (visitor === 'unclear') {
    const [person] = await tx
      .select({ lastAt: invitationVisits.lastAt })
      .from(invitationVisits)
      .where(and(of('person'), gte(invitationVisits.lastAt, gap)));
    // The page was loaded again, most likely by who was there just now.
    if (person) return false;
  }
  // A machine's every request counts; a person that loads the page again within half an hour is still on the same visit.
  const again =
    visitor === 'machine' ? sql`1` : sql`case when ${invitationVisits.lastAt} < ${gap.toISOString()}::timestamptz then 1 else 0 end`;
  await tx
    .insert(invitationVisits)
    .values({
      partnerId: ctx.partner.id,
      invitationId: invitation.id,
      tokenVersion: invitation.tokenVersion,
      visitor,
      firstAt: ctx.now,
      lastAt: ctx.now,
      times: 1,
      continuedAt: continued ? ctx.now : null,
    })
    .onConflictDoUpdate({
      target: [invitationVisits.invitationId, invitationVisits.tokenVersion, invitationVisits.visitor],
      set: {
        times: sql`${invitationVisits.times} + ${again}`,
        lastAt: sql`greatest(${invitationVisits.lastAt}, excluded.last_at)`,
        continuedAt: sql`coalesce(${invitationVisits.continuedAt}, excluded.continued_at)`,
      },
    });
  if (visitor === 'person') {
    // What was unclear a moment ago turns out to have been this person; an earlier visit stays what it was.
    const justNow = and(of('unclear'), gte(invitationVisits.lastAt, gap));
    await tx.delete(invitationVisits).where(and(justNow, eq(invitationVisits.times, 1)));
    await tx
      .update(invitationVisits)
      .set({ times: sql`${invitationVisits.times} - 1`, lastAt: sql`${invitationVisits.firstAt}` })
      .where(justNow);
  }
  return true;
}

import { type CustomerRecord, customers, events, invitations, partners, read, type Transaction, users } from '@clientele/db';
import { invitationStateAt } from '@clientele/domain';
import { and, eq } from 'drizzle-orm';
import { type Base, contextOf, invalidLink, standingOf } from './holders.ts';
import type { Links } from './links.ts';

/** What the customer's page shows. Reading it changes nothing, whoever or whatever reads. */
export async function openInvitation(base: Base, links: Links, token: string, person: { userId: string; name: string } | null) {
  const { ctx, invitationId } = await contextOf(base, links, token, person?.userId ?? null);
  return read(ctx, async (tx) => {
    const [invitation] = await tx.select().from(invitations).where(eq(invitations.id, invitationId));
    // Revoking kills the link for every act; the page still says what happened.
    const proven =
      invitation &&
      (links.proves(token, invitation) ||
        (invitation.state === 'revoked' && links.proves(token, { ...invitation, tokenVersion: invitation.tokenVersion - 1 })));
    if (!invitation || !proven) throw invalidLink();
    const [author] = await tx.select({ name: users.name, email: users.email }).from(users).where(eq(users.id, invitation.createdBy));
    const [partner] = await tx.select().from(partners).where(eq(partners.id, ctx.partner.id));
    const customer = invitation.customerId
      ? (await tx.select().from(customers).where(eq(customers.id, invitation.customerId)))[0]
      : undefined;
    const standing = await standingOf(ctx, tx, invitation, invitation.domain);
    return {
      invitation,
      state: invitationStateAt(invitation, ctx.now),
      partner: partner as NonNullable<typeof partner>,
      author: author ?? { name: '', email: '' },
      agreementNeeded: !customer?.agreementAcceptedAt,
      /** For the receipt: the agreement was accepted with this very answer. */
      agreementWithAnswer:
        Boolean(customer?.agreementAcceptedAt) && customer?.agreementAcceptedAt?.getTime() === invitation.answeredAt?.getTime(),
      answeredBy: invitation.state === 'accepted' ? await answererName(tx, invitation.id, customer) : null,
      standing,
      matchCode: links.matchCodeOf(invitation.id),
    };
  });
}

/** Who accepted: the signed-in admin, or the person who opened the account with the answer. */
async function answererName(tx: Transaction, invitationId: string, customer: CustomerRecord | undefined): Promise<string | null> {
  const [found] = await tx
    .select({ name: users.name })
    .from(events)
    .innerJoin(users, eq(users.id, events.actorId))
    .where(and(eq(events.invitationId, invitationId), eq(events.type, 'invitation.accepted')));
  return found?.name ?? (customer ? `${customer.contact.firstName} ${customer.contact.lastName}` : null);
}

/** What `openInvitation` gives. */
export type OpenInvitation = Awaited<ReturnType<typeof openInvitation>>;

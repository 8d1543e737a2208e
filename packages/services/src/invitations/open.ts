import {
  type Context,
  type CustomerRecord,
  customers,
  events,
  type InvitationRecord,
  invitationHandOvers,
  invitations,
  partners,
  read,
  type Transaction,
  users,
} from '@clientele/db';
import { delegatedAdminUntil, invitationStateAt, liveRelationshipStates, mostHandOvers, noDelegatedAdmin } from '@clientele/domain';
import { and, desc, eq } from 'drizzle-orm';
import { alsoAsked } from '../partnerships/for-both.ts';
import { type Base, contextOf, invalidLink, provenAs, requireCustomerPurpose, standingOf } from './holders.ts';
import type { Links } from './links.ts';

/** What the customer's page shows. Reading it changes nothing, whoever or whatever reads. */
export async function openInvitation(base: Base, links: Links, token: string, person: { userId: string; name: string } | null) {
  const { ctx, invitationId } = await contextOf(base, links, token, person?.userId ?? null);
  return read(ctx, async (tx) => {
    const [invitation] = await tx.select().from(invitations).where(eq(invitations.id, invitationId));
    // Revoking and handing over kill the link for every act; the page still says what happened.
    const proven = invitation && (await provenAs(tx, links, token, invitation));
    if (!invitation || !proven) throw invalidLink();
    requireCustomerPurpose(invitation);
    const isHandedOver = proven.as === 'handed_over';
    const [author] = await tx.select({ name: users.name, email: users.email }).from(users).where(eq(users.id, invitation.createdBy));
    const [partner] = await tx.select().from(partners).where(eq(partners.id, ctx.partner.id));
    const customer = invitation.customerId
      ? (await tx.select().from(customers).where(eq(customers.id, invitation.customerId)))[0]
      : undefined;
    const standing = await standingOf(ctx, tx, invitation, invitation.domain);
    return {
      invitation,
      /** Whoever holds a link that was handed over learns that, and nothing of what became of the request then. */
      state: isHandedOver ? ('handed_over' as const) : invitationStateAt(invitation, ctx.now),
      handedOverAt: isHandedOver ? proven.at : null,
      handOver: await handOverOf(tx, invitation),
      partner: partner as NonNullable<typeof partner>,
      author: author ?? { name: '', email: '' },
      ...adminOf(invitation, customer, invitation.state === 'accepted' ? (invitation.answeredAt ?? ctx.now) : ctx.now),
      agreementNeeded: invitation.purpose !== 'delegated-admin' && !customer?.agreementAcceptedAt,
      /** For the receipt: the agreement was accepted with this very answer. */
      agreementWithAnswer:
        Boolean(customer?.agreementAcceptedAt) && customer?.agreementAcceptedAt?.getTime() === invitation.answeredAt?.getTime(),
      answeredBy: invitation.state === 'accepted' ? await answererName(tx, invitation.id, customer) : null,
      standing,
      provider: await providerOf(ctx, tx, invitation),
      matchCode: links.matchCodeOf(invitation.id),
    };
  });
}

/** The provider that is asked for as well, and until when delegated admin for it would last. */
async function providerOf(ctx: Context, tx: Transaction, invitation: InvitationRecord) {
  const { providerId, providerDelegatedAdmin, providerDelegatedAdminDays: days, providerAnswer, answeredAt } = invitation;
  if (!providerId) return null;
  const asked = (await alsoAsked(ctx, tx, [providerId])).get(providerId);
  if (!asked) return null;
  const now = invitation.state === 'accepted' ? (answeredAt ?? ctx.now) : ctx.now;
  return {
    ...asked,
    answer: providerAnswer,
    delegatedAdmin: providerDelegatedAdmin,
    delegatedAdminFor:
      providerDelegatedAdmin && days ? { days, until: new Date(delegatedAdminUntil(noDelegatedAdmin, days, now) ?? now) } : null,
  };
}

/** Whether the holder of the present link has named somebody else, and whether anybody may still do so. */
export async function handOverOf(tx: Transaction, { id, tokenVersion }: InvitationRecord) {
  const all = await tx
    .select({ state: invitationHandOvers.state, tokenVersion: invitationHandOvers.tokenVersion })
    .from(invitationHandOvers)
    .where(eq(invitationHandOvers.invitationId, id))
    .orderBy(desc(invitationHandOvers.id));
  const pending = all.find(({ state }) => state === 'pending');
  const newest = pending ?? all.find((one) => one.tokenVersion === tokenVersion);
  return { state: newest?.state ?? null, isPossible: !pending && all.length < mostHandOvers };
}

/** For how long delegated admin is asked for, and until when it then lasts: as it would be now, or for the receipt as the answer has made it. */
function adminOf(invitation: InvitationRecord, customer: CustomerRecord | undefined, now: Date) {
  const days = invitation.delegatedAdmin ? invitation.delegatedAdminDays : null;
  if (days === null) return { delegatedAdminFor: null, heldUntil: null };
  const isLive = customer !== undefined && liveRelationshipStates.includes(customer.relationship);
  const held = isLive && invitation.state === 'pending' ? customer : noDelegatedAdmin;
  const extendedTo =
    invitation.state === 'accepted' && customer?.delegatedAdminChangedAt?.getTime() === now.getTime() && customer.delegatedAdminUntil;
  return {
    delegatedAdminFor: { days, until: extendedTo || new Date(delegatedAdminUntil(held, days, now) ?? now) },
    heldUntil: held.delegatedAdmin ? held.delegatedAdminUntil : null,
  };
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

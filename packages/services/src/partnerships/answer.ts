import {
  type Context,
  findPartner,
  type InvitationRecord,
  invitations,
  type PartnershipRecord,
  partnerships,
  type Transaction,
  transact,
  users,
} from '@clientele/db';
import {
  decideInvitation,
  type Language,
  type NewEvent,
  next,
  type PartnershipAnswer,
  partnershipAnswer,
  partnershipTransitions,
  Refusal,
} from '@clientele/domain';
import { and, eq } from 'drizzle-orm';
import { queueMail } from '../deliveries/queue.ts';
import { withdrawRequest } from '../invitations/change.ts';
import { type Base, contextOf, invalidLink, pendingInvitation } from '../invitations/holders.ts';
import type { Links } from '../invitations/links.ts';
import type { SessionActor } from '../partners/sessions.ts';

/** Who stands before the page of a request: the person who is signed in as a partner's or a customer's user, or nobody. */
export type RequestReader = SessionActor | null;

/** The refusal of somebody who may not answer: the page says to each why, and what to do. */
const mayNot = (answer: PartnershipAnswer) =>
  new Refusal('sign_in_required', 'A global admin of an indirect reseller must sign in to answer.', { details: { because: answer } });

/** The request and its partnership, locked in this order; whoever closes the request does the same. */
async function lockRequest(
  ctx: Context,
  tx: Transaction,
  links: Links,
  token: string,
  invitationId: string,
): Promise<{ invitation: InvitationRecord; partnership: PartnershipRecord }> {
  const invitation = await pendingInvitation(ctx, tx, links, token, invitationId);
  const [partnership] = await tx.select().from(partnerships).where(eq(partnerships.invitationId, invitationId)).for('update');
  if (invitation.purpose !== 'partnership' || !partnership) throw invalidLink();
  return { invitation, partnership };
}

/** The active partnership of the two, if there is one already. */
export async function activePartnershipOf(tx: Transaction, providerId: string, resellerId: string): Promise<PartnershipRecord | undefined> {
  const [active] = await tx
    .select()
    .from(partnerships)
    .where(and(eq(partnerships.providerId, providerId), eq(partnerships.resellerId, resellerId), eq(partnerships.state, 'active')));
  return active;
}

/**
 * Accepts a request for a partnership, on both sides in one transaction. Exactly one of any number of attempts succeeds, the others get `link_over` with
 * the state. Throws `sign_in_required`, saying why, for whoever is no global admin of an indirect reseller; `conflict` when the two are partners already.
 */
export async function acceptPartnership(
  base: Base,
  links: Links,
  token: string,
  reader: RequestReader,
): Promise<{ partnershipId: string }> {
  const { ctx: holder, invitationId } = await contextOf(base, links, token, null);
  const answer = partnershipAnswer(reader, holder.partner.id);
  if (answer !== 'may' || !reader?.partner) throw mayNot(answer);
  const reseller = reader.partner;
  if (reseller.cloud !== holder.partner.cloud) throw mayNot('no-reseller');
  const { userId, name, email, roles, language } = reader;
  const ctx: Context = { ...holder, actor: { kind: 'partner-user', id: userId, name, email, roles } };
  const provider = ctx.partner;
  try {
    return await transact(ctx, async (tx, _send, within) => {
      const { invitation, partnership } = await lockRequest(ctx, tx, links, token, invitationId);
      if (await activePartnershipOf(tx, provider.id, reseller.id)) throw alreadyPartners(provider.name);
      await tx
        .update(invitations)
        .set({ state: decideInvitation(invitation, 'accept', ctx.now), answeredAt: ctx.now })
        .where(and(eq(invitations.id, invitationId), eq(invitations.state, 'pending')));
      await tx
        .update(partnerships)
        .set({
          state: next('partnership', partnershipTransitions, partnership.state, 'accept'),
          resellerId: reseller.id,
          since: ctx.now,
          acceptedBy: userId,
          version: partnership.version + 1,
        })
        .where(and(eq(partnerships.id, partnership.id), eq(partnerships.state, 'requested')));
      await within(reseller, async (there) => ({
        result: undefined,
        events: [
          { type: 'partnership.accepted', data: { partnershipId: partnership.id, partnerId: provider.id, by: 'own' } },
          await queueMail(there, tx, {
            kind: 'partnership_accepted_reseller',
            recipient: email,
            language,
            facts: { partnershipId: partnership.id, userId },
          }),
        ],
      }));
      return {
        result: { partnershipId: partnership.id },
        events: [
          { type: 'invitation.accepted', invitationId, data: { delegatedAdmin: false } },
          { type: 'partnership.accepted', invitationId, data: { partnershipId: partnership.id, partnerId: reseller.id, by: 'other' } },
          ...(await tellWhoAsked(ctx, tx, invitation, { accepted: true, partnershipId: partnership.id })),
        ],
      };
    });
  } catch (error) {
    // Another request of the same provider was accepted at this very moment.
    if (isUniqueViolation(error)) throw alreadyPartners(provider.name);
    throw error;
  }
}

const alreadyPartners = (name: string) =>
  new Refusal('conflict', `You are a reseller of ${name} already.`, { details: { because: 'active' } });

const isUniqueViolation = (error: unknown): boolean => {
  const { code, cause } = (error ?? {}) as { code?: string; cause?: unknown };
  return code === '23505' || (cause !== undefined && isUniqueViolation(cause));
};

/**
 * Declines a request. Whoever has the link may: it gives nobody anything, and an organisation that is not here could otherwise only keep silent. The
 * provider's own people revoke it instead.
 */
export async function declinePartnership(
  base: Base,
  links: Links,
  input: { token: string; reason?: string | undefined },
  reader: RequestReader,
): Promise<void> {
  const { ctx: holder, invitationId } = await contextOf(base, links, input.token, reader?.userId ?? null);
  if (partnershipAnswer(reader, holder.partner.id) === 'own-request') throw mayNot('own-request');
  // Nobody is named: without a partnership the provider learns nothing of who belongs to which organisation.
  const ctx: Context = { ...holder, actor: { kind: 'customer', id: null } };
  await transact(ctx, async (tx) => {
    const { invitation, partnership } = await lockRequest(ctx, tx, links, input.token, invitationId);
    await tx
      .update(invitations)
      .set({ state: decideInvitation(invitation, 'decline', ctx.now), answeredAt: ctx.now, declineReason: input.reason || null })
      .where(and(eq(invitations.id, invitationId), eq(invitations.state, 'pending')));
    return {
      result: undefined,
      events: [
        { type: 'invitation.declined', invitationId, data: { hasReason: Boolean(input.reason) } },
        ...(await withdrawRequest(ctx, tx, invitation, 'declined')),
        ...(await tellWhoAsked(ctx, tx, invitation, {
          accepted: false,
          partnershipId: partnership.id,
          ...(input.reason ? { reason: input.reason } : {}),
        })),
      ],
    };
  });
}

/** Word to the provider's person who asked. */
async function tellWhoAsked(
  ctx: Context,
  tx: Transaction,
  invitation: InvitationRecord,
  facts: { accepted: boolean; partnershipId: string; reason?: string },
): Promise<NewEvent[]> {
  const [author] = await tx.select().from(users).where(eq(users.id, invitation.createdBy));
  if (!author) return [];
  return [
    await queueMail(ctx, tx, {
      kind: 'partnership_answered_provider',
      recipient: author.email,
      language: author.language as Language,
      invitationId: invitation.id,
      facts: { ...facts, userId: author.id },
    }),
  ];
}

/** The partner on the other side of a partnership, to act within its wall. */
export async function otherSideOf(ctx: Context, { providerId, resellerId }: PartnershipRecord) {
  const id = providerId === ctx.partner.id ? resellerId : providerId;
  return id === null ? null : findPartner(ctx.db, id);
}

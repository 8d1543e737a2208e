import { type Context, customers, findPartner, type InvitationRecord, invitationHandOvers, type Transaction } from '@clientele/db';
import { type CustomerPurpose, invitationStateAt, Refusal } from '@clientele/domain';
import { and, eq, sql } from 'drizzle-orm';
import type { Links } from './links.ts';
import { lockInvitation } from './view.ts';

/** The refusal of what is not one of our links, or no longer. Always the same one, so that it tells nothing apart. */
export const invalidLink = () => new Refusal('link_invalid', 'This link is not one of ours, or it has been replaced.');

/** A request for a partnership has a page and verbs of its own: on the customers' ones its link is none. */
export function requireCustomerPurpose(
  invitation: InvitationRecord,
): asserts invitation is InvitationRecord & { purpose: CustomerPurpose } {
  if (invitation.purpose === 'partnership') throw invalidLink();
}

/** What is known of a request before its link says whose it is. */
export type Base = Pick<Context, 'db' | 'requestId' | 'now' | 'committed'>;

/** The context of a customer that holds a link: the partner is the one that invited. Throws `link_invalid` for anything else. */
export async function contextOf(
  base: Base,
  links: Links,
  token: string,
  userId: string | null,
): Promise<{ ctx: Context; invitationId: string }> {
  const invitationId = links.invitationIdOf(token);
  if (!invitationId) throw invalidLink();
  const [found] = await base.db.sql<{ partner: string | null }[]>`select invitation_partner(${invitationId}) as partner`;
  if (!found?.partner) throw invalidLink();
  const partner = await findPartner(base.db, found.partner);
  if (!partner) throw invalidLink();
  return { ctx: { ...base, partner, actor: { kind: 'customer', id: userId } }, invitationId };
}

export interface Standing {
  organizationId: string | null;
  hasUsers: boolean;
  /** What the signed-in person is in the organisation. */
  role: 'global-admin' | 'user' | null;
}

/** How the person who holds the link stands to the organisation that is asked. */
export async function standingOf(ctx: Context, tx: Transaction, invitation: InvitationRecord, domain: string | null): Promise<Standing> {
  const userId = ctx.actor.kind === 'customer' ? ctx.actor.id : null;
  let organizationId: string | null = null;
  if (invitation.customerId) {
    const [customer] = await tx
      .select({ organizationId: customers.organizationId })
      .from(customers)
      .where(eq(customers.id, invitation.customerId));
    organizationId = customer?.organizationId ?? null;
  } else if (domain) {
    const [found] = await tx.execute<{ id: string }>(sql`select id from find_organization(${ctx.partner.cloud}, ${domain})`);
    organizationId = found?.id ?? null;
  }
  if (!organizationId) return { organizationId, hasUsers: false, role: null };
  const [facts] = await tx.execute<{ has_users: boolean; role: Standing['role'] }>(
    sql`select organization_has_users(${organizationId}::uuid) as has_users, organization_role(${organizationId}::uuid, ${userId ?? ''}) as role`,
  );
  return { organizationId, hasUsers: facts?.has_users ?? false, role: facts?.role ?? null };
}

/**
 * What a token is to its invitation: the link that is good (of one that is over, too), or one that died when the partner took the invitation back
 * or when somebody else got the request. Null when it is none of them.
 */
export async function provenAs(
  tx: Transaction,
  links: Links,
  token: string,
  invitation: InvitationRecord,
): Promise<{ as: 'good' | 'revoked' } | { as: 'handed_over'; at: Date } | null> {
  if (links.proves(token, invitation)) return { as: 'good' };
  if (invitation.state === 'revoked' && links.proves(token, { ...invitation, tokenVersion: invitation.tokenVersion - 1 }))
    return { as: 'revoked' };
  if (invitation.tokenVersion === 1) return null;
  const handOvers = await tx
    .select({ tokenVersion: invitationHandOvers.tokenVersion, at: invitationHandOvers.decidedAt })
    .from(invitationHandOvers)
    .where(and(eq(invitationHandOvers.invitationId, invitation.id), eq(invitationHandOvers.state, 'approved')));
  const dead = handOvers.find(({ tokenVersion }) => links.proves(token, { ...invitation, tokenVersion }));
  return dead ? { as: 'handed_over', at: dead.at ?? invitation.createdAt } : null;
}

/** The invitation that a link is about, locked, to be answered. Throws `link_over` with the state when that is no longer possible. */
export async function pendingInvitation(
  ctx: Context,
  tx: Transaction,
  links: Links,
  token: string,
  invitationId: string,
): Promise<InvitationRecord> {
  const invitation = await lockInvitation(tx, invitationId);
  const proven = await provenAs(tx, links, token, invitation);
  if (!proven) throw invalidLink();
  if (proven.as === 'handed_over')
    throw new Refusal('link_over', 'This invitation was handed over to somebody else.', { details: { state: 'handed_over' } });
  const state = invitationStateAt(invitation, ctx.now);
  if (state !== 'pending') throw new Refusal('link_over', `This invitation is ${state}.`, { details: { state } });
  return invitation;
}

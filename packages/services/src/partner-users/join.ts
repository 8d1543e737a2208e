import {
  accounts,
  type Context,
  findPartner,
  newId,
  type PartnerOfContext,
  type PartnerUserInvitationRecord,
  partnerUserInvitations,
  partnerUsers,
  read,
  type Transaction,
  transact,
  users,
} from '@clientele/db';
import { decidePartnerUserInvitation, partnerUserInvitationStateAt, Refusal, type Role, refuseFields } from '@clientele/domain';
import { hashPassword } from 'better-auth/crypto';
import { and, eq, isNull, lt, or } from 'drizzle-orm';
import { refuseGuessable } from '../accounts/guessable-passwords.ts';
import type { Links } from '../invitations/links.ts';

type Base = Pick<Context, 'db' | 'requestId' | 'origin' | 'now' | 'committed'>;

const invalid = () => new Refusal('link_invalid', 'This link is not one of ours.');

/**
 * Whom a link lets in, and as what. Reading it changes nothing. Throws `link_invalid` for a forged link, and `link_over` with the state for one that
 * was used, taken back or has run out: only who got the mail can have it.
 */
export async function openPartnerUserInvitation(base: Base, links: Links, token: string) {
  const { partner, id } = await placeOf(base, links, token);
  return read({ db: base.db, partner }, async (tx) => {
    const [row] = await tx
      .select({ invitation: partnerUserInvitations, invitedBy: users.name })
      .from(partnerUserInvitations)
      .innerJoin(users, eq(users.id, partnerUserInvitations.createdBy))
      .where(and(eq(partnerUserInvitations.id, id), eq(partnerUserInvitations.partnerId, partner.id)));
    if (!row) throw invalid();
    requireOpen(row.invitation, base.now);
    const { name, email, language, roles, expiresAt } = row.invitation;
    return { partnerName: partner.name, invitedBy: row.invitedBy, name, email, language, roles, expiresAt };
  });
}

/** A refused attempt is written down at most this often for each link. */
const refusedEveryMs = 3_600_000;

/**
 * Uses a link up: the person chooses a password and is a partner user from now on. Of any number at once one gets in. Throws like opening, and
 * `validation_failed` when the address signs in here already: one person belongs to one partner. An attempt with a link that is over leaves a record.
 */
export async function joinPartner(
  base: Base,
  links: Links,
  input: { token: string; password: string },
): Promise<{ userId: string; email: string }> {
  try {
    return await join(base, links, input);
  } catch (error) {
    if (error instanceof Refusal && error.code === 'link_over')
      await writeDownRefusal(base, await placeOf(base, links, input.token), String(error.details.state));
    throw error;
  }
}

async function writeDownRefusal(base: Base, { partner, id }: { partner: PartnerOfContext; id: string }, because: string): Promise<void> {
  // Nobody has signed in: whoever holds the link.
  await transact({ ...base, partner, actor: { kind: 'system', id: 'partner-users.join' } }, async (tx) => {
    const written = await tx
      .update(partnerUserInvitations)
      .set({ refusedAt: base.now })
      .where(
        and(
          eq(partnerUserInvitations.id, id),
          or(isNull(partnerUserInvitations.refusedAt), lt(partnerUserInvitations.refusedAt, new Date(base.now.getTime() - refusedEveryMs))),
        ),
      )
      .returning({ id: partnerUserInvitations.id });
    return {
      result: undefined,
      events: written.map(() => ({ type: 'partner_user.join_refused', data: { partnerUserInvitationId: id, because } }) as const),
    };
  });
}

async function join(base: Base, links: Links, input: { token: string; password: string }): Promise<{ userId: string; email: string }> {
  const { partner, id } = await placeOf(base, links, input.token);
  // Making the hash is dear: not for a link that is over.
  const { name, email } = await openPartnerUserInvitation(base, links, input.token);
  await refuseGuessable('password', input.password, [partner.name, name, email]);
  const hash = await hashPassword(input.password);
  const userId = newId();
  const actor = { kind: 'partner-user', id: userId, name: '', email: '', roles: [] as Role[] } as const;
  return transact({ ...base, partner, actor }, async (tx) => {
    const [invitation] = await tx.select().from(partnerUserInvitations).where(eq(partnerUserInvitations.id, id)).for('update');
    if (!invitation) throw invalid();
    requireOpen(invitation, base.now);
    const state = decidePartnerUserInvitation(invitation, 'accept', base.now);
    await addUser(tx, partner, invitation, { userId, hash, now: base.now });
    await tx.update(partnerUserInvitations).set({ state, answeredAt: base.now, userId }).where(eq(partnerUserInvitations.id, id));
    return {
      result: { userId, email: invitation.email },
      events: [{ type: 'partner_user.joined', data: { userId, partnerUserInvitationId: id, roles: invitation.roles } }],
    };
  });
}

async function addUser(
  tx: Transaction,
  partner: PartnerOfContext,
  { name, email, language, roles }: PartnerUserInvitationRecord,
  { userId, hash, now }: { userId: string; hash: string; now: Date },
): Promise<void> {
  const moments = { createdAt: now, updatedAt: now };
  // The link has come to the mailbox, and so has who uses it.
  const added = await tx
    .insert(users)
    .values({ id: userId, name, email, emailVerified: true, language, ...moments })
    .onConflictDoNothing()
    .returning({ id: users.id });
  if (added.length === 0) refuseFields([{ path: 'email', rule: 'address_elsewhere' }]);
  await tx.insert(accounts).values({ id: newId(), accountId: userId, providerId: 'credential', userId, password: hash, ...moments });
  await tx.insert(partnerUsers).values({ partnerId: partner.id, userId, roles, createdAt: now });
}

async function placeOf(base: Base, links: Links, token: string): Promise<{ partner: PartnerOfContext; id: string }> {
  const id = links.partnerUser.invitationIdOf(token);
  if (!id || !links.partnerUser.proves(token, id)) throw invalid();
  const [row] = await base.db.sql<{ partner: string | null }[]>`select partner_user_invitation_partner(${id}::uuid) as partner`;
  const partner = row?.partner ? await findPartner(base.db, row.partner) : null;
  if (!partner) throw invalid();
  return { partner, id };
}

function requireOpen(invitation: PartnerUserInvitationRecord, now: Date): void {
  const state = partnerUserInvitationStateAt(invitation, now);
  if (state !== 'pending') throw new Refusal('link_over', 'This link is no longer good.', { details: { state } });
}

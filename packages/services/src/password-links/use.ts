import {
  accounts,
  type Context,
  findPartner,
  type PartnerOfContext,
  type PasswordLinkRecord,
  partnerUsers,
  passwordLinks,
  read,
  sessions,
  transact,
  users,
} from '@clientele/db';
import { type Language, passwordLinkStateAt, Refusal } from '@clientele/domain';
import { hashPassword } from 'better-auth/crypto';
import { and, eq, inArray, isNull } from 'drizzle-orm';
import { refuseGuessable } from '../accounts/guessable-passwords.ts';
import type { Links } from '../invitations/links.ts';

type Base = Pick<Context, 'db' | 'requestId' | 'origin' | 'now' | 'committed'>;

const invalid = () => new Refusal('link_invalid', 'This link is not one of ours.');

/** Whose password a link is for. Reading it changes nothing. Throws `link_invalid`, and `link_over` with the state. */
export async function openPasswordLink(base: Base, links: Links, token: string) {
  const { partner, id } = await placeOf(base, links, token);
  return read({ db: base.db, partner }, async (tx) => {
    const [row] = await tx
      .select({
        link: passwordLinks,
        name: users.name,
        email: users.email,
        language: users.language,
        deactivatedAt: partnerUsers.deactivatedAt,
      })
      .from(passwordLinks)
      .innerJoin(users, eq(users.id, passwordLinks.userId))
      .innerJoin(partnerUsers, eq(partnerUsers.userId, passwordLinks.userId))
      .where(and(eq(passwordLinks.id, id), eq(passwordLinks.partnerId, partner.id)));
    // Who is deactivated gets nothing, as if the link had never been.
    if (!row || row.deactivatedAt) throw invalid();
    requireOpen(row.link, base.now);
    const { name, email, language, link } = row;
    return { partnerName: partner.name, name, email, language: language as Language, expiresAt: link.expiresAt };
  });
}

/**
 * Chooses a new password by a link. Every session of the person ends, and every other link; the second factor stays, and is asked for at the next
 * sign-in. Of any number at once one gets through. Throws like opening, and `validation_failed` at the password.
 */
export async function choosePassword(base: Base, links: Links, input: { token: string; password: string }): Promise<{ email: string }> {
  const { partner, id } = await placeOf(base, links, input.token);
  const { name, email } = await openPasswordLink(base, links, input.token);
  await refuseGuessable('password', input.password, [partner.name, name, email]);
  const password = await hashPassword(input.password);
  return transact({ ...base, partner, actor: { kind: 'system', id: 'password-links' } }, async (tx) => {
    // All of the person's, in one order: of two links used at once each would otherwise wait for the other.
    const of = tx.select({ userId: passwordLinks.userId }).from(passwordLinks).where(eq(passwordLinks.id, id));
    const all = await tx.select().from(passwordLinks).where(inArray(passwordLinks.userId, of)).orderBy(passwordLinks.id).for('update');
    const link = all.find((one) => one.id === id);
    if (!link) throw invalid();
    requireOpen(link, base.now);
    const { userId } = link;
    await tx
      .update(passwordLinks)
      .set({ overAt: base.now })
      .where(and(eq(passwordLinks.userId, userId), isNull(passwordLinks.overAt)));
    await tx
      .update(accounts)
      .set({ password, updatedAt: base.now })
      .where(and(eq(accounts.userId, userId), eq(accounts.providerId, 'credential')));
    const ended = await tx.delete(sessions).where(eq(sessions.userId, userId)).returning({ id: sessions.id });
    return {
      result: { email },
      events: [{ type: 'partner_user.password_chosen', data: { userId, sessions: ended.length } }],
    };
  });
}

async function placeOf(base: Base, links: Links, token: string): Promise<{ partner: PartnerOfContext; id: string }> {
  const id = links.password.linkIdOf(token);
  if (!id || !links.password.proves(token, id)) throw invalid();
  const [row] = await base.db.sql<{ partner: string | null }[]>`select password_link_partner(${id}::uuid) as partner`;
  const partner = row?.partner ? await findPartner(base.db, row.partner) : null;
  if (!partner) throw invalid();
  return { partner, id };
}

function requireOpen(link: PasswordLinkRecord, now: Date): void {
  const state = passwordLinkStateAt(link, now);
  if (state !== 'open') throw new Refusal('link_over', 'This link is no longer good.', { details: { state } });
}

import { type Context, findPartner, newId, partnerUsers, passwordLinks, type Transaction, transact, users } from '@clientele/db';
import { type Cloud, illegal, type Language, type NewEvent, passwordLinkMinutes } from '@clientele/domain';
import { and, arrayContains, asc, eq, isNull } from 'drizzle-orm';
import { queueMail } from '../deliveries/queue.ts';
import { lockPartnerUsers, personOf } from '../partner-users/load.ts';

type Base = Pick<Context, 'db' | 'requestId' | 'origin' | 'now' | 'committed'> & { cloud: Cloud };

/**
 * Mails a partner user the link to a new password, when somebody at the sign-in says to have lost it. Of an address that no active partner user has
 * nothing comes: whoever asks must not learn which it is, so the caller does not wait for this.
 */
export async function askPasswordLink(base: Base, email: string): Promise<void> {
  const [found] = await base.db.sql<{ user_id: string; partner_id: string }[]>`select * from partner_user_of_email(${email.trim()})`;
  const partner = found ? await findPartner(base.db, found.partner_id) : null;
  // Of another cloud nothing is here.
  if (!found || partner?.cloud !== base.cloud) return;
  await transact({ ...base, partner, actor: { kind: 'system', id: 'sign-in' } }, async (tx) => {
    const person = await personToWriteTo(tx, partner.id, found.user_id);
    if (!person || person.deactivatedAt) return { result: undefined, events: [] };
    const events = await queueLink({ ...base, partner, actor: { kind: 'system', id: 'sign-in' } }, tx, { person, sentBy: null });
    return { result: undefined, events: [{ type: 'partner_user.password_link_asked', data: { userId: person.id } }, ...events] };
  });
}

/** Mails a colleague the link to a new password. Throws `not_found`, also for another partner's, and `illegal_transition` for who is deactivated. */
export async function sendPasswordLink(ctx: Context, userId: string): Promise<Record<string, never>> {
  return transact(ctx, async (tx) => {
    const user = personOf(await lockPartnerUsers(ctx, tx), userId);
    if (user.state !== 'active') throw illegal('partner user', user.state, 'get a new password');
    const events = await queueLink(ctx, tx, { person: user, sentBy: ctx.actor.id });
    return { result: {}, events: [{ type: 'partner_user.password_link_sent', data: { userId } }, ...events] };
  });
}

async function personToWriteTo(tx: Transaction, partnerId: string, userId: string) {
  const [person] = await tx
    .select({ id: users.id, email: users.email, language: users.language, deactivatedAt: partnerUsers.deactivatedAt })
    .from(partnerUsers)
    .innerJoin(users, eq(users.id, partnerUsers.userId))
    .where(and(eq(partnerUsers.partnerId, partnerId), eq(partnerUsers.userId, userId)));
  return person;
}

async function queueLink(
  ctx: Context,
  tx: Transaction,
  { person, sentBy }: { person: { id: string; email: string; language: string }; sentBy: string | null },
): Promise<NewEvent[]> {
  const id = newId();
  const expiresAt = new Date(ctx.now.getTime() + passwordLinkMinutes * 60_000);
  await tx.insert(passwordLinks).values({ id, partnerId: ctx.partner.id, userId: person.id, sentBy, createdAt: ctx.now, expiresAt });
  const order = { kind: 'partner_user_password', recipient: person.email, language: person.language as Language } as const;
  return [
    await queueMail(ctx, tx, { ...order, facts: { userId: sentBy ?? (await globalAdmin(ctx, tx)) ?? person.id, passwordLinkId: id } }),
  ];
}

/** Whom a person may ask about a mail that nobody has sent: the global admin who is here longest. */
async function globalAdmin(ctx: Context, tx: Transaction): Promise<string | undefined> {
  const [admin] = await tx
    .select({ id: partnerUsers.userId })
    .from(partnerUsers)
    .where(
      and(
        eq(partnerUsers.partnerId, ctx.partner.id),
        isNull(partnerUsers.deactivatedAt),
        arrayContains(partnerUsers.roles, ['global-admin']),
      ),
    )
    .orderBy(asc(partnerUsers.createdAt))
    .limit(1);
  return admin?.id;
}

import { authenticatorApps, type Context, partnerUsers, passkeys, recoveryCodes, sessions, transact, users } from '@clientele/db';
import { illegal, Refusal } from '@clientele/domain';
import { and, eq } from 'drizzle-orm';
import { userIdOf } from '../access.ts';
import { lockPartnerUsers, personOf } from '../partner-users/load.ts';
import { viewPartnerUser } from '../partner-users/view.ts';

/**
 * Takes away every second factor of a colleague who has lost them, and ends the colleague's sessions: at the next sign-in a new one must be set up,
 * without days of grace. Not for oneself: whoever holds only my session must not get rid of them. Throws `not_found`, `forbidden`, `illegal_transition` for who
 * has none.
 */
export async function resetSecondFactor(ctx: Context, userId: string) {
  return transact(ctx, async (tx) => {
    const people = await lockPartnerUsers(ctx, tx);
    const user = personOf(people, userId);
    if (userId === userIdOf(ctx))
      throw new Refusal('forbidden', 'Another global admin resets yours.', { details: { reason: 'own_request' } });
    if (!user.secondFactorSince) throw illegal('second factor', 'none', 'be reset');
    await tx.delete(authenticatorApps).where(eq(authenticatorApps.userId, userId));
    await tx.delete(passkeys).where(eq(passkeys.userId, userId));
    await tx.delete(recoveryCodes).where(eq(recoveryCodes.userId, userId));
    await tx.update(users).set({ secondFactorSince: null }).where(eq(users.id, userId));
    const ended = await tx.delete(sessions).where(eq(sessions.userId, userId)).returning({ id: sessions.id });
    // As if the days of grace had been counted from the beginning of time.
    await tx
      .update(partnerUsers)
      .set({ secondFactorFrom: new Date(0) })
      .where(and(eq(partnerUsers.partnerId, ctx.partner.id), eq(partnerUsers.userId, userId)));
    const after = { ...user, secondFactorSince: null, secondFactorFrom: new Date(0) };
    return {
      result: viewPartnerUser(
        ctx,
        people.map((one) => (one.id === userId ? after : one)),
        after,
      ),
      events: [{ type: 'partner_user.second_factor_reset', data: { userId, sessions: ended.length } }],
    };
  });
}

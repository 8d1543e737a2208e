import { accounts, type Context, passwordLinks, sessions, transact } from '@clientele/db';
import { Refusal, refuseFields } from '@clientele/domain';
import { hashPassword, verifyPassword } from 'better-auth/crypto';
import { and, eq, isNull, ne } from 'drizzle-orm';
import { userIdOf } from '../access.ts';
import { refuseGuessable } from './guessable-passwords.ts';

/**
 * Chooses a new password, for who knows the present one. Whoever is signed in with the older one somewhere else is not any more. Throws
 * `validation_failed` at the field.
 */
export async function changeOwnPassword(
  ctx: Context,
  input: { currentPassword: string; newPassword: string; sessionId: string },
): Promise<{ ended: number }> {
  const userId = userIdOf(ctx);
  const [account] = await ctx.db.orm
    .select({ id: accounts.id, password: accounts.password })
    .from(accounts)
    .where(and(eq(accounts.userId, userId), eq(accounts.providerId, 'credential')));
  const present = account?.password;
  if (!present || !(await verifyPassword({ hash: present, password: input.currentPassword })))
    refuseFields([{ path: 'currentPassword', rule: 'wrong_password' }]);
  if (input.currentPassword === input.newPassword) refuseFields([{ path: 'newPassword', rule: 'same_password' }]);
  const { actor } = ctx;
  await refuseGuessable('newPassword', input.newPassword, [
    ctx.partner.name,
    ...(actor.kind === 'partner-user' ? [actor.name, actor.email] : []),
  ]);
  const password = await hashPassword(input.newPassword);
  return transact(ctx, async (tx) => {
    const changed = await tx
      .update(accounts)
      .set({ password, updatedAt: ctx.now })
      .where(and(eq(accounts.id, account?.id ?? ''), eq(accounts.password, present ?? '')))
      .returning({ id: accounts.id });
    if (changed.length === 0) throw new Refusal('conflict', 'Your password was changed meanwhile, somewhere else.');
    // Whoever knows a link to choose one must not undo it.
    await tx
      .update(passwordLinks)
      .set({ overAt: ctx.now })
      .where(and(eq(passwordLinks.userId, userId), isNull(passwordLinks.overAt)));
    const ended = await tx
      .delete(sessions)
      .where(and(eq(sessions.userId, userId), ne(sessions.id, input.sessionId)))
      .returning({ id: sessions.id });
    return {
      result: { ended: ended.length },
      events: [{ type: 'partner_user.password_changed', data: { userId, sessions: ended.length } }],
    };
  });
}

import { authenticatorApps, passkeys, recoveryCodes, sessions, type Transaction, users } from '@clientele/db';
import { illegal, Refusal } from '@clientele/domain';
import { and, asc, eq, isNotNull, isNull, ne } from 'drizzle-orm';

/** What a person has, with the row of the person locked: its second factors change one after the other. */
export async function lockSecondFactors(tx: Transaction, userId: string) {
  const [user] = await tx.select({ since: users.secondFactorSince }).from(users).where(eq(users.id, userId)).for('update');
  if (!user) throw new Refusal('unauthenticated', 'Sign in first.');
  return { since: user.since, ...(await loadSecondFactors(tx, userId)) };
}

/** The app that counts, the passkeys by age, and how many recovery codes are left. */
export async function loadSecondFactors(tx: Transaction, userId: string) {
  const [app] = await tx
    .select()
    .from(authenticatorApps)
    .where(and(eq(authenticatorApps.userId, userId), isNotNull(authenticatorApps.confirmedAt)));
  const keys = await tx.select().from(passkeys).where(eq(passkeys.userId, userId)).orderBy(asc(passkeys.createdAt), asc(passkeys.id));
  const codesLeft = await tx.$count(recoveryCodes, and(eq(recoveryCodes.userId, userId), isNull(recoveryCodes.usedAt)));
  return { app: app ?? null, passkeys: keys, codesLeft };
}

/** Throws `illegal_transition` for a person without a second factor. */
export async function requireSecondFactor(tx: Transaction, userId: string): Promise<void> {
  const { since } = await lockSecondFactors(tx, userId);
  if (!since) throw illegal('second factor', 'none', 'be used');
}

/**
 * Notes in the session that the person has just proven itself with a second factor. With the first one that it has, every other session is left
 * behind: whoever sits there must sign in again.
 */
export async function noteSecondFactor(tx: Transaction, userId: string, sessionId: string, now: Date): Promise<void> {
  await tx
    .update(sessions)
    .set({ secondFactorAt: now, confirmedAt: now })
    .where(and(eq(sessions.id, sessionId), eq(sessions.userId, userId)));
}

/** Ends what is left of sessions in which the second factor was never given. */
export async function endHalfSessions(tx: Transaction, userId: string, besides: string): Promise<void> {
  await tx.delete(sessions).where(and(eq(sessions.userId, userId), ne(sessions.id, besides), isNull(sessions.secondFactorAt)));
}

import { type Transaction, users } from '@clientele/db';
import { Refusal } from '@clientele/domain';
import { eq } from 'drizzle-orm';
import { endHalfSessions, noteSecondFactor } from './load.ts';
import { makeRecoveryCodes } from './recovery-codes.ts';

/** What comes with a new second factor, and for the first one: recovery codes, and the end of sessions that have not given one. */
export async function firstSecondFactor(
  tx: Transaction,
  { userId, since, sessionId, now }: { userId: string; since: Date | null; sessionId: string; now: Date },
): Promise<string[] | null> {
  await noteSecondFactor(tx, userId, sessionId, now);
  if (since) return null;
  await tx.update(users).set({ secondFactorSince: now }).where(eq(users.id, userId));
  await endHalfSessions(tx, userId, sessionId);
  return makeRecoveryCodes(tx, userId);
}

/** A second factor is mandatory: the last one stays until there is another. */
export function requireAnother(others: number): void {
  if (others === 0) throw new Refusal('last_second_factor', 'This is your only second factor. Add another one first.');
}

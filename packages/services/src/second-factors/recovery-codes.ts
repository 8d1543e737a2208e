import { createHash, randomInt } from 'node:crypto';
import { type Context, recoveryCodes, type Transaction, transact } from '@clientele/db';
import { recoveryCodeCount, recoveryCodeLetters, tidyRecoveryCode } from '@clientele/domain';
import { and, eq, isNull } from 'drizzle-orm';
import { userIdOf } from '../access.ts';
import { requireSecondFactor } from './load.ts';

const groups = 6;
const groupLength = 4;

/** A code is 118 random bits, so that there is nothing to guess and no need to make the hash slow. */
const digestOf = (userId: string, code: string): string =>
  createHash('sha256')
    .update(`${userId} ${tidyRecoveryCode(code)}`)
    .digest('hex');

const newCode = (): string =>
  Array.from({ length: groups }, () =>
    Array.from({ length: groupLength }, () => recoveryCodeLetters[randomInt(recoveryCodeLetters.length)]).join(''),
  ).join('-');

/** Makes recovery codes in the place of all that there were. They are in this answer and nowhere else. */
export async function makeRecoveryCodes(tx: Transaction, userId: string): Promise<string[]> {
  const codes = Array.from({ length: recoveryCodeCount }, newCode);
  await tx.delete(recoveryCodes).where(eq(recoveryCodes.userId, userId));
  await tx.insert(recoveryCodes).values(codes.map((code) => ({ userId, digest: digestOf(userId, code) })));
  return codes;
}

/** Uses a code up: of any number of requests at once, one. Gives how many are left, or null for a code that is not one or was used. */
export async function useRecoveryCode(tx: Transaction, userId: string, code: string, now: Date): Promise<number | null> {
  const used = await tx
    .update(recoveryCodes)
    .set({ usedAt: now })
    .where(and(eq(recoveryCodes.userId, userId), eq(recoveryCodes.digest, digestOf(userId, code)), isNull(recoveryCodes.usedAt)))
    .returning({ digest: recoveryCodes.digest });
  if (used.length === 0) return null;
  return tx.$count(recoveryCodes, and(eq(recoveryCodes.userId, userId), isNull(recoveryCodes.usedAt)));
}

/** New recovery codes for who has a second factor; the old ones are good no more. Throws `illegal_transition` for who has none. */
export async function renewRecoveryCodes(ctx: Context): Promise<{ recoveryCodes: string[] }> {
  const userId = userIdOf(ctx);
  return transact({ ...ctx, idempotency: undefined }, async (tx) => {
    await requireSecondFactor(tx, userId);
    const codes = await makeRecoveryCodes(tx, userId);
    return { result: { recoveryCodes: codes }, events: [{ type: 'partner_user.recovery_codes_renewed', data: { userId } }] };
  });
}

import { type Context, transact } from '@clientele/db';
import { attemptLimits } from '@clientele/domain';
import { demand } from '../access.ts';
import { type Attempts, attemptKeyOfEmail } from '../attempts/count.ts';
import { lockPartnerUsers, personOf } from './load.ts';

/** Who of these people cannot sign in with a password for now, and until when. Counts nothing. */
export async function listLockOuts(
  attempts: Attempts,
  people: readonly { id: string; email: string }[],
): Promise<{ userId: string; until: Date }[]> {
  const counts = await attempts.look(
    'sign-in-by-email',
    people.map(({ email }) => attemptKeyOfEmail(email)),
  );
  return people.flatMap(({ id, email }) => {
    const found = counts.get(attemptKeyOfEmail(email));
    // The tenth wrong one was still looked at; it was the last.
    return found && found.count >= attemptLimits['sign-in-by-email'].most ? [{ userId: id, until: found.until }] : [];
  });
}

/** Lets a partner user try passwords again before the lockout ends by itself. Of nobody who is locked out nothing changes, and nothing is recorded. */
export async function liftLockOut(ctx: Context, attempts: Attempts, userId: string): Promise<Record<string, never>> {
  demand(ctx, 'partner.manage');
  const email = await transact(ctx, async (tx) => {
    const user = personOf(await lockPartnerUsers(ctx, tx), userId);
    const isLockedOut = (await listLockOuts(attempts, [user])).length > 0;
    return {
      result: user.email,
      events: isLockedOut ? [{ type: 'partner_user.lock_out_lifted' as const, data: { userId } }] : [],
    };
  });
  // After the record: whoever is let in again has one.
  await attempts.forget('sign-in-by-email', attemptKeyOfEmail(email));
  return {};
}

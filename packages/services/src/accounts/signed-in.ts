import { type Context, transact, users } from '@clientele/db';
import type { SignInFactors } from '@clientele/domain';
import { eq } from 'drizzle-orm';
import { partnerOfUser } from '../partners/crossings.ts';

/**
 * Writes a sign-in into the activity log of the person's partner, with where it came from. A password alone, of somebody who has a second factor, is no
 * sign-in yet. Of a person who signs in for no partner nothing is written: there is no log that it would stand in.
 */
export async function noteSignedIn(
  base: Pick<Context, 'db' | 'requestId' | 'origin' | 'now' | 'committed'>,
  { userId, factors }: { userId: string; factors: SignInFactors },
): Promise<void> {
  const partner = await partnerOfUser(base.db, userId);
  if (!partner) return;
  const [user] = await base.db.orm
    .select({ name: users.name, email: users.email, secondFactorSince: users.secondFactorSince })
    .from(users)
    .where(eq(users.id, userId));
  if (!user || (factors === 'one' && user.secondFactorSince)) return;
  await transact(
    { ...base, partner, actor: { kind: 'partner-user', id: userId, name: user.name, email: user.email, roles: [] } },
    async () => ({
      result: undefined,
      events: [{ type: 'partner_user.signed_in', data: { userId, factors } }],
    }),
  );
}

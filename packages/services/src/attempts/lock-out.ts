import { type Context, findPartner, transact } from '@clientele/db';

/**
 * Writes into a partner's activity log that one of its people is locked out. For an address that no partner's user has, nothing: there is
 * no log that it would stand in.
 */
export async function noteLockOut(
  base: Pick<Context, 'db' | 'requestId' | 'origin' | 'now' | 'committed'>,
  { email, until }: { email: string; until: Date },
): Promise<void> {
  const [found] = await base.db.sql<{ user_id: string; partner_id: string }[]>`select * from partner_user_of_email(${email})`;
  const partner = found ? await findPartner(base.db, found.partner_id) : null;
  if (!found || !partner) return;
  await transact({ ...base, partner, actor: { kind: 'system', id: 'sign-in' } }, async () => ({
    result: undefined,
    events: [{ type: 'partner_user.locked_out', data: { userId: found.user_id, until: until.toISOString() } }],
  }));
}

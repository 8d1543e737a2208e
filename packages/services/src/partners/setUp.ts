import { createHash, createHmac, timingSafeEqual } from 'node:crypto';
import { accounts, type Context, type Database, newId, partners, partnerUsers, transact, users } from '@clientele/db';
import { type Cloud, cloudProfiles, type Language, type PartnerType, refuseFields } from '@clientele/domain';
import { hashPassword } from 'better-auth/crypto';
import { sql } from 'drizzle-orm';
import { refuseGuessable } from '../accounts/guessable-passwords.ts';
import type { CloudHost } from './hosts.ts';

export interface SetUpInput {
  code: string;
  partner: { name: string; type: PartnerType; cloud: Cloud; country: string };
  admin: { firstName: string; lastName: string; email: string; password: string; language: Language };
}

/**
 * The set-up code that is good while there are that many partners: made from the installation's secret, so nothing is stored, and void once it has
 * been used, because there is one partner more.
 */
export function setUpCode(secret: string, partnersThere = 0): string {
  const says = partnersThere === 0 ? 'set-up code' : `set-up code after ${partnersThere}`;
  const hex = createHmac('sha256', secret).update(says).digest('hex').toUpperCase();
  return `${hex.slice(0, 4)}-${hex.slice(4, 8)}-${hex.slice(8, 12)}`;
}

/** Of one length whatever is typed, so that comparing takes one time; hyphens, blanks and case mean nothing. */
const digestOf = (code: string) => createHash('sha256').update(code.replace(/[\s-]/g, '').toUpperCase()).digest();

/** Whether the installation still needs its first partner. */
export async function isSetUpRequired(db: Database): Promise<boolean> {
  const [row] = await db.sql<{ exists: boolean }[]>`select partner_exists() as exists`;
  return !row?.exists;
}

/** The set-up code that is good now: for the first partner, or for one more. */
export async function presentSetUpCode(db: Database, secret: string): Promise<string> {
  const [row] = await db.sql<{ count: number }[]>`select partner_count() as count`;
  return setUpCode(secret, row?.count ?? 0);
}

/** Refuses a code that is not the one of now; who has one that was good before is told that it has been used. */
function requirePresentCode(secret: string, code: string, partnersThere: number): void {
  const given = digestOf(code);
  if (timingSafeEqual(given, digestOf(setUpCode(secret, partnersThere)))) return;
  for (let before = partnersThere - 1; before >= 0; before -= 1)
    if (timingSafeEqual(given, digestOf(setUpCode(secret, before)))) refuseFields([{ path: 'code', rule: 'set_up_code_used' }]);
  refuseFields([{ path: 'code', rule: 'set_up_code' }]);
}

/** Creates a partner, the first or one more, and its first global admin. Refuses a code that is wrong or has been used. */
export async function setUp(
  base: Pick<Context, 'db' | 'requestId' | 'now' | 'committed'>,
  { cloud, secret }: Pick<CloudHost, 'cloud' | 'secret'>,
  input: SetUpInput,
): Promise<{ partnerId: string; userId: string }> {
  const [there] = await base.db.sql<{ count: number }[]>`select partner_count() as count`;
  requirePresentCode(secret, input.code, there?.count ?? 0);
  if (input.partner.cloud !== cloud) refuseFields([{ path: 'partner.cloud', rule: 'cloud_elsewhere' }]);
  const profile = cloudProfiles[input.partner.cloud];
  if (!profile.partnerTypes.includes(input.partner.type)) refuseFields([{ path: 'partner.type', rule: 'choice' }]);
  if (profile.countries.length > 0 && !profile.countries.includes(input.partner.country))
    refuseFields([{ path: 'partner.country', rule: 'country' }]);
  const { firstName, lastName, email: address } = input.admin;
  await refuseGuessable('admin.password', input.admin.password, [input.partner.name, firstName, lastName, address]);
  const password = await hashPassword(input.admin.password);

  const partner = { id: newId(), ...input.partner };
  const userId = newId();
  const email = input.admin.email.toLowerCase();
  const name = `${input.admin.firstName} ${input.admin.lastName}`;
  const ctx: Context = { ...base, partner, actor: { kind: 'partner-user', id: userId, name, email, roles: ['global-admin'] } };
  return transact(ctx, async (tx) => {
    await tx.execute(sql`select pg_advisory_xact_lock(hashtext('clientele set-up'))`);
    // Somebody else may have used the code in the meantime.
    const [found] = await tx.execute<{ count: number }>(sql`select partner_count() as count`);
    requirePresentCode(secret, input.code, found?.count ?? 0);
    await tx.insert(partners).values({ ...partner, webSite: null, createdAt: ctx.now });
    const added = await tx
      .insert(users)
      .values({ id: userId, name, email, language: input.admin.language, createdAt: ctx.now, updatedAt: ctx.now })
      .onConflictDoNothing()
      .returning({ id: users.id });
    // Only whoever has a code that is good learns that.
    if (added.length === 0) refuseFields([{ path: 'admin.email', rule: 'address_taken' }]);
    await tx
      .insert(accounts)
      .values({ id: newId(), accountId: userId, providerId: 'credential', userId, password, createdAt: ctx.now, updatedAt: ctx.now });
    await tx.insert(partnerUsers).values({ partnerId: partner.id, userId, roles: ['global-admin'], createdAt: ctx.now });
    return {
      result: { partnerId: partner.id, userId },
      events: [
        { type: 'partner.created', data: {} },
        { type: 'partner_user.added', data: { userId } },
      ],
    };
  });
}

import { createHash, createHmac, timingSafeEqual } from 'node:crypto';
import { accounts, type Context, type Database, newId, partners, partnerUsers, transact, users } from '@clientele/db';
import { type Cloud, cloudProfiles, type Language, type PartnerType, Refusal, refuseFields } from '@clientele/domain';
import { hashPassword } from 'better-auth/crypto';
import { sql } from 'drizzle-orm';
import { refuseGuessable } from '../accounts/guessable-passwords.ts';

export interface SetUpInput {
  code: string;
  partner: { name: string; type: PartnerType; cloud: Cloud; country: string };
  admin: { firstName: string; lastName: string; email: string; password: string; language: Language };
}

/** The one-time set-up code of an installation. Made from its secret, so nothing is stored; void once a partner exists. */
export function setUpCode(secret: string): string {
  const hex = createHmac('sha256', secret).update('set-up code').digest('hex').toUpperCase();
  return `${hex.slice(0, 4)}-${hex.slice(4, 8)}-${hex.slice(8, 12)}`;
}

/** Of one length whatever is typed, so that comparing takes one time; hyphens, blanks and case mean nothing. */
const digestOf = (code: string) => createHash('sha256').update(code.replace(/[\s-]/g, '').toUpperCase()).digest();

/** Whether the installation still needs its first partner. */
export async function isSetUpRequired(db: Database): Promise<boolean> {
  const [row] = await db.sql<{ exists: boolean }[]>`select partner_exists() as exists`;
  return !row?.exists;
}

/** Creates the first partner and its first global admin. Refuses a wrong code, and everything once a partner exists. */
export async function setUp(
  base: Pick<Context, 'db' | 'requestId' | 'now' | 'committed'>,
  secret: string,
  input: SetUpInput,
): Promise<{ partnerId: string; userId: string }> {
  if (!timingSafeEqual(digestOf(input.code), digestOf(setUpCode(secret)))) refuseFields([{ path: 'code', rule: 'set_up_code' }]);
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
    const [found] = await tx.execute<{ exists: boolean }>(sql`select partner_exists() as exists`);
    if (found?.exists) throw new Refusal('conflict', 'This installation is set up already. Sign in instead.');
    await tx.insert(partners).values({ ...partner, webSite: null, createdAt: ctx.now });
    await tx.insert(users).values({ id: userId, name, email, language: input.admin.language, createdAt: ctx.now, updatedAt: ctx.now });
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

import { type Context, partnerUsers, type Transaction, users } from '@clientele/db';
import { type Colleague, type Language, notFound, Refusal, type Role } from '@clientele/domain';
import { asc, eq, sql } from 'drizzle-orm';
import { demand, userIdOf } from '../access.ts';

/** A partner user as it is in this transaction. */
export interface PartnerUserRecord extends Colleague {
  name: string;
  email: string;
  language: Language;
  roles: Role[];
  createdAt: Date;
  lastSignInAt: Date | null;
  deactivatedAt: Date | null;
  deactivatedBy: string | null;
  version: number;
  /** Null: the person has no second factor. */
  secondFactorSince: Date | null;
  secondFactorFrom: Date;
}

/** Everybody who signs in for the partner, or did, by name. */
export async function loadPartnerUsers(ctx: Context, tx: Transaction): Promise<PartnerUserRecord[]> {
  const rows = await tx
    .select({
      id: users.id,
      name: users.name,
      email: users.email,
      language: users.language,
      lastSignInAt: users.lastSignInAt,
      roles: partnerUsers.roles,
      createdAt: partnerUsers.createdAt,
      deactivatedAt: partnerUsers.deactivatedAt,
      deactivatedBy: partnerUsers.deactivatedBy,
      version: partnerUsers.version,
      secondFactorSince: users.secondFactorSince,
      secondFactorFrom: partnerUsers.secondFactorFrom,
    })
    .from(partnerUsers)
    .innerJoin(users, eq(users.id, partnerUsers.userId))
    .where(eq(partnerUsers.partnerId, ctx.partner.id))
    .orderBy(sql`lower(${users.name})`, asc(users.id));
  return rows.map((row) => ({
    ...row,
    language: row.language as Language,
    state: row.deactivatedAt ? ('deactivated' as const) : ('active' as const),
  }));
}

/**
 * One changes the partner's users at a time: two admins who take each other's role away at the same moment would leave none. Who acts must
 * still be allowed to, now that it is his turn.
 */
export async function lockPartnerUsers(ctx: Context, tx: Transaction): Promise<PartnerUserRecord[]> {
  await tx.execute(sql`select pg_advisory_xact_lock(hashtextextended(${`partner users ${ctx.partner.id}`}, 0))`);
  const people = await loadPartnerUsers(ctx, tx);
  const me = people.find(({ id }) => id === userIdOf(ctx));
  if (me?.state !== 'active') throw new Refusal('unauthenticated', 'Sign in first.');
  demand({ ...ctx, actor: { kind: 'partner-user', id: me.id, name: me.name, email: me.email, roles: me.roles } }, 'partner.manage');
  return people;
}

/** One of them. Throws `not_found` for a person of another partner as for nobody. */
export function personOf(people: readonly PartnerUserRecord[], userId: string): PartnerUserRecord {
  const person = people.find(({ id }) => id === userId);
  if (!person) throw notFound('partner user');
  return person;
}

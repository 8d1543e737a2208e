import { type Context, partnerUsers, type Transaction, users } from '@clientele/db';
import { access, type Language, type Permission } from '@clientele/domain';
import { and, asc, eq, isNull } from 'drizzle-orm';

/** The partner's people who have a permission now, in the order in which they came: those whom a mail about it concerns. */
export async function partnerUsersWhoMay(ctx: Context, tx: Transaction, permission: Permission) {
  const people = await tx
    .select({ id: users.id, name: users.name, email: users.email, language: users.language, roles: partnerUsers.roles })
    .from(partnerUsers)
    .innerJoin(users, eq(users.id, partnerUsers.userId))
    .where(and(eq(partnerUsers.partnerId, ctx.partner.id), isNull(partnerUsers.deactivatedAt)))
    .orderBy(asc(partnerUsers.createdAt), asc(users.id));
  return people
    .filter(({ roles }) => access({ roles, partnerType: ctx.partner.type, cloud: ctx.partner.cloud }, permission).allowed)
    .map(({ id, name, email, language, roles }) => ({ id, name, email, language: language as Language, roles }));
}

import { type Context, partnerUsers, sessions, type Transaction, transact } from '@clientele/db';
import { decidePartnerUser, decideRoles, type NewEvent, type PartnerUserCommand, Refusal, type Role } from '@clientele/domain';
import { and, eq } from 'drizzle-orm';
import { demand, userIdOf } from '../access.ts';
import { lockPartnerUsers, type PartnerUserRecord, personOf } from './load.ts';
import { viewPartnerUser } from './view.ts';

/**
 * Gives a partner user these roles and no other. They count from the person's next request on; what it has started goes on. Throws `conflict` when
 * somebody was quicker, and `last_global_admin`.
 */
export async function changePartnerUserRoles(ctx: Context, input: { userId: string; roles: Role[]; version: number }) {
  return change(ctx, input.userId, async (_tx, people, user) => {
    if (user.version !== input.version)
      throw new Refusal('conflict', 'Somebody has changed this person meanwhile. Look again before you change it.', {
        details: { version: user.version, roles: user.roles },
      });
    const roles = decideRoles(people, user.id, input.roles);
    if (roles.join() === user.roles.join()) return { set: null, events: [] };
    const changes = { roles: { from: user.roles.join(', '), to: roles.join(', ') } };
    return { set: { roles }, events: [{ type: 'partner_user.roles_changed', data: { userId: user.id, changes } }] };
  });
}

/** Lets a partner user in no more: every session ends at once. Who it is, and what it did, stays. */
export const deactivatePartnerUser = (ctx: Context, userId: string) => setState(ctx, userId, 'deactivate');

/** Lets a partner user in again, with the roles it had. */
export const reactivatePartnerUser = (ctx: Context, userId: string) => setState(ctx, userId, 'reactivate');

/** Ends every session of a partner user; the person may sign in again. */
export async function signOutPartnerUser(ctx: Context, userId: string) {
  return change(ctx, userId, async (tx, _people, user) => {
    const ended = await endSessions(tx, user.id);
    return { set: null, events: [{ type: 'partner_user.signed_out', data: { userId: user.id, sessions: ended } }] };
  });
}

async function setState(ctx: Context, userId: string, command: PartnerUserCommand) {
  return change(ctx, userId, async (tx, people, user) => {
    decidePartnerUser(people, user, command);
    if (command === 'reactivate')
      return { set: { deactivatedAt: null, deactivatedBy: null }, events: [{ type: 'partner_user.reactivated', data: { userId } }] };
    const ended = await endSessions(tx, user.id);
    return {
      set: { deactivatedAt: ctx.now, deactivatedBy: userIdOf(ctx) },
      events: [{ type: 'partner_user.deactivated', data: { userId, sessions: ended } }],
    };
  });
}

async function endSessions(tx: Transaction, userId: string): Promise<number> {
  return (await tx.delete(sessions).where(eq(sessions.userId, userId)).returning({ id: sessions.id })).length;
}

async function change(
  ctx: Context,
  userId: string,
  act: (
    tx: Transaction,
    people: PartnerUserRecord[],
    user: PartnerUserRecord,
  ) => Promise<{ set: Partial<Pick<PartnerUserRecord, 'roles' | 'deactivatedAt' | 'deactivatedBy'>> | null; events: NewEvent[] }>,
) {
  demand(ctx, 'partner.manage');
  return transact(ctx, async (tx) => {
    const people = await lockPartnerUsers(ctx, tx);
    const user = personOf(people, userId);
    const { set, events } = await act(tx, people, user);
    const changed: PartnerUserRecord = { ...user, ...set, version: user.version + (set ? 1 : 0) };
    if (set)
      await tx
        .update(partnerUsers)
        .set({ ...set, version: changed.version })
        .where(and(eq(partnerUsers.partnerId, ctx.partner.id), eq(partnerUsers.userId, userId), eq(partnerUsers.version, user.version)));
    const after: PartnerUserRecord = { ...changed, state: changed.deactivatedAt ? 'deactivated' : 'active' };
    return {
      result: viewPartnerUser(
        ctx,
        people.map((one) => (one.id === userId ? after : one)),
        after,
      ),
      events,
    };
  });
}

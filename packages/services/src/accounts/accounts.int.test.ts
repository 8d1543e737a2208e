import { aContext, aPartner, aPartnerUser, aSession, useTestDatabase } from '@clientele/db/testing';
import { hashPassword, verifyPassword } from 'better-auth/crypto';
import { describe, expect, it } from 'vitest';
import { findSessionActor, type SessionActor } from '../partners/sessions.ts';
import { outcomeOf, refusalOf } from '../testing/acts.ts';
import { changeOwnPassword } from './password.ts';
import { endOtherSessions, endOwnSession, listOwnSessions, noteSessionSeen } from './sessions.ts';

const test = useTestDatabase();
const present = 'the present password';

async function setting() {
  const partner = await aPartner(test.sql);
  const user = await aPartnerUser(test.sql, partner, ['sales-agent'], { password: await hashPassword(present) });
  const ctx = aContext(test.api, partner, user);
  const signIn = async () => {
    const token = await aSession(test.sql, user);
    return { token, ...((await findSessionActor(test.api, token)) as SessionActor) };
  };
  const isIn = async ({ token }: { token: string }) => (await findSessionActor(test.api, token)) !== null;
  const eventsOf = async () => await test.sql`select type, data from events where partner_id = ${partner.id} order by id`;
  return { partner, user, ctx, signIn, isIn, eventsOf, here: await signIn() };
}

describe('the sessions of a person', () => {
  it('are listed with the one that asks, and ended one by one, or all others at once', async () => {
    const { ctx, here, signIn, isIn, eventsOf, user } = await setting();
    const [one, two, three] = [await signIn(), await signIn(), await signIn()];
    const { items } = await listOwnSessions(ctx, here.sessionId);
    expect(items).toHaveLength(4);
    expect(items.filter(({ current }) => current).map(({ id }) => id)).toEqual([here.sessionId]);
    await endOwnSession(ctx, one.sessionId);
    expect([await isIn(one), await isIn(two), await isIn(here)]).toEqual([false, true, true]);
    expect(await outcomeOf(endOwnSession(ctx, one.sessionId))).toBe('not_found');
    expect(await endOtherSessions(ctx, here.sessionId)).toEqual({ ended: 2 });
    expect([await isIn(two), await isIn(three), await isIn(here)]).toEqual([false, false, true]);
    expect(await endOtherSessions(ctx, here.sessionId)).toEqual({ ended: 0 });
    expect(await eventsOf()).toEqual([
      { type: 'partner_user.signed_out', data: { userId: user.id, sessions: 1 } },
      { type: 'partner_user.signed_out', data: { userId: user.id, sessions: 2 } },
    ]);
  });

  it('of somebody else are not there', async () => {
    const { ctx, partner, here } = await setting();
    const colleague = await aPartnerUser(test.sql, partner);
    const token = await aSession(test.sql, colleague);
    const { sessionId } = (await findSessionActor(test.api, token)) as SessionActor;
    expect(await outcomeOf(endOwnSession(ctx, sessionId))).toBe('not_found');
    await endOtherSessions(ctx, here.sessionId);
    expect(await findSessionActor(test.api, token)).not.toBeNull();
  });

  it('say when they were seen last, noted at most every five minutes', async () => {
    const { here } = await setting();
    const seenAt = async () => (await test.sql`select updated_at from sessions where id = ${here.sessionId}`)[0]?.updated_at as Date;
    const first = await seenAt();
    const after = (minutes: number) => new Date(first.getTime() + minutes * 60_000);
    await noteSessionSeen(test.api, here.sessionId, first, after(4));
    expect(await seenAt()).toEqual(first);
    await noteSessionSeen(test.api, here.sessionId, first, after(6));
    expect(await seenAt()).toEqual(after(6));
    // A second process that knows the older moment only.
    await noteSessionSeen(test.api, here.sessionId, first, after(7));
    expect(await seenAt()).toEqual(after(6));
  });
});

describe('changing one’s password', () => {
  const next = 'another good password';
  const passwordOf = async (user: { id: string }) =>
    (await test.sql`select password from accounts where user_id = ${user.id}`)[0]?.password;

  it('asks for the present one, and ends every other session', async () => {
    const { ctx, user, here, signIn, isIn, eventsOf } = await setting();
    const elsewhere = await signIn();
    expect(await changeOwnPassword(ctx, { currentPassword: present, newPassword: next, sessionId: here.sessionId })).toEqual({ ended: 1 });
    expect([await isIn(here), await isIn(elsewhere)]).toEqual([true, false]);
    expect(await verifyPassword({ hash: await passwordOf(user), password: next })).toBe(true);
    expect(await eventsOf()).toEqual([{ type: 'partner_user.password_changed', data: { userId: user.id, sessions: 1 } }]);
  });

  it('is refused at the field with a wrong one or the same again, and changes nothing', async () => {
    const { ctx, user, here, signIn, isIn, eventsOf } = await setting();
    const elsewhere = await signIn();
    const before = await passwordOf(user);
    const fieldsOf = async (currentPassword: string, newPassword: string) =>
      (await refusalOf(changeOwnPassword(ctx, { currentPassword, newPassword, sessionId: here.sessionId }))).fields;
    expect(await fieldsOf('wrong', next)).toEqual([{ path: 'currentPassword', rule: 'wrong_password' }]);
    expect(await fieldsOf(present, present)).toEqual([{ path: 'newPassword', rule: 'same_password' }]);
    expect(await passwordOf(user)).toBe(before);
    expect(await isIn(elsewhere)).toBe(true);
    expect(await eventsOf()).toEqual([]);
  });

  it('at the same moment twice is done once', async () => {
    const { ctx, here } = await setting();
    const outcomes = await Promise.all(
      ['one good password', 'two good passwords'].map((newPassword) =>
        outcomeOf(changeOwnPassword(ctx, { currentPassword: present, newPassword, sessionId: here.sessionId })),
      ),
    );
    expect(outcomes.sort()).toEqual(['conflict', 'done']);
  });
});

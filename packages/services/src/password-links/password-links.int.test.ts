import { aContext, aPartner, aPartnerUser, aPasswordLink, aSession, useTestDatabase } from '@clientele/db/testing';
import { passwordLinkStateAt, type Role } from '@clientele/domain';
import { hashPassword, verifyPassword } from 'better-auth/crypto';
import { describe, expect, it } from 'vitest';
import { changeOwnPassword } from '../accounts/password.ts';
import { createLinks } from '../invitations/links.ts';
import { findSessionActor } from '../partners/sessions.ts';
import { outcomeOf, refusalOf } from '../testing/acts.ts';
import { askPasswordLink, sendPasswordLink } from './send.ts';
import { choosePassword, openPasswordLink } from './use.ts';

const test = useTestDatabase();
const links = createLinks({ publicUrl: 'http://localhost', secret: 'a secret of at least thirty-two characters' });
const tokenOf = ({ id }: { id: string }) => links.password.linkOf(id).split('/new-password/')[1] as string;
const old = 'the password of before';
const next = 'the password from now on';

async function setting(roles: Role[] = ['sales-agent']) {
  const partner = await aPartner(test.sql);
  const admin = await aPartnerUser(test.sql, partner);
  const user = await aPartnerUser(test.sql, partner, roles, { password: await hashPassword(old) });
  const ctx = aContext(test.api, partner, admin);
  const { db, requestId, now } = ctx;
  const base = { db, requestId, now, cloud: 'public' as const };
  const eventsOf = async () =>
    (await test.sql`select type, data from events where partner_id = ${partner.id} order by id`).map(({ type, data }) => ({
      type,
      ...data,
    }));
  const mails = async () =>
    await test.sql`select recipient, facts from deliveries where partner_id = ${partner.id} and kind = 'partner_user_password'`;
  const isPassword = async (password: string) => {
    const [account] = await test.sql`select password from accounts where user_id = ${user.id}`;
    return verifyPassword({ hash: account?.password, password });
  };
  return { partner, admin, user, ctx, base, eventsOf, mails, isPassword };
}

describe('a link to a new password', () => {
  it('is mailed to who says at the sign-in to have lost it, however the address is typed', async () => {
    const { base, user, admin, eventsOf, mails } = await setting();
    await askPasswordLink(base, ` ${user.email.toUpperCase()} `);
    const [mail] = await mails();
    expect(mail).toMatchObject({ recipient: user.email, facts: { userId: admin.id } });
    expect((await eventsOf()).map(({ type }) => type)).toEqual(['partner_user.password_link_asked', 'mail.queued']);
    const { facts } = mail as { facts: { passwordLinkId: string } };
    expect(await openPasswordLink(base, links, tokenOf({ id: facts.passwordLinkId }))).toMatchObject({ email: user.email });
  });

  it('is not mailed for an address that nobody has, nor to who is deactivated, nor at another cloud’s host', async () => {
    const { base, user, partner, mails } = await setting();
    await askPasswordLink(base, 'nobody@people.example');
    await test.sql`update partner_users set deactivated_at = now() where user_id = ${user.id}`;
    await askPasswordLink(base, user.email);
    await test.sql`update partner_users set deactivated_at = null where user_id = ${user.id}`;
    await askPasswordLink({ ...base, cloud: 'us-government' }, user.email);
    expect(await mails()).toEqual([]);
    expect(await test.sql`select from events where partner_id = ${partner.id}`).toHaveLength(0);
  });

  it('is sent to a colleague by a global admin, and by nobody else', async () => {
    const { ctx, user, partner, mails, admin } = await setting();
    await sendPasswordLink(ctx, user.id);
    expect(await mails()).toMatchObject([{ recipient: user.email, facts: { userId: admin.id } }]);
    expect(await outcomeOf(sendPasswordLink(aContext(test.api, partner, user), admin.id))).toBe('forbidden');
    expect(await outcomeOf(sendPasswordLink((await setting()).ctx, user.id))).toBe('not_found');
    await test.sql`update partner_users set deactivated_at = now() where user_id = ${user.id}`;
    expect(await outcomeOf(sendPasswordLink(ctx, user.id))).toBe('illegal_transition');
  });

  it('sets the password once, ends every session, and leaves the second factor', async () => {
    const { base, user, partner, isPassword, eventsOf } = await setting();
    await test.sql`update users set second_factor_since = now() where id = ${user.id}`;
    const session = await aSession(test.sql, user);
    const [link, other] = [await aPasswordLink(test.sql, partner, user), await aPasswordLink(test.sql, partner, user)];
    const outcomes = await Promise.all(
      [link, link, other].map((one) => outcomeOf(choosePassword(base, links, { token: tokenOf(one), password: next }))),
    );
    expect(outcomes.sort()).toEqual(['done', 'link_over', 'link_over']);
    expect(await isPassword(next)).toBe(true);
    expect(await findSessionActor(test.api, session)).toBeNull();
    expect(await test.sql`select from users where id = ${user.id} and second_factor_since is not null`).toHaveLength(1);
    expect(await eventsOf()).toEqual([{ type: 'partner_user.password_chosen', userId: user.id, sessions: 1 }]);
    expect((await refusalOf(openPasswordLink(base, links, tokenOf(link)))).details).toEqual({ state: 'used' });
  });

  it('is good for an hour, and over once the password was changed another way', async () => {
    const { base, user, partner, isPassword } = await setting();
    const late = await aPasswordLink(test.sql, partner, user, { expiresAt: base.now });
    expect((await refusalOf(choosePassword(base, links, { token: tokenOf(late), password: next }))).details).toEqual({ state: 'expired' });
    const link = await aPasswordLink(test.sql, partner, user);
    await changeOwnPassword(aContext(test.api, partner, user), {
      currentPassword: old,
      newPassword: 'chosen while signed in',
      sessionId: 'x',
    });
    expect((await refusalOf(choosePassword(base, links, { token: tokenOf(link), password: next }))).details).toEqual({ state: 'used' });
    expect(await isPassword(next)).toBe(false);
  });

  it('that is forged, of another kind, or of somebody deactivated, is none', async () => {
    const { base, user, partner, isPassword } = await setting();
    const link = await aPasswordLink(test.sql, partner, user);
    const token = tokenOf(link);
    const forged = [`${token.slice(0, -2)}AA`, '', 'x', links.partnerUser.linkOf(link.id).split('/join/')[1] as string];
    for (const one of [...forged, tokenOf({ id: '0190a000-0000-7000-8000-000000000000' })])
      expect(await outcomeOf(choosePassword(base, links, { token: one, password: next })), one).toBe('link_invalid');
    await test.sql`update partner_users set deactivated_at = now() where user_id = ${user.id}`;
    expect(await outcomeOf(openPasswordLink(base, links, token))).toBe('link_invalid');
    expect(await outcomeOf(choosePassword(base, links, { token, password: next }))).toBe('link_invalid');
    expect(await isPassword(old)).toBe(true);
  });

  it('takes no password that is tried first, and is still good then', async () => {
    const { base, user, partner } = await setting();
    const token = tokenOf(await aPasswordLink(test.sql, partner, user));
    expect((await refusalOf(choosePassword(base, links, { token, password: 'password123' }))).fields).toEqual([
      { path: 'password', rule: 'password_guessable' },
    ]);
    expect(await outcomeOf(choosePassword(base, links, { token, password: next }))).toBe('done');
  });
});

it('says of a link whether it is open', () => {
  const now = new Date();
  const later = new Date(now.getTime() + 1);
  expect(passwordLinkStateAt({ overAt: null, expiresAt: later }, now)).toBe('open');
  expect(passwordLinkStateAt({ overAt: null, expiresAt: now }, now)).toBe('expired');
  expect(passwordLinkStateAt({ overAt: now, expiresAt: later }, now)).toBe('used');
});

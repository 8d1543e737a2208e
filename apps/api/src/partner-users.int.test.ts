import { aPartner, aPartnerUser } from '@clientele/db/testing';
import { createLinks } from '@clientele/services';
import { hashPassword } from 'better-auth/crypto';
import { describe, expect, it } from 'vitest';
import { asker, secret, usePortal } from './testing/portal.ts';

const portal = usePortal();
const links = createLinks({ publicUrl: 'http://localhost', secret });
const password = 'a good long password';
const cookieOf = (headers: Headers) => (headers.getSetCookie()[0] ?? '').split(';')[0] as string;

async function setting() {
  const partner = await aPartner(portal.sql);
  const admin = await portal.signedIn(partner);
  const user = await aPartnerUser(portal.sql, partner, ['sales-agent'], { password: await hashPassword(password) });
  const signIn = (given = password, headers: Record<string, string> = {}) =>
    portal.visitor('POST', '/api/auth/sign-in/email', { email: user.email, password: given }, { origin: portal.url, ...headers });
  return { partner, admin, user, signIn };
}

describe('a partner user', () => {
  it('is invited, chooses a password by the link, and signs in; the link is spent then', async () => {
    const { admin } = await setting();
    const email = `joins-${Date.now()}@people.example`;
    const { json } = await admin.ask('POST', '/api/partner-users/invitations', {
      name: 'Aiko',
      email,
      language: 'ja',
      roles: ['helpdesk-agent'],
    });
    const path = `/api/join/${links.partnerUser.linkOf(json.id).split('/join/')[1]}`;
    expect((await portal.visitor('GET', path)).json).toMatchObject({ email, roles: ['helpdesk-agent'], name: 'Aiko' });
    // A scanner that opens it changes nothing; one that posts nothing is told the rule.
    expect((await portal.visitor('POST', path, {})).json).toMatchObject({ code: 'validation_failed' });
    expect((await portal.visitor('POST', path, { password: 'short' })).json).toMatchObject({
      errors: [{ path: 'password', rule: 'too_short', params: { min: 10 } }],
    });
    const joined = await portal.visitor('POST', path, { password }, { 'user-agent': 'Mozilla/5.0 (X11; Linux) Firefox/130.0' });
    expect([joined.status, joined.json]).toEqual([201, { email }]);
    const ask = asker(portal.url, cookieOf(joined.headers));
    expect((await ask('GET', '/api/session')).json.user.email).toBe(email);
    expect((await ask('GET', '/api/account/sessions')).json.items).toMatchObject([
      { userAgent: 'Mozilla/5.0 (X11; Linux) Firefox/130.0', address: expect.stringMatching(/^(127\.0\.0\.1|::1)$/), current: true },
    ]);
    for (const again of [await portal.visitor('GET', path), await portal.visitor('POST', path, { password: 'another good one' })]) {
      expect(again.status).toBe(409);
      expect(again.json).toMatchObject({ code: 'link_over', details: { state: 'accepted' } });
    }
    const signedIn = await portal.visitor('POST', '/api/auth/sign-in/email', { email, password }, { origin: portal.url });
    const { json: session } = await asker(portal.url, cookieOf(signedIn.headers))('GET', '/api/session');
    expect(session.user).toMatchObject({ email, language: 'ja', roles: ['helpdesk-agent'] });
    expect(
      (await admin.ask('GET', '/api/partner-users')).json.users.find((one: { email: string }) => one.email === email).lastSignInAt,
    ).not.toBeNull();
    for (const line of portal.logged) for (const told of [email, password, path.slice(10)]) expect(line).not.toContain(told);
  });

  it('that is deactivated is out at the next request, and is not let in; only who knows the password hears why', async () => {
    const { admin, user, signIn } = await setting();
    const cookie = cookieOf((await signIn()).headers);
    const ask = asker(portal.url, cookie);
    expect((await ask('GET', '/api/customers')).status).toBe(200);
    await admin.ask('POST', `/api/partner-users/${user.id}/deactivate`, {});
    expect((await ask('GET', '/api/customers')).status).toBe(401);
    const right = await signIn();
    expect([right.status, right.json.code, right.headers.getSetCookie()]).toEqual([403, 'DEACTIVATED', []]);
    const wrong = await signIn('not the password');
    const nobody = await portal.visitor(
      'POST',
      '/api/auth/sign-in/email',
      { email: 'nobody@people.example', password },
      { origin: portal.url },
    );
    expect([wrong.status, wrong.text]).toEqual([nobody.status, nobody.text]);
    await admin.ask('POST', `/api/partner-users/${user.id}/reactivate`, {});
    expect((await signIn()).status).toBe(200);
  });

  it('whose roles change may do what the new ones allow with the next request, and no more what the older ones did', async () => {
    const { admin, user, signIn } = await setting();
    const ask = asker(portal.url, cookieOf((await signIn()).headers));
    const invite = () => ask('POST', '/api/invitations', { nonsense: 1 });
    expect((await invite()).status).toBe(422);
    await admin.ask('PUT', `/api/partner-users/${user.id}/roles`, { roles: ['helpdesk-agent'] }, { 'if-match': '"1"' });
    expect((await invite()).json).toMatchObject({ code: 'forbidden', details: { grantedBy: 'global-admin' } });
    expect((await ask('GET', '/api/session')).json.user.roles).toEqual(['helpdesk-agent']);
    const late = await admin.ask('PUT', `/api/partner-users/${user.id}/roles`, { roles: ['admin-agent'] }, { 'if-match': '"1"' });
    expect(late.json).toMatchObject({ code: 'conflict', status: 409 });
  });

  it('hears of nothing any more on a screen that was open when the session ended', async () => {
    const { admin, user, signIn } = await setting();
    const cookie = cookieOf((await signIn()).headers);
    const response = await fetch(`${portal.url}/api/changes`, { headers: { cookie } });
    const reader = (response.body as ReadableStream<Uint8Array>).getReader();
    await reader.read();
    await admin.ask('POST', `/api/partner-users/${user.id}/sign-out`, {});
    for (;;) if ((await reader.read()).done) break;
    expect((await asker(portal.url, cookie)('GET', '/api/session')).status).toBe(401);
    // The admin's own stream, of the same partner, stays.
  });
});

describe('the account of a partner user', () => {
  it('lists the sessions with device and the address that we saw, whatever the client says of itself', async () => {
    const { signIn } = await setting();
    const lies = { 'x-forwarded-for': '203.0.113.7', 'x-clientele-address': '203.0.113.8', 'x-real-ip': '203.0.113.9' };
    const first = cookieOf((await signIn(password, { 'user-agent': 'Mozilla/5.0 (X11; Linux) Firefox/130.0', ...lies })).headers);
    const ask = asker(portal.url, cookieOf((await signIn()).headers));
    const { json } = await ask('GET', '/api/account/sessions');
    expect(json.items).toHaveLength(2);
    expect(json.items[1]).toMatchObject({
      userAgent: 'Mozilla/5.0 (X11; Linux) Firefox/130.0',
      address: expect.stringMatching(/^(127\.0\.0\.1|::1)$/),
      current: false,
    });
    expect((await ask('POST', `/api/account/sessions/${json.items[1].id}/end`, {})).status).toBe(200);
    expect((await asker(portal.url, first)('GET', '/api/session')).status).toBe(401);
    expect(JSON.stringify(json)).not.toContain('token');
  });

  it('changes the password here and nowhere else; what is tried too often is refused, and no hash of it is kept with a key', async () => {
    const { user, signIn } = await setting();
    const ask = asker(portal.url, cookieOf((await signIn()).headers));
    const next = 'another good password';
    for (const path of [
      'change-password',
      'set-password',
      'verify-password',
      'change-email',
      'update-user',
      'delete-user',
      'unlink-account',
      'list-sessions',
      'update-session',
      'revoke-session',
      'revoke-sessions',
      'revoke-other-sessions',
    ])
      for (const method of ['GET', 'POST'])
        expect(
          (
            await ask(
              method,
              `/api/auth/${path}`,
              method === 'GET' ? undefined : { currentPassword: password, newPassword: next, name: 'x' },
              { origin: portal.url },
            )
          ).status,
          path,
        ).toBe(404);
    const change = (currentPassword: string) =>
      ask('POST', '/api/account/password', { currentPassword, newPassword: next }, { 'idempotency-key': 'k1' });
    expect((await change('wrong')).json).toMatchObject({ errors: [{ path: 'currentPassword', rule: 'wrong_password' }] });
    expect((await change(password)).json).toEqual({ ended: 0 });
    expect(await portal.sql`select from idempotency_keys where actor_id = ${user.id}`).toHaveLength(0);
    expect((await signIn()).status).toBe(401);
    expect((await signIn(next)).status).toBe(200);
    let last = await change('wrong');
    for (let tries = 3; tries < 11; tries++) last = await change('wrong');
    expect(last.json).toMatchObject({ code: 'limit_reached', details: { most: 10 } });
  });
});

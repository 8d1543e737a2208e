import { anInvitation, aPartner, aPartnerUser } from '@clientele/db/testing';
import { hashPassword } from 'better-auth/crypto';
import { describe, expect, it } from 'vitest';
import { createAuth, openAuthPaths } from './session.ts';
import { asker, secret, tokenOf, usePortal } from './testing/portal.ts';

const portal = usePortal();
const password = 'a good long password';
const cookieOf = (headers: Headers) => (headers.getSetCookie()[0] ?? '').split(';')[0] as string;

async function setting() {
  const partner = await aPartner(portal.sql);
  const user = await aPartnerUser(portal.sql, partner, ['sales-agent'], { password: await hashPassword(password) });
  const signIn = (headers: Record<string, string> = {}) =>
    portal.visitor('POST', '/api/auth/sign-in/email', { email: user.email, password }, { origin: portal.url, ...headers });
  return { user, signIn };
}

describe('of the sign-in library', () => {
  it('no endpoint answers but the ones that are let in by name, whoever asks and whatever is asked', async () => {
    const { signIn } = await setting();
    const ask = asker(portal.url, cookieOf((await signIn()).headers));
    const auth = createAuth({ db: {}, tables: {}, secret, publicUrl: portal.url } as never);
    const paths = Object.values(auth.api).flatMap(({ path }: { path?: string }) => path ?? []);
    expect(paths.length).toBeGreaterThan(20);
    expect(paths).toEqual(expect.arrayContaining([...openAuthPaths]));
    for (const path of [...paths.filter((path) => !openAuthPaths.has(path)), '/sign-in/email/', '/sign%2Din/email', '/..%2fauth/ok']) {
      const asked = `/api/auth${path.replace(/:\w+/, 'x')}?token=x&callbackURL=https://evil.example`;
      for (const [method, body] of [
        ['GET', undefined],
        ['POST', { token: 'x', newPassword: password, callbackURL: 'https://evil.example' }],
      ] as const) {
        const answer = await ask(method, asked, body, { origin: portal.url });
        expect([answer.status, answer.json?.code, answer.headers.get('location')], `${method} ${path}`).toEqual([404, 'not_found', null]);
      }
    }
  });

  it('nothing puts off the end of a session: twelve hours after the sign-in it is over', async () => {
    const { user, signIn } = await setting();
    const ask = asker(portal.url, cookieOf((await signIn()).headers));
    await portal.sql`update sessions set expires_at = now() + interval '2 hours', updated_at = now() - interval '10 hours' where user_id = ${user.id}`;
    await ask('GET', '/api/auth/get-session');
    expect((await ask('GET', '/api/session')).status).toBe(200);
    expect(await portal.sql`select expires_at < now() + interval '2 hours' as kept from sessions where user_id = ${user.id}`).toMatchObject(
      [{ kept: true }],
    );
  });

  it('a body is read to 64 kB and no further, whatever its type', async () => {
    const large = { email: 'a@b.example', password: 'x'.repeat(70_000) };
    for (const type of ['application/json', 'application/json; charset=utf-8', 'application/vnd.other+json', 'application/octet-stream'])
      expect(
        (await portal.visitor('POST', '/api/auth/sign-in/email', large, { origin: portal.url, 'content-type': type })).json,
        type,
      ).toMatchObject({ status: 413, code: 'payload_too_large' });
    for (const body of ['{"email":', '[]', 'null', '', { email: ['a@b.example'], password: {} }]) {
      const answer = await portal.visitor('POST', '/api/auth/sign-in/email', body, { origin: portal.url });
      expect(answer.status, JSON.stringify(body)).toBeGreaterThanOrEqual(400);
      expect(answer.status, JSON.stringify(body)).toBeLessThan(500);
    }
  });
});

describe('who signs in', () => {
  it('gets the session as a cookie that no script can read, and in no other place', async () => {
    const { signIn } = await setting();
    const answer = await signIn();
    const [line = ''] = answer.headers.getSetCookie();
    const [, token = ''] = /session_token=([^.;]+)/.exec(line) ?? [];
    expect(token).toMatch(/^[\w-]{32,}$/);
    expect(line).toMatch(/; HttpOnly/i);
    expect([answer.status, answer.json]).toEqual([200, {}]);
    expect(JSON.stringify([...answer.headers].filter(([name]) => name !== 'set-cookie'))).not.toContain(token);
    const ask = asker(portal.url, cookieOf(answer.headers));
    for (const path of ['/api/session', '/api/account/sessions', '/my/sign-in'])
      expect((await ask('GET', path)).text, path).not.toContain(token);
    // The token alone, without the mark that only we can make, is nobody's.
    expect((await asker(portal.url, `better-auth.session_token=${token}`)('GET', '/api/session')).status).toBe(401);
  });

  it('in a browser that has a session leaves that one, by whichever door, and no other', async () => {
    const { user, signIn } = await setting();
    const isIn = async (cookie: string) => (await asker(portal.url, cookie)('GET', '/api/session')).status === 200;
    const elsewhere = cookieOf((await signIn()).headers);
    const first = cookieOf((await signIn()).headers);
    const second = cookieOf((await signIn({ cookie: first })).headers);
    expect([await isIn(first), await isIn(second), await isIn(elsewhere)]).toEqual([false, true, true]);
    const { partner, author } = await portal.furnished();
    const page = `/i/${tokenOf(await anInvitation(portal.sql, partner, author))}`;
    const form = new URLSearchParams({ email: user.email, password }).toString();
    const answer = await portal.visitor('POST', `${page}/sign-in`, form, {
      'content-type': 'application/x-www-form-urlencoded',
      cookie: second,
    });
    expect(answer.status).toBe(303);
    expect([await isIn(second), await isIn(cookieOf(answer.headers)), await isIn(elsewhere)]).toEqual([false, true, true]);
    // A wrong password, and a cookie that is not ours, end nothing.
    const third = cookieOf(answer.headers);
    await portal.visitor(
      'POST',
      '/api/auth/sign-in/email',
      { email: user.email, password: 'wrong' },
      { origin: portal.url, cookie: third },
    );
    await signIn({ cookie: `${third.slice(0, -6)}AAAA%3D` });
    expect(await isIn(third)).toBe(true);
  });
});

import { aPartner, aPartnerUser, aSession, sessionCookie } from '@clientele/db/testing';
import type { Role } from '@clientele/domain';
import { hashPassword } from 'better-auth/crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Said, startForgedProvider } from './testing/forged-provider.ts';
import { startOpenIdProvider, type TestOpenIdProvider, testClient } from './testing/openid-provider.ts';
import { asker, openPortal, type Portal, secret, wholeDatabase } from './testing/portal.ts';

const publicUrl = 'http://portal.test';
const redirectUri = `${publicUrl}/api/sso/callback`;
let portal: Portal;
let provider: TestOpenIdProvider;
let forged: Awaited<ReturnType<typeof startForgedProvider>>;
const people = new Map<string, { email: string; isVerified?: boolean }>();

beforeAll(async () => {
  portal = await openPortal({ ALLOW_PRIVATE_ADDRESSES: 'true', PUBLIC_URL: publicUrl });
  provider = await startOpenIdProvider({ redirectUri, people });
  forged = await startForgedProvider();
});
afterAll(async () => {
  await portal?.close();
  await provider?.stop();
  await forged?.stop();
});

let count = 0;
const unique = () => `${process.pid}-${++count}`;
const sql = () => portal.database.sql;

async function signedIn(partner: Awaited<ReturnType<typeof aPartner>>, roles: Role[] = ['global-admin']) {
  const user = await aPartnerUser(sql(), partner, roles, { password: await hashPassword('correct horse battery') });
  const token = await aSession(sql(), user);
  const cookie = sessionCookie(token, secret);
  return { user, cookie, token, ask: asker(portal.url, cookie) };
}

const bodyOf = (more: object = {}) => ({
  ...{
    issuer: provider.issuer,
    clientId: testClient.id,
    clientSecret: testClient.secret,
    domains: ['Fabrikam.example'],
    passwordAllowed: true,
  },
  ...more,
});
const ifMatch = (version: number) => ({ 'if-match': `"${version}"` });

/** A partner that has set the provider up. */
async function setting(more: object = {}) {
  const partner = await aPartner(sql());
  const admin = await signedIn(partner);
  const set = await admin.ask('PUT', '/api/sign-in-provider', bodyOf(more), ifMatch(0));
  expect(set.status, set.text).toBe(200);
  return { partner, admin, provider: set.json as { id: string; version: number } };
}
const eventsOf = async (partner: { id: string }) =>
  (
    await sql()`select type, data, actor_kind from events where partner_id = ${partner.id} and type like 'sign_in_provider.%' order by id`
  ).map((row) => ({ ...row }));
const refusals = async (partner: { id: string }) =>
  (await eventsOf(partner))
    .filter(({ type }) => type === 'sign_in_provider.refused')
    .map(({ data }) => (data as { because: string }).because);
const sessionOf = async (token: string) =>
  (await sql()`select user_id, sign_in_provider_id, ip_address, user_agent from sessions where token = ${token}`)[0];

/** A browser: its cookies by site, and every redirect looked at one by one. */
function browser() {
  const jars = new Map<string, Map<string, string>>();
  const real = (url: URL) => (url.origin === publicUrl ? new URL(url.pathname + url.search, portal.url) : url);
  async function open(address: string, init: RequestInit = {}): Promise<{ status: number; location: URL | null; text: string }> {
    const url = new URL(address, publicUrl);
    const jar = jars.get(url.origin) ?? new Map<string, string>();
    jars.set(url.origin, jar);
    const cookie = [...jar].map(([name, value]) => `${name}=${value}`).join('; ');
    const response = await fetch(real(url), {
      redirect: 'manual',
      ...init,
      headers: { ...init.headers, 'user-agent': 'a browser', ...(cookie ? { cookie } : {}) },
    });
    for (const line of response.headers.getSetCookie()) {
      const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(line) ?? [];
      if (value === '' || /expires=Thu, 01 Jan 1970/i.test(line)) jar.delete(name);
      else jar.set(name, value);
    }
    const location = response.headers.get('location');
    return { status: response.status, location: location ? new URL(location, url) : null, text: await response.text() };
  }
  return {
    open,
    jarOf: (origin: string) => jars.get(origin) ?? new Map<string, string>(),
    /** From the sign-in page to what leads back, as somebody at the provider. */
    async comeBack(id: string, name: string, to = '/customers'): Promise<URL> {
      let at = (await open(`/api/sso/start?provider=${id}&to=${encodeURIComponent(to)}`)).location;
      for (let step = 0; at && at.origin !== publicUrl && step < 10; step += 1) {
        const isForm = at.pathname.startsWith('/interaction/');
        const form = new URLSearchParams(name === 'refuse' ? { refuse: '1' } : { name });
        at = (await open(at.href, isForm ? { method: 'POST', body: form } : {})).location;
      }
      if (!at) throw new Error('it leads nowhere');
      return at;
    },
    /** All the way. Where it ends. */
    async signIn(id: string, name: string, to?: string): Promise<string> {
      const back = await this.comeBack(id, name, to);
      const end = (await open(back.href)).location;
      return `${end?.pathname}${end?.search}`;
    },
    sessionToken: () => decodeURIComponent(jars.get(publicUrl)?.get('better-auth.session_token') ?? '').split('.')[0] ?? '',
  };
}

/** A person of the provider, and of the partner under the same address. */
async function colleague(partner: Awaited<ReturnType<typeof aPartner>>, roles: Role[] = ['sales-agent']) {
  const person = await signedIn(partner, roles);
  const name = `person-${unique()}`;
  people.set(name, { email: person.user.email });
  return { ...person, name };
}

describe('setting single sign-on up', () => {
  it('keeps the secret where nobody reads it, and says what was changed', async () => {
    const { partner, admin, provider: made } = await setting();
    expect(made).toMatchObject({
      issuer: provider.issuer,
      clientId: testClient.id,
      domains: ['fabrikam.example'],
      passwordAllowed: true,
      version: 1,
      people: 0,
      isProven: false,
      redirectUri,
    });
    const [row] = await sql()`select client_secret from sign_in_providers where partner_id = ${partner.id}`;
    expect(row?.client_secret).not.toContain(testClient.secret);
    const changed = await admin.ask(
      'PUT',
      '/api/sign-in-provider',
      bodyOf({ clientSecret: undefined, domains: ['fabrikam.example', 'bücher.example'] }),
      ifMatch(1),
    );
    expect(changed.json).toMatchObject({ version: 2, domains: ['fabrikam.example', 'xn--bcher-kva.example'] });
    // The secret is as it was.
    expect((await sql()`select client_secret from sign_in_providers where partner_id = ${partner.id}`)[0]).toEqual(row);
    const events = await eventsOf(partner);
    expect(events).toMatchObject([
      { type: 'sign_in_provider.added', data: { issuer: provider.issuer, domains: 'fabrikam.example' } },
      {
        type: 'sign_in_provider.changed',
        data: {
          changes: { domains: { from: 'fabrikam.example', to: 'fabrikam.example, xn--bcher-kva.example' } },
          newCredentials: false,
          sessions: 0,
        },
      },
    ]);
    const everything = JSON.stringify([await wholeDatabase(sql()), events, portal.logged, changed.json]);
    expect(everything).not.toContain(testClient.secret);
    expect((await admin.ask('GET', '/api/sign-in-provider')).text).not.toContain(testClient.secret);
  });

  it('asks for the secret again when it would go to another provider, and for a version', async () => {
    const { admin } = await setting();
    const elsewhere = bodyOf({ issuer: 'https://login.example.com', clientSecret: undefined });
    expect((await admin.ask('PUT', '/api/sign-in-provider', elsewhere, ifMatch(1))).json.errors).toEqual([
      { path: 'clientSecret', rule: 'secret_again' },
    ]);
    expect((await admin.ask('PUT', '/api/sign-in-provider', bodyOf())).status).toBe(428);
    expect((await admin.ask('PUT', '/api/sign-in-provider', bodyOf(), ifMatch(0))).json).toMatchObject({
      status: 409,
      code: 'conflict',
      details: { version: 1, by: [admin.user.name] },
    });
  });

  it('names the fields that break a rule', async () => {
    const { admin } = await setting();
    for (const [more, path, rule] of [
      [{ issuer: 'login' }, 'issuer', 'url'],
      [{ issuer: 'ftp://login.example.com' }, 'issuer', 'url'],
      [{ issuer: 'https://login.example.com/?x=1' }, 'issuer', 'url'],
      [{ issuer: 'https://user:x@login.example.com' }, 'issuer', 'url'],
      [{ domains: [] }, 'domains', 'too_small'],
      [{ domains: ['not a domain'] }, 'domains.0', 'domain'],
      [{ clientId: '' }, 'clientId', 'required'],
      [{ passwordAllowed: false }, 'passwordAllowed', 'provider_unproven'],
    ] as const) {
      const answer = await admin.ask('PUT', '/api/sign-in-provider', bodyOf(more), ifMatch(1));
      expect(answer.status, answer.text).toBe(422);
      expect(answer.json.errors[0], JSON.stringify(more)).toMatchObject(path === 'domains' ? { path } : { path, rule });
    }
  });

  it('is for a global admin, of one’s own partner, and is done by one of two at once', async () => {
    const { partner } = await setting();
    for (const role of ['admin-agent', 'sales-agent', 'helpdesk-agent'] as const) {
      const { ask } = await signedIn(partner, [role]);
      for (const [method, path, body] of [
        ['GET', '/api/sign-in-provider'],
        ['PUT', '/api/sign-in-provider', bodyOf()],
        ['DELETE', '/api/sign-in-provider', {}],
        ['POST', '/api/sign-in-provider/check', { issuer: provider.issuer }],
      ] as const)
        expect((await ask(method, path, body, ifMatch(1))).json, `${role} ${method}`).toMatchObject({
          status: 403,
          details: { needs: ['global-admin'] },
        });
    }
    const other = await aPartner(sql());
    const [one, two] = [await signedIn(other), await signedIn(other)];
    expect((await one.ask('GET', '/api/sign-in-provider')).json).toMatchObject({ id: null, version: 0, issuer: '' });
    expect((await one.ask('DELETE', '/api/sign-in-provider', {})).status).toBe(404);
    const answers = await Promise.all([one, two, one, two].map(({ ask }) => ask('PUT', '/api/sign-in-provider', bodyOf(), ifMatch(0))));
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 409, 409, 409]);
    expect(await sql()`select from sign_in_providers where partner_id = ${other.id}`).toHaveLength(1);
  });

  it('tells what a provider says of itself field by field', async () => {
    const { admin } = await setting();
    const check = async (issuer: string) =>
      Object.fromEntries(
        (
          (await admin.ask('POST', '/api/sign-in-provider/check', { issuer })).json.checks as {
            name: string;
            state: string;
            because?: string;
          }[]
        ).map(({ name, state, because }) => [name, because ?? state]),
      );
    const good = await check(provider.issuer);
    expect(new Set(Object.values(good))).toEqual(new Set(['ok']));
    expect(Object.keys(good)).toHaveLength(11);
    forged.describe({
      ...{
        issuer: 'https://another.example',
        authorization_endpoint: undefined,
        token_endpoint: 'ftp://x',
        response_types_supported: ['id_token'],
      },
      ...{ code_challenge_methods_supported: ['plain'], id_token_signing_alg_values_supported: ['HS256'], scopes_supported: undefined },
      ...{ token_endpoint_auth_methods_supported: ['private_key_jwt'], jwks_uri: `${forged.issuer}/nowhere` },
    });
    expect(await check(forged.issuer)).toEqual({
      ...{ address: 'ok', description: 'ok', issuer: 'other_issuer', authorization_endpoint: 'missing', token_endpoint: 'not_https' },
      ...{ jwks_uri: 'status', response_types_supported: 'not_offered', code_challenge_methods_supported: 'not_offered' },
      ...{
        id_token_signing_alg_values_supported: 'not_offered',
        token_endpoint_auth_methods_supported: 'not_offered',
        scopes_supported: 'not_said',
      },
    });
    forged.describe({});
    expect(await check(`${forged.issuer}/nowhere`)).toEqual({ address: 'ok', description: 'status' });
    expect(await check('http://127.0.0.1:9')).toEqual({ address: 'unreachable' });
  });

  it('goes nowhere inside the house unless that is allowed', async () => {
    const closed = await openPortal();
    try {
      const partner = await aPartner(closed.database.sql);
      const user = await aPartnerUser(closed.database.sql, partner);
      const ask = asker(closed.url, sessionCookie(await aSession(closed.database.sql, user), secret));
      expect((await ask('POST', '/api/sign-in-provider/check', { issuer: provider.issuer })).json.errors).toEqual([
        { path: 'issuer', rule: 'https' },
      ]);
      expect((await ask('PUT', '/api/sign-in-provider', bodyOf(), ifMatch(0))).json.errors).toEqual([{ path: 'issuer', rule: 'https' }]);
      const port = new URL(provider.issuer).port;
      for (const host of ['localhost', '127.0.0.1', '2130706433', '[::1]', '[::ffff:127.0.0.1]', '10.0.0.1', '169.254.169.254', '0.0.0.0'])
        expect((await ask('POST', '/api/sign-in-provider/check', { issuer: `https://${host}:${port}` })).json.checks, host).toMatchObject([
          { name: 'address', state: 'wrong', because: 'private_address' },
        ]);
    } finally {
      await closed.close();
    }
  });
});

describe('signing in by the partner’s own provider', () => {
  it('signs in whom the partner has, by the address the first time and by the identity ever after', async () => {
    const {
      partner,
      provider: { id },
    } = await setting();
    const { user, name } = await colleague(partner);
    const first = browser();
    expect(await first.signIn(id, name, '/customers?search=x')).toBe('/customers?search=x');
    expect(await sessionOf(first.sessionToken())).toMatchObject({ user_id: user.id, sign_in_provider_id: id, user_agent: 'a browser' });
    expect((await sessionOf(first.sessionToken()))?.ip_address).toMatch(/127\.0\.0\.1|::1/);
    const me = await asker(portal.url, `better-auth.session_token=${first.jarOf(publicUrl).get('better-auth.session_token')}`)(
      'GET',
      '/api/session',
    );
    expect(me.json).toMatchObject({ user: { id: user.id, roles: ['sales-agent'] }, partner: { id: partner.id } });

    // The address is another one now, and somebody else has the old one: it is still the same person.
    people.set(name, { email: 'married@fabrikam.example', isVerified: false });
    const again = browser();
    expect(await again.signIn(id, name)).toBe('/customers');
    expect((await sessionOf(again.sessionToken()))?.user_id).toBe(user.id);
    people.set('somebody-else', { email: user.email });
    expect(await browser().signIn(id, 'somebody-else')).toBe('/sign-in?sso=identity&to=%2Fcustomers');
    expect(await eventsOf(partner)).toMatchObject([
      { type: 'sign_in_provider.added' },
      { type: 'sign_in_provider.linked', data: { signInProviderId: id, userId: user.id } },
      { type: 'sign_in_provider.refused', data: { because: 'identity', userId: user.id } },
    ]);
    expect(await sql()`select from accounts where user_id = ${user.id} and provider_id = ${`oidc:${id}`}`).toHaveLength(1);
    expect((await sql()`select count(*)::int as count from users where email in ('married@fabrikam.example')`)[0]?.count).toBe(0);
  });

  it('links a person once, however many of its browsers come at the same time', async () => {
    const {
      partner,
      provider: { id },
    } = await setting();
    const { user, name } = await colleague(partner);
    const visitors = Array.from({ length: 6 }, () => browser());
    const backs = await Promise.all(visitors.map((visitor) => visitor.comeBack(id, name)));
    const ends = await Promise.all(
      visitors.map(async (visitor, index) => (await visitor.open(backs[index]?.href ?? '')).location?.pathname),
    );
    expect(new Set(ends)).toEqual(new Set(['/customers']));
    expect(await sql()`select from accounts where user_id = ${user.id} and provider_id = ${`oidc:${id}`}`).toHaveLength(1);
    expect((await eventsOf(partner)).filter(({ type }) => type === 'sign_in_provider.linked')).toHaveLength(1);
  });

  it('lets in nobody whom the partner does not have, whose address is not vouched for, or who is deactivated', async () => {
    const {
      partner,
      provider: { id },
    } = await setting();
    const elsewhere = await colleague(await aPartner(sql()));
    const unverified = await colleague(partner);
    people.set(unverified.name, { email: unverified.user.email, isVerified: false });
    const deactivated = await colleague(partner);
    await sql()`update partner_users set deactivated_at = now() where user_id = ${deactivated.user.id}`;
    people.set('stranger', { email: 'stranger@fabrikam.example' });
    const users = (await sql()`select from users`).length;
    for (const [name, because] of [
      ['stranger', 'unknown'],
      [elsewhere.name, 'unknown'],
      [unverified.name, 'unverified'],
      [deactivated.name, 'deactivated'],
      ['refuse', 'provider'],
    ] as const) {
      const visitor = browser();
      expect(await visitor.signIn(id, name, '/'), name).toBe(`/sign-in?sso=${because}`);
      expect(visitor.sessionToken(), name).toBe('');
    }
    expect(await refusals(partner)).toEqual(['unknown', 'unknown', 'unverified', 'deactivated', 'provider']);
    expect(await sql()`select from users`).toHaveLength(users);
    expect(await sql()`select from accounts where provider_id = ${`oidc:${id}`}`).toHaveLength(0);
  });

  it('is begun by a page of ours or by hand, and by no other site', async () => {
    const {
      provider: { id },
    } = await setting();
    const begin = (site: string) => browser().open(`/api/sso/start?provider=${id}&to=/customers`, { headers: { 'sec-fetch-site': site } });
    for (const site of ['same-origin', 'none']) expect((await begin(site)).location?.origin, site).toBe(provider.issuer);
    for (const site of ['cross-site', 'same-site'])
      expect((await begin(site)).location?.search, site).toBe(`?${new URLSearchParams({ sso: 'link', to: '/customers' })}`);
  });

  it('changes nothing when it begins, whoever asks, and nothing at HEAD', async () => {
    const {
      partner,
      provider: { id },
    } = await setting();
    const { name } = await colleague(partner);
    const before = await wholeDatabase(sql());
    const visitor = browser();
    const begun = await visitor.open(`/api/sso/start?provider=${id}`);
    expect(begun.location?.origin).toBe(provider.issuer);
    expect(Object.fromEntries(begun.location?.searchParams ?? [])).toMatchObject({
      response_type: 'code',
      code_challenge_method: 'S256',
      redirect_uri: redirectUri,
      scope: 'openid email',
    });
    for (const path of [
      '/api/sso/start',
      '/api/sso/start?provider=x',
      '/api/sso/start?provider=00000000-0000-7000-8000-000000000000',
      '/api/sso/callback?code=x&state=y',
      '/api/sso/callback',
    ])
      expect((await browser().open(path)).location?.search, path).toBe('?sso=link');
    const back = await visitor.comeBack(id, name);
    expect((await visitor.open(back.href, { method: 'HEAD' })).status).toBe(405);
    expect(await wholeDatabase(sql())).toEqual(before);
    expect(await visitor.open(back.href).then(({ location }) => location?.pathname)).toBe('/customers');
  });

  it('leads to no other site afterwards', async () => {
    const {
      partner,
      provider: { id },
    } = await setting();
    const { name } = await colleague(partner);
    for (const to of ['https://evil.example', '//evil.example', '/\\evil.example', 'javascript:alert(1)', '/ x\r\nset-cookie: a=b'])
      expect(await browser().signIn(id, name, to), to).toBe('/');
  });

  it('is good once, in the browser that began it, as it was begun, and for ten minutes', async () => {
    const {
      partner,
      provider: { id, version },
      admin,
    } = await setting();
    const { name } = await colleague(partner);
    const cookieOf = (visitor: ReturnType<typeof browser>) => visitor.jarOf(publicUrl).get('clientele-sso') ?? '';
    const put = (visitor: ReturnType<typeof browser>, value: string) => void visitor.jarOf(publicUrl).set('clientele-sso', value);

    // Replayed, with everything that the browser had.
    const visitor = browser();
    const back = await visitor.comeBack(id, name);
    const kept = cookieOf(visitor);
    expect((await visitor.open(back.href)).location?.pathname).toBe('/customers');
    expect(cookieOf(visitor)).toBe('');
    expect((await visitor.open(back.href)).location?.search).toBe('?sso=link');
    put(visitor, kept);
    expect((await visitor.open(back.href)).location?.search).toBe('?sso=link&to=%2Fcustomers');
    expect(await refusals(partner)).toEqual(['link']);
    // 10 at once: one gets in.
    const many = browser();
    const once = await many.comeBack(id, name);
    const one = cookieOf(many);
    const ends = await Promise.all(
      Array.from({ length: 10 }, async () => {
        const copy = browser();
        await copy.open('/healthz');
        put(copy, one);
        return (await copy.open(once.href)).location?.pathname;
      }),
    );
    expect(ends.filter((end) => end === '/customers')).toHaveLength(1);

    // Another browser, another state, a changed cookie, one of something else.
    const victim = browser();
    const stolen = await victim.comeBack(id, name);
    expect((await browser().open(stolen.href)).location?.search).toBe('?sso=link');
    const tampered = new URL(stolen);
    tampered.searchParams.set('state', 'x');
    expect((await victim.open(tampered.href)).location?.search).toContain('sso=link');
    const flipped = cookieOf(await begun(id)).replace(/.$/, (last) => (last === 'A' ? 'B' : 'A'));
    const other = await begun(id);
    put(other, flipped);
    expect((await other.open(stolen.href)).location?.search).toBe('?sso=link');

    // The provider was changed while the person was there.
    const slow = browser();
    const late = await slow.comeBack(id, name);
    await admin.ask('PUT', '/api/sign-in-provider', bodyOf({ domains: ['x.example'] }), ifMatch(version));
    expect((await slow.open(late.href)).location?.search).toContain('sso=link');

    async function begun(of: string) {
      const fresh = browser();
      await fresh.open(`/api/sso/start?provider=${of}`);
      return fresh;
    }
  });
});

describe('what a provider says of a person', () => {
  /** One sign-in at the provider that says whatever it is told to. */
  async function outcome(said: (begun: { nonce: string; email: string }) => Said): Promise<string> {
    const {
      partner,
      provider: { id },
    } = await setting({ issuer: forged.issuer });
    const { user } = await colleague(partner);
    const visitor = browser();
    const start = (await visitor.open(`/api/sso/start?provider=${id}`)).location as URL;
    const nonce = start.searchParams.get('nonce') ?? '';
    const { claims, ...more } = said({ nonce, email: user.email });
    forged.say({ claims: { nonce, email: user.email, ...claims }, ...more });
    const end = (await visitor.open(`${redirectUri}?code=x&state=${start.searchParams.get('state')}`)).location;
    const isIn = visitor.sessionToken() !== '';
    expect(isIn).toBe(end?.pathname === '/' && end.search === '');
    expect(await refusals(partner)).toEqual(isIn ? [] : [end?.searchParams.get('sso')]);
    return isIn ? 'in' : (end?.searchParams.get('sso') ?? '');
  }
  const now = () => Math.floor(Date.now() / 1000);

  it('counts when it holds, with clocks that differ by five minutes at most', async () => {
    expect(await outcome(() => ({}))).toBe('in');
    expect(await outcome(() => ({ claims: { exp: now() - 280, iat: now() - 600 } }))).toBe('in');
    expect(await outcome(() => ({ claims: { exp: now() - 310, iat: now() - 600 } }))).toBe('token');
    expect(await outcome(() => ({ claims: { iat: now() + 280, nbf: now() + 280, exp: now() + 900 } }))).toBe('in');
    expect(await outcome(() => ({ claims: { iat: now() + 320, exp: now() + 900 } }))).toBe('token');
    expect(await outcome(() => ({ claims: { nbf: now() + 320, exp: now() + 900 } }))).toBe('token');
  });

  it('is refused for another client, of another issuer, for another request, forged, unsigned or without a person', async () => {
    for (const claims of [
      { aud: 'somebody-else' },
      { iss: 'https://another.example' },
      { nonce: 'x' },
      { nonce: undefined },
      { sub: undefined },
      { exp: undefined },
    ])
      expect(await outcome(() => ({ claims })), JSON.stringify(claims)).toBe('token');
    expect(await outcome(() => ({ isForged: true }))).toBe('token');
    expect(await outcome(() => ({ isUnsigned: true }))).toBe('token');
  });

  it('names nobody by an address that is not there, or not vouched for', async () => {
    for (const claims of [{ email: undefined }, { email_verified: false }, { email_verified: undefined }, { email_verified: 1 }])
      expect(await outcome(() => ({ claims })), JSON.stringify(claims)).toBe('unverified');
    expect(await outcome(({ email }) => ({ claims: { email: email.toUpperCase(), email_verified: 'true' } }))).toBe('in');
  });
});

describe('single sign-on only', () => {
  const signIn = (email: string, password = 'correct horse battery') =>
    asker(portal.url)('POST', '/api/auth/sign-in/email', { email, password }, { origin: portal.url, 'x-forwarded-for': '10.0.0.1' });

  it('is set by who has come by it, ends the other sessions, and leaves global admins their password', async () => {
    const {
      partner,
      admin,
      provider: { id },
    } = await setting();
    const agent = await colleague(partner);
    people.set('the admin', { email: admin.user.email });
    const byProvider = browser();
    expect(await byProvider.signIn(id, 'the admin', '/')).toBe('/');
    const agents = browser();
    expect(await agents.signIn(id, agent.name, '/')).toBe('/');
    expect((await admin.ask('GET', '/api/sign-in-provider')).json).toMatchObject({ isProven: true, people: 2 });
    const only = await admin.ask('PUT', '/api/sign-in-provider', bodyOf({ clientSecret: undefined, passwordAllowed: false }), ifMatch(1));
    expect(only.json).toMatchObject({ passwordAllowed: false, version: 2 });
    // The agent's password session is over, the other one and the admin's are not.
    expect((await agent.ask('GET', '/api/session')).status).toBe(401);
    expect(await sessionOf(agents.sessionToken())).toMatchObject({ user_id: agent.user.id });
    expect((await admin.ask('GET', '/api/session')).status).toBe(200);
    expect((await eventsOf(partner)).at(-1)).toMatchObject({
      data: { changes: { onlySingleSignOn: { from: 'false', to: 'true' } }, sessions: 1 },
    });

    // Who knows the password is told why it does not let in; nobody else learns anything.
    const refused = await signIn(agent.user.email);
    expect([refused.status, refused.json.code]).toEqual([403, 'SINGLE_SIGN_ON_ONLY']);
    expect((await signIn(agent.user.email, 'wrong password')).status).toBe(401);
    expect((await signIn(admin.user.email)).status).toBe(200);
    expect(await browser().signIn(id, agent.name, '/')).toBe('/');

    // Another issuer is another provider: it has to prove itself first.
    const elsewhere = bodyOf({ issuer: forged.issuer, passwordAllowed: false });
    expect((await admin.ask('PUT', '/api/sign-in-provider', elsewhere, ifMatch(2))).json.errors).toEqual([
      { path: 'passwordAllowed', rule: 'provider_unproven' },
    ]);
    expect((await admin.ask('PUT', '/api/sign-in-provider', { ...elsewhere, passwordAllowed: true }, ifMatch(2))).json).toMatchObject({
      people: 0,
      isProven: false,
    });
    expect(await sessionOf(agents.sessionToken())).toBeUndefined();
  });

  it('ends when the provider is removed: whoever came by it is out, and passwords let in again', async () => {
    const {
      partner,
      admin,
      provider: { id },
    } = await setting();
    const agent = await colleague(partner);
    const visitor = browser();
    expect(await visitor.signIn(id, agent.name, '/')).toBe('/');
    const removed = await admin.ask('DELETE', '/api/sign-in-provider', {});
    expect(removed.json).toMatchObject({ id: null, version: 0 });
    expect(await sessionOf(visitor.sessionToken())).toBeUndefined();
    expect(await sql()`select from accounts where provider_id = ${`oidc:${id}`}`).toHaveLength(0);
    expect((await agent.ask('GET', '/api/session')).status).toBe(200);
    expect(await browser().open(`/api/sso/start?provider=${id}`)).toMatchObject({
      location: expect.objectContaining({ search: '?sso=link' }),
    });
    expect((await eventsOf(partner)).at(-1)).toMatchObject({
      type: 'sign_in_provider.removed',
      data: { signInProviderId: id, sessions: 1 },
    });
  });
});

describe('the sign-in page', () => {
  it('offers what is there for the domain of an address, and tells nothing about the address itself', async () => {
    const domain = `d${unique()}.example`;
    const { partner, provider: made } = await setting({ domains: [domain] });
    const known = await aPartnerUser(sql(), partner, ['sales-agent'], { email: `known@${domain}` });
    const find = async (email: string) => (await asker(portal.url)('POST', '/api/sso/find', { email })).json;
    const offered = { items: [{ id: made.id, partnerName: partner.name, host: new URL(provider.issuer).host }] };
    expect(await find(known.email)).toEqual(offered);
    expect(await find(`nobody@${domain.toUpperCase()}`)).toEqual(offered);
    expect(await find(`nobody@sub.${domain}`)).toEqual({ items: [] });
    expect((await find('nobody')).errors).toEqual([{ path: 'email', rule: 'email' }]);
    // Two that claim a domain are both named: the person chooses.
    const { partner: second } = await setting({ domains: [domain] });
    expect((await find(known.email)).items.map(({ partnerName }: { partnerName: string }) => partnerName).sort()).toEqual(
      [partner.name, second.name].sort(),
    );
  });
});

import { randomUUID as newId } from 'node:crypto';
import { request as send } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import {
  aCustomer,
  aCustomerUser,
  anAgreementRequest,
  anApiKey,
  anEndCertificate,
  anInvitation,
  anOrganization,
  aPartner,
  aPartnerUser,
  aPartnerUserInvitation,
  aSession,
  sessionCookie,
} from '@clientele/db/testing';
import type { Cloud } from '@clientele/domain';
import { createCheckCodes, createCloudHosts, createLinks, createSignInLinks, setUpCode } from '@clientele/services';
import { hashPassword } from 'better-auth/crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startOpenIdProvider, type TestOpenIdProvider, testClient } from './testing/openid-provider.ts';
import { openPortal, type Portal, secret } from './testing/portal.ts';

const addresses = { public: 'http://portal.test', 'us-government': 'http://gov.portal.test:8080' } as const;
const hosts = createCloudHosts({ addresses, secret });
const both: Cloud[] = ['public', 'us-government'];
const otherOf = (cloud: Cloud): Cloud => (cloud === 'public' ? 'us-government' : 'public');
let portal: Portal;
beforeAll(async () => {
  portal = await openPortal({
    CLOUDS: 'both',
    PUBLIC_URL: addresses.public,
    US_GOVERNMENT_URL: addresses['us-government'],
    ALLOW_PRIVATE_ADDRESSES: 'true',
  });
});
afterAll(() => portal?.close());
const sql = () => portal.database.sql;

interface Sent {
  body?: unknown;
  form?: Record<string, string>;
  cookie?: string | undefined;
  bearer?: string;
}
/** A request to one cloud's host. The other headers are the browser's of a page there. */
async function ask(cloud: Cloud, method: string, path: string, { body, form, cookie, bearer }: Sent = {}) {
  const host = new URL(addresses[cloud]).host;
  const payload = form ? new URLSearchParams(form).toString() : body === undefined ? undefined : JSON.stringify(body);
  return new Promise<{ status: number; text: string; headers: Record<string, string | string[] | undefined> }>((resolve, reject) => {
    const request = send(
      new URL(path, portal.url),
      {
        method,
        headers: {
          ...{ host, origin: addresses[cloud], accept: 'text/html' },
          ...(cookie ? { cookie } : {}),
          ...(bearer ? { authorization: `Bearer ${bearer}` } : {}),
          ...(payload === undefined ? {} : { 'content-type': form ? 'application/x-www-form-urlencoded' : 'application/json' }),
        },
      },
      (response) => {
        let text = '';
        response.setEncoding('utf8').on('data', (more: string) => (text += more));
        response.on('end', () => resolve({ status: response.statusCode ?? 0, text, headers: response.headers }));
      },
    );
    request.on('error', reject);
    request.end(payload);
  });
}
/** What can be told of an answer: not the id of the request. */
const told = ({ status, text }: { status: number; text: string }) => ({ status, text: text.replace(/"requestId":"[^"]*"/, '') });
const pathOf = (link: string) => new URL(link).pathname;
/** The same address with one sign of its mark changed: what nobody has made. */
const nonsense = (path: string) =>
  path.replace(/[\w-]{46}/, (token) => `${token.slice(0, 30)}${token[30] === 'A' ? 'B' : 'A'}${token.slice(31)}`);
const eventsOf = async (partner: { id: string }) =>
  (
    await sql()`select type, data from events where partner_id = ${partner.id} and type in ('access.other_cloud', 'api_key.refused') order by id`
  ).map((row) => ({ ...row }));

async function partnerIn(cloud: Cloud) {
  const partner = await aPartner(sql(), { cloud, country: 'US' });
  const user = await aPartnerUser(sql(), partner, ['global-admin'], { password: await hashPassword('correct horse battery') });
  const cookie = sessionCookie(await aSession(sql(), user), hosts.of(cloud).secret);
  return { cloud, partner, user, cookie, links: createLinks(hosts.of(cloud)) };
}

describe.each(both)('what %s has made', (cloud) => {
  const other = otherOf(cloud);
  let home: Awaited<ReturnType<typeof partnerIn>>;
  beforeAll(async () => {
    home = await partnerIn(cloud);
  });

  it('signs in at its own host, and at the other as nobody, with a record for its partner', async () => {
    expect((await ask(cloud, 'GET', '/api/session', { cookie: home.cookie })).status).toBe(200);
    const crossed = await ask(other, 'GET', '/api/session', { cookie: home.cookie });
    expect(told(crossed)).toEqual(told(await ask(other, 'GET', '/api/session', { cookie: 'better-auth.session_token=nonsense' })));
    expect(crossed.status).toBe(401);
    // Once an hour, however often it comes.
    for (let again = 0; again < 3; again += 1) await ask(other, 'GET', '/api/customers', { cookie: home.cookie });
    expect(await eventsOf(home.partner)).toEqual([{ type: 'access.other_cloud', data: { means: 'session', userId: home.user.id } }]);
    // A session of this host that is signed as one there is none either.
    const forged = sessionCookie(await aSession(sql(), home.user), hosts.of(other).secret);
    expect((await ask(other, 'GET', '/api/session', { cookie: forged })).status).toBe(401);
    expect((await ask(other, 'GET', '/api/changes', { cookie: home.cookie })).status).toBe(401);
  });

  it('has passwords that are wrong at the other host', async () => {
    const signIn = (where: Cloud, password: string, email = home.user.email) =>
      ask(where, 'POST', '/api/auth/sign-in/email', { body: { email, password } });
    const sessions = async () => (await sql()`select from sessions where user_id = ${home.user.id}`).length;
    const before = await sessions();
    const [crossed, wrong] = [await signIn(other, 'correct horse battery'), await signIn(other, 'not the password')];
    expect(told(crossed)).toEqual(told(wrong));
    expect(crossed.headers['set-cookie']).toBeUndefined();
    expect(await sessions()).toBe(before);
    expect((await signIn(cloud, 'correct horse battery')).status).toBe(200);
    await waitFor(async () =>
      expect((await eventsOf(home.partner)).at(-1)).toEqual({
        type: 'access.other_cloud',
        data: { means: 'password', userId: home.user.id },
      }),
    );
  });

  it('has API keys that are no keys at the other host', async () => {
    const { key } = await anApiKey(sql(), home.partner, home.user);
    expect((await ask(cloud, 'GET', '/api/session', { bearer: key })).status).toBe(200);
    const crossed = await ask(other, 'GET', '/api/session', { bearer: key });
    expect(told(crossed)).toEqual(told(await ask(other, 'GET', '/api/session', { bearer: `clientele_${'x'.repeat(43)}` })));
    expect((await eventsOf(home.partner)).at(-1)).toMatchObject({ type: 'api_key.refused', data: { because: 'other_cloud' } });
  });

  it('has links that are not links of ours at the other host', async () => {
    const { partner, user, links } = home;
    const customer = await aCustomer(sql(), partner, { agreementAcceptedAt: null, agreementBy: null });
    const invitation = await anInvitation(sql(), partner, user);
    const request = await anAgreementRequest(sql(), customer, user);
    const joining = await aPartnerUserInvitation(sql(), partner, user);
    const certificate = await anEndCertificate(sql(), customer);
    const feed = newId();
    await sql()`insert into calendar_feeds values (${feed}, ${partner.id}, ${user.id}, 1, now())`;
    const paths = {
      invitation: pathOf(links.linkOf({ id: invitation.id, tokenVersion: 1 })),
      agreement: pathOf(links.agreement.linkOf(request.id)),
      certificate: pathOf(links.certificate.linkOf(certificate.id)),
      calendar: pathOf(links.calendar.linkOf({ id: feed, version: 1 })),
      joining: `/api${pathOf(links.partnerUser.linkOf(joining.id))}`,
    };
    for (const [what, path] of Object.entries(paths)) {
      expect((await ask(cloud, 'GET', path)).status, what).toBe(200);
      expect(nonsense(path), what).not.toBe(path);
      const crossed = await ask(other, 'GET', path);
      expect(crossed.status, what).toBe(404);
      const strip = (answer: typeof crossed, of: string) => told({ ...answer, text: answer.text.replaceAll(of, '') });
      expect(strip(crossed, path), what).toEqual(strip(await ask(other, 'GET', nonsense(path)), nonsense(path)));
    }
    const acts: [string, Sent][] = [
      [`${paths.invitation}/accept`, { form: { firstName: 'A', lastName: 'B', agreement: 'on' } }],
      [`${paths.invitation}/decline`, { form: {} }],
      [`${paths.agreement}/accept`, { form: { firstName: 'A', lastName: 'B', agreement: 'on' } }],
      [paths.joining, { body: { password: 'three plain words here' } }],
    ];
    for (const [path, sent] of acts) expect((await ask(other, 'POST', path, sent)).status, path).toBe(404);
    expect(await sql()`select state from invitations where id = ${invitation.id}`).toEqual([{ state: 'pending' }]);
    expect(await sql()`select state from partner_user_invitations where id = ${joining.id}`).toEqual([{ state: 'pending' }]);
  });

  it('has customers’ people who sign in to their own page at its host only', async () => {
    const organization = await anOrganization(sql(), { cloud });
    await aCustomer(sql(), home.partner, { organizationId: organization.id, domain: organization.domain });
    const person = await aCustomerUser(sql(), organization, {});
    const cookie = sessionCookie(await aSession(sql(), { id: person.userId as string }), hosts.of(cloud).secret);
    const mine = await ask(cloud, 'GET', '/my', { cookie });
    expect(mine.text).toContain(home.partner.name);
    expect((await ask(other, 'GET', '/my', { cookie })).headers.location).toMatch(/^\/my\/sign-in/);
    // A session at the other host for the same person shows nothing of here.
    const foreign = sessionCookie(await aSession(sql(), { id: person.userId as string }), hosts.of(other).secret);
    const there = await ask(other, 'GET', '/my', { cookie: foreign });
    expect([there.status, there.text.includes(home.partner.name)]).toEqual([200, false]);

    // Links to sign in with: each for what was asked at its host.
    const links = createSignInLinks(hosts.of(cloud));
    const id = newId();
    await sql()`insert into sign_in_requests (id, address, language, mailbox, state, next_attempt_at, created_at, expires_at, cloud)
      values (${id}, ${person.email}, 'en', ${person.email}, 'sent', now(), now(), now() + interval '15 minutes', ${cloud})`;
    const path = pathOf(links.linkOf(id));
    expect((await ask(cloud, 'GET', path)).status).toBe(200);
    expect((await ask(other, 'GET', path)).status).toBe(404);
    expect((await ask(other, 'GET', pathOf(createSignInLinks(hosts.of(other)).linkOf(id)))).text).toBeDefined();
    await ask(other, 'POST', '/my/sign-in/link', { form: { email: person.email } });
    expect(
      await sql()`select cloud from sign_in_requests where address = ${person.email.toLowerCase()} order by created_at desc limit 1`,
    ).toEqual([{ cloud: other }]);
    const [found] = await sql()`select sign_in_mailbox(${person.email}, ${other}) as mailbox`;
    expect(found?.mailbox).toBeNull();
  });

  it('has papers whose check codes are right at its host only', async () => {
    const record = newId();
    const [here, there] = both.map((one) => createCheckCodes(hosts.of(one)).codeOf(record));
    expect(here).not.toBe(there);
  });

  it('is set up at its own host, with a code of its own', async () => {
    const { secret: own } = hosts.of(cloud);
    const [row] = await sql()`select partner_count() as count`;
    const code = setUpCode(own, row?.count as number);
    const body = (of: Cloud) => ({
      ...{ code, partner: { name: `Agency ${cloud}`, type: 'direct-partner', cloud: of, country: 'US' } },
      admin: { firstName: 'A', lastName: 'B', email: `set-up-${cloud}@agency.example`, password: 'correct horse battery', language: 'en' },
    });
    expect(JSON.parse((await ask(cloud, 'GET', '/api/setup')).text)).toEqual({
      required: false,
      cloud,
      elsewhere: [{ cloud: other, address: addresses[other] }],
    });
    expect(JSON.parse((await ask(other, 'POST', '/api/setup', { body: body(other) })).text).errors).toEqual([
      { path: 'code', rule: 'set_up_code' },
    ]);
    expect(JSON.parse((await ask(cloud, 'POST', '/api/setup', { body: body(other) })).text).errors).toEqual([
      { path: 'partner.cloud', rule: 'cloud_elsewhere' },
    ]);
    expect((await ask(cloud, 'POST', '/api/setup', { body: body(cloud) })).status).toBe(201);
  });

  it('has a single sign-on that begins and ends at its own host', async () => {
    const people = new Map([['ben', { email: home.user.email }]]);
    const redirectUri = `${addresses[cloud]}/api/sso/callback`;
    const provider: TestOpenIdProvider = await startOpenIdProvider({ redirectUri, people });
    try {
      const domain = `${cloud}.example`;
      const set = await setProvider(provider.issuer, domain);
      expect(set.redirectUri).toBe(redirectUri);
      const find = async (where: Cloud) =>
        JSON.parse((await ask(where, 'POST', '/api/sso/find', { body: { email: `x@${domain}` } })).text).items;
      expect(await find(cloud)).toHaveLength(1);
      expect(await find(other)).toEqual([]);
      expect((await ask(other, 'GET', `/api/sso/start?provider=${set.id}`)).headers.location).toBe('/sign-in?sso=link');
      const begun = await ask(cloud, 'GET', `/api/sso/start?provider=${set.id}`);
      const state = new URL(String(begun.headers.location)).searchParams.get('state');
      const cookie = String(begun.headers['set-cookie']).split(';')[0];
      const crossed = await ask(other, 'GET', `/api/sso/callback?code=x&state=${state}`, { cookie });
      expect([crossed.status, crossed.headers.location]).toEqual([302, '/sign-in?sso=link']);
      expect(crossed.text).not.toContain(home.partner.name);
    } finally {
      await provider.stop();
    }
  });
  async function setProvider(issuer: string, domain: string): Promise<{ id: string; redirectUri: string }> {
    const body = { issuer, clientId: testClient.id, clientSecret: testClient.secret, domains: [domain], passwordAllowed: true };
    return new Promise((resolve, reject) => {
      const request = send(
        new URL('/api/sign-in-provider', portal.url),
        {
          method: 'PUT',
          headers: { host: new URL(addresses[cloud]).host, cookie: home.cookie, 'content-type': 'application/json', 'if-match': '"0"' },
        },
        (response) => {
          let text = '';
          response.setEncoding('utf8').on('data', (more: string) => (text += more));
          response.on('end', () => (response.statusCode === 200 ? resolve(JSON.parse(text)) : reject(new Error(text))));
        },
      );
      request.end(JSON.stringify(body));
    });
  }

  it('says its own address wherever it names one', async () => {
    const invited = await ask(cloud, 'POST', '/api/invitations', {
      cookie: home.cookie,
      body: {
        email: 'a@invited.example',
        companyName: 'Contoso',
        language: 'en',
        delegatedAdmin: true,
        message: 'Please {link}',
        sendMail: false,
      },
    });
    expect(invited.status, invited.text).toBe(202);
    const { id } = JSON.parse(invited.text);
    const link = JSON.parse((await ask(cloud, 'POST', `/api/invitations/${id}/link`, { cookie: home.cookie, body: {} })).text);
    expect(link.link.startsWith(`${addresses[cloud]}/i/`)).toBe(true);
    expect(link.text).toContain(link.link);
    const feed = JSON.parse((await ask(cloud, 'POST', '/api/delegated-admin/feed', { cookie: home.cookie, body: {} })).text);
    expect(feed.address?.startsWith(`${addresses[cloud]}/calendar/`) ?? feed).toBe(true);
    expect(JSON.parse((await ask(cloud, 'GET', '/api/openapi.json')).text).servers).toEqual([{ url: addresses[cloud] }]);
  });
});

describe('one cloud alone', () => {
  it('lets in nobody of the other one, whatever name its host is called by', async () => {
    const alone = await openPortal();
    try {
      const partner = await aPartner(alone.database.sql, { cloud: 'us-government', country: 'US' });
      const user = await aPartnerUser(alone.database.sql, partner, ['global-admin'], {
        password: await hashPassword('correct horse battery'),
      });
      for (const key of both) {
        const cookie = sessionCookie(await aSession(alone.database.sql, user), hosts.of(key).secret);
        expect((await fetch(`${alone.url}/api/session`, { headers: { cookie } })).status).toBe(401);
      }
      const signIn = await fetch(`${alone.url}/api/auth/sign-in/email`, {
        ...{ method: 'POST', headers: { 'content-type': 'application/json', origin: alone.url } },
        body: JSON.stringify({ email: user.email, password: 'correct horse battery' }),
      });
      expect(signIn.status).toBe(401);
    } finally {
      await alone.close();
    }
  });
});

async function waitFor(look: () => Promise<void>): Promise<void> {
  for (const end = Date.now() + 5000; ; await sleep(20))
    try {
      return await look();
    } catch (error) {
      if (Date.now() > end) throw error;
    }
}

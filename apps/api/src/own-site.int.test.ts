import { aPartner } from '@clientele/db/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { endpoints } from './openapi.ts';
import { asker, openPortal, type Portal, tokenOf, usePortal, wholeDatabase } from './testing/portal.ts';
import { samples } from './testing/samples.ts';

const portal = usePortal();
const elsewhere: Record<string, string>[] = [
  { origin: 'https://evil.example' },
  { origin: 'null' },
  { origin: 'not an origin' },
  { 'sec-fetch-site': 'cross-site' },
  { 'sec-fetch-site': 'same-site' },
];
const changing = endpoints.filter(({ method }) => method !== 'GET');

describe('a page of another site', () => {
  it('changes nothing through any endpoint, in whosever browser it is', async () => {
    const things = await portal.furnished();
    const { ask } = await portal.signedIn(things.partner);
    const before = await wholeDatabase(portal.sql);
    for (const endpoint of changing) {
      const sample = samples[endpoint.name]?.(things);
      if (endpoint.path === '/api/returned-mails') continue; // By a secret that is in no browser.
      const path = sample?.path ?? endpoint.path.replaceAll(/:\w+/g, 'x');
      for (const headers of elsewhere) {
        const answer = await ask(endpoint.method, path, sample?.body ?? {}, { ...sample?.headers, ...headers });
        expect([answer.status, answer.json?.detail], `${endpoint.name} ${JSON.stringify(headers)}`).toEqual([
          403,
          'This request comes from a page of another site.',
        ]);
      }
    }
    expect(await wholeDatabase(portal.sql)).toEqual(before);
  });

  it('sends no form to the API: what a browser lets it send without asking is refused', async () => {
    const things = await portal.furnished();
    const { ask } = await portal.signedIn(things.partner);
    const before = await wholeDatabase(portal.sql);
    for (const endpoint of changing) {
      if (endpoint.path === '/api/returned-mails') continue;
      const sample = samples[endpoint.name]?.(things);
      const path = sample?.path ?? endpoint.path.replaceAll(/:\w+/g, 'x');
      for (const type of [
        'application/x-www-form-urlencoded',
        'multipart/form-data; boundary=x',
        'text/plain',
        'TEXT/PLAIN; charset=utf-8',
      ]) {
        const answer = await ask(endpoint.method, path, JSON.stringify(sample?.body ?? {}), { ...sample?.headers, 'content-type': type });
        expect([answer.status, answer.json?.errors?.[0]?.path], `${endpoint.name} ${type}`).toEqual([422, 'Content-Type']);
      }
    }
    expect(await wholeDatabase(portal.sql)).toEqual(before);
  });

  it('neither signs anybody in nor out, nor answers for a customer', async () => {
    const { invitation, partner } = await portal.furnished();
    const { ask } = await portal.signedIn(partner);
    const form = { 'content-type': 'application/x-www-form-urlencoded' };
    const before = await wholeDatabase(portal.sql);
    const token = tokenOf(invitation);
    for (const headers of elsewhere) {
      const answers = await Promise.all([
        ask('POST', '/api/auth/sign-in/email', { email: 'a@b.example', password: 'x' }, headers),
        ask('POST', '/api/auth/sign-out', {}, headers),
        ask('POST', '/my/sign-in', 'email=a&password=b', { ...form, ...headers }),
        ask('POST', '/my/sign-in/link', 'email=a@b.example', { ...form, ...headers }),
        ask('POST', '/my/sign-out', '', { ...form, ...headers }),
        ...['accept', 'decline', 'hand-over', 'sign-in', 'seen'].map((act) =>
          ask('POST', `/i/${token}/${act}`, 'reason=x', { ...form, ...headers }),
        ),
        ask('POST', '/u/nothing', '', { ...form, ...headers }),
        ask('POST', '/a/nothing/accept', '', { ...form, ...headers }),
      ]);
      for (const answer of answers) expect([403, 404], JSON.stringify(headers)).toContain(answer.status);
    }
    expect(await wholeDatabase(portal.sql)).toEqual(before);
    expect((await ask('GET', '/api/session')).status).toBe(200);
  });
});

describe('a page of our own', () => {
  let behindTls: Portal;
  beforeAll(async () => {
    behindTls = await openPortal({ PUBLIC_URL: 'https://partners.example' });
  });
  afterAll(() => behindTls.close());
  /** Whether a request from there is let through as far as the question who asks. */
  const isLetIn = async (of: { url: string }, headers: Record<string, string>) =>
    (await asker(of.url)('POST', '/api/account/sessions/end-others', {}, headers)).status === 401;

  it('is one under the name that the request goes to, or under the public one, which a proxy may hide from us', async () => {
    expect(await isLetIn(portal, { origin: portal.url, 'sec-fetch-site': 'same-origin' })).toBe(true);
    expect(await isLetIn(portal, {})).toBe(true);
    expect(await isLetIn(portal, { 'sec-fetch-site': 'none' })).toBe(true);
    expect(await isLetIn(behindTls, { origin: 'https://partners.example' })).toBe(true);
  });

  it('that came without TLS, where there is TLS, may be anybody’s', async () => {
    expect(await isLetIn(behindTls, { origin: 'http://partners.example' })).toBe(false);
    expect(await isLetIn(behindTls, { origin: 'https://partners.example.evil.example' })).toBe(false);
    expect(await isLetIn(behindTls, { origin: 'https://partners.example:8443' })).toBe(false);
  });
});

it('counts the endpoints that change something, so that a test over none is none', async () => {
  expect(changing.length).toBeGreaterThan(50);
  expect(await aPartner(portal.sql)).toBeDefined();
});

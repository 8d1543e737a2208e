import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { anInvitation, aPartner, aPartnerUser } from '@clientele/db/testing';
import { hashPassword } from 'better-auth/crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { asker, openPortal, type Portal, tokenOf } from './testing/portal.ts';

const password = 'a good long password';
const web = mkdtempSync(join(tmpdir(), 'clientele-web-'));
mkdirSync(join(web, 'assets'));
writeFileSync(join(web, 'index.html'), '<!doctype html><title>Clientele</title>');
writeFileSync(join(web, 'theme.js'), '');
writeFileSync(join(web, 'assets', 'index-abc.js'), '');

let plain: Portal;
let behindTls: Portal;
beforeAll(async () => {
  plain = await openPortal({ WEB_DIST: web });
  behindTls = await openPortal({ WEB_DIST: web, PUBLIC_URL: 'https://partners.example' });
});
afterAll(async () => {
  await Promise.all([plain.close(), behindTls.close()]);
  rmSync(web, { recursive: true });
});

/** A person of a partner, signed in by the form's own request; the cookie as the answer sets it. */
async function signedIn(portal: Portal) {
  const { sql } = portal.database;
  const partner = await aPartner(sql);
  const user = await aPartnerUser(sql, partner, ['global-admin'], { password: await hashPassword(password) });
  const answer = await asker(portal.url)('POST', '/api/auth/sign-in/email', { email: user.email, password }, { origin: portal.url });
  const [line = ''] = answer.headers.getSetCookie();
  return { partner, user, answer, line, ask: asker(portal.url, line.split(';')[0]) };
}

/** An answer of each kind, and who may keep it. */
async function answersOf(portal: Portal) {
  const { ask, partner, user, answer } = await signedIn(portal);
  const visitor = asker(portal.url);
  const invitation = await anInvitation(portal.database.sql, partner, user);
  const get = (path: string) => visitor('GET', path);
  return {
    'a page of the portal': { answer: await get('/customers'), cache: 'no-cache', kind: 'portal' },
    'an asset': { answer: await get('/assets/index-abc.js'), cache: 'public, max-age=31536000, immutable', kind: 'data' },
    'an asset that is not there': { answer: await get('/assets/nothing.js'), cache: 'no-store', kind: 'data' },
    'a file of the portal': { answer: await get('/theme.js'), cache: 'public, max-age=0', kind: 'data' },
    'an answer of the API': { answer: await ask('GET', '/api/customers'), cache: 'no-store', kind: 'data' },
    'who is not signed in': { answer: await get('/api/customers'), cache: 'no-store', kind: 'data' },
    'a sign-in': { answer, cache: 'no-store', kind: 'data' },
    'a wrong sign-in': {
      answer: await visitor('POST', '/api/auth/sign-in/email', { email: 'a@b.example', password: 'wrong' }, { origin: portal.url }),
      cache: 'no-store',
      kind: 'data',
    },
    'a body that is no JSON': {
      answer: await ask('POST', '/api/customers', '{', { 'content-type': 'application/json' }),
      cache: 'no-store',
      kind: 'data',
    },
    'no such endpoint': { answer: await get('/api/nothing'), cache: 'no-store', kind: 'data' },
    'an export': { answer: await ask('GET', '/api/customers.csv'), cache: 'no-store', kind: 'data' },
    'the documentation': { answer: await get('/api/docs'), cache: 'no-store', kind: 'documentation' },
    'the documentation’s script': { answer: await get('/api/docs/swagger-ui-bundle.js'), cache: 'public, max-age=3600', kind: 'data' },
    'a page of a customer': { answer: await get(`/i/${tokenOf(invitation)}`), cache: 'no-store', kind: 'page' },
    'a link that is none': { answer: await get('/i/nothing'), cache: 'no-store', kind: 'page' },
    'the own page’s sign-in': { answer: await get('/my/sign-in'), cache: 'no-store', kind: 'page' },
    'the frame of a mail': { answer: await get('/pages/mail-frame'), cache: 'no-store', kind: 'frame' },
    'whether it lives': { answer: await get('/healthz'), cache: 'no-store', kind: 'data' },
  } as const;
}

describe('every answer, of whatever kind', () => {
  it('has the headers that keep it from being read as something else, framed, kept, or read by another site', async () => {
    for (const [what, { answer, cache, kind }] of Object.entries(await answersOf(plain))) {
      const { headers } = answer;
      const framed = kind === 'frame';
      expect(Object.fromEntries(headers), what).toMatchObject({
        'x-content-type-options': 'nosniff',
        'referrer-policy': 'same-origin',
        'x-frame-options': framed ? 'SAMEORIGIN' : 'DENY',
        'cross-origin-opener-policy': 'same-origin',
        'cross-origin-resource-policy': 'same-origin',
        'permissions-policy': expect.stringContaining('camera=()'),
        'cache-control': cache,
        'x-request-id': expect.any(String),
      });
      expect(headers.get('x-powered-by'), what).toBeNull();
      expect(headers.get('server'), what).toBeNull();
      // Not by plain http: a browser would come back by https, where nobody is.
      expect(headers.get('strict-transport-security'), what).toBeNull();

      const policy = headers.get('content-security-policy') ?? '';
      expect(policy, what).toContain("default-src 'none'");
      expect(policy, what).toContain(`frame-ancestors ${framed ? "'self'" : "'none'"}`);
      expect(policy, what).toContain("base-uri 'none'");
      expect(policy, what).not.toMatch(/unsafe-eval|\*|http/);
      // Styles stand inline in mails, and in nothing else; there no script does but one that is known by its hash.
      expect(policy.includes('unsafe-inline'), what).toBe(framed);
      if (framed) expect(policy).toMatch(/style-src 'unsafe-inline'.*script-src 'sha256-[^']+';.*sandbox allow-scripts$/);
      if (kind === 'data') expect(policy, what).toBe("default-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'");
    }
  });

  it('says where there is TLS that there always is, for a year and the hosts below', async () => {
    for (const [what, { answer }] of Object.entries(await answersOf(behindTls)))
      expect(answer.headers.get('strict-transport-security'), what).toBe('max-age=31536000; includeSubDomains');
  });
});

describe('the session’s cookie', () => {
  it('is out of reach for scripts and other sites', async () => {
    const { line, ask } = await signedIn(plain);
    expect(line).toMatch(/^better-auth\.session_token=[^;]+; Max-Age=43200; Path=\/; HttpOnly; SameSite=Lax$/);
    expect((await ask('GET', '/api/session')).status).toBe(200);
  });

  it('with TLS goes over nothing else, and no other host can set it', async () => {
    const { line, ask, answer } = await signedIn(behindTls);
    expect(answer.headers.getSetCookie()).toHaveLength(1);
    expect(line).toMatch(/^__Host-better-auth\.session_token=[^;]+; Max-Age=43200; Path=\/; HttpOnly; Secure; SameSite=Lax$/);
    expect((await ask('GET', '/api/session')).status).toBe(200);
    // A host beside this one can set a cookie of the bare name: it counts for nothing, though the session in it is a good one.
    const value = line.split(';')[0]?.split('=').slice(1).join('=');
    for (const name of ['better-auth.session_token', '__Secure-better-auth.session_token'])
      expect((await asker(behindTls.url, `${name}=${value}`)('GET', '/api/session')).status, name).toBe(401);
    const out = await ask('POST', '/api/auth/sign-out', {}, { origin: behindTls.url });
    expect([out.status, out.headers.getSetCookie()[0]]).toEqual([
      200,
      expect.stringMatching(/^__Host-better-auth\.session_token=; Max-Age=0;.*Secure/),
    ]);
    expect((await ask('GET', '/api/session')).status).toBe(401);
  });
});

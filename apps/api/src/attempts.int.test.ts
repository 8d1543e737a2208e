import { aPartner, aPartnerUser, aUser } from '@clientele/db/testing';
import { attemptLimits } from '@clientele/domain';
import { createAttempts, createLinks } from '@clientele/services';
import { hashPassword } from 'better-auth/crypto';
import { describe, expect, it } from 'vitest';
import { asker, secret, usePortal } from './testing/portal.ts';

const portal = usePortal();
const links = createLinks({ publicUrl: 'http://localhost', secret });
const password = 'a good long password';
const { most } = attemptLimits['sign-in-by-email'];

let others: Promise<string> | undefined;
/** A second API process over the same database. */
const another = () => (others ??= portal.another());

const trySignIn = (url: string, email: string, given: string) =>
  asker(url)('POST', '/api/auth/sign-in/email', { email, password: given }, { origin: url });

async function aPerson() {
  const partner = await aPartner(portal.sql);
  const user = await aPartnerUser(portal.sql, partner, ['sales-agent'], { password: await hashPassword(password) });
  return { partner, user };
}
const lockOuts = (partner: { id: string }) =>
  portal.sql`select data, ip from events where partner_id = ${partner.id} and type = 'partner_user.locked_out'`;
/** Every address of the tests is this one: what they try wrong is not to add up. */
const forgetAddress = () => portal.sql`delete from attempts`;

describe('wrong passwords', () => {
  it('lock an address out after ten, in every process, also for the right password; the log says so once', async () => {
    await forgetAddress();
    const { partner, user } = await aPerson();
    const urls = [portal.url, await another()];
    const statuses = [];
    for (let n = 0; n < most; n += 1) statuses.push((await trySignIn(urls[n % 2] as string, user.email, `guess ${n}`)).status);
    expect(statuses).toEqual(Array(most).fill(401));
    for (const url of urls) {
      const right = await trySignIn(url, user.email, password);
      expect([right.status, right.json, right.headers.getSetCookie()]).toEqual([
        429,
        { code: 'TOO_MANY_ATTEMPTS', message: expect.stringContaining('Try again after'), until: expect.any(String) },
        [],
      ]);
      expect(Number(right.headers.get('retry-after'))).toBeGreaterThan(800);
    }
    await expect
      .poll(() => lockOuts(partner))
      .toMatchObject([{ data: { userId: user.id }, ip: expect.stringMatching(/^(127\.0\.0\.1|::1)$/) }]);
    await trySignIn(portal.url, user.email, 'once more');
    expect(await lockOuts(partner)).toHaveLength(1);
    expect(portal.logged.join()).not.toContain(user.email);
  });

  it('of fifty at once, in two processes, are looked at ten times', async () => {
    await forgetAddress();
    const { user } = await aPerson();
    const urls = [portal.url, await another()];
    const answers = await Promise.all(Array.from({ length: 50 }, (_, n) => trySignIn(urls[n % 2] as string, user.email, `guess ${n}`)));
    const count = (status: number) => answers.filter((answer) => answer.status === status).length;
    expect([count(401), count(429)]).toEqual([most, 50 - most]);
  });

  it('count together whichever form they were typed into, and however the address was written', async () => {
    await forgetAddress();
    const { user } = await aPerson();
    const page = (typed: string) =>
      asker(portal.url)('POST', '/my/sign-in', new URLSearchParams({ email: typed, password: 'wrong' }).toString(), {
        'content-type': 'application/x-www-form-urlencoded',
        origin: portal.url,
      });
    for (let n = 0; n < most / 2; n += 1) {
      await trySignIn(portal.url, user.email.toUpperCase(), 'wrong');
      await page(` ${user.email} `);
    }
    expect((await page(user.email)).status).toBe(429);
    expect((await trySignIn(portal.url, user.email, password)).status).toBe(429);
  });

  it('are forgotten with a right one', async () => {
    await forgetAddress();
    const { user } = await aPerson();
    for (let round = 0; round < 2; round += 1) {
      for (let n = 0; n < most - 1; n += 1) expect((await trySignIn(portal.url, user.email, 'wrong')).status).toBe(401);
      expect((await trySignIn(portal.url, user.email, password)).status).toBe(200);
    }
  });

  it('lock out an address that nobody has in the same way, and the answers take the same time', async () => {
    await forgetAddress();
    const { user } = await aPerson();
    const told = async (email: string) => {
      const answers = [];
      for (let n = 0; n < most + 1; n += 1) {
        const began = performance.now();
        const { status, json } = await trySignIn(portal.url, email, 'wrong');
        answers.push({
          status,
          json: { ...json, until: undefined, message: String(json.message).replace(/after .*/, '') },
          ms: performance.now() - began,
        });
      }
      return answers;
    };
    const [known, unknown] = [await told(user.email), await told('nobody@people.example')];
    const bare = ({ status, json }: (typeof known)[number]) => ({ status, json });
    expect(known.map(bare)).toEqual(unknown.map(bare));
    // A hash takes tens of milliseconds, and an answer without one a few: no measurement, only whether one was made.
    const median = (of: typeof known) => of.map(({ ms }) => ms).sort((a, b) => a - b)[Math.floor(of.length / 2)] as number;
    expect(median(unknown)).toBeGreaterThan(median(known) / 3);
    expect(median(known)).toBeGreaterThan(median(unknown) / 3);
    const [locked] = known.slice(-1);
    expect(locked?.ms).toBeGreaterThan(median(known) / 3);
  });

  it('from one network address stop at a hundred, whomever they were for; right ones are not among them', async () => {
    await forgetAddress();
    const { user } = await aPerson();
    const attempts = createAttempts({ db: { sql: portal.sql } as never, secret });
    const from = '127.0.0.1';
    for (let n = 0; n < 3; n += 1) expect((await trySignIn(portal.url, user.email, password)).status).toBe(200);
    expect((await attempts.look('sign-in-by-address', [from])).get(from)?.count ?? 0).toBe(0);
    while ((await attempts.count('sign-in-by-address', from)).count < attemptLimits['sign-in-by-address'].most - 1);
    expect((await trySignIn(portal.url, 'one@people.example', 'wrong')).status).toBe(401);
    expect((await trySignIn(portal.url, 'other@people.example', 'wrong')).status).toBe(429);
    expect((await trySignIn(portal.url, user.email, password)).status).toBe(429);
    // What was refused for where it came from locks nobody out.
    expect((await attempts.look('sign-in-by-email', ['other@people.example'])).size).toBe(0);
    await forgetAddress();
  });

  it('are not let through while they cannot be counted', async () => {
    const { user } = await aPerson();
    await portal.sql`revoke execute on function count_attempt(text, integer, timestamptz) from clientele_api`;
    try {
      expect((await trySignIn(portal.url, user.email, password)).status).toBeGreaterThanOrEqual(500);
    } finally {
      await portal.sql`grant execute on function count_attempt(text, integer, timestamptz) to clientele_api`;
    }
    expect((await trySignIn(portal.url, user.email, password)).status).toBe(200);
  });
});

describe('a lockout', () => {
  it('is shown to a global admin, who can lift it, with a record; for somebody who is not locked out there is none', async () => {
    await forgetAddress();
    const { partner, user } = await aPerson();
    const admin = await portal.signedIn(partner);
    const list = async () => (await admin.ask('GET', '/api/partner-users')).json.lockedOut;
    expect(await list()).toEqual([]);
    for (let n = 0; n < most; n += 1) await trySignIn(portal.url, user.email, 'wrong');
    expect(await list()).toEqual([{ userId: user.id, until: expect.any(String) }]);
    const lifted = () =>
      portal.sql`select actor_id, data from events where partner_id = ${partner.id} and type = 'partner_user.lock_out_lifted'`;
    expect((await admin.ask('POST', `/api/partner-users/${user.id}/lift-lock-out`, {})).status).toBe(200);
    expect(await list()).toEqual([]);
    expect((await trySignIn(portal.url, user.email, password)).status).toBe(200);
    await admin.ask('POST', `/api/partner-users/${user.id}/lift-lock-out`, {});
    expect(await lifted()).toEqual([{ actor_id: admin.user.id, data: { userId: user.id } }]);
  });

  it('of another partner’s user cannot be lifted, nor seen', async () => {
    await forgetAddress();
    const { user } = await aPerson();
    const stranger = await portal.signedIn(await aPartner(portal.sql));
    for (let n = 0; n < most; n += 1) await trySignIn(portal.url, user.email, 'wrong');
    expect((await stranger.ask('POST', `/api/partner-users/${user.id}/lift-lock-out`, {})).status).toBe(404);
    expect((await stranger.ask('GET', '/api/partner-users')).json.lockedOut).toEqual([]);
    expect((await trySignIn(portal.url, user.email, password)).status).toBe(429);
    await forgetAddress();
  });
});

describe('what must not be tried often', () => {
  const spend = async (limit: keyof typeof attemptLimits, key: string) => {
    const attempts = createAttempts({ db: { sql: portal.sql } as never, secret });
    while ((await attempts.count(limit, key)).count < attemptLimits[limit].most);
  };
  const here = '127.0.0.1';
  const refusal = { code: 'limit_reached', details: { limit: 'attempts', until: expect.any(String) } };

  it('is refused in one process for what was tried in another: links to join, set-up codes, keys, own passwords, invitations', async () => {
    const partner = await aPartner(portal.sql);
    const admin = await portal.signedIn(partner);
    const author = admin.user;
    const good = await admin.ask('POST', '/api/api-keys', { name: 'good', roles: ['sales-agent'], days: 5 });
    const asks = {
      'join-link': () =>
        portal.visitor('GET', `/api/join/${links.partnerUser.linkOf('0190a000-0000-7000-8000-000000000000').split('/join/')[1]}`),
      'set-up-code': () => portal.visitor('POST', '/api/setup', setUp),
      'wrong-api-key': () => portal.visitor('GET', '/api/customers', undefined, { authorization: 'Bearer nonsense' }),
      'own-password': () => admin.ask('POST', '/api/account/password', { currentPassword: 'wrong', newPassword: 'another password' }),
      'user-invitations': () =>
        admin.ask('POST', '/api/partner-users/invitations', {
          name: 'A',
          email: 'a@users.example',
          language: 'en',
          roles: ['sales-agent'],
        }),
    } as const;
    for (const [limit, ask] of Object.entries(asks) as [keyof typeof asks, () => ReturnType<typeof admin.ask>][]) {
      expect((await ask()).status, limit).not.toBe(429);
      await spend(limit, limit === 'own-password' || limit === 'user-invitations' ? author.id : here);
      const refused = await ask();
      expect([refused.status, refused.json], limit).toEqual([429, expect.objectContaining({ code: 'limit_reached' })]);
      expect(refused.json, limit).toMatchObject(refusal);
      expect(Number(refused.headers.get('retry-after')), limit).toBeGreaterThan(0);
    }
    // So is the other thing that is asked for as a bearer's.
    const returned = await portal.visitor('POST', '/api/returned-mails', 'x', { authorization: 'Bearer nonsense' });
    expect(returned.json).toMatchObject(refusal);
    // A good key is not stopped by what others try from the same place.
    const key = await portal.visitor('GET', '/api/customers', undefined, { authorization: `Bearer ${good.json.key}` });
    expect(key.status).toBe(200);
    await forgetAddress();
  });

  it('is refused on the customers’ pages and calendars with a page that says so', async () => {
    await spend('public-page', here);
    for (const path of ['/i/nonsense', '/a/nonsense', '/e/nonsense', '/u/nonsense', '/my/sign-in', '/calendar/nonsense.ics']) {
      const answer = await portal.visitor('GET', path);
      expect([answer.status, Number(answer.headers.get('retry-after')) > 0], path).toEqual([429, true]);
    }
    expect((await portal.visitor('GET', '/healthz')).status).toBe(200);
    await forgetAddress();
    expect((await portal.visitor('GET', '/i/nonsense')).status).toBe(404);
  });

  it('costs a signed-in request no query', async () => {
    const { ask } = await portal.signedIn(await aPartner(portal.sql));
    await forgetAddress();
    await ask('GET', '/api/customers');
    expect(await portal.sql`select from attempts`).toHaveLength(0);
    expect(await aUser(portal.sql)).toBeDefined();
  });
});

const setUp = {
  code: 'AAAA-BBBB-CCCC',
  partner: { name: 'P', type: 'direct-partner', cloud: 'public', country: 'JP' },
  admin: { firstName: 'A', lastName: 'B', email: 'a@b.example', password: 'a good long password', language: 'en' },
};

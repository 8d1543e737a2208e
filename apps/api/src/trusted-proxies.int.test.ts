import { aPartner, aPartnerUser } from '@clientele/db/testing';
import { attemptLimits } from '@clientele/domain';
import { createAttempts } from '@clientele/services';
import { hashPassword } from 'better-auth/crypto';
import { afterAll, describe, expect, it } from 'vitest';
import { asker, openPortal, type Portal, secret } from './testing/portal.ts';

const password = 'a good long password';
const portals: Portal[] = [];
afterAll(() => Promise.all(portals.map((portal) => portal.close())));

/** A portal behind these proxies, with a person who signs in and what became of where it came from. */
async function behind(trusted: string | undefined) {
  const portal = await openPortal(trusted === undefined ? {} : { TRUSTED_PROXIES: trusted });
  portals.push(portal);
  const { sql } = portal.database;
  const partner = await aPartner(sql);
  const user = await aPartnerUser(sql, partner, ['global-admin'], { password: await hashPassword(password) });
  const ask = asker(portal.url);
  const signIn = (headers: Record<string, string>, given = password) =>
    ask('POST', '/api/auth/sign-in/email', { email: user.email, password: given }, { origin: portal.url, ...headers });
  return {
    portal,
    signIn,
    /** The address in the list of sessions, and the one in the activity log, of somebody who sends this. */
    async seen(forwarded: string) {
      const headers = { 'x-forwarded-for': forwarded };
      const cookie = ((await signIn(headers)).headers.getSetCookie()[0] ?? '').split(';')[0] as string;
      const signedIn = asker(portal.url, cookie);
      const sessions = await signedIn('GET', '/api/account/sessions', undefined, headers);
      const current = sessions.json.items.find((one: { current: boolean }) => one.current);
      await signedIn('POST', '/api/account/sessions/end-others', {}, headers);
      await signedIn('POST', '/api/api-keys', { name: `key ${Math.random()}`, roles: ['sales-agent'], days: 5 }, headers);
      const [record] = await sql`select ip from events where partner_id = ${partner.id} order by id desc limit 1`;
      return { session: current.address, log: record?.ip };
    },
  };
}
const itself = expect.stringMatching(/^(127\.0\.0\.1|::1)$/);

describe('the address of who asks', () => {
  it('is the connection’s own while no proxy is trusted, whatever is claimed', async () => {
    const { seen } = await behind(undefined);
    expect(await seen('203.0.113.9')).toEqual({ session: itself, log: itself });
  });

  it('is what a trusted proxy says, and behind it nothing that the client has put before', async () => {
    const { seen } = await behind('loopback');
    expect(await seen('203.0.113.9')).toEqual({ session: '203.0.113.9', log: '203.0.113.9' });
    // The proxy adds at the end what it has seen; the rest was made up by the client.
    expect(await seen('198.51.100.1, 203.0.113.9')).toEqual({ session: '203.0.113.9', log: '203.0.113.9' });
  });

  it('counts for nothing from a proxy that is not among them', async () => {
    const { seen } = await behind('10.0.0.0/8,192.0.2.1');
    expect(await seen('203.0.113.9')).toEqual({ session: itself, log: itself });
  });

  it('with a count is as many steps away as that', async () => {
    const { seen } = await behind('2');
    expect(await seen('198.51.100.1, 203.0.113.9, 10.0.0.1')).toEqual({ session: '203.0.113.9', log: '203.0.113.9' });
  });
});

describe('limits by network address', () => {
  it('go by the address that a trusted proxy has seen: one client cannot spend what another has', async () => {
    const { portal, signIn } = await behind('loopback');
    const attempts = createAttempts({ db: { sql: portal.database.sql } as never, secret });
    while ((await attempts.count('sign-in-by-address', '203.0.113.9')).count < attemptLimits['sign-in-by-address'].most);
    expect((await signIn({ 'x-forwarded-for': '203.0.113.9' })).status).toBe(429);
    expect((await signIn({ 'x-forwarded-for': '203.0.113.10' })).status).toBe(200);
  });

  it('cannot be got round by a forged header', async () => {
    const { portal, signIn } = await behind(undefined);
    const attempts = createAttempts({ db: { sql: portal.database.sql } as never, secret });
    while ((await attempts.count('sign-in-by-address', '127.0.0.1')).count < attemptLimits['sign-in-by-address'].most);
    for (const forged of [
      { 'x-forwarded-for': '203.0.113.9' },
      { forwarded: 'for=203.0.113.9' },
      { 'x-real-ip': '203.0.113.9' },
      { 'x-clientele-address': '203.0.113.9' },
    ])
      expect((await signIn(forged as unknown as Record<string, string>)).status, JSON.stringify(forged)).toBe(429);
  });
});

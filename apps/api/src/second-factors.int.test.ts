import { aPartner, aPartnerUser } from '@clientele/db/testing';
import { createAuthenticator } from '@clientele/services/testing';
import { hashPassword } from 'better-auth/crypto';
import { type TOTP, URI } from 'otpauth';
import { describe, expect, it } from 'vitest';
import { endpoints } from './openapi.ts';
import { type Ask, asker, openPortal, usePortal, wholeDatabase } from './testing/portal.ts';
import { samples } from './testing/samples.ts';

const portal = usePortal();
const password = 'a good long password';
const cookieOf = (headers: Headers) => (headers.getSetCookie()[0] ?? '').split(';')[0] as string;
const guarded = endpoints.filter(({ access }) => access !== 'public' && access !== 'token');

async function setting() {
  const things = await portal.furnished({ type: 'indirect-provider' });
  const user = await aPartnerUser(portal.sql, things.partner, ['global-admin'], { password: await hashPassword(password) });
  const signIn = async () => {
    const answer = await portal.visitor('POST', '/api/auth/sign-in/email', { email: user.email, password }, { origin: portal.url });
    const cookie = cookieOf(answer.headers);
    return { cookie, ask: asker(portal.url, cookie) };
  };
  return { ...things, user, signIn };
}

/** A code of the app behind `uri`; each of a half minute of its own, since no code counts twice. */
const codeOf = (uri: string, halfMinutes = 0) => (URI.parse(uri) as TOTP).generate({ timestamp: Date.now() + halfMinutes * 30_000 });

async function addApp(ask: Ask) {
  const { uri } = (await ask('POST', '/api/account/authenticator-app/start', {})).json;
  const added = await ask('POST', '/api/account/authenticator-app', { code: codeOf(uri, -1) });
  expect(added.status).toBe(200);
  return { uri, recoveryCodes: added.json.recoveryCodes as string[] };
}

const party = () => new URL(portal.url);
const anAuthenticator = () => createAuthenticator(party().hostname, party().origin);

describe('a sign-in', () => {
  it('with the password only opens nothing for who has a second factor, and is complete with it: by a new cookie', async () => {
    const { signIn, customer, user } = await setting();
    const { uri } = await addApp((await signIn()).ask);
    const half = await signIn();
    expect((await half.ask('GET', '/api/session')).json).toMatchObject({
      code: 'second_factor_required',
      details: { step: 'second-factor' },
    });
    expect((await half.ask('GET', '/api/account/second-factors')).json).toMatchObject({ step: 'second-factor', app: {} });
    const wrong = await half.ask('POST', '/api/session/second-factor', { way: 'authenticator-app', code: '000000' });
    expect(wrong.json).toMatchObject({ errors: [{ path: 'code', rule: 'wrong_code' }] });
    const given = await half.ask('POST', '/api/session/second-factor', { way: 'authenticator-app', code: codeOf(uri) });
    expect(given.status, given.text).toBe(200);
    const whole = asker(portal.url, cookieOf(given.headers));
    expect((await whole('GET', `/api/customers/${customer.id}`)).status).toBe(200);
    expect((await half.ask('GET', '/api/session')).json.code).toBe('unauthenticated');
    // The log has both sign-ins, and from where; a password alone, of who has more, is none.
    const signedIn =
      await portal.sql`select data, ip from events where type = 'partner_user.signed_in' and actor_id = ${user.id} order by id`;
    expect(signedIn.map(({ data }) => data.factors)).toEqual(['one', 'two']);
    for (const { ip } of signedIn) expect(ip).toMatch(/^(127\.0\.0\.1|::1)$/);
    // As if the person had typed it again somewhere else.
    const again = await (await signIn()).ask('POST', '/api/session/second-factor', { way: 'authenticator-app', code: codeOf(uri) });
    expect(again.json).toMatchObject({ errors: [{ path: 'code', rule: 'used_code' }] });
  });

  it('that is not complete is refused at every other endpoint, before anything is looked at, and changes nothing', async () => {
    const { signIn, ...things } = await setting();
    await addApp((await signIn()).ask);
    const { ask } = await signIn();
    const before = await wholeDatabase(portal.sql);
    const open = guarded.filter(({ step }) => step === 'any').map(({ name }) => name);
    expect(open.sort()).toEqual(['getSecondFactors', 'giveSecondFactor', 'startPasskeyCheck']);
    for (const endpoint of guarded.filter(({ step }) => step !== 'any')) {
      const { path, query = '', body, headers } = samples[endpoint.name]?.(things) ?? { path: '' };
      const answer = await ask(endpoint.method, path + query, body, headers);
      expect([answer.status, answer.json?.code], `${endpoint.name} ${answer.text}`).toEqual([401, 'second_factor_required']);
    }
    for (const path of ['/api/changes', '/api/customers.csv', '/api/activity.csv']) expect((await ask('GET', path)).status).toBe(401);
    expect(await wholeDatabase(portal.sql)).toEqual(before);
  });

  it('without a second factor, once the days of grace are over, opens only the setting up of one', async () => {
    const { signIn, user } = await setting();
    await portal.sql`update partner_users set second_factor_from = now() - interval '7 days' where user_id = ${user.id}`;
    const { ask } = await signIn();
    expect((await ask('GET', '/api/session')).json).toMatchObject({ code: 'second_factor_required', details: { step: 'enrol' } });
    expect((await ask('GET', '/api/partner-users')).status).toBe(401);
    const { recoveryCodes } = await addApp(ask);
    expect(recoveryCodes).toHaveLength(10);
    expect((await ask('GET', '/api/session')).json.user.email).toBe(user.email);
  });

  it('waits a quarter of an hour for the second factor, and is over then', async () => {
    const { signIn, user } = await setting();
    const { uri } = await addApp((await signIn()).ask);
    const { ask } = await signIn();
    await portal.sql`update sessions set created_at = now() - interval '15 minutes' where user_id = ${user.id} and second_factor_at is null`;
    const late = await ask('POST', '/api/session/second-factor', { way: 'authenticator-app', code: codeOf(uri) });
    expect([late.status, late.json.code]).toEqual([401, 'unauthenticated']);
  });

  it('goes by a passkey alone, and a passkey that was removed signs in no more', async () => {
    const { signIn, user } = await setting();
    const { ask } = await signIn();
    await addApp(ask);
    const authenticator = anAuthenticator();
    const { json: options } = await ask('POST', '/api/account/passkeys/start', {});
    const added = await ask('POST', '/api/account/passkeys', { name: 'Laptop', passkey: authenticator.create(options) });
    expect([added.status, added.json.recoveryCodes]).toEqual([201, null]);
    const question = async () => (await portal.visitor('POST', '/api/passkey-sign-in/start', {})).json;
    const byPasskey = async (passkey: unknown) => portal.visitor('POST', '/api/passkey-sign-in', { passkey });
    const answer = authenticator.get(await question());
    const signed = await byPasskey(answer);
    expect(signed.status, signed.text).toBe(200);
    expect((await asker(portal.url, cookieOf(signed.headers))('GET', '/api/session')).json.user.email).toBe(user.email);
    const replayed = await byPasskey(answer);
    expect([replayed.status, replayed.headers.getSetCookie()]).toEqual([422, []]);
    expect((await ask('DELETE', `/api/account/passkeys/${added.json.passkeyId}`, {})).status).toBe(200);
    // The same answer for one that was here as for one that never was.
    const gone = await byPasskey(authenticator.get(await question()));
    const never = await byPasskey(anAuthenticator().get(await question()));
    expect({ ...gone.json, requestId: '' }).toEqual({ ...never.json, requestId: '' });
  });

  it('by a passkey is begun three hundred times in a quarter of an hour from one address, and leaves no more rows than that', async () => {
    const own = await openPortal();
    const ask = asker(own.url);
    const begin = () => ask('POST', '/api/passkey-sign-in/start', {});
    for (let done = 0; done < 300; done += 50) await Promise.all(Array.from({ length: 50 }, begin));
    expect((await begin()).json).toMatchObject({
      status: 429,
      code: 'limit_reached',
      details: { attempts: 'passkey-question', most: 300 },
    });
    expect(await own.database.sql`select count(*)::int as rows from passkey_challenges`).toMatchObject([{ rows: 300 }]);
    await own.close();
  });

  it('by a passkey of somebody who was deactivated is refused', async () => {
    const { signIn, user } = await setting();
    const { ask } = await signIn();
    const authenticator = anAuthenticator();
    const { json: options } = await ask('POST', '/api/account/passkeys/start', {});
    await ask('POST', '/api/account/passkeys', { name: 'Laptop', passkey: authenticator.create(options) });
    await portal.sql`update partner_users set deactivated_at = now() where user_id = ${user.id}`;
    const { json: question } = await portal.visitor('POST', '/api/passkey-sign-in/start', {});
    const refused = await portal.visitor('POST', '/api/passkey-sign-in', { passkey: authenticator.get(question) });
    expect([refused.status, refused.json.details, refused.headers.getSetCookie()]).toEqual([403, { reason: 'deactivated' }, []]);
  });

  it('allows ten wrong codes in a quarter of an hour, and then not even the right one', async () => {
    const { signIn } = await setting();
    const { uri } = await addApp((await signIn()).ask);
    const { ask } = await signIn();
    const give = (code: string) => ask('POST', '/api/session/second-factor', { way: 'authenticator-app', code });
    for (let attempt = 1; attempt < 10; attempt += 1) expect((await give('000000')).status).toBe(422);
    const locked = await give(codeOf(uri));
    expect([locked.status, locked.json.code]).toEqual([429, 'limit_reached']);
    expect(locked.json.details).toMatchObject({ attempts: 'second-factor', most: 10 });
  });
});

describe('a grave act', () => {
  const grave = guarded.filter(({ confirm }) => confirm);

  it('is the end of a relationship, and whatever changes people, keys, and how one signs in', () => {
    expect(grave.map(({ name }) => name).sort()).toEqual(
      [
        ...['addPasskey', 'approvePlannedEnd', 'bulkCustomers', 'changePartnerUserRoles', 'changeSettings', 'confirmAuthenticatorApp'],
        'confirmProviderRequest',
        ...['createApiKey', 'deactivatePartnerUser', 'endRelationship', 'invitePartnerUser', 'planEnd', 'reactivatePartnerUser'],
        ...[
          'removeAuthenticatorApp',
          'removePasskey',
          'removeSignInProvider',
          'removePartnership',
          'renewRecoveryCodes',
          'resetSecondFactor',
          'setSignInProvider',
        ],
        ...['startAuthenticatorApp', 'startPasskey'],
      ].sort(),
    );
  });

  it('asks for a proof that is younger than ten minutes, changes nothing before, and goes on after it', async () => {
    const { signIn, user, ...things } = await setting();
    const { ask } = await signIn();
    const { uri } = await addApp(ask);
    await portal.sql`update sessions set confirmed_at = now() - interval '10 minutes' where user_id = ${user.id}`;
    const before = await wholeDatabase(portal.sql);
    const special: Record<string, unknown> = {
      bulkCustomers: { action: 'end', mode: 'now', selection: { ids: [things.customer.id] } },
      changeSettings: { secondFactorGraceDays: 30 },
    };
    for (const endpoint of grave) {
      const { path, body, headers } = samples[endpoint.name]?.({ ...things }) ?? { path: '' };
      const answer = await ask(endpoint.method, path, special[endpoint.name] ?? body, headers);
      expect([answer.status, answer.json.code], `${endpoint.name} ${answer.text}`).toEqual([403, 'confirmation_required']);
      expect(answer.json.details.ways).toEqual(['authenticator-app', 'passkey', 'recovery-code']);
    }
    expect(await wholeDatabase(portal.sql)).toEqual(before);
    const confirmed = await ask('POST', '/api/session/confirm', { way: 'authenticator-app', code: codeOf(uri) });
    expect(confirmed.status, confirmed.text).toBe(200);
    expect(new Date(confirmed.json.until).getTime() - Date.now()).toBeGreaterThan(9 * 60_000);
    expect((await ask('POST', `/api/partner-users/${things.colleague.id}/deactivate`, {})).status).toBe(200);
  });

  it('of the lists of customers is the end only, and of the settings the brakes only', async () => {
    const { signIn, user, customer } = await setting();
    const { ask } = await signIn();
    await portal.sql`update sessions set confirmed_at = now() - interval '10 minutes' where user_id = ${user.id}`;
    const bulk = (action: object) => ask('POST', '/api/customers/bulk', { ...action, selection: { ids: [customer.id] } });
    expect((await bulk({ action: 'tag', tags: ['one'] })).json.code).not.toBe('confirmation_required');
    const settings = (body: object) => ask('PATCH', '/api/settings', body, { 'if-match': '"0"' });
    expect((await settings({ endNeedsSecondPerson: true })).json.code).toBe('confirmation_required');
    expect((await settings({ invitationDays: 10, reminderDays: [] })).status).toBe(200);
  });

  it('does not ask a program with a key, but the brakes are for people only', async () => {
    const { signIn, customer } = await setting();
    const { ask } = await signIn();
    const { json } = await ask('POST', '/api/api-keys', { name: 'Automation', roles: ['global-admin'], days: 1 });
    const withKey = (method: string, path: string, body: unknown) =>
      portal.visitor(method, path, body, { authorization: `Bearer ${json.key}`, 'if-match': '"0"' });
    const end = await withKey('POST', `/api/customers/${customer.id}/relationship/end`, { customerId: customer.id, domain: 'other' });
    expect(end.json.code).not.toBe('confirmation_required');
    const brakes = await withKey('PATCH', '/api/settings', { secondFactorGraceDays: 30 });
    expect([brakes.status, brakes.json.details]).toEqual([403, { reason: 'person' }]);
  });
});

describe('days of grace', () => {
  it('are a setting: with none, a second factor is set up at the first sign-in', async () => {
    const { signIn } = await setting();
    const { ask } = await signIn();
    expect((await ask('PATCH', '/api/settings', { secondFactorGraceDays: 31 }, { 'if-match': '"0"' })).json.errors).toEqual([
      { path: 'secondFactorGraceDays', rule: 'too_large', params: { max: 30 } },
    ]);
    expect((await ask('PATCH', '/api/settings', { secondFactorGraceDays: 0 }, { 'if-match': '"0"' })).status).toBe(200);
    expect((await ask('GET', '/api/session')).json.details).toEqual({ step: 'enrol' });
    const { ask: elsewhere } = await portal.signedIn(await aPartner(portal.sql));
    expect((await elsewhere('GET', '/api/session')).status).toBe(200);
  });
});

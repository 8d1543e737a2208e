import { AsyncLocalStorage } from 'node:async_hooks';
import { createCloudHosts, setUpCode } from '@clientele/services';
import { afterEach, describe, expect, it } from 'vitest';
import { RestingStorage } from './resting-storage.ts';
import { asker, openPortal, type Portal, secret, theSetUpCode } from './testing/portal.ts';

const portals: Portal[] = [];
async function fresh() {
  const portal = await openPortal();
  portals.push(portal);
  return { portal, ask: asker(portal.url) };
}
afterEach(async () => {
  for (const portal of portals.splice(0)) await portal.close();
});

const body = (more: object = {}, admin: object = {}) => ({
  code: theSetUpCode,
  partner: { name: 'Fabrikam 販売', type: 'direct-partner', cloud: 'public', country: 'JP' },
  admin: {
    firstName: 'Anna',
    lastName: 'Weber',
    email: 'Anna@Fabrikam.example',
    password: 'correct horse battery',
    language: 'ja',
    ...admin,
  },
  ...more,
});

describe('setting up an installation', () => {
  it('makes the partner and its first global admin, who can then sign in', async () => {
    const { portal, ask } = await fresh();
    expect((await ask('GET', '/api/setup')).json).toEqual({
      required: true,
      cloud: 'public',
      elsewhere: [{ cloud: 'us-government', address: null }],
    });
    const answer = await ask('POST', '/api/setup', body());
    expect(answer.status, answer.text).toBe(201);
    expect((await ask('GET', '/api/setup')).json).toMatchObject({ required: false });
    const signIn = (password: string, email = 'anna@fabrikam.example') =>
      ask('POST', '/api/auth/sign-in/email', { email, password }, { origin: portal.url });
    expect((await signIn('wrong password')).status).toBe(401);
    expect((await signIn('correct horse battery', 'nobody@fabrikam.example')).status).toBe(401);
    const signedIn = await signIn('correct horse battery', 'ANNA@fabrikam.example');
    expect(signedIn.status).toBe(200);
    const cookie = signedIn.headers
      .getSetCookie()
      .map((line) => line.split(';')[0])
      .join('; ');
    expect(signedIn.headers.getSetCookie()[0]).toMatch(/HttpOnly.*SameSite=Lax|SameSite=Lax.*HttpOnly/i);
    const me = asker(portal.url, cookie);
    expect((await me('GET', '/api/session')).json).toMatchObject({
      user: { name: 'Anna Weber', language: 'ja', roles: ['global-admin'] },
      partner: { name: 'Fabrikam 販売' },
    });
    expect((await me('PUT', '/api/session/language', { language: 'en' })).status).toBe(200);
    expect((await me('GET', '/api/session')).json.user.language).toBe('en');
    expect((await me('POST', '/api/auth/sign-out', {}, { origin: portal.url })).status).toBe(200);
    expect((await me('GET', '/api/session')).status).toBe(401);
    // All of better-auth's storages are ours, so that no later promise pays for them.
    const { context } = (globalThis as unknown as Record<symbol, { context: object }>)[Symbol.for('better-auth:global')] ?? {};
    const storages = Object.values(context ?? {}).filter((value) => value instanceof AsyncLocalStorage);
    expect(storages.length).toBeGreaterThan(0);
    expect(storages.filter((storage) => !(storage instanceof RestingStorage))).toEqual([]);
    // Nobody signs up by themselves.
    const signUp = await ask(
      'POST',
      '/api/auth/sign-up/email',
      { email: 'x@y.example', password: 'correct horse battery', name: 'x' },
      { origin: portal.url },
    );
    expect(signUp.status).toBeGreaterThanOrEqual(400);
    expect(await portal.database.sql`select id from users`).toHaveLength(1);
  });

  it('needs the set-up code, typed in any case and with blanks around it', async () => {
    const { portal, ask } = await fresh();
    for (const code of [
      'AAAA-BBBB-CCCC',
      theSetUpCode.slice(0, -1),
      `${theSetUpCode}0`,
      `${theSetUpCode} x`,
      'ＡＢＣＤ－ＡＢＣＤ－ＡＢＣＤ',
      '🚀'.repeat(7),
      'x',
    ])
      expect((await ask('POST', '/api/setup', body({ code }))).json, code).toMatchObject({
        status: 422,
        errors: [{ path: 'code', rule: 'set_up_code' }],
      });
    expect((await ask('POST', '/api/setup', body({ code: '' }))).json.errors).toEqual([{ path: 'code', rule: 'required' }]);
    expect(await portal.database.sql`select id from partners`).toHaveLength(0);
    expect((await ask('POST', '/api/setup', body({ code: ` ${theSetUpCode.toLowerCase().replaceAll('-', '')} ` }))).status).toBe(201);
  });

  it('is refused the second time with the same code, and makes one more partner with the next', async () => {
    const { portal, ask } = await fresh();
    expect((await ask('POST', '/api/setup', body())).status).toBe(201);
    const other = (code: string, email = 'other@contoso.example') =>
      ask(
        'POST',
        '/api/setup',
        body({ code, partner: { name: 'Contoso', type: 'indirect-provider', cloud: 'public', country: 'DE' } }, { email }),
      );
    expect((await other(theSetUpCode)).json).toMatchObject({ status: 422, errors: [{ path: 'code', rule: 'set_up_code_used' }] });
    // A code for the partner after the next one is not good yet.
    expect((await other(setUpCode(secret, 2))).json.errors).toEqual([{ path: 'code', rule: 'set_up_code' }]);
    expect(await portal.database.sql`select id from partners`).toHaveLength(1);
    expect(await portal.database.sql`select id from users`).toHaveLength(1);

    const next = setUpCode(secret, 1);
    expect((await other(next, 'ANNA@fabrikam.example')).json).toMatchObject({ errors: [{ path: 'admin.email', rule: 'address_taken' }] });
    expect((await other(next)).status).toBe(201);
    expect((await other(next, 'third@contoso.example')).json.errors).toEqual([{ path: 'code', rule: 'set_up_code_used' }]);
    expect((await portal.database.sql`select name from partners order by created_at`).map(({ name }) => name)).toEqual([
      'Fabrikam 販売',
      'Contoso',
    ]);
  });

  it('makes one partner more for 20 at once with the next code', async () => {
    const { portal, ask } = await fresh();
    expect((await ask('POST', '/api/setup', body())).status).toBe(201);
    const answers = await Promise.all(
      Array.from({ length: 20 }, (_, index) =>
        ask('POST', '/api/setup', body({ code: setUpCode(secret, 1) }, { email: `b${index}@contoso.example` })),
      ),
    );
    expect(answers.map(({ status }) => status).filter((status) => status === 201)).toHaveLength(1);
    expect(answers.filter((answer) => answer.json.errors?.[0]?.rule === 'set_up_code_used')).toHaveLength(19);
    expect(await portal.database.sql`select id from partners`).toHaveLength(2);
  });

  it('takes thirty attempts in a quarter of an hour, right or wrong', async () => {
    const { portal, ask } = await fresh();
    for (let attempt = 0; attempt < 30; attempt += 1)
      expect((await ask('POST', '/api/setup', body({ code: `AAAA-BBBB-${1000 + attempt}` }))).status).toBe(422);
    expect((await ask('POST', '/api/setup', body())).json).toMatchObject({ status: 429, code: 'limit_reached' });
    expect(await portal.database.sql`select id from partners`).toHaveLength(0);
  });

  it('makes one partner for 20 at once', async () => {
    const { portal, ask } = await fresh();
    const answers = await Promise.all(
      Array.from({ length: 20 }, (_, index) => ask('POST', '/api/setup', body({}, { email: `anna${index % 2}@fabrikam.example` }))),
    );
    expect(answers.filter((answer) => answer.status === 201)).toHaveLength(1);
    expect(answers.filter((answer) => answer.json.errors?.[0]?.rule === 'set_up_code_used')).toHaveLength(19);
    expect(await portal.database.sql`select id from partners`).toHaveLength(1);
    expect(await portal.database.sql`select id from users`).toHaveLength(1);
    expect(await portal.database.sql`select id from events`).toHaveLength(2);
  });

  it('names every field that breaks a rule, and what a cloud does not offer', async () => {
    const { ask } = await fresh();
    const partner = { name: '', type: 'shop', cloud: 'moon', country: 'XX' };
    const answer = await ask('POST', '/api/setup', { ...body({ partner }, { email: 'x', password: 'short' }) });
    expect(answer.json.errors.map(({ path, rule }: { path: string; rule: string }) => `${path} ${rule}`).sort()).toEqual([
      'admin.email email',
      'admin.password too_short',
      'partner.cloud choice',
      'partner.country country',
      'partner.name required',
      'partner.type choice',
    ]);
    expect(
      (
        await ask(
          'POST',
          '/api/setup',
          body({ partner: { name: 'Agency', type: 'direct-partner', cloud: 'us-government', country: 'US' } }),
        )
      ).json.errors,
    ).toEqual([{ path: 'partner.cloud', rule: 'cloud_elsewhere' }]);
    const government = await openPortal({ CLOUDS: 'us-government' });
    portals.push(government);
    const { secret: governmentSecret } = createCloudHosts({ addresses: { 'us-government': 'http://x' }, secret }).of('us-government');
    const us = (more: object) =>
      asker(government.url)(
        'POST',
        '/api/setup',
        body({
          code: setUpCode(governmentSecret),
          partner: { name: 'Agency', type: 'direct-partner', cloud: 'us-government', country: 'US', ...more },
        }),
      );
    expect((await us({ type: 'indirect-provider' })).json.errors).toEqual([{ path: 'partner.type', rule: 'choice' }]);
    expect((await us({ country: 'JP' })).json.errors).toEqual([{ path: 'partner.country', rule: 'country' }]);
    expect((await us({ cloud: 'public', country: 'JP' })).json.errors).toEqual([{ path: 'partner.cloud', rule: 'cloud_elsewhere' }]);
    expect((await us({})).status).toBe(201);
  });

  it('writes no password, code or address to the log', async () => {
    const { portal, ask } = await fresh();
    await ask('POST', '/api/setup', body({ code: 'AAAA-BBBB-CCCC' }));
    await ask('POST', '/api/setup', body());
    await ask(
      'POST',
      '/api/auth/sign-in/email',
      { email: 'anna@fabrikam.example', password: 'correct horse battery' },
      { origin: portal.url },
    );
    const log = portal.logged.join('').toLowerCase();
    expect(log.split('\n').length).toBeGreaterThan(3);
    for (const hidden of ['correct horse', 'fabrikam.example', theSetUpCode.toLowerCase(), 'aaaa-bbbb']) expect(log).not.toContain(hidden);
  });
});

import { aCustomer, anApiKey, aPartner, aPartnerUser } from '@clientele/db/testing';
import { access, permissions, type Role, roles } from '@clientele/domain';
import { describe, expect, it } from 'vitest';
import { endpoints } from './openapi.ts';
import { asker, furnish, openPortal, usePortal, wholeDatabase } from './testing/portal.ts';
import { samples } from './testing/samples.ts';

const portal = usePortal();
const bearer = (key: string) => ({ authorization: `Bearer ${key}` });

/** A partner, its signed-in global admin, and a key that the admin has made by the API. */
async function withKey(holds: Role[] = ['global-admin']) {
  const partner = await aPartner(portal.sql, { type: 'indirect-provider' });
  const admin = await portal.signedIn(partner);
  const made = await admin.ask('POST', '/api/api-keys', { name: 'Nightly sync', roles: holds, days: 30 });
  expect(made.status).toBe(201);
  const { key, apiKey } = made.json;
  const call = (method: string, path: string, body?: unknown, headers: Record<string, string> = {}) =>
    asker(portal.url)(method, path, body, { ...bearer(key), ...headers });
  return { partner, ...admin, key, apiKey, call };
}

describe('an API key', () => {
  it('is shown once, and is nowhere afterwards: not in the database, not in the log, not under an Idempotency-Key', async () => {
    const partner = await aPartner(portal.sql);
    const { ask } = await portal.signedIn(partner);
    const body = { name: 'Nightly sync', roles: ['sales-agent', 'helpdesk-agent'], days: 30 };
    const made = await ask('POST', '/api/api-keys', body, { 'idempotency-key': 'once' });
    expect(made.json).toMatchObject({
      key: expect.stringMatching(/^clientele_[\w-]{43}$/),
      apiKey: {
        name: 'Nightly sync',
        roles: ['sales-agent', 'helpdesk-agent'],
        state: 'active',
        lastUsedAt: null,
        hint: made.json.key.slice(-4),
      },
    });
    const secretPart = made.json.key.slice(10);
    const rows =
      await portal.sql`select to_jsonb(k)::text as row from api_keys k union all select to_jsonb(i)::text from idempotency_keys i union all select to_jsonb(e)::text from events e`;
    expect(rows.length).toBeGreaterThan(1);
    for (const { row } of rows) expect(row).not.toContain(secretPart);
    expect(portal.logged.join('\n')).not.toContain(secretPart);
    const { items } = (await ask('GET', '/api/api-keys')).json;
    expect(JSON.stringify(items)).not.toContain(secretPart);
    expect(items).toHaveLength(1);
  });

  it('does what its roles may, as itself: in the activity log stands the key, and its last use at the key', async () => {
    const { partner, ask, call, apiKey, user } = await withKey(['sales-agent']);
    const customer = await aCustomer(portal.sql, partner);
    const edited = await call(
      'PATCH',
      `/api/customers/${customer.id}`,
      { customerId: customer.id, notes: 'by a program' },
      { 'if-match': '"1"' },
    );
    expect(edited.status, edited.text).toBe(200);
    const [record] = (await ask('GET', `/api/activity?customerId=${customer.id}`)).json.items;
    expect(record).toMatchObject({ type: 'customer.edited', actor: { kind: 'api-key', name: 'Nightly sync' } });
    expect((await ask('GET', '/api/activity?actor=nightly')).json.items).toHaveLength(1);
    expect((await ask('GET', '/api/activity.csv?actor=nightly')).text).toContain('Nightly sync');
    const [event] = await portal.sql`select actor_kind, actor_id from events where customer_id = ${customer.id}`;
    expect(event).toEqual({ actor_kind: 'api-key', actor_id: apiKey.id });
    const [seen] = (await ask('GET', '/api/api-keys')).json.items;
    expect(seen.lastUsedAt).not.toBeNull();
    // What needs a person behind it names the one who has made the key.
    const invited = await call('POST', '/api/invitations', {
      email: 'a@key.example',
      companyName: 'Key',
      language: 'en',
      delegatedAdmin: false,
      message: 'Please {link}',
    });
    expect(invited.status, invited.text).toBe(202);
    expect(await portal.sql`select created_by from invitations where partner_id = ${partner.id}`).toEqual([{ created_by: user.id }]);
    const refused = await call('POST', `/api/customers/${customer.id}/relationship/end`, {
      customerId: customer.id,
      domain: customer.domain,
    });
    expect(refused.json).toMatchObject({ status: 403, code: 'forbidden', details: { reason: 'role', needs: ['global-admin'] } });
  });

  it('is refused when it was revoked, or is over, with the reason; one record an hour tells of it', async () => {
    const { partner, ask, call, apiKey } = await withKey();
    expect((await call('GET', '/api/customers')).status).toBe(200);
    const revoked = await ask('POST', `/api/api-keys/${apiKey.id}/revoke`, {});
    expect(revoked.json).toMatchObject({ state: 'revoked', actions: { revoke: { allowed: false, reason: 'state', state: 'revoked' } } });
    for (let time = 0; time < 3; time += 1)
      expect((await call('GET', '/api/customers')).json).toMatchObject({
        status: 401,
        code: 'unauthenticated',
        detail: expect.stringContaining('revoked'),
        details: { apiKey: 'revoked' },
      });
    expect((await ask('POST', `/api/api-keys/${apiKey.id}/revoke`, {})).json).toMatchObject({ status: 409, code: 'illegal_transition' });
    const types = async () => (await ask('GET', '/api/activity')).json.items.map(({ type }: { type: string }) => type);
    expect(await types()).toEqual(['api_key.refused', 'api_key.revoked', 'api_key.created']);
    await portal.sql`update api_keys set refused_at = now() - interval '61 minutes' where id = ${apiKey.id}`;
    await call('GET', '/api/customers');
    expect((await types()).filter((type: string) => type === 'api_key.refused')).toHaveLength(2);
    const over = await anApiKey(
      portal.sql,
      partner,
      { id: (await ask('GET', '/api/session')).json.user.id },
      { expiresAt: new Date(Date.now() - 1000) },
    );
    expect((await asker(portal.url)('GET', '/api/customers', undefined, bearer(over.key))).json).toMatchObject({
      status: 401,
      detail: expect.stringContaining('ended'),
      details: { apiKey: 'expired' },
    });
    expect((await portal.sql`select last_used_at from api_keys where id = ${over.id}`)[0]).toEqual({ last_used_at: null });
  });

  it('that is none gets one answer, whatever is wrong with it, and changes nothing; a session beside it does not help', async () => {
    const { key, cookie } = await withKey();
    const before = await wholeDatabase(portal.sql);
    const wrong = [
      '',
      'x',
      key.slice(0, -1),
      `${key}x`,
      key.replace(/.$/, (last: string) => (last === 'a' ? 'b' : 'a')),
      `clientele_${'a'.repeat(43)}`,
      "clientele_' or 1=1 --",
    ];
    const answers = await Promise.all(
      wrong.map((one) => asker(portal.url, cookie)('GET', '/api/customers', undefined, { authorization: `Bearer ${one}` })),
    );
    for (const answer of answers) expect({ ...answer.json, requestId: '' }).toEqual({ ...answers[0]?.json, requestId: '' });
    expect(answers[0]?.json).toMatchObject({ status: 401, code: 'unauthenticated' });
    expect(await wholeDatabase(portal.sql)).toEqual(before);
  });

  it('sees and touches nothing of another partner', async () => {
    const mine = await withKey();
    const theirs = await portal.furnished();
    for (const endpoint of endpoints.filter(({ access, people }) => access !== 'public' && access !== 'token' && !people)) {
      const { owned, path, body, headers } = (samples[endpoint.name] as NonNullable<(typeof samples)[string]>)(theirs);
      if (!owned) continue;
      const answer = await mine.call(endpoint.method, path, body, headers);
      expect(answer.status, `${endpoint.name} ${answer.text}`).toBe(404);
    }
    expect((await mine.call('GET', '/api/customers')).json.items).toEqual([]);
  });

  it("makes no keys, and does nothing that is a person's own: every such endpoint says so", async () => {
    const { call, partner, user } = await withKey();
    const things = await furnish(portal.sql, partner, user);
    const personal = endpoints.filter(({ people }) => people);
    expect(personal.map(({ name }) => name).sort()).toEqual(
      [
        ...[
          'changeOwnPassword',
          'changePartnerUserRoles',
          'deactivatePartnerUser',
          'endOtherSessions',
          'explainAccess',
          'endOwnSession',
          'invitePartnerUser',
          'liftLockOut',
          'listOwnSessions',
          'listPartnerUsers',
          'reactivatePartnerUser',
          'resendPartnerUserInvitation',
          'revokePartnerUserInvitation',
          'signOutPartnerUser',
          'addCustomerView',
          'approvePlannedEnd',
          'closeCalendarFeed',
          'createApiKey',
          'deleteCustomerView',
          'editCustomerView',
          'getCalendarFeed',
        ],
        ...['addPasskey', 'confirmAuthenticatorApp', 'confirmSession', 'getSecondFactors', 'giveSecondFactor', 'removeAuthenticatorApp'],
        ...['removePasskey', 'renewRecoveryCodes', 'resetSecondFactor', 'startAuthenticatorApp', 'startPasskey', 'startPasskeyCheck'],
        ...['checkSignInProvider', 'getSignInProvider', 'removeSignInProvider', 'sendPasswordLink', 'setSignInProvider'],
        ...['listApiKeys', 'listCustomerViews', 'refusePlannedEnd', 'renewCalendarFeed', 'revokeApiKey', 'setLanguage'],
      ].sort(),
    );
    for (const endpoint of personal) {
      const { path, query = '', body, headers } = (samples[endpoint.name] as NonNullable<(typeof samples)[string]>)(things);
      expect((await call(endpoint.method, path + query, body, headers)).json, endpoint.name).toMatchObject({
        status: 403,
        code: 'forbidden',
        details: { reason: 'person' },
      });
    }
  });

  it.each(roles.map((role) => [role]))('with the role %s alone is let in exactly where the table says so', async (role) => {
    const { call, partner, user } = await withKey([role]);
    for (const endpoint of endpoints.filter(({ access: of, people }) => of !== 'public' && of !== 'token' && !people)) {
      const {
        path,
        query = '',
        body,
        headers,
        also = [],
      } = (samples[endpoint.name] as NonNullable<(typeof samples)[string]>)(await furnish(portal.sql, partner, user));
      const needed = [...(endpoint.access in permissions ? [endpoint.access as keyof typeof permissions] : []), ...also];
      const isRefused = needed.some(
        (permission) => !access({ roles: [role], partnerType: partner.type, cloud: partner.cloud }, permission).allowed,
      );
      const { status, text } = await call(endpoint.method, path + query, body, headers);
      expect(status === 403, `${endpoint.name}: ${status} ${text.slice(0, 200)}`).toBe(isRefused);
      expect(status, `${endpoint.name}: ${text.slice(0, 200)}`).toBeLessThan(500);
    }
  });
});

describe('making API keys', () => {
  it('is for a global admin; who is none is told so', async () => {
    const partner = await aPartner(portal.sql);
    for (const role of ['admin-agent', 'sales-agent', 'helpdesk-agent'] as const) {
      const { ask } = await portal.signedIn(partner, [role]);
      for (const [method, path, body] of [
        ['GET', '/api/api-keys', undefined],
        ['POST', '/api/api-keys', { name: 'x', roles: [role], days: 1 }],
      ] as const)
        expect((await ask(method, path, body)).json).toMatchObject({
          status: 403,
          details: { reason: 'role', needs: ['global-admin'], grantedBy: 'global-admin' },
        });
    }
  });

  it('names the field and the rule of what is wrong, and makes none', async () => {
    const { ask } = await withKey();
    for (const [body, path, rule] of [
      [{ name: '', roles: ['sales-agent'], days: 1 }, 'name', 'required'],
      [{ name: 'x'.repeat(51), roles: ['sales-agent'], days: 1 }, 'name', 'too_long'],
      [{ name: ' nightly SYNC ', roles: ['sales-agent'], days: 1 }, 'name', 'name_taken'],
      [{ name: 'a', roles: [], days: 1 }, 'roles', 'too_small'],
      [{ name: 'a', roles: ['owner'], days: 1 }, 'roles.0', 'choice'],
      [{ name: 'a', roles: ['sales-agent'], days: 0 }, 'days', 'too_small'],
      [{ name: 'a', roles: ['sales-agent'], days: 366 }, 'days', 'too_large'],
      [{ name: 'a', roles: ['sales-agent'] }, 'days', 'required'],
    ] as const)
      expect((await ask('POST', '/api/api-keys', body)).json, JSON.stringify(body)).toMatchObject({
        status: 422,
        errors: [{ path, rule }],
      });
    expect((await ask('GET', '/api/api-keys')).json.items).toHaveLength(1);
  });

  it('stops at 50 good ones, also when the last are made at once; those that are over do not count', async () => {
    const partner = await aPartner(portal.sql);
    const { ask, user } = await portal.signedIn(partner);
    for (let made = 0; made < 48; made += 1) await anApiKey(portal.sql, partner, user);
    await anApiKey(portal.sql, partner, user, { revokedAt: new Date() });
    const answers = await Promise.all(
      Array.from({ length: 6 }, (_, n) => ask('POST', '/api/api-keys', { name: `At once ${n}`, roles: ['sales-agent'], days: 1 })),
    );
    expect(answers.map(({ status }) => status).sort()).toEqual([201, 201, 429, 429, 429, 429]);
    expect(answers.find(({ status }) => status === 429)?.json).toMatchObject({ details: { limit: 'apiKeys', most: 50, now: 50 } });
  });

  it('has every call in the activity log under its name, in one record for many', async () => {
    const other = await openPortal();
    try {
      const { sql } = other.database;
      const partner = await aPartner(sql);
      const user = await aPartnerUser(sql, partner);
      const apiKey = await anApiKey(sql, partner, user);
      const call = (method: string, path: string, body?: unknown) =>
        asker(other.url)(method, path, body, { authorization: `Bearer ${apiKey.key}` });
      for (let calls = 0; calls < 3; calls += 1) await call('GET', '/api/customers');
      await call('GET', '/api/customers/0190a000-0000-7000-8000-000000000000');
      expect((await call('POST', '/api/customers/preview-nothing', {})).status).toBe(404);
      expect((await call('PATCH', '/api/settings', { invitationDays: 20 })).status).toBe(428);
      expect((await asker(other.url)('GET', '/api/customers')).status).toBe(401);
      await other.close({ keep: true });
      const rows = await sql`select actor_kind, actor_id, data from events where type = 'api_key.used'`;
      expect(rows).toMatchObject([
        {
          actor_kind: 'api-key',
          actor_id: apiKey.id,
          data: { apiKeyId: apiKey.id, calls: 5, writes: 0, refused: 2, since: expect.any(String) },
        },
      ]);
    } finally {
      await other.close();
    }
  });
});

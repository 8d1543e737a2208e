import { access, type PartnerType, type Permission, permissions, type Role, roles } from '@clientele/domain';
import { describe, expect, it } from 'vitest';
import { endpoints } from './openapi.ts';
import { usePortal, wholeDatabase } from './testing/portal.ts';
import { samples } from './testing/samples.ts';

const portal = usePortal();
const guarded = endpoints.filter(({ access }) => access !== 'public' && access !== 'token');
const sampleOf = (name: string) => samples[name] as NonNullable<(typeof samples)[string]>;

describe('every endpoint', () => {
  it('has a sample request here, so that no new one escapes these tests', () => {
    expect(Object.keys(samples).sort()).toEqual(guarded.map((endpoint) => endpoint.name).sort());
    expect(endpoints.filter((endpoint) => endpoint.access === 'public').map((endpoint) => endpoint.name)).toEqual(
      expect.arrayContaining(['getSetup', 'setUp']),
    );
  });

  it('answers 401 without a session, before it looks at anything else', async () => {
    const things = await portal.furnished();
    const before = await wholeDatabase(portal.sql);
    const cookies: Record<string, string>[] = [
      {},
      { cookie: 'better-auth.session_token=nonsense' },
      { cookie: `better-auth.session_token=${encodeURIComponent(`abc.${Buffer.alloc(32).toString('base64')}`)}` },
      { cookie: 'better-auth.session_token=%E0%A4%A' },
    ];
    for (const endpoint of guarded) {
      const { path, query = '', body } = sampleOf(endpoint.name)(things);
      for (const headers of cookies)
        for (const given of body === undefined ? [undefined] : [body, { wrong: true }]) {
          const answer = await portal.visitor(endpoint.method, path + query, given, headers);
          expect(answer.status, `${endpoint.name} ${answer.text}`).toBe(401);
          expect(answer.json).toMatchObject({ code: 'unauthenticated', status: 401 });
          expect(answer.headers.get('content-type')).toContain('application/problem+json');
        }
    }
    expect((await portal.visitor('GET', '/api/changes')).status).toBe(401);
    expect(await wholeDatabase(portal.sql)).toEqual(before);
  });

  it('answers 401 to a session that has run out, and to a person who is no partner’s user', async () => {
    const { aPartnerUser, aSession, aUser, sessionCookie } = await import('@clientele/db/testing');
    const { secret } = await import('./testing/portal.ts');
    const { partner } = await portal.furnished();
    const late = await aSession(portal.sql, await aPartnerUser(portal.sql, partner), { expiresAt: new Date(Date.now() - 1000) });
    const outsider = await aSession(portal.sql, await aUser(portal.sql));
    for (const token of [late, outsider])
      expect((await portal.visitor('GET', '/api/session', undefined, { cookie: sessionCookie(token, secret) })).status).toBe(401);
  });

  it('answers 404 for what belongs to another partner, and writes nothing', async () => {
    const mine = await portal.furnished();
    const theirs = await portal.furnished();
    const { ask } = await portal.signedIn(mine.partner);
    const before = await wholeDatabase(portal.sql);
    const owned = guarded.filter((endpoint) => sampleOf(endpoint.name)(theirs).owned);
    expect(owned.map((endpoint) => endpoint.name).sort()).toEqual(
      guarded
        .filter((endpoint) => /:(apiKey|customer|import|invitation|operation|subscription|purchase|user)Id/.test(endpoint.path))
        .map((endpoint) => endpoint.name)
        .sort(),
    );
    for (const endpoint of owned) {
      const { path, body, headers } = sampleOf(endpoint.name)(theirs);
      const answer = await ask(endpoint.method, path, body, headers);
      expect(answer.status, `${endpoint.name} ${answer.text}`).toBe(404);
      expect(answer.json.code).toBe('not_found');
      // The same answer as for what does not exist at all.
      const id = '0190a000-0000-7000-8000-000000000000';
      const nowhere = await ask(
        endpoint.method,
        path.replace(/[\da-f-]{36}/, id),
        body && JSON.parse(JSON.stringify(body).replaceAll(/[\da-f-]{36}/.exec(path)?.[0] ?? '', id)),
        headers,
      );
      expect({ ...nowhere.json, requestId: '' }).toEqual({ ...answer.json, requestId: '' });
    }
    // My customer, their subscription.
    const mixed = await ask('POST', `/api/customers/${mine.customer.id}/subscriptions/${theirs.subscription.id}/suspend`, {
      customerId: mine.customer.id,
    });
    expect(mixed.status).toBe(404);
    for (const query of [`customerId=${theirs.customer.id}`, `invitationId=${theirs.invitation.id}`])
      expect((await ask('GET', `/api/activity?${query}`)).json.items).toEqual([]);
    expect((await ask('GET', `/api/operations?customerId=${theirs.customer.id}`)).json.items).toEqual([]);
    expect((await ask('GET', `/api/invitations?customerId=${theirs.customer.id}`)).json.items).toEqual([]);
    expect(await wholeDatabase(portal.sql)).toEqual(before);
  });

  it('answers 404 for an id that cannot be one', async () => {
    const { partner } = await portal.furnished();
    const { ask } = await portal.signedIn(partner);
    for (const path of [
      '/api/customers/1',
      '/api/customers/%27%20or%201=1',
      '/api/invitations/x',
      '/api/operations/..%2f..',
      '/api/customers/%00',
      '/api/nothing',
      '/api/',
    ])
      expect((await ask('GET', path)).json, path).toMatchObject({ status: 404, code: 'not_found' });
  });
});

describe('a role', () => {
  const sets: { holds: Role[]; type: PartnerType }[] = [
    ...roles.map((role) => ({ holds: [role], type: 'direct-partner' as const })),
    { holds: ['sales-agent', 'helpdesk-agent'], type: 'indirect-provider' },
    { holds: ['global-admin', 'admin-agent', 'sales-agent', 'helpdesk-agent'], type: 'indirect-reseller' },
  ];

  it.each(sets)(
    'answers 403, naming role and who grants it, exactly when the table says so: $holds of a $type',
    async ({ holds, type }) => {
      const { partner, author } = await portal.furnished({ type });
      const { ask } = await portal.signedIn(partner, holds);
      const { furnish } = await import('./testing/portal.ts');
      const counts = { allowed: 0, refused: 0 };
      for (const endpoint of guarded) {
        // Fresh things for each, so that one request does not stand in the next one's way.
        const things = await furnish(portal.sql, partner, author);
        const { path, query = '', body, headers, also = [] } = sampleOf(endpoint.name)(things);
        const needed = [...(endpoint.access === 'signed-in' ? [] : [endpoint.access as Permission]), ...also];
        const refused = needed
          .map((permission) => access({ roles: holds, partnerType: type, cloud: 'public' }, permission))
          .find((answer) => !answer.allowed);
        const answer = await ask(endpoint.method, path + query, body, headers);
        expect(answer.status, `${endpoint.name}: ${answer.text.slice(0, 300)}`).toSatisfy((status: number) =>
          refused ? status === 403 : status !== 403 && status < 500,
        );
        counts[refused ? 'refused' : 'allowed'] += 1;
        if (!refused || refused.allowed) continue;
        expect(answer.json).toMatchObject({ code: 'forbidden', details: refused });
        if (refused.reason === 'role') {
          expect(answer.json.details).toMatchObject({ needs: permissions[refused.permission], grantedBy: 'global-admin' });
          for (const role of refused.needs) expect(answer.json.detail).toContain(role);
          expect(answer.json.detail).toContain('global admin');
        } else expect(answer.json.detail).toContain('indirect provider');
        // The role is told before what is wrong with the request.
        if (body !== undefined && refused === needed.map((p) => access({ roles: holds, partnerType: type, cloud: 'public' }, p))[0])
          expect((await ask(endpoint.method, path, { nonsense: 1 })).status).toBe(403);
      }
      expect(counts.allowed + counts.refused).toBe(guarded.length);
      if (holds.length === 1 && holds[0] === 'global-admin') expect(counts.refused).toBe(0);
      else expect(counts.refused).toBeGreaterThan(0);
    },
  );

  it('that is missing shows on rows as an action that is not allowed, with the same words', async () => {
    const { partner, customer } = await portal.furnished();
    const { ask } = await portal.signedIn(partner, ['sales-agent']);
    expect((await ask('GET', `/api/customers/${customer.id}`)).json.actions).toMatchObject({
      edit: { allowed: true },
      end: { allowed: false, reason: 'role', needs: ['global-admin'], grantedBy: 'global-admin' },
      reinstate: { allowed: false, reason: 'role' },
    });
    const { json } = await ask('GET', '/api/session');
    expect(json.permissions).toEqual(
      Object.keys(permissions).filter((permission) => permissions[permission as Permission].some((role) => role === 'sales-agent')),
    );
  });

  it('that is taken away counts at once', async () => {
    const { partner } = await portal.furnished();
    const { ask, user } = await portal.signedIn(partner, ['admin-agent']);
    expect((await ask('GET', '/api/queue')).status).toBe(200);
    await portal.sql`update partner_users set roles = '{sales-agent}' where user_id = ${user.id}`;
    expect((await ask('GET', '/api/queue')).status).toBe(403);
    await portal.sql`delete from sessions where user_id = ${user.id}`;
    expect((await ask('GET', '/api/queue')).status).toBe(401);
  });
});

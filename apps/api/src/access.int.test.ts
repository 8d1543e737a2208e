import { access, type PartnerType, type Permission, permissionNames, permissions, type Role, roles } from '@clientele/domain';
import { describe, expect, it } from 'vitest';
import { endpoints } from './openapi.ts';
import { usePortal, wholeDatabase } from './testing/portal.ts';
import { samples } from './testing/samples.ts';

const portal = usePortal();
const uuid = /[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}/g;
const nowhereId = '0190a000-0000-7000-8000-000000000000';

/** What `look` gives as soon as it is `enough`, and after five seconds whatever it is. */
async function eventually<Rows>(look: () => PromiseLike<Rows>, enough: (rows: Rows) => boolean): Promise<Rows> {
  for (const end = Date.now() + 5000; Date.now() < end; ) {
    const rows = await look();
    if (enough(rows)) return rows;
  }
  return look();
}

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

  it('answers 404 for what belongs to another partner as for what is nowhere, and writes nothing but that it was asked for', async () => {
    const mine = await portal.furnished({ type: 'indirect-provider' });
    const theirs = await portal.furnished({ type: 'indirect-provider' });
    const owned = guarded.filter((endpoint) => sampleOf(endpoint.name)(theirs).owned);
    expect(owned.map((endpoint) => endpoint.name).sort()).toEqual(
      guarded
        .filter((endpoint) => /:(apiKey|customer|import|invitation|operation|subscription|purchase|partnership|user)Id/.test(endpoint.path))
        .map((endpoint) => endpoint.name)
        .sort(),
    );
    // So many of one person would be told of in one record: each endpoint is asked by somebody else.
    const people = await Promise.all(owned.map(() => portal.signedIn(mine.partner)));
    const before = await wholeDatabase(portal.sql);
    const asked: { name: string; ids: string[]; user: string; ip: string; requestId: string }[] = [];
    for (const [index, endpoint] of owned.entries()) {
      const { ask, user } = people[index] as (typeof people)[number];
      const { path, body, headers } = sampleOf(endpoint.name)(theirs);
      const answer = await ask(endpoint.method, path, body, headers);
      expect(answer.status, `${endpoint.name} ${answer.text}`).toBe(404);
      expect(answer.json.code).toBe('not_found');
      const ids = path.match(uuid) ?? [];
      asked.push({ name: endpoint.name, ids, user: user.id, ip: '127.0.0.1', requestId: answer.json.requestId });
      // The same answer as for what does not exist at all.
      const nowhere = await ask(
        endpoint.method,
        path.replace(ids[0] ?? '', nowhereId),
        body && JSON.parse(JSON.stringify(body).replaceAll(ids[0] ?? '', nowhereId)),
        headers,
      );
      expect({ ...nowhere.json, requestId: '' }).toEqual({ ...answer.json, requestId: '' });
      expect([...nowhere.headers.keys()].sort()).toEqual([...answer.headers.keys()].sort());
    }
    // My customer, their subscription; my invitation, their hand-over: the inner id counts as well.
    const { ask, user } = await portal.signedIn(mine.partner);
    const body = { customerId: mine.customer.id };
    const mixed: [name: string, method: string, path: string, inner: string][] = [
      [
        'subscription',
        'POST',
        `/api/customers/${mine.customer.id}/subscriptions/${theirs.subscription.id}/suspend`,
        theirs.subscription.id,
      ],
      ['purchase', 'POST', `/api/customers/${mine.customer.id}/purchases/${theirs.purchase.id}/cancel`, theirs.purchase.id],
      [
        'plannedEnd',
        'POST',
        `/api/customers/${mine.customer.id}/relationship/planned-end/${theirs.plannedEnd.id}/cancel`,
        theirs.plannedEnd.id,
      ],
      ['handOver', 'POST', `/api/invitations/${mine.invitation.id}/hand-overs/${theirs.handOver.id}/approve`, theirs.handOver.id],
    ];
    for (const [name, method, path, inner] of mixed) {
      const answer = await ask(method, path, name === 'handOver' ? {} : body);
      expect(answer.status, `${name} ${answer.text}`).toBe(404);
      asked.push({ name, ids: [inner], user: user.id, ip: '127.0.0.1', requestId: answer.json.requestId });
    }
    const others = await portal.signedIn(theirs.partner);
    const [[view], [session]] = [
      await portal.sql`insert into customer_views (id, partner_id, user_id, name, filters, columns, created_at)
        values (${crypto.randomUUID()}, ${theirs.partner.id}, ${others.user.id}, 'Mine', '{}', '{}', now()) returning id`,
      await portal.sql`select id from sessions where user_id = ${others.user.id}`,
    ];
    const more: [name: string, method: string, path: string, id: string][] = [
      ['deleteCustomerView', 'DELETE', `/api/customer-views/${view?.id}`, view?.id],
      ['endOwnSession', 'POST', `/api/account/sessions/${session?.id}/end`, session?.id],
      ['explainAccess', 'GET', `/api/access?customerId=${theirs.customer.id}`, theirs.customer.id],
      ['explainAccess', 'GET', `/api/access?userId=${theirs.author.id}`, theirs.author.id],
    ];
    for (const [name, method, path, id] of more) {
      const answer = await ask(method, path, method === 'GET' ? undefined : {});
      expect(answer.status, `${name} ${answer.text}`).toBe(404);
      asked.push({ name, ids: [id], user: user.id, ip: '127.0.0.1', requestId: answer.json.requestId });
    }
    // A list that is narrowed to a thing of theirs is empty, as for a thing that is nowhere.
    const { ask: narrowing, user: narrower } = await portal.signedIn(mine.partner);
    for (const [list, query, id] of [
      ['activity', 'customerId', theirs.customer.id],
      ['activity', 'invitationId', theirs.invitation.id],
      ['operations', 'customerId', theirs.customer.id],
      ['invitations', 'customerId', theirs.customer.id],
    ] as const) {
      const answer = await narrowing('GET', `/api/${list}?${query}=${id}`);
      expect(answer.json.items).toEqual([]);
      asked.push({ name: list, ids: [id], user: narrower.id, ip: '127.0.0.1', requestId: answer.headers.get('x-request-id') ?? '' });
      expect((await narrowing('GET', `/api/${list}?${query}=${nowhereId}`)).json.items).toEqual([]);
    }

    // Work over many says of each what came of it; here one is mine.
    const bulk = await narrowing('POST', '/api/customers/bulk', {
      action: 'export',
      selection: { ids: [theirs.customer.id, mine.customer.id] },
    });
    expect(bulk.status, bulk.text).toBe(202);
    asked.push({
      name: 'bulk',
      ids: [theirs.customer.id],
      user: narrower.id,
      ip: '127.0.0.1',
      requestId: bulk.headers.get('x-request-id') ?? '',
    });

    const records = await eventually(
      () => portal.sql`select request_id, partner_id, actor_kind, actor_id, ip, data from events where type = 'access.elsewhere_refused'`,
      (rows) => asked.every(({ requestId }) => rows.some((row) => row.request_id === requestId)),
    );
    for (const { name, ids, user, ip, requestId } of asked) {
      const ofRequest = records.filter((row) => row.request_id === requestId);
      expect(ofRequest.map(({ data }) => data.given).sort(), name).toEqual([...new Set(ids)].sort());
      for (const record of ofRequest)
        expect(record, name).toMatchObject({
          partner_id: mine.partner.id,
          actor_kind: 'partner-user',
          actor_id: user,
          ip,
          data: { times: 1 },
        });
    }
    // Of ids that are nowhere there is none, and the owner learns nothing.
    expect(records.filter(({ data }) => data.given === nowhereId || data.given === 'nowhere')).toEqual([]);
    expect(new Set(records.map((record) => record.partner_id))).toEqual(new Set([mine.partner.id]));
    const written = ['events', 'unsealed_events', 'users', 'sessions', 'partner_users', 'customer_views', 'operations'];
    const after = await wholeDatabase(portal.sql);
    for (const table of Object.keys(before).filter((name) => !written.includes(name))) expect(after[table], table).toEqual(before[table]);
  });

  it('told of by a program with an API key stands in the log under that key; many of a minute are told of in one record', async () => {
    const { openPortal, asker, furnish } = await import('./testing/portal.ts');
    const { aPartner, aPartnerUser, aSession, sessionCookie, anApiKey } = await import('@clientele/db/testing');
    const { secret } = await import('./testing/portal.ts');
    const other = await openPortal();
    try {
      const { sql } = other.database;
      const [mine, theirs] = [await aPartner(sql), await aPartner(sql)];
      const things = await furnish(sql, theirs, await aPartnerUser(sql, theirs));
      const admin = await aPartnerUser(sql, mine);
      const key = await anApiKey(sql, mine, admin, { roles: ['global-admin'] });
      const byKey = await asker(other.url)('GET', `/api/customers/${things.customer.id}`, undefined, {
        authorization: `Bearer ${key.key}`,
      });
      expect(byKey.status).toBe(404);
      const ask = asker(other.url, sessionCookie(await aSession(sql, admin), secret));
      const answers = await Promise.all(
        Array.from({ length: 40 }, (_, index) => ask('GET', `/api/customers/${index % 2 ? things.customer.id : nowhereId}`)),
      );
      expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([404]));
      await other.close({ keep: true });
      const records =
        await sql`select actor_kind, actor_id, (data ->> 'times')::int as times from events where type = 'access.elsewhere_refused' order by times`;
      expect(records.filter((record) => record.actor_kind === 'api-key')).toEqual([{ actor_kind: 'api-key', actor_id: key.id, times: 1 }]);
      const byAdmin = records.filter((record) => record.actor_id === admin.id).map(({ times }) => times);
      // Each of the first ten that were of another partner, and one for all the others.
      expect(byAdmin.length).toBeLessThanOrEqual(11);
      expect(byAdmin.reduce((sum, times) => sum + times, 0)).toBe(20);
      expect(byAdmin.at(-1)).toBeGreaterThanOrEqual(10);
    } finally {
      await other.close();
    }
  });

  it('with a session that has run out leaves one record in the person’s log, and the session is gone', async () => {
    const { aPartnerUser, aSession, sessionCookie } = await import('@clientele/db/testing');
    const { secret } = await import('./testing/portal.ts');
    const { partner } = await portal.furnished();
    const user = await aPartnerUser(portal.sql, partner);
    const late = await aSession(portal.sql, user, { expiresAt: new Date(Date.now() - 1000) });
    const cookie = sessionCookie(late, secret);
    for (let time = 0; time < 3; time += 1) expect((await portal.visitor('GET', '/api/session', undefined, { cookie })).status).toBe(401);
    expect(
      await portal.sql`select actor_id, data from events where partner_id = ${partner.id} and type = 'access.session_refused'`,
    ).toEqual([{ actor_id: user.id, data: { userId: user.id, because: 'expired' } }]);
    expect(await portal.sql`select from sessions where user_id = ${user.id}`).toHaveLength(0);
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
      const counts = { allowed: 0, refused: 0, roles: 0 };
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
          counts.roles += 1;
          expect(answer.json.details).toMatchObject({ needs: permissions[refused.permission], grantedBy: 'global-admin' });
          for (const role of refused.needs) expect(answer.json.detail).toContain(role);
          expect(answer.json.detail).toContain('global admin');
        } else expect(answer.json.detail).toContain('indirect provider');
        // The role is told before what is wrong with the request.
        if (body !== undefined && refused === needed.map((p) => access({ roles: holds, partnerType: type, cloud: 'public' }, p))[0])
          expect((await ask(endpoint.method, path, { nonsense: 1 })).status).toBe(403);
      }
      expect(counts.allowed + counts.refused).toBe(guarded.length);
      if (holds.length === 1 && holds[0] === 'global-admin') expect(counts.roles).toBe(0);
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
      permissionNames.filter(
        (permission) => access({ roles: ['sales-agent'], partnerType: partner.type, cloud: partner.cloud }, permission).allowed,
      ),
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

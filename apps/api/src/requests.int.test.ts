import { connect } from 'node:net';
import { aCustomer, aSubscription } from '@clientele/db/testing';
import { describe, expect, it } from 'vitest';
import { type Ask, usePortal, wholeDatabase } from './testing/portal.ts';
import { newCustomer, newInvitation } from './testing/samples.ts';

const portal = usePortal();

async function setting() {
  const things = await portal.furnished();
  return { ...things, ...(await portal.signedIn(things.partner)) };
}

const change = (base: object, path: string, value: unknown): object => {
  const copy = structuredClone(base) as Record<string, unknown>;
  const keys = path.split('.');
  const last = keys.pop() as string;
  const place = keys.reduce<Record<string, unknown>>((at, key) => at[key] as Record<string, unknown>, copy);
  if (value === undefined) delete place[last];
  else place[last] = value;
  return copy;
};

describe('a broken rule', () => {
  const long = 'x'.repeat(500);
  const inCustomer: [string, unknown, string, object?][] = [
    ['companyName', undefined, 'required'],
    ['companyName', '', 'required'],
    ['companyName', '   ', 'required'],
    ['companyName', 42, 'wrong_type'],
    ['companyName', ['a'], 'wrong_type'],
    ['companyName', long, 'too_long', { max: 200 }],
    ['companyName', 'a\nb', 'control_characters'],
    ['companyName', 'a\u0007b', 'control_characters'],
    ['companyName', 'a\u0000b', 'control_characters'],
    ['companyName', 'half a pair \ud800', 'control_characters'],
    ['domainPrefix', 'a', 'domain_prefix', { min: 3, max: 27 }],
    ['domainPrefix', 'www', 'domain_prefix'],
    ['domainPrefix', 'пример', 'domain_prefix'],
    ['country', 'XX', 'country'],
    ['country', 'constructor', 'country'],
    ['address', undefined, 'required'],
    ['address', 'Tokyo', 'wrong_type'],
    ['address.line1', '', 'required'],
    ['address.postalCode', '12', 'postal_code', { country: 'JP', example: '154-0023' }],
    ['address.state', undefined, 'state_required', { country: 'JP' }],
    ['address.state', '48', 'state_unknown', { country: 'JP' }],
    ['contact.email', 'nobody', 'email'],
    ['contact.email', 'a@b.example\r\nBcc: c@d.example', 'email'],
    ['contact.email', `${'x'.repeat(250)}@b.example`, 'too_long', { max: 254 }],
    ['contact.phone', 'call me', 'phone'],
    ['contact.firstName', long, 'too_long', { max: 100 }],
    ['language', 'fr', 'choice'],
    ['agreement', undefined, 'required'],
    ['agreement.date', '2025-02-30', 'date'],
    ['agreement.date', '9999-12-31', 'date_in_future'],
    ['agreement.email', undefined, 'required'],
    ['subscriptions', 'none', 'wrong_type'],
    ['subscriptions', Array(21).fill({ productId: 'm365-e3', quantity: 1 }), 'too_long', { max: 20 }],
    ['subscriptions.0.quantity', 0, 'too_small', { min: 1 }],
    ['subscriptions.0.quantity', 1.5, 'not_whole'],
    ['subscriptions.0.quantity', '1', 'wrong_type'],
    ['subscriptions.0.quantity', 2, 'quantity_fixed', { quantity: 1 }],
    ['subscriptions.0.productId', 'nothing', 'unknown_product'],
  ];

  it.each(inCustomer)('of a new customer names its field: %s = %j is %s', async (path, value, rule, params) => {
    const { ask } = await setting();
    const answer = await ask('POST', '/api/customers', change(newCustomer(), path, value));
    expect(answer.status, answer.text).toBe(422);
    expect(answer.headers.get('content-type')).toContain('application/problem+json');
    expect(answer.json).toMatchObject({
      type: '/api/problems/validation_failed',
      code: 'validation_failed',
      status: 422,
      title: expect.any(String),
      detail: expect.any(String),
      requestId: answer.headers.get('x-request-id'),
    });
    expect(answer.json.errors).toEqual([expect.objectContaining({ path, rule, ...(params ? { params } : {}) })]);
  });

  const inInvitation: [string, unknown, string][] = [
    ['email', 'a@b', 'email'],
    ['companyName', long, 'too_long'],
    ['domain', 'not a domain', 'domain'],
    ['domain', '192.168.0.1', 'domain'],
    ['message', 'x'.repeat(4001), 'too_long'],
    ['message', 'bell \u0007', 'control_characters'],
    ['delegatedAdmin', 'yes', 'wrong_type'],
    ['days', 0, 'too_small'],
    ['days', 91, 'too_large'],
    ['recipientName', 'two\nlines', 'control_characters'],
  ];
  it.each(inInvitation)('of an invitation names its field: %s = %j is %s', async (path, value, rule) => {
    const { ask } = await setting();
    const answer = await ask('POST', '/api/invitations', change(newInvitation(), path, value));
    expect(answer.status, answer.text).toBe(422);
    expect(answer.json.errors).toEqual([expect.objectContaining({ path, rule })]);
  });

  it('in a query names its parameter', async () => {
    const { ask } = await setting();
    const bad: [string, string, string][] = [
      ['/api/customers?limit=0', 'limit', 'too_small'],
      ['/api/customers?limit=101', 'limit', 'too_large'],
      ['/api/customers?limit=x', 'limit', 'wrong_type'],
      ['/api/customers?sort=password', 'sort', 'choice'],
      ['/api/customers?relationship=gone', 'relationship', 'choice'],
      ['/api/customers?after=forged', 'after', 'cursor'],
      ['/api/customers?search=a%00b', 'search', 'control_characters'],
      [`/api/customers?search=${'x'.repeat(201)}`, 'search', 'too_long'],
      ['/api/customers.csv?order=up', 'order', 'choice'],
      ['/api/activity?from=yesterday', 'from', 'date'],
      ['/api/activity?from=0000-01-01T00:00:00Z', 'from', 'date'],
      ['/api/activity?type=nothing', 'type', 'choice'],
      ['/api/activity?customerId=1', 'customerId', 'uuid'],
      ['/api/activity?after=eyJ4Ijox', 'after', 'cursor'],
      ['/api/operations?after=WyJ4Il0', 'after', 'cursor'],
      ['/api/invitations?after=WyJ4Il0', 'after', 'cursor'],
    ];
    for (const [path, field, rule] of bad) {
      const answer = await ask('GET', path);
      expect(answer.status, `${path} ${answer.text}`).toBe(422);
      expect(answer.json.errors).toEqual([expect.objectContaining({ path: field, rule })]);
    }
    expect((await ask('GET', '/api/customers?search=a&search=b')).status).toBeLessThan(500);
    expect((await ask('GET', '/api/customers?__proto__[x]=1&constructor=1')).status).toBe(200);
  });

  it('tells several at once', async () => {
    const { ask } = await setting();
    const answer = await ask('POST', '/api/customers', { ...newCustomer(), companyName: '', language: 'xx', contact: {} });
    expect(answer.json.errors.map((error: { path: string }) => error.path).sort()).toEqual([
      'companyName',
      'contact.email',
      'contact.firstName',
      'contact.lastName',
      'language',
    ]);
  });

  it('is not an emoji, right-to-left text, quotes, or the letters \\u0000', async () => {
    const { ask } = await setting();
    for (const companyName of [
      '🚀🧑‍🚀 Rocket',
      'شركة الاتصالات',
      "Robert'); DROP TABLE customers;--",
      '<script>alert(1)</script>',
      'a \\u0000 b',
      '𠮷野家',
    ]) {
      const answer = await ask('POST', '/api/customers', { ...newCustomer(), companyName });
      expect(answer.status, answer.text).toBe(202);
      expect(answer.json.subject).toBe(companyName);
    }
  });
});

describe('a body', () => {
  it('that is no JSON, no object or not given is refused as such', async () => {
    const { ask } = await setting();
    for (const body of ['{"a":', '{a:1}', 'null x', '"text', '\u0000', '[1,'])
      expect((await ask('POST', '/api/invitations', body)).json, body).toMatchObject({
        status: 422,
        code: 'validation_failed',
        detail: 'The body is not valid JSON.',
      });
    for (const body of ['[]', 'null', '1', '"x"', '{}', '']) {
      const answer = await ask('POST', '/api/invitations', body);
      expect(answer.status, `${body} ${answer.text}`).toBe(422);
    }
    const form = await ask('POST', '/api/invitations', 'email=a%40b.example', { 'content-type': 'application/x-www-form-urlencoded' });
    expect(form.status).toBe(422);
    expect((await ask('POST', '/api/invitations', '{}', { 'content-type': 'application/json; charset=utf-7' })).status).toBe(422);
    expect((await ask('POST', '/api/invitations', '{}', { 'content-encoding': 'nonsense' })).status).toBe(422);
  });

  it('of 2 MB is too large', async () => {
    const { ask } = await setting();
    const answer = await ask('POST', '/api/invitations', { ...newInvitation(), message: 'x'.repeat(2_000_000) });
    expect(answer.json).toMatchObject({ status: 413, code: 'payload_too_large' });
    const page = await portal.visitor('POST', '/i/x/accept', 'x='.padEnd(100_000, 'y'), {
      'content-type': 'application/x-www-form-urlencoded',
    });
    expect(page.status).toBeGreaterThanOrEqual(400);
    expect(page.status).toBeLessThan(500);
  });

  it('holding U+0000 deep inside is refused at its field, and a lone surrogate too', async () => {
    const { ask, customer } = await setting();
    const edit = (more: object) =>
      ask('PATCH', `/api/customers/${customer.id}`, { customerId: customer.id, ...more }, { 'if-match': '"1"' });
    expect((await edit({ notes: 'a\u0000' })).json.errors).toEqual([{ path: 'notes', rule: 'control_characters' }]);
    expect((await edit({ tags: ['fine', 'x\udc00'] })).json.errors).toEqual([{ path: 'tags.1', rule: 'control_characters' }]);
    expect((await edit({ contact: { firstName: '\ud83d', lastName: 'x', email: 'a@b.example' } })).json.errors).toEqual([
      { path: 'contact.firstName', rule: 'control_characters' },
    ]);
  });
});

describe('the customer in the address and the one in the body', () => {
  it('must agree, or nothing is changed', async () => {
    const { ask, customer, partner, subscription } = await setting();
    const other = await aCustomer(portal.sql, partner);
    const before = await wholeDatabase(portal.sql);
    const requests: Parameters<Ask>[] = [
      ['PATCH', `/api/customers/${customer.id}`, { customerId: other.id, notes: 'x' }],
      ['POST', `/api/customers/${customer.id}/relationship/end`, { customerId: other.id, domain: other.domain }],
      ['POST', `/api/customers/${customer.id}/relationship/cancel-end`, { customerId: other.id }],
      ['POST', `/api/customers/${customer.id}/relationship/reinstate`, { customerId: other.id, message: '', delegatedAdmin: true }],
      ['POST', `/api/customers/${customer.id}/subscriptions`, { customerId: other.id, productId: 'm365-e3', quantity: 1 }],
      ['POST', `/api/customers/${customer.id}/subscriptions/${subscription.id}/suspend`, { customerId: other.id }],
    ];
    for (const request of requests)
      expect((await ask(...request)).json, request[1]).toMatchObject({
        status: 400,
        code: 'customer_mismatch',
        details: { inPath: customer.id, inBody: other.id },
      });
    expect(await wholeDatabase(portal.sql)).toEqual(before);
  });

  it('must both be given', async () => {
    const { ask, customer } = await setting();
    const answer = await ask('POST', `/api/customers/${customer.id}/relationship/end`, { domain: customer.domain });
    expect(answer.json.errors).toEqual([{ path: 'customerId', rule: 'required' }]);
  });

  it('name one subscription of that customer', async () => {
    const { ask, customer, partner } = await setting();
    const elsewhere = await aSubscription(portal.sql, await aCustomer(portal.sql, partner));
    expect(
      (await ask('POST', `/api/customers/${customer.id}/subscriptions/${elsewhere.id}/suspend`, { customerId: customer.id })).status,
    ).toBe(404);
  });
});

describe('an illegal transition', () => {
  it('answers 409 with the state as it is', async () => {
    const { ask, customer, subscription, operation, invitation } = await setting();
    const at = `/api/customers/${customer.id}`;
    const body = { customerId: customer.id };
    await portal.sql`update operations set state = 'succeeded', kind = 'relationship-end' where id = ${operation.id}`;
    await portal.sql`update invitations set state = 'declined' where id = ${invitation.id}`;
    const requests: [Parameters<Ask>, object][] = [
      [['POST', `${at}/subscriptions/${subscription.id}/cancel`, body], { thing: 'subscription', state: 'active' }],
      [['POST', `${at}/subscriptions/${subscription.id}/reactivate`, body], { thing: 'subscription', state: 'active' }],
      [['POST', `${at}/relationship/cancel-end`, body], { thing: 'relationship', state: 'active' }],
      [
        ['POST', `${at}/relationship/reinstate`, { ...body, message: '', delegatedAdmin: true }],
        { thing: 'relationship', state: 'active' },
      ],
      [['POST', `/api/operations/${operation.id}/retry`, {}], { thing: 'operation', state: 'succeeded' }],
      [['POST', `/api/operations/${operation.id}/cancel`, {}], { thing: 'operation', state: 'succeeded' }],
      [['POST', `/api/operations/${operation.id}/credentials`, {}], { thing: 'operation', state: 'succeeded' }],
      [['POST', `/api/invitations/${invitation.id}/revoke`, {}], { thing: 'invitation', state: 'declined' }],
      [['POST', `/api/invitations/${invitation.id}/resend`, {}], { thing: 'invitation', state: 'declined' }],
      [['POST', `/api/invitations/${invitation.id}/link`, {}], { thing: 'invitation', state: 'declined' }],
    ];
    const before = await wholeDatabase(portal.sql);
    for (const [request, details] of requests)
      expect((await ask(...request)).json, request[1]).toMatchObject({ status: 409, code: 'illegal_transition', details });
    expect(await wholeDatabase(portal.sql)).toEqual(before);
  });

  it('of a blocked end names every blocker', async () => {
    const { ask, customer, subscription } = await setting();
    const answer = await ask('POST', `/api/customers/${customer.id}/relationship/end`, {
      customerId: customer.id,
      domain: customer.domain,
    });
    expect(answer.json).toMatchObject({
      status: 409,
      code: 'blocked',
      details: { blockers: [{ subscriptionId: subscription.id, productName: 'Microsoft 365 Business Basic', remedy: 'suspend' }] },
    });
  });

  it('of a lost race over one customer names the newer version', async () => {
    const { ask, customer } = await setting();
    const edits = await Promise.all(
      Array.from({ length: 10 }, (_, index) =>
        ask('PATCH', `/api/customers/${customer.id}`, { customerId: customer.id, notes: `from ${index}` }, { 'if-match': '"1"' }),
      ),
    );
    expect(edits.filter((answer) => answer.status === 200)).toHaveLength(1);
    for (const answer of edits.filter(({ status }) => status !== 200))
      expect(answer.json).toMatchObject({ status: 409, code: 'conflict', details: { version: 2 } });
  });
});

describe('the same Idempotency-Key', () => {
  it('gives the same answer and one effect, also for 20 requests at once', async () => {
    const { ask, partner } = await setting();
    const body = newInvitation();
    const answers = await Promise.all(
      Array.from({ length: 20 }, () => ask('POST', '/api/invitations', body, { 'idempotency-key': 'once' })),
    );
    for (const answer of answers) {
      expect(answer.status).toBe(202);
      expect(answer.json).toEqual(answers[0]?.json);
    }
    expect(await portal.sql`select id from invitations where partner_id = ${partner.id} and email = ${body.email}`).toHaveLength(1);
    expect(await portal.sql`select id from deliveries where partner_id = ${partner.id}`).toHaveLength(1);
  });

  it('holds for every act that is no answer of its own', async () => {
    const { ask, customer, subscription, partner } = await setting();
    const at = `/api/customers/${customer.id}`;
    const body = { customerId: customer.id };
    const acts: Parameters<Ask>[] = [
      ['POST', '/api/customers', newCustomer()],
      ['PATCH', at, { ...body, notes: 'once' }, { 'if-match': '"1"' }],
      ['POST', `${at}/subscriptions`, { ...body, productId: 'm365-e3', quantity: 1 }],
      ['POST', `${at}/subscriptions/${subscription.id}/suspend`, body],
    ];
    for (const [index, [method, path, payload, headers]] of acts.entries()) {
      const first = await ask(method, path, payload, { ...headers, 'idempotency-key': `act-${index}` });
      const again = await ask(method, path, payload, { ...headers, 'idempotency-key': `act-${index}` });
      expect(first.status, first.text).toBeLessThan(300);
      expect([again.status, again.json]).toEqual([first.status, first.json]);
    }
    await portal.sql`update subscriptions set state = 'suspended' where customer_id = ${customer.id}`;
    for (const [path, payload] of [
      ['end', { ...body, domain: customer.domain }],
      ['cancel-end', body],
    ] as const) {
      const answers = [1, 2, 3].map(() => ask('POST', `${at}/relationship/${path}`, payload, { 'idempotency-key': path }));
      const [first, ...others] = await Promise.all(answers);
      expect(first?.status, first?.text).toBeLessThan(300);
      for (const other of others) expect([other.status, other.json]).toEqual([first?.status, first?.json]);
    }
    expect(await portal.sql`select id from events where partner_id = ${partner.id} and type = 'relationship.end_cancelled'`).toHaveLength(
      1,
    );
  });

  it('with another request is refused', async () => {
    const { ask } = await setting();
    const headers = { 'idempotency-key': 'mine' };
    expect((await ask('POST', '/api/invitations', newInvitation(), headers)).status).toBe(202);
    expect((await ask('POST', '/api/invitations', newInvitation(), headers)).json).toMatchObject({
      status: 422,
      code: 'idempotency_key_reused',
    });
    expect((await ask('POST', '/api/customers', newCustomer(), headers)).json).toMatchObject({ code: 'idempotency_key_reused' });
  });

  it('belongs to one person of one partner', async () => {
    const one = await setting();
    const colleague = await portal.signedIn(one.partner);
    const stranger = await setting();
    const headers = { 'idempotency-key': 'shared-by-chance' };
    const ids = [];
    for (const { ask } of [one, colleague, stranger]) ids.push((await ask('POST', '/api/customers', newCustomer(), headers)).json.id);
    expect(new Set(ids).size).toBe(3);
  });

  it('keeps no refusal: the mended request goes through', async () => {
    const { ask, customer } = await setting();
    const headers = { 'idempotency-key': 'mended' };
    const end = () =>
      ask('POST', `/api/customers/${customer.id}/relationship/end`, { customerId: customer.id, domain: customer.domain }, headers);
    expect((await end()).status).toBe(409);
    await portal.sql`update subscriptions set state = 'suspended' where customer_id = ${customer.id}`;
    expect((await end()).status).toBe(202);
  });

  it('has 1 to 200 plain characters', async () => {
    const { ask } = await setting();
    for (const key of ['x'.repeat(201), 'with space', 'ü'])
      expect((await ask('POST', '/api/invitations', newInvitation(), { 'idempotency-key': key })).json).toMatchObject({
        status: 422,
        errors: [{ path: 'Idempotency-Key' }],
      });
  });

  it('keeps no password, link or token', async () => {
    const { ask, invitation, partner } = await setting();
    await ask('POST', `/api/invitations/${invitation.id}/link`, {}, { 'idempotency-key': 'link' });
    const kept = await portal.sql`select result::text from idempotency_keys where partner_id = ${partner.id}`;
    for (const { result } of kept) expect(result).not.toMatch(/\/i\/[\w-]{20}/);
  });
});

describe('a request from another site', () => {
  it('is refused when it would change something, and does nothing', async () => {
    const { ask, customer } = await setting();
    const before = await wholeDatabase(portal.sql);
    for (const origin of ['https://evil.example', 'null', 'nonsense', `${portal.url}.evil.example`, portal.url.replace(/:\d+$/, ':1')]) {
      expect((await ask('POST', '/api/invitations', newInvitation(), { origin })).status, origin).toBe(403);
      expect(
        (await ask('PATCH', `/api/customers/${customer.id}`, { customerId: customer.id, notes: 'x' }, { origin, 'if-match': '"1"' }))
          .status,
      ).toBe(403);
      expect((await ask('POST', '/api/auth/sign-out', {}, { origin })).status, origin).toBe(403);
    }
    expect(await wholeDatabase(portal.sql)).toEqual(before);
    expect((await ask('POST', '/api/invitations', newInvitation(), { origin: portal.url })).status).toBe(202);
    expect(
      (await ask('GET', '/api/session', undefined, { origin: 'https://evil.example' })).headers.get('access-control-allow-origin'),
    ).toBeNull();
  });
});

describe('every answer', () => {
  it('carries the security headers and a request id, and never says what it runs on', async () => {
    const { ask } = await setting();
    for (const path of ['/api/session', '/api/nothing', '/healthz', '/i/x']) {
      const { headers } = await ask('GET', path);
      expect(headers.get('content-security-policy')).toContain("default-src 'none'");
      expect(headers.get('x-content-type-options')).toBe('nosniff');
      expect(headers.get('x-frame-options')).toBe('DENY');
      expect(headers.get('x-request-id')).toMatch(/^[\da-f-]{36}$/);
      expect(headers.get('x-powered-by')).toBeNull();
    }
  });

  it('to a half-sent request is the end of it, and the next one is served', async () => {
    const { ask } = await setting();
    const { port } = new URL(portal.url);
    const socket = connect(Number(port), '127.0.0.1');
    socket.on('error', () => {});
    socket.write(
      'POST /api/invitations HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\ncontent-length: 1000\r\n\r\n{"email":',
    );
    await new Promise((resolve) => setTimeout(resolve, 50));
    socket.destroy();
    expect((await ask('GET', '/api/session')).status).toBe(200);
    expect(portal.logged.filter((line) => line.includes('"level":50'))).toEqual([]);
  });
});

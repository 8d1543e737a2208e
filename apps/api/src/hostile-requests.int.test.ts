import { once } from 'node:events';
import { connect } from 'node:net';
import { describe, expect, it } from 'vitest';
import { asker, openPortal, tokenOf, usePortal, wholeDatabase } from './testing/portal.ts';
import { newInvitation } from './testing/samples.ts';

const portal = usePortal();
const asForm = { 'content-type': 'application/x-www-form-urlencoded' };
/** Lines by which somebody would be called: what a stranger sends must not write them. */
const alarms = () => portal.logged.filter((line) => line.includes('"level":50'));

describe('a form of a page', () => {
  it('with a field twice is read as if it came once, whichever form it is', async () => {
    const { invitation, partner } = await portal.furnished();
    const page = `/i/${tokenOf(invitation)}`;
    const forms: [string, string, number][] = [
      [`${page}/sign-in`, 'email=a@b.example&email=c@d.example&password=x&password=y', 422],
      [`${page}/hand-over`, 'adminName=&adminName=b&adminEmail=&adminEmail=b', 422],
      [`${page}/accept`, 'companyName=&companyName=b&password=x&password=y', 422],
      ['/my/sign-in', 'email=a@b.example&email=c@d.example&password=x&password=y', 422],
      ['/my/sign-in/link', 'email=a@b.example&email=nobody', 303],
      ['/my/sign-in/x', 'person=a&person=b&password=1&password=2', 404],
      [`${page}/decline`, 'reason=first&reason=second&__proto__=x&constructor=y&toString=z', 303],
    ];
    for (const [path, body, status] of forms) {
      const answer = await portal.visitor('POST', path, body, asForm);
      expect(answer.status, `${path.slice(-10)} ${body}`).toBe(status);
    }
    expect(await portal.sql`select decline_reason from invitations where id = ${invitation.id}`).toMatchObject([
      { decline_reason: 'first' },
    ]);
    expect(partner.id).toBeTruthy();
    expect(alarms()).toEqual([]);
  });
});

describe('a body', () => {
  it('that is nested a hundred thousand times is refused, with an Idempotency-Key and without, and nobody is called for it', async () => {
    const { partner } = await portal.furnished();
    const { ask } = await portal.signedIn(partner);
    const deep = '['.repeat(100_000) + ']'.repeat(100_000);
    for (const headers of [{}, { 'idempotency-key': 'deep' }] as Record<string, string>[])
      expect((await ask('POST', '/api/invitations', `{"message":${deep}}`, headers)).json).toMatchObject({
        status: 422,
        code: 'validation_failed',
      });
    expect(alarms()).toEqual([]);
  });

  it('with fields that are none of the request’s sets none of them', async () => {
    const { partner } = await portal.furnished();
    const { ask } = await portal.signedIn(partner);
    const more = { id: '0190a000-0000-7000-8000-000000000000', state: 'accepted', partnerId: 'x', tokenVersion: 7, createdBy: 'x' };
    const { json } = await ask('POST', '/api/invitations', { ...newInvitation(), ...more });
    const rows = await portal.sql`select id, state, partner_id, token_version from invitations where id = ${json.id ?? more.id}`;
    expect(rows).toMatchObject([{ state: 'pending', partner_id: partner.id, token_version: 1 }]);
    expect(rows[0]?.id).not.toBe(more.id);
  });
});

describe('an address', () => {
  it('leads to no other site, and puts no header into an answer', async () => {
    for (const path of [
      '/i/%0d%0aset-cookie:x=1/x',
      '/u/%0d%0aset-cookie:x=1/x',
      '/a/%2f%2fevil.example/x',
      '/i/%2f%2fevil.example/x',
      '/u/..%2f..%2f%2fevil.example/x',
      '/my/..%2f%2fevil.example',
      '/my//evil.example',
      '//evil.example/my',
      '/my/partners/%2f%2fevil.example',
      '/my/sign-in?to=//evil.example',
      '/my/sign-in?to=https://evil.example&language=en',
    ]) {
      const answer = await portal.visitor('GET', path);
      expect(answer.headers.get('set-cookie'), path).toBeNull();
      const location = answer.headers.get('location');
      if (location !== null) expect(new URL(location, portal.url).origin, `${path} ${location}`).toBe(portal.url);
      expect(answer.text, path).not.toMatch(/(?:href|action|value)="(?:https?:)?\/\/evil/);
    }
  });

  it('that holds what cannot be one is not there, and reaches no file', async () => {
    const before = await wholeDatabase(portal.sql);
    for (const path of [
      ...['/i/%00', '/e/%00', '/a/%00', '/u/%00', '/calendar/%00.ics', '/my/sign-in/%00', '/api/auth/%00', '/assets/%00', '/%ff', '/i/%ff'],
      ...['/assets/..%2f..%2fpackage.json', '/api/docs/..%2fpackage.json', '/..%2f..%2fetc%2fpasswd', '/.git/config', '/.env', '/assets/'],
    ]) {
      const answer = await portal.visitor('GET', path);
      expect(answer.status, `${path} ${answer.text.slice(0, 200)}`).toBe(404);
      expect(answer.text, path).not.toMatch(/"dependencies"|root:|\[core\]/);
    }
    for (const method of ['OPTIONS', 'PROPFIND']) expect((await portal.visitor(method, '/api/session')).status, method).toBe(404);
    expect(await wholeDatabase(portal.sql)).toEqual(before);
    expect(alarms()).toEqual([]);
  });
});

describe('an answer with what a partner knows', () => {
  it('is kept by no browser and by nothing on the way, a downloaded file neither', async () => {
    const { partner, customer, operation } = await portal.furnished();
    const { ask } = await portal.signedIn(partner);
    for (const path of [
      '/api/session',
      '/api/customers',
      `/api/customers/${customer.id}`,
      '/api/customers.csv',
      '/api/activity.csv',
      '/api/activity.jsonl',
      `/api/operations/${operation.id}/rows.csv`,
      `/api/customers/${customer.id}/subscriptions.csv`,
    ]) {
      const answer = await ask('GET', path);
      expect([answer.status, answer.headers.get('cache-control')], path).toEqual([200, 'no-store']);
    }
  });
});

describe('every answer', () => {
  it('says what it is, with its character set, and a file has a name of ours', async () => {
    const { partner, customer, invitation } = await portal.furnished();
    const { ask } = await portal.signedIn(partner);
    const expected: [string, string][] = [
      ['/api/session', 'application/json; charset=utf-8'],
      ['/api/nothing', 'application/problem+json; charset=utf-8'],
      ['/api/openapi.json', 'application/json; charset=utf-8'],
      ['/api/docs', 'text/html; charset=utf-8'],
      ['/api/customers.csv', 'text/csv; charset=utf-8'],
      ['/api/activity.jsonl', 'application/x-ndjson; charset=utf-8'],
      [`/api/customers/${customer.id}/subscriptions.csv`, 'text/csv; charset=utf-8'],
      [`/i/${tokenOf(invitation)}`, 'text/html; charset=utf-8'],
      ['/my/sign-in', 'text/html; charset=utf-8'],
      ['/calendar/x.ics', 'text/plain; charset=utf-8'],
    ];
    for (const [path, type] of expected) {
      const { headers } = await ask('GET', path);
      expect(headers.get('content-type'), path).toBe(type);
      expect(headers.get('x-content-type-options'), path).toBe('nosniff');
      if (/csv|jsonl/.test(path))
        expect(headers.get('content-disposition'), path).toMatch(/^attachment; filename="[a-z-]+-\d{4}-\d\d-\d\d\.(csv|jsonl)"$/);
    }
  });

  it('to what the program did not foresee is the same sentence, with nothing of the inside; the log says it to whom it concerns', async () => {
    const own = await openPortal();
    await own.database.sql`drop function partner_exists()`;
    const answer = await asker(own.url)('GET', '/api/setup');
    expect([answer.status, answer.json.code]).toEqual([500, 'internal']);
    expect(answer.text).not.toMatch(/partner_exists|function|select|at \/|node_modules|postgres/i);
    const told = own.logged.filter((line) => line.includes('"level":50')).map((line) => JSON.parse(line));
    expect(told).toMatchObject([
      { msg: 'unexpected error', requestId: answer.json.requestId, err: { message: expect.stringContaining('partner_exists') } },
    ]);
    await own.close();
  });
});

describe('on the wire', () => {
  /** What the server answers to bytes that no client library would send. */
  async function raw(bytes: string): Promise<string> {
    const socket = connect(Number(new URL(portal.url).port), 'localhost');
    socket.on('error', () => {});
    let text = '';
    socket.on('data', (data) => (text += data.toString()));
    socket.write(bytes);
    await once(socket, 'close');
    return text;
  }
  const head = 'host: localhost\r\nconnection: close\r\ncontent-type: application/json\r\n';

  it('a request with two lengths, two ends or a broken head is none', async () => {
    for (const bytes of [
      `POST /api/setup HTTP/1.1\r\n${head}content-length: 4\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\nGET /metrics HTTP/1.1\r\nhost: x\r\n\r\n`,
      `POST /api/setup HTTP/1.1\r\n${head}content-length: 2\r\ncontent-length: 3\r\n\r\n{}`,
      `POST /api/setup HTTP/1.1\r\n${head}transfer-encoding: chunked, identity\r\n\r\n{}`,
      `GET /api/setup HTTP/1.1\r\n${head}x-note: a\rset-cookie: b\r\n\r\n`,
    ]) {
      const answer = await raw(bytes);
      expect(answer, bytes).toMatch(/^HTTP\/1\.1 400 /);
      expect(answer.match(/HTTP\/1\.1/g), bytes).toHaveLength(1);
    }
  });

  it('TRACE gives back nothing of what was sent', async () => {
    const answer = await raw(`TRACE /api/session HTTP/1.1\r\n${head}x-note: told-back\r\n\r\n`);
    expect(answer).toMatch(/^HTTP\/1\.1 4\d\d /);
    expect(answer).not.toContain('told-back');
  });

  it('what a stranger says of itself stands on one line of the log, and in no line of its own', async () => {
    const before = portal.logged.length;
    await portal.visitor('GET', '/i/%0a%7b%22level%22%3a50%7d?x=%0d%0a{"level":50}', undefined, { 'user-agent': 'x\\n{"level":50}' });
    const lines = portal.logged.slice(before);
    expect(lines.length).toBeGreaterThan(0);
    for (const line of lines) {
      expect(line.trimEnd()).not.toMatch(/[\r\n]/);
      expect(JSON.parse(line).level).toBeLessThan(50);
    }
  });
});

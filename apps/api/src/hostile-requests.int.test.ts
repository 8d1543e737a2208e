import { describe, expect, it } from 'vitest';
import { tokenOf, usePortal, wholeDatabase } from './testing/portal.ts';
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

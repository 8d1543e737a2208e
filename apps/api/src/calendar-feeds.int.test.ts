import { aCustomer } from '@clientele/db/testing';
import { describe, expect, it } from 'vitest';
import { usePortal, wholeDatabase } from './testing/portal.ts';

const portal = usePortal();

async function subscribed() {
  const { partner } = await portal.furnished();
  const { ask } = await portal.signedIn(partner);
  await aCustomer(portal.sql, partner, {
    companyName: '株式会社コントソ, "東京"; 1\\2',
    delegatedAdminUntil: new Date('2099-05-01T12:30:00Z'),
  });
  const { json } = await ask('POST', '/api/delegated-admin/feed', {});
  return { partner, ask, path: new URL(json.address as string).pathname };
}

describe('the address of a calendar', () => {
  it('gives a calendar without a session, kept by nobody between, and 304 to who has the newest', async () => {
    const { path } = await subscribed();
    const { status, headers, text } = await portal.visitor('GET', path);
    expect(status).toBe(200);
    expect(headers.get('content-type')).toBe('text/calendar; charset=utf-8');
    expect(headers.get('cache-control')).toBe('private, max-age=900');
    expect(text).toContain('DTSTART:20990501T123000Z\r\n');
    expect(text.replaceAll('\r\n ', '')).toContain('SUMMARY:Delegated admin of 株式会社コントソ\\, "東京"\\; 1\\\\2 ends\r\n');
    const etag = headers.get('etag') ?? '';
    expect((await portal.visitor('GET', path, undefined, { 'if-none-match': etag })).status).toBe(304);
    expect((await portal.visitor('GET', path, undefined, { 'if-none-match': '"another"' })).status).toBe(200);
    const head = await portal.visitor('HEAD', path);
    expect([head.status, head.text]).toEqual([200, '']);
  });

  it('changes nothing in the whole database, however often it is fetched', async () => {
    const { path } = await subscribed();
    const before = await wholeDatabase(portal.sql);
    for (const method of ['GET', 'HEAD', 'GET', 'OPTIONS']) await portal.visitor(method, path);
    for (const method of ['POST', 'PUT', 'DELETE', 'PATCH'])
      expect((await portal.visitor(method, path)).status).toBeGreaterThanOrEqual(400);
    expect(await wholeDatabase(portal.sql)).toEqual(before);
  });

  it('that is not one of ours, or was replaced, says so and nothing else', async () => {
    const { ask, path } = await subscribed();
    await ask('POST', '/api/delegated-admin/feed', {});
    for (const one of [
      path,
      '/calendar/x.ics',
      '/calendar/.ics',
      '/calendar/..%2fapi.ics',
      '/calendar/%00.ics',
      `${path}x`,
      path.replace('.ics', ''),
    ]) {
      const { status, text, headers } = await portal.visitor('GET', one);
      expect([one, status, text]).toEqual([one, 404, 'This calendar address is not one of ours, or it has been replaced.\n']);
      expect(headers.get('cache-control')).toBe('no-store');
    }
  });

  it('is made and ended by its own person alone, with what it takes', async () => {
    const { ask, path } = await subscribed();
    expect((await portal.visitor('POST', '/api/delegated-admin/feed', {})).status).toBe(401);
    expect((await ask('DELETE', '/api/delegated-admin/feed', {})).json).toEqual({ address: null });
    expect((await portal.visitor('GET', path)).status).toBe(404);
    expect((await ask('GET', '/api/delegated-admin/feed')).json).toEqual({ address: null });
  });
});

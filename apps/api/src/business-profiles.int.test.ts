import { readFileSync } from 'node:fs';
import { aPartner } from '@clientele/db/testing';
import { describe, expect, it } from 'vitest';
import { usePortal } from './testing/portal.ts';
import { newProfile } from './testing/samples.ts';

const portal = usePortal();
/** A picture of ours, of real size. */
const picture = readFileSync(new URL('../../../docs/screenshots/customers-wide.png', import.meta.url));

async function begun() {
  const partner = await aPartner(portal.sql);
  const { ask, cookie, user } = await portal.signedIn(partner);
  const { json } = await ask('POST', '/api/business-profiles', { country: 'JP' });
  const put = (body: Uint8Array | string, headers: Record<string, string> = {}) =>
    fetch(`${portal.url}/api/business-profiles/${json.id}/logo`, {
      method: 'PUT',
      body: body as never,
      headers: { cookie, 'content-type': 'image/png', 'if-match': '"1"', ...headers },
    });
  return { partner, ask, cookie, user, id: json.id as string, put };
}

const path = (id: string, more = '') => `/api/business-profiles/${id}${more}`;

describe('a business profile, over HTTP', () => {
  it('names the field and the rule of everything that is wrong, and keeps what was there', async () => {
    const { ask, id } = await begun();
    const good = newProfile();
    const where = { line1: '1-1 Marunouchi', city: 'Chiyoda', state: '13', postalCode: '100-0005' };
    const wrong: [more: object, path: string, rule: string][] = [
      [{ description: 'あ'.repeat(2501) }, 'description', 'too_long'],
      [{ description: '👩‍👩‍👧‍👦'.repeat(2501) }, 'description', 'too_long'],
      [{ description: `a${'\u0301'.repeat(15_000)}` }, 'description', 'too_long'],
      [{ description: 'turned \u202e round' }, 'description', 'control_characters'],
      [{ description: 'half \ud800' }, 'description', 'control_characters'],
      [{ webSite: 'javascript:alert(1)' }, 'webSite', 'url'],
      [{ webSite: 'JavaScript:alert(1)//https://contoso.example' }, 'webSite', 'url'],
      [{ webSite: 'data:text/html,<script>alert(1)</script>' }, 'webSite', 'url'],
      [{ webSite: 'https://user:secret@contoso.example' }, 'webSite', 'url'],
      [{ webSite: 'https://127.0.0.1/' }, 'webSite', 'url'],
      [{ webSite: 'https://localhost' }, 'webSite', 'url'],
      [{ webSite: 'https://сontoso.com' }, 'webSite', 'url'],
      [{ webSite: `https://contoso.example/${'x'.repeat(200)}` }, 'webSite', 'too_long'],
      [{ industries: ['retail', '<script>'] }, 'industries.1', 'choice'],
      [{ products: ['constructor'] }, 'products.0', 'choice'],
      [{ tags: Array.from({ length: 21 }, (_, n) => `tag ${n}`) }, 'tags', 'too_many'],
      [{ tags: ['x'.repeat(51)] }, 'tags.0', 'too_long'],
      [{ tags: ['two\nlines'] }, 'tags.0', 'control_characters'],
      [{ locations: Array.from({ length: 6 }, () => ({ name: '', address: where })) }, 'locations', 'too_many'],
      [{ locations: [{ name: '', address: { ...where, postalCode: '10115' } }] }, 'locations.0.address.postalCode', 'postal_code'],
      [{ locations: [{ name: '', address: { ...where, state: 'BE' } }] }, 'locations.0.address.state', 'state_unknown'],
      [{ locations: [{ name: '', address: { ...where, line1: ' ' } }] }, 'locations.0.address.line1', 'required'],
      [{ locations: 'none' }, 'locations', 'wrong_type'],
      [{ description: undefined }, 'description', 'required'],
    ];
    for (const [more, field, rule] of wrong) {
      const answer = await ask('PUT', path(id, '/draft'), { ...good, ...more }, { 'if-match': '"1"' });
      expect(answer.status, `${field} ${rule} ${answer.text}`).toBe(422);
      expect(answer.json.errors, `${field} ${rule}`).toEqual([expect.objectContaining({ path: field, rule })]);
    }
    expect((await ask('GET', path(id))).json).toMatchObject({ version: 1, draft: { description: '' } });
    expect((await ask('PUT', path(id, '/draft'), good)).status).toBe(428);
    const atTheEdge = { ...good, description: '👩‍👩‍👧‍👦'.repeat(2500 / 5) + 'あ'.repeat(2000), webSite: 'www.例え.jp/Über' };
    const { json } = await ask('PUT', path(id, '/draft'), atTheEdge, { 'if-match': '"1"' });
    expect(json).toMatchObject({ version: 2, draft: { webSite: 'https://www.xn--r8jz45g.jp/%C3%9Cber' } });
  });

  it('has scripts in its texts as texts, and gives them back as they were', async () => {
    const { ask, id } = await begun();
    const script = '<script>alert(1)</script>"><img src=x onerror=alert(1)>{{7*7}}';
    const { json, status } = await ask(
      'PUT',
      path(id, '/draft'),
      { ...newProfile(), description: script, tags: [script.slice(0, 50)], locations: [] },
      { 'if-match': '"1"' },
    );
    expect(status).toBe(200);
    expect(json.draft).toMatchObject({ description: script, tags: [script.slice(0, 50)] });
  });

  it('takes a picture as its logo and gives back our own drawing of it, to its own people alone', async () => {
    const { ask, cookie, id, put } = await begun();
    const answer = await put(picture);
    expect(answer.status).toBe(200);
    expect(answer.headers.get('etag')).toBe('"2"');
    const { logo } = ((await answer.json()) as { draft: { logo: { hash: string; width: number; height: number } } }).draft;
    expect(logo.width).toBe(300);
    const shown = await fetch(`${portal.url}/api/business-profiles/logos/${logo.hash}`, { headers: { cookie } });
    expect(shown.status).toBe(200);
    expect(Object.fromEntries(shown.headers)).toMatchObject({
      'content-type': 'image/png',
      'x-content-type-options': 'nosniff',
      'content-security-policy': expect.stringContaining("default-src 'none'"),
      'cache-control': 'private, max-age=31536000, immutable',
    });
    expect(
      Buffer.from(await shown.arrayBuffer())
        .subarray(1, 4)
        .toString(),
    ).toBe('PNG');
    const other = await portal.signedIn(await aPartner(portal.sql));
    for (const address of [`/api/business-profiles/logos/${logo.hash}`, '/api/business-profiles/logos/x'])
      expect((await other.ask('GET', address)).status).toBe(404);
    expect((await ask('DELETE', path(id, '/logo'), {}, { 'if-match': '"2"' })).json).toMatchObject({ version: 3, draft: { logo: null } });
    expect((await ask('GET', `/api/business-profiles/logos/${logo.hash}`)).status).toBe(404);
  });

  it('refuses what is no picture, whatever its type says, and what is too large, at its field', async () => {
    const { put, ask, id } = await begun();
    const svg = '<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>';
    for (const [body, headers, rule] of [
      [svg, { 'content-type': 'image/png' }, 'logo_type'],
      [svg, { 'content-type': 'image/svg+xml' }, 'logo_type'],
      ['<!doctype html><script>alert(1)</script>', { 'content-type': 'image/gif' }, 'logo_type'],
      [picture.subarray(0, 2000), { 'content-type': 'image/png' }, 'logo_type'],
      ['', {}, 'required'],
      [new Uint8Array(2 * 1024 * 1024 + 1), {}, 'logo_bytes'],
    ] as const) {
      const answer = await put(body, headers);
      expect([answer.status, ((await answer.json()) as { errors: unknown }).errors], rule).toEqual([
        422,
        [expect.objectContaining({ path: 'logo', rule })],
      ]);
    }
    expect((await put(new Uint8Array(9 * 1024 * 1024))).status).toBe(413);
    // What is a picture is one under any name.
    expect((await put(picture, { 'content-type': 'application/octet-stream' })).status).toBe(200);
    expect((await put(picture, { 'if-match': '"1"' })).status).toBe(409);
    expect((await put(picture, { 'if-match': '' })).status).toBe(428);
    expect((await put(picture, { origin: 'https://evil.example', 'sec-fetch-site': 'cross-site' })).status).toBe(403);
    expect((await ask('GET', path(id))).json.version).toBe(2);
  });
});

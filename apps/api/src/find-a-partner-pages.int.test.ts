import { randomUUID } from 'node:crypto';
import { aBusinessProfile, aPartner, aPartnerUser, aProfileLogo } from '@clientele/db/testing';
import { emptyProfile } from '@clientele/domain';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openPortal, type Portal, usePortal, wholeDatabase } from './testing/portal.ts';

const portal = usePortal();
const script = '<script>alert(1)</script><img src=x onerror=alert(2)>';

async function listed(name: string, more: Parameters<typeof aBusinessProfile>[3] = {}) {
  const partner = await aPartner(portal.sql, { name });
  const author = await aPartnerUser(portal.sql, partner);
  return { partner, author, profile: await aBusinessProfile(portal.sql, partner, author, more) };
}
const read = async (path: string, headers: Record<string, string> = {}) => {
  const response = await fetch(`${portal.url}${path}`, { redirect: 'manual', headers });
  return { status: response.status, headers: response.headers, text: await response.text() };
};
/** The names on a page of the list, in its order. */
const namesOn = (page: string) => [...page.matchAll(/<h3><a [^>]*><bdi>([^<]*)/g)].map(([, name]) => name);
const nextOf = (page: string) => /rel="next" href="([^"]*)"/.exec(page)?.[1]?.replaceAll('&amp;', '&');

describe('find a partner', () => {
  it('says so while nobody has published anything, in both languages', async () => {
    for (const [language, title] of [
      ['en', 'No partner has published a profile yet'],
      ['ja', 'プロファイルを公開しているパートナーはまだありません'],
    ]) {
      const { status, text } = await read('/find-a-partner', { 'accept-language': language as string });
      expect([status, text.includes(title as string)]).toEqual([200, true]);
    }
  });

  it('gives pages without a gap or a double by real links, and finds by every filter', async () => {
    for (let n = 0; n < 45; n += 1)
      await listed(`Walk ${String(n).padStart(2, '0')}`, {
        content: { description: 'walkable', industries: [n % 2 ? 'retail' : 'health'] },
        country: 'SE',
      });
    const seen: unknown[] = [];
    let at: string | undefined = '/find-a-partner?search=walkable&language=en';
    while (at) {
      const { text, status } = await read(at);
      expect(status).toBe(200);
      seen.push(...namesOn(text));
      at = nextOf(text);
    }
    expect(seen).toEqual(Array.from({ length: 45 }, (_, n) => `Walk ${String(n).padStart(2, '0')}`));
    const { text } = await read('/find-a-partner?country=SE&industries=health&search=walk+walkable&language=en');
    expect(text).toContain('23 partners');
    expect((await read('/find-a-partner?country=SE&industries=health&industries=retail&language=en')).text).toContain(
      'No partner has all of that',
    );
    // Each filter can be taken away by itself.
    expect(text.match(/class="chip"/g)).toHaveLength(3);
    expect(text).toContain('href="/find-a-partner?search=walk+walkable&amp;industries=health&amp;language=en"');
  });

  it('takes any address: what is none of its filters is left out and said to be, and a wrong place begins anew', async () => {
    await listed('Steady');
    for (const query of [
      'country=XX',
      'industries=%3Cscript%3E',
      'industries=constructor&industries=retail',
      'services=migration&services=nothing',
    ]) {
      const { status, text } = await read(`/find-a-partner?language=en&${query}`);
      expect([status, text.includes('was left out')], query).toEqual([200, true]);
    }
    for (const query of [
      'search=%00',
      'search=%F0%9F%91%A9',
      `search=${encodeURIComponent('👩'.repeat(200))}`,
      'search=%25&place=_%5C',
      `search=${'a+'.repeat(90)}`,
      'search[]=x',
      'search=a&search=b&country=JP&country=DE',
      `search=${encodeURIComponent("'; drop table partner_listings; --")}`,
      'industries=&country=&place=',
    ])
      expect((await read(`/find-a-partner?${query}`)).status, query).toBe(200);
    for (const after of ['x', 'WyIwIl0', 'a'.repeat(3000), Buffer.from(JSON.stringify(['9', 'x', randomUUID()])).toString('base64url')]) {
      const { status, headers } = await read(`/find-a-partner?search=steady&language=en&after=${after}`);
      expect([status, headers.get('location')]).toEqual([303, '/find-a-partner?search=steady&language=en']);
    }
  });

  it('shows scripts in every text as texts, and links a web site only when it is one', async () => {
    const { profile, partner } = await listed(`Evil ${script}`, {
      content: {
        description: script,
        tags: [script],
        webSite: 'javascript:alert(3)',
        industries: ['retail', script],
        locations: [{ name: script, address: { line1: script, line2: script, city: script, state: script, postalCode: script } }],
      },
    });
    for (const path of [
      `/find-a-partner/${profile.id}`,
      `/find-a-partner?search=${encodeURIComponent(script)}`,
      '/find-a-partner?search=evil',
      `/find-a-partner?place=${encodeURIComponent('"><script>')}`,
    ]) {
      const { text, headers } = await read(path);
      expect(text).not.toContain('<script');
      expect(text).not.toContain('<img src=x');
      expect(text).not.toContain('href="javascript:');
      expect(headers.get('content-security-policy')).toContain("default-src 'none'");
      expect(headers.get('content-security-policy')).not.toMatch(/script-src|unsafe/);
    }
    expect((await read(`/find-a-partner/${profile.id}`)).text).toContain('Evil &lt;script&gt;');
    expect(partner.name).toContain('<script>');
  });

  it('tells search engines what a page is: title, description, languages, the one address, and a map of profiles', async () => {
    const { profile } = await listed('Indexed KK', {
      content: { ...emptyProfile, description: 'We look after\nstations.', services: ['support'] },
    });
    const { text } = await read(`/find-a-partner/${profile.id}?language=ja`);
    expect(text).toContain('<html lang="ja">');
    expect(text).toContain('<title>Indexed KK · パートナーを探す');
    expect(text).toContain('<meta name="description" content="We look after stations.">');
    expect(text).toMatch(new RegExp(`<link rel="canonical" href="[^"]*/find-a-partner/${profile.id}\\?language=ja">`));
    for (const language of ['en', 'ja']) expect(text).toContain(`hreflang="${language}" href="`);
    expect(text).not.toContain('noindex');
    expect((await read('/find-a-partner')).text).not.toContain('noindex');
    expect((await read('/find-a-partner?search=x')).text).toContain('content="noindex, follow"');
    const robots = await read('/robots.txt');
    expect(robots.headers.get('content-type')).toContain('text/plain');
    expect(robots.text).toMatch(/Allow: \/find-a-partner[\s\S]*Disallow: \/\n[\s\S]*Sitemap: .*\/sitemap\.xml/);
    expect((await read('/sitemap.xml')).text).toContain('/find-a-partner/sitemap.xml</loc>');
    expect((await read('/find-a-partner/sitemap.xml')).text).toContain(`/find-a-partner/${profile.id}</loc>`);
    // Everything behind a sign-in or a link stays away from them.
    expect((await read('/i/x')).text).toContain('noindex, nofollow');
  });

  it('serves a logo under the name of what is in it, as a picture and nothing else, to be kept', async () => {
    const { partner, author } = await listed('Logo Ltd', { country: 'NO' });
    const logo = await aProfileLogo(portal.sql, partner);
    expect((await read(`/partner-logos/${logo.hash}`)).status).toBe(404);
    await aBusinessProfile(portal.sql, partner, author, { country: 'DK', content: { logo } });
    const { status, headers } = await read(`/partner-logos/${logo.hash}`);
    expect(status).toBe(200);
    expect(Object.fromEntries(headers)).toMatchObject({
      'content-type': 'image/png',
      'x-content-type-options': 'nosniff',
      'cache-control': 'public, max-age=31536000, immutable',
      'content-security-policy': expect.stringContaining("default-src 'none'"),
    });
    expect((await read('/find-a-partner?search=logo')).text).toContain(`src="/partner-logos/${logo.hash}"`);
    for (const hash of ['x', '0'.repeat(64), `${logo.hash}.svg`]) expect((await read(`/partner-logos/${hash}`)).status, hash).toBe(404);
  });

  it('shows the same page for a draft, for what was taken off and for an address that never was', async () => {
    const { profile } = await listed('Hidden', { published: null });
    const pages = await Promise.all([profile.id, randomUUID(), 'x', '%00'].map((id) => read(`/find-a-partner/${id}?language=en`)));
    for (const { status, text } of pages) expect([status, text]).toEqual([404, pages[0]?.text]);
    expect(pages[0]?.text).toContain('This profile is not published');
  });

  it('changes nothing by being read', async () => {
    const { profile } = await listed('Quiet');
    const before = await wholeDatabase(portal.sql);
    for (const path of [
      '/find-a-partner',
      '/find-a-partner?search=quiet',
      `/find-a-partner/${profile.id}`,
      '/sitemap.xml',
      '/robots.txt',
    ]) {
      await read(path);
      await fetch(`${portal.url}${path}`, { method: 'HEAD' });
    }
    expect(await wholeDatabase(portal.sql)).toEqual(before);
    expect((await fetch(`${portal.url}/find-a-partner`, { method: 'POST' })).status).toBe(404);
  });

  it('ends in a calm page when one address reads too much, and goes on for everybody else', async () => {
    const { sql } = portal;
    for (let round = 0; round < 1300; round += 100)
      await Promise.all(Array.from({ length: 100 }, () => fetch(`${portal.url}/find-a-partner/x`, { method: 'HEAD' })));
    const { status, text, headers } = await read('/find-a-partner?language=en');
    expect(status).toBe(429);
    expect(Number(headers.get('retry-after'))).toBeGreaterThan(0);
    expect(text).toContain('<h1>');
    await sql`delete from attempts`;
    expect((await read('/find-a-partner')).status).toBe(200);
  });
});

describe('find a partner with both clouds', () => {
  let both: Portal | undefined;
  beforeAll(async () => {
    both = await openPortal({
      CLOUDS: 'both',
      PUBLIC_URL: 'http://portal.example',
      US_GOVERNMENT_URL: 'http://portal.us.example',
    });
  });
  afterAll(() => both?.close());

  it('is off at the host of the US Government cloud, with the reason, and shows nothing of it at the other', async () => {
    const { url, database } = both as Portal;
    const government = await aPartner(database.sql, { name: 'Agency Partner', cloud: 'us-government', country: 'US' });
    const author = await aPartnerUser(database.sql, government);
    const logo = await aProfileLogo(database.sql, government);
    const hidden = await aBusinessProfile(database.sql, government, author, { country: 'US', content: { logo } });
    const usual = await aPartner(database.sql, { name: 'Usual Partner' });
    const shown = await aBusinessProfile(database.sql, usual, author);
    const { request } = await import('node:http');
    const at = (host: string, path: string) =>
      new Promise<{ status: number; text: string }>((resolve, reject) => {
        request(`${url}${path}`, { headers: { host } }, (response) => {
          let text = '';
          response.on('data', (piece) => {
            text += piece;
          });
          response.on('end', () => resolve({ status: response.statusCode ?? 0, text }));
        })
          .on('error', reject)
          .end();
      });
    for (const path of ['/find-a-partner', `/find-a-partner/${shown.id}`, `/find-a-partner/${hidden.id}`, '/find-a-partner/sitemap.xml']) {
      const { status, text } = await at('portal.us.example', `${path}?language=en`);
      expect([status, text.includes('Find a partner is not offered in this cloud')], path).toEqual([404, true]);
    }
    expect((await at('portal.us.example', '/sitemap.xml')).text).not.toContain('find-a-partner');
    expect((await at('portal.us.example', '/robots.txt')).text).not.toContain('find-a-partner');
    expect((await at('portal.us.example', `/partner-logos/${logo.hash}`)).status).toBe(403);
    expect((await at('portal.example', `/partner-logos/${logo.hash}`)).status).toBe(404);
    const { text } = await at('portal.example', '/find-a-partner');
    expect(namesOn(text)).toEqual(['Usual Partner']);
    expect((await at('portal.example', `/find-a-partner/${hidden.id}`)).status).toBe(404);
  });
});

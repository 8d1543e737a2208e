import { aCustomer, anEndCertificate, aPartner } from '@clientele/db/testing';
import { createLinks } from '@clientele/services';
import { describe, expect, it } from 'vitest';
import { secret, usePortal, wholeDatabase } from './testing/portal.ts';

const portal = usePortal();
const links = createLinks({ publicUrl: 'http://localhost', secret });

async function setting(facts: object = {}) {
  const partner = await aPartner(portal.sql);
  const customer = await aCustomer(portal.sql, partner);
  const certificate = await anEndCertificate(portal.sql, customer);
  await portal.sql`update end_certificates set facts = facts || ${portal.sql.json(facts as never)} where id = ${certificate.id}`;
  const token = links.certificate.linkOf(certificate.id).split('/e/')[1] ?? '';
  const open = (path = token, init: RequestInit = {}) => fetch(`${portal.url}/e/${path}`, init);
  return { token, open };
}

describe('the page of a certificate', () => {
  it('is shown to whoever holds the link, in the language that is asked for, kept by no cache, and changes nothing', async () => {
    const { token, open } = await setting();
    const before = await wholeDatabase(portal.sql);
    const answer = await open();
    expect(answer.status).toBe(200);
    expect(answer.headers.get('cache-control')).toBe('no-store');
    expect(answer.headers.get('content-security-policy')).toContain("default-src 'none'");
    const page = await answer.text();
    expect(page).toContain('Certificate of the end of a reseller relationship');
    expect(page).not.toContain('<script');
    expect(await (await open(`${token}?language=ja`)).text()).toContain('リセラー関係の終了証明書');
    await open(token, { method: 'HEAD' });
    await open(token, { method: 'POST' });
    expect(await wholeDatabase(portal.sql)).toEqual(before);
  });

  it('says the same of a link that is forged, cut or unknown: nothing', async () => {
    const { token, open } = await setting();
    const pages = new Set<string>();
    for (const wrong of [
      token.slice(0, -1),
      `${token.slice(0, -3)}AAA`,
      'x',

      "'; drop table end_certificates; --",
      '9'.repeat(2000),
    ]) {
      const answer = await open(wrong);
      expect(answer.status, wrong).toBe(404);
      pages.add(await answer.text());
    }
    expect(pages.size).toBe(1);
  });

  it('holds names as they are, and lets none of them become markup', async () => {
    const { open } = await setting({
      companyName: '<script>alert(1)</script>',
      partnerName: '"><img src=x onerror=alert(1)>',
      requestedBy: '\u202eevil\u2066',
      approvedBy: 'x'.repeat(5000),
      taken: [{ what: 'support_contact', at: '2026-11-01T00:00:00Z', name: '</dd><b>bold</b>' }],
    });
    const page = await (await open()).text();
    expect(page).not.toMatch(/<script|<img|<b>/);
    expect(page).toContain('&lt;script&gt;');
    expect(page).not.toContain('\u202e');
    expect(page.length).toBeLessThan(20_000);
  });
});

import { aPartner, aPartnerUser, aSession, sessionCookie } from '@clientele/db/testing';
import { senderFindings } from '@clientele/domain';
import { senderFindings as findingsOfMail } from '@clientele/mail';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startDnsServer } from './testing/dns.ts';
import { asker, openPortal, type Portal, secret } from './testing/portal.ts';

it('everything that the check can find is known to the contract', () => {
  expect([...findingsOfMail]).toEqual([...senderFindings]);
});

describe('the sender check', () => {
  let dns: Awaited<ReturnType<typeof startDnsServer>>;
  let portal: Portal;

  beforeAll(async () => {
    dns = await startDnsServer({
      'northwind.example': { txt: ['v=spf1 ip4:198.51.100.7 -all'], mx: [{ priority: 10, exchange: 'mx.northwind.example' }] },
      'smtp.northwind.example': { addresses: ['198.51.100.7'] },
      '_dmarc.northwind.example': { failing: true },
    });
    portal = await openPortal({
      ...{
        MAIL_FROM: 'no-reply@northwind.example',
        BOUNCE_ADDRESS: 'bounce@northwind.example',
        SMTP_URL: 'smtp://user:pass-word@smtp.northwind.example:587',
      },
      ...{ DKIM_SELECTOR: 'one', DNS_SERVERS: dns.address, PUBLIC_URL: 'https://partners.northwind.example' },
    });
  });
  afterAll(async () => {
    await portal?.close();
    await dns?.stop();
  });

  it('tells a global admin what a real name server says, item by item, and no password', async () => {
    const partner = await aPartner(portal.database.sql);
    const user = await aPartnerUser(portal.database.sql, partner);
    const ask = asker(portal.url, `__Host-${sessionCookie(await aSession(portal.database.sql, user), secret)}`);
    const { status, json, text } = await ask('POST', '/api/mail/sender-check', {});
    expect(status, text).toBe(200);
    expect(json).toMatchObject({
      ...{
        sendsTo: 'server',
        from: 'no-reply@northwind.example',
        server: 'smtp.northwind.example',
        bounceAddress: 'bounce@northwind.example',
      },
      items: [
        { item: 'spf', verdict: 'ok', finding: 'spf_ok', found: 'v=spf1 ip4:198.51.100.7 -all', record: null },
        { item: 'dkim', verdict: 'missing', finding: 'dkim_missing', params: { selector: 'one' } },
        { item: 'dmarc', verdict: 'unknown', finding: 'dmarc_unknown' },
        { item: 'returns', verdict: 'ok', finding: 'returns_ok' },
      ],
    });
    expect(text).not.toContain('pass-word');
  });
});

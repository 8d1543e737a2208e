import { get } from 'node:http';
import { aBusinessProfile, anEnquiry, aPartner, aPartnerUser, type TestDatabase } from '@clientele/db/testing';
import { attemptLimits } from '@clientele/domain';
import { createFormMarks, createLinks } from '@clientele/services';
import { describe, expect, it } from 'vitest';
import { openPortal, secret, usePortal, wholeDatabase } from './testing/portal.ts';

const portal = usePortal();
const marks = createFormMarks(secret);
const links = createLinks({ publicUrl: 'https://portal.example', secret });
const script = '<script>alert(1)</script>"\'><img src=x onerror=alert(2)>';
let count = 0;

async function published(name = 'Northbridge') {
  const partner = await aPartner(portal.sql, { name });
  const author = await aPartnerUser(portal.sql, partner, ['sales-agent']);
  const profile = await aBusinessProfile(portal.sql, partner, author);
  return { partner, author, profile, path: `/find-a-partner/${profile.id}/enquiry` };
}
/** Opened a minute ago. */
const markOf = (profileId: string, ago = 60_000) => marks.make(profileId, new Date(Date.now() - ago));
const typed = (profileId: string, more: Record<string, string> = {}) => ({
  mark: markOf(profileId),
  companyName: 'Contoso',
  firstName: 'Megan',
  lastName: 'Bowen',
  email: `megan-${process.pid}-${++count}@contoso.example`,
  phone: '',
  country: 'JP',
  companySize: '10-49',
  'product.azure': 'yes',
  message: 'We would like to move 40 people.\r\nSoon.',
  consent: 'yes',
  ...more,
});
async function post(path: string, form: Record<string, string>, headers: Record<string, string> = {}) {
  const response = await fetch(`${portal.url}${path}`, { method: 'POST', body: new URLSearchParams(form), redirect: 'manual', headers });
  return { status: response.status, text: await response.text(), headers: response.headers };
}
const look = async (path: string) => {
  const response = await fetch(`${portal.url}${path}`, { redirect: 'manual' });
  return { status: response.status, text: await response.text() };
};
const forgetAttempts = (sql: TestDatabase['sql']) => sql`truncate attempts`;
const enquiriesOf = (partner: { id: string }) => portal.sql`select * from enquiries where partner_id = ${partner.id}`;
const mailsOf = (partner: { id: string }) => portal.sql`select kind, recipient from deliveries where partner_id = ${partner.id}`;

describe('the form of an enquiry', () => {
  it('is plain HTML in both languages, and reading it changes nothing', async () => {
    const { path } = await published();
    const before = await wholeDatabase(portal.sql);
    for (const [language, title] of [
      ['en', 'Write to <bdi>Northbridge</bdi>'],
      ['ja', '<bdi>Northbridge</bdi> に問い合わせる'],
    ]) {
      const { status, text } = await look(`${path}?language=${language}`);
      expect(status).toBe(200);
      expect(text).toContain(title);
      expect(text).not.toMatch(/<script|\sstyle=|\son\w+=/);
    }
    expect(await wholeDatabase(portal.sql)).toEqual(before);
  });

  it('is kept until the mailbox has confirmed it, and says so', async () => {
    const { path, profile, partner } = await published();
    const form = typed(profile.id);
    const { status, text } = await post(`${path}?language=en`, form);
    expect([status, text.includes('look into your mailbox')]).toEqual([200, true]);
    expect(await enquiriesOf(partner)).toMatchObject([
      { email: form.email, content: { products: ['azure'], message: 'We would like to move 40 people.\nSoon.', urgent: false } },
    ]);
    expect(await portal.sql`select 1 from leads where partner_id = ${partner.id}`).toEqual([]);
    const [enquiry] = await enquiriesOf(partner);
    const page = new URL(links.enquiry.linkOf(enquiry?.id)).pathname;
    const before = await wholeDatabase(portal.sql);
    for (let times = 0; times < 3; times += 1) expect((await look(page)).text).toContain('Send this enquiry to');
    expect(await wholeDatabase(portal.sql)).toEqual(before);
    const sent = await post(`${page}?language=en`, {});
    expect([sent.status, sent.headers.get('location')]).toEqual([303, `${page}?language=en`]);
    expect((await look(page)).text).toContain('has your enquiry');
    expect(await portal.sql`select state from leads where partner_id = ${partner.id}`).toEqual([{ state: 'received' }]);
  });

  it('names each field that breaks a rule and keeps all that was typed, whatever it is', async () => {
    const { path, profile, partner } = await published();
    await forgetAttempts(portal.sql);
    const wrong = typed(profile.id, {
      companyName: script,
      firstName: 'Eve\r\nBcc: all@customers.example',
      email: 'megan@',
      country: 'XX',
      phone: 'call me',
      message: '   ',
      consent: '',
    });
    const { status, text } = await post(`${path}?language=en`, wrong);
    expect(status).toBe(422);
    for (const field of ['firstName', 'email', 'country', 'phone', 'message', 'consent'])
      expect(text, field).toContain(`href="#field-${field}"`);
    expect(text).not.toContain('<script>alert');
    expect(text).toContain('&lt;script&gt;alert(1)&lt;/script&gt;');
    expect(text).toContain('value="megan@"');
    expect(text).toContain('name="product.azure" value="yes" checked');
    for (const more of [
      { companyName: 'x'.repeat(201) },
      { message: 'x'.repeat(4001) },
      { lastName: '\u202eevil' },
      { email: 'a@b.example\nBcc: c@d.example' },
    ] as Record<string, string>[])
      expect((await post(path, typed(profile.id, more))).status, JSON.stringify(more).slice(0, 40)).toBe(422);
    expect(await enquiriesOf(partner)).toEqual([]);
    // Written in full it is somebody's name all the same, and stands as text wherever it is shown.
    expect((await post(path, typed(profile.id, { companyName: script, message: script }))).status).toBe(200);
    const [kept] = await enquiriesOf(partner);
    expect((await look(new URL(links.enquiry.linkOf(kept?.id)).pathname)).text).not.toContain('<script>alert');
  });

  it('that comes too quickly, too late, forged, or with the hidden field filled in, is refused kindly with everything kept', async () => {
    const { path, profile, partner } = await published();
    const other = await published();
    await forgetAttempts(portal.sql);
    for (const [more, title] of [
      [{ mark: markOf(profile.id, 0) }, 'That was very quick'],
      [{ mark: markOf(profile.id, 13 * 3_600_000) }, 'This form was open for a long time'],
      [{ mark: '' }, 'The form was not complete'],
      [{ mark: markOf(other.profile.id) }, 'The form was not complete'],
      [{ companyWebsite: 'https://spam.example' }, 'A hidden field was filled in'],
    ] as const) {
      const { status, text } = await post(`${path}?language=en`, typed(profile.id, more as never));
      expect([status, text.includes(title), text.includes('move 40 people'), text.includes('value="Contoso"')], title).toEqual([
        422,
        true,
        true,
        true,
      ]);
    }
    // Who was too quick sends the same page once more, and is not too quick for ever.
    const quick = await post(path, typed(profile.id, { mark: markOf(profile.id, 1500) }));
    const mark = /name="mark" value="([^"]+)"/.exec(quick.text)?.[1] ?? '';
    await expect.poll(async () => (await post(path, typed(profile.id, { mark }))).status, { timeout: 5000 }).toBe(200);
    expect(await enquiriesOf(partner)).toHaveLength(1);
  });

  it('of another site is refused', async () => {
    const { path, profile, partner } = await published();
    expect((await post(path, typed(profile.id), { origin: 'https://evil.example' })).status).toBe(404);
    expect(await enquiriesOf(partner)).toEqual([]);
  });

  it('of a profile that is not there says so', async () => {
    const nowhere = '/find-a-partner/0190a000-0000-7000-8000-000000000000/enquiry';
    expect((await look(nowhere)).status).toBe(404);
    expect((await post(nowhere, typed('0190a000-0000-7000-8000-000000000000'))).status).toBe(404);
    for (const bad of ['/enquiry/x', '/enquiry']) expect((await look(bad)).status).toBe(404);
  });
});

describe('a flood', () => {
  it('of 10,000 forged posts fills no board, and brings a third person a handful of mails', async () => {
    const { path, profile, partner } = await published();
    await forgetAttempts(portal.sql);
    const victim = `victim-${process.pid}@customers.example`;
    const statuses: Record<number, number> = {};
    let left = 10_000;
    const mark = markOf(profile.id);
    await Promise.all(
      Array.from({ length: 40 }, async () => {
        while (left-- > 0) {
          const { status } = await post(path, typed(profile.id, { mark, email: victim, message: `Buy now ${left}` }));
          statuses[status] = (statuses[status] ?? 0) + 1;
        }
      }),
    );
    expect(statuses[200]).toBe(attemptLimits['enquiry-by-mailbox'].most);
    expect(statuses[429]).toBe(10_000 - attemptLimits['enquiry-by-mailbox'].most);
    expect(await portal.sql`select 1 from leads where partner_id = ${partner.id}`).toEqual([]);
    expect(await mailsOf(partner)).toHaveLength(attemptLimits['enquiry-by-mailbox'].most);
    // Nothing of what was typed is in those mails: it is not a way to write to somebody.
    expect(new Set((await mailsOf(partner)).map(({ kind }) => kind))).toEqual(new Set(['enquiry_confirm_customer']));
  }, 120_000);

  it('from one network with ever new addresses ends at its limit, and what was typed stays', async () => {
    const { path, profile, partner } = await published();
    await forgetAttempts(portal.sql);
    const { most } = attemptLimits['enquiry-by-address'];
    for (let n = 0; n < most; n += 1) expect((await post(path, typed(profile.id))).status).toBe(200);
    const over = await post(`${path}?language=ja`, typed(profile.id));
    expect([over.status, over.text.includes('多数のお問い合わせ'), over.text.includes('move 40 people')]).toEqual([429, true, true]);
    expect(await enquiriesOf(partner)).toHaveLength(most);
    expect(await portal.sql`select 1 from leads where partner_id = ${partner.id}`).toEqual([]);
  });
});

it('is off at the host of the US Government cloud, which says so; a link of the public cloud is nothing there', async () => {
  const both = await openPortal({ CLOUDS: 'both', PUBLIC_URL: 'http://portal.example', US_GOVERNMENT_URL: 'http://portal.us.example' });
  try {
    const { sql } = both.database;
    const partner = await aPartner(sql);
    const profile = await aBusinessProfile(sql, partner, await aPartnerUser(sql, partner));
    const enquiry = await anEnquiry(sql, partner, { profileId: profile.id });
    const at = (host: string, path: string) =>
      new Promise<{ status: number; text: string }>((resolve, reject) => {
        get(`${both.url}${path}`, { headers: { host } }, (response) => {
          let text = '';
          response.on('data', (piece) => {
            text += piece;
          });
          response.on('end', () => resolve({ status: response.statusCode ?? 0, text }));
        }).on('error', reject);
      });
    const form = `/find-a-partner/${profile.id}/enquiry?language=en`;
    const off = await at('portal.us.example', form);
    expect([off.status, off.text.includes('not offered in this cloud')]).toEqual([404, true]);
    expect((await at('portal.example', form)).status).toBe(200);
    const page = new URL(links.enquiry.linkOf(enquiry.id)).pathname;
    expect((await at('portal.example', page)).status).toBe(200);
    expect((await at('portal.us.example', page)).status).toBe(404);
  } finally {
    await both.close();
  }
});

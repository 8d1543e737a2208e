import { aDelivery, anInvitation } from '@clientele/db/testing';
import { createLinks } from '@clientele/services';
import { describe, expect, it } from 'vitest';
import { secret, usePortal, wholeDatabase } from './testing/portal.ts';

const portal = usePortal();
const links = createLinks({ publicUrl: '', secret });
const asForm = { 'content-type': 'application/x-www-form-urlencoded' };
const post = (path: string, form: Record<string, string> = {}, headers: Record<string, string> = {}) =>
  portal.visitor('POST', path, new URLSearchParams(form).toString(), { ...asForm, ...headers });

async function mailed(email = `megan-${Math.random()}@contoso.example`) {
  const { partner, author } = await portal.furnished();
  const invitation = await anInvitation(portal.sql, partner, author, { email });
  const mail = await aDelivery(portal.sql, partner, { invitationId: invitation.id, recipient: email, state: 'sent' });
  const suppressed = async () =>
    portal.sql`select reason from suppressions where partner_id = ${partner.id} and email = ${email.toLowerCase()}`;
  return { partner, email, suppressed, page: links.unsubscribe.linkOf(mail.id) };
}

describe('the page to unsubscribe', () => {
  it('changes nothing when it is read, whoever reads it and however often', async () => {
    const { page, email, partner } = await mailed();
    const before = await wholeDatabase(portal.sql);
    for (const agent of ['Mozilla/5.0', 'Barracuda Sentinel', 'curl/8'])
      for (const method of ['GET', 'HEAD', 'GET'])
        expect((await portal.visitor(method, page, undefined, { 'user-agent': agent })).status).toBe(200);
    const { text, headers } = await portal.visitor('GET', page);
    for (const [, place] of text.matchAll(/(?:href|src|action)="(\/[^"#]*)"/g))
      for (const method of ['GET', 'HEAD', 'OPTIONS'])
        expect((await portal.visitor(method, (place as string).replaceAll('&amp;', '&'))).status).toBeLessThan(500);
    expect(await wholeDatabase(portal.sql)).toEqual(before);
    expect(text).toContain(email);
    expect(text).toContain(partner.name);
    expect(text).not.toContain('<script');
    expect(headers.get('cache-control')).toBe('no-store');
    expect(headers.get('referrer-policy')).toBe('same-origin');
  });

  it('is in the language of the mail, and in the other when that is chosen', async () => {
    const { page } = await mailed();
    expect((await portal.visitor('GET', page)).text).toContain('<html lang="en"');
    const { text } = await portal.visitor('GET', `${page}?language=ja`);
    expect(text).toContain('<html lang="ja"');
    expect(text).toContain('配信を停止する');
  });

  it('stops the mails at the press of its button, and starts them again at another', async () => {
    const { page, suppressed } = await mailed();
    const stopped = await post(`${page}?language=ja`);
    expect([stopped.status, stopped.headers.get('location')]).toEqual([303, `${page}?language=ja`]);
    expect(await suppressed()).toEqual([{ reason: 'unsubscribed' }]);
    expect((await portal.visitor('GET', page)).text).toContain('You get no more mails');
    expect((await post(page)).status).toBe(303);
    const again = await post(`${page}/again`);
    expect([again.status, again.headers.get('location')]).toEqual([303, page]);
    expect(await suppressed()).toEqual([]);
  });

  it('takes the one press of a mail program, without cookie or origin, and answers it at once', async () => {
    const { page, suppressed } = await mailed();
    const answer = await post(page, { 'List-Unsubscribe': 'One-Click' });
    expect(answer.status).toBe(200);
    expect(await suppressed()).toEqual([{ reason: 'unsubscribed' }]);
  });

  it('takes nothing from a form of another site, nor for a link that is forged', async () => {
    const { page, suppressed } = await mailed();
    expect((await post(page, {}, { origin: 'https://elsewhere.example' })).status).toBe(404);
    const before = await wholeDatabase(portal.sql);
    for (const forged of [`${page}A`, page.slice(0, -1), '/u/x', '/u', '/u/%00', `/u/${'a'.repeat(4000)}`]) {
      expect((await portal.visitor('GET', forged)).status, forged).toBe(404);
      if (forged !== '/u') expect((await post(forged)).status, forged).toBe(404);
    }
    expect(await wholeDatabase(portal.sql)).toEqual(before);
    expect(await suppressed()).toEqual([]);
  });

  it('shows hostile names as text', async () => {
    const { page, partner } = await mailed();
    await portal.sql`update partners set name = '<script>alert(1)</script>' where id = ${partner.id}`;
    expect((await portal.visitor('GET', page)).text).not.toContain('<script>');
  });
});

import { aCustomerUser, anInvitation, anOrganization, aUser } from '@clientele/db/testing';
import { hashPassword } from 'better-auth/crypto';
import { describe, expect, it } from 'vitest';
import { asker, tokenOf, usePortal, wholeDatabase } from './testing/portal.ts';

const portal = usePortal();
const asForm = { 'content-type': 'application/x-www-form-urlencoded' };
const post = (path: string, form: Record<string, string>, headers: Record<string, string> = {}) =>
  portal.visitor('POST', path, new URLSearchParams(form).toString(), { ...asForm, ...headers });
const stateOf = async (id: string) => (await portal.sql`select state from invitations where id = ${id}`)[0]?.state as string;

let count = 0;
const details = () => ({
  companyName: 'Contoso',
  domain: `page-${++count}.example`,
  country: 'JP',
  firstName: 'Aiko',
  lastName: 'Tanaka',
  password: 'correct horse battery',
  agreement: 'on',
});

async function invited(more: Parameters<typeof anInvitation>[3] = {}) {
  const { partner, author } = await portal.furnished();
  const invitation = await anInvitation(portal.sql, partner, author, more);
  return { partner, author, invitation, page: `/i/${tokenOf(invitation)}` };
}

describe('reading the page of an invitation', () => {
  it('changes nothing in the whole database, whoever reads it and however often', async () => {
    const { page, invitation } = await invited();
    const before = await wholeDatabase(portal.sql);
    for (const agent of ['Mozilla/5.0', 'Barracuda Sentinel', 'curl/8', 'Slackbot-LinkExpanding 1.0'])
      for (const method of ['GET', 'HEAD', 'GET'])
        expect((await portal.visitor(method, page, undefined, { 'user-agent': agent })).status).toBe(200);
    // A full render: everything that the page names, and every link and form action by GET.
    const { text } = await portal.visitor('GET', page);
    const places = new Set(
      [...text.matchAll(/(?:href|src|action)="(\/[^"#]*)"/g)].map(([, place]) => (place as string).replaceAll('&amp;', '&')),
    );
    expect(places.size).toBeGreaterThan(2);
    for (const place of places)
      for (const method of ['GET', 'HEAD', 'OPTIONS']) expect((await portal.visitor(method, place)).status, place).toBeLessThan(500);
    for (const method of ['PUT', 'DELETE', 'PATCH']) expect((await portal.visitor(method, page)).status).toBeGreaterThanOrEqual(400);
    expect(await wholeDatabase(portal.sql)).toEqual(before);
    expect(await stateOf(invitation.id)).toBe('pending');
  });

  it('is kept by no cache, named to no other site, and runs no script', async () => {
    const { page } = await invited();
    const { headers, text } = await portal.visitor('GET', page);
    expect(headers.get('cache-control')).toBe('no-store');
    expect(headers.get('referrer-policy')).toBe('same-origin');
    expect(text).not.toContain('<script');
    expect(headers.get('set-cookie')).toBeNull();
  });

  it('is in the language of the invitation, unless another is chosen on it', async () => {
    const { page } = await invited();
    expect((await portal.visitor('GET', page, undefined, { 'accept-language': 'ja' })).text).toContain('<html lang="en"');
    expect((await portal.visitor('GET', `${page}?language=ja`)).text).toContain('<html lang="ja"');
    expect((await portal.visitor('GET', '/i/nothing', undefined, { 'accept-language': 'ja' })).text).toContain('<html lang="ja"');
  });

  it('shows hostile names as text', async () => {
    const { page } = await invited({ companyName: '<script>alert(1)</script>', recipientName: '"><img src=x onerror=alert(1)>' });
    const { text } = await portal.visitor('GET', page);
    expect(text).not.toContain('<script>');
    expect(text).not.toContain('<img src=x');
  });

  it('with a forged link answers 404, the same for every kind of forgery, and changes nothing', async () => {
    const { page } = await invited();
    const before = await wholeDatabase(portal.sql);
    for (const forged of [
      `${page}A`,
      page.slice(0, -1),
      '/i/x',
      '/i/',
      '/i',
      `/i/${'A'.repeat(46)}`,
      '/i/%00',
      '/i/%E0%A4%A',
      '/i/..%2f..%2fapi',
    ]) {
      for (const answer of [
        await portal.visitor('GET', forged),
        await post(`${forged}/accept`, details()),
        await post(`${forged}/decline`, {}),
      ]) {
        expect([404, 400], `${forged} ${answer.status}`).toContain(answer.status);
      }
    }
    expect(await wholeDatabase(portal.sql)).toEqual(before);
  });
});

describe('answering on the page', () => {
  it('accepts with the filled-in form and leads back to the page, which then says so', async () => {
    const { page, invitation, partner } = await invited();
    const answer = await post(`${page}/accept`, details(), { origin: portal.url });
    expect([answer.status, answer.headers.get('location')]).toEqual([303, page]);
    expect(await stateOf(invitation.id)).toBe('accepted');
    expect(
      await portal.sql`select id from customers where partner_id = ${partner.id} and relationship = 'active' and domain = ${`page-${count}.example`}`,
    ).toHaveLength(1);
    const again = await post(`${page}/accept`, details());
    expect(again.status).toBe(409);
    expect((await post(`${page}/decline`, {})).status).toBe(409);
    expect((await portal.visitor('GET', page)).status).toBe(200);
    expect(await stateOf(invitation.id)).toBe('accepted');
  });

  it('shows the form again with what was typed and the rule at its field', async () => {
    const { page, invitation } = await invited();
    for (const [field, value] of [
      ['companyName', ''],
      ['companyName', 'x'.repeat(500)],
      ['domain', 'not a domain'],
      ['country', 'XX'],
      ['password', 'short'],
      ['lastName', 'a\u0000b'],
    ] as const) {
      const answer = await post(`${page}/accept`, { ...details(), firstName: 'Typed-Before', [field]: value });
      expect(answer.status, `${field} ${answer.text.slice(0, 200)}`).toBe(422);
      expect(answer.text).toContain('Typed-Before');
      expect(answer.text).toMatch(new RegExp(`id="[^"]*${field}[^"]*"[^>]*aria-invalid|aria-invalid[^>]*(id|name)="${field}"`));
    }
    const { agreement: _agreement, ...withoutAgreement } = details();
    expect((await post(`${page}/accept`, withoutAgreement)).status).toBe(422);
    expect((await post(`${page}/accept`, {})).status).toBe(422);
    expect(await stateOf(invitation.id)).toBe('pending');
  });

  it('declines with a reason', async () => {
    const { page, invitation } = await invited();
    expect((await post(`${page}/decline`, { reason: 'x'.repeat(1001) })).status).toBe(422);
    expect((await post(`${page}/decline`, { reason: 'Not now' })).status).toBe(303);
    expect(await portal.sql`select state, decline_reason from invitations where id = ${invitation.id}`).toEqual([
      { state: 'declined', decline_reason: 'Not now' },
    ]);
  });

  it('is refused when the form stands on another site', async () => {
    const { page, invitation } = await invited();
    for (const origin of ['https://evil.example', 'nonsense', 'null']) {
      expect((await post(`${page}/accept`, details(), { origin })).status).toBe(404);
      expect((await post(`${page}/decline`, {}, { origin })).status).toBe(404);
    }
    expect(await stateOf(invitation.id)).toBe('pending');
  });

  it('asks for a global admin where the organisation has users: sign-in on the page, then accept', async () => {
    const organization = await anOrganization(portal.sql);
    const password = 'a password of the admin';
    const admin = await aUser(portal.sql, { password: await hashPassword(password) });
    await aCustomerUser(portal.sql, organization, { userId: admin.id });
    const { page, invitation } = await invited({ domain: organization.domain });
    expect((await post(`${page}/accept`, { ...details(), domain: organization.domain })).status).toBe(403);
    expect((await post(`${page}/sign-in`, { email: admin.email, password: 'wrong' })).status).toBe(422);
    const signedIn = await post(`${page}/sign-in`, { email: admin.email, password });
    expect([signedIn.status, signedIn.headers.get('location')]).toEqual([303, page]);
    const cookie = signedIn.headers
      .getSetCookie()
      .map((line) => line.split(';')[0])
      .join('; ');
    const ask = asker(portal.url, cookie);
    expect((await ask('GET', page)).text).toContain(admin.name);
    const answer = await ask('POST', `${page}/accept`, 'agreement=on', asForm);
    expect(answer.status).toBe(303);
    expect(await stateOf(invitation.id)).toBe('accepted');
    // A customer's user has no business in the partner's API.
    expect((await ask('GET', '/api/customers')).status).toBe(401);
  });

  it('takes exactly one of 30 clicks at once', async () => {
    const { page, partner } = await invited();
    const form = details();
    const answers = await Promise.all(
      Array.from({ length: 30 }, (_, index) => (index % 3 === 2 ? post(`${page}/decline`, {}) : post(`${page}/accept`, form))),
    );
    expect(answers.filter((answer) => answer.status === 303)).toHaveLength(1);
    expect(answers.filter((answer) => answer.status === 409)).toHaveLength(29);
    expect(
      (await portal.sql`select id from customers where partner_id = ${partner.id} and domain = ${form.domain}`).length,
    ).toBeLessThanOrEqual(1);
  });
});

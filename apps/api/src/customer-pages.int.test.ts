import { aCustomerUser, anInvitation, anOrganization, aUser } from '@clientele/db/testing';
import { hashPassword } from 'better-auth/crypto';
import { describe, expect, it, vi } from 'vitest';
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

const handOver = () => ({ adminName: 'Ren Sato', adminEmail: `ren-${++count}@people.example`, adminNote: '' });

async function invited(more: Parameters<typeof anInvitation>[3] = {}) {
  const { partner, author } = await portal.furnished();
  const invitation = await anInvitation(portal.sql, partner, author, more);
  return { partner, author, invitation, page: `/i/${tokenOf(invitation)}` };
}

const firefox = {
  'user-agent': 'Mozilla/5.0 (X11; Linux x86_64; rv:133.0) Gecko/20100101 Firefox/133.0',
  'accept-language': 'en',
  accept: 'text/html,*/*;q=0.8',
};
/** Everything but what is known of visits (ADR 0019). */
async function allButVisits() {
  const { invitation_visits: _, ...rest } = await wholeDatabase(portal.sql);
  return rest;
}
const visitsOf = async (id: string) =>
  (
    await portal.sql`select visitor, times, continued_at is not null as continued from invitation_visits where invitation_id = ${id} order by visitor`
  ).map((row) => ({ ...row }));

describe('reading the page of an invitation', () => {
  it('changes nothing in the whole database but what is known of visits, whoever reads it and however often', async () => {
    const { page, invitation } = await invited();
    const before = await allButVisits();
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
    await vi.waitFor(async () => expect((await visitsOf(invitation.id))[0]?.times).toBeGreaterThan(12));
    expect(await allButVisits()).toEqual(before);
    expect(await stateOf(invitation.id)).toBe('pending');
    expect(await visitsOf(invitation.id)).toEqual([{ visitor: 'machine', times: expect.any(Number), continued: false }]);
  });

  it('is kept by no cache, named to no other site, and runs no script but the one that observes', async () => {
    const { page } = await invited();
    const { headers, text } = await portal.visitor('GET', page);
    expect(headers.get('cache-control')).toBe('no-store');
    expect(headers.get('referrer-policy')).toBe('same-origin');
    expect(headers.get('content-security-policy')).toContain("script-src 'self'; connect-src 'self'");
    const [script, ...more] = [...text.matchAll(/<script src="([^"]*)" data-seen="([^"]*)" defer><\/script>/g)];
    expect([more, text.match(/<script/g)?.length, script?.[2]]).toEqual([[], 1, `${page}/seen`]);
    const served = await portal.visitor('GET', script?.[1] as string);
    expect([served.status, served.headers.get('content-type'), served.headers.get('cache-control')]).toEqual([
      200,
      'text/javascript; charset=utf-8',
      'public, max-age=31536000, immutable',
    ]);
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
        await post(`${forged}/hand-over`, handOver()),
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
    // The log says from where the customer answered.
    const from =
      await portal.sql`select ip, user_agent from events where invitation_id = ${invitation.id} and type = 'invitation.accepted'`;
    expect(from.map((row) => ({ ...row }))).toEqual([{ ip: '127.0.0.1', user_agent: 'node' }]);
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
describe('who was in front of the page', () => {
  const seen = (page: string, headers: Record<string, string> = {}) =>
    portal.visitor('POST', `${page}/seen`, '', { ...firefox, origin: portal.url, ...headers });

  it('is not known when a browser opens it, a person once its script says so, and on the way to an answer after a mistake in a form', async () => {
    const { page, invitation } = await invited();
    await portal.visitor('GET', page, undefined, firefox);
    await vi.waitFor(async () => expect(await visitsOf(invitation.id)).toEqual([{ visitor: 'unclear', times: 1, continued: false }]));
    expect((await seen(page)).status).toBe(204);
    await vi.waitFor(async () => expect(await visitsOf(invitation.id)).toEqual([{ visitor: 'person', times: 1, continued: false }]));
    expect((await post(`${page}/accept`, {}, { ...firefox, origin: portal.url })).status).toBe(422);
    await vi.waitFor(async () => expect(await visitsOf(invitation.id)).toEqual([{ visitor: 'person', times: 1, continued: true }]));
  });

  it('is not noted when it is somebody of the partner who tries the link', async () => {
    const { page, partner, invitation } = await invited();
    const { cookie } = await portal.signedIn(partner);
    await portal.visitor('GET', page, undefined, { ...firefox, cookie });
    await seen(page, { cookie });
    await portal.visitor('HEAD', page);
    await vi.waitFor(async () => expect(await visitsOf(invitation.id)).toEqual([{ visitor: 'machine', times: 1, continued: false }]));
  });

  it('is told to the partner’s open screens at once', async () => {
    const { page, partner, invitation } = await invited();
    const { cookie } = await portal.signedIn(partner);
    const leave = new AbortController();
    const stream = await fetch(`${portal.url}/api/changes`, { headers: { cookie }, signal: leave.signal });
    const reader = (stream.body as NonNullable<typeof stream.body>).pipeThrough(new TextDecoderStream()).getReader();
    await seen(page);
    let text = '';
    while (!text.includes('invitation.visited')) text += (await reader.read()).value ?? '';
    expect(text).toContain(`"invitationId":"${invitation.id}"`);
    leave.abort();
  });

  it('is believed of no other site, no program, and no request without an origin; none of them learns anything', async () => {
    const { page, invitation } = await invited();
    expect((await seen(page, { origin: 'https://evil.example' })).status).toBe(404);
    const unknown = page.slice(0, -4).concat('AAAA');
    for (const answer of [
      await seen(page, { 'user-agent': 'python-requests/2.32.3' }),
      await seen(page, { origin: '' }),
      await seen(unknown),
      await seen('/i/nonsense'),
    ])
      expect([answer.status, answer.text]).toEqual([204, '']);
    await vi.waitFor(async () => expect(await visitsOf(invitation.id)).toEqual([{ visitor: 'machine', times: 1, continued: false }]));
  });

  it('is not noted without end for one that comes again and again', async () => {
    const { page, invitation } = await invited();
    await Promise.all(Array.from({ length: 80 }, () => portal.visitor('HEAD', page)));
    await vi.waitFor(async () => expect((await visitsOf(invitation.id))[0]?.times).toBe(60), { timeout: 30_000 });
  });

  it('never keeps the page from being shown', async () => {
    const { page } = await invited();
    await portal.sql`alter table invitation_visits rename to invitation_visits_away`;
    try {
      expect((await portal.visitor('GET', page, undefined, firefox)).status).toBe(200);
      expect((await seen(page)).status).toBe(204);
      expect((await post(`${page}/decline`, {}, firefox)).status).toBe(303);
      await vi.waitFor(() => expect(portal.logged.join('')).toContain('a visit could not be noted'));
    } finally {
      await portal.sql`alter table invitation_visits_away rename to invitation_visits`;
    }
  });
});

describe('handing over on the page', () => {
  it('asks the partner, says so on the page, and the link stays good', async () => {
    const { page, invitation } = await invited();
    const given = { ...handOver(), adminNote: 'In on Mondays' };
    const answer = await post(`${page}/hand-over?language=en`, given, { ...firefox, origin: portal.url });
    expect([answer.status, answer.headers.get('location')]).toEqual([303, `${page}?language=en`]);
    const { text } = await portal.visitor('GET', page);
    expect(text).toContain('Somebody else was named for this request');
    expect(text).not.toContain(given.adminEmail);
    expect(text).not.toContain(given.adminName);
    const again = await post(`${page}/hand-over`, handOver());
    expect([again.status, again.text.includes('Somebody else was named before, and the partner has not decided yet')]).toEqual([409, true]);
    expect(await portal.sql`select name, email, note, state from invitation_hand_overs where invitation_id = ${invitation.id}`).toEqual([
      { name: given.adminName, email: given.adminEmail, note: 'In on Mondays', state: 'pending' },
    ]);
    await vi.waitFor(async () => expect(await visitsOf(invitation.id)).toContainEqual({ visitor: 'person', times: 1, continued: true }));
    expect(portal.logged.join('')).not.toContain(given.adminEmail);
    expect((await post(`${page}/accept`, details())).status).toBe(303);
  });

  it('is approved with one request of the partner; the old page then says so, every form of it is over, and no name stands there', async () => {
    const { page, invitation, partner } = await invited();
    const given = handOver();
    await post(`${page}/hand-over`, given);
    const { ask } = await portal.signedIn(partner);
    const open = (await ask('GET', `/api/invitations/${invitation.id}`)).json;
    const approve = `/api/invitations/${invitation.id}/hand-overs/${open.handOver.id}/approve`;
    const answer = await ask('POST', approve, {});
    expect([answer.status, answer.json.email]).toEqual([202, given.adminEmail]);
    expect((await ask('POST', approve, {})).status).toBe(409);
    const old = await portal.visitor('GET', page);
    expect([old.status, old.text.includes('This request was handed over to somebody else')]).toEqual([200, true]);
    expect(old.text).not.toMatch(new RegExp(`<form|${given.adminName}|${given.adminEmail}`));
    const before = await wholeDatabase(portal.sql);
    for (const [act, form] of Object.entries({ accept: details(), decline: {}, 'hand-over': handOver() }))
      expect((await post(`${page}/${act}`, form)).status, act).toBe(409);
    expect((await portal.visitor('POST', `${page}/seen`, '', { ...firefox, origin: portal.url })).status).toBe(204);
    expect(await wholeDatabase(portal.sql)).toEqual(before);
    expect((await portal.visitor('GET', `/i/${tokenOf({ id: invitation.id, tokenVersion: 2 })}`)).text).toContain('Ren Sato');
  });

  it.each([
    ['adminName', ''],
    ['adminName', 'Ren\r\nBcc: everyone@victim.example'],
    ['adminName', 'x'.repeat(101)],
    ['adminName', 'Ren\u0000Sato'],
    ['adminEmail', ''],
    ['adminEmail', 'no address'],
    ['adminEmail', 'ren@contoso.example\r\nBcc: everyone@victim.example'],
    ['adminEmail', 'ren@contoso.example, other@victim.example'],
    ['adminEmail', '"Ren\\" <ren@contoso.example>"@victim.example'],
    ['adminEmail', 'ren@[127.0.0.1]'],
    ['adminEmail', 'ren@contoso.example\u2028Bcc:x@victim.example'],
    ['adminEmail', `${'x'.repeat(250)}@a.example`],
    ['adminNote', 'x'.repeat(1001)],
    ['adminNote', 'a\u0000b'],
  ])('shows what is wrong at %s, keeps what was typed, and asks nobody: %j', async (field, value) => {
    const { page, invitation } = await invited();
    const answer = await post(`${page}/hand-over`, { ...handOver(), adminName: 'Typed-Before', adminNote: 'noted', [field]: value });
    expect(answer.status).toBe(422);
    expect(answer.text).toMatch(new RegExp(`name="${field}"[^>]*aria-invalid="true"`));
    expect(answer.text).toContain('<details open><summary>I am not the administrator');
    if (field !== 'adminName') expect(answer.text).toContain('Typed-Before');
    expect(await portal.sql`select from invitation_hand_overs where invitation_id = ${invitation.id}`).toHaveLength(0);
    expect(await portal.sql`select from deliveries where invitation_id = ${invitation.id}`).toHaveLength(0);
  });

  it('is refused for the very address, from another site, and after too many attempts', async () => {
    const { page, invitation } = await invited();
    expect((await post(`${page}/hand-over`, handOver(), { origin: 'https://evil.example' })).status).toBe(404);
    const same = await post(`${page}/hand-over`, { ...handOver(), adminEmail: invitation.email });
    expect([same.status, same.text.includes('The request went to this very address.')]).toEqual([422, true]);
    for (let index = 0; index < 9; index += 1) await post(`${page}/hand-over`, {});
    const late = await post(`${page}/hand-over`, handOver());
    expect([late.status, late.text.includes('Somebody else was named several times already')]).toEqual([429, true]);
    expect(await portal.sql`select from invitation_hand_overs where invitation_id = ${invitation.id}`).toHaveLength(0);
  });

  it('is offered to whoever holds the link where the organisation has users already', async () => {
    const organization = await anOrganization(portal.sql);
    const admin = await aUser(portal.sql);
    await aCustomerUser(portal.sql, organization, { userId: admin.id });
    const { page, invitation } = await invited({ domain: organization.domain });
    expect((await portal.visitor('GET', page)).text).toMatch(/Sign in to answer[\s\S]*action="[^"]*\/hand-over\?/);
    expect((await post(`${page}/hand-over`, handOver())).status).toBe(303);
    expect(await stateOf(invitation.id)).toBe('pending');
  });
});

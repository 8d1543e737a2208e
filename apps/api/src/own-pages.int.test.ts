import {
  aCustomer,
  aCustomerUser,
  anAgreementRequest,
  anEndCertificate,
  anEvent,
  anInvitation,
  anOrganization,
  aPartner,
  aPartnerUser,
  aSession,
  aUser,
  sessionCookie,
} from '@clientele/db/testing';
import { createSignInLinks } from '@clientele/services';
import { hashPassword } from 'better-auth/crypto';
import { describe, expect, it } from 'vitest';
import { asker, secret, usePortal, wholeDatabase } from './testing/portal.ts';

const portal = usePortal();
const links = createSignInLinks({ publicUrl: 'http://localhost', secret });
const asForm = { 'content-type': 'application/x-www-form-urlencoded' };
const post = (ask: ReturnType<typeof asker>, path: string, form: Record<string, string> = {}, headers: Record<string, string> = {}) =>
  ask('POST', path, new URLSearchParams(form).toString(), { ...asForm, ...headers });

/** An organisation with a person of the role, signed in, and a partner that serves it. */
async function served(role: 'global-admin' | 'user' = 'global-admin') {
  const organization = await anOrganization(portal.sql);
  const user = await aUser(portal.sql);
  await aCustomerUser(portal.sql, organization, { userId: user.id, email: user.email, role });
  const cookie = sessionCookie(await aSession(portal.sql, user), secret);
  const { partner, customer, author } = await alsoServedBy(organization);
  return { organization, user, partner, customer, author, ask: asker(portal.url, cookie), page: `/my/partners/${customer.id}` };
}

async function alsoServedBy(organization: { id: string; domain: string }, more: Parameters<typeof aCustomer>[2] = {}) {
  const partner = await aPartner(portal.sql);
  const author = await aPartnerUser(portal.sql, partner);
  const customer = await aCustomer(portal.sql, partner, { organizationId: organization.id, domain: organization.domain, ...more });
  return { partner, author, customer };
}

/** Asks for a link on the page; gives it as it would stand in the mail. */
async function linkFor(address: string): Promise<string> {
  const answer = await post(portal.visitor, '/my/sign-in/link', { email: address });
  expect([answer.status, answer.headers.get('location')]).toEqual([303, '/my/sign-in/sent?language=en']);
  const [row] = await portal.sql<{ id: string }[]>`
    update sign_in_requests set state = 'sent', mailbox = sign_in_mailbox(address, cloud) where address = ${address.toLowerCase()} and state = 'queued' returning id`;
  return links.linkOf(row?.id ?? '').replace('http://localhost', '');
}

const cookieOf = (headers: Headers) =>
  headers
    .getSetCookie()
    .map((line) => line.split(';')[0])
    .join('; ');

describe('signing in to the customer’s own page', () => {
  it('by a link: opening it changes nothing, its button signs in once, and leads to the partners', async () => {
    const { user, partner, organization } = await served();
    const [person] = await portal.sql<{ id: string }[]>`select id from customer_users where organization_id = ${organization.id}`;
    const link = await linkFor(user.email);
    const before = await wholeDatabase(portal.sql);
    for (const method of ['GET', 'HEAD', 'GET']) {
      const { status, headers, text } = await portal.visitor(method, link, undefined, { 'user-agent': 'Barracuda Sentinel' });
      expect(status).toBe(200);
      expect(headers.get('set-cookie')).toBeNull();
      expect(headers.get('cache-control')).toBe('no-store');
      expect(headers.get('content-security-policy')).toContain("default-src 'none'");
      expect(text).not.toContain('<script');
    }
    expect(await wholeDatabase(portal.sql)).toEqual(before);
    const signedIn = await post(portal.visitor, link, { person: person?.id ?? '' }, { origin: portal.url });
    expect([signedIn.status, signedIn.headers.get('location')]).toEqual([303, '/my?language=en']);
    const [cookie] = signedIn.headers.getSetCookie();
    expect(cookie).toMatch(/HttpOnly/i);
    expect(cookie).toMatch(/SameSite=Lax/i);
    const { text } = await asker(portal.url, cookieOf(signedIn.headers))('GET', '/my');
    expect(text).toContain(partner.name);
    const again = await post(portal.visitor, link, { person: person?.id ?? '' });
    expect(again.status).toBe(404);
    expect(again.headers.get('set-cookie')).toBeNull();
    expect(again.text).toContain('This link no longer works');
    expect((await portal.visitor('GET', link)).status).toBe(404);
  });

  it('answers an address that nobody has as one that somebody has, and writes no more for it', async () => {
    const { user } = await served();
    const answers = [];
    for (const address of [user.email, 'nobody@people.example']) {
      const { status, text, headers } = await post(portal.visitor, '/my/sign-in/link', { email: address });
      answers.push({ status, text, location: headers.get('location'), cookies: headers.getSetCookie() });
    }
    expect(answers[0]).toEqual(answers[1]);
    expect((await portal.visitor('GET', '/my/sign-in/sent')).text).toContain('If somebody signs in here with what you typed');
  });

  it('takes what is no address back to its field, and stops what is asked too often', async () => {
    const bad = await post(portal.visitor, '/my/sign-in/link', { email: 'not an address' });
    expect(bad.status).toBe(422);
    expect(bad.text).toContain('value="not an address"');
    expect(bad.text).toContain('aria-invalid');
    const statuses = [];
    for (let n = 0; n < 12; n += 1)
      statuses.push((await post(portal.visitor, '/my/sign-in/link', { email: 'often@people.example' })).status);
    expect(statuses).toEqual([...Array(10).fill(303), 429, 429]);
    const passwords = [];
    for (let n = 0; n < 11; n += 1)
      passwords.push((await post(portal.visitor, '/my/sign-in', { email: 'often@people.example', password: `guess ${n}` })).status);
    expect(passwords).toEqual([...Array(10).fill(422), 429]);
  });

  it('with a password, and out again: then the session is gone', async () => {
    const { organization, partner } = await served();
    const signInName = `admin@${organization.domain}`;
    const user = await aUser(portal.sql, { email: signInName, password: await hashPassword('a temporary password') });
    await aCustomerUser(portal.sql, organization, { userId: user.id, email: signInName });
    const wrong = await post(portal.visitor, '/my/sign-in', { email: signInName, password: 'wrong' });
    expect(wrong.status).toBe(422);
    expect(wrong.text).toContain(`value="${signInName}"`);
    expect(wrong.text).not.toContain('value="wrong"');
    const signedIn = await post(portal.visitor, '/my/sign-in', {
      email: signInName,
      password: 'a temporary password',
      to: '/my/receipts/check',
    });
    expect([signedIn.status, signedIn.headers.get('location')]).toEqual([303, '/my/receipts/check']);
    const cookie = cookieOf(signedIn.headers);
    const ask = asker(portal.url, cookie);
    expect((await ask('GET', '/my')).text).toContain(partner.name);
    expect((await post(ask, '/my/sign-out')).status).toBe(303);
    expect((await asker(portal.url, cookie)('GET', '/my')).headers.get('location')).toContain('/my/sign-in');
  });

  it('by a link is the way back from a lost password: a new one is chosen with it, and the older one and its sessions are void', async () => {
    const { organization } = await served();
    const signInName = `admin@${organization.domain}`;
    const mailbox = `ada-${organization.id}@people.example`;
    const user = await aUser(portal.sql, { email: signInName, password: await hashPassword('a temporary password') });
    const { id: person } = await aCustomerUser(portal.sql, organization, { userId: user.id, email: signInName, mailbox });
    const older = sessionCookie(await aSession(portal.sql, user), secret);
    const link = await linkFor(mailbox);
    const short = await post(portal.visitor, link, { person, password: 'short' });
    expect(short.status).toBe(422);
    expect(short.text).toContain('Use at least 10 characters.');
    const signedIn = await post(portal.visitor, link, { person, password: 'a password of my own' });
    expect(signedIn.status).toBe(303);
    expect((await asker(portal.url, cookieOf(signedIn.headers))('GET', '/my')).status).toBe(200);
    expect((await asker(portal.url, older)('GET', '/my')).status).toBe(303);
    const signIn = (password: string) => post(portal.visitor, '/my/sign-in', { email: signInName, password });
    expect((await signIn('a temporary password')).status).toBe(422);
    expect((await signIn('a password of my own')).status).toBe(303);
  });

  it('by a link chooses a first password, too, for who has never had one', async () => {
    const { organization } = await served();
    const signInName = `admin@${organization.domain}`;
    const { id: person } = await aCustomerUser(portal.sql, organization, {
      userId: null,
      email: signInName,
      mailbox: `first-${organization.id}@people.example`,
    });
    expect((await post(portal.visitor, await linkFor(signInName), { person, password: 'my very first password' })).status).toBe(303);
    expect((await post(portal.visitor, '/my/sign-in', { email: signInName, password: 'my very first password' })).status).toBe(303);
  });

  it('leads nowhere but to these pages', async () => {
    const user = await aUser(portal.sql, { password: await hashPassword('a temporary password') });
    for (const to of [
      'https://evil.example',
      '//evil.example',
      '/my/../customers',
      '/my@evil.example',
      '/my/sign-out',
      '/i/x',
      '/my\\evil',
    ])
      expect(
        (await post(portal.visitor, '/my/sign-in', { email: user.email, password: 'a temporary password', to })).headers.get('location'),
        to,
      ).toBe('/my?language=en');
  });

  it('is not for a partner’s user: it gets no session here, and is told where its own sign-in is', async () => {
    const partner = await aPartner(portal.sql);
    const user = await aPartnerUser(portal.sql, partner, ['global-admin'], { password: await hashPassword('the partner’s password') });
    const answer = await post(portal.visitor, '/my/sign-in', { email: user.email, password: 'the partner’s password' });
    expect(answer.status).toBe(403);
    expect(answer.headers.get('set-cookie')).toBeNull();
    expect(answer.text).toContain('This sign-in belongs to a partner');
    expect(await portal.sql`select from sessions where user_id = ${user.id}`).toHaveLength(0);
    const { ask } = await portal.signedIn(partner);
    expect((await ask('GET', '/my')).headers.get('location')).toBe('/my/sign-in?language=en');
    expect((await ask('GET', '/my/sign-in')).text).toContain('This sign-in belongs to a partner');
  });

  it('does nothing for a form that stands on another site', async () => {
    const { ask, page, customer, user } = await served();
    const link = await linkFor(user.email);
    const before = await wholeDatabase(portal.sql);
    for (const origin of ['https://evil.example', 'null', 'nonsense'])
      for (const path of [`${page}/delegated-admin`, `${page}/agreement`, '/my/sign-out', '/my/sign-in', '/my/sign-in/link', link]) {
        const answer = await post(ask, path, { agreement: 'yes', email: user.email }, { origin });
        expect(answer.status, path).toBe(403);
      }
    expect(await wholeDatabase(portal.sql)).toEqual(before);
    expect(customer.delegatedAdmin).toBe(true);
  });

  it('writes neither token, address nor password into the log', async () => {
    const { user } = await served();
    const link = await linkFor(user.email);
    await portal.visitor('GET', link);
    await post(portal.visitor, '/my/sign-in', { email: user.email, password: 'a secret guess' });
    const log = portal.logged.join('\n');
    for (const secretText of [link.split('/').pop() as string, user.email, 'a secret guess']) expect(log).not.toContain(secretText);
  });
});

describe('the customer’s partners', () => {
  it('are all there for its person; none of them is told of another', async () => {
    const one = await served();
    const two = await alsoServedBy(one.organization, { companyName: 'As the second calls it', delegatedAdmin: false });
    const former = await alsoServedBy(one.organization, { relationship: 'ended', relationshipEndedAt: new Date() });
    const imported = await alsoServedBy(one.organization, { relationship: 'none', relationshipSince: null });
    const { text } = await one.ask('GET', '/my');
    for (const { partner } of [one, two, former]) expect(text).toContain(partner.name);
    expect(text).not.toContain(imported.partner.name);
    expect((await one.ask('GET', one.page)).text).not.toContain(two.partner.name);

    await post(one.ask, `${one.page}/delegated-admin`);
    for (const [partner, other] of [
      [one.partner, two],
      [two.partner, one],
    ] as const) {
      const { ask } = await portal.signedIn(partner);
      // What is asked for by its id comes last: from then on the id stands in the log of who asked.
      const seen: string[] = [];
      for (const path of ['/api/activity', '/api/customers', '/api/invitations', `/api/activity?customerId=${other.customer.id}`])
        seen.push((await ask('GET', path)).text);
      expect((await ask('GET', `/api/customers/${other.customer.id}`)).status).toBe(404);
      for (const answer of seen) {
        expect(answer).not.toContain(other.customer.id);
        expect(answer).not.toContain(other.partner.name);
      }
    }
  });

  it('of another organisation are nobody’s: 404 on every page and act, as for what does not exist', async () => {
    const [mine, theirs] = [await served(), await served()];
    const record = await anEvent(portal.sql, theirs.partner, {
      type: 'agreement.accepted',
      customerId: theirs.customer.id,
      dispatchedAt: new Date(),
    });
    const before = await wholeDatabase(portal.sql);
    for (const base of [theirs.page, '/my/partners/0190a000-0000-7000-8000-000000000000', '/my/partners/x', '/my/partners/%00']) {
      for (const path of ['', '/delegated-admin', '/agreement', `/receipts/${record}`]) {
        const answer = await mine.ask('GET', base + path);
        expect(answer.status, base + path).toBe(404);
        expect(answer.text).not.toContain(theirs.partner.name);
        expect(answer.text).toContain(mine.partner.name);
      }
      for (const path of ['/delegated-admin', '/agreement'])
        expect((await post(mine.ask, base + path, { agreement: 'yes' })).status).toBe(404);
    }
    // A record of theirs under my own partner.
    expect((await mine.ask('GET', `${mine.page}/receipts/${record}`)).status).toBe(404);
    expect(await wholeDatabase(portal.sql)).toEqual(before);
  });

  it('are shown after the sign-in only, which leads back to what was wanted', async () => {
    const { page } = await served();
    for (const path of [page, `${page}/delegated-admin`, `${page}/agreement`]) {
      const { status, headers } = await portal.visitor('GET', path);
      expect([status, headers.get('location')]).toEqual([303, `/my/sign-in?language=en&to=${encodeURIComponent(path)}`]);
    }
    expect((await post(portal.visitor, `${page}/delegated-admin`)).headers.get('location')).toBe('/my/sign-in?language=en');
    const customer = await portal.sql`select delegated_admin from customers where id = ${page.split('/').pop() as string}`;
    expect(customer).toEqual([{ delegated_admin: true }]);
  });

  it('speak the person’s language, and another one when it is chosen', async () => {
    const { ask, user, page } = await served();
    await portal.sql`update users set language = 'ja' where id = ${user.id}`;
    expect((await ask('GET', page)).text).toContain('<html lang="ja">');
    expect((await ask('GET', `${page}?language=en`)).text).toContain('<html lang="en">');
  });

  it('show hostile names as text', async () => {
    const { ask, partner, page } = await served();
    await portal.sql`update partners set name = '<script>alert(1)</script>', web_site = 'javascript:alert(1)' where id = ${partner.id}`;
    for (const path of ['/my', page, `${page}/delegated-admin`, `${page}/agreement`]) {
      const { text } = await ask('GET', path);
      expect(text).not.toContain('<script>');
      expect(text).not.toContain('href="javascript');
    }
  });
});

describe('taking delegated admin away', () => {
  it('says first what it means, then holds at once, keeps the relationship, and is in both histories', async () => {
    const { ask, page, customer, partner, user } = await served();
    const { text } = await ask('GET', `${page}/delegated-admin`);
    expect(text).toContain('can no longer administer your users');
    const answer = await post(ask, `${page}/delegated-admin?language=en`, {}, { origin: portal.url });
    expect([answer.status, answer.headers.get('location')]).toEqual([303, `${page}?language=en&done=taken-away`]);
    expect(await portal.sql`select delegated_admin, relationship from customers where id = ${customer.id}`).toEqual([
      { delegated_admin: false, relationship: 'active' },
    ]);
    // Both sides are told by mail.
    expect(await portal.sql`select kind from deliveries where customer_id = ${customer.id} order by kind`).toEqual([
      { kind: 'delegated_admin_ended_customer' },
      { kind: 'delegated_admin_ended_partner' },
    ]);
    const after = await ask('GET', `${page}?language=en&done=taken-away`);
    expect(after.text).toContain('Delegated admin has been taken away');
    expect(after.text).toContain(user.name);
    expect(after.text).not.toContain(`${page}/delegated-admin`);
    const { ask: theirs } = await portal.signedIn(partner);
    expect((await theirs('GET', `/api/activity?customerId=${customer.id}`)).json.items).toContainEqual(
      expect.objectContaining({
        type: 'delegated_admin.taken_away',
        data: { because: 'customer' },
        actor: { kind: 'customer', name: user.name },
      }),
    );
  });

  it('happens once of ten times at once; the others are told how it stands', async () => {
    const { ask, page, customer } = await served();
    const answers = await Promise.all(Array.from({ length: 10 }, () => post(ask, `${page}/delegated-admin`)));
    expect(answers.map(({ status }) => status).sort()).toEqual([303, ...Array(9).fill(409)]);
    expect(await portal.sql`select from events where customer_id = ${customer.id} and type = 'delegated_admin.taken_away'`).toHaveLength(1);
  });

  it('is not for a plain user: it reads, and is told who may', async () => {
    const { ask, page, customer } = await served('user');
    const { text } = await ask('GET', page);
    expect(text).toContain('Only a global admin of');
    expect(text).not.toContain('Take delegated admin away');
    for (const path of ['/delegated-admin', '/agreement']) {
      expect((await ask('GET', page + path)).text).not.toContain(`action="${page}${path}`);
      const refused = await post(ask, page + path, { agreement: 'yes' });
      expect(refused.status).toBe(403);
      expect(refused.text).toContain('Only a global admin of');
    }
    expect(await portal.sql`select delegated_admin from customers where id = ${customer.id}`).toEqual([{ delegated_admin: true }]);
  });
});

describe('delegated admin with an end', () => {
  it('is shown with since and till, and its history says when it was granted and extended', async () => {
    const { ask, page, partner, customer } = await served();
    await portal.sql`update customers set delegated_admin_since = '2026-03-01T00:00:00Z', delegated_admin_until = '2027-03-01T09:00:00Z' where id = ${customer.id}`;
    for (const [type, until] of [
      ['delegated_admin.granted', '2026-09-01T09:00:00Z'],
      ['delegated_admin.extended', '2027-03-01T09:00:00Z'],
    ])
      await anEvent(portal.sql, partner, { type, customerId: customer.id, data: { until } });
    expect((await ask('GET', '/my')).text).toContain('1 March 2027');
    const { text } = await ask('GET', page);
    for (const said of ['Administers since', '1 March 2026', 'got delegated admin, till', '1 September 2026', 'was extended, till'])
      expect(text).toContain(said);
  });
});

describe('accepting the agreement on the own page', () => {
  it('is once for all partners that wait for it, each with a record of its own, and closes what was asked for by mail', async () => {
    const one = await served();
    const two = await alsoServedBy(one.organization, { agreementAcceptedAt: null, agreementBy: null });
    await portal.sql`update customers set agreement_accepted_at = null, agreement_by = null where id = ${one.customer.id}`;
    await anAgreementRequest(portal.sql, { id: two.customer.id, partnerId: two.partner.id }, two.author);
    expect((await one.ask('GET', '/my')).text).toContain('has not accepted the customer agreement yet');
    const unticked = await post(one.ask, `${one.page}/agreement`);
    expect(unticked.status).toBe(422);
    expect(unticked.text).toContain('aria-invalid');
    const answer = await post(one.ask, `${one.page}/agreement`, { agreement: 'yes' });
    expect([answer.status, answer.headers.get('location')]).toEqual([303, `${one.page}?language=en&done=agreed`]);
    const rows =
      await portal.sql`select agreement_by, agreement_attestation->>'email' as email from customers where organization_id = ${one.organization.id}`;
    expect(rows).toEqual([
      { agreement_by: 'customer', email: one.user.email },
      { agreement_by: 'customer', email: one.user.email },
    ]);
    for (const { customer } of [one, two])
      expect(await portal.sql`select data from events where customer_id = ${customer.id} and type = 'agreement.accepted'`).toEqual([
        { data: {} },
      ]);
    expect(await portal.sql`select state from agreement_requests where customer_id = ${two.customer.id}`).toEqual([{ state: 'replaced' }]);
    const again = await post(one.ask, `${one.page}/agreement`, { agreement: 'yes' });
    expect(again.status).toBe(409);
    expect(again.text).toContain('Somebody was quicker');
  });

  it('is asked for with the partner that it is missing with, where another one has it', async () => {
    const one = await served();
    const two = await alsoServedBy(one.organization, { agreementAcceptedAt: null, agreementBy: null });
    const { text } = await one.ask('GET', '/my');
    expect(text.replace(/<[^>]*>/g, '')).toContain(`has not accepted the customer agreement with ${two.partner.name} yet`);
    expect((await one.ask('GET', '/my?language=ja')).text.replace(/<[^>]*>/g, '')).toContain(`${two.partner.name} との顧客契約`);
  });

  it('is over when the relationship has ended', async () => {
    const { ask, page, customer } = await served();
    await portal.sql`update customers set relationship = 'ended', relationship_ended_at = now(), agreement_accepted_at = null where id = ${customer.id}`;
    expect((await ask('GET', `${page}/agreement`)).text).toContain('there is nothing to accept here');
    expect((await post(ask, `${page}/agreement`, { agreement: 'yes' })).status).toBe(409);
  });
});

describe('the certificate of an end', () => {
  it('is one click away, on the list and on the page of the partner, and only once the relationship is over', async () => {
    const { ask, page, customer, partner } = await served();
    const certificate = await anEndCertificate(portal.sql, { id: customer.id, partnerId: partner.id });
    expect((await ask('GET', '/my')).text).not.toContain('/e/');
    await portal.sql`update customers set relationship = 'ended', relationship_ended_at = now() where id = ${customer.id}`;
    for (const path of ['/my', page]) {
      const { text } = await ask('GET', path);
      const [, link] = text.match(/href="[^"]*(\/e\/[^"]+)"[^>]*>Certificate of the end/) ?? [];
      expect((await ask('GET', (link ?? '/none').replaceAll('&#38;', '&'))).text).toContain(certificate.id);
    }
  });
});

describe('a receipt', () => {
  /** A receipt of an acceptance with agreement and delegated admin. */
  async function accepted() {
    const all = await served();
    const invitation = await anInvitation(portal.sql, all.partner, all.author, { customerId: all.customer.id, state: 'accepted' });
    const about = { customerId: all.customer.id, invitationId: invitation.id, actorKind: 'customer', actorId: all.user.id };
    await anEvent(portal.sql, all.partner, { ...about, type: 'agreement.accepted', data: { invitationId: invitation.id } });
    const record = await anEvent(portal.sql, all.partner, { ...about, type: 'invitation.accepted', data: { delegatedAdmin: true } });
    return { ...all, record, receipt: `${all.page}/receipts/${record}` };
  }

  it('says what was agreed, by whom, when, with which wording; as a page and as one file', async () => {
    const { ask, page, receipt, record, user, partner } = await accepted();
    expect((await ask('GET', page)).text).toContain(receipt);
    const shown = await ask('GET', receipt);
    for (const said of [
      user.name,
      partner.name,
      'Granted; can be taken away at any time',
      'Version of 1 October 2025',
      '5. What partners may do',
      record,
    ])
      expect(shown.text).toContain(said);
    const file = await ask('GET', `${receipt}?download=1`);
    expect(file.headers.get('content-disposition')).toBe(`attachment; filename="receipt-${record.slice(-12)}.html"`);
    expect(file.text).toContain('5. What partners may do');
    expect(file.text).not.toMatch(/<(link|script|img)/);
    expect((await ask('GET', `${receipt}?language=ja&download=1`)).text).toContain('第5条 パートナーの権限');
  });

  it('names nobody of the partner', async () => {
    const { ask, page, partner, customer, author } = await served();
    const record = await anEvent(portal.sql, partner, {
      ...{
        type: 'agreement.attested',
        customerId: customer.id,
        actorKind: 'partner-user',
        actorId: author.id,
        data: { date: '2025-06-30' },
      },
    });
    for (const path of [page, `${page}/receipts/${record}`]) {
      const { text, status } = await ask('GET', path);
      expect(status).toBe(200);
      expect(text).not.toContain(author.name);
      expect(text).not.toContain(author.email);
    }
  });

  it('can be checked by anybody who holds it, with its code and no other', async () => {
    const { ask, receipt, record, partner } = await accepted();
    const code = /<strong translate="no">([\w-]+)<\/strong>/.exec((await ask('GET', receipt)).text)?.[1] ?? '';
    expect(code).toMatch(/^[2-9A-Z]{4}(-[2-9A-Z]{4}){2}$/);
    const check = (number: string, typed: string) =>
      portal.visitor('GET', `/my/receipts/check?number=${encodeURIComponent(number)}&code=${encodeURIComponent(typed)}`);
    for (const typed of [code, code.toLowerCase().replaceAll('-', ' ')]) {
      const good = await check(record, typed);
      expect(good.status).toBe(200);
      expect(good.text).toContain('This receipt is one of ours');
      expect(good.text).toContain(partner.name);
    }
    const other = await accepted();
    for (const [number, typed] of [
      [record, 'AAAA-BBBB-CCCC'],
      [other.record, code],
      ['x', code],
      [record, ''],
      ["' or 1=1", code],
    ] as const) {
      const bad = await check(number, typed);
      expect(bad.status, `${number} ${typed}`).toBe(404);
      expect(bad.text).toContain('There is no receipt with this number and code');
      expect(bad.text).not.toContain(partner.name);
    }
  });

  it('is there for what is one, and for no other record', async () => {
    const { ask, page, partner, customer } = await served();
    for (const type of ['customer.edited', 'mail.sent', 'relationship.established', 'invitation.created']) {
      const record = await anEvent(portal.sql, partner, { type, customerId: customer.id });
      expect((await ask('GET', `${page}/receipts/${record}`)).status, type).toBe(404);
    }
    expect((await ask('GET', `${page}/receipts/x`)).status).toBe(404);
  });
});

describe('reading these pages', () => {
  it('changes nothing in the whole database', async () => {
    const { ask, page, partner, customer } = await served();
    const record = await anEvent(portal.sql, partner, { type: 'relationship.ended', customerId: customer.id, dispatchedAt: new Date() });
    const before = await wholeDatabase(portal.sql);
    for (const path of [
      '/my',
      '/my/sign-in',
      '/my/sign-in/sent',
      '/my/sign-in/nonsense',
      page,
      `${page}/delegated-admin`,
      `${page}/agreement`,
      `${page}/receipts/${record}`,
      '/my/receipts/check',
      '/my/sign-out',
      '/my/nowhere',
    ])
      for (const someone of [ask, portal.visitor])
        for (const method of ['GET', 'HEAD', 'OPTIONS']) {
          const { status, headers } = await someone(method, path);
          expect(status, `${method} ${path}`).toBeLessThan(500);
          if (method === 'GET') expect(headers.get('cache-control'), path).toBe('no-store');
        }
    expect(await wholeDatabase(portal.sql)).toEqual(before);
  });
});

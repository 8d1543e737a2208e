import { get, type IncomingMessage } from 'node:http';
import { text } from 'node:stream/consumers';
import { aCustomer, anAgreementRequest, aPartner, aPartnerUser } from '@clientele/db/testing';
import { createLinks } from '@clientele/services';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { asker, secret, usePortal, wholeDatabase } from './testing/portal.ts';

const portal = usePortal();
const links = createLinks({ publicUrl: 'http://localhost', secret });

async function setting(more: Parameters<typeof aCustomer>[2] = {}) {
  const partner = await aPartner(portal.sql);
  const customer = await aCustomer(portal.sql, partner, more);
  const { ask, cookie } = await portal.signedIn(partner);
  const edit = (body: object, headers: Record<string, string> = {}) =>
    ask('PATCH', `/api/customers/${customer.id}`, { customerId: customer.id, ...body }, headers);
  return { partner, customer, ask, cookie, edit };
}

describe('editing over the API', () => {
  it('says the version as ETag, and wants it back as If-Match', async () => {
    const { customer, ask, edit } = await setting();
    const read = await ask('GET', `/api/customers/${customer.id}`);
    expect(read.headers.get('etag')).toBe('"1"');
    const without = await edit({ notes: 'x' });
    expect([without.status, without.json.code, without.json.errors]).toEqual([
      428,
      'precondition_required',
      [{ path: 'If-Match', rule: 'required' }],
    ]);
    for (const wrong of ['*', '"x"', 'W/"1"', '-1', '1, 2'])
      expect((await edit({ notes: 'x' }, { 'if-match': wrong })).status, wrong).toBe(428);
    const saved = await edit({ notes: 'x' }, { 'if-match': '"1"' });
    expect([saved.status, saved.headers.get('etag'), saved.json.notes]).toEqual([200, '"2"', 'x']);
    const stale = await edit({ notes: 'y' }, { 'if-match': '"1"' });
    expect([stale.status, stale.json.code, stale.json.details]).toMatchObject([409, 'conflict', { version: 2, fields: ['notes'] }]);
  });

  it('gives the whole page anew to who has this version: not all that it shows counts the version up', async () => {
    const { customer, ask, cookie } = await setting({ agreementAcceptedAt: null, agreementBy: null });
    const before = await ask('GET', `/api/customers/${customer.id}`);
    const body = { customerId: customer.id, email: 'ada@people.example', recipientName: 'Ada', sendMail: true };
    expect((await ask('POST', `/api/customers/${customer.id}/agreement/request`, body)).status).toBe(202);
    // Without fetch, which asks for nothing out of a cache as soon as it is given a version.
    const again = await new Promise<IncomingMessage>((resolve, reject) => {
      const headers = { cookie, 'if-none-match': before.headers.get('etag') ?? '' };
      get(`${portal.url}/api/customers/${customer.id}`, { headers }, resolve).on('error', reject);
    });
    expect([again.statusCode, again.headers['cache-control']]).toEqual([200, 'no-store']);
    const after = JSON.parse(await text(again));
    expect(after).toMatchObject({ version: before.json.version, agreement: { request: { email: 'ada@people.example' } } });
  });

  it('takes any text or says at which field what is wrong, and never breaks', async () => {
    const { customer, ask, edit } = await setting();
    let version = 1;
    const nasty = fc.oneof(
      fc.string({ unit: 'binary', maxLength: 500 }),
      fc.constantFrom(
        '',
        ' ',
        'x'.repeat(500),
        'שלום עולם בע״מ',
        'Con\u202etoso',
        '\u2066x\u2069',
        '😀'.repeat(100),
        '👩‍👩‍👧‍👦 GmbH',
        'a\u0000b',
        'a\nb',
        '\ud800',
        '=1+1',
        '株式会社𠮷野家',
        '<script>alert(1)</script>',
        "Robert'); drop table customers;--",
      ),
    );
    await fc.assert(
      fc.asyncProperty(nasty, nasty, nasty, async (companyName, line, code) => {
        const body = {
          companyName,
          country: 'JP',
          address: { line1: line, city: line, state: '13', postalCode: code },
          contact: { firstName: line, lastName: companyName, email: code },
          tags: [line],
          notes: companyName,
        };
        const answer = await edit(body, { 'if-match': `"${version}"` });
        expect([200, 422], JSON.stringify([answer.status, body])).toContain(answer.status);
        if (answer.status === 200) version = answer.json.version;
        else for (const error of answer.json.errors) expect(error).toMatchObject({ path: expect.any(String), rule: expect.any(String) });
        expect(
          (await ask('GET', `/api/similar-customers?name=${encodeURIComponent(companyName.replace(/[\ud800-\udfff]/g, 'x'))}`)).status,
        ).toBeLessThan(500);
      }),
      { numRuns: 60 },
    );
    for (const good of ['שלום עולם בע״מ', '👩‍👩‍👧‍👦 GmbH', '株式会社𠮷野家', '<script>alert(1)</script>']) {
      const answer = await edit({ companyName: good }, { 'if-match': `"${version}"` });
      expect([answer.status, answer.json.companyName], good).toEqual([200, good]);
      version = answer.json.version;
    }
    expect((await ask('GET', `/api/customers/${customer.id}`)).json.version).toBe(version);
  });

  it('refuses a name of 500 characters with its field, rule and limit', async () => {
    const { edit } = await setting();
    expect((await edit({ companyName: 'x'.repeat(500) }, { 'if-match': '"1"' })).json.errors).toEqual([
      { path: 'companyName', rule: 'too_long', params: { max: 200 } },
    ]);
    expect((await edit({ companyName: 'Con\u202etoso' }, { 'if-match': '"1"' })).json.errors).toEqual([
      { path: 'companyName', rule: 'control_characters' },
    ]);
  });
});

describe('the page to accept the customer agreement', () => {
  async function asked(more: Parameters<typeof anAgreementRequest>[3] = {}) {
    const partner = await aPartner(portal.sql);
    const author = await aPartnerUser(portal.sql, partner);
    const customer = await aCustomer(portal.sql, partner, { agreementAcceptedAt: null, agreementBy: null, companyName: 'Contoso & Söhne' });
    const request = await anAgreementRequest(portal.sql, customer, author, more);
    const path = new URL(links.agreement.linkOf(request.id)).pathname;
    const post = (values: Record<string, string>, headers: Record<string, string> = {}) =>
      asker(portal.url)('POST', `${path}/accept`, new URLSearchParams(values).toString(), {
        'content-type': 'application/x-www-form-urlencoded',
        ...headers,
      });
    const accepted = async () =>
      (await portal.sql`select agreement_accepted_at from customers where id = ${customer.id}`)[0]?.agreement_accepted_at;
    return { partner, customer, request, path, post, accepted };
  }

  it('is read by anybody and anything without a trace, and kept out of caches', async () => {
    const { path } = await asked();
    const before = await wholeDatabase(portal.sql);
    for (const method of ['GET', 'HEAD', 'GET']) {
      const answer = await portal.visitor(method, path);
      expect(answer.status).toBe(200);
      expect(answer.headers.get('cache-control')).toBe('no-store');
      expect(answer.headers.get('content-security-policy')).toContain("default-src 'none'");
    }
    const page = (await portal.visitor('GET', path)).text;
    expect(page).toContain('Contoso &amp; Söhne');
    expect(page).not.toContain('<script');
    expect((await portal.visitor('GET', `${path}?language=ja`)).text).toContain('契約を承諾する');
    expect((await portal.visitor('GET', `${path}/accept`)).status).toBe(303);
    expect(await wholeDatabase(portal.sql)).toEqual(before);
  });

  it('accepts by a person’s POST only, with name and tick; used, it says so', async () => {
    const { path, post, accepted } = await asked();
    const empty = await post({ firstName: '', lastName: 'Tanaka' });
    expect(empty.status).toBe(422);
    expect(empty.text).toContain('value="Tanaka"');
    expect((await post({ firstName: 'Aiko', lastName: 'Tanaka' })).status).toBe(422);
    expect((await post({ firstName: 'Aiko', lastName: 'Tanaka', agreement: 'on' }, { origin: 'https://evil.example' })).status).toBe(404);
    expect(await accepted()).toBeNull();
    const done = await post({ firstName: 'Aiko', lastName: 'Tanaka', agreement: 'on' });
    expect([done.status, done.headers.get('location')]).toEqual([303, path]);
    expect(await accepted()).not.toBeNull();
    const receipt = await portal.visitor('GET', path);
    expect(receipt.text).toContain('Aiko Tanaka');
    expect(receipt.text).not.toContain('<form');
    const again = await post({ firstName: 'Eve', lastName: 'Else', agreement: 'on' });
    expect(again.status).toBe(409);
    expect(again.text).not.toContain('Eve');
  });

  it.each([
    ['run out', { expiresAt: new Date(Date.now() - 1000) }, 'This link has run out'],
    ['replaced', { state: 'replaced' as const }, 'This link has been replaced by a newer one'],
  ])('of a link that has been %s says what happened, and accepts nothing', async (_, more, sentence) => {
    const { path, post, accepted } = await asked(more);
    const page = await portal.visitor('GET', path);
    expect(page.status).toBe(200);
    expect(page.text).toContain(sentence);
    expect((await post({ firstName: 'A', lastName: 'B', agreement: 'on' })).status).toBe(409);
    expect(await accepted()).toBeNull();
  });

  it('of any other address is the same 404, and no token is ever logged', async () => {
    const { path } = await asked();
    for (const wrong of ['/a/x', '/a', `${path.slice(0, -2)}AA`, path.replace('/a/', '/i/')])
      expect((await portal.visitor('GET', wrong)).status, wrong).toBe(404);
    expect(portal.logged.join('')).not.toContain(path.slice(3));
  });
});

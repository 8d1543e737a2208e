import { aCustomerUser, anOrganization, aPartner, aUser } from '@clientele/db/testing';
import { createLinks, createSignInLinks } from '@clientele/services';
import { hashPassword } from 'better-auth/crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { asker, openPortal, type Portal, secret, theSetUpCode } from './testing/portal.ts';

const links = createLinks({ publicUrl: 'http://localhost', secret });
const signInLinks = createSignInLinks({ publicUrl: 'http://localhost', secret });
const lastPart = (link: string) => link.split('/').at(-1) as string;
const form = { 'content-type': 'application/x-www-form-urlencoded' };
const cookieOf = (headers: Headers) => (headers.getSetCookie()[0] ?? '').split(';')[0] as string;

let portal: Portal;
/** What must be nowhere at all but in the hands of whom it was given to. */
const secrets: Record<string, string> = {
  'the password of the set-up': 'secret of the set-up 1',
  'a new password': 'secret of the change 2',
  'the password of who joins': 'secret of the joining 3',
  'a wrong password': 'secret that is wrong 4',
  'a password in the form of a page': 'secret of the page 5',
  'the set-up code': theSetUpCode,
  'a wrong set-up code': 'WRNG-CODE-7777',
  'a key that is none': `clientele_${'w'.repeat(43)}`,
};
/** What is personal: in the tables of people and mails, and in no log, event or job. */
const personal: Record<string, string> = {
  'the address of the admin': 'admin-of-secrets@people.example',
  'the address of who is invited': 'invited-of-secrets@people.example',
  'the address of a recipient': 'recipient-of-secrets@people.example',
  'an address that nobody has': 'nobody-of-secrets@people.example',
  'the address of a customer’s person': 'customer-of-secrets@people.example',
};

beforeAll(async () => {
  portal = await openPortal();
  const { sql } = portal.database;
  const ask = asker(portal.url);
  const s = (name: string) => secrets[name] as string;
  const p = (name: string) => personal[name] as string;
  const set = (code: string) =>
    ask('POST', '/api/setup', {
      code,
      partner: { name: 'P', type: 'direct-partner', cloud: 'public', country: 'JP' },
      admin: {
        firstName: 'A',
        lastName: 'B',
        email: p('the address of the admin'),
        password: s('the password of the set-up'),
        language: 'en',
      },
    });
  await set(s('a wrong set-up code'));
  await set(theSetUpCode);
  const signIn = (email: string, password: string) => ask('POST', '/api/auth/sign-in/email', { email, password }, { origin: portal.url });
  for (let n = 0; n < 12; n += 1) await signIn(p('an address that nobody has'), s('a wrong password'));
  await signIn(p('the address of the admin'), s('a wrong password'));
  const session = await signIn(p('the address of the admin'), s('the password of the set-up'));
  secrets['the cookie of a session'] = decodeURIComponent(cookieOf(session.headers).split('=')[1] ?? '');
  const admin = asker(portal.url, cookieOf(session.headers));
  await admin('POST', '/api/account/password', { currentPassword: s('a wrong password'), newPassword: s('a new password') });
  const changed = await admin(
    'POST',
    '/api/account/password',
    {
      currentPassword: s('the password of the set-up'),
      newPassword: s('a new password'),
    },
    { 'idempotency-key': 'once' },
  );
  expect(changed.status).toBe(200);
  const key = await admin('POST', '/api/api-keys', { name: 'k', roles: ['sales-agent'], days: 5 }, { 'idempotency-key': 'once-too' });
  expect(key.status).toBe(201);
  secrets['an API key'] = key.json.key;
  for (const bearer of [key.json.key, s('a key that is none')])
    await ask('GET', '/api/customers', undefined, { authorization: `Bearer ${bearer}` });
  const invited = await admin('POST', '/api/partner-users/invitations', {
    ...{ name: 'Aiko', email: p('the address of who is invited'), language: 'ja', roles: ['sales-agent'] },
  });
  secrets['a link to join'] = lastPart(links.partnerUser.linkOf(invited.json.id));
  await ask('GET', `/api/join/${secrets['a link to join']}`);
  expect((await ask('POST', `/api/join/${secrets['a link to join']}`, { password: s('the password of who joins') })).status).toBe(201);
  const invitation = await admin('POST', '/api/invitations', {
    ...{ email: p('the address of a recipient'), companyName: 'C', language: 'en', delegatedAdmin: false, message: 'Please {link}' },
  });
  expect(invitation.status).toBe(202);
  const copied = await admin('POST', `/api/invitations/${invitation.json.id}/link`, {}, { 'idempotency-key': 'once-more' });
  secrets['the link of an invitation'] = lastPart(copied.json.link);
  await ask('GET', `/i/${secrets['the link of an invitation']}`);
  await ask(
    'POST',
    `/i/${secrets['the link of an invitation']}/sign-in`,
    `email=${p('an address that nobody has')}&password=${encodeURIComponent(s('a wrong password'))}`,
    form,
  );
  await ask('POST', `/i/${secrets['the link of an invitation']}/decline`, 'reason=no', form);
  // A customer's person, by password and by a link.
  const organization = await anOrganization(sql);
  const email = p('the address of a customer’s person');
  const user = await aUser(sql, { email, password: await hashPassword(s('a password in the form of a page')) });
  await aCustomerUser(sql, organization, { userId: user.id, email });
  await ask('POST', '/my/sign-in', `email=${email}&password=${encodeURIComponent(s('a password in the form of a page'))}`, form);
  await ask('POST', '/my/sign-in/link', `email=${email}`, form);
  const [request] = await sql`select id from sign_in_requests order by id desc limit 1`;
  secrets['a link to sign in'] = lastPart(signInLinks.linkOf(request?.id));
  await ask('GET', `/my/sign-in/${secrets['a link to sign in']}`);
  // And what goes wrong, with all of it in the request.
  await sql`alter table customers rename to customers_away`;
  await admin('GET', `/api/customers?search=${encodeURIComponent(s('a wrong password'))}`, undefined, {
    authorization: `Bearer ${key.json.key}`,
  });
  await sql`alter table customers_away rename to customers`;
  await aPartner(sql);
});
afterAll(() => portal.close());

/** Every row of these tables, as text. */
async function rowsOf(where: string): Promise<Map<string, string>> {
  const { sql } = portal.database;
  const tables = await sql.unsafe<{ name: string }[]>(
    `select format('%I.%I', schemaname, tablename) as name from pg_tables where ${where} order by 1`,
  );
  const rows = new Map<string, string>();
  for (const { name } of tables) {
    const [row] = await sql.unsafe<{ all: string }[]>(`select coalesce(string_agg(t::text, E'\\n'), '') as all from ${name} t`);
    rows.set(name, row?.all ?? '');
  }
  return rows;
}

describe('after everything that has to do with secrets', () => {
  it('none of them stands in the log, at whatever level', () => {
    const log = portal.logged.join('');
    expect(log).toContain('unexpected error');
    expect(log.split('\n').length).toBeGreaterThan(30);
    for (const [what, text] of Object.entries({ ...secrets, ...personal })) {
      expect(text.length, what).toBeGreaterThan(10);
      expect(log, what).not.toContain(text);
      expect(log, what).not.toContain(encodeURIComponent(text));
    }
  });

  it('no password, code, link or key stands in any row of the database', async () => {
    const rows = await rowsOf("schemaname not in ('pg_catalog', 'information_schema')");
    expect(rows.size).toBeGreaterThan(30);
    for (const [what, text] of Object.entries(secrets))
      for (const [table, all] of rows) expect(all.includes(text), `${what} in ${table}`).toBe(false);
  });

  it('no address of a person stands in a record of the activity log, nor in a job', async () => {
    const rows = await rowsOf("tablename = 'events' or schemaname = 'bullmq'");
    expect([...rows.keys()]).toContain('public.events');
    expect([...rows.values()].join().length).toBeGreaterThan(1000);
    for (const [what, text] of Object.entries(personal))
      for (const [table, all] of rows) expect(all.includes(text), `${what} in ${table}`).toBe(false);
  });
});

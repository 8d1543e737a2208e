import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startApi } from '@clientele/api';
import { createTestDatabase, type TestDatabase } from '@clientele/db/testing';
import { createLogger, loadConfig, requireScaled } from '@clientele/runtime';
import { setUpCode } from '@clientele/services';
import { startWorker } from '@clientele/worker';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Inbox, startInbox } from './inbox.ts';

const secret = 'a secret that only the tests know, 32 characters and more';
const password = 'Correct-Horse-Battery-1';
const adminEmail = 'anna.weber@fabrikam.example';
const logged: string[] = [];
const stops: (() => Promise<void> | void)[] = [];
let database: TestDatabase;
let inbox: Inbox;
let url = '';
let cookie = '';

beforeAll(async () => {
  database = await createTestDatabase();
  const folder = mkdtempSync(join(tmpdir(), 'clientele-walk-'));
  inbox = await startInbox({ smtpPort: 0, httpPort: 0, dir: folder, log: () => {} });
  const config = requireScaled(
    loadConfig({
      PORT: '0',
      DATABASE_URL: database.url,
      SMTP_URL: inbox.smtpUrl,
      SECRET: secret,
      WEB_DIST: '/nowhere',
      PUBLIC_URL: 'http://portal.example',
    }),
  );
  const logger = createLogger({ level: 'debug', name: 'walk', destination: { write: (line) => void logged.push(line) } });
  const api = await startApi({ config, logger });
  const worker = await startWorker({ config, logger });
  url = api.url;
  stops.push(
    () => api.stop(),
    () => worker.stop(),
    () => inbox.stop(),
    () => database.drop(),
    () => rmSync(folder, { recursive: true, force: true }),
  );
});
afterAll(async () => {
  for (const stop of stops) await stop();
});

interface Json {
  // biome-ignore lint/suspicious/noExplicitAny: answers are looked at, not worked with
  [key: string]: any;
}

async function ask(method: string, path: string, body?: unknown, headers: Record<string, string> = {}): Promise<Json> {
  const response = await fetch(url + path, {
    method,
    headers: { cookie, origin: url, ...(body === undefined ? {} : { 'content-type': 'application/json' }), ...headers },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const json = (await response.json()) as Json;
  if (!response.ok) throw new Error(`${method} ${path}: ${JSON.stringify(json)}`);
  return json;
}

async function until<Value>(what: string, find: () => Promise<Value | undefined | false>): Promise<Value> {
  const end = Date.now() + 20_000;
  for (;;) {
    const found = await find();
    if (found) return found;
    if (Date.now() > end) throw new Error(`${what} did not happen`);
    await new Promise((resolve) => setTimeout(resolve, 40));
  }
}

async function mailTo(
  address: string,
  subject = '',
): Promise<{ subject: string; text: string; html: string; headers: Record<string, string> }> {
  return until(`a mail to ${address}`, async () => {
    const mails = (await (await fetch(`${inbox.url}/api/mails?to=${encodeURIComponent(address)}`)).json()) as {
      subject: string;
      text: string;
      html: string;
      headers: Record<string, string>;
    }[];
    return mails.find((mail) => mail.subject.includes(subject));
  });
}
const pageOf = (text: string) => (/http:\/\/portal\.example(\/i\/[\w-]+)/.exec(text)?.[1] ?? '') as string;
const finished = (id: string) =>
  until('the operation', async () => {
    const operation = await ask('GET', `/api/operations/${id}`);
    if (operation.state === 'failed') throw new Error(JSON.stringify(operation.steps));
    return operation.state === 'succeeded' && operation;
  });
async function answer(page: string, form: Record<string, string>, jar = ''): Promise<Response> {
  return fetch(`${url}${page}`, {
    method: 'POST',
    redirect: 'manual',
    headers: { cookie: jar, 'content-type': 'application/x-www-form-urlencoded' },
    body: new URLSearchParams(form),
  });
}

describe('the main job, from set-up to a reinstated customer', () => {
  const seen: string[] = [];

  it('runs on real parts, with true words about every mail', async () => {
    await ask('POST', '/api/setup', {
      code: setUpCode(secret),
      partner: { name: 'Fabrikam', type: 'direct-partner', cloud: 'public', country: 'DE' },
      admin: { firstName: 'Anna', lastName: 'Weber', email: adminEmail, password, language: 'en' },
    });
    const signedIn = await fetch(`${url}/api/auth/sign-in/email`, {
      method: 'POST',
      headers: { origin: url, 'content-type': 'application/json' },
      body: JSON.stringify({ email: adminEmail, password }),
    });
    cookie = signedIn.headers
      .getSetCookie()
      .map((line) => line.split(';')[0])
      .join('; ');

    // Add a customer.
    const added = await ask('POST', '/api/customers', {
      companyName: 'Contoso',
      domainPrefix: 'contoso',
      country: 'JP',
      address: { line1: '1-1 Marunouchi', city: 'Chiyoda', state: '13', postalCode: '100-0005' },
      contact: { firstName: 'Aiko', lastName: 'Tanaka', email: 'aiko.tanaka@contoso.example' },
      language: 'ja',
      agreement: { by: 'partner', firstName: 'Aiko', lastName: 'Tanaka', email: 'aiko.tanaka@contoso.example', date: '2025-01-31' },
      subscriptions: [{ productId: 'm365-e3', quantity: 5 }],
    });
    const onboarded = await finished(added.id);
    expect((await mailTo('aiko.tanaka@contoso.example')).text).toContain('admin@contoso.clientele.cloud');
    const credentials = await ask('POST', `/api/operations/${added.id}/credentials`, {});
    seen.push(credentials.temporaryPassword);

    // Invite an existing one; the mail is refused at first, and the row says so.
    const rule = (mode: string) =>
      fetch(`${inbox.url}/api/behaviour`, {
        method: 'PUT',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ to: 'ren@northwind.example', mode }),
      });
    await rule('refuse');
    const invitation = await ask('POST', '/api/invitations', {
      email: 'ren@northwind.example',
      recipientName: 'Ren Sato',
      companyName: 'Northwind',
      language: 'en',
      delegatedAdmin: true,
      message: 'Please:\n\n{link}',
    });
    const refused = await until('the refusal', async () => {
      const view = await ask('GET', `/api/invitations/${invitation.id}`);
      return view.delivery.state === 'bounced' && view.delivery;
    });
    expect(refused.serverAnswer).toContain('5.1.1');
    await rule('accept');
    // The address was refused for good: nothing goes to it until somebody has seen to that.
    await expect(ask('POST', `/api/invitations/${invitation.id}/resend`, {})).rejects.toThrow('address_bounced');
    await ask('POST', '/api/suppressions/lift', { email: 'ren@northwind.example' });
    await ask('POST', `/api/invitations/${invitation.id}/resend`, {});
    const mail = await mailTo('ren@northwind.example');
    const page = pageOf(mail.text);
    seen.push(page.slice(3));
    expect((await ask('POST', `/api/invitations/${invitation.id}/link`, {})).link).toBe(`http://portal.example${page}`);
    await until('the truth about the mail', async () => (await ask('GET', `/api/invitations/${invitation.id}`)).delivery.state === 'sent');

    // Accept.
    expect((await fetch(`${url}${page}`)).status).toBe(200);
    const customerPassword = 'Another-Good-Password-2';
    seen.push(customerPassword);
    const accepted = await answer(`${page}/accept`, {
      companyName: 'Northwind',
      domain: 'northwind.example',
      country: 'JP',
      firstName: 'Ren',
      lastName: 'Sato',
      password: customerPassword,
      agreement: 'on',
    });
    expect(accepted.status).toBe(303);
    const list = await ask('GET', '/api/customers');
    expect(list.items.map((row: Json) => row.domain).sort()).toEqual(['contoso.clientele.cloud', 'northwind.example']);
    await mailTo(adminEmail, 'accepted');
    await mailTo('ren@northwind.example', 'reseller');

    // End: blocked, suspended, ended.
    const id = onboarded.customerId as string;
    const end = () => ask('POST', `/api/customers/${id}/relationship/end`, { customerId: id, domain: 'contoso.clientele.cloud' });
    await expect(end()).rejects.toThrow('blocked');
    const [subscription] = (await ask('GET', `/api/customers/${id}/subscriptions`)).items;
    await ask('POST', `/api/customers/${id}/subscriptions/${subscription.id}/suspend`, { customerId: id });
    const { version } = await ask('GET', `/api/customers/${id}`);
    await ask('PATCH', `/api/customers/${id}`, { customerId: id, notes: 'Likes tea', tags: ['vip'] }, { 'if-match': `"${version}"` });
    await finished((await end()).id);
    expect((await ask('GET', '/api/customers')).items).toHaveLength(1);
    await mailTo('aiko.tanaka@contoso.example', '終了');
    await mailTo(adminEmail, 'ended');

    // Reinstate: the first admin signs in on the page with the temporary password.
    const again = await ask('POST', `/api/customers/${id}/relationship/reinstate`, { customerId: id, message: '', delegatedAdmin: false });
    expect(again.email).toBe('aiko.tanaka@contoso.example');
    const againPage = pageOf((await mailTo('aiko.tanaka@contoso.example', '再開')).text);
    seen.push(againPage.slice(3));
    expect((await answer(`${againPage}/accept`, { agreement: 'on' })).status).toBe(403);
    const signIn = await answer(`${againPage}/sign-in`, { email: credentials.signInName, password: credentials.temporaryPassword });
    expect(signIn.status).toBe(303);
    const jar = signIn.headers
      .getSetCookie()
      .map((line) => line.split(';')[0])
      .join('; ');
    seen.push(decodeURIComponent(jar).split('=')[1]?.split('.')[0] ?? '', decodeURIComponent(cookie).split('=')[1]?.split('.')[0] ?? '');
    expect((await answer(`${againPage}/accept`, { agreement: 'on' }, jar)).status).toBe(303);
    expect(await ask('GET', `/api/customers/${id}`)).toMatchObject({
      relationship: 'active',
      notes: 'Likes tea',
      tags: ['vip'],
      delegatedAdmin: false,
    });

    const activity = await ask('GET', '/api/activity?limit=100');
    for (const type of [
      'partner.created',
      'customer.created',
      'invitation.accepted',
      'mail.bounced',
      'mail.sent',
      'relationship.ended',
      'relationship.reinstated',
      'customer_user.credentials_revealed',
    ])
      expect(activity.items.map((item: Json) => item.type)).toContain(type);
    expect(activity.items.find((item: Json) => item.type === 'relationship.ended').actor).toMatchObject({ name: 'Anna Weber' });
  });

  it('leaves every event handed to the queue and nothing under way', async () => {
    await until('the outbox to be empty', async () => (await ask('GET', '/api/queue')).undispatched === 0);
    await until(
      'the mails to be out',
      async () => (await database.sql`select id from deliveries where state in ('queued', 'sending')`).length === 0,
    );
    expect(await database.sql`select kind, recipient from deliveries where state <> 'sent'`).toEqual([
      { kind: 'invitation', recipient: 'ren@northwind.example' },
    ]);
    const queue = await ask('GET', '/api/queue');
    expect(queue).toMatchObject({ reachable: true, counts: { waiting: 0, failed: 0 } });
  });

  it('writes no token, password or mail address to the log, at the chattiest level', () => {
    const log = logged.join('');
    expect(logged.length).toBeGreaterThan(30);
    expect(seen.length).toBe(6);
    for (const secretText of [...seen, password, setUpCode(secret), secret]) {
      expect(secretText.length).toBeGreaterThan(8);
      expect(log).not.toContain(secretText);
      expect(log).not.toContain(encodeURIComponent(secretText));
    }
    expect(log.match(/[\w.+-]+@[\w-]+\.[\w.-]+/g)).toBeNull();
    expect(log).not.toMatch(/Tanaka|Ren Sato|Weber/);
    expect(log.split('\n').filter((line) => line.includes('"level":50'))).toEqual([]);
  });

  it('keeps no password, token or mail address in the activity log or the queue', async () => {
    const [events] = await database.sql`select string_agg(data::text || coalesce(actor_id, ''), ' ') as text from events`;
    const jobs =
      await database.sql`select table_name from information_schema.tables where table_schema = 'bullmq' and table_type = 'BASE TABLE'`;
    const texts = [events?.text as string];
    for (const { table_name } of jobs)
      texts.push(
        ((await database.sql`select string_agg(t::text, ' ') as text from ${database.sql(`bullmq.${table_name}`)} as t`)[0]
          ?.text as string) ?? '',
      );
    for (const text of texts) {
      for (const secretText of [...seen, password]) expect(text).not.toContain(secretText);
      expect(text.match(/[\w.+-]+@[\w-]+\.[\w.-]+/g)).toBeNull();
    }
  });
});

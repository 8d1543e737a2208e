import { mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { request } from 'node:http';
import { connect, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { readReturnedMail, startReturnServer } from '@clientele/mail';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { MOST_MAILS } from './inbox/store.ts';
import { type Inbox, startInbox } from './inbox.ts';
import { freePort } from './ports.ts';

interface MailAnswer {
  id: string;
  to: string[];
  from: string;
  subject: string;
  date: string;
  messageId: string | null;
  text: string;
  html: string | null;
  headers: Record<string, string>;
}

let dir: string;
let inbox: Inbox;
const sockets = new Set<Socket>();

const start = (returnsTo?: string) => startInbox({ smtpPort: 0, httpPort: 0, dir, log: () => undefined, returnsTo });

beforeEach(async () => {
  dir = mkdtempSync(join(tmpdir(), 'clientele-inbox-'));
  inbox = await start();
});

afterEach(async () => {
  for (const socket of sockets) socket.destroy();
  sockets.clear();
  await inbox.stop();
  rmSync(dir, { recursive: true, force: true });
});

const MAIL = [
  'From: "Northbridge" <invitations@northbridge.example>',
  'To: somebody@else.example',
  'Subject: =?utf-8?B?44GU5oub5b6F?=',
  'Message-ID: <one@northbridge.example>',
  'X-Reason: first',
  'X-Reason: second',
  'MIME-Version: 1.0',
  'Content-Type: multipart/alternative; boundary="b"',
  '',
  '--b',
  'Content-Type: text/plain; charset=utf-8',
  '',
  'Answer here: http://localhost:3000/i/abc.def.',
  '--b',
  'Content-Type: text/html; charset=utf-8',
  '',
  '<!doctype html><html><head><title>x</title></head><body><script>alert(1)</script><a href="http://localhost:3000/i/abc">Answer</a></body></html>',
  '--b--',
].join('\r\n');

/** One SMTP conversation, spoken by hand: the server's answers in order, ended by the first refusal or by silence. */
async function send(recipients: string[], mail = MAIL, from = 'bounces@northbridge.example'): Promise<string[]> {
  const socket = connect(Number(new URL(inbox.smtpUrl).port), '127.0.0.1').setEncoding('utf8');
  sockets.add(socket);
  const answers: string[] = [];
  let waiting: ((answer: string) => void) | undefined;
  let received = '';
  socket.on('error', () => undefined);
  socket.on('data', (text: string) => {
    received += text;
    if (!/^\d{3} .*\r\n$/m.test(received)) return;
    waiting?.(received.trim());
    received = '';
  });
  const next = () => Promise.race([new Promise<string>((resolve) => (waiting = resolve)), sleep(1_000, 'silence')]);
  const say = async (line: string) => {
    const answer = next();
    socket.write(line);
    answers.push(await answer);
    return /^[23]/.test(answers.at(-1) ?? '');
  };
  await next();
  const lines = ['EHLO test\r\n', `MAIL FROM:<${from}>\r\n`, ...recipients.map((address) => `RCPT TO:<${address}>\r\n`), 'DATA\r\n'];
  for (const line of [...lines, `${mail}\r\n.\r\n`]) if (!(await say(line))) break;
  socket.end('QUIT\r\n');
  return answers;
}

const get = async (path: string, headers: Record<string, string> = {}) => (await fetch(inbox.url + path, { headers })).text();
const mails = async (query = ''): Promise<MailAnswer[]> => (await (await fetch(`${inbox.url}/api/mails${query}`)).json()) as MailAnswer[];
const put = (rule: unknown) =>
  fetch(`${inbox.url}/api/behaviour`, { method: 'PUT', headers: { 'content-type': 'application/json' }, body: JSON.stringify(rule) });

describe('the inbox', () => {
  it('takes a mail in and gives back all of it', async () => {
    expect((await send(['anna@contoso.example', 'bo@contoso.example'])).at(-1)).toMatch(/^250/);
    const [mail] = await mails();
    expect(mail).toMatchObject({
      to: ['anna@contoso.example', 'bo@contoso.example'],
      from: '"Northbridge" <invitations@northbridge.example>',
      subject: 'ご招待',
      messageId: '<one@northbridge.example>',
      text: expect.stringContaining('http://localhost:3000/i/abc.def'),
      html: expect.stringContaining('<a href="http://localhost:3000/i/abc">'),
    });
    expect(mail?.headers).toMatchObject({ 'x-reason': 'first\nsecond', 'return-path': '<bounces@northbridge.example>' });
    expect(Date.now() - Date.parse(mail?.date ?? '')).toBeLessThan(60_000);
    expect(await (await fetch(`${inbox.url}/api/mails/${mail?.id}`)).json()).toEqual(mail);
  });

  it('finds mails by a part of the recipient, newest first', async () => {
    await send(['one@contoso.example'], MAIL.replace('<one@', '<first@'));
    await send(['two@fabrikam.example']);
    await send(['three@contoso.example'], MAIL.replace('<one@', '<last@'));
    expect((await mails('?to=CONTOSO')).map(({ messageId }) => messageId)).toEqual([
      '<last@northbridge.example>',
      '<first@northbridge.example>',
    ]);
    expect(await mails('?to=nobody')).toEqual([]);
    expect(await mails('?limit=1')).toHaveLength(1);
  });

  it('has its mails again after a restart, in files nobody else can read', async () => {
    await send(['anna@contoso.example']);
    const before = await mails();
    await inbox.stop();
    inbox = await start();
    expect(await mails('?to=anna')).toEqual(before);
    expect(statSync(dir).mode & 0o777).toBe(0o700);
    expect(readdirSync(dir).map((name) => statSync(join(dir, name)).mode & 0o777)).toEqual([0o600]);
  });

  it('keeps the newest 2,000 mails', async () => {
    await inbox.stop();
    for (let number = 0; number < MOST_MAILS; number++)
      writeFileSync(join(dir, `1700000000000-${String(number).padStart(6, '0')}-abcdef.eml`), 'Delivered-To: old@contoso.example\r\n\r\n');
    inbox = await start();
    await send(['new@contoso.example']);
    expect(readdirSync(dir)).toHaveLength(MOST_MAILS);
    expect(readdirSync(dir)).not.toContain('1700000000000-000000-abcdef.eml');
    expect((await mails('?limit=1'))[0]?.to).toEqual(['new@contoso.example']);
  });

  it('deletes all mails when told', async () => {
    await send(['anna@contoso.example']);
    const answer = await fetch(`${inbox.url}/api/mails`, { method: 'DELETE' });
    expect(await answer.json()).toEqual({ deleted: 1 });
    expect(await mails()).toEqual([]);
    expect(readdirSync(dir)).toEqual([]);
  });

  it('refuses, defers, or never answers recipients that a rule names, and nobody else', async () => {
    await put({ mode: 'refuse', match: '@refused.example' });
    await put({ mode: 'defer', match: '@deferred.example' });
    await put({ mode: 'hang', match: '@hanging.example' });
    expect((await send(['a@refused.example'])).at(-1)).toMatch(/^550 5\.1\.1/);
    expect((await send(['a@deferred.example'])).at(-1)).toMatch(/^451 4\.7\.1/);
    expect((await send(['a@hanging.example'])).at(-1)).toBe('silence');
    expect((await send(['a@contoso.example'])).at(-1)).toMatch(/^250/);
    expect(await mails()).toHaveLength(1);
  });

  it('returns a bouncing mail to its sender with a delivery report', async () => {
    await put({ mode: 'bounce', match: 'anna' });
    expect((await send(['anna@contoso.example', 'bo@contoso.example'])).at(-1)).toMatch(/^250/);
    expect(await mails('?to=anna')).toEqual([]);
    expect(await mails('?to=bo@contoso')).toHaveLength(1);
    const [report] = await mails('?to=bounces@northbridge.example');
    expect(report?.headers['content-type']).toContain('report-type=delivery-status');
    expect(report?.headers['in-reply-to']).toBe('<one@northbridge.example>');
    expect(report?.text).toContain('550 5.1.1');
  });

  it('brings a delivery report to where returned mails are taken in, also when that is away for a moment; what is not wanted there is kept', async () => {
    const port = await freePort();
    await inbox.stop();
    inbox = await start(`smtp://127.0.0.1:${port}`);
    await put({ mode: 'bounce', match: 'anna' });
    await send(['anna@contoso.example'], MAIL, 'bounce+ours@returns.example');
    await send(['anna@contoso.example'], MAIL, 'somebody@else.example');
    const taken: { raw: Buffer; recipients: string[] }[] = [];
    const server = await startReturnServer({
      ...{ host: '127.0.0.1', port, onError: () => undefined },
      accepts: (address) => address === 'bounce+ours@returns.example',
      take: async (raw, recipients) => void taken.push({ raw, recipients }),
    });
    try {
      await expect.poll(() => taken.length, { timeout: 10_000 }).toBe(1);
      expect(taken[0]?.recipients).toEqual(['bounce+ours@returns.example']);
      expect(readReturnedMail(taken[0]?.raw ?? Buffer.alloc(0)).report).toEqual({
        messageId: '<one@northbridge.example>',
        recipients: [{ addresses: ['anna@contoso.example'], verdict: 'bounced', answer: '550 5.1.1 No such mailbox here' }],
      });
      await expect.poll(async () => (await mails('?to=somebody@else.example')).length, { timeout: 10_000 }).toBe(1);
      expect(await mails('?to=bounce')).toEqual([]);
    } finally {
      await server.stop();
    }
  });

  it('goes back to accepting for one match, or for everybody', async () => {
    await put({ mode: 'refuse' });
    await put({ mode: 'defer', match: 'anna' });
    expect(await (await put({ mode: 'accept', match: 'anna' })).json()).toEqual({ rules: [{ match: '', mode: 'refuse' }] });
    expect((await send(['anna@contoso.example'])).at(-1)).toMatch(/^550/);
    expect(await (await put({ mode: 'accept' })).json()).toEqual({ rules: [] });
    expect((await send(['anna@contoso.example'])).at(-1)).toMatch(/^250/);
  });

  it('says what is wrong with a rule', async () => {
    const answer = await put({ mode: 'explode' });
    expect(answer.status).toBe(400);
    expect(await answer.json()).toMatchObject({ detail: '"mode" must be one of accept, refuse, defer, hang, bounce.' });
  });

  it('shows its pages in English or Japanese, as the browser asks', async () => {
    expect(await get('/', { 'accept-language': 'de, en;q=0.5' })).toContain('No mail yet');
    expect(await get('/', { 'accept-language': 'ja, en;q=0.5' })).toContain('メールはまだありません');
  });

  it('shows a mail as HTML without its scripts running, as text with links, and as source', async () => {
    await send(['anna@contoso.example']);
    const [mail] = await mails();
    const path = `/mails/${mail?.id}`;
    expect(await get(path)).toContain(`<iframe src="${path}/html"`);
    expect(await get(`${path}?view=text`)).toContain('<a href="http://localhost:3000/i/abc.def" target="_blank" rel="noreferrer">');
    expect(await get(`${path}?view=source`)).toContain('Delivered-To: anna@contoso.example');
    const body = await fetch(`${inbox.url}${path}/html`);
    expect(body.headers.get('content-security-policy')).toMatch(/default-src 'none'.*sandbox allow-popups/);
    expect(await body.text()).toContain('<head><base target="_blank">');
  });

  it('escapes what a mail brings into the page', async () => {
    await send(['anna@contoso.example'], MAIL.replace(/Subject: .*/, 'Subject: <script>alert(1)</script>'));
    expect(await get('/')).toContain('&lt;script&gt;alert(1)&lt;/script&gt;');
  });

  it('tells open pages when a mail comes in', async () => {
    const answer = await fetch(`${inbox.url}/api/events`);
    const reader = (answer.body as ReadableStream<Uint8Array>).pipeThrough(new TextDecoderStream()).getReader();
    await reader.read();
    await send(['anna@contoso.example']);
    expect((await reader.read()).value).toBe('data: changed\n\n');
    await reader.cancel();
  });

  it('answers under the name localhost only', async () => {
    const status = await new Promise((resolve) => {
      request(inbox.url, { headers: { host: 'evil.example' } }, (answer) => resolve(answer.resume().statusCode)).end();
    });
    expect(status).toBe(403);
  });

  it('names a port that is taken in one sentence', async () => {
    const httpPort = Number(new URL(inbox.url).port);
    await expect(startInbox({ smtpPort: 0, httpPort, dir, log: () => undefined })).rejects.toThrow(
      `Port ${httpPort} is in use by another program. Stop it, or choose another for the mail inbox: INBOX_PORT=${httpPort + 1} npm start`,
    );
  });
});

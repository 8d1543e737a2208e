import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo, Server } from 'node:net';
import { returnMail } from '@clientele/mail';
import { SMTPServer, type SMTPServerDataStream, type SMTPServerSession } from 'smtp-server';
import { script, style } from './inbox/assets.ts';
import { Behaviour, type Mode, parseRule } from './inbox/behaviour.ts';
import { deliveryReport } from './inbox/bounce.ts';
import { renderPage, type View, views } from './inbox/page.ts';
import { type Mail, MailStore } from './inbox/store.ts';
import { textsFor } from './inbox/texts.ts';
import { StartError } from './start-error.ts';

/** What the inbox needs to know. A port of 0 is a free one. */
export interface InboxOptions {
  smtpPort: number;
  httpPort: number;
  /** Where the mails are kept, as .eml files. */
  dir: string;
  log: (sentence: string) => void;
  /** Where mails that bounce go back to, as smtp://host:port; without it, or when it does not want them, they are kept here. */
  returnsTo?: string | undefined;
}

/** A running inbox. */
export interface Inbox {
  /** Where to send mail to, as smtp://127.0.0.1:port. */
  smtpUrl: string;
  /** Where to read it. */
  url: string;
  stop(): Promise<void>;
}

const HOST = '127.0.0.1';
const MOST_BYTES = 25_000_000;
const PAGE_SIZE = 100;
const FIRST_RETURN_MS = 1000;
const LAST_RETURN_MS = 60_000;

/**
 * Starts a mail server and a web page that shows what it got, on 127.0.0.1 only. For trying things out, for rehearsing what happens when mail is
 * refused, deferred or not answered, and for tests.
 */
export async function startInbox(options: InboxOptions): Promise<Inbox> {
  const store = new MailStore(options.dir);
  const behaviour = new Behaviour();
  const returner = new Returner(store, options.returnsTo);
  const smtp = smtpServer(store, behaviour, returner);
  smtp.on('error', (error) => options.log(`The inbox's mail server: ${error.message}`));
  await listening(smtp.server, options.smtpPort, `for the inbox's mail server`);
  const smtpUrl = `smtp://${HOST}:${(smtp.server.address() as AddressInfo).port}`;

  const pages = new InboxPages(store, behaviour, smtpUrl);
  const http = createServer((request, response) => void pages.answer(request, response));
  try {
    await listening(http, options.httpPort, `for the mail inbox: INBOX_PORT=${options.httpPort + 1} npm start`);
  } catch (error) {
    await closed(smtp);
    throw error;
  }
  const stop = async () => {
    pages.end();
    returner.end();
    http.closeAllConnections();
    await Promise.all([closed(smtp), new Promise<void>((resolve) => http.close(() => resolve()))]);
  };
  return { smtpUrl, url: `http://localhost:${(http.address() as AddressInfo).port}`, stop };
}

function listening(server: Server, port: number, hint: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const failed = (error: NodeJS.ErrnoException) =>
      reject(
        error.code === 'EADDRINUSE'
          ? new StartError(`Port ${port} is in use by another program. Stop it, or choose another ${hint}`)
          : error,
      );
    server.once('error', failed);
    server.listen(port, HOST, () => {
      server.off('error', failed);
      resolve();
    });
  });
}

function closed(smtp: SMTPServer): Promise<void> {
  return new Promise((resolve) => smtp.close(() => resolve()));
}

function answerOf(code: number, text: string): Error {
  return Object.assign(new Error(text), { responseCode: code });
}

function smtpServer(store: MailStore, behaviour: Behaviour, returner: Returner): SMTPServer {
  return new SMTPServer({
    name: 'inbox.localhost',
    banner: 'Clientele inbox',
    disabledCommands: ['AUTH', 'STARTTLS'],
    disableReverseLookup: true,
    size: MOST_BYTES,
    // Connections that we never answered need no patience at the end.
    closeTimeout: 200,
    socketTimeout: 600_000,
    onRcptTo({ address }, _session, done) {
      const answers: Record<Mode, () => void> = {
        accept: () => done(),
        bounce: () => done(),
        refuse: () => done(answerOf(550, '5.1.1 The mailbox does not exist here')),
        defer: () => done(answerOf(451, '4.7.1 Please try again later')),
        hang: () => undefined,
      };
      answers[behaviour.for(address)]();
    },
    onData(stream, session, done) {
      receive(stream, session, { store, behaviour, returner }).then(
        (problem) => done(problem),
        () => done(answerOf(451, '4.3.0 The mail could not be stored')),
      );
    },
  });
}

/** Takes one mail in; answers what to refuse it with, if so. */
async function receive(
  stream: SMTPServerDataStream,
  { envelope }: SMTPServerSession,
  { store, behaviour, returner }: { store: MailStore; behaviour: Behaviour; returner: Returner },
): Promise<Error | undefined> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of stream as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes <= MOST_BYTES) chunks.push(chunk);
  }
  if (bytes > MOST_BYTES) return answerOf(552, '5.3.4 The mail is larger than 25 MB');
  const source = Buffer.concat(chunks);
  const from = envelope.mailFrom ? envelope.mailFrom.address : '';
  const recipients = envelope.rcptTo.map(({ address }) => address);
  const bouncing = recipients.filter((address) => behaviour.for(address) === 'bounce');
  const arriving = recipients.filter((address) => !bouncing.includes(address));
  if (arriving.length > 0) await store.add(source, { from, to: arriving });
  // Nobody to report to when there is no sender: such mail is a report itself.
  if (from) {
    for (const recipient of bouncing) await returner.bring(from, deliveryReport({ source, from, recipient, now: new Date() }));
  }
  return undefined;
}

/** Brings delivery reports to whoever sent the mail: a moment after the 250, as mail servers do, and again when it cannot be had now. */
class Returner {
  readonly #store: MailStore;
  readonly #to: string | undefined;
  readonly #timers = new Set<NodeJS.Timeout>();

  constructor(store: MailStore, to: string | undefined) {
    this.#store = store;
    this.#to = to;
  }

  async bring(sender: string, report: Buffer): Promise<void> {
    if (this.#to) this.#later(sender, report, FIRST_RETURN_MS);
    else await this.#keep(sender, report);
  }

  end(): void {
    for (const timer of this.#timers) clearTimeout(timer);
  }

  #later(sender: string, report: Buffer, ms: number): void {
    const timer = setTimeout(() => {
      this.#timers.delete(timer);
      void this.#attempt(sender, report, ms);
    }, ms);
    this.#timers.add(timer);
  }

  async #attempt(sender: string, report: Buffer, ms: number): Promise<void> {
    const { outcome } = await returnMail(this.#to ?? '', { to: sender, raw: report });
    if (outcome === 'deferred' && ms < LAST_RETURN_MS) this.#later(sender, report, ms * 2);
    else if (outcome !== 'sent') await this.#keep(sender, report);
  }

  #keep(sender: string, report: Buffer): Promise<void> {
    return this.#store.add(report, { from: '', to: [sender] });
  }
}

/** The web side: pages, JSON and the stream that tells pages to look again. */
class InboxPages {
  readonly #store: MailStore;
  readonly #behaviour: Behaviour;
  readonly #smtpUrl: string;
  readonly #watchers = new Set<ServerResponse>();
  readonly #unsubscribe: () => void;
  #timer: NodeJS.Timeout | undefined;

  constructor(store: MailStore, behaviour: Behaviour, smtpUrl: string) {
    this.#store = store;
    this.#behaviour = behaviour;
    this.#smtpUrl = smtpUrl;
    this.#unsubscribe = store.onChange(() => this.#tell());
  }

  end(): void {
    this.#unsubscribe();
    clearTimeout(this.#timer);
    for (const watcher of this.#watchers) watcher.end();
  }

  async answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    response.setHeader('x-content-type-options', 'nosniff');
    response.setHeader('referrer-policy', 'no-referrer');
    response.setHeader('cache-control', 'no-store');
    try {
      // A page elsewhere on the web could make its own name point to this machine and then read the mails.
      if (!/^(localhost|127\.0\.0\.1|\[::1\]|[\w-]+\.localhost)(:\d+)?$/i.test(request.headers.host ?? ''))
        return problem(response, 403, 'This inbox answers under the name localhost only.');
      await this.#route(request, response, new URL(request.url ?? '/', 'http://localhost'));
    } catch (error) {
      if (!response.headersSent) problem(response, 500, (error as Error).message);
      else response.destroy();
    }
  }

  async #route(request: IncomingMessage, response: ServerResponse, url: URL): Promise<void> {
    const method = request.method === 'HEAD' ? 'GET' : request.method;
    const route = `${method} ${url.pathname}`;
    if (route === 'GET /style.css') return send(response, 'text/css', style);
    if (route === 'GET /page.js') return send(response, 'text/javascript', script);
    if (route === 'GET /api/events') return this.#watch(response);
    if (route === 'GET /api/behaviour') return json(response, { rules: this.#behaviour.rules });
    if (route === 'PUT /api/behaviour') return this.#setBehaviour(request, response);
    if (route === 'DELETE /api/mails') return json(response, { deleted: await this.#store.clear(url.searchParams.get('to') ?? '') });
    if (route === 'GET /api/mails') return json(response, await this.#mails(url.searchParams));
    if (route === 'GET /') return this.#page(request, response, url);

    const [, isApi, id = '', part, index] = url.pathname.match(/^(\/api)?\/mails\/([\w-]+)(?:\/(html|attachments\/(\d+)))?$/) ?? [];
    if (method === 'GET' && id) {
      if (!isApi && !part) return this.#page(request, response, url, id);
      const mail = await this.#store.mail(id);
      if (!mail) return problem(response, 404, 'There is no such mail here.');
      if (isApi && !part) return json(response, mail);
      if (!isApi && part === 'html') return mailBody(response, mail);
      if (!isApi && index) return this.#attachment(response, id, Number(index));
    }
    problem(response, 404, 'There is nothing here.');
  }

  async #page(request: IncomingMessage, response: ServerResponse, url: URL, id?: string): Promise<void> {
    const filter = url.searchParams.get('to')?.trim() ?? '';
    const before = url.searchParams.get('before') ?? undefined;
    const ids = this.#store.ids({ to: filter, before, limit: PAGE_SIZE + 1 });
    const summaries = await Promise.all(ids.slice(0, PAGE_SIZE).map((entry) => this.#store.summary(entry)));
    const mail = id === undefined ? undefined : ((await this.#store.mail(id)) ?? 'gone');
    const wanted = views.find((view) => view === url.searchParams.get('view'));
    const best: View = typeof mail === 'object' && !mail.html ? 'text' : 'html';
    response.setHeader(
      'content-security-policy',
      "default-src 'none'; style-src 'self'; script-src 'self'; connect-src 'self'; frame-src 'self'; img-src data:; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
    );
    response.setHeader('vary', 'accept-language');
    response.statusCode = mail === 'gone' ? 404 : 200;
    const page = renderPage({
      texts: textsFor(request.headers['accept-language']),
      now: new Date(),
      smtpUrl: this.#smtpUrl,
      total: this.#store.size,
      rules: this.#behaviour.rules,
      filter,
      before,
      mails: summaries.filter((summary) => summary !== undefined),
      hasOlder: ids.length > PAGE_SIZE,
      mail,
      view: wanted ?? best,
      source: wanted === 'source' && id ? (this.#store.source(id)?.toString('utf8') ?? '') : '',
    });
    send(response, 'text/html', page);
  }

  async #mails(parameters: URLSearchParams): Promise<Mail[]> {
    const limit = Math.min(Math.max(Number(parameters.get('limit')) || PAGE_SIZE, 1), 2_000);
    const ids = this.#store.ids({ to: parameters.get('to') ?? '', before: parameters.get('before') ?? undefined, limit });
    const mails: Mail[] = [];
    for (const id of ids) {
      const mail = await this.#store.mail(id);
      if (mail) mails.push(mail);
    }
    return mails;
  }

  async #attachment(response: ServerResponse, id: string, index: number): Promise<void> {
    const attachment = (await this.#store.parsed(id))?.attachments[index];
    if (!attachment) return problem(response, 404, 'There is no such attachment.');
    response.setHeader('content-disposition', 'attachment');
    response.setHeader('content-type', 'application/octet-stream');
    response.end(attachment.content);
  }

  async #setBehaviour(request: IncomingMessage, response: ServerResponse): Promise<void> {
    let body = '';
    for await (const chunk of request.setEncoding('utf8')) {
      body += chunk;
      if (body.length > 10_000) return problem(response, 413, 'The body is too large.');
    }
    // A form on another web site can send no JSON here: its browser would have to ask first.
    if (!request.headers['content-type']?.startsWith('application/json')) return problem(response, 415, 'Send application/json.');
    const rule = parseRule(body);
    if (typeof rule === 'string') return problem(response, 400, rule);
    this.#behaviour.set(rule);
    this.#tell();
    json(response, { rules: this.#behaviour.rules });
  }

  #watch(response: ServerResponse): void {
    response.setHeader('content-type', 'text/event-stream');
    response.write(': here\n\n');
    this.#watchers.add(response);
    response.on('close', () => this.#watchers.delete(response));
  }

  /** At most five times a second, however many mails come in. */
  #tell(): void {
    this.#timer ??= setTimeout(() => {
      this.#timer = undefined;
      for (const watcher of this.#watchers) watcher.write('data: changed\n\n');
    }, 200);
  }
}

/** The mail's HTML in a room of its own: no scripts, nothing fetched but pictures, links open outside. */
function mailBody(response: ServerResponse, mail: Mail): void {
  response.setHeader(
    'content-security-policy',
    "default-src 'none'; style-src 'unsafe-inline'; img-src data: http: https:; font-src data:; form-action 'none'; frame-ancestors 'self'; sandbox allow-popups allow-popups-to-escape-sandbox",
  );
  const base = '<base target="_blank">';
  const text = mail.html ?? '';
  const head = text.match(/<head(\s[^>]*)?>/i);
  const place = head?.index === undefined ? 0 : head.index + head[0].length;
  send(response, 'text/html', text.slice(0, place) + base + text.slice(place));
}

function send(response: ServerResponse, type: string, text: string): void {
  response.setHeader('content-type', `${type}; charset=utf-8`);
  response.end(text);
}

function json(response: ServerResponse, value: unknown): void {
  response.setHeader('content-type', 'application/json; charset=utf-8');
  response.end(JSON.stringify(value));
}

function problem(response: ServerResponse, status: number, detail: string): void {
  response.statusCode = status;
  response.setHeader('content-type', 'application/problem+json; charset=utf-8');
  response.end(JSON.stringify({ status, detail }));
}

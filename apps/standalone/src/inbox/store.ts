import { randomBytes } from 'node:crypto';
import { chmodSync, closeSync, mkdirSync, openSync, readdirSync, readFileSync, readSync } from 'node:fs';
import { rename, unlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type ParsedMail, simpleParser } from 'mailparser';

/** The newest so many mails are kept. */
export const MOST_MAILS = 2_000;

/** What a list shows of a mail. */
export interface MailSummary {
  id: string;
  /** The recipients it was delivered to, whatever its To header says. */
  to: string[];
  from: string;
  subject: string;
  /** When it arrived, as ISO 8601. */
  date: string;
}

/** A whole mail, as `GET /api/mails` answers it. */
export interface Mail extends MailSummary {
  messageId: string | null;
  text: string;
  html: string | null;
  /** Header names in small letters; one that stands there several times has all its values in one text, a line each. */
  headers: Record<string, string>;
  attachments: { name: string; type: string; size: number }[];
}

const FILE = /^\d{13}-\d{6}-[0-9a-f]{6}\.eml$/;

/** Mails as .eml files in a folder, newest first in memory. */
export class MailStore {
  readonly #folder: string;
  /** Oldest first: ids with their recipients. */
  #mails: { id: string; to: string[] }[] = [];
  #summaries = new Map<string, MailSummary>();
  #count = 0;
  #listeners = new Set<() => void>();

  /** Opens (or makes) the folder; what an earlier run kept is there again. */
  constructor(folder: string) {
    this.#folder = folder;
    mkdirSync(folder, { recursive: true });
    // Mails hold links that let people in.
    chmodSync(folder, 0o700);
    const ids = readdirSync(folder)
      .filter((name) => FILE.test(name))
      .map((name) => name.slice(0, -4))
      .sort();
    this.#mails = ids.map((id) => ({ id, to: this.#recipients(id) }));
  }

  get size(): number {
    return this.#mails.length;
  }

  /** Calls back after every change, until the returned function is called. */
  onChange(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  /** Keeps a mail; resolves when its file is written. */
  async add(source: Buffer, envelope: { from: string; to: string[] }): Promise<void> {
    const number = String(this.#count++ % 1_000_000).padStart(6, '0');
    const id = `${Date.now()}-${number}-${randomBytes(3).toString('hex')}`;
    const clean = (address: string) => address.replace(/[\r\n]/g, '');
    const delivery = [`Return-Path: <${clean(envelope.from)}>`, ...envelope.to.map((address) => `Delivered-To: ${clean(address)}`)];
    const file = this.#file(id);
    await writeFile(`${file}.new`, Buffer.concat([Buffer.from(`${delivery.join('\r\n')}\r\n`), source]), { mode: 0o600 });
    await rename(`${file}.new`, file);
    this.#mails.push({ id, to: envelope.to });
    const tooMany = this.#mails.splice(0, Math.max(0, this.#mails.length - MOST_MAILS));
    await this.#forget(tooMany);
    this.#changed();
  }

  /** The ids of mails whose recipients have `to` in their address, newest first, older than the mail `before` when that is given. */
  ids(filter: { to?: string | undefined; before?: string | undefined; limit: number }): string[] {
    const wanted = filter.to?.trim().toLowerCase() ?? '';
    const found: string[] = [];
    for (let index = this.#mails.length - 1; index >= 0 && found.length < filter.limit; index--) {
      const mail = this.#mails[index];
      if (!mail || (filter.before && mail.id >= filter.before)) continue;
      if (mail.to.some((address) => address.toLowerCase().includes(wanted)) || wanted === '') found.push(mail.id);
    }
    return found;
  }

  /** What a list shows of a mail; undefined when there is no such mail (any more). */
  async summary(id: string): Promise<MailSummary | undefined> {
    const known = this.#summaries.get(id);
    if (known) return known;
    const mail = await this.mail(id);
    if (!mail) return undefined;
    const summary = { id, to: mail.to, from: mail.from, subject: mail.subject, date: mail.date };
    this.#summaries.set(id, summary);
    return summary;
  }

  /** The whole mail. */
  async mail(id: string): Promise<Mail | undefined> {
    const parsed = await this.parsed(id);
    const entry = this.#mails.find((mail) => mail.id === id);
    if (!parsed || !entry) return undefined;
    const headers: Record<string, string> = {};
    for (const { key, line } of parsed.headerLines) {
      const value = line
        .slice(line.indexOf(':') + 1)
        .replace(/\r?\n[ \t]+/g, ' ')
        .trim();
      headers[key] = headers[key] === undefined ? value : `${headers[key]}\n${value}`;
    }
    return {
      id,
      to: entry.to,
      from: parsed.from?.text ?? '',
      subject: parsed.subject ?? '',
      date: new Date(Number(id.slice(0, 13))).toISOString(),
      messageId: parsed.messageId ?? null,
      text: parsed.text ?? '',
      html: parsed.html || null,
      headers,
      attachments: parsed.attachments.map(({ filename, contentType, size }) => ({
        name: filename ?? contentType,
        type: contentType,
        size,
      })),
    };
  }

  /** The mail as mailparser sees it, attachments' content included. */
  async parsed(id: string): Promise<ParsedMail | undefined> {
    const source = this.source(id);
    return source && simpleParser(source, { skipTextToHtml: true });
  }

  /** The mail as it came in, under the lines that tell sender and recipients of its delivery. */
  source(id: string): Buffer | undefined {
    if (!this.#mails.some((mail) => mail.id === id)) return undefined;
    try {
      return readFileSync(this.#file(id));
    } catch {
      return undefined;
    }
  }

  /** Deletes all mails, or those whose recipients have `to` in their address; answers how many. */
  async clear(to?: string): Promise<number> {
    const gone = new Set(this.ids({ to, limit: Number.POSITIVE_INFINITY }));
    const mails = this.#mails.filter(({ id }) => gone.has(id));
    this.#mails = this.#mails.filter(({ id }) => !gone.has(id));
    await this.#forget(mails);
    this.#changed();
    return mails.length;
  }

  async #forget(mails: { id: string }[]): Promise<void> {
    for (const { id } of mails) {
      this.#summaries.delete(id);
      await unlink(this.#file(id)).catch(() => undefined);
    }
  }

  #file(id: string): string {
    return join(this.#folder, `${id}.eml`);
  }

  #changed(): void {
    for (const listener of this.#listeners) listener();
  }

  /** The recipients stand in the first lines: no need to read, let alone parse, thousands of mails at the start. */
  #recipients(id: string): string[] {
    const head = Buffer.alloc(4_096);
    const file = openSync(this.#file(id), 'r');
    const length = readSync(file, head, 0, head.length, 0);
    closeSync(file);
    const recipients: string[] = [];
    for (const line of head.toString('utf8', 0, length).split('\r\n')) {
      if (line.startsWith('Delivered-To: ')) recipients.push(line.slice('Delivered-To: '.length));
      else if (!line.startsWith('Return-Path: ')) break;
    }
    return recipients;
  }
}

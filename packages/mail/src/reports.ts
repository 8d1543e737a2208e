import { answerOf } from './answers.ts';
import { blamesAddress } from './blame.ts';

/** What a delivery report says of one recipient. */
export interface ReportedRecipient {
  /** The addresses that it names, as they are written there: as it was sent, and where it ended up. */
  addresses: string[];
  /**
   * bounced: it did not arrive, and the address is wrong. failed: it did not arrive for another reason. delayed: the server still tries.
   * null: nothing that matters here (delivered, relayed, expanded, unknown).
   */
  verdict: 'bounced' | 'failed' | 'delayed' | null;
  /** The mail server's words on one line: plain text, no links, at most 500 characters. */
  answer: string;
}

/** A delivery status notification (RFC 3464, RFC 6533). */
export interface DeliveryReport {
  recipients: ReportedRecipient[];
  /** The Message-ID of the mail that came back, if a part of it came along. */
  messageId: string | null;
}

export interface ReturnedMail {
  /** Null for everything that is no delivery report: replies, absence notes, read receipts, complaints. */
  report: DeliveryReport | null;
  /** The addresses that the mail itself says it is for: forwarded mail has lost its envelope. */
  to: string[];
}

/** So much of a mail is read: a report comes before the mail that it returns, which may be of any size. */
export const mostReportBytes = 1_000_000;
const mostParts = 20;
const mostRecipients = 100;
const mostFields = 200;

type Fields = Map<string, string>;

/** Reads a mail that came back. Never throws, whatever it is given. */
export function readReturnedMail(raw: Uint8Array): ReturnedMail {
  const source = Buffer.from(raw.buffer, raw.byteOffset, Math.min(raw.byteLength, mostReportBytes)).toString('latin1');
  const { fields, body } = split(source);
  const to = ['delivered-to', 'x-original-to', 'envelope-to', 'x-envelope-to', 'to'].flatMap((name) => addressesIn(fields.get(name) ?? ''));
  const { type, parameters } = contentType(fields);
  const isReport = type === 'multipart/report' && /^(?:delivery-status)?$/i.test(parameters.get('report-type') ?? '');
  const boundary = parameters.get('boundary');
  return { to, report: isReport && boundary ? reportIn(partsOf(body, boundary)) : null };
}

function reportIn(parts: string[]): DeliveryReport | null {
  let recipients: ReportedRecipient[] | undefined;
  let messageId: string | null = null;
  for (const part of parts) {
    const { fields, body } = split(part);
    const { type } = contentType(fields);
    if (/^message\/(?:global-)?delivery-status$/.test(type)) recipients ??= recipientsIn(decoded(fields, body));
    // A returned mail begins with its headers, whether all of it is there or they are alone.
    else if (/^(?:message\/(?:rfc822|global|global-headers)|text\/rfc822-headers)$/.test(type))
      messageId ??= split(decoded(fields, body)).fields.get('message-id')?.trim().slice(0, 500) ?? null;
  }
  return recipients ? { recipients, messageId } : null;
}

function recipientsIn(text: string): ReportedRecipient[] {
  const recipients: ReportedRecipient[] = [];
  for (const group of text.split(/\n[ \t]*\n/, mostRecipients * 2)) {
    const fields = fieldsOf(group);
    const action = fields
      .get('action')
      ?.trim()
      .toLowerCase()
      .split(/[\s;(]/)[0];
    if (action === undefined || recipients.length >= mostRecipients) continue;
    const addresses = ['original-recipient', 'final-recipient'].flatMap((name) => recipientOf(fields.get(name)) ?? []);
    const diagnostic = (fields.get('diagnostic-code') ?? '').replace(/^\s*[\w-]{1,20}\s*;\s*/, '');
    const told = statusIn(fields.get('status') ?? '');
    const inDiagnostic = statusIn(diagnostic);
    // A status of x.0.0 says nothing: the other one may.
    const status = told && !/\.0\.0$/.test(told) ? told : inDiagnostic || told;
    const code = Number(/^\s*(\d{3})\b/.exec(diagnostic)?.[1] ?? 0);
    recipients.push({
      addresses: [...new Set(addresses)],
      verdict: verdictOf(action, { status, code, text: diagnostic }),
      answer: answerOf(withoutMarkup(diagnostic)) || status,
    });
  }
  return recipients;
}

function verdictOf(action: string, refused: { status: string; code: number; text: string }): ReportedRecipient['verdict'] {
  if (action === 'delayed') return 'delayed';
  if (action !== 'failed') return null;
  return blamesAddress(refused) ? 'bounced' : 'failed';
}

const statusIn = (text: string) => /(?:^|[\s#(-])([245]\.\d{1,3}\.\d{1,3})(?!\d|\.\d)/.exec(text.slice(0, 2000))?.[1] ?? '';

/** What looks like a tag; addresses in angle brackets stay. */
const withoutMarkup = (text: string) =>
  text
    .slice(0, 5000)
    .replace(/<\/?[a-z!][^<>@]{0,300}>/gi, ' ')
    .replace(/ {2,}/g, ' ');

/** `rfc822; anna@contoso.example` or `utf-8; …` as an address; undefined for other kinds of addresses. */
function recipientOf(field: string | undefined): string | undefined {
  const [, kind = '', address = ''] = /^\s*([\w-]{1,20})\s*;\s*(\S{1,1000})/.exec(field ?? '') ?? [];
  if (!/^(?:rfc822|utf-8|smtp)$/i.test(kind)) return undefined;
  return address.replace(/^<|>$/g, '').replace(/\\x\{([\da-f]{2,6})\}/gi, (whole, hex: string) => characterOf(hex) ?? whole);
}

function characterOf(hex: string): string | undefined {
  const code = Number.parseInt(hex, 16);
  return code <= 0x10ffff ? String.fromCodePoint(code) : undefined;
}

const addressesIn = (text: string) => (text.slice(0, 10_000).match(/[^\s<>,;:"()]{1,64}@[^\s<>,;:"()]{1,255}/g) ?? []).slice(0, 50);

/** Headers and what follows them. */
function split(source: string): { fields: Fields; body: string } {
  const text = source.replace(/^(?:\r?\n)+/, '');
  const end = /\r?\n[ \t]*\r?\n/.exec(text);
  const head = end ? text.slice(0, end.index) : text;
  return { fields: fieldsOf(head), body: end ? text.slice(end.index + end[0].length) : '' };
}

/** The fields of a header block, the first of each name; bytes are read as UTF-8 where they are that. */
function fieldsOf(head: string): Fields {
  const fields: Fields = new Map();
  const lines = head
    .slice(0, 200_000)
    .replace(/\r?\n[ \t]+/g, ' ')
    .split(/\r?\n/, mostFields);
  for (const line of lines) {
    const [, name, value] = /^([!-9;-~]{1,76})[ \t]*:(.*)$/.exec(line) ?? [];
    if (name && value !== undefined && !fields.has(name.toLowerCase())) fields.set(name.toLowerCase(), unicode(value));
  }
  return fields;
}

function unicode(bytes: string): string {
  if (!/[\u0080-\u00ff]/.test(bytes)) return bytes;
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(Buffer.from(bytes, 'latin1'));
  } catch {
    return bytes;
  }
}

function contentType(fields: Fields): { type: string; parameters: Fields } {
  const value = (fields.get('content-type') ?? 'text/plain').slice(0, 2000);
  const parameters: Fields = new Map();
  for (const [, name = '', quoted, bare] of value.matchAll(/;\s*([\w*-]{1,40})\s*=\s*(?:"([^"]{0,200})"|([^\s;"]{1,200}))/g))
    if (!parameters.has(name.toLowerCase())) parameters.set(name.toLowerCase(), quoted ?? bare ?? '');
  return { type: value.split(';')[0]?.trim().toLowerCase() ?? '', parameters };
}

/** The parts of a multipart body; one that was cut off ends where the mail does. */
function partsOf(body: string, boundary: string): string[] {
  const line = `\n--${boundary}`;
  const text = `\n${body}`;
  const parts: string[] = [];
  for (let start = text.indexOf(line); start >= 0 && parts.length < mostParts; ) {
    const begin = text.indexOf('\n', start + line.length);
    if (begin < 0 || text.startsWith('--', start + line.length)) break;
    const end = text.indexOf(line, begin);
    parts.push(text.slice(begin + 1, end < 0 ? undefined : end));
    start = end;
  }
  return parts;
}

function decoded(fields: Fields, body: string): string {
  const encoding = fields.get('content-transfer-encoding')?.trim().toLowerCase();
  const plain =
    encoding === 'base64'
      ? Buffer.from(body, 'base64').toString('latin1')
      : encoding === 'quoted-printable'
        ? body
            .replace(/=[ \t]{0,76}\r?\n/g, '')
            .replace(/=([\da-f]{2})/gi, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)))
        : body;
  return plain.replace(/\r\n/g, '\n');
}

import { createTransport as createNodemailer } from 'nodemailer';
import { type AddressRule, checkAddress } from './address.ts';
import { answerOf, classify, type SendResult } from './answers.ts';
import type { RenderedMail } from './layout.ts';
import { shorten } from './text.ts';

export type { SendResult } from './answers.ts';

/** Whether the mail server can be reached, and takes the account. */
export type VerifyResult = { ok: true } | { ok: false; response: string; code?: number };

export interface TransportOptions {
  /** `smtp://user:password@host:port` or `smtps://`. */
  smtpUrl: string;
  from: { name: string; address: string };
  /** Signs each mail (RFC 6376). */
  dkim?: { domain: string; selector: string; privateKey: string } | undefined;
  pool?: { connections?: number };
  /** Milliseconds. `total` is how long one mail may take, waiting for a free connection included. */
  timeouts?: { connection?: number; greeting?: number; socket?: number; total?: number };
}

export interface OutgoingMail {
  to: string;
  /** The same through every attempt. */
  messageId: string;
  mail: RenderedMail;
  replyTo?: string;
  headers?: Record<string, string>;
  /** Shown as the sender's name, with the installation's address. */
  fromName?: string;
  /** Where the mail comes back to when it cannot be delivered; the sender's address when left out. The reader does not see it. */
  returnPath?: string | undefined;
}

export interface Transport {
  /** Sends one mail. Never throws for what a mail server can do. */
  send(mail: OutgoingMail): Promise<SendResult>;
  /** Connects and signs in, and sends nothing. */
  verify(): Promise<VerifyResult>;
  /** Finishes what is being sent, takes nothing new, and closes the connections. */
  close(): Promise<void>;
}

/**
 * Whether the connection must be encrypted before anything is said on it: where a name and password go over a network. An address that says
 * `?requireTLS=false` has its reasons.
 */
export function demandsEncryption(smtpUrl: string): boolean {
  const { username, hostname, searchParams } = new URL(smtpUrl);
  return username !== '' && !searchParams.has('requireTLS') && !/^(?:localhost|127(?:\.\d+){3}|\[::1\])$/i.test(hostname);
}

/** A pool of connections to a mail server. */
export function createTransport({ smtpUrl, from, dkim, pool = {}, timeouts = {} }: TransportOptions): Transport {
  const connection = timeouts.connection ?? 10_000;
  const total = timeouts.total ?? 80_000;
  const nodemailer = createNodemailer({
    url: smtpUrl,
    ...(demandsEncryption(smtpUrl) ? { requireTLS: true } : {}),
    pool: true,
    maxConnections: pool.connections ?? 5,
    maxMessages: 500,
    // A mail is given to another connection only when nothing of it was sent on the first: often, an idle one that the server closed.
    maxRequeues: 2,
    dnsTimeout: connection,
    connectionTimeout: connection,
    greetingTimeout: timeouts.greeting ?? 10_000,
    socketTimeout: timeouts.socket ?? 30_000,
    disableFileAccess: true,
    disableUrlAccess: true,
    ...(dkim ? { dkim: { domainName: dkim.domain, keySelector: dkim.selector, privateKey: dkim.privateKey } } : {}),
  });
  const running = new Set<Promise<SendResult>>();
  let closed = false;

  async function deliver({ to, messageId, mail, replyTo, headers = {}, fromName, returnPath }: OutgoingMail): Promise<SendResult> {
    const recipient = checkAddress(to);
    if (!recipient.ok) return { outcome: 'failed', response: `Not sent: ${addressRules[recipient.rule]}.` };
    const badHeader = Object.keys(headers).find((name) => !/^[a-z0-9-]+$/i.test(name) || reserved.has(name.toLowerCase()));
    if (badHeader !== undefined || !/^<[!-;=?-~]+>$/.test(messageId))
      return { outcome: 'failed', response: `Not sent: the mail's ${badHeader === undefined ? 'Message-ID' : 'headers'} cannot be used.` };
    const answerTo = replyTo === undefined ? undefined : checkAddress(replyTo);
    // Time-outs of the socket notice silence, not a server that trickles; this one notices both.
    const controller = new AbortController();
    const timer = setTimeout(() => controller.abort(), total);
    try {
      const info = await nodemailer.sendMail({
        from: { name: shorten(fromName ?? from.name, 100), address: from.address },
        to: { name: '', address: recipient.address },
        envelope: { from: returnPath ?? from.address, to: [recipient.address] },
        // Of a server that can do it we ask for the headers only: the mail's link is nobody else's business, and a report needs no more.
        ...(returnPath
          ? {
              dsn: {
                ret: 'HDRS',
                envid: messageId.slice(1, -1),
                notify: ['FAILURE', 'DELAY'],
                orcpt: `rfc822;${recipient.address}`,
              } as const,
            }
          : {}),
        messageId,
        subject: mail.subject,
        // By the subject: nodemailer counts the letters of every part, several times.
        textEncoding: isMostlyAscii(mail.subject) ? 'quoted-printable' : 'base64',
        text: mail.text,
        html: mail.html,
        ...(answerTo?.ok ? { replyTo: { name: '', address: answerTo.address } } : {}),
        headers: {
          'Auto-Submitted': 'auto-generated',
          ...Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, shorten(value, 900)])),
        },
        signal: controller.signal,
      });
      return { outcome: 'sent', response: answerOf(info.response, mail.text) };
    } catch (error) {
      return classify(error, mail.text);
    } finally {
      clearTimeout(timer);
    }
  }

  return {
    send(mail) {
      if (closed) return Promise.resolve({ outcome: 'deferred', response: 'Not sent: this process is shutting down.' });
      const sending = deliver(mail).finally(() => running.delete(sending));
      running.add(sending);
      return sending;
    },
    async verify() {
      try {
        await nodemailer.verify();
        return { ok: true };
      } catch (error) {
        const { outcome: _, ...facts } = classify(error);
        return { ok: false, ...facts };
      }
    },
    async close() {
      closed = true;
      await Promise.all(running);
      nodemailer.close();
    },
  };
}

/** Whether quoted-printable makes a text like this no longer than base64 would. */
const isMostlyAscii = (text: string): boolean => text.replace(/[\x20-\x7e]/g, '').length * 4 < text.length;

/** Headers that the transport sets itself. */
const reserved = new Set([
  'from',
  'sender',
  'to',
  'cc',
  'bcc',
  'reply-to',
  'subject',
  'date',
  'message-id',
  'mime-version',
  'content-type',
  'content-transfer-encoding',
]);

const addressRules: Record<AddressRule, string> = {
  hidden_character: 'the address holds a space or a character that cannot be seen',
  one_at_sign: 'the address must have one @, with something before and after it',
  local_part_characters: 'the part of the address before the @ holds a character or a dot that cannot stand there',
  local_part_ascii: 'the part of the address before the @ may hold letters of a to z only',
  local_part_length: 'the part of the address before the @ is longer than 64 characters',
  domain: 'the part of the address after the @ is not a domain',
  length: 'the address is longer than 254 characters',
};

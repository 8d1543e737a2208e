import { createTransport as createNodemailer } from 'nodemailer';
import { checkAddress } from './address.ts';
import type { RenderedMail } from './layout.ts';

/** What came of one attempt. `sent` means that the server answered 250, and nothing else does. */
export type SendResult =
  | { outcome: 'sent'; response: string }
  /** It may work later: 4xx, no connection, a time-out. */
  | { outcome: 'deferred'; response: string; code?: number | undefined }
  /** The recipient was refused for good. */
  | { outcome: 'bounced'; response: string; code?: number | undefined }
  /** Refused for good for any other reason. */
  | { outcome: 'failed'; response: string; code?: number | undefined };

export interface TransportOptions {
  /** `smtp://user:password@host:port` or `smtps://`. */
  smtpUrl: string;
  from: { name: string; address: string };
  pool?: { connections?: number };
  /** Milliseconds. */
  timeouts?: { connection?: number; greeting?: number; socket?: number };
}

export interface OutgoingMail {
  to: string;
  /** The same through every attempt. */
  messageId: string;
  mail: RenderedMail;
  replyTo?: string;
  /** Shown as the sender's name, with the installation's address. */
  fromName?: string;
  headers?: Record<string, string>;
}

export interface Transport {
  /** Sends one mail. Never throws for what a mail server can do. */
  send(mail: OutgoingMail): Promise<SendResult>;
  /** Finishes what is being sent and closes the connections. */
  close(): Promise<void>;
}

/** A pool of connections to a mail server. */
export function createTransport({ smtpUrl, from, pool = {}, timeouts = {} }: TransportOptions): Transport {
  const nodemailer = createNodemailer({
    url: smtpUrl,
    pool: true,
    maxConnections: pool.connections ?? 5,
    maxMessages: 500,
    connectionTimeout: timeouts.connection ?? 10_000,
    greetingTimeout: timeouts.greeting ?? 10_000,
    socketTimeout: timeouts.socket ?? 30_000,
    disableFileAccess: true,
    disableUrlAccess: true,
  } as Parameters<typeof createNodemailer>[0]);
  const running = new Set<Promise<SendResult>>();

  async function deliver({ to, messageId, mail, replyTo, fromName, headers }: OutgoingMail): Promise<SendResult> {
    const recipient = checkAddress(to);
    if (!recipient.ok) return { outcome: 'failed', response: `Not sent: the address cannot be right, ${recipient.rule}.` };
    try {
      const info: { response?: string } = await nodemailer.sendMail({
        from: { name: oneLine(fromName ?? from.name, 100), address: from.address },
        to: { name: '', address: recipient.address },
        envelope: { from: from.address, to: recipient.address },
        messageId,
        subject: mail.subject,
        text: mail.text,
        html: mail.html,
        ...(replyTo && checkAddress(replyTo).ok ? { replyTo } : {}),
        headers: { 'Auto-Submitted': 'auto-generated', ...headers },
      });
      return { outcome: 'sent', response: answerOf(info.response ?? '250') };
    } catch (error) {
      return classify(error);
    }
  }

  return {
    send(mail) {
      const sending = deliver(mail).finally(() => running.delete(sending));
      running.add(sending);
      return sending;
    },
    async close() {
      await Promise.all(running);
      nodemailer.close();
    },
  };
}

/** What an error of nodemailer means for the mail. */
export function classify(error: unknown): SendResult {
  const facts = (error instanceof Error ? error : {}) as {
    code?: string;
    responseCode?: number;
    response?: string;
    command?: string;
    message?: string;
  };
  const code = facts.responseCode;
  const response = answerOf(facts.response ?? explain(facts.code, facts.message));
  if (code !== undefined && code >= 500) {
    if (facts.code === 'EAUTH' || facts.command?.startsWith('AUTH')) return { outcome: 'failed', response, code };
    return {
      outcome: facts.command === 'RCPT TO' || (facts.code === 'EENVELOPE' && facts.command !== 'MAIL FROM') ? 'bounced' : 'failed',
      response,
      code,
    };
  }
  if (facts.code === 'EAUTH' && code === undefined) return { outcome: 'failed', response };
  if (facts.code === 'EMESSAGE' && code === undefined) return { outcome: 'failed', response };
  return { outcome: 'deferred', response, code };
}

function explain(code: string | undefined, message: string | undefined): string {
  switch (code) {
    case 'ECONNECTION':
    case 'ESOCKET':
    case 'ECONNREFUSED':
      return `No connection to the mail server (${message ?? code}).`;
    case 'ETIMEDOUT':
      return 'The mail server did not answer in time.';
    case 'EDNS':
      return 'The name of the mail server could not be resolved.';
    case 'ETLS':
      return `No secure connection to the mail server (${message ?? code}).`;
    default:
      return message ?? 'The mail server gave no answer.';
  }
}

/** One line of at most 500 characters, without links. */
function answerOf(text: string): string {
  return oneLine(text, 500).replace(/https?:\/\/\S+/g, '[link]');
}

export function oneLine(text: string, most: number): string {
  return text
    .replace(/[\u0000-\u001f\u007f\u2028\u2029]+/g, ' ')
    .trim()
    .slice(0, most);
}

import { blamesAddress } from './blame.ts';
import { oneLine } from './text.ts';

/** What came of one attempt. `sent` means that the server answered 250, and nothing else does. */
export type SendResult =
  | { outcome: 'sent'; response: string }
  /** It may work later: 4xx, no connection, a time-out, TLS trouble. */
  | { outcome: 'deferred'; response: string; code?: number }
  /** The recipient was refused for good, and it is the address that is wrong. */
  | { outcome: 'bounced'; response: string; code: number }
  /** Refused for good for any other reason. */
  | { outcome: 'failed'; response: string; code?: number };

/** The facts of nodemailer's errors. */
interface Facts {
  code?: string;
  responseCode?: number;
  response?: string;
  command?: string;
  message?: string;
}

const lost = new Set(['ECONNECTION', 'ESOCKET', 'ETIMEDOUT', 'EDNS', 'ETLS', 'EREQUIRETLS', 'EABORT', 'EPROXY']);
const malformed = new Set(['EMESSAGE', 'EENVELOPE', 'ESTREAM', 'EAUTH', 'ENOAUTH']);

/** What an error of nodemailer means for the mail; `text` is the mail's own, no link of which may show in the answer. */
export function classify(error: unknown, text = ''): SendResult {
  const facts: Facts = error instanceof Error ? error : {};
  const { responseCode, code = '' } = facts;
  const response = answerOf(facts.response ?? explain(code, facts.message), text);
  const withCode = responseCode === undefined ? { response } : { response, code: responseCode };
  if (lost.has(code)) return { outcome: 'deferred', ...withCode };
  if (responseCode === undefined) return { outcome: malformed.has(code) ? 'failed' : 'deferred', response };
  // 503 says that the session was in a wrong state, not that the mail is refused.
  if (responseCode < 500 || (responseCode === 503 && code !== 'EAUTH')) return { outcome: 'deferred', ...withCode };
  return { outcome: refusesRecipient(facts) ? 'bounced' : 'failed', response, code: responseCode };
}

/**
 * Whether it is this recipient that is refused: a 5xx to RCPT TO that does not speak of who sends or of a full mailbox. Some servers tell only
 * after the mail that they know no such mailbox.
 */
function refusesRecipient({ command, response = '', responseCode = 0 }: Facts): boolean {
  const status = /^\d{3}[ -](5\.\d{1,3}\.\d{1,3})\b/.exec(response)?.[1] ?? '';
  if (command === 'RCPT TO') return blamesAddress({ status, code: responseCode, text: response });
  return command === 'DATA' && /^5\.(1\.(1|2|3|6|10)|2\.1)$/.test(status);
}

function explain(code: string, message = 'the mail server gave no answer'): string {
  switch (code) {
    case 'ECONNECTION':
    case 'ESOCKET':
      return `No connection to the mail server: ${message}`;
    case 'ETIMEDOUT':
      return `The mail server did not answer in time: ${message}`;
    case 'EABORT':
      return 'The mail server did not answer in time.';
    case 'EDNS':
      return `The name of the mail server cannot be resolved: ${message}`;
    case 'ETLS':
    case 'EREQUIRETLS':
      return `No secure connection to the mail server: ${message}`;
    default:
      return message;
  }
}

/** A server's answer on one line of at most 500 characters, without links and without what makes the mail's own links or return address secret. */
export function answerOf(response: string, text = ''): string {
  let answer = oneLine(response.replace(/\r?\n\d{3}[ -]/g, ' '))
    .replace(/https?:\/\/\S+/gi, '[link]')
    .replace(/\+[a-z2-7]{26}\.[a-z2-7]{20}@/gi, '+[…]@');
  if (longPart.test(answer)) for (const secret of secretsIn(text)) answer = answer.replace(secret, '[…]');
  return answer.length <= 500 ? answer : `${oneLine(answer.slice(0, 499))}…`;
}

/** As long as a part that is secret. */
const longPart = /[\w-]{16}/;

/** What finds the long parts of the paths of a mail's links, in capitals, too. */
function secretsIn(text: string): RegExp[] {
  const paths = Array.from(text.matchAll(/https?:\/\/[^\s/]+(\S*)/g), ([, path = '']) => path);
  const parts = paths.flatMap((path) => path.split(/[^\w-]+/)).filter((part) => part.length >= 16);
  return parts.map((part) => new RegExp(part, 'gi'));
}

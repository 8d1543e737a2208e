import { setTimeout as sleep } from 'node:timers/promises';

/** A mail as the inbox's JSON API gives it. */
export interface Mail {
  id: string;
  to: string[];
  from: string;
  subject: string;
  date: string;
  messageId: string | null;
  text: string;
  html: string | null;
  /** Names in small letters. */
  headers: Record<string, string>;
}

interface Wanted {
  to: string;
  subject?: RegExp;
  /** Ids of mails that were there before. */
  not?: readonly string[];
  seconds?: number;
}

/** The portal's real inbox, read the way a person reads it: what did arrive. */
export class Inbox {
  readonly url: string;

  constructor(url: string) {
    this.url = url;
  }

  /** What arrived for an address, newest first. */
  async mails(to: string): Promise<Mail[]> {
    const response = await fetch(`${this.url}/api/mails?to=${encodeURIComponent(to)}`);
    if (!response.ok) throw new Error(`The inbox answered ${response.status}: ${await response.text()}`);
    return (await response.json()) as Mail[];
  }

  /** The newest mail that fits, as soon as it is there. */
  async waitFor({ to, subject, not = [], seconds = 30 }: Wanted): Promise<Mail> {
    for (const end = Date.now() + seconds * 1000; ; await sleep(200)) {
      const mails = await this.mails(to);
      const found = mails.find((mail) => !not.includes(mail.id) && (subject?.test(mail.subject) ?? true));
      if (found) return found;
      if (Date.now() > end)
        throw new Error(
          `No mail to ${to} with the subject ${subject ?? 'of any kind'} in ${seconds} s; there are: ${mails.map((mail) => mail.subject).join(' | ') || 'none'}`,
        );
    }
  }

  /** The page of the inbox that shows this mail. */
  pageOf(mail: Mail): string {
    return `${this.url}/mails/${mail.id}`;
  }
}

/** The invitation link in a mail: the same in its text and its HTML part, and only one. */
export function linkIn(mail: Mail): string {
  const inText = new Set(mail.text.match(/https?:\/\/[^\s<>"]+\/i\/[\w.-]+/g) ?? []);
  const inHtml = new Set(mail.html?.match(/https?:\/\/[^\s<>"]+\/i\/[\w.-]+/g) ?? []);
  const [link, ...others] = new Set([...inText, ...inHtml]);
  if (!link || others.length > 0 || !inText.has(link) || !inHtml.has(link))
    throw new Error(`One link is expected in both parts of the mail; text has ${[...inText].join(' ')}, HTML has ${[...inHtml].join(' ')}`);
  return link;
}

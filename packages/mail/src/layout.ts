import { checkAddress } from './address.ts';
import { blocksHtml, page } from './html.ts';
import { blocksText } from './plain.ts';
import { japanese, oneLine, shorten } from './text.ts';

export type Language = 'en' | 'ja';

/** A mail as it goes out. */
export interface RenderedMail {
  subject: string;
  html: string;
  text: string;
}

/** The person at the partner whom a reader can ask. */
export interface PartnerContact {
  name: string;
  email: string;
}

/** One part of a mail. Everything in it is plain text; the layout escapes it. */
export type Block =
  | { kind: 'paragraph'; text: string }
  /** What a person wrote to the reader, word for word. */
  | { kind: 'quote'; text: string }
  | { kind: 'list'; title: string; items: string[] }
  | { kind: 'facts'; rows: [name: string, value: string][] }
  /** The one button, and the link as text below it. */
  | { kind: 'button'; label: string; link: string }
  | { kind: 'code'; code: string }
  /** Parts what the partner wrote from what the system says. */
  | { kind: 'rule' };

/** What a template says in one language. */
export interface Wording {
  subject: string;
  /** Why the reader gets this, above everything. */
  reason: string;
  heading: string;
  blocks: Block[];
}

/** A template: each language's words for the same props. */
export type Template<Props> = Record<Language, (props: Props) => Wording>;

/** Who speaks. */
export interface Sender {
  partnerName?: string | undefined;
  partnerContact?: PartnerContact | undefined;
  partnerWebSite?: string | undefined;
  /** Where the reader says that it wants no more mails of this partner. */
  unsubscribeLink?: string | undefined;
}

/** A line of the foot; `link` is where its text leads. */
export interface FootLine {
  text: string;
  link?: string;
}

const product = 'Clientele';

const words = {
  en: {
    alsoAs: 'Or copy this address into your browser:',
    contact: (partner: string) => `Your contact at ${partner}`,
    unsubscribe: (partner: string) => `Get no more mails from ${partner}`,
    sentBy: (partner: string) =>
      partner === product ? `Sent by ${product}.` : `Sent by ${product} on behalf of ${partner.replace(/\.$/, '')}.`,
  },
  ja: {
    alsoAs: 'ボタンを押せない場合は、次のアドレスをブラウザーに貼り付けてください。',
    contact: (partner: string) => `お問い合わせ先(${partner})`,
    unsubscribe: (partner: string) => japanese`${partner}からのメールの配信を停止する`,
    sentBy: (partner: string) =>
      partner === product
        ? japanese`このメールは${product}が送信しました。`
        : japanese`このメールは、${partner}に代わって${product}が送信しました。`,
  },
};

/** The one layout of every mail: who writes and why, one column, one button, whom to ask. The text part says the same. */
export function layOut(wording: Wording, sender: Sender, language: Language): RenderedMail {
  for (const block of wording.blocks)
    if (block.kind === 'button' && !webLink(block.link)) throw new Error('The link of a mail must begin with http:// or https://');
  const say = words[language];
  // What looks like an encoded word would be decoded by the reader's program, whatever it hides.
  const subject = shorten(wording.subject.replaceAll('=?', '= ?'), 59);
  const from = sender.partnerName || product;
  const contact = contactOf(sender);
  const parts = {
    language,
    subject,
    from,
    reason: wording.reason,
    heading: wording.heading,
    alsoAs: say.alsoAs,
    contactTitle: contact.length > 0 ? say.contact(from) : '',
    contact,
    sentBy: say.sentBy(from),
    ...(sender.unsubscribeLink ? { unsubscribe: { text: say.unsubscribe(from), link: sender.unsubscribeLink } } : {}),
  };
  return { subject, html: page(parts, blocksHtml(wording.blocks, say.alsoAs)), text: blocksText(parts, wording.blocks) };
}

function contactOf({ partnerContact, partnerWebSite }: Sender): FootLine[] {
  const lines: FootLine[] = [];
  if (partnerContact?.name) lines.push({ text: shorten(partnerContact.name, 80) });
  if (partnerContact?.email) {
    const email = checkAddress(partnerContact.email);
    lines.push(
      email.ok
        ? { text: email.address, link: `mailto:${encodeURI(email.address).replace(/[?&#]/g, encodeURIComponent)}` }
        : { text: oneLine(partnerContact.email) },
    );
  }
  const site = partnerWebSite && webLink(partnerWebSite);
  if (site) lines.push({ text: site.replace(/^https?:\/\//, '').replace(/\/$/, ''), link: site });
  return lines;
}

/** A web address without a user's name before its host, or nothing when it is none. */
function webLink(link: string): string | undefined {
  if (!/^https?:\/\/\S+$/i.test(link) || !URL.canParse(link)) return undefined;
  const url = new URL(link);
  url.username = url.password = '';
  return url.href;
}

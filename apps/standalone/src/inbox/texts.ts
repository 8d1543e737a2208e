import type { Mode } from './behaviour.ts';

const en = {
  lang: 'en',
  title: 'Inbox',
  tagline: 'Every mail this Clientele sends ends here. Nothing leaves this machine.',
  mails: (count: number) => (count === 1 ? '1 mail' : `${count.toLocaleString('en')} mails`),
  filter: 'Recipient',
  filterHint: 'Filter by recipient',
  clearFilter: 'Clear filter',
  emptyTitle: 'No mail yet',
  emptyText:
    'This is the mail inbox that comes with Clientele for trying things out. Invitations, welcome mails and everything else that would go to real people is kept here instead. Send one from the portal and it shows up by itself.',
  emptySmtp: 'Its mail server listens on',
  noMatch: 'No mail to such a recipient.',
  chooseTitle: 'Choose a mail to read it here',
  gone: 'This mail is no longer here: it was deleted, or newer ones have taken its place.',
  older: 'Older mails',
  newer: 'Newest mails',
  back: 'All mails',
  from: 'From',
  to: 'To',
  date: 'Received',
  attachments: 'Attachments',
  noSubject: '(no subject)',
  views: { html: 'HTML', text: 'Text', source: 'Source' },
  phone: 'Phone width',
  noHtml: 'This mail has no HTML part.',
  noText: 'This mail has no text part.',
  cut: 'The rest is left out here; the whole mail is in the file.',
  frame: 'The mail as its reader sees it',
  deleteAll: 'Delete all',
  deleteAllQuestion: 'Delete all mails in this inbox?',
  behaviour: 'Mail server',
  behaviourText: 'Let the mail server misbehave, to see what the portal makes of it.',
  acceptsAll: 'accepts everything',
  rules: (count: number) => (count === 1 ? '1 rule' : `${count} rules`),
  modes: {
    accept: 'Accept',
    refuse: 'Refuse (550)',
    defer: 'Defer (451)',
    hang: 'Never answer',
    bounce: 'Accept, then bounce',
  } satisfies Record<Mode, string>,
  rule: {
    accept: (whom: string) => `The mail server accepts mail to ${whom}`,
    refuse: (whom: string) => `The mail server refuses mail to ${whom} for good (550)`,
    defer: (whom: string) => `The mail server puts mail to ${whom} off until later (451)`,
    hang: (whom: string) => `The mail server never answers when mail to ${whom} comes in`,
    bounce: (whom: string) => `The mail server accepts mail to ${whom} and then returns it to the sender`,
  } satisfies Record<Mode, (whom: string) => string>,
  everybody: 'everybody',
  containing: (match: string) => `addresses with “${match}”`,
  whomLabel: 'Recipients with',
  whomHint: 'everybody',
  modeLabel: 'What it does',
  apply: 'Apply',
  remove: 'End this rule',
  offline: 'The inbox has stopped. This page goes on when it is back.',
};

/** All words of the inbox's pages in one language. */
export type Texts = typeof en;

const ja: Texts = {
  lang: 'ja',
  title: '受信箱',
  tagline: 'この Clientele が送るメールはすべてここに届きます。外部へは一切送信されません。',
  mails: (count) => `${count.toLocaleString('ja')} 件`,
  filter: '宛先',
  filterHint: '宛先で絞り込む',
  clearFilter: '絞り込みを解除',
  emptyTitle: 'メールはまだありません',
  emptyText:
    'Clientele に付属するお試し用のメール受信箱です。招待やご案内など、本来は実際の相手に届くメールがすべてここに保存されます。ポータルからメールを送ると、自動的に表示されます。',
  emptySmtp: 'メールサーバーのアドレス:',
  noMatch: 'この宛先のメールはありません。',
  chooseTitle: 'メールを選ぶと、ここに表示されます',
  gone: 'このメールはもうありません。削除されたか、新しいメールに置き換えられました。',
  older: '以前のメール',
  newer: '最新のメール',
  back: 'メール一覧',
  from: '差出人',
  to: '宛先',
  date: '受信日時',
  attachments: '添付ファイル',
  noSubject: '(件名なし)',
  views: { html: 'HTML', text: 'テキスト', source: 'ソース' },
  phone: 'スマートフォン幅',
  noHtml: 'このメールに HTML 部分はありません。',
  noText: 'このメールにテキスト部分はありません。',
  cut: '以降は省略しました。全文はファイルにあります。',
  frame: '受信者に見えるメール',
  deleteAll: 'すべて削除',
  deleteAllQuestion: 'この受信箱のメールをすべて削除しますか?',
  behaviour: 'メールサーバー',
  behaviourText: 'メールサーバーの障害を再現し、ポータルの動作を確かめられます。',
  acceptsAll: 'すべて受信',
  rules: (count) => `ルール ${count} 件`,
  modes: {
    accept: '受信する',
    refuse: '拒否する (550)',
    defer: '一時的に拒否する (451)',
    hang: '応答しない',
    bounce: '受信後に返送する',
  },
  rule: {
    accept: (whom) => `メールサーバーは${whom}へのメールを受信します`,
    refuse: (whom) => `メールサーバーは${whom}へのメールを拒否します (550)`,
    defer: (whom) => `メールサーバーは${whom}へのメールを一時的に拒否します (451)`,
    hang: (whom) => `メールサーバーは${whom}へのメールに応答しません`,
    bounce: (whom) => `メールサーバーは${whom}へのメールを受信したあと、差出人に返送します`,
  },
  everybody: 'すべての宛先',
  containing: (match) => `「${match}」を含む宛先`,
  whomLabel: '対象の宛先',
  whomHint: 'すべて',
  modeLabel: '動作',
  apply: '適用',
  remove: 'このルールを解除',
  offline: '受信箱は停止しています。再開すると、このページも自動的に更新されます。',
};

/** The language a browser asks for: Japanese when it prefers that to English. */
export function textsFor(acceptLanguage: string | undefined): Texts {
  const preferred = (acceptLanguage ?? '')
    .split(',')
    .map((part) => {
      const [language = '', quality = ''] = part.trim().toLowerCase().split(';q=');
      return { language: language.split('-')[0], quality: quality === '' ? 1 : Number(quality) || 0 };
    })
    .filter(({ language, quality }) => quality > 0 && (language === 'en' || language === 'ja'))
    .sort((one, other) => other.quality - one.quality)[0];
  return preferred?.language === 'ja' ? ja : en;
}

import type { Template } from '../layout.ts';
import { fitSubject, japanese } from '../text.ts';

/** Shows the person who set up the sending of mail that it works, and what to look at. */
export interface TestMail {
  partnerName: string;
  recipientName?: string;
  askedAt: string;
  /** The page that tells what became of it. */
  link: string;
}

export const testMail: Template<TestMail> = {
  en: ({ partnerName: partner, recipientName, askedAt, link }) => ({
    subject: fitSubject((name) => `Test mail of ${name}`, partner),
    reason: 'You get this because you asked for a test mail.',
    heading: 'This test mail has arrived',
    blocks: [
      {
        kind: 'paragraph',
        text: `${recipientName ? `Hello ${recipientName}, you` : 'You'} asked for this mail on ${askedAt}. It went the same way as every mail to your customers.`,
      },
      {
        kind: 'list',
        title: 'Three things to look at',
        items: [
          'Is it in the inbox, or among the junk?',
          'Does your mail program show a warning about the sender?',
          'Show the source: after "Authentication-Results", SPF, DKIM and DMARC should each say "pass".',
        ],
      },
      { kind: 'button', label: 'See what the mail server said', link },
    ],
  }),
  ja: ({ partnerName: partner, recipientName, askedAt, link }) => ({
    subject: fitSubject((name) => japanese`${name}のテスト メール`, partner),
    reason: 'このメールは、テスト メールの送信をご依頼いただいたためお送りしています。',
    heading: 'テスト メールが届きました',
    blocks: [
      {
        kind: 'paragraph',
        text: `${recipientName ? `${recipientName} 様\n` : ''}${askedAt} にご依頼いただいたテスト メールです。お客様へのメールと同じ経路で送信されました。`,
      },
      {
        kind: 'list',
        title: '確認していただきたい 3 つのこと',
        items: [
          '受信トレイに届いていますか。迷惑メールに振り分けられていませんか。',
          'メール ソフトが差出人について警告を表示していませんか。',
          'メールのソースを表示し、「Authentication-Results」の SPF、DKIM、DMARC がそれぞれ「pass」になっていますか。',
        ],
      },
      { kind: 'button', label: 'メール サーバーの応答を見る', link },
    ],
  }),
};

import type { PartnerContact, Template } from '../layout.ts';
import { fitSubject, japanese } from '../text.ts';

/** Brings a partner user the link to a new password. */
export interface PartnerUserPasswordMail {
  partnerName: string;
  partnerContact: PartnerContact;
  recipientName: string;
  /** The global admin who has sent it; null when it was asked for at the sign-in. */
  sentBy: string | null;
  link: string;
  expiresAt: string;
}

export const partnerUserPassword: Template<PartnerUserPasswordMail> = {
  en: ({ partnerName: partner, recipientName, sentBy, link, expiresAt }) => ({
    subject: fitSubject((name) => `New password for the partner center of ${name}`, partner),
    reason: sentBy
      ? `You get this because ${sentBy} sends you the link to a new password.`
      : 'You get this because somebody said at the sign-in to have lost the password of this address.',
    heading: 'Choose a new password',
    blocks: [
      {
        kind: 'paragraph',
        text: `Hello ${recipientName}, with this link you choose a new password for the partner center of ${partner}. You are signed out everywhere then, and your second factor stays as it is.`,
      },
      { kind: 'button', label: 'Choose a new password', link },
      {
        kind: 'paragraph',
        text: `The link is good until ${expiresAt}, and once. Whoever has it can choose your password: give it to nobody. If you did not ask for this, do nothing; your password stays. If it comes again and again, tell a global admin of your organisation.`,
      },
    ],
  }),
  ja: ({ partnerName: partner, recipientName, sentBy, link, expiresAt }) => ({
    subject: fitSubject((name) => japanese`${name}のパートナーセンターのパスワード再設定`, partner),
    reason: sentBy
      ? japanese`このメールは、${sentBy} さんがパスワード再設定用のリンクを送信したためお送りしています。`
      : 'このメールは、サインイン画面でこのアドレスのパスワードの再設定が求められたためお送りしています。',
    heading: '新しいパスワードを設定してください',
    blocks: [
      {
        kind: 'paragraph',
        text: `${recipientName} 様\n${japanese`このリンクから、${partner}のパートナーセンターの新しいパスワードを設定できます。`}設定すると、すべての場所からサインアウトされます。第 2 の認証要素は変わりません。`,
      },
      { kind: 'button', label: '新しいパスワードを設定する', link },
      {
        kind: 'paragraph',
        text: `リンクの有効期限は ${expiresAt} で、使えるのは一度だけです。このリンクを知っている人はあなたのパスワードを変更できますので、ほかの人に渡さないでください。お心当たりがない場合は、何もしていただく必要はありません。パスワードは変わりません。何度も届く場合は、組織のグローバル管理者にお知らせください。`,
      },
    ],
  }),
};

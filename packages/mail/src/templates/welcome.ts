import type { PartnerContact, Template } from '../layout.ts';
import { fitSubject, japanese } from '../text.ts';

/** To the first admin of a customer whose account a partner has made. Holds no password: the partner hands that over. */
export interface WelcomeMail {
  partnerName: string;
  partnerContact: PartnerContact;
  partnerWebSite?: string;
  companyName: string;
  recipientName: string;
  signInName: string;
  /** Where the customer signs in; without it there is no button. */
  signInUrl?: string;
  agreementAccepted: boolean;
}

export const welcome: Template<WelcomeMail> = {
  en: ({ partnerName: partner, companyName: company, recipientName, signInName, signInUrl, agreementAccepted }) => ({
    subject: fitSubject((name) => `The account of ${name} is ready`, company),
    reason: `You get this because ${partner} opened an account for ${company} and named you as its first global admin.`,
    heading: `The account of ${company} is ready`,
    blocks: [
      { kind: 'paragraph', text: `Hello ${recipientName},` },
      { kind: 'paragraph', text: `${partner} has opened this account for you. Your subscriptions, orders and support are kept there.` },
      {
        kind: 'facts',
        rows: [
          ['Company', company],
          ['Sign-in name', signInName],
          ['Your reseller', partner],
        ],
      },
      {
        kind: 'list',
        title: 'What comes next',
        items: [
          `${partner} gives you a temporary password. For your safety it is never sent by mail.`,
          ...(signInUrl
            ? [
                'Sign in with it. Or have a link sent to this mailbox: with that you choose a password of your own, now or when one is lost.',
              ]
            : []),
          ...(agreementAccepted ? [] : ['The customer agreement has not been accepted yet. Until it is, nothing can be bought.']),
        ],
      },
      ...(signInUrl ? [{ kind: 'button', label: 'Sign in', link: signInUrl } as const] : []),
    ],
  }),
  ja: ({ partnerName: partner, companyName: company, recipientName, signInName, signInUrl, agreementAccepted }) => ({
    subject: fitSubject((name) => japanese`${name}様のアカウントをご用意しました`, company),
    reason: japanese`このメールは、${partner}が${company}様のアカウントを作成し、${recipientName} 様を最初のグローバル管理者に指定したためお送りしています。`,
    heading: japanese`${company}様のアカウントをご用意しました`,
    blocks: [
      { kind: 'paragraph', text: japanese`${recipientName} 様` },
      {
        kind: 'paragraph',
        text: japanese`${partner}が貴社のアカウントを作成しました。今後のサブスクリプション、ご注文、サポートは、このアカウントで管理されます。`,
      },
      {
        kind: 'facts',
        rows: [
          ['会社名', company],
          ['サインイン名', signInName],
          ['リセラー', partner],
        ],
      },
      {
        kind: 'list',
        title: '今後の流れ',
        items: [
          japanese`一時パスワードは、${partner}よりお受け取りください。安全のため、メールではお送りしておりません。`,
          ...(signInUrl
            ? [
                '一時パスワードでサインインしてください。このメールアドレスにリンクを送信してサインインすることもでき、その際に新しいパスワードを設定できます(紛失時も同様です)。',
              ]
            : []),
          ...(agreementAccepted ? [] : ['顧客契約がまだ承諾されていません。承諾されるまで、ご購入いただけません。']),
        ],
      },
      ...(signInUrl ? [{ kind: 'button', label: 'サインインする', link: signInUrl } as const] : []),
    ],
  }),
};

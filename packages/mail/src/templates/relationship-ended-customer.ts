import type { PartnerContact, Template } from '../layout.ts';
import { fitSubject, japanese } from '../text.ts';
import { type EndMode, howItEnded } from './how-it-ended.ts';

export interface RelationshipEndedCustomerMail {
  partnerName: string;
  partnerContact: PartnerContact;
  partnerWebSite?: string;
  companyName: string;
  /** When it ended, written out (formatMoment). */
  endedAt: string;
  /** What it was asked for as: at once, when nothing is live any more, or at a moment. */
  mode: EndMode;
  /** The page of the certificate; none for an end before there were any. */
  certificateLink?: string;
}

export const relationshipEndedCustomer: Template<RelationshipEndedCustomerMail> = {
  en: ({ partnerName: partner, companyName: company, endedAt, mode, certificateLink }) => ({
    subject: fitSubject((name) => `${name} is no longer your reseller`, partner),
    reason: `You get this because you are the contact person of ${company}.`,
    heading: `${partner} is no longer your reseller`,
    blocks: [
      { kind: 'paragraph', text: `The reseller relationship of ${partner} and ${company} has ended. ${howItEnded.en[mode]}`.trimEnd() },
      {
        kind: 'facts',
        rows: [
          ['Company', company],
          ['Reseller', partner],
          ['Ended', endedAt],
        ],
      },
      {
        kind: 'list',
        title: 'What this means',
        items: [
          `${partner} can no longer administer your organisation: delegated admin has been taken away.`,
          `Nothing new can be bought through ${partner}.`,
          `${partner} is no longer your support contact.`,
        ],
      },
      {
        kind: 'list',
        title: 'What stays',
        items: [
          'Your account, your users and your data.',
          'The history of what was done until now.',
          'Your relationships with other partners.',
        ],
      },
      { kind: 'paragraph', text: 'The relationship comes back only if you agree to it again.' },
      ...(certificateLink ? [{ kind: 'button', label: 'Open the certificate', link: certificateLink } as const] : []),
    ],
  }),
  ja: ({ partnerName: partner, companyName: company, endedAt, mode, certificateLink }) => ({
    subject: fitSubject((name) => japanese`${name}とのリセラー関係が終了しました`, partner),
    reason: japanese`このメールは、${company}の担当者として登録されているためお送りしています。`,
    heading: japanese`${partner}とのリセラー関係が終了しました`,
    blocks: [
      {
        kind: 'paragraph',
        text: japanese`${partner}と${company}様とのリセラー関係が終了しましたので、お知らせいたします。${howItEnded.ja[mode]}`,
      },
      {
        kind: 'facts',
        rows: [
          ['会社名', company],
          ['リセラー', partner],
          ['終了日時', endedAt],
        ],
      },
      {
        kind: 'list',
        title: '終了に伴う変更',
        items: [
          japanese`${partner}は、貴社の組織を管理できなくなりました(代理管理権限は取り消されました)。`,
          japanese`${partner}を通じた新しいご購入はできなくなりました。`,
          japanese`${partner}は、サポート連絡先から外れました。`,
        ],
      },
      {
        kind: 'list',
        title: '変わらないもの',
        items: ['貴社のアカウント、ユーザー、データ', 'これまでの操作の履歴', 'ほかのパートナーとの関係'],
      },
      { kind: 'paragraph', text: 'この関係が再開されるのは、貴社が改めて承諾された場合に限ります。' },
      ...(certificateLink ? [{ kind: 'button', label: '終了証明書を開く', link: certificateLink } as const] : []),
    ],
  }),
};

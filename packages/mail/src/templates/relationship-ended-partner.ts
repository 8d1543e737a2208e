import type { Template } from '../layout.ts';
import { fitSubject, japanese } from '../text.ts';
import { type EndMode, howItEnded } from './how-it-ended.ts';

export interface RelationshipEndedPartnerMail {
  partnerName: string;
  companyName: string;
  domain: string;
  /** When it ended, written out (formatMoment). */
  endedAt: string;
  /** What it was asked for as: at once, when nothing is live any more, or at a moment. */
  mode: EndMode;
  /** The page of the certificate; none for an end before there were any. */
  certificateLink?: string;
  /** The customer's page. */
  link: string;
}

export const relationshipEndedPartner: Template<RelationshipEndedPartnerMail> = {
  en: ({ partnerName: partner, companyName: company, domain, endedAt, mode, certificateLink, link }) => ({
    subject: fitSubject((name) => `The relationship with ${name} has ended`, company),
    reason: `You get this because you asked to end this relationship for ${partner}.`,
    heading: `The relationship with ${company} has ended`,
    blocks: [
      ...(howItEnded.en[mode] ? [{ kind: 'paragraph', text: howItEnded.en[mode] } as const] : []),
      {
        kind: 'facts',
        rows: [
          ['Customer', company],
          ['Primary domain', domain],
          ['Ended', endedAt],
          ...(certificateLink ? [['Certificate', certificateLink] as [string, string]] : []),
        ],
      },
      {
        kind: 'list',
        title: 'What this means',
        items: [
          `${company} has left your customer list.`,
          'Delegated admin has been taken away, and you are no longer its support contact.',
          'Nothing new can be bought for it through you.',
        ],
      },
      {
        kind: 'list',
        title: 'What stays',
        items: ['History, activity log and exports.', 'Notes, tags and contacts: they come back if the relationship is reinstated.'],
      },
      { kind: 'button', label: 'Open the customer', link },
    ],
  }),
  ja: ({ partnerName: partner, companyName: company, domain, endedAt, mode, certificateLink, link }) => ({
    subject: fitSubject((name) => japanese`${name}様とのリセラー関係が終了しました`, company),
    reason: japanese`このメールは、${partner}の担当者としてこの関係の終了を依頼されたため、お送りしています。`,
    heading: japanese`${company}様とのリセラー関係が終了しました`,
    blocks: [
      ...(howItEnded.ja[mode] ? [{ kind: 'paragraph', text: howItEnded.ja[mode] } as const] : []),
      {
        kind: 'facts',
        rows: [
          ['顧客', company],
          ['プライマリドメイン', domain],
          ['終了日時', endedAt],
          ...(certificateLink ? [['終了証明書', certificateLink] as [string, string]] : []),
        ],
      },
      {
        kind: 'list',
        title: '終了に伴う変更',
        items: [
          japanese`${company}様は、顧客一覧から外れました。`,
          '代理管理権限は取り消され、サポート連絡先からも外れました。',
          '貴社を通じた、この顧客の新しい購入はできなくなりました。',
        ],
      },
      {
        kind: 'list',
        title: '残るもの',
        items: ['履歴、アクティビティログ、エクスポート', 'メモ、タグ、連絡先(関係が再開されると元に戻ります)'],
      },
      { kind: 'button', label: '顧客を開く', link },
    ],
  }),
};

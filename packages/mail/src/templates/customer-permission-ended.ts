import type { Template } from '../layout.ts';
import { fitSubject, japanese } from '../text.ts';

/** To the partner's people who may turn it on again: a customer's permission to buy by itself has come to its end date. */
export interface CustomerPermissionEndedMail {
  partnerName: string;
  companyName: string;
  /** Written out (formatMoment). */
  endedAt: string;
  link: string;
}

export const customerPermissionEnded: Template<CustomerPermissionEndedMail> = {
  en: ({ partnerName: partner, companyName: company, endedAt, link }) => ({
    subject: fitSubject((name) => `${name} can no longer buy by itself`, company),
    reason: `You get this because you decide for ${partner} which customers may buy for themselves.`,
    heading: `The customer permission of ${company} has ended`,
    blocks: [
      { kind: 'paragraph', text: 'Its end date has come. What was bought stays, and orders that wait stay for you to decide.' },
      {
        kind: 'facts',
        rows: [
          ['Customer', company],
          ['Ended', endedAt],
        ],
      },
      { kind: 'button', label: 'Look at the permission', link },
    ],
  }),
  ja: ({ partnerName: partner, companyName: company, endedAt, link }) => ({
    subject: fitSubject((name) => japanese`${name}様の顧客権限が終了しました`, company),
    reason: japanese`このメールは、お客様によるセルフサービス購入の許可を${partner}で管理している方にお送りしています。`,
    heading: japanese`${company}様の顧客権限が終了しました`,
    blocks: [
      {
        kind: 'paragraph',
        text: '設定された終了日を過ぎたため、お客様はご自身で購入できなくなりました。購入済みの予約はそのまま続き、承認待ちの注文は引き続き判断できます。',
      },
      {
        kind: 'facts',
        rows: [
          ['顧客', company],
          ['終了日時', endedAt],
        ],
      },
      { kind: 'button', label: '顧客権限を確認する', link },
    ],
  }),
};

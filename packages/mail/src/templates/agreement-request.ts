import type { PartnerContact, Template } from '../layout.ts';
import { fitSubject, japanese } from '../text.ts';

/** To a contact of a customer that has not accepted the customer agreement yet: read it and accept, on a page of its own. */
export interface AgreementRequestMail {
  partnerName: string;
  partnerContact: PartnerContact;
  partnerWebSite?: string;
  companyName: string;
  recipientName: string;
  link: string;
  /** The last moment of the link, written out (formatMoment). */
  expiresAt: string;
}

export const agreementRequest: Template<AgreementRequestMail> = {
  en: ({ partnerName: partner, companyName: company, recipientName, link, expiresAt }) => ({
    subject: fitSubject((name) => `Customer agreement for ${name}`, company),
    reason: `You get this because ${partner} serves ${company} and named you as the one who can accept the customer agreement.`,
    heading: `The customer agreement of ${company}`,
    blocks: [
      { kind: 'paragraph', text: `Hello ${recipientName},` },
      {
        kind: 'paragraph',
        text: `Before ${company} can buy through ${partner}, somebody who may speak for ${company} accepts the customer agreement once. You can read it first; nothing is accepted by opening the page.`,
      },
      { kind: 'button', label: 'Read and accept', link },
      {
        kind: 'list',
        title: 'Good to know',
        items: [
          `The page is good until ${expiresAt}.`,
          `Accepting it buys nothing and gives ${partner} no further rights.`,
          'If you are not the right person, please pass this mail on or tell your contact below.',
        ],
      },
    ],
  }),
  ja: ({ partnerName: partner, companyName: company, recipientName, link, expiresAt }) => ({
    subject: fitSubject((name) => japanese`${name}様の顧客契約のご確認`, company),
    reason: japanese`このメールは、${company}様を担当する${partner}が、顧客契約を承諾いただける方としてお客様を指定したためお送りしています。`,
    heading: japanese`${company}様の顧客契約`,
    blocks: [
      { kind: 'paragraph', text: japanese`${recipientName} 様` },
      {
        kind: 'paragraph',
        text: japanese`${company}様が${partner}を通じてご購入になる前に、貴社を代表できる方に顧客契約を一度だけ承諾していただく必要があります。先に内容をお読みいただけます。ページを開くだけでは承諾になりません。`,
      },
      { kind: 'button', label: '内容を確認して承諾する', link },
      {
        kind: 'list',
        title: 'ご承知おきください',
        items: [
          japanese`ページの有効期限は${expiresAt}です。`,
          japanese`承諾しても購入にはならず、${partner}の権限が増えることもありません。`,
          '担当の方が別にいらっしゃる場合は、このメールを転送していただくか、下記の担当者までお知らせください。',
        ],
      },
    ],
  }),
};

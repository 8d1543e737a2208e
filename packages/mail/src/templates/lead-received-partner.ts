import type { Template } from '../layout.ts';
import { fitSubject, japanese, paragraphsOf, shorten } from '../text.ts';

/** To the partner's people who may act on leads: a customer has sent an enquiry. */
export interface LeadReceivedPartnerMail {
  partnerName: string;
  companyName: string;
  /** Who writes. */
  recipientName: string;
  email: string;
  phone?: string;
  /** The names of what is needed, in the reader's language. */
  needs: string[];
  message: string;
  urgent: boolean;
  /** Till when it can be answered, written out (formatMoment). */
  expiresAt: string;
  link: string;
}

const quoted = (message: string) => shorten(paragraphsOf(message).join(' '), 400);

export const leadReceivedPartner: Template<LeadReceivedPartnerMail> = {
  en: ({ partnerName: partner, companyName: company, recipientName, email, phone, needs, message, urgent, expiresAt, link }) => ({
    subject: fitSubject((name) => (urgent ? `Urgent enquiry from ${name}` : `New enquiry from ${name}`), company),
    reason: `You get this because you may act on leads of ${partner}, and a customer wrote to it by its business profile.`,
    heading: urgent ? `${company} asks to be contacted urgently` : `${company} has sent an enquiry`,
    blocks: [
      {
        kind: 'facts',
        rows: [
          ['Company', company],
          ['Contact', recipientName],
          ['E-mail address', email],
          ...(phone ? [['Phone', phone] as [string, string]] : []),
          ...(needs.length > 0 ? [['Needs', needs.join(', ')] as [string, string]] : []),
        ],
      },
      { kind: 'quote', text: quoted(message) },
      {
        kind: 'paragraph',
        text: `The address was confirmed by its mailbox. Accept or decline until ${expiresAt}; without an answer the enquiry expires, and ${company} is told so.`,
      },
      { kind: 'button', label: 'Open the lead', link },
    ],
  }),
  ja: ({ partnerName: partner, companyName: company, recipientName, email, phone, needs, message, urgent, expiresAt, link }) => ({
    subject: fitSubject(
      (name) => (urgent ? japanese`【至急】${name}様からのお問い合わせ` : japanese`${name}様からのお問い合わせ`),
      company,
    ),
    reason: japanese`このメールは、${partner}のビジネスプロファイルからお問い合わせがあったため、見込み客を担当できる方にお送りしています。`,
    heading: urgent ? japanese`${company}様が至急の連絡を希望されています` : japanese`${company}様からお問い合わせがありました`,
    blocks: [
      {
        kind: 'facts',
        rows: [
          ['会社名', company],
          ['ご担当者', recipientName],
          ['メールアドレス', email],
          ...(phone ? [['電話番号', phone] as [string, string]] : []),
          ...(needs.length > 0 ? [['ご要望', needs.join('、')] as [string, string]] : []),
        ],
      },
      { kind: 'quote', text: quoted(message) },
      {
        kind: 'paragraph',
        text: japanese`このメールアドレスは、ご本人が確認済みです。${expiresAt}までに承諾または辞退してください。回答がない場合は期限切れとなり、${company}様にその旨をお知らせします。`,
      },
      { kind: 'button', label: '見込み客を開く', link },
    ],
  }),
};

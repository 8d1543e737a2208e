import type { Block, Template } from '../layout.ts';
import { fitSubject, japanese, paragraphsOf } from '../text.ts';

/** To the partner's user who sent the invitation: its recipient has named somebody else. */
export interface HandOverRequestedPartnerMail {
  partnerName: string;
  companyName: string;
  /** Whom it was sent to: the name, or the address. */
  recipientName: string;
  /** Who was named. */
  adminName: string;
  adminEmail: string;
  /** What the recipient wrote with it. */
  note?: string;
  /** The invitation's page, where it is approved or refused. */
  link: string;
}

function quoted(note: string | undefined): Block[] {
  const text = paragraphsOf(note ?? '').join('\n\n');
  return text ? [{ kind: 'quote', text }] : [];
}

export const handOverRequestedPartner: Template<HandOverRequestedPartnerMail> = {
  en: ({ partnerName: partner, companyName: company, recipientName: recipient, adminName, adminEmail, note, link }) => ({
    subject: fitSubject((name) => `Hand the invitation of ${name} over?`, company),
    reason: `You get this because you sent an invitation to ${company} for ${partner}.`,
    heading: `Hand the invitation of ${company} over?`,
    blocks: [
      { kind: 'paragraph', text: `Whoever opened the invitation that went to ${recipient} is not the administrator, and names who is:` },
      {
        kind: 'facts',
        rows: [
          ['Name', adminName],
          ['E-mail address', adminEmail],
        ],
      },
      ...quoted(note),
      {
        kind: 'paragraph',
        text: 'Nothing has changed yet. If you approve, the invitation goes to this person with a new link, and the old link stops working.',
      },
      { kind: 'button', label: 'Approve or refuse', link },
    ],
  }),
  ja: ({ partnerName: partner, companyName: company, recipientName: recipient, adminName, adminEmail, note, link }) => ({
    subject: fitSubject((name) => japanese`${name}様の招待: 引き継ぎの依頼`, company),
    reason: japanese`このメールは、${partner}の担当者として${company}様に招待を送信されたため、お送りしています。`,
    heading: japanese`${company}様への招待を引き継ぎますか`,
    blocks: [
      {
        kind: 'paragraph',
        text: japanese`${recipient}宛ての招待を開いた方は管理者ではなく、次の方が管理者であるとのことです。`,
      },
      {
        kind: 'facts',
        rows: [
          ['氏名', adminName],
          ['メールアドレス', adminEmail],
        ],
      },
      ...quoted(note),
      {
        kind: 'paragraph',
        text: 'まだ何も変わっていません。承認すると、この方に新しいリンクで招待が送られ、以前のリンクは使えなくなります。',
      },
      { kind: 'button', label: '承認または却下する', link },
    ],
  }),
};

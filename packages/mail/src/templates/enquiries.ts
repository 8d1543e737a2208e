import type { PartnerContact, Template } from '../layout.ts';
import { fitSubject, japanese, paragraphsOf } from '../text.ts';

/**
 * To the mailbox that was typed into the form: was it you? Holds nothing that was typed: whoever types somebody else's address must not be able to write to it
 * through us.
 */
export interface EnquiryConfirmMail {
  partnerName: string;
  /** The page with the button. */
  link: string;
  /** How many days it is good. */
  days: number;
  unsubscribeLink?: string;
}

export const enquiryConfirmCustomer: Template<EnquiryConfirmMail> = {
  en: ({ partnerName: partner, link, days }) => ({
    subject: fitSubject((name) => `Confirm your enquiry to ${name}`, partner),
    reason: `You get this because somebody typed this address into the enquiry form of ${partner}.`,
    heading: `Was this enquiry to ${partner} yours?`,
    blocks: [
      {
        kind: 'paragraph',
        text: `One more step: open the page and press the button there. Only then does your enquiry reach ${partner}. So nobody can write in your name.`,
      },
      { kind: 'button', label: 'See and send the enquiry', link },
      {
        kind: 'paragraph',
        text: `If it was not you, do nothing: nothing is sent. The page is good for ${days} days. After that, what was typed is deleted.`,
      },
    ],
  }),
  ja: ({ partnerName: partner, link, days }) => ({
    subject: fitSubject((name) => japanese`${name}へのお問い合わせの確認`, partner),
    reason: japanese`このメールは、${partner}へのお問い合わせフォームにこのメールアドレスが入力されたためお送りしています。`,
    heading: japanese`${partner}へのお問い合わせは、ご本人によるものですか`,
    blocks: [
      {
        kind: 'paragraph',
        text: japanese`あと一歩です。ページを開き、ボタンを押してください。ボタンを押すと、お問い合わせが${partner}に届きます。なりすましを防ぐための確認です。`,
      },
      { kind: 'button', label: '内容を確認して送信する', link },
      {
        kind: 'paragraph',
        text: `お心当たりがない場合は、何もなさらないでください。何も送信されません。ページの有効期限は${days}日間です。期限を過ぎると、入力された内容は削除されます。`,
      },
    ],
  }),
};

/** To who has sent an enquiry and confirmed it: the copy, and where to see what becomes of it. */
export interface EnquiryReceivedMail {
  partnerName: string;
  companyName: string;
  recipientName: string;
  needs: string[];
  message: string;
  urgent: boolean;
  /** Until when the partner has to answer, written out (formatMoment). */
  expiresAt: string;
  link: string;
}

export const enquiryReceivedCustomer: Template<EnquiryReceivedMail> = {
  en: ({ partnerName: partner, companyName: company, recipientName, needs, message, urgent, expiresAt, link }) => ({
    subject: fitSubject((name) => `Your enquiry to ${name}`, partner),
    reason: `You get this copy because you sent an enquiry to ${partner}.`,
    heading: `${partner} has your enquiry`,
    blocks: [
      { kind: 'paragraph', text: `Hello ${recipientName},` },
      {
        kind: 'paragraph',
        text: `${partner} has until ${expiresAt} to answer.${urgent ? ' It sees that you asked to be contacted urgently.' : ''} On the page below you see how things stand at any time.`,
      },
      { kind: 'button', label: 'See how it stands', link },
      { kind: 'rule' },
      {
        kind: 'facts',
        rows: [['Company', company], ...(needs.length > 0 ? [['You need', needs.join(', ')] as [string, string]] : [])],
      },
      { kind: 'quote', text: paragraphsOf(message).join('\n\n') },
    ],
  }),
  ja: ({ partnerName: partner, companyName: company, recipientName, needs, message, urgent, expiresAt, link }) => ({
    subject: fitSubject((name) => japanese`${name}へのお問い合わせの控え`, partner),
    reason: japanese`このメールは、${partner}へのお問い合わせの控えとしてお送りしています。`,
    heading: japanese`お問い合わせが${partner}に届きました`,
    blocks: [
      { kind: 'paragraph', text: japanese`${recipientName} 様` },
      {
        kind: 'paragraph',
        text: japanese`${partner}の回答期限は${expiresAt}です。${urgent ? '至急の連絡をご希望であることも伝わっています。' : ''}状況は、次のページでいつでもご確認いただけます。`,
      },
      { kind: 'button', label: '状況を確認する', link },
      { kind: 'rule' },
      {
        kind: 'facts',
        rows: [['会社名', company], ...(needs.length > 0 ? [['ご要望', needs.join('、')] as [string, string]] : [])],
      },
      { kind: 'quote', text: paragraphsOf(message).join('\n\n') },
    ],
  }),
};

/** To who has sent an enquiry: what the partner has answered, or that it has not. */
export interface EnquiryAnsweredMail {
  partnerName: string;
  /** Who has accepted it. */
  partnerContact?: PartnerContact;
  recipientName: string;
  answer: 'accepted' | 'declined' | 'expired';
  /** Why it was declined, as the partner has written it. */
  reason?: string;
  /** Accepted: the enquiry's page. Otherwise: other partners, by what was asked for. */
  link: string;
}

const quotedReason = (reason: string | undefined) => {
  const text = paragraphsOf(reason ?? '').join('\n\n');
  return text ? [{ kind: 'quote', text } as const] : [];
};

export const enquiryAnsweredCustomer: Template<EnquiryAnsweredMail> = {
  en: ({ partnerName: partner, recipientName, answer, reason, link }) => {
    const said = {
      accepted: {
        subject: (name: string) => `${name} has accepted your enquiry`,
        text: `${partner} has accepted your enquiry and will get in touch with you. You can answer this mail to reach the person who took it on.`,
        label: 'See your enquiry',
      },
      declined: {
        subject: (name: string) => `${name} cannot take on your enquiry`,
        text: `${partner} cannot take on your enquiry. These are its words:`,
        label: 'Find another partner',
      },
      expired: {
        subject: (name: string) => `${name} did not answer in time`,
        text: `${partner} did not answer your enquiry within 14 days, so it has ended. We are sorry. Other partners may suit you just as well.`,
        label: 'Find another partner',
      },
    }[answer];
    return {
      subject: fitSubject(said.subject, partner),
      reason: `You get this because you sent an enquiry to ${partner}.`,
      heading: said.subject(partner),
      blocks: [
        { kind: 'paragraph', text: `Hello ${recipientName},` },
        { kind: 'paragraph', text: said.text },
        ...(answer === 'declined' ? quotedReason(reason) : []),
        ...(answer === 'declined' ? [{ kind: 'paragraph', text: 'The search below is filled in with what you asked for.' } as const] : []),
        { kind: 'button', label: said.label, link },
      ],
    };
  },
  ja: ({ partnerName: partner, recipientName, answer, reason, link }) => {
    const said = {
      accepted: {
        subject: (name: string) => japanese`${name}がお問い合わせを承諾しました`,
        text: japanese`${partner}がお問い合わせを承諾しました。担当者からご連絡いたします。このメールに返信すると、担当者に届きます。`,
        label: 'お問い合わせを確認する',
      },
      declined: {
        subject: (name: string) => japanese`${name}からの回答: お問い合わせについて`,
        text: japanese`申し訳ございませんが、${partner}は今回のお問い合わせに対応できません。${partner}からのメッセージは次のとおりです。`,
        label: 'ほかのパートナーを探す',
      },
      expired: {
        subject: (name: string) => japanese`${name}から期限までに回答がありませんでした`,
        text: japanese`${partner}から14日以内に回答がなかったため、お問い合わせは終了しました。ご期待に沿えず申し訳ございません。ほかのパートナーもご検討ください。`,
        label: 'ほかのパートナーを探す',
      },
    }[answer];
    return {
      subject: fitSubject(said.subject, partner),
      reason: japanese`このメールは、${partner}にお問い合わせいただいたためお送りしています。`,
      heading: said.subject(partner),
      blocks: [
        { kind: 'paragraph', text: japanese`${recipientName} 様` },
        { kind: 'paragraph', text: said.text },
        ...(answer === 'declined' ? quotedReason(reason) : []),
        ...(answer === 'declined' ? [{ kind: 'paragraph', text: '次の検索には、ご要望の条件が入力されています。' } as const] : []),
        { kind: 'button', label: said.label, link },
      ],
    };
  },
};

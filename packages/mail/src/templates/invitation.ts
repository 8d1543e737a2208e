import { type Block, formatMoment, type Language, layOut, type RenderedMail, shorten } from '../layout.ts';
import { contactLine, type PartnerContact } from './contact.ts';

export interface InvitationMail {
  partnerName: string;
  partnerContact: PartnerContact;
  recipientName?: string;
  companyName?: string;
  /** The partner's own text. `{link}` on a line of its own says where the link stands; without it the link follows the text. */
  message: string;
  link: string;
  delegatedAdmin: boolean;
  purpose: 'relationship' | 'reinstate';
  expiresAt: Date;
  matchCode?: string;
}

/** The draft that the partner edits. */
export function defaultInvitationMessage(props: {
  purpose: 'relationship' | 'reinstate';
  partnerName: string;
  recipientName?: string;
  companyName?: string;
  language: Language;
}): string {
  const { purpose, partnerName, language } = props;
  const recipient = props.recipientName?.trim();
  const company = props.companyName?.trim();
  if (language === 'ja') {
    const greeting = recipient ? `${recipient} 様` : company ? `${company} ご担当者様` : 'ご担当者様';
    const body =
      purpose === 'reinstate'
        ? `いつもお世話になっております。${partnerName}です。\n\n終了した弊社とのリセラー関係の再開をお願いしたく、ご連絡いたしました。次のリンクから内容をご確認のうえ、ご承諾ください。`
        : `いつもお世話になっております。${partnerName}です。\n\n貴社のサブスクリプションとサポートを弊社でお引き受けするため、リセラー関係の承諾をお願いいたします。次のリンクから内容をご確認ください。`;
    return `${greeting}\n\n${body}\n\n{link}\n\nご不明な点がございましたら、このメールにご返信ください。\n\n${partnerName}`;
  }
  const greeting = recipient ? `Dear ${recipient},` : 'Hello,';
  const body =
    purpose === 'reinstate'
      ? `We would like to look after ${company || 'your organisation'} again. Please open the link below, check what we ask for, and accept to reinstate our reseller relationship.`
      : `To look after the subscriptions and support of ${company || 'your organisation'}, we ask you to accept us as your reseller. Please open the link below, check what we ask for, and accept.`;
  return `${greeting}\n\n${body}\n\n{link}\n\nIf you have any questions, just reply to this mail.\n\nKind regards,\n${partnerName}`;
}

const words = {
  en: {
    subject: (partner: string, again: boolean) =>
      again ? `${partner} asks to be your reseller again` : `${partner} asks to be your reseller`,
    reason: (partner: string) => `You get this because ${partner} asked you for a reseller relationship.`,
    heading: (partner: string, again: boolean) =>
      again ? `${partner} would like to be your reseller again` : `${partner} would like to be your reseller`,
    button: 'Review the request',
    alsoAs: 'Or copy this address into your browser:',
    asked: 'What is asked for',
    relationship: 'A reseller relationship: the partner may offer you subscriptions and bill you for what you buy.',
    delegated: 'Delegated administration: the partner may administer your services for you. You can take this away at any time.',
    notDelegated: 'No delegated administration: the partner cannot change anything in your services.',
    expires: (date: string) => `You can answer until ${date}. Nothing happens before you accept.`,
    match: (code: string) => `If you want to be sure who is asking, call your partner and compare this code: ${code}`,
  },
  ja: {
    subject: (partner: string, again: boolean) =>
      again ? `${partner}からリセラー関係の再開のお願い` : `${partner}からリセラー関係のお願い`,
    reason: (partner: string) => `このメールは、${partner}がお客様にリセラー関係を依頼したためお送りしています。`,
    heading: (partner: string, again: boolean) =>
      again ? `${partner}がリセラー関係の再開を希望しています` : `${partner}がお客様のリセラーになることを希望しています`,
    button: '依頼の内容を確認する',
    alsoAs: 'または、次のアドレスをブラウザーに貼り付けてください。',
    asked: '依頼の内容',
    relationship: 'リセラー関係: パートナーがサブスクリプションを提案し、ご購入分を請求できるようになります。',
    delegated: '委任された管理者権限: パートナーがお客様に代わってサービスを管理できます。この権限はいつでも取り消せます。',
    notDelegated: '委任された管理者権限は含まれません。パートナーがお客様のサービスを変更することはできません。',
    expires: (date: string) => `回答期限は ${date} です。承諾されるまで、何も変更されません。`,
    match: (code: string) => `依頼元を確かめたい場合は、パートナーに電話し、次の確認コードが一致するかご確認ください: ${code}`,
  },
};

export function invitationMail(props: InvitationMail, language: Language): RenderedMail {
  const say = words[language];
  const partner = shorten(props.partnerName, 80);
  const again = props.purpose === 'reinstate';
  const button: Block = { kind: 'button', label: say.button, link: props.link, alsoAs: say.alsoAs };
  // The text cannot lose the link and cannot double it: the first placeholder is where it stands, every other is dropped.
  const [before = '', ...rest] = props.message.replace(/\r\n?/g, '\n').split('{link}');
  const after = rest.join('');
  const quote = (text: string): Block[] => (text.trim() ? [{ kind: 'quote', text: text.trim().replace(/\n{3,}/g, '\n\n') }] : []);
  return layOut({
    language,
    // 59 characters in all: the partner's name gives way.
    subject: say.subject(shorten(props.partnerName, 59 - [...say.subject('', again)].length), again),
    reason: say.reason(partner),
    heading: say.heading(partner, again),
    blocks: [
      ...quote(before),
      button,
      ...quote(after),
      { kind: 'list', title: say.asked, items: [say.relationship, props.delegatedAdmin ? say.delegated : say.notDelegated] },
      { kind: 'paragraph', text: say.expires(formatMoment(props.expiresAt, language)) },
      ...(props.matchCode ? [{ kind: 'paragraph', text: say.match(props.matchCode) } as const] : []),
    ],
    contact: contactLine(props.partnerName, props.partnerContact, language),
  });
}

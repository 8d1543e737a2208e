import type { Block, Template } from '../layout.ts';
import { fitSubject, japanese, paragraphsOf } from '../text.ts';

/** To the partner's user who sent the invitation. */
export interface InvitationAnsweredPartnerMail {
  partnerName: string;
  /** Empty when nobody has named it yet. */
  companyName: string;
  /** Whom it was sent to. */
  recipientName?: string;
  accepted: boolean;
  /** The request was for delegated admin alone. */
  isAdminOnly?: boolean;
  /** When delegated admin ends, written out. */
  delegatedAdminUntil?: string;
  /** What the customer wrote when it declined. */
  reason?: string;
  /** The customer's page when it accepted, the invitation's when it declined. */
  link: string;
}

function quoted(reason: string | undefined): Block[] {
  const text = paragraphsOf(reason ?? '').join('\n\n');
  return text ? [{ kind: 'quote', text }] : [];
}

export const invitationAnsweredPartner: Template<InvitationAnsweredPartnerMail> = {
  en: ({ partnerName: partner, companyName, recipientName, accepted, isAdminOnly, delegatedAdminUntil: until, reason, link }) => {
    const what = isAdminOnly ? 'your request for delegated admin' : 'your invitation';
    const company = companyName || recipientName || 'Your customer';
    const quote = accepted ? [] : quoted(reason);
    return {
      subject: fitSubject((name) => `${name} ${accepted ? 'accepted' : 'declined'} ${what}`, company),
      reason: `You get this because you sent this ${isAdminOnly ? 'request' : 'invitation'}${recipientName ? ` to ${recipientName}` : ''} for ${partner}.`,
      heading: `${company} ${accepted ? 'accepted' : 'declined'} ${what}`,
      blocks: [
        {
          kind: 'paragraph',
          text: accepted
            ? isAdminOnly
              ? `You can administer for ${company}${until ? ` until ${until}` : ''}.`
              : `${company} is on your customer list now.`
            : quote.length > 0
              ? 'Nothing has changed for either side. This reason was given:'
              : 'Nothing has changed for either side. No reason was given.',
        },
        ...quote,
        { kind: 'button', label: accepted ? 'Open the customer' : 'Open the invitation', link },
      ],
    };
  },
  ja: ({ partnerName: partner, companyName, recipientName, accepted, isAdminOnly, delegatedAdminUntil: until, reason, link }) => {
    const customer = companyName || recipientName || '';
    const company = (name: string) => (customer ? japanese`${name}様` : 'お客様');
    const quote = accepted ? [] : quoted(reason);
    const what = isAdminOnly ? '代理管理権限の依頼' : '招待';
    const answer = accepted ? `${what}が承諾されました` : `${what}が辞退されました`;
    return {
      subject: fitSubject((name) => `${company(name)}への${answer}`, customer),
      reason: japanese`このメールは、${partner}の担当者として${recipientName ? `${recipientName} 様に` : ''}この${what}を送信されたため、お送りしています。`,
      heading: `${company(customer)}への${answer}`,
      blocks: [
        {
          kind: 'paragraph',
          text: accepted
            ? isAdminOnly
              ? until
                ? `${company(customer)}の組織を ${until} まで管理できます。`
                : `${company(customer)}の組織を管理できます。`
              : `${company(customer)}が顧客一覧に追加されました。`
            : quote.length > 0
              ? '双方とも、これまでと変わりありません。次の理由が添えられています。'
              : '双方とも、これまでと変わりありません。理由は添えられていません。',
        },
        ...quote,
        { kind: 'button', label: accepted ? '顧客を開く' : '招待を開く', link },
      ],
    };
  },
};

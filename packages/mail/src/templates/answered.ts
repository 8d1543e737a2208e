import { type Language, layOut, type RenderedMail, shorten } from '../layout.ts';
import { contactLine, fitSubject, type PartnerContact } from './contact.ts';

/** The receipt of the customer who accepted. */
export interface AcceptedCustomerMail {
  partnerName: string;
  partnerContact: PartnerContact;
  companyName: string;
  delegatedAdmin: boolean;
  /** When it was accepted, written out. */
  acceptedAt: string;
}

export function acceptedCustomerMail(props: AcceptedCustomerMail, language: Language): RenderedMail {
  const partner = shorten(props.partnerName, 80);
  const company = shorten(props.companyName, 80);
  const common = { language, contact: contactLine(props.partnerName, props.partnerContact, language) };
  if (language === 'ja')
    return layOut({
      ...common,
      subject: fitSubject((name) => `${name}とのリセラー関係を承諾しました`, props.partnerName),
      reason: `このメールは、${company}を代表して${partner}の依頼を承諾されたため、控えとしてお送りしています。`,
      heading: `${partner}が貴社のリセラーになりました`,
      blocks: [
        {
          kind: 'facts',
          rows: [
            ['会社名', company],
            ['リセラー', partner],
            ['委任された管理者権限', props.delegatedAdmin ? 'あり' : 'なし'],
            ['承諾日時', props.acceptedAt],
          ],
        },
        {
          kind: 'paragraph',
          text: props.delegatedAdmin
            ? '委任された管理者権限は、いつでも取り消せます。取り消しても、リセラー関係は続きます。'
            : 'パートナーが貴社のサービスを変更することはできません。',
        },
      ],
    });
  return layOut({
    ...common,
    subject: fitSubject((name) => `You accepted ${name} as your reseller`, props.partnerName),
    reason: `You get this as a receipt: you accepted the request of ${partner} for ${company}.`,
    heading: `${partner} is now your reseller`,
    blocks: [
      {
        kind: 'facts',
        rows: [
          ['Company', company],
          ['Reseller', partner],
          ['Delegated administration', props.delegatedAdmin ? 'Yes' : 'No'],
          ['Accepted', props.acceptedAt],
        ],
      },
      {
        kind: 'paragraph',
        text: props.delegatedAdmin
          ? 'You can take delegated administration away at any time; the relationship stays.'
          : 'Your partner cannot change anything in your services.',
      },
    ],
  });
}

/** To the partner's user who sent the invitation. */
export interface AnsweredPartnerMail {
  partnerName: string;
  companyName: string;
  recipientName?: string;
  accepted: boolean;
  reason?: string;
  link: string;
}

export function answeredPartnerMail(props: AnsweredPartnerMail, language: Language): RenderedMail {
  const company = shorten(props.companyName, 80);
  const reason = props.reason?.trim();
  const common = { language, contact: shorten(props.partnerName, 80) };
  const quote = reason ? [{ kind: 'quote', text: reason } as const] : [];
  if (language === 'ja')
    return layOut({
      ...common,
      subject: fitSubject((name) => (props.accepted ? `${name}が招待を承諾しました` : `${name}が招待を辞退しました`), props.companyName),
      reason: 'このメールは、あなたが招待を送信したためお送りしています。',
      heading: props.accepted ? `${company}が招待を承諾しました` : `${company}が招待を辞退しました`,
      blocks: [
        {
          kind: 'paragraph',
          text: props.accepted ? '顧客リストに追加されました。' : reason ? '次の理由が添えられています。' : '理由は添えられていません。',
        },
        ...quote,
        {
          kind: 'button',
          label: props.accepted ? '顧客を開く' : '招待を開く',
          link: props.link,
          alsoAs: 'または、次のアドレスをブラウザーに貼り付けてください。',
        },
      ],
    });
  return layOut({
    ...common,
    subject: fitSubject((name) => `${name} ${props.accepted ? 'accepted' : 'declined'} your invitation`, props.companyName),
    reason: 'You get this because you sent the invitation.',
    heading: `${company} ${props.accepted ? 'accepted' : 'declined'} your invitation`,
    blocks: [
      {
        kind: 'paragraph',
        text: props.accepted ? 'The customer is on your list now.' : reason ? 'This reason was given:' : 'No reason was given.',
      },
      ...quote,
      {
        kind: 'button',
        label: props.accepted ? 'Open the customer' : 'Open the invitation',
        link: props.link,
        alsoAs: 'Or copy this address into your browser:',
      },
    ],
  });
}

import { type Language, layOut, type RenderedMail, shorten } from '../layout.ts';
import { contactLine, fitSubject, type PartnerContact } from './contact.ts';

/** To the first admin of a customer whose account a partner has made. Holds no password: the partner hands that over. */
export interface WelcomeMail {
  partnerName: string;
  partnerContact: PartnerContact;
  companyName: string;
  recipientName: string;
  signInName: string;
  agreementAccepted: boolean;
}

export function welcomeMail(props: WelcomeMail, language: Language): RenderedMail {
  const partner = shorten(props.partnerName, 80);
  const company = shorten(props.companyName, 80);
  const common = { language, contact: contactLine(props.partnerName, props.partnerContact, language) };
  if (language === 'ja')
    return layOut({
      ...common,
      subject: fitSubject((name) => `${name}のアカウントが作成されました`, props.companyName),
      reason: `このメールは、${partner}が${company}のアカウントを作成し、あなたを最初のグローバル管理者に指定したためお送りしています。`,
      heading: `${company}のアカウントをご利用いただけます`,
      blocks: [
        { kind: 'paragraph', text: `${shorten(props.recipientName, 80)} 様` },
        {
          kind: 'paragraph',
          text: `${partner}が貴社のアカウントを作成しました。今後、サブスクリプションの提供、請求、サポートはこのアカウントで行われます。`,
        },
        {
          kind: 'facts',
          rows: [
            ['会社名', company],
            ['サインイン名', props.signInName],
            ['リセラー', partner],
          ],
        },
        { kind: 'paragraph', text: '一時パスワードは、安全のためメールではお送りしていません。担当のパートナーからお受け取りください。' },
        ...(props.agreementAccepted
          ? []
          : [
              {
                kind: 'paragraph',
                text: '顧客契約への同意がまだ完了していません。同意されるまで、サブスクリプションは購入できません。',
              } as const,
            ]),
      ],
    });
  return layOut({
    ...common,
    subject: fitSubject((name) => `The account of ${name} is ready`, props.companyName),
    reason: `You get this because ${partner} made an account for ${company} and named you as its first global admin.`,
    heading: `The account of ${company} is ready`,
    blocks: [
      { kind: 'paragraph', text: `Hello ${shorten(props.recipientName, 80)},` },
      { kind: 'paragraph', text: `${partner} has set up your organisation’s account. Your subscriptions, billing and support start here.` },
      {
        kind: 'facts',
        rows: [
          ['Company', company],
          ['Sign-in name', props.signInName],
          ['Reseller', partner],
        ],
      },
      { kind: 'paragraph', text: 'For your safety the temporary password is not in this mail. Your partner hands it to you.' },
      ...(props.agreementAccepted
        ? []
        : [{ kind: 'paragraph', text: 'The customer agreement has not been accepted yet. Until it is, nothing can be bought.' } as const]),
    ],
  });
}

import { type Language, layOut, type RenderedMail, shorten } from '../layout.ts';
import { contactLine, fitSubject, type PartnerContact } from './contact.ts';

export interface EndedCustomerMail {
  partnerName: string;
  partnerContact: PartnerContact;
  companyName: string;
  /** When it ended, written out. */
  endedAt: string;
}

export function endedCustomerMail(props: EndedCustomerMail, language: Language): RenderedMail {
  const partner = shorten(props.partnerName, 80);
  const company = shorten(props.companyName, 80);
  const common = { language, contact: contactLine(props.partnerName, props.partnerContact, language) };
  if (language === 'ja')
    return layOut({
      ...common,
      subject: fitSubject((name) => `${name}とのリセラー関係が終了しました`, props.partnerName),
      reason: `このメールは、あなたが${company}の連絡先として登録されているためお送りしています。`,
      heading: `${partner}とのリセラー関係が終了しました`,
      blocks: [
        {
          kind: 'facts',
          rows: [
            ['会社名', company],
            ['リセラー', partner],
            ['終了日時', props.endedAt],
          ],
        },
        {
          kind: 'list',
          title: 'これにより',
          items: [
            'パートナーの委任された管理者権限は取り消されました。',
            'このパートナーを通じた新しい購入はできません。',
            'サポートの連絡先からパートナーが外れました。',
          ],
        },
        { kind: 'paragraph', text: '貴社のアカウントとこれまでの履歴は残ります。関係を再開するには、貴社の同意が必要です。' },
      ],
    });
  return layOut({
    ...common,
    subject: fitSubject((name) => `${name} is no longer your reseller`, props.partnerName),
    reason: `You get this because you are the contact of ${company}.`,
    heading: `${partner} is no longer your reseller`,
    blocks: [
      {
        kind: 'facts',
        rows: [
          ['Company', company],
          ['Reseller', partner],
          ['Ended', props.endedAt],
        ],
      },
      {
        kind: 'list',
        title: 'What this means',
        items: [
          'The partner’s delegated administration has been taken away.',
          'Nothing new can be bought through this partner.',
          'The partner is no longer your support contact.',
        ],
      },
      { kind: 'paragraph', text: 'Your account and its history stay. The relationship comes back only if you consent to it again.' },
    ],
  });
}

export interface EndedPartnerMail {
  partnerName: string;
  companyName: string;
  domain: string;
  endedAt: string;
  link: string;
}

export function endedPartnerMail(props: EndedPartnerMail, language: Language): RenderedMail {
  const company = shorten(props.companyName, 80);
  const common = { language, contact: shorten(props.partnerName, 80) };
  if (language === 'ja')
    return layOut({
      ...common,
      subject: fitSubject((name) => `${name}との関係が終了しました`, props.companyName),
      reason: 'このメールは、あなたが関係の終了を依頼したためお送りしています。',
      heading: `${company}との関係が終了しました`,
      blocks: [
        {
          kind: 'facts',
          rows: [
            ['顧客', company],
            ['ドメイン', props.domain],
            ['終了日時', props.endedAt],
          ],
        },
        {
          kind: 'list',
          items: [
            '顧客は顧客リストから外れました。',
            '委任された管理者権限とサポートの連絡先は取り消されました。',
            '履歴、アクティビティ、エクスポートは残ります。',
          ],
        },
        { kind: 'button', label: '顧客を開く', link: props.link, alsoAs: 'または、次のアドレスをブラウザーに貼り付けてください。' },
      ],
    });
  return layOut({
    ...common,
    subject: fitSubject((name) => `The relationship with ${name} has ended`, props.companyName),
    reason: 'You get this because you asked for the relationship to end.',
    heading: `The relationship with ${company} has ended`,
    blocks: [
      {
        kind: 'facts',
        rows: [
          ['Customer', company],
          ['Domain', props.domain],
          ['Ended', props.endedAt],
        ],
      },
      {
        kind: 'list',
        items: [
          'The customer has left your list.',
          'Delegated administration and the support contact are taken away.',
          'History, activity and exports stay.',
        ],
      },
      { kind: 'button', label: 'Open the customer', link: props.link, alsoAs: 'Or copy this address into your browser:' },
    ],
  });
}

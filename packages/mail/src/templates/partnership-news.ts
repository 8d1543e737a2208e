import type { Block, Template } from '../layout.ts';
import { fitSubject, japanese, paragraphsOf } from '../text.ts';

/** The receipt for the reseller's global admin who accepted. */
export interface PartnershipAcceptedResellerMail {
  /** The reader's own organisation. */
  partnerName: string;
  /** The provider. */
  companyName: string;
  /** Written out. */
  acceptedAt: string;
  link: string;
}

export const partnershipAcceptedReseller: Template<PartnershipAcceptedResellerMail> = {
  en: ({ partnerName: partner, companyName: provider, acceptedAt, link }) => ({
    subject: fitSubject((name) => `You are a reseller of ${name} now`, provider),
    reason: `You get this because you accepted the request of ${provider} for ${partner}.`,
    heading: `${partner} is an indirect reseller of ${provider} now`,
    blocks: [
      {
        kind: 'facts',
        rows: [
          ['Indirect provider', provider],
          ['Indirect reseller', partner],
          ['Accepted', acceptedAt],
        ],
      },
      {
        kind: 'list',
        title: 'What this means',
        items: [
          `${provider} stands under Indirect providers, with the customers that you share.`,
          `You can invite a customer for yourself and for ${provider} at once.`,
          'Your customers stay yours. Either side can remove the partnership at any time.',
        ],
      },
      { kind: 'button', label: 'Open the partnership', link },
    ],
  }),
  ja: ({ partnerName: partner, companyName: provider, acceptedAt, link }) => ({
    subject: fitSubject((name) => japanese`${name}の間接リセラーになりました`, provider),
    reason: japanese`このメールは、${partner}の担当者として${provider}からの依頼を承諾されたため、お送りしています。`,
    heading: japanese`${partner}は${provider}の間接リセラーになりました`,
    blocks: [
      {
        kind: 'facts',
        rows: [
          ['間接プロバイダー', provider],
          ['間接リセラー', partner],
          ['承諾日時', acceptedAt],
        ],
      },
      {
        kind: 'list',
        title: 'これからできること',
        items: [
          japanese`${provider}と、双方が担当している顧客が「間接プロバイダー」に表示されます。`,
          japanese`貴社と${provider}の分をまとめて、顧客を一度に招待できます。`,
          '貴社の顧客は、これまでどおり貴社の顧客です。パートナーシップは、どちらからでもいつでも解除できます。',
        ],
      },
      { kind: 'button', label: 'パートナーシップを開く', link },
    ],
  }),
};

/** To the provider's person who asked. */
export interface PartnershipAnsweredProviderMail {
  partnerName: string;
  /** The reseller. */
  companyName: string;
  accepted: boolean;
  /** What was written when it was declined. */
  reason?: string;
  link: string;
}

function quoted(reason: string | undefined): Block[] {
  const text = paragraphsOf(reason ?? '').join('\n\n');
  return text ? [{ kind: 'quote', text }] : [];
}

export const partnershipAnsweredProvider: Template<PartnershipAnsweredProviderMail> = {
  en: ({ partnerName: partner, companyName: reseller, accepted, reason, link }) => {
    const quote = accepted ? [] : quoted(reason);
    return {
      subject: fitSubject((name) => `${name} ${accepted ? 'is your reseller now' : 'declined the partnership'}`, reseller),
      reason: `You get this because you asked ${reseller} for a partnership, for ${partner}.`,
      heading: accepted ? `${reseller} is an indirect reseller of yours now` : `${reseller} declined the partnership`,
      blocks: [
        {
          kind: 'paragraph',
          text: accepted
            ? 'It stands under Indirect resellers, with the customers that you share. You can add customers for it, and name it on subscriptions.'
            : quote.length > 0
              ? 'Nothing has changed for either side. This reason was given:'
              : 'Nothing has changed for either side. No reason was given.',
        },
        ...quote,
        { kind: 'button', label: accepted ? 'Open the reseller' : 'Open the request', link },
      ],
    };
  },
  ja: ({ partnerName: partner, companyName: reseller, accepted, reason, link }) => {
    const quote = accepted ? [] : quoted(reason);
    return {
      subject: fitSubject(
        (name) => (accepted ? japanese`${name}が間接リセラーになりました` : japanese`${name}がパートナーシップを辞退しました`),
        reseller,
      ),
      reason: japanese`このメールは、${partner}の担当者として${reseller}にパートナーシップを依頼されたため、お送りしています。`,
      heading: accepted ? japanese`${reseller}が間接リセラーになりました` : japanese`${reseller}がパートナーシップを辞退しました`,
      blocks: [
        {
          kind: 'paragraph',
          text: accepted
            ? '「間接リセラー」に、双方が担当している顧客とともに表示されます。このリセラーのために顧客を追加したり、サブスクリプションに指定したりできます。'
            : quote.length > 0
              ? '双方とも、これまでと変わりありません。次の理由が添えられています。'
              : '双方とも、これまでと変わりありません。理由は添えられていません。',
        },
        ...quote,
        { kind: 'button', label: accepted ? 'リセラーを開く' : '依頼を開く', link },
      ],
    };
  },
};

/** To everybody who manages partnerships, on either side. */
export interface PartnershipRemovedMail {
  partnerName: string;
  /** The other side. */
  companyName: string;
  /** What the other side was to the reader's organisation. */
  was: 'provider' | 'reseller';
  /** Which side removed it. */
  by: 'own' | 'other';
  /** The own person who did it; empty when it was the other side. */
  decidedBy: string;
  /** Written out. */
  removedAt: string;
  link: string;
}

export const partnershipRemoved: Template<PartnershipRemovedMail> = {
  en: ({ partnerName: partner, companyName: other, was, by, decidedBy, removedAt, link }) => ({
    subject: fitSubject((name) => `The partnership with ${name} was removed`, other),
    reason: `You get this because you manage the partnerships of ${partner}.`,
    heading: by === 'own' ? `The partnership with ${other} was removed` : `${other} removed the partnership with you`,
    blocks: [
      {
        kind: 'facts',
        rows: [
          [was === 'reseller' ? 'Indirect reseller' : 'Indirect provider', other],
          ['Removed by', by === 'own' ? decidedBy || partner : other],
          ['When', removedAt],
        ],
      },
      {
        kind: 'list',
        title: 'What this means',
        items: [
          was === 'reseller'
            ? `${other} can no longer be chosen for new customers and subscriptions, nor as support contact.`
            : `You can no longer invite customers for ${other} as well, nor ask it to act for you.`,
          'Neither side sees the customers of the other any more, not even those that you shared.',
        ],
      },
      {
        kind: 'list',
        title: 'What stays',
        items: [
          'Every customer keeps its relationships with both of you, and delegated admin where it was granted.',
          'History, activity log and exports. A new request makes a new partnership.',
        ],
      },
      { kind: 'button', label: 'Open the partnership', link },
    ],
  }),
  ja: ({ partnerName: partner, companyName: other, was, by, decidedBy, removedAt, link }) => ({
    subject: fitSubject((name) => japanese`${name}とのパートナーシップが解除されました`, other),
    reason: japanese`このメールは、${partner}のパートナーシップを管理されているため、お送りしています。`,
    heading: by === 'own' ? japanese`${other}とのパートナーシップが解除されました` : japanese`${other}がパートナーシップを解除しました`,
    blocks: [
      {
        kind: 'facts',
        rows: [
          [was === 'reseller' ? '間接リセラー' : '間接プロバイダー', other],
          ['解除した側', by === 'own' ? decidedBy || partner : other],
          ['解除日時', removedAt],
        ],
      },
      {
        kind: 'list',
        title: '解除に伴う変更',
        items: [
          was === 'reseller'
            ? japanese`${other}を、新しい顧客やサブスクリプション、サポート連絡先に選ぶことはできなくなりました。`
            : japanese`${other}の分もまとめて顧客を招待したり、${other}に操作を依頼したりすることはできなくなりました。`,
          '共有していた顧客も含め、互いの顧客は見えなくなりました。',
        ],
      },
      {
        kind: 'list',
        title: '残るもの',
        items: [
          '各顧客と双方とのリセラー関係、および付与されている代理管理権限',
          '履歴、アクティビティログ、エクスポート(新たに依頼すると、新しいパートナーシップになります)',
        ],
      },
      { kind: 'button', label: 'パートナーシップを開く', link },
    ],
  }),
};

import type { PartnerContact, Template } from '../layout.ts';
import { fitSubject, japanese } from '../text.ts';

/** The receipt of the customer who accepted. */
export interface InvitationAcceptedCustomerMail {
  partnerName: string;
  partnerContact: PartnerContact;
  partnerWebSite?: string;
  companyName: string;
  delegatedAdmin: boolean;
  /** When delegated admin ends, written out; missing: without an end. */
  delegatedAdminUntil?: string;
  /** What was accepted was nothing but delegated admin. */
  isAdminOnly?: boolean;
  /** The provider that was accepted in the same breath, and when its delegated admin ends, written out; null: without. */
  providerName?: string;
  providerDelegatedAdminUntil?: string | null;
  /** When it was accepted, written out (formatMoment). */
  acceptedAt: string;
  /** The partner on the customer's own page, with receipts. */
  link?: string;
}

type Also = Pick<InvitationAcceptedCustomerMail, 'providerName' | 'providerDelegatedAdminUntil'>;

/** The second relationship of an answer for both. */
const providerRows = {
  en: ({ providerName: name, providerDelegatedAdminUntil: until }: Also): [string, string][] =>
    name
      ? [
          [
            'Its provider, with a relationship of its own',
            `${name}: ${until ? `delegated admin until ${until}` : 'without delegated admin'}`,
          ],
        ]
      : [],
  ja: ({ providerName: name, providerDelegatedAdminUntil: until }: Also): [string, string][] =>
    name ? [['プロバイダー(別のリセラー関係)', `${name}: ${until ? `代理管理権限あり（${until}まで）` : '代理管理権限なし'}`]] : [],
};

export const invitationAcceptedCustomer: Template<InvitationAcceptedCustomerMail> = {
  en: ({
    partnerName: partner,
    companyName: company,
    delegatedAdmin,
    delegatedAdminUntil: until,
    isAdminOnly,
    acceptedAt,
    link,
    ...also
  }) => ({
    subject: isAdminOnly
      ? fitSubject((name) => `You gave ${name} delegated admin`, partner)
      : fitSubject((name) => `You accepted ${name} as your reseller`, partner),
    reason: `You get this as a receipt, because you accepted the request of ${partner} for ${company}.`,
    heading: isAdminOnly ? `${partner} can administer your organisation` : `${partner} is now your reseller`,
    blocks: [
      {
        kind: 'facts',
        rows: [
          ['Company', company],
          ['Reseller', partner],
          ['Delegated admin', delegatedAdmin ? (until ? `Granted until ${until}` : 'Granted') : 'Not granted'],
          ...providerRows.en(also),
          ['Accepted', acceptedAt],
        ],
      },
      {
        kind: 'list',
        title: 'What this means',
        items: [
          isAdminOnly
            ? 'Your relationship and your subscriptions stay as they are.'
            : `${partner} can add subscriptions for you, change, suspend and reactivate them, and is your support contact for them.`,
          delegatedAdmin
            ? `${partner} can administer your organisation for you. You can take that away at any time, and keep the relationship.`
            : `${partner} cannot sign in to your organisation, nor see or change your users, settings and data.`,
        ],
      },
      ...(link ? [{ kind: 'button', label: 'Open your own page', link } as const] : []),
    ],
  }),
  ja: ({
    partnerName: partner,
    companyName: company,
    delegatedAdmin,
    delegatedAdminUntil: until,
    isAdminOnly,
    acceptedAt,
    link,
    ...also
  }) => ({
    subject: fitSubject(
      (name) => (isAdminOnly ? japanese`${name}への代理管理権限の付与(控え)` : japanese`${name}とのリセラー関係のご承諾(控え)`),
      partner,
    ),
    reason: japanese`このメールは、${company}を代表して${partner}からの依頼を承諾されたため、控えとしてお送りしています。`,
    heading: isAdminOnly ? japanese`${partner}が貴社の組織を管理できるようになりました` : japanese`${partner}が貴社のリセラーになりました`,
    blocks: [
      {
        kind: 'facts',
        rows: [
          ['会社名', company],
          ['リセラー', partner],
          ['代理管理権限', delegatedAdmin ? (until ? `付与（${until}まで）` : '付与') : '付与していません'],
          ...providerRows.ja(also),
          ['承諾日時', acceptedAt],
        ],
      },
      {
        kind: 'list',
        title: '承諾された内容',
        items: [
          isAdminOnly
            ? 'リセラー関係とサブスクリプションは、これまでと変わりません。'
            : japanese`${partner}は、お客様のサブスクリプションの追加、変更、停止、再開ができ、そのサポート連絡先になります。`,
          delegatedAdmin
            ? japanese`${partner}は、お客様に代わって組織を管理できます。この権限は、リセラー関係を続けたまま、いつでも取り消していただけます。`
            : japanese`${partner}がお客様の組織にサインインしたり、ユーザー、設定、データを見たり変更したりすることはできません。`,
        ],
      },
      ...(link ? [{ kind: 'button', label: 'お客様ページを開く', link } as const] : []),
    ],
  }),
};

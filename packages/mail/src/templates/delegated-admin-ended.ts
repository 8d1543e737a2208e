import type { PartnerContact, Template } from '../layout.ts';
import { fitSubject, japanese, shorten } from '../text.ts';

/** To the partner's people who may ask for it again: delegated admin of these customers is gone. */
export interface DelegatedAdminEndedPartnerMail {
  partnerName: string;
  /** The first of them. */
  companyNames: string[];
  /** How many there are in all. */
  count: number;
  /** Its time was over, or the customer took it away. */
  because: 'expired' | 'customer';
  endedAt: string;
  /** The customer's page, or the list. */
  link: string;
}

export const delegatedAdminEndedPartner: Template<DelegatedAdminEndedPartnerMail> = {
  en: ({ partnerName: partner, companyNames, count, because, endedAt, link }) => {
    const name = shorten(companyNames[0] ?? '', 60);
    const taken = because === 'customer';
    const what = (who: string) => (taken ? `${who} took delegated admin away` : `Delegated admin of ${who} has ended`);
    const who = count === 1 ? name : `${count} customers`;
    return {
      subject: count === 1 ? fitSubject(what, name) : what(who),
      reason: `You get this because you may ask customers of ${partner} for delegated admin.`,
      heading: what(who),
      blocks: [
        {
          kind: 'paragraph',
          text: taken
            ? `${who} took it away on ${endedAt}, as it may at any time. The relationship and the subscriptions stay as they are.`
            : `Its time was over on ${endedAt}, and nobody had consented to more. The relationship and the subscriptions stay as they are.`,
        },
        ...(count > 1 ? [{ kind: 'list', title: 'Customers', items: named(companyNames, count, 'en') } as const] : []),
        {
          kind: 'paragraph',
          text: 'You can no longer administer users, licences, settings and support requests there. You can ask for delegated admin again; it comes back when the customer consents.',
        },
        { kind: 'button', label: count === 1 ? 'Open the customer' : 'Open the customers', link },
      ],
    };
  },
  ja: ({ partnerName: partner, companyNames, count, because, endedAt, link }) => {
    const name = shorten(companyNames[0] ?? '', 60);
    const taken = because === 'customer';
    const one = (company: string) =>
      taken ? japanese`${company}様が代理管理権限を取り消しました` : japanese`${company}様の代理管理権限が終了しました`;
    const many = taken ? `${count}社が代理管理権限を取り消しました` : `${count}社の代理管理権限が終了しました`;
    return {
      subject: count === 1 ? fitSubject(one, name) : many,
      reason: japanese`このメールは、${partner}で代理管理権限を依頼できる方にお送りしています。`,
      heading: count === 1 ? one(name) : many,
      blocks: [
        {
          kind: 'paragraph',
          text: taken
            ? `取り消された日時は ${endedAt} です。お客様はいつでも取り消すことができます。リセラー関係とサブスクリプションは変わりません。`
            : `終了日時は ${endedAt} です。期間の延長は承諾されませんでした。リセラー関係とサブスクリプションは変わりません。`,
        },
        ...(count > 1 ? [{ kind: 'list', title: '対象のお客様', items: named(companyNames, count, 'ja') } as const] : []),
        {
          kind: 'paragraph',
          text: '今後は、ユーザー、ライセンス、設定、サポート リクエストを代わりに管理できません。代理管理権限は改めて依頼でき、お客様が承諾すると元に戻ります。',
        },
        { kind: 'button', label: count === 1 ? '顧客を開く' : '顧客一覧を開く', link },
      ],
    };
  },
};

function named(companyNames: string[], count: number, language: 'en' | 'ja'): string[] {
  const rest = count - companyNames.length;
  const shown = companyNames.map((one) => shorten(one, 80));
  return rest > 0 ? [...shown, language === 'ja' ? `ほか${rest}社` : `and ${rest} more`] : shown;
}

/** To the customer's contact: the partner can no longer administer the organisation. */
export interface DelegatedAdminEndedCustomerMail {
  partnerName: string;
  partnerContact: PartnerContact;
  companyName: string;
  because: 'expired' | 'customer';
  endedAt: string;
}

export const delegatedAdminEndedCustomer: Template<DelegatedAdminEndedCustomerMail> = {
  en: ({ partnerName: partner, companyName: company, because, endedAt }) => ({
    subject: fitSubject((name) => `${name} no longer administers for you`, partner),
    reason: `You get this because you are the contact person of ${company}.`,
    heading: `${partner} can no longer administer your organisation`,
    blocks: [
      {
        kind: 'paragraph',
        text:
          because === 'customer'
            ? `${company} took delegated admin away from ${partner}.`
            : `The time for which ${company} gave ${partner} delegated admin is over.`,
      },
      {
        kind: 'facts',
        rows: [
          ['Company', company],
          ['Reseller', partner],
          [because === 'customer' ? 'Taken away' : 'Ended', endedAt],
        ],
      },
      {
        kind: 'list',
        title: 'What this means',
        items: [
          `${partner} can no longer sign in for you, nor change your users, licences and settings, nor open support requests in your name.`,
          `${partner} stays your reseller, and your subscriptions go on.`,
          'It comes back only if you agree to it again.',
        ],
      },
    ],
  }),
  ja: ({ partnerName: partner, companyName: company, because, endedAt }) => ({
    subject: fitSubject((name) => japanese`${name}の代理管理権限が終了しました`, partner),
    reason: japanese`このメールは、${company}の担当者として登録されているためお送りしています。`,
    heading: japanese`${partner}は、貴社の組織を管理できなくなりました`,
    blocks: [
      {
        kind: 'paragraph',
        text:
          because === 'customer'
            ? japanese`${company}様が、${partner}の代理管理権限を取り消しました。`
            : japanese`${company}様が${partner}に付与した代理管理権限の期間が終了しました。`,
      },
      {
        kind: 'facts',
        rows: [
          ['会社名', company],
          ['リセラー', partner],
          [because === 'customer' ? '取り消し日時' : '終了日時', endedAt],
        ],
      },
      {
        kind: 'list',
        title: '変更される内容',
        items: [
          japanese`${partner}は、貴社に代わってサインインすること、ユーザー、ライセンス、設定を変更すること、サポート リクエストを送信することができなくなりました。`,
          japanese`${partner}とのリセラー関係とサブスクリプションは、そのまま続きます。`,
          'この権限が元に戻るのは、貴社が改めて承諾された場合に限ります。',
        ],
      },
    ],
  }),
};

import type { Block, PartnerContact, Template } from '../layout.ts';
import { formatMoment } from '../moments.ts';
import { fitSubject, japanese } from '../text.ts';
import { aroundLink, defaultInvitationMessage } from './invitation-message.ts';
import { partnershipRequest } from './partnership-request.ts';

/** Asks a customer for a relationship: the partner's own words, and the system's account of what is asked. */
export interface InvitationMail {
  partnerName: string;
  partnerContact: PartnerContact;
  partnerWebSite?: string;
  recipientName?: string;
  companyName?: string;
  /** The partner's own subject; without it the standard one. */
  subject?: string;
  /** The partner's own text. `{link}` on a line of its own says where the link stands; without it the link follows the text. */
  message: string;
  link: string;
  delegatedAdmin: boolean;
  /** For so many days; null: without an end. */
  delegatedAdminDays?: number | null;
  /** For a request for delegated admin: when the one ends that the customer has granted, so that this is for more of it. */
  heldUntil?: Date | null;
  purpose: 'relationship' | 'reinstate' | 'delegated-admin' | 'partnership';
  expiresAt: Date;
  /** The reader's; UTC when nobody knows it. */
  timeZone?: string;
  matchCode?: string;
  /** Somebody else got the request first, and has named this reader. */
  handedOver?: boolean;
  /** The provider that the reseller asks for as well; delegated admin for it is asked for by itself. */
  providerName?: string;
  providerDelegatedAdmin?: boolean;
  providerDelegatedAdminDays?: number | null;
  unsubscribeLink?: string;
}

/** Paragraphs that the partner wrote. */
export function own(texts: string[]): Block[] {
  return texts.map((text) => ({ kind: 'paragraph', text }));
}

/** Without a text of its own the partner says what the draft says. */
const messageOf = (props: InvitationMail, language: 'en' | 'ja') =>
  props.message.trim() || defaultInvitationMessage({ ...props, language });

/** For how long delegated admin is asked for. */
const forDays = {
  en: (days: number | null | undefined) => (days ? ` for ${days} ${days === 1 ? 'day' : 'days'} from when you accept` : ''),
  ja: (days: number | null | undefined) => (days ? `承諾日から${days}日間、` : ''),
};

/** What only a request for delegated admin alone says. */
const adminOnly = {
  en(props: InvitationMail, company: string) {
    const { partnerName: partner, delegatedAdminDays: days, heldUntil } = props;
    const more = Boolean(heldUntil);
    return {
      subject: fitSubject((name) => `${name} asks ${more ? 'to administer for longer' : 'for delegated admin'}`, partner),
      reason: `You get this because ${partner}, your reseller, asks ${company} for ${more ? 'more time of ' : ''}delegated admin.`,
      heading: more ? `${partner} would like to go on administering for you` : `${partner} would like to administer for you`,
      items: [
        more && heldUntil
          ? `${partner} can administer your organisation for you (delegated admin) for ${days} ${days === 1 ? 'day' : 'days'} more. It ends on ${formatMoment(heldUntil, 'en', props.timeZone)} now.`
          : `${partner} can administer your organisation for you (delegated admin)${forDays.en(days)}: users, licences, settings and support requests.`,
        'You can take that away at any time, and keep the relationship.',
        'Nothing else changes: neither your subscriptions nor what you pay.',
      ],
    };
  },
  ja(props: InvitationMail) {
    const { partnerName: partner, companyName: company, delegatedAdminDays: days, heldUntil } = props;
    const what = heldUntil ? '代理管理権限の延長' : '代理管理権限';
    return {
      subject: fitSubject((name) => japanese`${name}より${what}のお願い`, partner),
      reason: japanese`このメールは、貴社のリセラーである${partner}が${company ? japanese`${company}様` : 'お客様'}に${what}を依頼しているためお送りしています。`,
      heading: japanese`${partner}が${what}を希望しています`,
      items: [
        heldUntil
          ? japanese`${partner}がお客様に代わって組織を管理できる期間(代理管理権限)が、${days ?? ''}日間延長されます。現在の終了日時は ${formatMoment(heldUntil, 'ja', props.timeZone)} です。`
          : japanese`${partner}は、${forDays.ja(days)}お客様に代わって組織を管理できるようになります（代理管理権限。ユーザー、ライセンス、設定、サポート リクエスト）。`,
        'この権限は、リセラー関係を続けたまま、いつでも取り消していただけます。',
        'サブスクリプションやご請求など、ほかの内容は変わりません。',
      ],
    };
  },
};

/** What an acceptance for both comes to: two relationships, each with or without delegated admin. */
const itemsOfBoth = {
  en(
    { partnerName: partner, delegatedAdmin, delegatedAdminDays, providerDelegatedAdmin, providerDelegatedAdminDays }: InvitationMail,
    provider: string,
  ) {
    const admin = (name: string, days: number | null | undefined) =>
      `${name} can administer your organisation for you (delegated admin)${forDays.en(days)}. You can take that away at any time.`;
    return [
      `You answer once, and ${partner} and ${provider} have a relationship of their own with you each. You can end one and keep the other.`,
      'Both can add subscriptions for you, change, suspend and reactivate them, and be your support contact for them.',
      ...(delegatedAdmin ? [admin(partner, delegatedAdminDays)] : []),
      ...(providerDelegatedAdmin ? [admin(provider, providerDelegatedAdminDays)] : []),
      ...(delegatedAdmin && providerDelegatedAdmin
        ? []
        : [
            `${delegatedAdmin ? provider : providerDelegatedAdmin ? partner : 'Neither'} can${delegatedAdmin || providerDelegatedAdmin ? 'not' : ''} sign in to your organisation, ${delegatedAdmin || providerDelegatedAdmin ? 'nor' : 'or'} see or change your users, settings and data.`,
          ]),
    ];
  },
  ja(
    { partnerName: partner, delegatedAdmin, delegatedAdminDays, providerDelegatedAdmin, providerDelegatedAdminDays }: InvitationMail,
    provider: string,
  ) {
    const admin = (name: string, days: number | null | undefined) =>
      japanese`${name}は、${forDays.ja(days)}お客様に代わって組織を管理できるようになります(代理管理権限)。この権限は、いつでも取り消していただけます。`;
    const without = delegatedAdmin ? provider : providerDelegatedAdmin ? partner : japanese`${partner}と${provider}`;
    return [
      japanese`ご回答は 1 回で、${partner}と${provider}がそれぞれ別のリセラー関係を持ちます。片方だけを終了することもできます。`,
      'どちらも、お客様のサブスクリプションの追加、変更、停止、再開ができるようになり、そのサポート連絡先になります。',
      ...(delegatedAdmin ? [admin(partner, delegatedAdminDays)] : []),
      ...(providerDelegatedAdmin ? [admin(provider, providerDelegatedAdminDays)] : []),
      ...(delegatedAdmin && providerDelegatedAdmin
        ? []
        : [japanese`${without}がお客様の組織にサインインしたり、ユーザー、設定、データを見たり変更したりすることはできません。`]),
    ];
  },
};

export const invitation: Template<InvitationMail> = {
  en: (props) => {
    if (props.purpose === 'partnership') return partnershipRequest.en(props);
    const { partnerName: partner, purpose, link } = props;
    const company = props.companyName || 'your organisation';
    const again = purpose === 'reinstate';
    const provider = props.providerName;
    const { before, after } = aroundLink(messageOf(props, 'en'), link, 'en');
    const until = formatMoment(props.expiresAt, 'en', props.timeZone);
    const admin = purpose === 'delegated-admin' ? adminOnly.en(props, company) : undefined;
    return {
      subject: props.subject ?? admin?.subject ?? fitSubject((name) => `${name} asks to be your reseller${again ? ' again' : ''}`, partner),
      reason:
        admin?.reason ??
        (props.handedOver
          ? `You get this because somebody at ${company} named you as its administrator when ${partner} asked for a reseller relationship.`
          : again
            ? `You get this because ${partner} asks ${company} to reinstate their reseller relationship.`
            : provider
              ? `You get this because ${partner} and its provider ${provider} ask ${company} for a reseller relationship each.`
              : `You get this because ${partner} asks ${company} for a reseller relationship.`),
      heading: provider
        ? `${partner} and ${provider} would like to be your resellers`
        : (admin?.heading ?? (again ? `${partner} would like to be your reseller again` : `${partner} would like to be your reseller`)),
      blocks: [
        ...own(before),
        { kind: 'button', label: 'Review the request', link },
        ...own(after),
        { kind: 'rule' },
        {
          kind: 'list',
          title: 'If you accept',
          items: provider
            ? itemsOfBoth.en(props, provider)
            : (admin?.items ?? [
                `${partner} can add subscriptions for you, change, suspend and reactivate them, and is your support contact for them.`,
                props.delegatedAdmin
                  ? `${partner} can administer your organisation for you (delegated admin)${forDays.en(props.delegatedAdminDays)}. You can take that away at any time.`
                  : `${partner} still cannot sign in to your organisation, nor see or change your users, settings and data.`,
              ]),
        },
        { kind: 'paragraph', text: `You can answer until ${until}. Nothing changes unless you accept.` },
        {
          kind: 'paragraph',
          text: 'Does somebody else decide this? Forward this mail to a global admin of your organisation: the link works for them just as well.',
        },
        ...(props.matchCode
          ? ([
              {
                kind: 'paragraph',
                text: `Is it really ${partner}? Phone them on a number that you already have, and compare this match code:`,
              },
              { kind: 'code', code: props.matchCode },
            ] as const)
          : []),
      ],
    };
  },
  ja: (props) => {
    if (props.purpose === 'partnership') return partnershipRequest.ja(props);
    const { partnerName: partner, companyName: company, purpose, link } = props;
    const again = purpose === 'reinstate';
    const { before, after } = aroundLink(messageOf(props, 'ja'), link, 'ja');
    const until = formatMoment(props.expiresAt, 'ja', props.timeZone);
    const what = again ? 'リセラー関係の再開' : 'リセラー関係';
    const provider = props.providerName;
    const admin = purpose === 'delegated-admin' ? adminOnly.ja(props) : undefined;
    return {
      subject: props.subject ?? admin?.subject ?? fitSubject((name) => japanese`${name}より${what}のお願い`, partner),
      reason:
        admin?.reason ??
        (props.handedOver
          ? japanese`このメールは、${partner}からの${what}の依頼について、${company ? japanese`${company}様` : '貴社'}のどなたかがあなたを管理者として指名されたため、お送りしています。`
          : japanese`このメールは、${provider ? japanese`${partner}とそのプロバイダーである${provider}` : partner}が${company ? japanese`${company}様` : 'お客様'}との${what}を希望しているためお送りしています。`),
      heading: provider
        ? japanese`${partner}と${provider}が${what}を希望しています`
        : (admin?.heading ?? japanese`${partner}が${what}を希望しています`),
      blocks: [
        ...own(before),
        { kind: 'button', label: '依頼の内容を確認する', link },
        ...own(after),
        { kind: 'rule' },
        {
          kind: 'list',
          title: '承諾された場合',
          items: provider
            ? itemsOfBoth.ja(props, provider)
            : (admin?.items ?? [
                japanese`${partner}は、お客様のサブスクリプションの追加、変更、停止、再開ができるようになり、そのサポート連絡先になります。`,
                props.delegatedAdmin
                  ? japanese`${partner}は、${forDays.ja(props.delegatedAdminDays)}お客様に代わって組織を管理できるようになります(代理管理権限)。この権限は、いつでも取り消していただけます。`
                  : japanese`承諾後も、${partner}がお客様の組織にサインインしたり、ユーザー、設定、データを見たり変更したりすることはできません。`,
              ]),
        },
        { kind: 'paragraph', text: `回答期限は ${until} です。承諾されるまで、何も変わりません。` },
        {
          kind: 'paragraph',
          text: 'ご担当の方がほかにいらっしゃる場合は、お手数ですが、貴社のグローバル管理者の方にこのメールを転送してください。転送先でも同じリンクをお使いいただけます。',
        },
        ...(props.matchCode
          ? ([
              {
                kind: 'paragraph',
                text: japanese`本当に${partner}からの依頼かどうかは、以前からご存じの番号に電話し、次の照合コードを照らし合わせることで確認できます。`,
              },
              { kind: 'code', code: props.matchCode },
            ] as const)
          : []),
      ],
    };
  },
};

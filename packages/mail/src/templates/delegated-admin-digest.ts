import type { Block, Template } from '../layout.ts';
import { formatMoment } from '../moments.ts';
import { fitSubject, japanese, shorten } from '../text.ts';

/** One customer whose delegated admin ends soon, and what the partner then cannot do any more. */
interface EndingCustomer {
  companyName: string;
  until: Date;
  /** How many days it is until then: 0 today, 1 tomorrow. */
  days: number;
  /** What runs there: active subscriptions, and their seats. */
  subscriptions: number;
  seats: number;
  /** It has been asked for more, and has not answered. */
  isAsked: boolean;
}

/** To the partner's people who may ask for more: everything that comes nearer to its end, once a day. */
export interface DelegatedAdminDigestMail {
  partnerName: string;
  /** The first of them, those that end first first. */
  customers: EndingCustomer[];
  /** How many there are in all. */
  count: number;
  /** The calendar of expiries, ready to ask all of these at once. */
  link: string;
}

const groupsOf = (customers: EndingCustomer[]) =>
  [
    { within: 1, customers: customers.filter(({ days }) => days <= 1) },
    { within: 7, customers: customers.filter(({ days }) => days > 1 && days <= 7) },
    { within: 30, customers: customers.filter(({ days }) => days > 7) },
  ].filter((group) => group.customers.length > 0);

const plural = (count: number, one: string, many: string) => `${count} ${count === 1 ? one : many}`;

export const delegatedAdminDigest: Template<DelegatedAdminDigestMail> = {
  en: ({ partnerName: partner, customers, count, link }) => {
    const [first] = customers;
    const name = shorten(first?.companyName ?? '', 60);
    const when = (days: number) => (days === 0 ? 'today' : days === 1 ? 'tomorrow' : `in ${days} days`);
    const titles: Record<number, string> = { 1: 'By tomorrow', 7: 'Within 7 days', 30: 'Within 30 days' };
    const line = (one: EndingCustomer) => {
      const runs =
        one.subscriptions === 0
          ? 'no active subscription'
          : `${plural(one.subscriptions, 'active subscription', 'active subscriptions')} with ${plural(one.seats, 'seat', 'seats')}`;
      return `${shorten(one.companyName, 80)}: ${when(one.days)}, ${formatMoment(one.until, 'en')}; ${runs}${one.isAsked ? '; already asked for more, no answer yet' : ''}`;
    };
    return {
      subject:
        count === 1
          ? fitSubject((company) => `Delegated admin of ${company} ends soon`, name)
          : `Delegated admin of ${count} customers ends soon`,
      reason: `You get this because you may ask customers of ${partner} for delegated admin. It comes once a day, when something comes near its end.`,
      heading: count === 1 ? `Delegated admin of ${name} ends soon` : `Delegated admin of ${count} customers ends soon`,
      blocks: [
        {
          kind: 'list',
          title: 'What is lost when it ends',
          items: [
            'You can no longer administer the organisation for its people: users, licences, settings and support requests.',
            'The relationship stays, and so do the subscriptions and what is billed.',
          ],
        },
        ...groupsOf(customers).map(
          (group): Block => ({ kind: 'list', title: titles[group.within] ?? '', items: group.customers.map(line) }),
        ),
        ...(count > customers.length
          ? [{ kind: 'paragraph', text: `And ${count - customers.length} more: the calendar shows all of them.` } as const]
          : []),
        {
          kind: 'paragraph',
          text: 'Only the customer can give you more time. The calendar is open to ask all of these at once, or some of them.',
        },
        { kind: 'button', label: 'Ask for more time', link },
      ],
    };
  },
  ja: ({ partnerName: partner, customers, count, link }) => {
    const [first] = customers;
    const name = shorten(first?.companyName ?? '', 60);
    const when = (days: number) => (days === 0 ? '本日' : days === 1 ? '明日' : `${days}日後`);
    const titles: Record<number, string> = { 1: '明日まで', 7: '7日以内', 30: '30日以内' };
    const line = (one: EndingCustomer) => {
      const runs =
        one.subscriptions === 0
          ? '有効なサブスクリプションなし'
          : `有効なサブスクリプション${one.subscriptions}件（${one.seats}ライセンス）`;
      return japanese`${shorten(one.companyName, 80)}様：${when(one.days)}（${formatMoment(one.until, 'ja')}）、${runs}${one.isAsked ? '、延長を依頼済み（未回答）' : ''}`;
    };
    const some = `${count}社の代理管理権限がまもなく終了します`;
    return {
      subject: count === 1 ? fitSubject((company) => japanese`${company}様の代理管理権限がまもなく終了します`, name) : some,
      reason: japanese`このメールは、${partner}で代理管理権限を依頼できる方に、終了が近づいたときに1日1回お送りしています。`,
      heading: count === 1 ? japanese`${name}様の代理管理権限がまもなく終了します` : some,
      blocks: [
        {
          kind: 'list',
          title: '終了するとできなくなること',
          items: [
            'お客様に代わって組織を管理すること（ユーザー、ライセンス、設定、サポート リクエスト）ができなくなります。',
            'リセラー関係、サブスクリプション、ご請求はそのまま続きます。',
          ],
        },
        ...groupsOf(customers).map(
          (group): Block => ({ kind: 'list', title: titles[group.within] ?? '', items: group.customers.map(line) }),
        ),
        ...(count > customers.length
          ? [{ kind: 'paragraph', text: `ほか${count - customers.length}社は、カレンダーでご確認ください。` } as const]
          : []),
        { kind: 'paragraph', text: '期間を延ばせるのはお客様だけです。期限カレンダーから、まとめて、または選んで延長を依頼できます。' },
        { kind: 'button', label: '延長を依頼する', link },
      ],
    };
  },
};

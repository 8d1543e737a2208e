import type { Language, ProviderAnswer } from '@clientele/domain';
import { type Content, type Html, html } from './html.ts';

/** The provider that a customer is asked for in the same breath, as the page of the invitation shows it. */
export interface AlsoAskedProps {
  name: string;
  /** The partnership is over: only the reseller is asked for. */
  isOff: boolean;
  delegatedAdmin: boolean;
  delegatedAdminFor?: { days: number; until: Date };
  /** What the acceptance came to. */
  answer?: ProviderAnswer;
}

interface Words {
  both: (partner: Content, provider: Content) => Html;
  lead: (partner: Content, provider: Content) => Html;
  /** A line that is about one of the two. */
  of: (name: Content, line: Html) => Html;
  noAdmin: (name: Content) => Html;
  apart: (partner: Content, provider: Content) => Html;
  off: { heading: (provider: Content) => Html; text: (partner: Content, provider: Content) => Html };
  role: string;
  row: string;
  answers: Record<ProviderAnswer, (provider: Content) => Html>;
  receiptAdmin: (until: Content) => Html;
  declineNote: (partner: Content, provider: Content) => Html;
}

/** What an invitation for a reseller and its provider says besides what every invitation says. */
export const forBothWords: Record<Language, Words> = {
  en: {
    both: (partner, provider) => html`${partner} and ${provider}`,
    lead: (partner, provider) =>
      html`${partner} sells through ${provider}, its provider, and asks for both: you answer once, and each of the two has a relationship of its own with you.`,
    of: (name, line) => html`<b>${name}</b>: ${line}`,
    noAdmin: (name) =>
      html`<b>${name}</b> gets no delegated admin: it cannot sign in to your organisation, nor see or change your users, settings and data`,
    apart: (partner, provider) =>
      html`Hold you to both: you can end the relationship with ${partner} or with ${provider}, and keep the other. Neither learns your passwords`,
    off: {
      heading: (provider) => html`${provider} is not part of this any more`,
      text: (partner, provider) =>
        html`This request was also for ${provider}. Its partnership with ${partner} has been removed since, so that you are asked for ${partner} alone, and your answer counts for ${partner} alone.`,
    },
    role: 'Through this provider',
    row: 'Indirect provider',
    answers: {
      established: (provider) => html`${provider}: relationship accepted`,
      served: (provider) => html`${provider}: served you already, and goes on`,
      off: (provider) => html`${provider}: nothing, its partnership was over by then`,
    },
    receiptAdmin: (until) => html`delegated admin until ${until}`,
    declineNote: (partner, provider) =>
      html`You decline for both: ${partner} is told, and neither it nor ${provider} gets access by this request. It may ask you again later.`,
  },
  ja: {
    both: (partner, provider) => html`${partner} と ${provider}`,
    lead: (partner, provider) =>
      html`${partner} は、プロバイダーである ${provider} を通じて販売しており、双方の分をまとめてご依頼しています。ご回答は 1 回で、それぞれと別々のリセラー関係になります。`,
    of: (name, line) => html`<b>${name}</b>: ${line}`,
    noAdmin: (name) =>
      html`<b>${name}</b> に代理管理権限は与えられません。お客様の組織へのサインインや、ユーザー、設定、データの参照や変更はできません`,
    apart: (partner, provider) =>
      html`双方への拘束: ${partner} との関係、${provider} との関係は、それぞれ別に終了できます。どちらもお客様のパスワードを知ることはありません`,
    off: {
      heading: (provider) => html`${provider} は、この依頼の対象ではなくなりました`,
      text: (partner, provider) =>
        html`この依頼は ${provider} の分も含んでいましたが、その後 ${partner} とのパートナーシップが解除されました。現在のご依頼は ${partner} の分だけで、ご回答も ${partner} にだけ適用されます。`,
    },
    role: '仕入れ先のプロバイダー',
    row: '間接プロバイダー',
    answers: {
      established: (provider) => html`${provider}: リセラー関係を承諾`,
      served: (provider) => html`${provider}: 以前からの関係を継続`,
      off: (provider) => html`${provider}: なし(承諾時にはパートナーシップが解除されていました)`,
    },
    receiptAdmin: (until) => html`代理管理権限: ${until}まで`,
    declineNote: (partner, provider) =>
      html`双方の分を辞退します。${partner} に通知され、この依頼によって ${partner} と ${provider} にアクセス権が与えられることはありません。改めて依頼されることがあります。`,
  },
};

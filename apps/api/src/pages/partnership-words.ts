import type { Language } from '@clientele/domain';
import { type Content, type Html, html } from './html.ts';

/** What the page of a request for a partnership says on top after an attempt. */
export type PartnershipNotice = 'changed-meanwhile' | 'not-you' | 'already-partners' | 'hand-over-waits' | 'hand-over-limit';

/** What a state that is over says. */
interface Over {
  heading: (provider: Content, company: Content) => Html;
  text: (provider: Content, company: Content, moment: Content) => Html;
}

interface Words {
  page: string;
  asks: (provider: Content, company: Content) => Html;
  lead: (provider: Content) => Html;
  whoAnswers: string;

  will: string;
  willList: (provider: Content) => Html[];
  willNot: string;
  willNotList: (provider: Content) => Html[];
  end: string;
  endList: (provider: Content) => Html[];

  answer: string;
  signedIn: (name: Content, organization: Content) => Html;
  accept: (organization: Content, provider: Content) => Html;
  acceptNote: (provider: Content) => Html;
  decline: string;
  declineNote: (provider: Content) => Html;
  declineSubmit: string;

  signInHeading: string;
  signIn: (company: Content) => Html;
  signInButton: string;
  notHere: { summary: string; text: (company: Content, provider: Content) => Html };
  otherAccount: string;
  customer: { heading: string; text: (name: Content) => Html };
  role: { heading: string; text: (name: Content, organization: Content) => Html; admins: (names: Content) => Html; noAdmins: string };
  ownRequest: { heading: string; text: (name: Content, company: Content) => Html; open: string };
  noReseller: { heading: string; text: (organization: Content, type: Content) => Html };
  types: Record<'direct-partner' | 'indirect-provider' | 'indirect-reseller', string>;
  step: { heading: string; text: (name: Content) => Html; button: string };
  active: { heading: (provider: Content) => Html; text: (organization: Content, provider: Content, day: Content) => Html; open: string };

  handOver: {
    summary: string;
    text: (provider: Content) => Html;
    forward: (provider: Content) => Html;
    note: (provider: Content) => Html;
    submit: string;
  };

  over: Record<'accepted' | 'declined' | 'revoked' | 'expired' | 'handed_over', Over>;
  contact: (provider: Content, contact: Content) => Html;
  rows: { provider: string; reseller: string; at: string };
  next: string;
  nextList: (provider: Content) => Html[];
  openPartnership: string;
  notices: Record<PartnershipNotice, string>;
  reasonHint: (provider: Content) => Html;
}

/** Everything that the page of a request for a partnership says. */
export const partnershipWords: Record<Language, Words> = {
  en: {
    page: 'Request for a partnership',
    asks: (provider, company) => html`${provider} asks ${company} to become one of its indirect resellers`,
    lead: (provider) =>
      html`${provider} is an indirect provider: it buys from the vendor and sells through resellers. If you accept, the two of you are partners here. Nothing changes unless you accept.`,
    whoAnswers: 'A global admin of your organisation answers. Having the mail is not enough.',
    will: 'What you both will be able to do',
    willList: (provider) => [
      html`See each other: you stand on its page Indirect resellers, ${provider} stands on yours, Indirect providers`,
      html`See the customers that you share, each of you with name, domain, and since when the other one serves them. ${provider} also sees which of its customers it serves through you`,
      html`${provider} can add customers for you, name you on subscriptions, and name you as their support contact`,
      html`You can invite a customer for yourself and ${provider} at once: one mail, one answer, two relationships`,
    ],
    willNot: 'What neither will be able to do',
    willNotList: (provider) => [
      html`See or change customers that only the other one serves: your customers stay yours`,
      html`Sign in for the other, or see its people, prices, notes or activity log`,
      html`Get delegated admin of a customer: each asks the customer for it itself`,
      html`You as an indirect reseller cannot attest the customer agreement nor end a relationship. That ${provider} does, at your request`,
    ],
    end: 'How it ends',
    endList: () => [
      html`A global admin of either side can remove the partnership at any time, without giving a reason. Both are told`,
      html`Customers and delegated admin stay as they are, on both sides`,
    ],
    answer: 'Your answer',
    signedIn: (name, organization) => html`Signed in as ${name}, global admin of ${organization}.`,
    accept: (organization, provider) => html`Accept for ${organization}: become a reseller of ${provider}`,
    acceptNote: (provider) => html`${provider} is told at once. You get a receipt by mail.`,
    decline: 'Decline instead',
    declineNote: (provider) => html`${provider} is told that you decline. It may ask you again later.`,
    declineSubmit: 'Decline request',
    signInHeading: 'Sign in to answer',
    signIn: (company) => html`Sign in with your partner account, as a global admin of ${company}. You come back to this page.`,
    signInButton: 'Sign in',
    notHere: {
      summary: 'We have no partner account here yet',
      text: (company, provider) =>
        html`Then ${company} needs one first. Whoever runs this installation gives out a set-up code (with <code>npm run set-up-code</code>); if you do not know who that is, ask ${provider}. With the code you set up your account as an indirect reseller, and then open this link again.`,
    },
    otherAccount: 'Sign out, and sign in as somebody else',
    customer: {
      heading: 'A partner must answer',
      text: (name) =>
        html`You are signed in as ${name}, as a person of a customer. This request is for a partner: sign in with your partner account.`,
    },
    role: {
      heading: 'A global admin must answer',
      text: (name, organization) =>
        html`You are signed in as ${name} of ${organization}. Accepting a partnership takes the role global admin, which a global admin of your organisation can grant.`,
      admins: (names) =>
        html`Global admins of your organisation: ${names}. Forward the mail to one of them: the link works for them just as well.`,
      noAdmins: 'Your organisation has no active global admin at the moment.',
    },
    ownRequest: {
      heading: 'This is your own request',
      text: (name, company) =>
        html`You are signed in as ${name}, and your own organisation has sent it to ${company}. Only an indirect reseller can accept. To take it back, open it in the portal.`,
      open: 'Open the request',
    },
    noReseller: {
      heading: 'Only an indirect reseller can accept',
      text: (organization, type) =>
        html`You are signed in for ${organization}, which is ${type} here, and so cannot be anybody’s reseller. The partner type is chosen at set-up and stays; an indirect reseller needs an account of its own.`,
    },
    types: {
      'direct-partner': 'a direct partner',
      'indirect-provider': 'an indirect provider',
      'indirect-reseller': 'an indirect reseller',
    },
    step: {
      heading: 'Finish signing in',
      text: (name) => html`You are signed in as ${name}, but your second factor is missing. Go on with it; you come back to this page.`,
      button: 'Go on signing in',
    },
    active: {
      heading: (provider) => html`You are a reseller of ${provider} already`,
      text: (organization, provider, day) =>
        html`${organization} and ${provider} have been partners since ${day}. There is nothing to accept; you may decline this request, or leave it to run out.`,
      open: 'Open the partnership',
    },
    handOver: {
      summary: 'I am not the right person',
      text: (provider) =>
        html`Say who is. ${provider} is asked to send the request to that person; as soon as it has, this link stops working and the other person gets a new one.`,
      forward: (provider) =>
        html`Somebody else was named before. If you know better, forward the mail: its link works for others just as well. Or write to your contact at ${provider}.`,
      note: (provider) => html`For ${provider}: how this person is best reached, for instance.`,
      submit: 'Hand over',
    },
    over: {
      accepted: {
        heading: (provider, company) => html`${company} is an indirect reseller of ${provider}`,
        text: (_provider, _company, moment) => html`The request was accepted on ${moment}. A receipt went out by mail.`,
      },
      declined: {
        heading: () => html`This request was declined`,
        text: (provider, _company, moment) =>
          html`It was declined on ${moment}, and ${provider} has been told. Nothing has changed for you.`,
      },
      revoked: {
        heading: (provider) => html`${provider} has taken this request back`,
        text: (_provider, _company, moment) =>
          html`It was taken back on ${moment} and can no longer be answered. Nothing has changed for you.`,
      },
      expired: {
        heading: () => html`This request has run out`,
        text: (_provider, _company, moment) => html`It could be answered until ${moment}, and nobody did. Nothing has changed for you.`,
      },
      handed_over: {
        heading: () => html`This request was handed over to somebody else`,
        text: (_provider, _company, moment) =>
          html`Since ${moment} another person has it, with a link of their own; this one no longer works. You need not do anything else.`,
      },
    },
    contact: (provider, contact) => html`Would you like to go on? Write to your contact at ${provider}: ${contact}.`,
    rows: { provider: 'Indirect provider', reseller: 'Indirect reseller', at: 'Accepted' },
    next: 'What comes next',
    nextList: (provider) => [
      html`${provider} stands on your page Indirect providers, with the customers that you share.`,
      html`When you ask a customer for a relationship, you can ask for ${provider} in the same mail.`,
    ],
    openPartnership: 'Open the partnership',
    notices: {
      'changed-meanwhile': 'The request was answered or changed meanwhile. This is how it stands now.',
      'not-you': 'You cannot answer this request as you are signed in now. Below it says why, and what to do. Nothing has changed.',
      'already-partners': 'You are partners already: nothing has changed.',
      'hand-over-waits': 'Somebody else was named already, and the answer to that is still out.',
      'hand-over-limit': 'That was tried too often. Forward the mail instead, or try again later.',
    },
    reasonHint: (provider) => html`${provider} reads what you write here.`,
  },
  ja: {
    page: 'パートナーシップのご依頼',
    asks: (provider, company) => html`${provider} が ${company} 様に間接リセラーとしての提携を希望しています`,
    lead: (provider) =>
      html`${provider} は、ベンダーから仕入れ、リセラーを通じて販売する間接プロバイダーです。承諾されると、双方がここでパートナーになります。承諾されるまで、何も変わりません。`,
    whoAnswers: '回答できるのは、貴社のグローバル管理者の方です。メールをお持ちであるだけでは回答できません。',
    will: '双方ができるようになること',
    willList: (provider) => [
      html`互いの表示: 貴社は ${provider} の「間接リセラー」に、${provider} は貴社の「間接プロバイダー」に表示されます`,
      html`双方が担当している顧客の表示: 名前、ドメイン、相手がいつから担当しているかが見えます。${provider} には、貴社を通じて担当している顧客も見えます`,
      html`${provider} は、貴社のために顧客を追加し、サブスクリプションやサポート連絡先に貴社を指定できます`,
      html`貴社は、貴社と ${provider} の分をまとめて顧客を招待できます。メールは 1 通、回答は 1 回、リセラー関係は 2 つです`,
    ],
    willNot: 'どちらもできないこと',
    willNotList: (provider) => [
      html`相手だけが担当している顧客の参照や変更: 貴社の顧客は、これまでどおり貴社の顧客です`,
      html`相手としてのサインイン、相手のユーザー、価格、メモ、アクティビティログの参照`,
      html`顧客の代理管理権限の取得: それぞれが自ら顧客に依頼します`,
      html`間接リセラーである貴社は、顧客契約の証明とリセラー関係の終了を行えません。貴社の依頼により ${provider} が行います`,
    ],
    end: '解除について',
    endList: () => [
      html`どちらのグローバル管理者も、理由を示すことなく、いつでも解除できます。双方にメールで通知されます`,
      html`解除しても、双方の顧客と代理管理権限は変わりません`,
    ],
    answer: 'ご回答',
    signedIn: (name, organization) => html`${organization} のグローバル管理者、${name} さんとしてサインインしています。`,
    accept: (organization, provider) => html`${organization} として承諾し、${provider} の間接リセラーになる`,
    acceptNote: (provider) => html`${provider} にはすぐに通知されます。控えをメールでお送りします。`,
    decline: '辞退する',
    declineNote: (provider) => html`${provider} に辞退が通知されます。改めて依頼されることがあります。`,
    declineSubmit: '依頼を辞退する',
    signInHeading: '回答するにはサインインしてください',
    signIn: (company) =>
      html`${company} のグローバル管理者として、パートナーアカウントでサインインしてください。サインイン後、このページに戻ります。`,
    signInButton: 'サインイン',
    notHere: {
      summary: 'ここにパートナーアカウントがまだない場合',
      text: (company, provider) =>
        html`先に ${company} のアカウントが必要です。このシステムの運用担当者がセットアップコードを発行します(<code>npm run set-up-code</code>)。担当者がわからない場合は、${provider} にお問い合わせください。コードを使って間接リセラーとしてアカウントを作成し、このリンクをもう一度開いてください。`,
    },
    otherAccount: 'サインアウトして、別のアカウントでサインインする',
    customer: {
      heading: '回答できるのはパートナーです',
      text: (name) =>
        html`顧客のユーザー、${name} さんとしてサインインしています。これはパートナーへのご依頼です。パートナーアカウントでサインインしてください。`,
    },
    role: {
      heading: '回答できるのはグローバル管理者です',
      text: (name, organization) =>
        html`${organization} の ${name} さんとしてサインインしています。パートナーシップの承諾には「グローバル管理者」のロールが必要です。このロールは、貴社のグローバル管理者が付与できます。`,
      admins: (names) =>
        html`貴社のグローバル管理者: ${names}。この方にメールを転送してください。転送先でも同じリンクをお使いいただけます。`,
      noAdmins: '貴社には現在、有効なグローバル管理者がいません。',
    },
    ownRequest: {
      heading: '自社からの依頼です',
      text: (name, company) =>
        html`${name} さんとしてサインインしています。この依頼は、自社から ${company} 様にお送りしたものです。承諾できるのは間接リセラーのみです。取り消すには、ポータルで依頼を開いてください。`,
      open: '依頼を開く',
    },
    noReseller: {
      heading: '承諾できるのは間接リセラーのみです',
      text: (organization, type) =>
        html`${organization} としてサインインしています。${organization} はここでは${type}のため、リセラーにはなれません。パートナーの種類は作成時に決まり、変更できません。間接リセラーには別のアカウントが必要です。`,
    },
    types: { 'direct-partner': '直接パートナー', 'indirect-provider': '間接プロバイダー', 'indirect-reseller': '間接リセラー' },
    step: {
      heading: 'サインインを完了してください',
      text: (name) => html`${name} さんとしてサインインしていますが、第 2 の認証要素がまだです。続けると、このページに戻ります。`,
      button: 'サインインを続ける',
    },
    active: {
      heading: (provider) => html`すでに ${provider} の間接リセラーです`,
      text: (organization, provider, day) =>
        html`${organization} と ${provider} は、${day}からパートナーです。承諾の必要はありません。この依頼は辞退するか、そのまま期限切れにしてかまいません。`,
      open: 'パートナーシップを開く',
    },
    handOver: {
      summary: '担当者ではない場合',
      text: (provider) =>
        html`担当の方をお知らせください。${provider} に、その方へ依頼を送り直すようお願いします。送り直されると、このリンクは使えなくなり、その方に新しいリンクが届きます。`,
      forward: (provider) =>
        html`以前にほかの方が指名されています。別の方が担当の場合は、メールを転送してください。転送先でも同じリンクをお使いいただけます。または、${provider} の担当者にご連絡ください。`,
      note: (provider) => html`${provider} へのお知らせ(その方への連絡方法など)`,
      submit: '引き継ぐ',
    },
    over: {
      accepted: {
        heading: (provider, company) => html`${company} は ${provider} の間接リセラーです`,
        text: (_provider, _company, moment) => html`この依頼は${moment}に承諾されました。控えをメールでお送りしました。`,
      },
      declined: {
        heading: () => html`この依頼は辞退されました`,
        text: (provider, _company, moment) => html`${moment}に辞退され、${provider} に通知されました。貴社には何も変わりありません。`,
      },
      revoked: {
        heading: (provider) => html`${provider} がこの依頼を取り消しました`,
        text: (_provider, _company, moment) => html`${moment}に取り消されたため、回答できません。貴社には何も変わりありません。`,
      },
      expired: {
        heading: () => html`この依頼は期限切れです`,
        text: (_provider, _company, moment) => html`回答期限は${moment}でしたが、回答がありませんでした。貴社には何も変わりありません。`,
      },
      handed_over: {
        heading: () => html`この依頼は別の方に引き継がれました`,
        text: (_provider, _company, moment) =>
          html`${moment}に別の方へ引き継がれ、その方に新しいリンクが届いています。このリンクは使えません。ほかに必要な操作はありません。`,
      },
    },
    contact: (provider, contact) => html`引き続きご希望の場合は、${provider} の担当者にご連絡ください: ${contact}`,
    rows: { provider: '間接プロバイダー', reseller: '間接リセラー', at: '承諾日時' },
    next: '今後の流れ',
    nextList: (provider) => [
      html`${provider} が、双方が担当している顧客とともに「間接プロバイダー」に表示されます。`,
      html`顧客にリセラー関係を依頼するとき、同じメールで ${provider} の分も依頼できます。`,
    ],
    openPartnership: 'パートナーシップを開く',
    notices: {
      'changed-meanwhile': 'この依頼は、その間に回答または変更されました。現在の状態は次のとおりです。',
      'not-you': '現在のサインインでは回答できません。理由と方法は下に記載しています。何も変わっていません。',
      'already-partners': 'すでにパートナーです。何も変わっていません。',
      'hand-over-waits': 'すでにほかの方が指名され、その回答を待っています。',
      'hand-over-limit': '試行回数が多すぎます。メールを転送するか、しばらくしてからもう一度お試しください。',
    },
    reasonHint: (provider) => html`ご記入の内容は ${provider} に伝わります。`,
  },
};

import type { CustomerPurpose, FieldError, Language, PartnerType, Rule } from '@clientele/domain';
import type { Content, Html } from './html.ts';
import { html } from './html.ts';

/** A short word to the person on top of the page, beside the errors at fields. */
export const pageNotices = [
  /** E-mail address or password is wrong. */
  'sign-in-failed',
  /** Too many wrong sign-ins; wait. */
  'too-many-attempts',
  /** The typed domain or the invited address already has an account here: who signs in with it may answer. */
  'sign-in-needed',
  /** Somebody answered, or the partner took the request back, in the same moment; the page shows how it stands now. */
  'changed-meanwhile',
  /** Somebody else has been named before; it waits for the partner. */
  'hand-over-waits',
  /** Somebody else has been named too often. */
  'hand-over-limit',
  /** Nothing was kept; the same again may work. */
  'try-again',
] as const;
export type PageNotice = (typeof pageNotices)[number];

export const errorPageKinds = ['unexpected', 'unavailable', 'too-many-requests', 'refused', 'too-large'] as const;
export type ErrorPageKind = (typeof errorPageKinds)[number];

/** Everything that the customer's pages say. What is put in comes as finished content, so that one sentence serves title and page. */
interface Sentences {
  product: string;
  languageName: string;
  languageSwitch: string;
  /** The link to the customer's own page. */
  ownPage: string;
  skip: string;
  titleError: string;
  footer: string;
  pageFor: Record<CustomerPurpose, string>;

  asks: Record<CustomerPurpose, (partner: Content, company: Content) => Html>;
  greeting: (name: Content) => Html;
  lead: Record<CustomerPurpose, (partner: Content) => Html>;
  /** The lead of a request for more of what is granted. */
  leadMore: (partner: Content, heldUntil: Content) => Html;

  whoAsks: string;
  partnerType: Record<PartnerType, string>;
  since: (month: Content) => Html;
  webSite: string;
  location: string;
  contact: string;
  partnerSince: string;
  newTab: string;

  isItReally: (partner: Content) => Html;
  compare: (partner: Content) => Html;
  matchCode: string;
  openUntil: (moment: Content) => Html;

  will: (partner: Content) => Html;
  willList: (partner: Content, company: Content) => Html[];
  /** For so many days, until when if accepted now; without both: without an end. */
  willAdminister: (days: number | null, until: Content | null) => Html;
  /** What stays as it is when delegated admin alone is asked for. */
  willKeep: () => Html[];
  willNot: (partner: Content) => Html;
  willNotWithout: () => Html[];
  willNotWith: () => Html[];
  willNotEver: () => Html[];

  agreementHeading: string;
  agreementNeeded: (company: Content) => Html;
  agreementRead: string;
  agreementAccept: (company: Content) => Html;

  yourAnswer: string;
  newOrganization: (company: Content, partner: Content) => Html;
  company: string;
  you: string;
  fields: Record<
    | 'companyName'
    | 'domain'
    | 'country'
    | 'firstName'
    | 'lastName'
    | 'email'
    | 'password'
    | 'agreement'
    | 'reason'
    | 'adminName'
    | 'adminEmail'
    | 'adminNote',
    string
  >;
  keepsSignIn: (name: Content, company: Content) => Html;
  haveSignIn: string;
  hints: { domain: string; email: string; emailOnly: string; newPassword: string; reason: (partner: Content) => Html };
  chooseCountry: string;
  accept: string;
  acceptNew: string;
  acceptNote: (partner: Content) => Html;

  decline: string;
  declineNote: (partner: Content) => Html;
  declineSubmit: string;

  notMe: string;
  handOver: (partner: Content, company: Content) => Html;
  handOverForward: (partner: Content) => Html;
  handOverHints: { email: (company: Content) => Html; note: (partner: Content) => Html };
  handOverSubmit: string;
  handOverWaits: { heading: string; text: (partner: Content) => Html };
  handOverRefused: (partner: Content) => Html;

  signInHeading: string;
  signInWhy: (company: Content) => Html;
  signIn: string;
  signedIn: (name: Content, company: Content) => Html;
  otherAccount: string;
  notAdminHeading: string;
  notAdmin: (name: Content, company: Content) => Html;

  over: Record<
    'accepted' | 'declined' | 'revoked' | 'expired' | 'handed_over',
    { heading: (partner: Content, company: Content) => Html; text: (partner: Content, company: Content, moment: Content) => Html }
  >;
  /** The same for a request for delegated admin alone. */
  overAdmin: Record<'declined' | 'revoked' | 'expired', (partner: Content, moment: Content) => Html>;
  overWithoutMoment: Record<'declined' | 'revoked', (partner: Content, company: Content) => Html>;
  receipt: string;
  receiptRows: Record<'partner' | 'company' | 'what' | 'delegatedAdmin' | 'agreement' | 'at' | 'by', string>;
  receiptWhat: Record<CustomerPurpose, string>;
  receiptDelegated: Record<'yes' | 'no', string>;
  receiptUntil: (moment: Content) => Html;
  acceptedAdmin: { heading: (partner: Content, company: Content) => Html; next: (partner: Content) => Html[] };
  receiptAgreement: string;
  next: string;
  nextAccepted: (partner: Content) => Html[];
  contactNow: (partner: Content, link: Content) => Html;
  mailSubject: (partner: string, company: string) => string;

  summary: (count: number) => string;
  notices: Record<PageNotice, string>;

  invalid: { title: string; text: string; steps: string[] };
  errorPages: Record<ErrorPageKind, { title: string; text: string }>;
}

const en: Sentences = {
  product: 'Clientele',
  languageName: 'English',
  languageSwitch: 'Language',
  ownPage: 'Your own page: partners with access, history and receipts',
  skip: 'Skip to your answer',
  titleError: 'Error: ',
  footer: 'Opening this page changes nothing. Only what you press does.',
  pageFor: {
    relationship: 'Request for a reseller relationship',
    reinstate: 'Request to reinstate a reseller relationship',
    'delegated-admin': 'Request for delegated admin',
  },

  asks: {
    relationship: (partner, company) => html`${partner} asks to become a reseller partner of ${company}`,
    reinstate: (partner, company) => html`${partner} asks to be a reseller partner of ${company} again`,
    'delegated-admin': (partner, company) => html`${partner} asks to administer ${company} for you`,
  },
  greeting: (name) => html`Hello ${name},`,
  lead: {
    relationship: (partner) =>
      html`${partner} would like to supply you with subscriptions and look after them. It gets no access unless you accept.`,
    reinstate: (partner) =>
      html`You have worked together before, and that ended. If you accept, ${partner} can work for you again, and finds its notes, tags and contacts about you as they were. Until then it has no access.`,
    'delegated-admin': (partner) =>
      html`${partner} is your reseller already, and asks for delegated admin besides. Nothing else changes, and it gets nothing unless you accept.`,
  },
  leadMore: (partner, heldUntil) =>
    html`${partner} administers for you already. That ends on ${heldUntil}; it asks for more time. Nothing else changes, and nothing at all unless you accept.`,

  whoAsks: 'Who asks',
  partnerType: {
    'direct-partner': 'Direct partner: buys from the vendor and bills you itself',
    'indirect-provider': 'Indirect provider: a distributor that sells through resellers',
    'indirect-reseller': 'Indirect reseller: sells through an indirect provider',
  },
  since: (month) => html`${month}`,
  webSite: 'Web site',
  location: 'Country or region',
  contact: 'Your contact',
  partnerSince: 'Partner here since',
  newTab: '(opens in a new tab)',

  isItReally: (partner) => html`Is it really ${partner}?`,
  compare: (partner) =>
    html`If you did not expect this request, phone ${partner} on a number that you already have, not one from the mail, and compare this code. They see the same one.`,
  matchCode: 'Match code',
  openUntil: (moment) => html`You can answer until ${moment}.`,

  will: (partner) => html`What ${partner} will be able to do`,
  willList: (_partner, company) => [
    html`See ${company} on its customer list: company name, primary domain, country and contact person`,
    html`Add subscriptions for you, change quantities, suspend and reactivate them; price and billing are between the two of you`,
    html`Be your support contact for what you buy through it`,
  ],
  willAdminister: (days, until) =>
    html`Administer your organisation for you (delegated admin): users, licences, settings and support requests${days !== null && until && html`, for ${days} ${days === 1 ? 'day' : 'days'} of 24 hours from when you accept: if you accept now, until ${until}`}`,
  willKeep: () => [html`Change your relationship, your subscriptions or what you pay: they stay as they are`],
  willNot: (partner) => html`What ${partner} will not be able to do`,
  willNotWithout: () => [
    html`Sign in to your organisation, or see or change your users, settings and data`,
    html`Get delegated admin later without asking: that is a request of its own, and needs your consent again`,
  ],
  willNotWith: () => [
    html`Learn your passwords, or act under the names of your people: it acts under its own name, and that is recorded`,
    html`Keep delegated admin against your will: you can take it away at any time, and keep the relationship`,
  ],
  willNotEver: () => [
    html`See or change what you buy through other partners; you may have several`,
    html`Take your account over: it stays yours, whatever becomes of this relationship`,
  ],

  agreementHeading: 'Customer agreement',
  agreementNeeded: (company) => html`Everyone who buys here accepts the customer agreement once. ${company} has not done so yet.`,
  agreementRead: 'Read the customer agreement',
  agreementAccept: (company) => html`I have read the customer agreement and accept it for ${company}`,

  yourAnswer: 'Your answer',
  newOrganization: (company, partner) =>
    html`${company} has no account here yet. Check what ${partner} has filled in; by accepting you open the account and become its first global admin.`,
  keepsSignIn: (name, company) =>
    html`You are signed in as ${name}. With this sign-in you become global admin of ${company}; you need no new password.`,
  haveSignIn: 'I already sign in here',
  company: 'Your organisation',
  you: 'You',
  fields: {
    companyName: 'Company name',
    domain: 'Primary domain',
    country: 'Country or region',
    firstName: 'First name',
    lastName: 'Last name',
    email: 'E-mail address',
    password: 'Password',
    agreement: 'Customer agreement',
    reason: 'Reason (optional)',
    adminName: 'Name of the administrator',
    adminEmail: 'E-mail address of the administrator',
    adminNote: 'Note (optional)',
  },
  hints: {
    domain: 'What stands behind the @ of your mail addresses, such as contoso.com',
    email: 'The request was sent to this address; you sign in with it.',
    emailOnly: 'The request was sent to this address.',
    newPassword: 'At least 10 characters.',
    reason: (partner) => html`${partner} reads what you write here.`,
  },
  chooseCountry: 'Please choose',
  accept: 'Accept',
  acceptNew: 'Accept and open the account',
  acceptNote: (partner) => html`You allow ${partner} what is listed above, and nothing else.`,

  decline: 'Decline instead',
  declineNote: (partner) => html`${partner} is told that you decline, and gets no access. It may ask you again later.`,
  declineSubmit: 'Decline request',

  notMe: 'I am not the administrator',
  handOver: (partner, company) =>
    html`Then please do not answer, but say who administers IT for ${company}. ${partner} is asked to send the request to that person; as soon as it has, this link stops working and the other person gets a new one.`,
  handOverForward: (partner) =>
    html`Somebody else was named before. If you know better, forward the mail: its link works for others just as well. Or write to your contact at ${partner}.`,
  handOverHints: {
    email: (company) => html`At ${company}, if possible.`,
    note: (partner) => html`For ${partner}: how this person is best reached, for instance.`,
  },
  handOverSubmit: 'Hand over',
  handOverWaits: {
    heading: 'Somebody else was named for this request',
    text: (partner) =>
      html`${partner} has been asked to send it to that person. You need not do anything else. Until then this link stays good, and the request can still be answered here.`,
  },
  handOverRefused: (partner) => html`${partner} did not send the request to the person who was named, and still asks for an answer here.`,

  signInHeading: 'Sign in to answer',
  signInWhy: (company) =>
    html`${company} already has an account here, so only one of its global admins can accept or decline. Having the mail is not enough.`,
  signIn: 'Sign in',
  signedIn: (name, company) => html`Signed in as ${name}, global admin of ${company}.`,
  otherAccount: 'Sign in as somebody else',
  notAdminHeading: 'A global admin must answer',
  notAdmin: (name, company) =>
    html`You are signed in as ${name}, who is not a global admin of ${company}. Only its global admins can accept or decline.`,

  over: {
    accepted: {
      heading: (partner, company) => html`${partner} is now a reseller partner of ${company}`,
      text: () => html`The request was accepted. Keep this page as your receipt; it comes by mail as well.`,
    },
    declined: {
      heading: (_partner, company) => html`The request to ${company} was declined`,
      text: (partner, _company, moment) => html`It was declined on ${moment}. ${partner} has been told and has no access.`,
    },
    revoked: {
      heading: (partner) => html`${partner} has taken this request back`,
      text: (partner, _company, moment) =>
        html`It was taken back on ${moment} and can no longer be answered. Nothing has changed for you, and ${partner} has no access.`,
    },
    expired: {
      heading: () => html`This request has run out`,
      text: (partner, _company, moment) =>
        html`It could be answered until ${moment}, and nobody did. Nothing has changed for you, and ${partner} has no access.`,
    },
    handed_over: {
      heading: () => html`This request was handed over to somebody else`,
      text: (partner, _company, moment) =>
        html`Since ${moment} another person has it, with a link of their own; this one no longer works. You need not do anything else. ${partner} got no access by that.`,
    },
  },
  overAdmin: {
    declined: (partner, moment) =>
      html`It was declined on ${moment}, and ${partner} has been told. Nothing has changed: you stay its customer, and what you granted before ends when it would have ended.`,
    revoked: (_partner, moment) => html`It was taken back on ${moment} and can no longer be answered. Nothing has changed for you.`,
    expired: (_partner, moment) =>
      html`It could be answered until ${moment}, and nobody did. Nothing has changed: what you granted before ends when it would have ended.`,
  },
  overWithoutMoment: {
    declined: (partner) => html`It was declined. ${partner} has been told and has no access.`,
    revoked: (partner) => html`It was taken back and can no longer be answered. Nothing has changed for you, and ${partner} has no access.`,
  },
  receipt: 'Receipt',
  receiptRows: {
    partner: 'Partner',
    company: 'Customer',
    what: 'Accepted',
    delegatedAdmin: 'Delegated admin',
    agreement: 'Customer agreement',
    at: 'When',
    by: 'By',
  },
  receiptWhat: {
    relationship: 'Reseller relationship',
    reinstate: 'Reseller relationship, reinstated',
    'delegated-admin': 'Delegated admin',
  },
  receiptUntil: (moment) => html`Granted until ${moment}; can be taken away at any time`,
  acceptedAdmin: {
    heading: (partner, company) => html`${partner} can administer ${company}`,
    next: (partner) => [
      html`${partner} can administer your organisation from now on. You can take that away at any time, and keep the relationship.`,
      html`Before it ends, ${partner} may ask you for more time. Without your consent it ends by itself.`,
    ],
  },
  receiptDelegated: { yes: 'Granted; can be taken away at any time', no: 'Not granted' },
  receiptAgreement: 'Accepted',
  next: 'What happens next',
  nextAccepted: (partner) => [
    html`${partner} sees you on its customer list from now on and will get in touch.`,
    html`Your contact there helps with orders and questions, and also when you want to end the relationship.`,
    html`On <a href="/my?language=en">your own page</a> you see at any time which partners have access, and take delegated admin away.`,
  ],
  contactNow: (partner, link) =>
    html`Should it still come about, or do you have a question? Write to ${link} at ${partner}; they can send you a new request.`,
  mailSubject: (partner, company) => `Reseller relationship of ${partner} and ${company}`,

  summary: (count) => (count === 1 ? 'One thing needs your attention' : `${count} things need your attention`),
  notices: {
    'sign-in-failed': 'E-mail address or password is not right. Please try again.',
    'too-many-attempts': 'That was tried too often. Wait a few minutes, then try again.',
    'sign-in-needed':
      'This domain or this e-mail address already has an account here, and nobody gets a second one. Sign in with it, then answer.',
    'changed-meanwhile': 'This request was answered, handed over or taken back a moment ago. The page shows how it stands now.',
    'hand-over-waits': 'Somebody else was named before, and the partner has not decided yet. What you typed was not kept.',
    'hand-over-limit': 'Somebody else was named several times already. Please write to the partner, or forward the mail.',
    'try-again': 'That did not work, and nothing was changed. Please try again.',
  },

  invalid: {
    title: 'This link does not work',
    text: 'There is no request behind it. Some mail programs break long links, and a link is replaced when a request is handed to somebody else.',
    steps: [
      'Open the mail again and press its button, or copy the whole link from the text below the button.',
      'If it still does not work, ask the partner that wrote to you for a new mail.',
      'Do you not expect any request? Then you need not do anything: nothing has happened.',
    ],
  },
  errorPages: {
    unexpected: {
      title: 'Something went wrong here',
      text: 'It is not your fault, and nothing was changed. Please try again in a few minutes.',
    },
    unavailable: {
      title: 'Back in a moment',
      text: 'The portal cannot be reached right now. Nothing was changed, and your link stays good. Please try again in a few minutes.',
    },
    'too-many-requests': {
      title: 'A little too fast',
      text: 'There were too many requests from your connection. Nothing was changed. Please wait a few minutes and try again.',
    },
    refused: {
      title: 'This was not sent from our page',
      text: 'Answers are taken only from our own pages. Nothing was changed. Open the page again and answer there.',
    },
    'too-large': {
      title: 'That was too much text',
      text: 'What was sent is larger than this form can be. Nothing was changed. Go back, shorten it and try again.',
    },
  },
};

const ja: Sentences = {
  product: 'Clientele',
  languageName: '日本語',
  languageSwitch: '言語',
  ownPage: 'お客様ページ: アクセス権を持つパートナー、履歴、控え',
  skip: '回答欄へ移動',
  titleError: 'エラー: ',
  footer: 'このページを開いただけでは、何も変わりません。変わるのは、ボタンを押したときだけです。',
  pageFor: { relationship: 'リセラー関係のご依頼', reinstate: 'リセラー関係再開のご依頼', 'delegated-admin': '代理管理権限のご依頼' },

  asks: {
    relationship: (partner, company) => html`${partner} が ${company} 様とのリセラー関係を希望しています`,
    reinstate: (partner, company) => html`${partner} が ${company} 様とのリセラー関係の再開を希望しています`,
    'delegated-admin': (partner, company) => html`${partner} が ${company} 様の代理管理権限を希望しています`,
  },
  greeting: (name) => html`${name} 様`,
  lead: {
    relationship: (partner) =>
      html`${partner} は、サブスクリプションのご提供とサポートを希望しています。承諾されるまで、アクセス権は一切ありません。`,
    reinstate: (partner) =>
      html`以前のお取引は終了しています。承諾されると、${partner} は再びお客様を担当でき、以前のメモ、タグ、連絡先も元に戻ります。それまでは、アクセス権は一切ありません。`,
    'delegated-admin': (partner) =>
      html`${partner} はすでにお客様のリセラーです。これに加えて、代理管理権限を希望しています。ほかの内容は変わりません。承諾されるまで、権限は与えられません。`,
  },
  leadMore: (partner, heldUntil) =>
    html`${partner} はすでにお客様に代わって組織を管理しています。この権限は${heldUntil}に終了します。その延長を希望しています。ほかの内容は変わりません。承諾されるまで、何も変わりません。`,

  whoAsks: '依頼元',
  partnerType: {
    'direct-partner': '直接請求パートナー(ベンダーから仕入れ、お客様に直接請求します)',
    'indirect-provider': '間接プロバイダー(リセラーを通じて販売する流通業者です)',
    'indirect-reseller': '間接リセラー(間接プロバイダーを通じて販売します)',
  },
  since: (month) => html`${month}から`,
  webSite: 'Web サイト',
  location: '国または地域',
  contact: 'ご担当',
  partnerSince: 'パートナー登録',
  newTab: '(新しいタブで開きます)',

  isItReally: (partner) => html`本当に ${partner} からの依頼ですか`,
  compare: (partner) =>
    html`お心当たりがない場合は、メールに書かれた番号ではなく、以前からご存じの番号で ${partner} に電話し、次のコードを照合してください。先方の画面にも同じコードが表示されています。`,
  matchCode: '照合コード',
  openUntil: (moment) => html`回答期限: ${moment}`,

  will: (partner) => html`承諾すると ${partner} ができること`,
  willList: (_partner, company) => [
    html`顧客一覧で ${company} の会社名、プライマリドメイン、国、担当者名を見る`,
    html`お客様のサブスクリプションの追加、数量の変更、停止、再開をする(価格と請求は両社間の取り決めによります)`,
    html`購入された製品のサポート連絡先になる`,
  ],
  willAdminister: (days, until) =>
    html`お客様に代わって組織を管理する(代理管理権限): ユーザー、ライセンス、設定、サポートへの問い合わせ${days !== null && until && html`。期間は承諾から${days}日間(1日は24時間)で、今承諾すると${until}までです`}`,
  willKeep: () => [html`リセラー関係、サブスクリプション、ご請求を変える(これまでと変わりません)`],
  willNot: (partner) => html`承諾しても ${partner} にできないこと`,
  willNotWithout: () => [
    html`組織にサインインする、またはユーザー、設定、データを見たり変更したりする`,
    html`後から無断で代理管理権限を得る(別の依頼となり、改めて同意が必要です)`,
  ],
  willNotWith: () => [
    html`パスワードを知る、またはお客様の社員の名前で操作する(操作は先方自身の名前で行われ、記録されます)`,
    html`お客様の意に反して代理管理権限を持ち続ける(リセラー関係を続けたまま、いつでも取り消せます)`,
  ],
  willNotEver: () => [
    html`ほかのパートナーを通じて購入されたものを見る、または変更する(パートナーは複数あってもかまいません)`,
    html`アカウントを自社のものにする(この関係がどうなっても、アカウントはお客様のものです)`,
  ],

  agreementHeading: '顧客契約',
  agreementNeeded: (company) =>
    html`ここで購入されるすべてのお客様に、顧客契約を一度だけ承諾していただきます。${company} 様はまだ承諾されていません。`,
  agreementRead: '顧客契約を読む',
  agreementAccept: (company) => html`${company} を代表して、顧客契約を読み、承諾します`,

  yourAnswer: 'ご回答',
  newOrganization: (company, partner) =>
    html`${company} 様のアカウントは、まだここにありません。${partner} が入力した内容をご確認ください。承諾するとアカウントが作成され、あなたが最初のグローバル管理者になります。`,
  keepsSignIn: (name, company) =>
    html`${name} としてサインインしています。このサインインのまま ${company} のグローバル管理者になります。新しいパスワードは必要ありません。`,
  haveSignIn: 'すでにサインイン情報を持っています',
  company: '組織について',
  you: 'あなたについて',
  fields: {
    companyName: '会社名',
    domain: 'プライマリドメイン',
    country: '国または地域',
    firstName: '名',
    lastName: '姓',
    email: 'メールアドレス',
    password: 'パスワード',
    agreement: '顧客契約',
    reason: '理由(任意)',
    adminName: '管理者の氏名',
    adminEmail: '管理者のメールアドレス',
    adminNote: '伝言(任意)',
  },
  hints: {
    domain: 'メールアドレスの @ より後の部分(例: contoso.com)',
    email: '依頼はこのアドレスに送られました。サインインにも使います。',
    emailOnly: '依頼はこのアドレスに送られました。',
    newPassword: '10 文字以上。',
    reason: (partner) => html`入力された内容は ${partner} に伝わります。`,
  },
  chooseCountry: '選択してください',
  accept: '承諾する',
  acceptNew: '承諾してアカウントを作成する',
  acceptNote: (partner) => html`${partner} に許可するのは、上に挙げたことだけです。`,

  decline: '辞退する場合',
  declineNote: (partner) => html`辞退されたことが ${partner} に伝わり、アクセス権は与えられません。後日、改めて依頼が届くことがあります。`,
  declineSubmit: '依頼を辞退する',

  notMe: '私は管理者ではありません',
  handOver: (partner, company) =>
    html`その場合は回答せずに、${company} の IT を管理している方をお知らせください。${partner} に、その方へ依頼を送るよう連絡します。送られると、このリンクは使えなくなり、その方に新しいリンクが届きます。`,
  handOverForward: (partner) =>
    html`すでに別の方のお名前をいただいています。変更がある場合は、メールを転送してください。転送先でも同じリンクが使えます。${partner} のご担当に連絡していただくこともできます。`,
  handOverHints: {
    email: (company) => html`できれば ${company} のメールアドレスを入力してください。`,
    note: (partner) => html`その方への連絡方法など、${partner} への伝言です。`,
  },
  handOverSubmit: '引き継ぐ',
  handOverWaits: {
    heading: 'この依頼には、別の担当者の名前が伝えられています',
    text: (partner) =>
      html`その方に依頼を送るよう、${partner} に連絡済みです。ほかに必要な手続きはありません。それまでは、このリンクは有効で、このページから回答することもできます。`,
  },
  handOverRefused: (partner) => html`${partner} は、お知らせいただいた方には依頼を送らず、引き続きこのページでの回答を希望しています。`,

  signInHeading: 'サインインして回答する',
  signInWhy: (company) =>
    html`${company} 様のアカウントはすでにここにあります。承諾または辞退できるのは、そのグローバル管理者だけです。メールを受け取っただけでは回答できません。`,
  signIn: 'サインイン',
  signedIn: (name, company) => html`${company} のグローバル管理者 ${name} としてサインインしています。`,
  otherAccount: '別のアカウントでサインインする',
  notAdminHeading: 'グローバル管理者の回答が必要です',
  notAdmin: (name, company) =>
    html`${name} としてサインインしていますが、${company} のグローバル管理者ではありません。承諾または辞退できるのは、グローバル管理者だけです。`,

  over: {
    accepted: {
      heading: (partner, company) => html`${partner} は ${company} 様のリセラー パートナーになりました`,
      text: () => html`依頼は承諾されました。このページは控えとして保存してください。同じ内容をメールでもお送りします。`,
    },
    declined: {
      heading: (_partner, company) => html`${company} 様への依頼は辞退されました`,
      text: (partner, _company, moment) => html`${moment}に辞退されました。${partner} には通知済みで、アクセス権はありません。`,
    },
    revoked: {
      heading: (partner) => html`${partner} はこの依頼を取り消しました`,
      text: (partner, _company, moment) =>
        html`${moment}に取り消されたため、回答はできません。お客様の側では何も変わっておらず、${partner} にアクセス権はありません。`,
    },
    expired: {
      heading: () => html`この依頼は期限が切れました`,
      text: (partner, _company, moment) =>
        html`回答期限は${moment}でしたが、回答がありませんでした。お客様の側では何も変わっておらず、${partner} にアクセス権はありません。`,
    },
    handed_over: {
      heading: () => html`この依頼は、ほかの方に引き継がれました`,
      text: (partner, _company, moment) =>
        html`${moment}に引き継がれ、その方に新しいリンクが送られました。このリンクはもう使えません。ほかに必要な手続きはありません。引き継ぎによって ${partner} にアクセス権が与えられることはありません。`,
    },
  },
  overAdmin: {
    declined: (partner, moment) =>
      html`${moment}に辞退され、${partner} に通知されました。リセラー関係はこれまでと変わらず、すでに付与されている権限は予定どおり終了します。`,
    revoked: (_partner, moment) => html`${moment}に取り消されたため、回答はできません。お客様の側では何も変わっていません。`,
    expired: (_partner, moment) =>
      html`回答期限は${moment}でしたが、回答がありませんでした。何も変わっておらず、すでに付与されている権限は予定どおり終了します。`,
  },
  overWithoutMoment: {
    declined: (partner) => html`依頼は辞退されました。${partner} には通知済みで、アクセス権はありません。`,
    revoked: (partner) =>
      html`依頼は取り消されたため、回答はできません。お客様の側では何も変わっておらず、${partner} にアクセス権はありません。`,
  },
  receipt: '控え',
  receiptRows: {
    partner: 'パートナー',
    company: 'お客様',
    what: '承諾した内容',
    delegatedAdmin: '代理管理権限',
    agreement: '顧客契約',
    at: '日時',
    by: '承諾した方',
  },
  receiptWhat: { relationship: 'リセラー関係', reinstate: 'リセラー関係(再開)', 'delegated-admin': '代理管理権限' },
  receiptUntil: (moment) => html`${moment}まで付与(いつでも取り消せます)`,
  acceptedAdmin: {
    heading: (partner, company) => html`${partner} は ${company} 様の組織を管理できます`,
    next: (partner) => [
      html`${partner} は、お客様に代わって組織を管理できます。リセラー関係を続けたまま、いつでも取り消せます。`,
      html`終了する前に、${partner} から延長の依頼が届くことがあります。承諾されない場合は、自動的に終了します。`,
    ],
  },
  receiptDelegated: { yes: '付与(いつでも取り消せます)', no: '付与していません' },
  receiptAgreement: '承諾済み',
  next: '今後の流れ',
  nextAccepted: (partner) => [
    html`${partner} の顧客一覧にお客様が表示されます。先方からご連絡があります。`,
    html`ご注文やご質問のほか、関係の終了を希望される場合も、上記のご担当にお知らせください。`,
    html`<a href="/my?language=ja">お客様ページ</a>では、アクセス権を持つパートナーをいつでも確認し、代理管理権限を取り消せます。`,
  ],
  contactNow: (partner, link) =>
    html`改めてお取引を希望される場合やご不明な点がある場合は、${partner} の ${link} にご連絡ください。新しい依頼を送ってもらえます。`,
  mailSubject: (partner, company) => `${partner} と ${company} のリセラー関係について`,

  summary: (count) => `ご確認いただきたい項目が ${count} 件あります`,
  notices: {
    'sign-in-failed': 'メールアドレスまたはパスワードが正しくありません。もう一度入力してください。',
    'too-many-attempts': '試行回数が多すぎます。数分待ってから、もう一度お試しください。',
    'sign-in-needed':
      'このドメインまたはメールアドレスのアカウントは、すでにここにあります。二つ目は作れません。サインインしてから回答してください。',
    'changed-meanwhile': 'この依頼は、たった今、回答されたか、引き継がれたか、取り消されました。現在の状態を表示しています。',
    'hand-over-waits': 'すでに別の方のお名前が伝えられており、パートナーの確認を待っています。入力された内容は保存されていません。',
    'hand-over-limit': '別の方のお名前が、すでに何度か伝えられています。パートナーに連絡するか、メールを転送してください。',
    'try-again': '処理できませんでした。何も変更されていません。もう一度お試しください。',
  },

  invalid: {
    title: 'このリンクは使えません',
    text: 'このリンクに対応する依頼がありません。メールソフトによって長いリンクが途中で切れることがあります。また、依頼がほかの方に引き継がれると、リンクは新しくなります。',
    steps: [
      'メールをもう一度開いてボタンを押すか、ボタンの下にあるリンク全体をコピーしてください。',
      'それでも開けない場合は、ご連絡のあったパートナーに新しいメールを依頼してください。',
      '依頼にお心当たりがない場合、必要な手続きはありません。何も行われていません。',
    ],
  },
  errorPages: {
    unexpected: {
      title: '問題が発生しました',
      text: 'お客様の操作が原因ではありません。何も変更されていません。数分後にもう一度お試しください。',
    },
    unavailable: {
      title: 'しばらくお待ちください',
      text: '現在、ポータルに接続できません。何も変更されておらず、リンクは引き続き有効です。数分後にもう一度お試しください。',
    },
    'too-many-requests': {
      title: 'アクセスが集中しています',
      text: 'お使いの接続からの要求が多すぎます。何も変更されていません。数分待ってから、もう一度お試しください。',
    },
    refused: {
      title: 'このページからの送信ではありません',
      text: '回答は、このポータルのページからのみ受け付けます。何も変更されていません。ページをもう一度開いて回答してください。',
    },
    'too-large': {
      title: '入力が長すぎます',
      text: '送信された内容が、このフォームで扱える大きさを超えています。何も変更されていません。前のページに戻り、短くしてからもう一度お試しください。',
    },
  },
};

export const sentences: Readonly<Record<Language, Sentences>> = { en, ja };

type Params = NonNullable<FieldError['params']>;
type RuleSentences = Partial<Record<Rule, (params: Params) => string>>;

/** A number out of the params, under any of the names that it may have; undefined when there is none. */
function number(params: Params, ...names: string[]): string | number | undefined {
  return names.map((name) => params[name]).find((value) => value !== undefined);
}

const rules: Readonly<Record<Language, { rules: RuleSentences; other: string; byField: Record<string, RuleSentences> }>> = {
  en: {
    rules: {
      required: () => 'Please fill this in.',
      wrong_type: () => 'Please fill this in.',
      too_short: (params) => {
        const least = Number(number(params, 'min', 'minimum') ?? 1);
        return least > 1 ? `Use at least ${least} characters.` : 'Please fill this in.';
      },
      too_long: (params) => `Use at most ${number(params, 'max', 'maximum') ?? 200} characters.`,
      password_guessable: () =>
        'This is among the passwords that are tried first, or made of names that go with you. Choose another one: three or four words do well.',
      email: () => 'This is not a complete e-mail address. It looks like name@contoso.com.',
      domain: () => 'This is not a domain. It looks like contoso.com, without http:// and without @.',
      domain_prefix: () => 'This is not a domain. It looks like contoso.com, without http:// and without @.',
      domain_lookalike: () => 'This domain mixes letters of several scripts, so that it could be taken for another one.',
      domain_taken: () => 'This domain already has an account here. One of its global admins must answer; forward the mail to them.',
      country: () => 'Choose a country or region from the list.',
      choice: () => 'Choose one from the list.',
      password: () => 'This password is too easy to guess. Use at least 10 characters that are not your name or address.',
      same_address: () => 'The request went to this very address. Name the one of somebody else.',
      address_bounced: () => 'The partner cannot send mail to this address. Name another one, or write to your contact at the partner.',
      agreement_first: () => 'To accept the request, the customer agreement must be accepted too.',
      control_characters: () => 'There is a character in it that cannot be seen, such as a line break. Please type it again.',
    },
    byField: {
      agreement: {
        required: () => 'To accept the request, the customer agreement must be accepted too.',
        wrong_type: () => 'To accept the request, the customer agreement must be accepted too.',
      },
      domain: {
        confirmation: (params) => `The request is to ${params.expected}. Another domain needs another request: ask the partner for one.`,
      },
      country: {
        required: () => 'Choose a country or region from the list.',
        wrong_type: () => 'Choose a country or region from the list.',
      },
    },
    other: 'This does not fit here. Please check it.',
  },
  ja: {
    rules: {
      required: () => '入力してください。',
      wrong_type: () => '入力してください。',
      too_short: (params) => {
        const least = Number(number(params, 'min', 'minimum') ?? 1);
        return least > 1 ? `${least} 文字以上で入力してください。` : '入力してください。';
      },
      too_long: (params) => `${number(params, 'max', 'maximum') ?? 200} 文字以内で入力してください。`,
      password_guessable: () =>
        '推測されやすいパスワードか、お名前や会社名などからできたパスワードです。別のパスワードを選んでください(単語を3つか4つ並べるのがおすすめです)。',
      email: () => 'メールアドレスの形式が正しくありません(例: name@contoso.com)。',
      domain: () => 'ドメインの形式が正しくありません。contoso.com のように、http:// や @ を付けずに入力してください。',
      domain_prefix: () => 'ドメインの形式が正しくありません。contoso.com のように、http:// や @ を付けずに入力してください。',
      domain_lookalike: () => 'このドメインには複数の文字体系が混在しており、別のドメインと見間違えるおそれがあります。',
      domain_taken: () =>
        'このドメインのアカウントはすでにここにあります。回答できるのはそのグローバル管理者です。メールを転送してください。',
      country: () => '国または地域を一覧から選択してください。',
      choice: () => '一覧から選択してください。',
      password: () => '推測されやすいパスワードです。名前やアドレスを避け、10 文字以上で入力してください。',
      same_address: () => 'この依頼が届いたアドレスと同じです。別の方のアドレスを入力してください。',
      address_bounced: () =>
        'パートナーからこのアドレスにメールを送ることができません。別のアドレスを入力するか、パートナーのご担当にご連絡ください。',
      agreement_first: () => '依頼を承諾するには、顧客契約の承諾も必要です。',
      control_characters: () => '改行など、目に見えない文字が含まれています。入力し直してください。',
    },
    byField: {
      agreement: {
        required: () => '依頼を承諾するには、顧客契約の承諾も必要です。',
        wrong_type: () => '依頼を承諾するには、顧客契約の承諾も必要です。',
      },
      domain: {
        confirmation: (params) =>
          `この依頼は ${params.expected} 宛てです。別のドメインについては、パートナーに新しい依頼を求めてください。`,
      },
      country: { required: () => '国または地域を一覧から選択してください。', wrong_type: () => '国または地域を一覧から選択してください。' },
    },
    other: 'この内容は使えません。ご確認ください。',
  },
};

/** The rule that a field breaks, as a sentence for the person in front of it. */
export function ruleSentence(language: Language, error: FieldError): string {
  const { rules: general, byField, other } = rules[language];
  const sentence = byField[error.path]?.[error.rule] ?? general[error.rule];
  return sentence ? sentence(error.params ?? {}) : other;
}

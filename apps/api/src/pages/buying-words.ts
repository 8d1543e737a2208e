import type { FieldError, Language, OrderKind, OrderState, PermissionStanding, Scope, Zone } from '@clientele/domain';
import { type Content, type Html, html } from './html.ts';
import { ruleSentence } from './messages.ts';

/** What a page about buying says on top, after something was done or refused. */
export const buyingNotices = ['priceChanged', 'notOwner', 'stopped', 'changed', 'again', 'withdrawn'] as const;
export type BuyingNotice = (typeof buyingNotices)[number];
export type BuyingField = 'productId' | 'region' | 'quantity' | 'scope' | 'scopeName' | 'note' | 'subscriptionId';

/** Everything that the customer's own pages about buying say. */
interface Words {
  title: string;
  open: string;
  openText: (partner: Content) => Html;
  notices: Record<BuyingNotice, string>;
  allows: (partner: Content) => Html;
  standing: Record<PermissionStanding, (partner: Content) => Html>;
  todo: Record<PermissionStanding | 'notOwner' | 'agreement', (partner: Content) => Html>;
  facts: Record<'perPurchase' | 'perMonth' | 'left' | 'how' | 'until' | 'counted', string>;
  leftUntil: (left: Content, until: Content) => Html;
  how: Record<'tell' | 'ask', (partner: Content) => Html>;
  noEnd: string;
  zone: Record<Zone, string>;
  buy: string;
  reservations: string;
  noReservations: string;
  orders: string;
  noOrders: string;
  history: string;
  reservationState: Record<'active' | 'cancelled' | 'expired', (at: Content) => Html>;
  asked: Record<OrderKind, string>;
  change: string;
  look: string;
  times: (quantity: number) => string;
  state: Record<OrderState, string>;
  stateText: Record<OrderState, (partner: Content, until: Content) => Html>;
  kind: Record<OrderKind, string>;
  boughtText: (partner: Content) => Html;
  buyTitle: string;
  buyLead: (partner: Content) => Html;
  fields: Record<BuyingField, string>;
  hints: { quantity: string; scopeName: string; note: (partner: Content) => Html };
  choose: string;
  fromPrice: (price: string) => string;
  surcharge: (percent: number) => string;
  scope: Record<Scope, string>;
  scopeShort: (scope: Scope, name: string) => string;
  toReview: string;
  reviewTitle: string;
  reviewLead: string;
  nothingYet: string;
  rows: Record<
    | 'product'
    | 'region'
    | 'quantity'
    | 'scope'
    | 'unit'
    | 'total'
    | 'term'
    | 'left'
    | 'plan'
    | 'state'
    | 'at'
    | 'by'
    | 'decided'
    | 'until'
    | 'answer'
    | 'note'
    | 'about'
    | 'number',
    string
  >;
  term: (months: number) => string;
  next: string;
  nextTell: (partner: Content) => Html[];
  nextAsk: (partner: Content, days: number) => Html[];
  confirm: (total: string) => string;
  confirmAsk: (partner: Content) => Html;
  back: string;
  backToList: string;
  withdraw: string;
  withdrawText: string;
  requestTitle: string;
  requestLead: (partner: Content) => Html;
  renew: { title: string; text: (partner: Content, price: string) => Html; button: string };
  exchange: { title: string; text: (partner: Content) => Html; button: string; send: (partner: Content) => Html };
  cancel: { title: string; text: (partner: Content) => Html; button: string };
  nextExchange: (partner: Content, days: number) => Html[];
  cannotAsk: (partner: Content) => Html;
  rules: Partial<Record<string, (params: NonNullable<FieldError['params']>) => string>>;
}

const amount = (params: NonNullable<FieldError['params']>) => `${params.amount ?? ''} ${params.currency ?? ''}`.trim();

const en: Words = {
  title: 'Buying and reservations',
  open: 'Buy and see reservations',
  openText: (partner) => html`What you can buy by yourself with ${partner}, your reservations and your orders.`,
  notices: {
    priceChanged: 'The price is another now. Nothing was bought. Please look at the new price before you go on.',
    notOwner: 'Only the owner of the Azure plan may do this. Nothing was changed.',
    stopped: 'You cannot buy by yourself any more. Nothing was bought; below it says why.',
    changed: 'Somebody was quicker, or things have changed meanwhile. Nothing was done; this is how it is now.',
    again: 'Something is asked for this reservation already. Your partner answers that first.',
    withdrawn: 'You have taken it back. Nothing was changed.',
  },
  allows: (partner) => html`What ${partner} allows`,
  standing: {
    working: (partner) => html`You can buy by yourself with ${partner}`,
    off: () => html`Buying by yourself is off`,
    ended: () => html`Buying by yourself has ended`,
    relationship: () => html`Buying by yourself is stopped`,
    plan: () => html`Buying by yourself is stopped`,
    owner: () => html`Buying by yourself is stopped`,
  },
  todo: {
    working: () => html`Choose a reservation; you see the price before anything is bought.`,
    off: (partner) => html`${partner} has not turned it on for your organisation. Ask ${partner} if you would like to.`,
    ended: (partner) => html`The time for which ${partner} allowed it is over. Ask ${partner} if you need it again.`,
    relationship: (partner) => html`There is no active relationship with ${partner} any more, and so nothing new can be bought.`,
    plan: (partner) =>
      html`A reservation is bought on an active Azure plan, and there is none with ${partner} now. Ask ${partner} about it.`,
    owner: (partner) => html`Nobody of your organisation is named as the owner of the Azure plan. Ask ${partner} to name somebody.`,
    notOwner: (partner) =>
      html`Only the owner of the Azure plan may buy on it, and that is somebody else. Ask the owner, or ask ${partner} to name you.`,
    agreement: () =>
      html`The customer agreement must be accepted first. A global admin of your organisation can do that on the page of this partner.`,
  },
  facts: {
    perPurchase: 'Each purchase',
    perMonth: 'Each month',
    left: 'Left this month',
    how: 'What happens',
    until: 'Allowed until',
    counted: 'Months',
  },
  leftUntil: (left, until) => html`<strong>${left}</strong>, until ${until}`,
  how: {
    tell: (partner) => html`You buy at once, and ${partner} is told.`,
    ask: (partner) => html`${partner} is asked first, and you are told the answer by mail.`,
  },
  noEnd: 'Somebody turns it off',
  zone: { UTC: 'counted in UTC', 'Asia/Tokyo': 'counted in Japan’s time' },
  buy: 'Buy a reservation',
  reservations: 'Your reservations',
  noReservations: 'There are no reservations yet.',
  orders: 'Your orders',
  noOrders: 'Nothing was ordered here yet.',
  history: 'History',
  reservationState: {
    active: (at) => html`Runs until ${at}`,
    cancelled: () => html`Cancelled`,
    expired: (at) => html`Ended on ${at}`,
  },
  asked: { buy: 'Waits', exchange: 'Exchange asked for', cancel: 'Cancellation asked for', renew: 'Renewal asked for' },
  change: 'Exchange, renew or cancel',
  look: 'Details',
  times: (quantity) => `${quantity} ×`,
  state: { 'awaiting-approval': 'Waits for an answer', placed: 'Done', declined: 'Declined', lapsed: 'Lapsed', withdrawn: 'Taken back' },
  stateText: {
    'awaiting-approval': (partner, until) =>
      html`${partner} decides about it, until ${until}. You will be told by mail. Until then nothing is changed.`,
    placed: (partner) => html`${partner} agreed, and it is carried out.`,
    declined: (partner) => html`${partner} declined. Nothing was changed.`,
    lapsed: (partner) => html`${partner} did not answer in time. Nothing was changed, and you can order again.`,
    withdrawn: () => html`It was taken back before it was answered. Nothing was changed.`,
  },
  kind: { buy: 'Purchase', exchange: 'Exchange', cancel: 'Cancellation', renew: 'Renewal' },
  boughtText: (partner) => html`The reservation is placed, and ${partner} was told. A confirmation is on its way to your mailbox.`,
  buyTitle: 'Buy a reservation',
  buyLead: (partner) => html`It is bought on your Azure plan with ${partner}. You see the price, and confirm it, on the next page.`,
  fields: {
    productId: 'Reservation and term',
    region: 'Region',
    quantity: 'Quantity',
    scope: 'What it is good for',
    scopeName: 'Name of the resource group',
    note: 'Message',
    subscriptionId: 'Azure plan',
  },
  hints: {
    quantity: 'A whole number.',
    scopeName: 'Only for a single resource group.',
    note: (partner) => html`Optional. ${partner} reads it.`,
  },
  choose: 'Please choose',
  fromPrice: (price) => `from ${price} each`,
  surcharge: (percent) => (percent === 100 ? 'list price' : `list price + ${percent - 100} %`),
  scope: { shared: 'All subscriptions of the organisation', subscription: 'This Azure plan alone', 'resource-group': 'One resource group' },
  scopeShort: (scope, name) =>
    ({
      shared: 'All subscriptions of the organisation',
      subscription: 'This Azure plan alone',
      'resource-group': `Resource group ${name}`,
    })[scope],
  toReview: 'See the price',
  reviewTitle: 'Check and confirm',
  reviewLead: 'This is what you order. Nothing is bought before you press the button.',
  nothingYet: 'Nothing has been bought yet.',
  rows: {
    product: 'Reservation',
    region: 'Region',
    quantity: 'Quantity',
    scope: 'Good for',
    unit: 'Price of one',
    total: 'Total',
    term: 'Term',
    left: 'Left this month afterwards',
    plan: 'Azure plan',
    state: 'State',
    at: 'Ordered',
    by: 'Ordered by',
    decided: 'Answered',
    until: 'Answer until',
    answer: 'What your partner says',
    note: 'Your message',
    about: 'About',
    number: 'Order number',
  },
  term: (months) =>
    months % 12 === 0 ? `${months / 12} ${months === 12 ? 'year' : 'years'}, paid in advance` : `${months} months, paid in advance`,
  next: 'What happens next',
  nextTell: (partner) => [
    html`The reservation is placed at once and runs from today.`,
    html`${partner} pays for it, is told, and bills you as you have agreed with each other.`,
    html`You get a confirmation by mail.`,
    html`To exchange, renew or cancel it later, you ask ${partner} on this page.`,
  ],
  nextAsk: (partner, days) => [
    html`${partner} gets a mail and decides. Until then nothing is bought.`,
    html`You are told the answer by mail. Without an answer within ${days} days the order lapses.`,
    html`While it waits, it counts against what is left this month.`,
    html`When ${partner} agrees, the reservation is placed at this price, and ${partner} pays for it.`,
  ],
  confirm: (total) => `Buy now for ${total}`,
  confirmAsk: (partner) => html`Ask ${partner} to agree`,
  back: 'Change something',
  backToList: 'Buying and reservations',
  withdraw: 'Take it back',
  withdrawText: 'As long as it is not answered, you can take it back.',
  requestTitle: 'Exchange, renew or cancel',
  requestLead: (partner) => html`You ask, and ${partner} decides and carries it out. Nothing is changed before that.`,
  renew: {
    title: 'Renew',
    text: (partner, price) =>
      html`The same again for another term, which begins when this one ends. It would cost ${price} today. ${partner} decides.`,
    button: 'Ask to renew it',
  },
  exchange: {
    title: 'Exchange',
    text: (partner) =>
      html`This one is cancelled and another one begins, in one step. You see the price on the next page, and ${partner} decides.`,
    button: 'See the price',
    send: (partner) => html`Ask ${partner} to exchange it`,
  },
  cancel: {
    title: 'Cancel',
    text: (partner) => html`The reservation ends early. What is paid back, you agree on with ${partner}.`,
    button: 'Ask to cancel it',
  },
  nextExchange: (partner, days) => [
    html`${partner} gets a mail and decides. Until then your present reservation runs on.`,
    html`When ${partner} agrees, the present reservation is cancelled and the new one begins, both at once.`,
    html`Without an answer within ${days} days the request lapses, and everything stays as it is.`,
  ],
  cannotAsk: (partner) =>
    html`Only the owner of the Azure plan or a global admin can ask for a change, for a reservation that still runs, and one thing at a time. You can always write to ${partner}.`,
  rules: {
    over_purchase_cap: (params) => `This is more than one purchase may be. At most ${amount(params)} is possible now; choose less.`,
    over_month_cap: (params) =>
      `This is more than is left of this month. At most ${amount(params)} is possible now; choose less, or ask your partner for more.`,
    unknown_product: () => 'Choose a reservation from the list.',
    choice: () => 'Choose one from the list.',
    resource_group: () => 'A resource group has letters, digits, and . _ - ( ), at most 90 in all, and does not end with a point.',
    too_small: (params) => `At least ${params.min ?? 1}.`,
    too_large: (params) => `At most ${params.max ?? 100}.`,
    not_whole: () => 'Enter a whole number.',
    agreement_first: () =>
      'The customer agreement must be accepted first. A global admin of your organisation can do that on the page of this partner.',
  },
};

const ja: Words = {
  title: '購入と予約',
  open: '購入と予約を見る',
  openText: (partner) => html`${partner} から購入できるもの、予約、注文の履歴を確認できます。`,
  notices: {
    priceChanged: '金額が変わりました。まだ何も購入されていません。新しい金額をご確認のうえ、お進みください。',
    notOwner: 'この操作ができるのは Azure プランの所有者のみです。何も変更されていません。',
    stopped: '現在、ご自身で購入することはできません。何も購入されていません。理由は以下のとおりです。',
    changed: '他の方の操作などで状況が変わりました。何も行われていません。現在の状態は以下のとおりです。',
    again: 'この予約については、すでに依頼が出ています。パートナーの回答をお待ちください。',
    withdrawn: '取り下げました。何も変更されていません。',
  },
  allows: (partner) => html`${partner} が許可している範囲`,
  standing: {
    working: (partner) => html`${partner} からご自身で購入できます`,
    off: () => html`ご自身での購入は許可されていません`,
    ended: () => html`ご自身での購入の許可は終了しました`,
    relationship: () => html`ご自身での購入は停止中です`,
    plan: () => html`ご自身での購入は停止中です`,
    owner: () => html`ご自身での購入は停止中です`,
  },
  todo: {
    working: () => html`予約を選択してください。購入の前に金額を確認できます。`,
    off: (partner) => html`貴社での購入は、${partner} がまだ許可していません。ご希望の場合は ${partner} にご相談ください。`,
    ended: (partner) => html`${partner} が許可した期間が終了しました。引き続き必要な場合は ${partner} にご相談ください。`,
    relationship: (partner) => html`${partner} との有効なリセラー関係がないため、新たに購入することはできません。`,
    plan: (partner) =>
      html`予約の購入には有効な Azure プランが必要ですが、現在 ${partner} との間にありません。${partner} にご相談ください。`,
    owner: (partner) => html`Azure プランの所有者が決められていません。所有者の指定を ${partner} にご依頼ください。`,
    notOwner: (partner) =>
      html`購入できるのは Azure プランの所有者のみで、別の方が所有者です。所有者の方に頼むか、所有者の変更を ${partner} にご依頼ください。`,
    agreement: () => html`先に顧客契約への同意が必要です。貴社のグローバル管理者の方が、このパートナーのページで同意できます。`,
  },
  facts: {
    perPurchase: '1 回の上限',
    perMonth: '1 か月の上限',
    left: '今月の残り',
    how: '購入の流れ',
    until: '許可の期限',
    counted: '月の区切り',
  },
  leftUntil: (left, until) => html`<strong>${left}</strong>(${until}まで)`,
  how: {
    tell: (partner) => html`すぐに購入でき、${partner} に通知されます。`,
    ask: (partner) => html`先に ${partner} の承認が必要です。結果はメールでお知らせします。`,
  },
  noEnd: '期限なし',
  zone: { UTC: '協定世界時(UTC)で数えます', 'Asia/Tokyo': '日本時間で数えます' },
  buy: '予約を購入する',
  reservations: 'ご利用中の予約',
  noReservations: '予約はまだありません。',
  orders: '注文の履歴',
  noOrders: '注文はまだありません。',
  history: '履歴',
  reservationState: {
    active: (at) => html`${at}まで有効`,
    cancelled: () => html`キャンセル済み`,
    expired: (at) => html`${at}に終了`,
  },
  asked: { buy: '承認待ち', exchange: '交換を依頼中', cancel: 'キャンセルを依頼中', renew: '更新を依頼中' },
  change: '交換、更新、キャンセル',
  look: '詳細',
  times: (quantity) => `${quantity} 個`,
  state: { 'awaiting-approval': '回答待ち', placed: '完了', declined: '不承認', lapsed: '期限切れ', withdrawn: '取り下げ' },
  stateText: {
    'awaiting-approval': (partner, until) =>
      html`${partner} が${until}までに判断します。結果はメールでお知らせします。それまで何も変更されません。`,
    placed: (partner) => html`${partner} が承認し、手続きが完了しました。`,
    declined: (partner) => html`${partner} が承認しませんでした。何も変更されていません。`,
    lapsed: (partner) => html`期限までに ${partner} の回答がありませんでした。何も変更されていません。改めて注文できます。`,
    withdrawn: () => html`回答の前に取り下げられました。何も変更されていません。`,
  },
  kind: { buy: '購入', exchange: '交換', cancel: 'キャンセル', renew: '更新' },
  boughtText: (partner) => html`予約の購入が完了し、${partner} に通知しました。確認のメールをお送りしています。`,
  buyTitle: '予約を購入する',
  buyLead: (partner) => html`${partner} から提供されている Azure プランで購入します。金額は次のページで確認し、確定できます。`,
  fields: {
    productId: '予約の種類と期間',
    region: 'リージョン',
    quantity: '数量',
    scope: '適用範囲',
    scopeName: 'リソース グループの名前',
    note: 'メッセージ',
    subscriptionId: 'Azure プラン',
  },
  hints: {
    quantity: '整数で入力してください。',
    scopeName: 'リソース グループに限定する場合のみ入力してください。',
    note: (partner) => html`任意です。${partner} に送られます。`,
  },
  choose: '選択してください',
  fromPrice: (price) => `1 個 ${price}から`,
  surcharge: (percent) => (percent === 100 ? '標準価格' : `標準価格 + ${percent - 100} %`),
  scope: { shared: '組織のすべてのサブスクリプション', subscription: 'この Azure プランのみ', 'resource-group': '1 つのリソース グループ' },
  scopeShort: (scope, name) =>
    ({ shared: '組織のすべてのサブスクリプション', subscription: 'この Azure プランのみ', 'resource-group': `リソース グループ ${name}` })[
      scope
    ],
  toReview: '金額を確認する',
  reviewTitle: '内容の確認',
  reviewLead: 'ご注文の内容です。ボタンを押すまで、何も購入されません。',
  nothingYet: 'まだ何も購入されていません。',
  rows: {
    product: '予約',
    region: 'リージョン',
    quantity: '数量',
    scope: '適用範囲',
    unit: '単価',
    total: '合計',
    term: '期間',
    left: '購入後の今月の残り',
    plan: 'Azure プラン',
    state: '状態',
    at: '注文日時',
    by: '注文者',
    decided: '回答日時',
    until: '回答の期限',
    answer: 'パートナーからの回答',
    note: 'お客様のメッセージ',
    about: '対象',
    number: '注文番号',
  },
  term: (months) => (months % 12 === 0 ? `${months / 12} 年(前払い)` : `${months} か月(前払い)`),
  next: 'この後の流れ',
  nextTell: (partner) => [
    html`予約はすぐに購入され、本日から有効です。`,
    html`代金は ${partner} が支払い、両社の取り決めに従って貴社に請求されます。${partner} に通知されます。`,
    html`確認のメールをお送りします。`,
    html`後から交換、更新、キャンセルする場合は、このページで ${partner} に依頼します。`,
  ],
  nextAsk: (partner, days) => [
    html`${partner} にメールが届き、判断します。それまで何も購入されません。`,
    html`結果はメールでお知らせします。${days} 日以内に回答がない場合、注文は期限切れになります。`,
    html`回答を待つ間も、今月の残りから差し引かれます。`,
    html`承認されると、この金額で購入されます。代金は ${partner} が支払います。`,
  ],
  confirm: (total) => `${total}で購入する`,
  confirmAsk: (partner) => html`${partner} に承認を依頼する`,
  back: '内容を変更する',
  backToList: '購入と予約',
  withdraw: '取り下げる',
  withdrawText: '回答があるまでは、取り下げることができます。',
  requestTitle: '交換、更新、キャンセル',
  requestLead: (partner) => html`ご依頼を受けて、${partner} が判断し、手続きします。それまで何も変更されません。`,
  renew: {
    title: '更新',
    text: (partner, price) =>
      html`現在の期間が終わると、同じ内容で新しい期間が始まります。本日の金額は${price}です。${partner} が判断します。`,
    button: '更新を依頼する',
  },
  exchange: {
    title: '交換',
    text: (partner) => html`現在の予約をキャンセルし、同時に別の予約を始めます。金額は次のページで確認できます。${partner} が判断します。`,
    button: '金額を確認する',
    send: (partner) => html`${partner} に交換を依頼する`,
  },
  cancel: {
    title: 'キャンセル',
    text: (partner) => html`予約を途中で終了します。返金については ${partner} とご相談ください。`,
    button: 'キャンセルを依頼する',
  },
  nextExchange: (partner, days) => [
    html`${partner} にメールが届き、判断します。それまで現在の予約がそのまま続きます。`,
    html`承認されると、現在の予約のキャンセルと新しい予約の開始が同時に行われます。`,
    html`${days} 日以内に回答がない場合、依頼は期限切れになり、何も変わりません。`,
  ],
  cannotAsk: (partner) =>
    html`依頼できるのは、有効な予約について、Azure プランの所有者またはグローバル管理者の方のみで、一度に 1 件です。ご不明な点は ${partner} にお問い合わせください。`,
  rules: {
    over_purchase_cap: (params) =>
      `1 回の購入の上限を超えています。現在購入できるのは ${amount(params)} までです。数量を減らしてください。`,
    over_month_cap: (params) =>
      `今月の残りを超えています。現在購入できるのは ${amount(params)} までです。数量を減らすか、パートナーにご相談ください。`,
    unknown_product: () => '予約を一覧から選択してください。',
    choice: () => '一覧から選択してください。',
    resource_group: () => 'リソース グループの名前には、文字、数字、. _ - ( ) を 90 文字まで使えます。末尾にピリオドは使えません。',
    too_small: (params) => `${params.min ?? 1} 以上で入力してください。`,
    too_large: (params) => `${params.max ?? 100} 以下で入力してください。`,
    not_whole: () => '整数で入力してください。',
    agreement_first: () => '先に顧客契約への同意が必要です。貴社のグローバル管理者の方が、このパートナーのページで同意できます。',
  },
};

export const buyingWords: Readonly<Record<Language, Words>> = { en, ja };

/** The rule that a field breaks, as a sentence. */
export const buyingRule = (language: Language, error: FieldError): string =>
  buyingWords[language].rules[error.rule]?.(error.params ?? {}) ?? ruleSentence(language, error);

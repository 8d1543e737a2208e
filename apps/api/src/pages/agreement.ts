import type { Language } from '@clientele/domain';

/** The customer agreement as it is shown: who buys through a partner accepts it once. Both languages say the same. */
export interface Agreement {
  title: string;
  /** When this wording came into force. */
  version: string;
  sections: readonly { heading: string; text: string }[];
}

type Wording = Readonly<Record<Language, Agreement>>;

const october2025: Wording = {
  en: {
    title: 'Customer agreement',
    version: 'Version of 1 October 2025',
    sections: [
      {
        heading: '1. What this is about',
        text: 'This agreement is between your organisation and the vendor whose products you use. It covers every product that you obtain through a partner in this portal. You accept it once; it then holds for all partners that you work with.',
      },
      {
        heading: '2. What you may use',
        text: 'For as long as a subscription is active, your organisation may use the product within the quantity bought and the terms published for it. You may not resell it, get around its limits, or use it to break the law or to harm others.',
      },
      {
        heading: '3. Orders, prices and payment',
        text: 'You order through a partner. Price, billing and payment are agreed between you and that partner; the vendor bills the partner. If a partner stops, you may move your subscriptions to another one.',
      },
      {
        heading: '4. Your account and your people',
        text: 'Your organisation has one account. It names global admins who speak for it here, keeps their details correct, and answers for what is done with their sign-in. Tell the operator of this portal without delay when a sign-in may have fallen into other hands.',
      },
      {
        heading: '5. What partners may do',
        text: 'A partner may do what you have allowed it to do, and nothing beyond that. A reseller relationship lets it manage the subscriptions that you have through it. Delegated admin is a separate consent; you may take it away at any time and keep the relationship.',
      },
      {
        heading: '6. Your data',
        text: 'What you put into the products stays yours. It is processed to provide the products, to keep them secure, and where the law demands it. Details about your organisation in this portal are seen by you and by the partners that you have accepted. After the end you have 90 days to take your data out.',
      },
      {
        heading: '7. Warranty and liability',
        text: 'The vendor provides the products with reasonable skill and care. Liability for slight negligence is limited to what was paid for the product concerned in the twelve months before. Nothing here limits liability that the law does not allow to be limited.',
      },
      {
        heading: '8. Suspension and end',
        text: 'A product may be suspended when it endangers others, when the law demands it, or when it is not paid for; except in an emergency you are told 14 days ahead. You may end this agreement at any time by cancelling all subscriptions. What was ordered before is still settled.',
      },
      {
        heading: '9. Changes',
        text: 'Changes are announced to your global admins at least 60 days ahead. If you do not agree, you may end the subscriptions concerned before the change takes effect. The law of the country in which your organisation is established applies.',
      },
    ],
  },
  ja: {
    title: '顧客契約',
    version: '2025年10月1日版',
    sections: [
      {
        heading: '第1条 この契約について',
        text: '本契約は、お客様の組織と、お客様が利用する製品のベンダーとの間の契約です。このポータルのパートナーを通じて入手するすべての製品に適用されます。承諾は一度だけで、以後はお取引のあるすべてのパートナーについて有効です。',
      },
      {
        heading: '第2条 ご利用の範囲',
        text: 'サブスクリプションが有効な間、お客様の組織は、購入した数量と製品ごとに公開された条件の範囲内で製品を利用できます。製品の再販売、制限の回避、法令に反する利用、第三者に害を及ぼす利用はできません。',
      },
      {
        heading: '第3条 注文、価格、支払い',
        text: 'ご注文はパートナーを通じて行います。価格、請求、支払いはお客様とパートナーとの間で取り決め、ベンダーはパートナーに請求します。パートナーが業務を終了した場合、お客様はサブスクリプションを別のパートナーに移すことができます。',
      },
      {
        heading: '第4条 アカウントと担当者',
        text: 'お客様の組織のアカウントは一つです。お客様は、ここで組織を代表するグローバル管理者を定め、その情報を正しく保ち、そのサインインによって行われたことについて責任を負います。サインイン情報が他人に知られた可能性がある場合は、速やかにこのポータルの運営者に知らせてください。',
      },
      {
        heading: '第5条 パートナーの権限',
        text: 'パートナーは、お客様が許可した範囲のことだけを行えます。リセラー関係により、パートナーは自社を通じて提供されたサブスクリプションを管理できます。代理管理権限には別の同意が必要で、お客様はリセラー関係を続けたまま、いつでもこれを取り消すことができます。',
      },
      {
        heading: '第6条 お客様のデータ',
        text: 'お客様が製品に保存したデータは、お客様のものです。データは、製品の提供、安全の確保、および法令が求める場合に処理されます。このポータル上の組織の情報は、お客様と、お客様が承諾したパートナーが閲覧できます。終了後90日間は、データを取り出すことができます。',
      },
      {
        heading: '第7条 保証と責任',
        text: 'ベンダーは、合理的な技能と注意をもって製品を提供します。軽過失による責任は、該当する製品について直前の12か月間に支払われた金額を上限とします。法令により制限できない責任は、本契約によって制限されません。',
      },
      {
        heading: '第8条 停止と終了',
        text: '他者に危険を及ぼす場合、法令が求める場合、または支払いがない場合、製品が停止されることがあります。緊急の場合を除き、14日前までにお知らせします。お客様は、すべてのサブスクリプションを解約することで、いつでも本契約を終了できます。終了前のご注文は精算されます。',
      },
      {
        heading: '第9条 変更',
        text: '変更は、60日前までにグローバル管理者にお知らせします。同意されない場合は、変更が効力を生じる前に、該当するサブスクリプションを終了できます。本契約には、お客様の組織が所在する国の法律が適用されます。',
      },
    ],
  },
};

/** Every wording that anybody has accepted, the newest first. A changed text is a new entry: receipts show what was accepted. */
const wordings: readonly [{ since: Date; wording: Wording }, ...{ since: Date; wording: Wording }[]] = [
  { since: new Date('2025-10-01T00:00:00Z'), wording: october2025 },
];

/** The wording in force now. */
export const agreements: Wording = wordings[0].wording;

/** The wording that was in force at a moment. What was accepted elsewhere before the first one is shown with the first. */
export function agreementAt(language: Language, at: Date): Agreement {
  return (wordings.find(({ since }) => since <= at) ?? wordings.at(-1) ?? wordings[0]).wording[language];
}

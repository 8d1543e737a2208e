import type { Language, ProfileChoiceField } from '@clientele/domain';
import { type Content, type Html, html } from './html.ts';

interface Words {
  title: string;
  lead: string;
  /** For search engines; at most some 150 characters. */
  description: string;
  search: string;
  searchHint: string;
  place: string;
  placeHint: string;
  country: string;
  anyCountry: string;
  filters: string;
  fields: Record<ProfileChoiceField, string>;
  /** The same lists, of what a partner has chosen. */
  chosen: Record<ProfileChoiceField, string>;
  any: string;
  find: string;
  results: string;
  found: (count: string, isAll: boolean) => string;
  order: string;
  without: (filter: Content) => Html;
  clear: string;
  unknown: string;
  next: string;
  first: string;
  nothingTitle: string;
  nothingText: string;
  nobodyTitle: string;
  nobodyText: string;
  offTitle: string;
  offText: string;
  goneTitle: string;
  goneText: string;
  all: string;
  ask: (partner: Content) => Html;
  askHint: string;
  about: string;
  offer: string;
  webSite: string;
  newTab: string;
  tags: string;
  locations: string;
  noLocations: (country: string) => string;
  since: string;
  answersWithin: string;
  serves: (country: string) => string;
  previewTitle: string;
  previewText: string;
}

const en: Words = {
  title: 'Find a partner',
  lead: 'Partners that sell cloud services and look after them. Tell us where you are and what you need.',
  description:
    'Find a partner for cloud services near you: search by place, industry, product, service and company size, and send an enquiry.',
  search: 'What are you looking for?',
  searchHint: 'A name, a product, a subject',
  place: 'City, region or postal code',
  placeHint: 'For example Osaka',
  country: 'Country or region',
  anyCountry: 'Anywhere',
  filters: 'More filters',
  fields: { industries: 'Your industry', products: 'Product', services: 'Service', companySizes: 'Size of your company' },
  chosen: { industries: 'Industries', products: 'Products', services: 'Services', companySizes: 'Sizes of companies' },
  any: 'Any',
  find: 'Find partners',
  results: 'Partners',
  found: (count, isAll) => (isAll ? (count === '1' ? '1 partner' : `${count} partners`) : `More than ${count} partners`),
  order: 'in the order of their names',
  without: (filter) => html`<span class="visually-hidden">Remove filter: </span>${filter}`,
  clear: 'Clear all filters',
  unknown: 'One of the filters in this link is not known here and was left out.',
  next: 'Next page',
  first: 'First page',
  nothingTitle: 'No partner has all of that',
  nothingText: 'Take one of the filters away, or write another word. The place is where a partner has an office: many work beyond it.',
  nobodyTitle: 'No partner has published a profile yet',
  nobodyText: 'As soon as one does, it is shown here. Please come back another day.',
  offTitle: 'Find a partner is not offered in this cloud',
  offText:
    'In the US Government cloud partners publish no profiles and take no enquiries. Please turn to the partner that you know, or to the vendor.',
  goneTitle: 'This profile is not published',
  goneText: 'The partner has taken it off, or the address has a mistake in it.',
  all: 'All partners',
  ask: (partner) => html`Send an enquiry to ${partner}`,
  askHint: 'It costs nothing and binds you to nothing. You get a copy.',
  about: 'About',
  offer: 'What it offers',
  webSite: 'Web site',
  newTab: '(opens in a new tab)',
  tags: 'Subjects',
  locations: 'Locations',
  noLocations: (country) => `Works in ${country} without an office there.`,
  since: 'Partner since',
  answersWithin: 'Usually answers within',
  serves: (country) => `For customers in ${country}`,
  previewTitle: 'Preview',
  previewText: 'This is how customers will see it.',
};

const ja: Words = {
  title: 'パートナーを探す',
  lead: 'クラウド サービスの販売とサポートを行うパートナーです。所在地とご要望を入力してお探しください。',
  description: 'お近くのクラウド サービスのパートナーを、地域・業種・製品・サービス・企業規模から探して、問い合わせができます。',
  search: '何をお探しですか',
  searchHint: '会社名、製品名、キーワードなど',
  place: '市区町村、都道府県、郵便番号',
  placeHint: '例: 大阪',
  country: '国・地域',
  anyCountry: 'すべて',
  filters: '条件を追加',
  fields: { industries: 'お客様の業種', products: '製品', services: 'サービス', companySizes: 'お客様の企業規模' },
  chosen: { industries: '業種', products: '製品', services: 'サービス', companySizes: '対象の企業規模' },
  any: '指定なし',
  find: '検索',
  results: 'パートナー',
  found: (count, isAll) => (isAll ? `${count} 社` : `${count} 社以上`),
  order: '名前順',
  without: (filter) => html`<span class="visually-hidden">条件を外す: </span>${filter}`,
  clear: 'すべての条件を解除',
  unknown: 'リンクに含まれる条件のうち、現在使われていないものを除いて検索しました。',
  next: '次のページ',
  first: '最初のページ',
  nothingTitle: 'すべての条件に合うパートナーが見つかりません',
  nothingText:
    '条件を減らすか、別の言葉でお試しください。地域はパートナーの拠点の場所です。拠点以外の地域に対応するパートナーも多くあります。',
  nobodyTitle: 'プロファイルを公開しているパートナーはまだありません',
  nobodyText: '公開され次第、ここに表示されます。後日改めてご覧ください。',
  offTitle: 'このクラウドでは「パートナーを探す」を提供していません',
  offText:
    '米国政府機関向けクラウドでは、パートナーのプロファイルの公開と問い合わせの受け付けを行っていません。お取引のあるパートナーまたはベンダーにご相談ください。',
  goneTitle: 'このプロファイルは公開されていません',
  goneText: 'パートナーが公開を停止したか、アドレスに誤りがあります。',
  all: 'すべてのパートナー',
  ask: (partner) => html`${partner} に問い合わせる`,
  askHint: '無料です。契約などの義務は生じません。問い合わせの控えをお送りします。',
  about: '紹介',
  offer: '取り扱い内容',
  webSite: 'Web サイト',
  newTab: '（新しいタブで開きます）',
  tags: 'キーワード',
  locations: '拠点',
  noLocations: (country) => `${country}に拠点はありませんが、対応しています。`,
  since: 'パートナー登録',
  answersWithin: '返信までの目安',
  serves: (country) => `${country}のお客様向け`,
  previewTitle: 'プレビュー',
  previewText: 'お客様にはこのように表示されます。',
};

export const findWords: Readonly<Record<Language, Words>> = { en, ja };

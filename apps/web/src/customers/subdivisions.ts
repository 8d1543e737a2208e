import { addressOrder, rulesOf, subdivisionsOf as subdivisionsIn } from '@clientele/domain';
import { currentLanguage } from '../app/language.ts';

// The address data names places in Latin letters and in their own language. What Japanese readers call the states of the US is here.
const statesInJapanese: Record<string, string> = Object.fromEntries(
  'AL アラバマ州|AK アラスカ州|AS アメリカ領サモア|AZ アリゾナ州|AR アーカンソー州|AA 軍事郵便(アメリカ大陸)|AE 軍事郵便(欧州・中東・アフリカ)|AP 軍事郵便(太平洋)|CA カリフォルニア州|CO コロラド州|CT コネチカット州|DE デラウェア州|DC コロンビア特別区|FL フロリダ州|GA ジョージア州|GU グアム|HI ハワイ州|ID アイダホ州|IL イリノイ州|IN インディアナ州|IA アイオワ州|KS カンザス州|KY ケンタッキー州|LA ルイジアナ州|ME メイン州|MH マーシャル諸島|MD メリーランド州|MA マサチューセッツ州|MI ミシガン州|FM ミクロネシア連邦|MN ミネソタ州|MS ミシシッピ州|MO ミズーリ州|MT モンタナ州|NE ネブラスカ州|NV ネバダ州|NH ニューハンプシャー州|NJ ニュージャージー州|NM ニューメキシコ州|NY ニューヨーク州|NC ノースカロライナ州|ND ノースダコタ州|MP 北マリアナ諸島|OH オハイオ州|OK オクラホマ州|OR オレゴン州|PW パラオ|PA ペンシルベニア州|PR プエルトリコ|RI ロードアイランド州|SC サウスカロライナ州|SD サウスダコタ州|TN テネシー州|TX テキサス州|UT ユタ州|VT バーモント州|VI アメリカ領ヴァージン諸島|VA バージニア州|WA ワシントン州|WV ウェストバージニア州|WI ウィスコンシン州|WY ワイオミング州'
    .split('|')
    .map((entry) => [entry.slice(0, 2), entry.slice(3)]),
);

/** States, provinces or prefectures of a country by name, in the reader's language where that has names for them. */
export function subdivisionsOf(country: string, language: string = currentLanguage()): { value: string; label: string }[] {
  return subdivisionsIn(country, language).map(({ code, name }) => ({
    value: code,
    label: (country === 'US' && language === 'ja' && statesInJapanese[code]) || name,
  }));
}

/** The name of one, or its code. */
function subdivisionName(country: string, code: string): string {
  return subdivisionsOf(country).find(({ value }) => value === code)?.label ?? code;
}

/** An address as it is written in its country, in lines. */
export function addressLines(
  country: string,
  address: { line1: string; line2?: string | undefined; city: string; state?: string | undefined; postalCode?: string | undefined },
): string[] {
  const { line1, line2, city, postalCode } = address;
  const state = address.state ? subdivisionName(country, address.state) : '';
  if (country === 'JP' && currentLanguage() === 'ja')
    return [postalCode ? `〒${postalCode}` : '', `${state}${city}${line1}`, line2 ?? ''].filter(Boolean);
  // Where a code stands before the postal code, everybody there knows the code.
  const isShort = ['US', 'CA', 'AU'].includes(country) && Boolean(rulesOf(country)?.states);
  const parts = { A: '', C: city, S: isShort ? (address.state ?? '') : state, Z: postalCode ?? '' };
  const order = addressOrder(country).filter((part) => part !== 'A' && parts[part]);
  const place = order.map((part, index) => {
    const joint = index === 0 ? '' : order[index - 1] === 'Z' || part === 'Z' ? ' ' : ', ';
    return joint + parts[part];
  });
  return [line1, line2 ?? '', place.join('')].filter(Boolean);
}

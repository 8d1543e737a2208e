import { countries } from '@clientele/domain';
import { currentLanguage } from '../app/language.ts';

// The domain knows the codes (ISO 3166-2); browsers have no names for them, so they are here, in the order of the domain's lists.
const names: Record<string, string> = {
  AU: 'Australian Capital Territory|New South Wales|Northern Territory|Queensland|South Australia|Tasmania|Victoria|Western Australia',
  BR: 'Acre|Alagoas|Amazonas|Amapá|Bahia|Ceará|Distrito Federal|Espírito Santo|Goiás|Maranhão|Minas Gerais|Mato Grosso do Sul|Mato Grosso|Pará|Paraíba|Pernambuco|Piauí|Paraná|Rio de Janeiro|Rio Grande do Norte|Rondônia|Roraima|Rio Grande do Sul|Santa Catarina|Sergipe|São Paulo|Tocantins',
  CA: 'Alberta|British Columbia|Manitoba|New Brunswick|Newfoundland and Labrador|Nova Scotia|Northwest Territories|Nunavut|Ontario|Prince Edward Island|Quebec|Saskatchewan|Yukon',
  JP: 'Hokkaido|Aomori|Iwate|Miyagi|Akita|Yamagata|Fukushima|Ibaraki|Tochigi|Gunma|Saitama|Chiba|Tokyo|Kanagawa|Niigata|Toyama|Ishikawa|Fukui|Yamanashi|Nagano|Gifu|Shizuoka|Aichi|Mie|Shiga|Kyoto|Osaka|Hyogo|Nara|Wakayama|Tottori|Shimane|Okayama|Hiroshima|Yamaguchi|Tokushima|Kagawa|Ehime|Kochi|Fukuoka|Saga|Nagasaki|Kumamoto|Oita|Miyazaki|Kagoshima|Okinawa',
  US: 'Alaska|Alabama|Arkansas|American Samoa|Arizona|California|Colorado|Connecticut|District of Columbia|Delaware|Florida|Georgia|Guam|Hawaii|Iowa|Idaho|Illinois|Indiana|Kansas|Kentucky|Louisiana|Massachusetts|Maryland|Maine|Michigan|Minnesota|Missouri|Northern Mariana Islands|Mississippi|Montana|North Carolina|North Dakota|Nebraska|New Hampshire|New Jersey|New Mexico|Nevada|New York|Ohio|Oklahoma|Oregon|Pennsylvania|Puerto Rico|Rhode Island|South Carolina|South Dakota|Tennessee|Texas|Utah|Virginia|US Virgin Islands|Vermont|Washington|Wisconsin|West Virginia|Wyoming',
};
const prefectures =
  '北海道|青森県|岩手県|宮城県|秋田県|山形県|福島県|茨城県|栃木県|群馬県|埼玉県|千葉県|東京都|神奈川県|新潟県|富山県|石川県|福井県|山梨県|長野県|岐阜県|静岡県|愛知県|三重県|滋賀県|京都府|大阪府|兵庫県|奈良県|和歌山県|鳥取県|島根県|岡山県|広島県|山口県|徳島県|香川県|愛媛県|高知県|福岡県|佐賀県|長崎県|熊本県|大分県|宮崎県|鹿児島県|沖縄県';

/** States, provinces or prefectures of a country by name; empty where an address needs none. */
export function subdivisionsOf(country: string): { value: string; label: string }[] {
  const codes = countries[country]?.states ?? [];
  const labels = (country === 'JP' && currentLanguage() === 'ja' ? prefectures : (names[country] ?? '')).split('|');
  return codes.map((value, index) => ({ value, label: labels[index] || value }));
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
  const place = ['US', 'CA', 'AU'].includes(country)
    ? [city, [address.state, postalCode].filter(Boolean).join(' ')]
    : [[postalCode, city].filter(Boolean).join(' '), state];
  return [line1, line2 ?? '', place.filter(Boolean).join(', ')].filter(Boolean);
}

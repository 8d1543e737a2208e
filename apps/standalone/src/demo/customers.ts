import { newId } from '@clientele/db';
import type { RelationshipState } from '@clientele/domain';

/** A made-up customer of the demo, the same for the same number. */
export interface DemoCustomer {
  id: string;
  organizationId: string;
  companyName: string;
  domain: string;
  country: string;
  address: { line1: string; city: string; state?: string; postalCode?: string };
  contact: { firstName: string; lastName: string; email: string };
  language: 'en' | 'ja';
  tags: string[];
  notes: string;
  relationship: RelationshipState;
  delegatedAdmin: boolean;
  createdAt: Date;
}

const first =
  'Alpine Amber Apex Arbor Aurora Blue Bright Cedar Cobalt Coho Copper Coral Crest Delta Ember Fabrikam Falcon Fjord Golden Granite Harbor Hazel Indigo Juniper Lakeside Linden Lunar Maple Meridian Nimbus Northern Oak Onyx Orchard Pacific Pine Proseware Quartz Relecloud River Saffron Silver Solstice Summit Tailspin Terra Tidal Trey Umber Vega Willow Wingtip Woodgrove Zenith'.split(
    ' ',
  );
const second =
  'Analytics Architects Bakery Bank Biotech Books Clinic Construction Consulting Dental Design Education Energy Engineering Farms Films Foods Freight Insurance Labs Legal Logistics Manufacturing Media Motors Music Optics Outfitters Pharmacy Research Robotics School Security Software Sports Systems Textiles Toys Travel Vineyards'.split(
    ' ',
  );
const forms: Record<string, string[]> = {
  US: ['Inc.', 'LLC', 'Corp.'],
  GB: ['Ltd', 'plc'],
  DE: ['GmbH', 'AG'],
  FR: ['SARL', 'SA'],
  JP: [],
  AU: ['Pty Ltd'],
  CA: ['Inc.'],
};
const japanese = {
  first:
    '青山 朝日 東 石川 栄光 大和 川崎 北斗 京橋 桜 四季 新宿 瀬戸 千代田 高山 中央 東海 西日本 日本橋 花園 平和 富士 松本 緑 武蔵野 桃山 八重洲 若葉'.split(
      ' ',
    ),
  second: '印刷 運輸 化学 機械 銀行 建設 工業 産業 システム 商事 食品 精機 製作所 設計 電機 物流 薬品 旅行'.split(' '),
};
const places: Record<string, { city: string; state?: string; postalCode: string; line1: string }> = {
  US: { line1: '1 Harbor Way', city: 'Seattle', state: 'WA', postalCode: '98101' },
  GB: { line1: '8 Mill Lane', city: 'Leeds', postalCode: 'LS1 4AP' },
  DE: { line1: 'Lindenstraße 12', city: 'Berlin', postalCode: '10115' },
  FR: { line1: '4 rue du Port', city: 'Lyon', postalCode: '69002' },
  JP: { line1: '丸の内 1-2-3', city: '千代田区', state: '13', postalCode: '100-0005' },
  AU: { line1: '20 Quay Street', city: 'Sydney', state: 'NSW', postalCode: '2000' },
  CA: { line1: '77 Front Street', city: 'Toronto', state: 'ON', postalCode: 'M5V 2T6' },
};
const countries = ['US', 'US', 'US', 'JP', 'JP', 'JP', 'GB', 'DE', 'FR', 'AU', 'CA'] as const;
const people: Record<'en' | 'ja', [string, string][]> = {
  en: [
    ['Emma', 'Clark'],
    ['Liam', 'Osei'],
    ['Olivia', 'Meyer'],
    ['Noah', 'Silva'],
    ['Ava', 'Novak'],
    ['Lucas', 'Dubois'],
    ['Mia', 'Andersen'],
  ],
  ja: [
    ['陽菜', '佐藤'],
    ['蓮', '鈴木'],
    ['結衣', '高橋'],
    ['大翔', '田中'],
    ['凛', '伊藤'],
  ],
};
const tags = ['gold', 'silver', 'education', 'public sector', 'renewal', 'trial', '重要顧客'];
const notes = [
  'Prefers to be called in the morning.',
  'Renewal talks in spring.',
  'Uses us for support only.',
  '担当者は来月から変更予定。',
];

/** Numbers from a seed, so that the demo is the same every time. */
function numbersFrom(seed: number): (below: number) => number {
  let state = (seed * 2654435761 + 1013904223) >>> 0;
  return (below) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}

/** The n-th made-up customer (n from 0), served for up to two years before `now`. */
export function demoCustomer(n: number, now: Date): DemoCustomer {
  const pick = numbersFrom(n + 1);
  const of = <Value>(values: readonly Value[]): Value => values[pick(values.length)] as Value;
  const country = of(countries);
  const language = country === 'JP' ? 'ja' : 'en';
  const [a, b] = language === 'ja' ? [of(japanese.first), of(japanese.second)] : [of(first), of(second)];
  const form = of(forms[country] ?? []);
  const companyName = language === 'ja' ? `${a}${b}株式会社` : [a, b, form].filter(Boolean).join(' ');
  const slug = language === 'ja' ? 'kk' : `${a}-${b}`.toLowerCase();
  const domain = `${slug}-${n}.example`;
  const [firstName, lastName] = of(people[language] ?? []);
  const roll = pick(100);
  const relationship = roll < 93 ? 'active' : 'ended';
  return {
    id: newId(),
    organizationId: newId(),
    companyName,
    domain,
    country,
    address: places[country] ?? { line1: '1 Main Street', city: 'Springfield' },
    contact: { firstName, lastName, email: `it@${domain}` },
    language,
    tags: pick(3) === 0 ? [...new Set([of(tags), ...(pick(4) === 0 ? [of(tags)] : [])])] : [],
    notes: pick(5) === 0 ? of(notes) : '',
    relationship,
    delegatedAdmin: relationship === 'active' && pick(4) !== 0,
    createdAt: new Date(now.getTime() - pick(730 * 24) * 3_600_000 - pick(3600) * 1000),
  };
}

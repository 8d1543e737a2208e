import { crc32, deflateSync } from 'node:zlib';
import { type Context, newId, type PartnerOfContext } from '@clientele/db';
import type { PartnerType, ProfileLocation } from '@clientele/domain';
import { changeBusinessProfile, createBusinessProfile, publishBusinessProfile, setProfileLogo } from '@clientele/services';
import type postgres from 'postgres';

interface Shown {
  name: string;
  type: PartnerType;
  country: string;
  since: number;
  description: string;
  places: ProfileLocation[];
  industries: string[];
  products: string[];
  services: string[];
  companySizes: string[];
  tags: string[];
  /** Of its logo; none: it has none. */
  color?: [number, number, number];
}

const at = (name: string, line1: string, city: string, postalCode: string, state?: string): ProfileLocation => ({
  name,
  address: { line1, city, postalCode, ...(state ? { state } : {}) },
});

const [small, middle, large] = [
  ['1-9', '10-49'],
  ['10-49', '50-249'],
  ['250-999', '1000-up'],
];

/** Partners of several countries, as customers find them. */
const partners: Shown[] = [
  shown(
    'Adatum Cloud GmbH',
    'DE',
    'Cloud für den Mittelstand: wir planen den Umzug, machen ihn am Wochenende und bleiben danach erreichbar. Unsere Leute sprechen Deutsch, Englisch und Türkisch.',
    [at('Zentrale', 'Lindenstraße 12', 'Köln', '50674'), at('Büro Berlin', 'Torstraße 140', 'Berlin', '10119')],
    ['manufacturing', 'retail'],
    ['azure', 'microsoft-365'],
    ['migration', 'managed-services'],
    middle,
    ['Mittelstand', 'Türkçe'],
    [24, 90, 188],
  ),
  shown(
    'Alder & Finch Ltd',
    'GB',
    'We look after law firms and surveyors in the South East. One number to call, answered by the person who set your system up.',
    [at('Brighton', '18 Ship Street', 'Brighton', 'BN1 1AD')],
    ['professional-services'],
    ['microsoft-365', 'security'],
    ['support', 'security', 'training'],
    small,
    ['Legal'],
    [32, 110, 84],
  ),
  shown(
    'Blue Yonder Réseaux',
    'FR',
    'Intégrateur lyonnais : migrations Microsoft 365, téléphonie Teams et formation des équipes. Nous restons à vos côtés après la mise en service.',
    [at('Siège', '24 rue de la République', 'Lyon', '69002')],
    ['health', 'education', 'non-profit'],
    ['microsoft-365', 'teams-phone'],
    ['migration', 'training', 'support'],
    middle,
    ['Hôpitaux', 'Formation'],
    [200, 72, 44],
  ),
  shown(
    'City Power Consulting',
    'US',
    'Analytics for utilities and public transport. We build the data platform, and we teach your people to run it without us.',
    [at('Chicago', '233 S Wacker Dr', 'Chicago', '60606', 'IL'), at('Austin', '500 W 2nd St', 'Austin', '78701', 'TX')],
    ['energy', 'logistics', 'government'],
    ['azure', 'fabric', 'power-platform'],
    ['consulting', 'custom-development', 'training'],
    large,
    ['Data platform', 'Utilities'],
    [88, 60, 180],
  ),
  shown(
    'Coho Valley IT',
    'US',
    'Small offices and wineries between Napa and Sacramento: we come by, we know your printers, and the bill has one page.',
    [at('Napa', '1436 2nd St', 'Napa', '94559', 'CA')],
    ['agriculture', 'hospitality', 'retail'],
    ['microsoft-365', 'windows'],
    ['support', 'managed-services', 'licensing'],
    small,
    ['Wineries'],
    [128, 32, 64],
  ),
  shown(
    'Contoso Nordic AB',
    'SE',
    'Säkerhet först. Vi granskar, åtgärdar och övervakar Microsoft-miljöer för kommuner och industri i hela Norden.',
    [at('Stockholm', 'Vasagatan 28', 'Stockholm', '111 20'), at('Göteborg', 'Östra Hamngatan 16', 'Göteborg', '411 09')],
    ['government', 'manufacturing'],
    ['security', 'azure', 'microsoft-365'],
    ['security', 'assessment', 'managed-services'],
    large,
    ['NIS2'],
    [0, 110, 140],
  ),
  shown(
    'Fabrikam Retail Systems',
    'GB',
    'Tills, stock and web shop on one platform. Twenty years in high street retail; we have stood behind a counter ourselves.',
    [at('Leeds', '40 Wellington Street', 'Leeds', 'LS1 2DE'), at('London', '22 Bishopsgate', 'London', 'EC2N 4BQ')],
    ['retail', 'hospitality'],
    ['dynamics-365', 'power-platform'],
    ['integration', 'custom-development', 'support'],
    middle,
    ['Point of sale'],
    [224, 122, 24],
  ),
  shown(
    'Fourth Coffee Solutions',
    'US',
    'Copilot that earns its keep: we find the three tasks in your company that are worth it, and measure what came of them.',
    [at('Seattle', '1201 3rd Ave', 'Seattle', '98101', 'WA')],
    ['professional-services', 'finance', 'technology'],
    ['copilot', 'microsoft-365', 'power-platform'],
    ['consulting', 'training', 'assessment'],
    [...middle, '250-999'],
    ['AI'],
    [110, 74, 50],
  ),
  shown(
    'Graphic Design Institut',
    'DE',
    'Technik für Agenturen und Verlage: schnelle Speicher, sichere Freigaben für Kunden, und Support bis 22 Uhr, wenn abgegeben wird.',
    [at('Hamburg', 'Große Bleichen 5', 'Hamburg', '20354')],
    ['media'],
    ['azure', 'microsoft-365'],
    ['deployment', 'support'],
    small,
    ['Agenturen'],
  ),
  shown(
    'Humongous Health',
    'US',
    'Clinics from two to two hundred doctors. HIPAA is where we begin; downtime is what we avoid.',
    [at('Boston', '101 Federal St', 'Boston', '02110', 'MA')],
    ['health'],
    ['azure', 'security', 'teams-phone'],
    ['assessment', 'managed-services', 'security'],
    [...middle, ...large],
    ['HIPAA', 'Clinics'],
    [20, 140, 120],
  ),
  shown(
    'Lamna Bank Services',
    'CH',
    'Wir betreiben Azure für Banken und Versicherer in der Schweiz, mit Personal und Daten im Land. FINMA-Rundschreiben lesen wir vor Ihnen.',
    [at('Zürich', 'Bahnhofstrasse 45', 'Zürich', '8001')],
    ['finance'],
    ['azure', 'sql-server', 'security'],
    ['managed-services', 'migration', 'security'],
    large,
    ['FINMA'],
    [190, 20, 40],
  ),
  shown(
    'Litware Apprentissage',
    'CA',
    'Écoles et collèges bilingues : comptes, appareils et classes prêts pour la rentrée, en français et en anglais.',
    [at('Montréal', '1000 rue De La Gauchetière O', 'Montréal', 'H3B 4W5', 'QC')],
    ['education'],
    ['microsoft-365', 'windows'],
    ['deployment', 'training', 'licensing'],
    middle,
    ['Bilingue'],
    [60, 130, 60],
  ),
  shown(
    'Margie’s Travel Tech',
    'AU',
    'Hotels, tour operators and everybody who works while the office sleeps. Round-the-clock support from Brisbane.',
    [at('Brisbane', '123 Eagle Street', 'Brisbane', '4000', 'QLD')],
    ['hospitality', 'logistics'],
    ['microsoft-365', 'dynamics-365', 'copilot'],
    ['support', 'integration'],
    small,
    ['24/7'],
    [20, 150, 190],
  ),
  shown(
    'Proseware 九州',
    'JP',
    '九州の製造業のお客様を中心に、サーバーのクラウド移行から生産データの見える化までお手伝いしています。\n\n現場に伺い、図面と帳票を一緒に見るところから始めます。',
    [at('福岡本社', '天神1-1-1', '福岡市中央区', '810-0001', '40'), at('熊本事業所', '花畑町1-7', '熊本市中央区', '860-0806', '43')],
    ['manufacturing', 'automotive'],
    ['azure', 'fabric', 'sql-server'],
    ['migration', 'integration', 'consulting'],
    middle,
    ['半導体', '工場見える化'],
    [220, 60, 60],
  ),
  shown(
    'Relecloud 関西株式会社',
    'JP',
    '大阪・京都・神戸の中小企業向けに、Microsoft 365 の導入と日々のサポートを行っています。電話での問い合わせは平均 3 コール以内にお取りします。',
    [at('本社', '梅田3-1-1', '大阪市北区', '530-0001', '27'), at('京都オフィス', '烏丸通四条下る', '京都市下京区', '600-8411', '26')],
    ['retail', 'construction', 'professional-services'],
    ['microsoft-365', 'teams-phone', 'windows'],
    ['deployment', 'support', 'training', 'licensing'],
    small,
    ['電話サポート', '事務所移転'],
    [34, 100, 200],
  ),
  shown(
    'Southridge Software',
    'IE',
    'We write the software that your spreadsheet wants to be. Power Platform and Azure, built with you in the room.',
    [at('Dublin', '15 Dame Street', 'Dublin', 'D02 AK50', 'D')],
    ['technology', 'logistics'],
    ['power-platform', 'azure', 'sql-server'],
    ['custom-development', 'integration', 'consulting'],
    middle,
    ['Prototypes'],
  ),
  shown(
    'Tailspin ネットワークス',
    'JP',
    '自治体・学校向けのネットワーク強靱化と端末展開の実績が 120 団体以上。閉域接続からゼロトラストへの移行もご相談ください。',
    [at('東京本社', '霞が関3-2-5', '千代田区', '100-6090', '13')],
    ['government', 'education'],
    ['security', 'windows', 'microsoft-365'],
    ['deployment', 'security', 'assessment'],
    large,
    ['GIGA スクール', 'ゼロトラスト'],
    [60, 60, 90],
  ),
  shown(
    'VanArsdel Logistics IT',
    'NL',
    'Warehouses, fleets and customs: we connect scanners, trucks and offices across the Rotterdam port area.',
    [at('Rotterdam', 'Coolsingel 40', 'Rotterdam', '3011 AD')],
    ['logistics', 'retail'],
    ['azure', 'dynamics-365', 'fabric'],
    ['integration', 'managed-services'],
    [...middle, '250-999'],
    ['Port', 'EDI'],
    [240, 160, 30],
  ),
  shown(
    'Wide World Sistemas',
    'ES',
    'Ayudamos a despachos y clínicas de Madrid y Valencia a trabajar en la nube sin perder un papel. Hablamos claro y contestamos hoy.',
    [at('Madrid', 'Calle de Alcalá 45', 'Madrid', '28014', 'M')],
    ['professional-services', 'health'],
    ['microsoft-365', 'security'],
    ['migration', 'support', 'training'],
    small,
    ['Despachos'],
    [210, 50, 100],
  ),
  shown(
    'Wingtip 北海道',
    'JP',
    '札幌を拠点に、農業・食品・観光のお客様のデータ活用を支援しています。雪の日でも伺います。',
    [at('札幌本社', '北1条西2-1', '札幌市中央区', '060-0001', '01')],
    ['agriculture', 'hospitality'],
    ['azure', 'power-platform', 'copilot'],
    ['consulting', 'custom-development', 'support'],
    [...small, '50-249'],
    ['スマート農業'],
    [80, 150, 210],
  ),
  shown(
    'Woodgrove Insurance Tech',
    'US',
    'Claims, policies and the mainframe behind them, moved to Azure one product line at a time.',
    [at('Hartford', '1 State St', 'Hartford', '06103', 'CT')],
    ['finance'],
    ['azure', 'sql-server', 'dynamics-365'],
    ['migration', 'assessment', 'managed-services'],
    large,
    ['Mainframe'],
    [100, 80, 20],
  ),
];

function shown(
  name: string,
  country: string,
  description: string,
  places: ProfileLocation[],
  industries: string[],
  products: string[],
  services: string[],
  companySizes: string[],
  tags: string[],
  color?: [number, number, number],
): Shown {
  const since = 200 + ((name.length * 53) % 2400);
  const type = name.length % 2 ? 'direct-partner' : 'indirect-provider';
  return {
    name,
    type,
    country,
    since,
    description,
    places,
    industries,
    products,
    services,
    companySizes,
    tags,
    ...(color ? { color } : {}),
  };
}

const own = {
  description:
    'Northwind Cloud moves companies of the trade and service sector to the cloud and looks after them there.\n\nWe begin with a look at what you have, say in one page what we would do and what it costs, and only then touch anything. Afterwards one team knows your company by name, by day and by night. Through our resellers we are in most cities of the country.',
  webSite: 'https://northwind.example/',
  industries: ['retail', 'professional-services', 'hospitality', 'health'],
  products: ['azure', 'microsoft-365', 'copilot', 'security'],
  services: ['assessment', 'migration', 'managed-services', 'support'],
  companySizes: ['10-49', '50-249', '250-999'],
  tags: ['Retail chains', 'Moves at night', 'Resellers welcome'],
  locations: [
    at('Head office', '1 Market St', 'San Francisco', '94105', 'CA'),
    at('New York', '350 5th Ave', 'New York', '10118', 'NY'),
    at('Support center', '600 Peachtree St NE', 'Atlanta', '30308', 'GA'),
  ],
};

/**
 * The demo partner's own profile, complete and with changes in its draft; a draft for another country; and published profiles of other partners, so that "find a
 * partner" is full.
 */
export async function addBusinessProfiles(owner: postgres.Sql, ctx: () => Context, now: Date): Promise<void> {
  const published = await publish(ctx(), ctx().partner.country, own, logoOf([79, 70, 229], 0));
  await changeBusinessProfile(ctx(), { ...published, content: { ...own, tags: [...own.tags, 'Copilot workshops'] } });
  await createBusinessProfile(ctx(), { country: 'JP', from: published.id });

  for (const [index, { name, type, country, since, places: locations, color, ...content }] of partners.entries()) {
    const partner: PartnerOfContext = { id: newId(), name, type, country, cloud: ctx().partner.cloud };
    const created = new Date(now.getTime() - since * 86_400_000);
    await owner`insert into partners ${owner({ ...partner, created_at: created })}`;
    const person = { id: newId(), name: `Admin of ${name}`, email: `admin${index}@partners.example` };
    await owner`insert into users ${owner({ ...person, language: country === 'JP' ? 'ja' : 'en' })}`;
    await owner`insert into partner_users ${owner({ partner_id: partner.id, user_id: person.id, roles: ['global-admin'], created_at: created })}`;
    const theirs: Context = { ...ctx(), partner, actor: { kind: 'partner-user', ...person, roles: ['global-admin'] } };
    const webSite = `https://partner${index + 1}.example/`;
    await publish(theirs, country, { ...content, webSite, locations }, color ? logoOf(color, index) : undefined);
  }
}

async function publish(ctx: Context, country: string, content: typeof own, logo: Buffer | undefined) {
  const made = await createBusinessProfile(ctx, { country });
  const withLogo = logo ? await setProfileLogo(ctx, { ...made, uploaded: logo }) : made;
  return publishBusinessProfile(ctx, await changeBusinessProfile(ctx, { ...withLogo, content }));
}

/** A picture that can be told from the others: one of four shapes in a colour. */
function logoOf([red, green, blue]: readonly [number, number, number], shape: number): Buffer {
  const side = 160;
  const rows: Buffer[] = [];
  for (let y = 0; y < side; y += 1) {
    const row = Buffer.alloc(1 + side * 4);
    for (let x = 0; x < side; x += 1) {
      const [dx, dy] = [x - side / 2, y - side / 2];
      const far = Math.hypot(dx, dy);
      const isInside = [
        far < 76 && far > 34,
        Math.abs(dx) + Math.abs(dy) < 78 && Math.abs(dx) > 10,
        Math.max(Math.abs(dx), Math.abs(dy)) < 70 && dx + dy < 40,
        far < 78 && (x + y) % 40 < 26,
      ][shape % 4];
      if (isInside) row.set([red, green, blue, 255], 1 + x * 4);
    }
    rows.push(row);
  }
  const head = Buffer.alloc(13);
  head.writeUInt32BE(side, 0);
  head.writeUInt32BE(side, 4);
  head.set([8, 6, 0, 0, 0], 8);
  const part = (name: string, data: Buffer) => {
    const [length, sum] = [Buffer.alloc(4), Buffer.alloc(4)];
    const body = Buffer.concat([Buffer.from(name, 'latin1'), data]);
    length.writeUInt32BE(data.length);
    sum.writeUInt32BE(crc32(body));
    return Buffer.concat([length, body, sum]);
  };
  const signature = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
  return Buffer.concat([signature, part('IHDR', head), part('IDAT', deflateSync(Buffer.concat(rows))), part('IEND', Buffer.alloc(0))]);
}

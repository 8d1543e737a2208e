import { aBusinessProfile, aPartner, aPartnerUser, type TestPartnerUser, useTestDatabase } from '@clientele/db/testing';
import { emptyProfile, type ProfileContent } from '@clientele/domain';
import { describe, expect, it } from 'vitest';
import { encodeCursor } from '../cursors.ts';
import { refusalOf } from '../testing/acts.ts';
import { findPartners, listProfileCountries, listSitemapPart, listSitemapParts, type PartnerFilters } from './find.ts';
import { foundBy } from './found-by.ts';
import { openPublishedLogo } from './open.ts';

const test = useTestDatabase();
const base = () => ({ db: test.api, cloud: 'public' as const });

interface Listed {
  name: string;
  country: string;
  content: ProfileContent;
}

/** A few hundred partners whose words and choices come around in cycles, so that each is common, rare or nowhere. */
async function furnish(howMany: number, author: TestPartnerUser): Promise<Listed[]> {
  const cities = ['東京', 'Osaka', 'Nagoya', '福岡'];
  const listed: Listed[] = [];
  for (let n = 0; n < howMany; n += 1) {
    const country = n % 5 === 0 ? 'DE' : 'JP';
    const content: ProfileContent = {
      ...emptyProfile,
      description: `${n % 2 ? 'Cloud for everybody' : 'クラウド移行'} ${n % 50 === 7 ? 'zebra' : ''} ${n === 3 ? '100% _sure\\' : ''}`,
      industries: n % 3 ? ['retail'] : ['retail', 'health'],
      products: n % 40 === 1 ? ['fabric'] : ['azure'],
      services: ['migration'],
      companySizes: n % 2 ? ['1-9'] : ['10-49', '50-249'],
      tags: n % 60 === 5 ? ['Ａ１級'] : [],
      locations: [
        {
          name: '',
          address: {
            line1: '1-1',
            city: cities[n % 4] as string,
            ...(country === 'JP' ? { state: n % 4 ? '27' : '13', postalCode: '100-0005' } : {}),
          },
        },
      ],
    };
    const name = `${['Contoso', 'Fabrikam', 'ｱﾄﾞﾍﾞﾝﾁｬｰ', 'Zebra'][n % 4]} ${String((n * 7) % howMany).padStart(3, '0')}`;
    const partner = await aPartner(test.sql, { name });
    await aBusinessProfile(test.sql, partner, author, { country, content, ...foundBy(country, content) });
    listed.push({ name, country, content });
  }
  return listed;
}

const lower = (text: string) => text.normalize('NFKC').toLowerCase();

/** What must be found, said once more and in another way. */
function wanted(listed: Listed[], { country, place, search, ...choices }: PartnerFilters): string[] {
  const words = (text = '') =>
    lower(text)
      .split(/[\s,、]+/)
      .filter(Boolean);
  const has = (text: string, terms: string[]) => terms.every((term) => lower(text).includes(term));
  const found = listed.filter(({ name, country: of, content }) => {
    const by = foundBy(of, content);
    return (
      (!country || of === country) &&
      has(by.places, words(place)) &&
      has([name, ...content.tags, by.words, content.description].join('\n'), words(search)) &&
      Object.entries(choices).every(([field, ids]) =>
        (ids as string[]).every((id) => (content[field as 'industries'] as string[]).includes(id)),
      )
    );
  });
  const rank = ({ name }: Listed) => (has(name, words(search)) ? 0 : 1);
  const order = new Intl.Collator('und');
  return found.sort((a, b) => rank(a) - rank(b) || order.compare(a.name, b.name)).map(({ name }) => name);
}

const everything: PartnerFilters[] = [
  {},
  { country: 'DE' },
  { country: 'FR' },
  { industries: ['retail'] },
  { industries: ['retail', 'health'] },
  { products: ['fabric'] },
  { products: ['sql-server'] },
  { companySizes: ['10-49', '50-249'], country: 'JP' },
  { place: 'osaka' },
  { place: '東京' },
  { place: 'Tokyo' },
  { place: '大阪府' },
  { place: 'nowhere' },
  { search: 'cloud' },
  { search: '移行' },
  { search: 'クラウド' },
  { search: 'ｸﾗｳﾄﾞ' },
  { search: 'zebra' },
  { search: 'CONTOSO' },
  { search: 'アドベンチャー' },
  { search: 'a1級' },
  { search: 'zebra cloud everybody' },
  { search: 'everybody contoso' },
  { search: '100%' },
  { search: '_sure\\' },
  { search: '%' },
  { search: 'x' },
  { search: 'Microsoft Fabric' },
  { search: '小売' },
  { search: 'retail', place: '東京', companySizes: ['10-49'], country: 'JP' },
  { search: "'; drop table partners; --" },
];

async function allPages(filters: PartnerFilters, limit: number) {
  const names: string[] = [];
  let after: string | undefined;
  let total: { count: number; isAll: boolean } | undefined;
  do {
    const page = await findPartners(base(), { ...filters, after, limit });
    total ??= page.total;
    expect(page.items.length).toBeLessThanOrEqual(limit);
    names.push(...page.items.map(({ name }) => name));
    after = page.next ?? undefined;
  } while (after !== undefined);
  return { names, total };
}

describe('find a partner', () => {
  it('gives exactly what is asked for, in pages without gaps or doubles, and says how many there are', async () => {
    const author = await aPartnerUser(test.sql, await aPartner(test.sql));
    const listed = await furnish(420, author);
    for (const filters of everything) {
      const should = wanted(listed, filters);
      for (const limit of [20, 97]) {
        const { names, total } = await allPages(filters, limit);
        expect(names, JSON.stringify(filters)).toEqual(should);
        if (total?.isAll) expect(total.count, JSON.stringify(filters)).toBe(should.length);
        else expect(total?.count, JSON.stringify(filters)).toBeLessThanOrEqual(should.length);
      }
    }
    // Whichever way is taken, the page is the same.
    for (const [reach, candidates] of [
      [1, 1],
      [1, 30],
      [5, 1000],
      [1000, 1],
    ])
      for (const given of [
        '{}',
        '{"facets": ["i:health"]}',
        '{"words": [{"pattern": "%zebra%"}]}',
        '{"words": [{"pattern": "%cloud%"}], "country": "JP"}',
        '{"words": [{"pattern": "%移行%", "grams": ["移行"]}]}',
      ]) {
        const page = (way: number[]) =>
          test.api
            .sql`select profile_id from find_partners('public', ${given}::text::jsonb, null, null, null, 50, ${way[0] as number}, ${way[1] as number})`;
        expect(await page([reach, candidates] as number[]), `${given} ${reach} ${candidates}`).toEqual(await page([250, 1000]));
      }
    expect(await listProfileCountries(base())).toEqual(['DE', 'JP']);
  });

  it('knows nothing of drafts, of what was taken off, and of another cloud', async () => {
    const partner = await aPartner(test.sql, { name: 'Onlyone Ltd' });
    const author = await aPartnerUser(test.sql, partner);
    const search = 'onlyone';
    const { id } = await aBusinessProfile(test.sql, partner, author, { published: null });
    expect((await findPartners(base(), { search, limit: 10 })).items).toEqual([]);
    await aBusinessProfile(test.sql, partner, author, {
      country: 'FR',
      content: { description: 'Draft words' },
      published: { description: 'Shown words' },
    });
    expect((await findPartners(base(), { search, limit: 10 })).items).toMatchObject([
      { name: 'Onlyone Ltd', country: 'FR', content: { description: 'Shown words' } },
    ]);
    expect((await findPartners(base(), { search: 'onlyone draft', limit: 10 })).items).toEqual([]);
    await test.sql`update business_profiles set published = null, published_at = null, found_by = null where partner_id = ${partner.id} and country = 'FR'`;
    expect((await findPartners(base(), { search, limit: 10 })).items).toEqual([]);

    const elsewhere = await aPartner(test.sql, { name: 'Onlyone Government', cloud: 'us-government', country: 'US' });
    await aBusinessProfile(test.sql, elsewhere, author, { country: 'US' });
    expect((await findPartners(base(), { search, limit: 10 })).items).toEqual([]);
    for (const act of [
      findPartners({ ...base(), cloud: 'us-government' }, { limit: 10 }),
      listProfileCountries({ ...base(), cloud: 'us-government' }),
      listSitemapParts({ ...base(), cloud: 'us-government' }),
      listSitemapPart({ ...base(), cloud: 'us-government' }, null),
      openPublishedLogo({ ...base(), cloud: 'us-government' }, '0'.repeat(64)),
    ])
      expect(await refusalOf(act)).toMatchObject({ code: 'feature_off' });
    expect((await listSitemapPart(base(), null)).map(({ profileId }) => profileId)).not.toContain(id);
  });

  it('refuses a cursor that is none of its own', async () => {
    for (const after of ['x', encodeCursor(['0', 'x']), encodeCursor(['7', 'x', '0190a000-0000-7000-8000-000000000000'])])
      expect(await refusalOf(findPartners(base(), { after, limit: 10 }))).toMatchObject({
        code: 'validation_failed',
        fields: [{ path: 'after' }],
      });
  });
});

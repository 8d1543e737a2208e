import autocannon from 'autocannon';
import type postgres from 'postgres';
import { type Figure, median, milliseconds, perSecond, share } from './figures.ts';
import { startApi, startFloor, startServer } from './installation.ts';

const profiles = Number(process.env.BENCH_PROFILES ?? 100_000);
const rounds = Number(process.env.BENCH_ROUNDS ?? 5);
const duration = Number(process.env.BENCH_SECONDS ?? 4);
const connections = 16;

const words = (...all: string[]) => ({ words: all.map((word) => ({ pattern: `%${word}%` })) });
/** What is asked for, as the page takes it and as the finder does. */
const cases: { name: string; query: string; given: object }[] = [
  { name: 'everything', query: '', given: {} },
  { name: 'a country', query: 'country=JP', given: { country: 'JP' } },
  { name: 'an industry', query: 'industries=retail', given: { facets: ['i:retail'] } },
  {
    name: 'country, industry, product, service and size',
    query: 'country=DE&industries=health&products=azure&services=training&companySizes=10-49',
    given: { country: 'DE', facets: ['i:health', 'p:azure', 's:training', 'z:10-49'] },
  },
  { name: 'a word that is common', query: 'search=cloud', given: words('cloud') },
  { name: 'a word that is rare', query: 'search=zebra4242', given: words('zebra4242') },
  { name: 'words of a name', query: 'search=harbor+77', given: { words: [{ pattern: '%harbor%' }, { pattern: '%77%', grams: ['77'] }] } },
  {
    name: 'two Japanese characters',
    query: 'search=%E8%BE%B2%E6%A5%AD',
    given: { words: [{ pattern: '%農業%', grams: ['農業'] }] },
  },
  { name: 'a city', query: 'place=kassel', given: { places: [{ pattern: '%kassel%' }] } },
  { name: 'nothing there', query: 'search=qqxzzq', given: words('qqxzzq') },
];

/** Partners with a profile each. The row that is searched is made at once for all, and its indexes afterwards: the trigger makes the same one by one. */
async function fillProfiles(sql: postgres.Sql, count: number): Promise<void> {
  const [author] = await sql`select id from users limit 1`;
  const indexes = await sql<{ name: string; definition: string }[]>`
    select i.indexrelid::regclass::text as name, pg_get_indexdef(i.indexrelid) as definition from pg_index i
    where i.indrelid = 'partner_listings'::regclass and not i.indisunique`;
  for (const { name } of indexes) await sql`drop index ${sql(name)}`;
  await sql`alter table business_profiles disable trigger business_profiles_list`;
  await sql`
    insert into partners (id, name, type, cloud, country, created_at)
    select uuidv7(), (array['Alpine', 'Amber', 'Aurora', 'Blue', 'Cedar', 'Coral', 'Delta', 'Falcon', 'Granite', 'Harbor', 'Indigo', 'Juniper', 'Lunar', 'Maple', '朝日', '東海'])[1 + h % 16]
      || ' ' || (array['Cloud', 'Networks', 'Systems', 'Consulting', 'IT', 'Services', 'Solutions', 'Digital'])[1 + h / 16 % 8] || ' ' || n,
      'direct-partner', 'public', (array['US', 'JP', 'GB', 'DE', 'FR', 'AU', 'CA'])[1 + h % 7], now()
    from (select n, abs(hashtext('p' || n)::bigint) as h from generate_series(1, ${count}::int) n) numbers`;
  await sql`
    insert into business_profiles (id, partner_id, country, draft, published, found_by, published_at, first_published_at, changed_by, changed_at, created_at)
    select uuidv7(), p.id, p.country, c.content, c.content, jsonb_build_object('places', c.city || E'\n10115', 'words', ''), now(), now(), ${author?.id}, now(), now()
    from (select *, abs(hashtext(name)::bigint) as h from partners where name like '% %') p, lateral (select
      (array['Berlin', 'Kassel', 'Osaka', '東京', 'Lyon', 'Leeds', 'Austin', 'Perth', 'Toronto', 'Bonn'])[1 + h % 10] as city,
      jsonb_build_object(
        'description', repeat('We plan, build and look after systems of companies in this region, and teach their people how to use them. ', 3)
          || case when h % 3 = 0 then 'Cloud first. ' else '' end || case when h % 97 = 0 then '農業とクラウド。' else 'クラウドと運用。' end || 'zebra' || h % 20000,
        'webSite', 'https://partner.example/',
        'industries', jsonb_build_array((array['retail', 'health', 'finance', 'education', 'government', 'media', 'energy', 'logistics'])[1 + h / 3 % 8]),
        'products', jsonb_build_array((array['azure', 'microsoft-365', 'security', 'copilot'])[1 + h / 5 % 4]),
        'services', jsonb_build_array((array['migration', 'support', 'training', 'consulting', 'security'])[1 + h / 7 % 5]),
        'companySizes', jsonb_build_array((array['1-9', '10-49', '50-249', '250-999'])[1 + h / 11 % 4]),
        'tags', '[]'::jsonb, 'logo', null,
        'locations', jsonb_build_array(jsonb_build_object('name', '', 'address', jsonb_build_object('line1', '1 Harbor Way', 'city', 'Berlin', 'postalCode', '10115')))) as content) c`;
  await sql`
    insert into partner_listings
    select b.id, p.id, p.cloud, b.country, p.name,
      array['c:' || b.country, 'i:' || (published->'industries'->>0), 'p:' || (published->'products'->>0), 's:' || (published->'services'->>0), 'z:' || (published->'companySizes'->>0)],
      searched_text(p.name), searched_text(p.name || E'\n' || (published->>'description')), searched_text(found_by->>'places'), null, published_at
    from business_profiles b join partners p on p.id = b.partner_id`;
  for (const { definition } of indexes) await sql.unsafe(definition);
  await sql`alter table business_profiles enable trigger business_profiles_list`;
  for (const table of ['partners', 'business_profiles', 'partner_listings']) await sql`vacuum (analyze) ${sql(table)}`;
}

/** "Find a partner", as a page for anybody, against the same SQL on a bare route. */
export async function find(log: (sentence: string) => void): Promise<Figure[]> {
  const server = await startServer();
  try {
    const { portal, api } = await startApi(server.url, { TRUSTED_PROXIES: '127.0.0.1' });
    log(`loading ${profiles.toLocaleString('en')} published profiles`);
    await fillProfiles(server.sql, profiles);
    const { url, floor } = await startFloor(server.url, portal.partnerId);
    let reader = 0;
    // Each request comes from another reader: otherwise one of them reads too much, and is told so.
    const requests = [
      {
        setupRequest: (request: autocannon.Request) => {
          reader += 1;
          return {
            ...request,
            headers: { ...request.headers, 'x-forwarded-for': `10.${(reader >> 16) & 255}.${(reader >> 8) & 255}.${reader & 255}` },
          };
        },
      },
    ];
    const figures: Figure[] = [];
    for (const { name, query, given } of cases) {
      const seen = { floor: [] as number[], ours: [] as number[], p50: [] as number[], p99: [] as number[] };
      const turns = [
        { url: `${url}/find?given=${encodeURIComponent(JSON.stringify(given))}`, connections, requests },
        { url: `${portal.url}/find-a-partner?language=en&${query}`, connections, requests },
      ];
      for (const turn of turns) await autocannon({ ...turn, duration: 1 });
      for (let round = 0; round < rounds; round += 1) {
        const [bare, full] = [
          await autocannon({ ...turns[0], duration } as autocannon.Options),
          await autocannon({ ...turns[1], duration } as autocannon.Options),
        ];
        for (const result of [bare, full])
          if (result.non2xx + result.errors + result.timeouts > 0) throw new Error(`${name}: ${JSON.stringify(result.statusCodeStats)}`);
        seen.floor.push(bare['2xx'] / bare.duration);
        seen.ours.push(full['2xx'] / full.duration);
        seen.p50.push(full.latency.p50);
        seen.p99.push(full.latency.p99);
      }
      const [bare, ours] = [median(seen.floor), median(seen.ours)];
      log(
        `${name}: bare ${perSecond(bare)}, ours ${perSecond(ours)}, p50 ${milliseconds(median(seen.p50))}, p99 ${milliseconds(median(seen.p99))}`,
      );
      figures.push({
        bench: 'find',
        what: `${name}, at ${profiles.toLocaleString('en')}`,
        floor: perSecond(bare),
        ours: perSecond(ours),
        ratio: share(ours / bare),
        wanted: '≥ 40 %',
        isMet: ours / bare >= 0.4,
      });
    }
    await api.stop();
    await floor.stop();
    return figures;
  } finally {
    await server.stop();
  }
}

import { expect, it } from 'vitest';
import { aPartner, useTestDatabase } from './testing/index.ts';

const test = useTestDatabase();

it('similar customers are found through the trigram index of the search, not by reading every customer', async () => {
  const partner = await aPartner(test.sql);
  const many = 20_000;
  await test.sql`insert into organizations (id, cloud, domain, created_at)
    select gen_random_uuid(), 'public', 'alike-' || n || '.example', now() from generate_series(1, ${many}) n`;
  await test.sql`insert into customers (id, partner_id, organization_id, company_name, domain, country, contact, language, relationship, created_at)
    select gen_random_uuid(), ${partner.id}, o.id, case when o.domain = 'alike-77.example' then 'Contoso Robotics' else 'Solutions ' || md5(o.domain) end,
      o.domain, 'US', '{}', 'en', 'active', now() from organizations o where o.domain like 'alike-%.example'`;
  await test.sql`analyze customers`;
  await test.sql.begin(async (tx) => {
    await tx`set local role clientele_api`;
    await tx`select set_config('app.partner_id', ${partner.id}, true)`;
    const found = await tx`select id from similar_customers('contoso robotic', 400)`;
    expect(found).toHaveLength(1);
  });
  const [source] = await test.sql<{ body: string }[]>`select prosrc as body from pg_proc where proname = 'similar_customers'`;
  const query = /return query (with[\s\S]*?);/.exec(source?.body ?? '')?.[1] ?? '';
  await test.sql.begin(async (tx) => {
    await tx`set local role clientele_finder`;
    await tx`select set_config('app.partner_id', ${partner.id}, true), set_config('pg_trgm.word_similarity_threshold', '0.55', true)`;
    const plan = await tx.unsafe(`explain ${query.replaceAll('of_name', "'contoso robotic'").replaceAll('most', '400')}`);
    expect(plan.map((row) => row['QUERY PLAN']).join('\n')).toContain('Bitmap Index Scan on customers_by_text');
  });
});

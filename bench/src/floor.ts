import { randomUUID } from 'node:crypto';
import { boardCountsSql, boardSql } from '@clientele/services';
import express from 'express';
import postgres from 'postgres';

/**
 * The floor: what Express and postgres.js reach on this machine when nothing stands between them. Runs as the owner of the tables, so
 * without a session, row-level security, checks or records of what was done.
 */
const { DATABASE_URL = '', PORT = '', PARTNER_ID = '' } = process.env;
const sql = postgres(DATABASE_URL, { max: 10, onnotice: () => {} });
await sql`create table if not exists bench_operations (like operations including all)`;

const app = express();
app.disable('x-powered-by');
app.get('/readyz', (_request, response) => void response.json({ ok: true }));

// The same SQL as the first page of the customer list (packages/services/src/customers/list.ts).
app.get('/list', async (_request, response) => {
  const items = await sql`
    select id, company_name as "companyName", domain, country, relationship, delegated_admin as "delegatedAdmin",
      agreement_accepted_at is not null as "agreementAccepted", tags, created_at as "createdAt"
    from customers where partner_id = ${PARTNER_ID} and onboarding_operation_id is null and relationship in ('active', 'ending')
    order by company_name asc, id asc limit 26`;
  response.json({ items });
});

// The same SQL as any other page (packages/services/src/customers/list.ts, filters.ts), on connections that belong to the partner.
const ofPartner = postgres(DATABASE_URL, { max: 10, onnotice: () => {}, connection: { 'app.partner_id': PARTNER_ID } as never });
app.get('/search', async (request, response) => {
  const {
    search,
    tag,
    relationship,
    country,
    delegatedAdmin,
    agreement,
    sort = 'company',
    order = 'asc',
  } = request.query as Record<string, string>;
  const letters = [...(search ?? '')];
  const pairs = letters.slice(1).map((letter, at) => `${letters[at]}${letter}`);
  const grams = letters.length > 2 ? [] : letters.length === 2 ? pairs : letters;
  const given = {
    states: relationship ? [relationship] : ['active', 'ending'],
    ...(tag ? { tags: [tag] } : {}),
    ...(country ? { country } : {}),
    ...(delegatedAdmin ? { delegatedAdmin: delegatedAdmin === 'yes' } : {}),
    ...(agreement ? { agreed: agreement === 'accepted' } : {}),
    ...(search ? { term: search, pattern: `%${search}%` } : {}),
    ...(grams.length > 0 ? { grams } : {}),
  };
  const items = await ofPartner`
    select c.id, c.company_name as "companyName", c.domain, c.country, c.relationship, c.delegated_admin as "delegatedAdmin",
      c.agreement_accepted_at is not null as "agreementAccepted", c.tags, c.created_at as "createdAt"
    from find_customers(${ofPartner.json(given)}, ${sort}, ${order === 'desc'}, null, null, null, 26) with ordinality f(id, place)
    join customers c on c.id = f.id order by f.place`;
  response.json({ items });
});

// The figures alone, of the same days and in the same words (packages/services/src/overview/overview.ts).
app.get('/overview', async (_request, response) => {
  const figures = await sql`
    select name, to_char(day, 'YYYY-MM-DD') as day, sum(value)::float8 as value from (
      select name, day, value from figures where partner_id = ${PARTNER_ID} and day > current_date - 91
      union all select name, day, value from figure_changes where partner_id = ${PARTNER_ID} and day > current_date - 91) f
    group by name, f.day`;
  response.json({ figures });
});

// The same SQL as the board of leads and its list by text (packages/services/src/leads/list.ts).
app.get('/leads-board', async (_request, response) => {
  const now = new Date().toISOString();
  const [cards, counts] = await Promise.all([
    ofPartner.unsafe(boardSql, [now, 'nobody'], { prepare: true }),
    ofPartner.unsafe(boardCountsSql, [now], { prepare: true }),
  ]);
  response.json({ cards, counts });
});
app.get('/leads-search', async (request, response) => {
  const given = ofPartner.json({ now: new Date().toISOString(), pattern: `%${String(request.query.search)}%` });
  const [items, counts] = await Promise.all([
    ofPartner`select l.* from find_leads(${given}, 'received', true, null, null, 26) with ordinality f(id, place) join leads l on l.id = f.id order by f.place`,
    ofPartner`select * from count_leads(${given})`,
  ]);
  response.json({ items, counts });
});

// The same SQL as "find a partner" (packages/services/src/business-profiles/find.ts), without counting who reads and without a page.
app.get('/find', async (request, response) => {
  const { given = '{}' } = request.query as Record<string, string>;
  const items = await sql`select * from find_partners('public', ${given}::text::jsonb, null, null, null, 21)`;
  response.json({ items });
});

app.post('/add', express.json(), async (request, response) => {
  const id = randomUUID();
  await sql`
    insert into bench_operations (id, partner_id, kind, state, subject, input, steps, created_by, created_at)
    values (${id}, ${PARTNER_ID}, 'customer-onboarding', 'queued', ${request.body.companyName}, ${sql.json(request.body)}, '[]', 'bench', now())`;
  response.status(202).json({ id });
});

app.listen(Number(PORT), '127.0.0.1');
process.on('SIGTERM', () => process.exit(0));

import type postgres from 'postgres';
import { type Figure, perSecond, share } from './figures.ts';
import { startApi, startFloor, startServer } from './installation.ts';
import { takeTurns } from './load.ts';

const count = Number(process.env.BENCH_LEADS ?? 100_000);

/** The board of leads through the full stack against the same SQL behind a bare Express route; and a column that goes on, found by text. */
export async function leads(log: (sentence: string) => void): Promise<Figure[]> {
  const server = await startServer();
  try {
    const { portal, api } = await startApi(server.url);
    log(`loading ${count.toLocaleString('en')} leads, and a quarter as many of another partner`);
    await fillLeads(server.sql, portal.partnerId, count);
    const { url, floor } = await startFloor(server.url, portal.partnerId);
    const headers = { cookie: portal.cookie };
    const rates = await takeTurns(
      [
        { name: 'floor', pid: floor.pid, options: { url: `${url}/leads-board` } },
        { name: 'board', pid: api.pid, options: { url: `${portal.url}/api/leads/board`, headers } },
        { name: 'floor of search', pid: floor.pid, options: { url: `${url}/leads-search?search=company%20742` } },
        { name: 'search', pid: api.pid, options: { url: `${portal.url}/api/leads?search=company%20742&limit=25`, headers } },
      ],
      server.pid,
      log,
    );
    await api.stop();
    await floor.stop();
    const rateOf = (name: string) => rates.get(name) ?? 0;
    const figure = (what: string, ours: string, bare: string): Figure => {
      const ratio = rateOf(ours) / rateOf(bare);
      return {
        bench: 'leads',
        what,
        floor: perSecond(rateOf(bare)),
        ours: perSecond(rateOf(ours)),
        ratio: share(ratio),
        wanted: '≥ 40 %',
        isMet: ratio >= 0.4,
      };
    };
    const rows = count.toLocaleString('en');
    return [
      figure(`lead board with real counts at ${rows} leads, signed in, row-level security`, 'board', 'floor'),
      figure(`leads by text, a page of 25 at ${rows} leads`, 'search', 'floor of search'),
    ];
  } finally {
    await server.stop();
  }
}

async function fillLeads(sql: postgres.Sql, partnerId: string, rows: number): Promise<void> {
  const other = crypto.randomUUID();
  await sql`insert into partners (id, name, type, cloud, country, created_at) values (${other}, 'Other', 'direct-partner', 'public', 'US', now())`;
  for (const [partner, many] of [
    [partnerId, rows],
    [other, Math.ceil(rows / 4)],
  ] as const)
    await sql`
      insert into leads (id, partner_id, type, state, company_name, first_name, last_name, email, country, language, message, received_at, expires_at, urgent_until,
        answered_at, closed_at, deal_name, amount, currency, close_date, reason)
      select gen_random_uuid(), ${partner}::uuid, case when n % 3 = 0 then 'sales-qualified' else 'customer-enquiry' end, s.state, 'Company ' || n, 'Megan', 'Bowen ' || n % 97,
        'lead-' || n || '@customers.example', 'JP', 'en', 'We would like to move to the cloud.', at, case when s.state = 'received' then now() + interval '7 days' else at + interval '14 days' end,
        case when n % 50 = 0 then now() + interval '1 day' end, case when s.state not in ('received', 'expired') then at + interval '5 hours' end,
        case when s.state in ('won', 'lost') then at + interval '20 days' end, case when s.state in ('accepted', 'won', 'lost') then 'Deal ' || n end,
        case when s.state in ('accepted', 'won', 'lost') then 1000 + n end, case when s.state in ('accepted', 'won', 'lost') then 'USD' end,
        case when s.state in ('accepted', 'won', 'lost') then current_date + (n % 90)::int end, case when s.state in ('declined', 'lost') then 'No.' end
      from generate_series(1, ${many}::int) n,
        lateral (select (array['received', 'accepted', 'won', 'lost', 'declined', 'expired'])[1 + n % 6] as state, now() - n * interval '1 minute' as at) s`;
  await sql`vacuum (analyze) leads`;
}

import autocannon from 'autocannon';
import type postgres from 'postgres';
import { type Figure, median, milliseconds } from './figures.ts';
import { fill, startApi, startFloor, startServer } from './installation.ts';

const most = Number(process.env.BENCH_ROWS ?? 1_000_000);
const rounds = Number(process.env.BENCH_ROUNDS ?? 5);
const duration = Number(process.env.BENCH_SECONDS ?? 4);
const warmUp = 4;

/**
 * What a large partner's overview reads from: a year of figures, and thousands of each thing that needs somebody, among ten times as many that do not.
 */
async function furnish(sql: postgres.Sql, partnerId: string, log: (sentence: string) => void): Promise<void> {
  const [user] = await sql<{ id: string }[]>`select user_id as id from partner_users where partner_id = ${partnerId} limit 1`;
  // Some forty thousand, each of which is written to every index: all of them would take longer than the rest.
  await sql`update customers set delegated_admin_until = now() + (1 + hashtext(domain)::bigint & 63) * interval '12 hours'
    where partner_id = ${partnerId} and delegated_admin and hashtext(domain) % 19 = 0`;
  await sql`
    insert into invitations (id, partner_id, purpose, email, company_name, language, delegated_admin, message, state, expires_at, created_by, created_at, answered_at)
    select uuidv7(), ${partnerId}, 'relationship', 'it@asked-' || n || '.example', 'Asked ' || n, 'en', false, '{link}', s.state, at + interval '14 days', ${user?.id ?? ''}, at,
      case when s.state = 'pending' then null else at + (n % 200) * interval '1 hour' end
    from generate_series(1, ${Math.ceil(most / 5)}::int) n, lateral (select case when n % 10 = 0 then 'pending' else 'accepted' end as state) s,
      lateral (select now() - case when s.state = 'pending' then n % 13 else n % 360 end * interval '1 day' as at) a`;
  await sql`
    insert into deliveries (id, partner_id, kind, invitation_id, recipient, language, facts, state, attempts, next_attempt_at, message_id, queued_at, sent_at)
    select uuidv7(), partner_id, 'invitation', id, email, 'en', '{}', case when hashtext(email) % 20 = 0 then 'bounced' else 'sent' end, 1, created_at, id::text, created_at, created_at
    from invitations where partner_id = ${partnerId}`;
  await sql`
    insert into operations (id, partner_id, kind, state, subject, input, steps, created_by, created_at, finished_at)
    select uuidv7(), ${partnerId}, 'customers-tag', case when n % 20 = 0 then 'failed' else 'succeeded' end, 'gold', '{}', '[]', ${user?.id ?? ''}, now(), now()
    from generate_series(1, ${Math.ceil(most / 20)}::int) n`;
  const begun = performance.now();
  await sql`insert into figures select p.id, d.name, d.day, d.value from partners p, figure_differences(p.id) d`;
  log(`the recount of all partners: ${((performance.now() - begun) / 1000).toFixed(1)} s`);
  await sql`
    insert into figures select ${partnerId}, name, current_date - n, 1 + n % 40 from generate_series(1, 400) n,
      unnest(array['operations.succeeded', 'operations.failed']) name on conflict do nothing`;
  for (const table of ['customers', 'invitations', 'deliveries', 'operations', 'figures', 'figure_changes'])
    await sql`vacuum (analyze) ${sql(table)}`;
}

/** The overview through the full stack: what one person waits for, and with several at once. */
export async function overview(log: (sentence: string) => void): Promise<Figure[]> {
  const server = await startServer();
  try {
    const { portal, api } = await startApi(server.url);
    log(`loading ${most.toLocaleString('en')} customers, and a quarter as many of other partners`);
    await fill(server.sql, portal.partnerId, most);
    log('invitations, mails, operations and figures');
    await furnish(server.sql, portal.partnerId, log);
    const { url, floor } = await startFloor(server.url, portal.partnerId);
    const headers = { cookie: portal.cookie };
    const cases = [
      { name: '90 days, one person', url: `${portal.url}/api/overview`, connections: 1 },
      { name: '12 months, one person', url: `${portal.url}/api/overview?period=12-months`, connections: 1 },
      { name: '90 days, eight at once', url: `${portal.url}/api/overview`, connections: 8 },
    ];
    const figures: Figure[] = [];
    for (const { name, url: address, connections } of cases) {
      const bare = { url: `${url}/overview`, connections };
      const full = { url: address, headers, connections };
      const seen = { floor: [] as number[], p50: [] as number[], p99: [] as number[] };
      for (const turn of [bare, full]) await autocannon({ ...turn, duration: warmUp });
      for (let round = 0; round < rounds; round += 1) {
        const [one, other] = [await autocannon({ ...bare, duration }), await autocannon({ ...full, duration })];
        for (const result of [one, other])
          if (result.non2xx + result.errors + result.timeouts > 0) throw new Error(`${name}: ${JSON.stringify(result.statusCodeStats)}`);
        seen.floor.push(one.latency.p50);
        seen.p50.push(other.latency.p50);
        seen.p99.push(other.latency.p99);
      }
      const [bareP50, p50, p99] = [median(seen.floor), median(seen.p50), median(seen.p99)];
      log(`${name}: bare ${bareP50} ms, ours p50 ${p50} ms, p99 ${p99} ms`);
      const line = { bench: 'overview', floor: milliseconds(bareP50), ratio: '', wanted: '≤ 150 ms' };
      figures.push(
        { ...line, what: `${name}, at ${most.toLocaleString('en')} customers, p50`, ours: milliseconds(p50), isMet: p50 <= 150 },
        { ...line, what: '… its p99', ours: milliseconds(p99), isMet: connections === 1 ? p99 <= 150 : undefined },
      );
    }
    await api.stop();
    await floor.stop();
    return figures;
  } finally {
    await server.stop();
  }
}

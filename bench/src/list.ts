import type { Figure } from './figures.ts';
import { perSecond, share } from './figures.ts';
import { fill, startApi, startFloor, startServer } from './installation.ts';
import { takeTurns } from './load.ts';

const count = Number(process.env.BENCH_CUSTOMERS ?? 100_000);

/** The customer list through the full stack against the same SQL behind a bare Express route; and a deep page against the first. */
export async function list(log: (sentence: string) => void): Promise<Figure[]> {
  const server = await startServer();
  try {
    const { portal, api } = await startApi(server.url);
    log(`loading ${count.toLocaleString('en')} customers, and a quarter as many of other partners`);
    await fill(server.sql, portal.partnerId, count);
    const { url, floor } = await startFloor(server.url, portal.partnerId);

    const [deep] = await server.sql<{ company_name: string; id: string }[]>`
      select company_name, id from customers where partner_id = ${portal.partnerId} and relationship in ('active', 'ending')
      order by company_name, id offset ${Math.floor(count * 0.9 * 0.93)} limit 1`;
    const after = Buffer.from(JSON.stringify([deep?.company_name, deep?.id])).toString('base64url');
    const headers = { cookie: portal.cookie };
    const page = `${portal.url}/api/customers?limit=25`;
    const rates = await takeTurns(
      [
        { name: 'floor', pid: floor.pid, options: { url: `${url}/list` } },
        { name: 'first page', pid: api.pid, options: { url: page, headers } },
        { name: 'deep page', pid: api.pid, options: { url: `${page}&after=${after}`, headers } },
      ],
      server.pid,
      log,
    );
    await api.stop();
    await floor.stop();
    const rateOf = (name: string) => rates.get(name) ?? 0;
    const first = rateOf('first page') / rateOf('floor');
    const deeper = rateOf('deep page') / rateOf('first page');
    return [
      {
        bench: 'list',
        what: `customer list page of 25 at ${count.toLocaleString('en')} customers, signed in, row-level security`,
        floor: perSecond(rateOf('floor')),
        ours: perSecond(rateOf('first page')),
        ratio: share(first),
        wanted: '≥ 50 %',
        isMet: first >= 0.5,
      },
      {
        bench: 'list',
        what: 'page at 90 % of the list against the first page',
        floor: perSecond(rateOf('first page')),
        ours: perSecond(rateOf('deep page')),
        ratio: share(deeper),
        wanted: '≥ 90 %',
        isMet: deeper >= 0.9,
      },
    ];
  } finally {
    await server.stop();
  }
}

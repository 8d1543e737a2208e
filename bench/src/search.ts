import autocannon from 'autocannon';
import { type Figure, median, milliseconds, percentile, perSecond, share } from './figures.ts';
import { fill, startApi, startFloor, startServer } from './installation.ts';

const most = Number(process.env.BENCH_ROWS ?? 1_000_000);
const few = Math.max(1000, Math.round(most / 100));
const rounds = Number(process.env.BENCH_ROUNDS ?? 5);
const duration = Number(process.env.BENCH_SECONDS ?? 4);
const connections = 16;
const warmUp = 1;

/** What is asked for: parts of names in the beginning, the middle and the domain, common and rare, and each filter alone. */
const cases: { name: string; query: string }[] = [
  { name: 'search, begins many names', query: 'search=orchard' },
  { name: 'search, in the middle of many', query: 'search=ine' },
  { name: 'search, in the middle of many that stand far back', query: 'search=toys' },
  { name: 'search, inside of a word, common, far back', query: 'search=oys' },
  { name: 'search, a few', query: 'search=toys%20742' },
  { name: 'search, a domain', query: 'search=customer-4242' },
  { name: 'search, two Japanese characters', query: 'search=%E6%9C%9D%E6%97%A5' },
  { name: 'search, one letter', query: 'search=a' },
  { name: 'search, nothing there', query: 'search=zzqzz' },
  { name: 'search, two letters that are nowhere', query: 'search=qx' },
  { name: 'tag, common', query: 'tag=gold' },
  { name: 'tag, unknown', query: 'tag=nowhere' },
  { name: 'relationship ended', query: 'relationship=ended' },
  { name: 'country', query: 'country=JP' },
  { name: 'delegated admin missing', query: 'delegatedAdmin=no' },
  { name: 'agreement missing', query: 'agreement=missing' },
  { name: 'search and filters, by date', query: 'search=toys&country=JP&tag=gold&sort=created&order=desc' },
];

interface Measured {
  floor: number;
  ours: number;
  /** Milliseconds. */
  p50: number;
  p99: number;
}

async function measure(count: number, log: (sentence: string) => void): Promise<Map<string, Measured>> {
  const server = await startServer();
  try {
    const { portal, api } = await startApi(server.url);
    log(`loading ${count.toLocaleString('en')} customers, and a quarter as many of other partners`);
    await fill(server.sql, portal.partnerId, count);
    const { url, floor } = await startFloor(server.url, portal.partnerId);
    const found = new Map<string, Measured>();
    for (const { name, query } of cases) {
      const seen = { floor: [] as number[], ours: [] as number[], p50: [] as number[], p99: [] as number[] };
      const turns = [
        { url: `${url}/search?${query}`, connections },
        { url: `${portal.url}/api/customers?limit=25&${query}`, headers: { cookie: portal.cookie }, connections },
      ] as const;
      // Until V8 has compiled what is hot, and Postgres has read what this case needs.
      for (const turn of turns) await autocannon({ ...turn, duration: warmUp });
      for (let round = 0; round < rounds; round += 1) {
        const [bare, full] = [await autocannon({ ...turns[0], duration }), await autocannon({ ...turns[1], duration })];
        for (const result of [bare, full])
          if (result.non2xx + result.errors + result.timeouts > 0) throw new Error(`${name}: ${JSON.stringify(result.statusCodeStats)}`);
        seen.floor.push(bare['2xx'] / bare.duration);
        seen.ours.push(full['2xx'] / full.duration);
        seen.p50.push(full.latency.p50);
        seen.p99.push(full.latency.p99);
      }
      const figures = { floor: median(seen.floor), ours: median(seen.ours), p50: median(seen.p50), p99: median(seen.p99) };
      found.set(name, figures);
      log(`${name}: bare ${perSecond(figures.floor)}, ours ${perSecond(figures.ours)}, p50 ${figures.p50} ms, p99 ${figures.p99} ms`);
    }
    await api.stop();
    await floor.stop();
    return found;
  } finally {
    await server.stop();
  }
}

/** Search and filters of the customer list against the same SQL on a bare route; at a hundredth of the customers, and at all of them. */
export async function search(log: (sentence: string) => void): Promise<Figure[]> {
  const small = await measure(few, log);
  const large = await measure(most, log);
  const amount = most.toLocaleString('en');
  const lines = [...large].flatMap(([name, { floor, ours, p50, p99 }]): Figure[] => {
    const growth = (small.get(name)?.ours ?? 0) / ours;
    return [
      {
        bench: 'search',
        what: `${name}, at ${amount}`,
        floor: perSecond(floor),
        ours: perSecond(ours),
        ratio: share(ours / floor),
        wanted: '≥ 40 %',
        isMet: ours / floor >= 0.4,
      },
      // autocannon counts whole milliseconds: below one of them a p99 says nothing.
      {
        bench: 'search',
        what: '… its p99 to its p50',
        floor: milliseconds(p50),
        ours: milliseconds(p99),
        ratio: (p99 / Math.max(1, p50)).toFixed(1),
        wanted: '< 10',
        isMet: p99 / Math.max(1, p50) < 10,
      },
      {
        bench: 'search',
        what: `… its cost, from ${few.toLocaleString('en')} customers`,
        floor: perSecond(small.get(name)?.ours ?? 0),
        ours: perSecond(ours),
        ratio: `× ${growth.toFixed(2)}`,
        wanted: '< × 2',
        isMet: growth < 2,
      },
    ];
  });
  const typical = [...large.values()].map(({ p50 }) => p50);
  return [
    ...lines,
    {
      bench: 'search',
      what: 'the slowest of them to the median of them, p50',
      floor: milliseconds(median(typical)),
      ours: milliseconds(percentile(typical, 100)),
      ratio: (percentile(typical, 100) / Math.max(1, median(typical))).toFixed(1),
      wanted: '',
      isMet: undefined,
    },
  ];
}

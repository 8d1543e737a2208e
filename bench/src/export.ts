import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { get, type IncomingMessage } from 'node:http';
import { Writable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { Client } from 'pg';
import { to } from 'pg-copy-streams';
import { type Figure, mebibytes, median, seconds, share } from './figures.ts';
import { fill, type Portal, startApi, startServer } from './installation.ts';
import { residentOf } from './processes.ts';

const rows = Number(process.env.BENCH_ROWS ?? 1_000_000);
const rounds = Number(process.env.BENCH_ROUNDS ?? 5);

const hasPsql = () => spawnSync('psql', ['--version']).status === 0;

async function timed(work: () => Promise<void>): Promise<number> {
  const began = performance.now();
  await work();
  return performance.now() - began;
}

/** psql's \copy of a query to nowhere; without psql the same over pg-copy-streams. */
async function copy(databaseUrl: string, query: string, usePsql: boolean): Promise<void> {
  if (usePsql) {
    const child = spawn('psql', ['-X', '-q', databaseUrl, '-c', `\\copy (${query}) to '/dev/null' with (format csv, header)`], {
      stdio: ['ignore', 'ignore', 'inherit'],
    });
    const [code] = await once(child, 'exit');
    if (code !== 0) throw new Error(`psql ended with ${code}`);
    return;
  }
  const client = new Client({ connectionString: databaseUrl });
  await client.connect();
  const nowhere = new Writable({ write: (_chunk, _encoding, done) => done() });
  await pipeline(client.query(to(`copy (${query}) to stdout with (format csv, header)`)), nowhere);
  await client.end();
}

/** Downloads the export and counts its lines' bytes. */
async function download({ url, cookie }: Portal, path: string): Promise<number> {
  const [response] = (await once(get(url + path, { headers: { cookie } }), 'response')) as [IncomingMessage];
  if (response.statusCode !== 200) throw new Error(`the export answered ${response.statusCode}`);
  let bytes = 0;
  response.on('data', (chunk: Buffer) => {
    bytes += chunk.length;
  });
  await once(response, 'end');
  return bytes;
}

/** The CSV of every customer through the API against psql's \copy of the same columns. */
export async function exportCustomers(log: (sentence: string) => void): Promise<Figure[]> {
  const server = await startServer();
  try {
    const { portal, api } = await startApi(server.url);
    log(`loading ${rows.toLocaleString('en')} customers, and a quarter as many of other partners`);
    await fill(server.sql, portal.partnerId, rows);
    const [{ partner } = { partner: '' }] = await server.sql<{ partner: string }[]>`select quote_literal(${portal.partnerId}) as partner`;
    const columns = 'select id, company_name, domain, relationship from customers';
    const same = `${columns} where partner_id = ${partner} and onboarding_operation_id is null order by company_name, id`;
    const unsorted = `${columns} where partner_id = ${partner}`;
    const usePsql = hasPsql();
    if (!usePsql) log('there is no psql here: the floor is pg-copy-streams');

    const times = { floor: [] as number[], unsorted: [] as number[], ours: [] as number[] };
    let bytes = 0;
    const before = residentOf(api.pid);
    let most = before;
    const ours = async () => {
      bytes = await download(portal, '/api/customers.csv?relationship=all');
    };
    await copy(server.url, same, usePsql);
    await ours();
    for (let round = 1; round <= rounds; round += 1) {
      times.floor.push(await timed(() => copy(server.url, same, usePsql)));
      times.unsorted.push(await timed(() => copy(server.url, unsorted, usePsql)));
      const sampler = setInterval(() => {
        most = Math.max(most, residentOf(api.pid));
      }, 20);
      times.ours.push(await timed(ours));
      clearInterval(sampler);
      const last = (name: keyof typeof times) => seconds(times[name].at(-1) ?? 0);
      log(
        `round ${round} of ${rounds}: floor ${last('floor')} (unsorted ${last('unsorted')}), ours ${last('ours')}, API at most ${mebibytes(most)}`,
      );
    }
    log(`${(bytes / 1e6).toFixed(0)} MB of CSV`);
    await api.stop();

    const [floor, plain, time] = [median(times.floor), median(times.unsorted), median(times.ours)];
    const name = usePsql ? 'psql \\copy' : 'pg-copy-streams (no psql here)';
    const amount = rows.toLocaleString('en');
    return [
      {
        bench: 'export',
        what: `CSV of ${amount} customers against ${name} of the same columns in the same order`,
        floor: seconds(floor),
        ours: seconds(time),
        ratio: share(floor / time),
        wanted: '≥ 70 %',
        isMet: floor / time >= 0.7,
      },
      {
        bench: 'export',
        what: `the same against ${name} in no order`,
        floor: seconds(plain),
        ours: seconds(time),
        ratio: share(plain / time),
        wanted: '',
        isMet: undefined,
      },
      {
        bench: 'export',
        what: 'growth of the API (RSS) meanwhile',
        floor: mebibytes(before),
        ours: `+${mebibytes(Math.max(0, most - before))}`,
        ratio: '',
        wanted: '< 64 MiB',
        isMet: most - before < 64 * 2 ** 20,
      },
    ];
  } finally {
    await server.stop();
  }
}

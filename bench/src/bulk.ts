import { setTimeout as sleep } from 'node:timers/promises';
import { type Figure, milliseconds, percentile } from './figures.ts';
import { fill, startApi, startServer, startWorker } from './installation.ts';

const count = Number(process.env.BENCH_CUSTOMERS ?? 100_000);
const seconds = Number(process.env.BENCH_SECONDS ?? 4) * 5;

/** The customer list, asked for again and again by one person, idle and while a worker tags every customer of it. */
export async function bulk(log: (sentence: string) => void): Promise<Figure[]> {
  const server = await startServer();
  try {
    const { portal, api } = await startApi(server.url);
    log(`loading ${count.toLocaleString('en')} customers, and a quarter as many of other partners`);
    await fill(server.sql, portal.partnerId, count);
    const worker = await startWorker(server.url);
    const ask = async (path: string, init: RequestInit = {}) => {
      const headers = { cookie: portal.cookie, origin: portal.url, 'content-type': 'application/json' };
      const response = await fetch(portal.url + path, { ...init, headers });
      if (!response.ok) throw new Error(`${path} answered ${response.status}: ${await response.text()}`);
      return response.json() as Promise<{ id: string; state: string; progress?: { done: number } | null }>;
    };
    /** Milliseconds that the list took, each time, for as long as `goesOn`. */
    const watch = async (goesOn: () => Promise<boolean> | boolean): Promise<number[]> => {
      const times: number[] = [];
      while (await goesOn())
        for (let index = 0; index < 20; index += 1) {
          const began = performance.now();
          await ask('/api/customers?limit=25');
          times.push(performance.now() - began);
          await sleep(10);
        }
      return times;
    };
    const end = performance.now() + seconds * 1000;
    await watch(() => performance.now() < end - (seconds * 1000) / 2);
    const idle = await watch(() => performance.now() < end);
    const began = performance.now();
    const body = { action: 'tag', tags: ['benched'], selection: { filters: {} } };
    const { id } = await ask('/api/customers/bulk', { method: 'POST', body: JSON.stringify(body) });
    let state = 'queued';
    const busy = await watch(async () => {
      ({ state } = await ask(`/api/operations/${id}`));
      return state === 'queued' || state === 'running';
    });
    const took = performance.now() - began;
    if (state !== 'succeeded') throw new Error(`the operation ${state}`);
    log(
      `${count.toLocaleString('en')} customers tagged in ${(took / 1000).toFixed(1)} s (${Math.round((count / took) * 1000)}/s); ${idle.length} and ${busy.length} lists`,
    );
    await worker.stop();
    await api.stop();
    const [calm, loaded] = [percentile(idle, 99), percentile(busy, 99)];
    return [
      {
        bench: 'bulk',
        what: `p99 of the customer list while ${count.toLocaleString('en')} customers are tagged, to its idle p99`,
        floor: milliseconds(calm),
        ours: milliseconds(loaded),
        ratio: `× ${(loaded / calm).toFixed(2)}`,
        wanted: '< × 3',
        isMet: loaded / calm < 3,
      },
    ];
  } finally {
    await server.stop();
  }
}

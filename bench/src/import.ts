import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { copyIn } from '@clientele/db';
import { type Figure, mebibytes, perSecond, seconds, share } from './figures.ts';
import { type Portal, startApi, startServer } from './installation.ts';
import { residentOf, root, startProgram } from './processes.ts';

const rows = Number(process.env.BENCH_IMPORT_ROWS ?? 100_000);

const companyOf = (n: number) =>
  `Bench ${['Alpine', 'Harbor', 'Falcon', '朝日', 'Cedar'][n % 5]} ${['Foods', 'Legal', 'Optics', 'Toys'][n % 4]} ${n}`;
const domainOf = (mark: string, n: number) => `${mark}-${n}.example`;
const notes = 'From the other portal.';

/** The file, piece by piece: as long as it is sent, nobody holds it whole. */
function* csvOf(mark: string): Generator<string> {
  let text = 'Company name,Primary domain,Country,First name,Last name,E-mail,Phone,Tags,Notes,Customer ID\n';
  for (let n = 0; n < rows; n += 1) {
    text += `${companyOf(n)},${domainOf(mark, n)},United States,Emma,Clark,it@${domainOf(mark, n)},+1 206 555 0100,"gold,renewal",${notes},P-${n}\n`;
    if (text.length > 64 * 1024) {
      yield text;
      text = '';
    }
  }
  yield text;
}

async function timed(work: () => Promise<void>): Promise<number> {
  const began = performance.now();
  await work();
  return performance.now() - began;
}

/** COPY of what the import writes for good (organisations, customers, records of what was done) into the same tables with their indexes. */
async function copyAll(url: string, partnerId: string, mark: string): Promise<void> {
  const ids = Array.from({ length: rows }, () => [crypto.randomUUID(), crypto.randomUUID()] as const);
  const now = new Date().toISOString();
  const cells = (make: (n: number, ids: readonly [string, string]) => (string | null)[]) =>
    (function* all() {
      for (let n = 0; n < rows; n += 1) yield make(n, ids[n] as readonly [string, string]);
    })();
  await copyIn(
    url,
    'organizations (id, cloud, domain, created_at)',
    cells((n, [organization]) => [organization, 'public', domainOf(mark, n), now]),
  );
  await copyIn(
    url,
    'customers (id, partner_id, organization_id, company_name, domain, country, contact, language, tags, notes, external_id, relationship, created_at)',
    cells((n, [organization, customer]) => [
      ...[customer, partnerId, organization, companyOf(n), domainOf(mark, n), 'US'],
      JSON.stringify({ firstName: 'Emma', lastName: 'Clark', email: `it@${domainOf(mark, n)}`, phone: '+1 206 555 0100' }),
      ...['en', '{gold,renewal}', notes, `P-${n}`, 'none', now],
    ]),
  );
  await copyIn(
    url,
    'events (id, partner_id, type, at, actor_kind, actor_id, customer_id, request_id, data, dispatched_at)',
    cells((n, [, customer]) => [
      ...[crypto.randomUUID(), partnerId, 'customer.imported', now, 'partner-user', 'bench', customer, 'bench'],
      JSON.stringify({ operationId: partnerId, domain: domainOf(mark, n) }),
      now,
    ]),
  );
}

interface Import {
  id: string;
  mapping: Record<string, number>;
  operationState: string;
  checked: Record<string, number> | null;
  written: Record<string, number> | null;
}

/** From the first byte of the upload to the last customer, as a person does it: upload, dry run, go. Gives the moments in between. */
async function importAll({ url, cookie }: Portal, mark: string): Promise<{ uploaded: number; checked: number; written: number }> {
  const ask = async (method: string, path: string, body?: object) => {
    const response = await fetch(url + path, {
      method,
      headers: { cookie, origin: url, ...(body ? { 'content-type': 'application/json' } : {}) },
      ...(body ? { body: JSON.stringify(body) } : {}),
    });
    if (!response.ok) throw new Error(`${method} ${path} answered ${response.status}: ${await response.text()}`);
    return response.json();
  };
  const began = performance.now();
  const encoder = new TextEncoder();
  const pieces = csvOf(mark);
  const body = new ReadableStream<Uint8Array>({
    pull(controller) {
      const { value, done } = pieces.next();
      if (done) controller.close();
      else controller.enqueue(encoder.encode(value));
    },
  });
  const response = await fetch(`${url}/api/imports?fileName=bench.csv`, {
    method: 'POST',
    headers: { cookie, origin: url, 'content-type': 'text/csv' },
    body,
    duplex: 'half',
  } as RequestInit);
  if (!response.ok) throw new Error(`the upload answered ${response.status}: ${await response.text()}`);
  const file = (await response.json()) as Import;
  const uploaded = performance.now();
  const operation = (await ask('POST', `/api/imports/${file.id}/start`, { mapping: file.mapping, country: 'US', language: 'en' })) as {
    id: string;
  };
  const until = async (state: string) => {
    for (;;) {
      const now = (await ask('GET', `/api/imports/${file.id}`)) as Import;
      if (now.operationState === state) return now;
      if (['failed', 'cancelled'].includes(now.operationState)) throw new Error(`the import is ${now.operationState}`);
      await sleep(100);
    }
  };
  const { checked: found } = await until('paused');
  if (found?.create !== rows) throw new Error(`the dry run found ${JSON.stringify(found)}`);
  const checked = performance.now();
  await ask('POST', `/api/operations/${operation.id}/resume`, {});
  const { written: made } = await until('succeeded');
  if (made?.create !== rows) throw new Error(`the import has made ${JSON.stringify(made)}`);
  return { uploaded: uploaded - began, checked: checked - uploaded, written: performance.now() - checked };
}

/** An import of many rows with checks, duplicates and records against COPY of the same rows into the same tables. */
export async function importCustomers(log: (sentence: string) => void): Promise<Figure[]> {
  const server = await startServer();
  try {
    const { portal, api } = await startApi(server.url);
    const worker = await startProgram(
      process.execPath,
      [join(root, 'apps/worker/dist/main.js')],
      {
        NODE_ENV: 'production',
        DATABASE_URL: server.url,
        SMTP_URL: 'smtp://127.0.0.1:9',
        SECRET: randomBytes(32).toString('hex'),
        LOG_LEVEL: 'info',
      },
      (output) => output.includes('worker is running'),
    );
    const resident = () => ({ api: residentOf(api.pid), worker: residentOf(worker.pid) });
    const before = resident();
    const samples: (typeof before)[] = [];
    const most = (of: 'api' | 'worker', among = samples) => Math.max(before[of], ...among.map((sample) => sample[of]));
    const floor = await timed(() => copyAll(server.url, portal.partnerId, 'floor'));
    log(`COPY ${seconds(floor)}`);
    const sampler = setInterval(() => samples.push(resident()), 100);
    const ours = await importAll(portal, 'ours');
    clearInterval(sampler);
    const total = ours.uploaded + ours.checked + ours.written;
    log(`upload ${seconds(ours.uploaded)}, dry run ${seconds(ours.checked)}, writing ${seconds(ours.written)}`);
    log(`API at most +${mebibytes(most('api') - before.api)}, worker at most +${mebibytes(most('worker') - before.worker)}`);
    await worker.stop();
    await api.stop();
    const amount = rows.toLocaleString('en');
    const grown = most('api') - before.api + (most('worker') - before.worker);
    const half = Math.ceil(samples.length / 2);
    const [early, late] = [samples.slice(0, half), samples.slice(half)].map((part) => most('api', part) + most('worker', part)) as [
      number,
      number,
    ];
    return [
      {
        ...{
          bench: 'import',
          what: `import of ${amount} customers (upload, dry run, writing) against COPY of the same rows into the same tables`,
        },
        ...{ floor: perSecond((rows / floor) * 1000), ours: perSecond((rows / total) * 1000), ratio: share(floor / total) },
        ...{ wanted: '≥ 10 %', isMet: floor / total >= 0.1 },
      },
      {
        ...{ bench: 'import', what: 'growth of API and worker together (RSS) meanwhile', floor: mebibytes(before.api + before.worker) },
        ...{ ours: `+${mebibytes(grown)}`, ratio: '', wanted: '', isMet: undefined },
      },
      {
        // Flat: what is worked on does not gather, so that twice the file needs no more.
        ...{ bench: 'import', what: 'most of it in the second half of the time against the first half', floor: mebibytes(early) },
        ...{ ours: mebibytes(late), ratio: `× ${(late / early).toFixed(2)}`, wanted: '< × 1.25', isMet: late / early < 1.25 },
      },
    ];
  } finally {
    await server.stop();
  }
}

import { fork } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { createTransport } from 'nodemailer';
import { type Figure, milliseconds, percentile, perSecond, share } from './figures.ts';
import { fill, type Portal, startApi, startServer, startWorker } from './installation.ts';

const count = Number(process.env.BENCH_INVITATIONS ?? 10_000);
const customers = Number(process.env.BENCH_CUSTOMERS ?? 100_000);
const rounds = Number(process.env.BENCH_ROUNDS ?? 3);
/** As many as a worker has when nobody sets it. */
const connections = 5;

/** A mail server in a process of its own, as a real one would be; it counts what it has taken. */
async function startSink() {
  const child = fork(fileURLToPath(new URL('sink.ts', import.meta.url)), { execArgv: ['--import', 'tsx'] });
  const [{ port }] = (await once(child, 'message')) as [{ port: number }];
  return {
    url: `smtp://127.0.0.1:${port}`,
    async taken(): Promise<{ mails: number; bytes: number }> {
      child.send('count');
      const [answer] = (await once(child, 'message')) as [{ mails: number; bytes: number }];
      return answer;
    },
    async stop() {
      child.kill();
      await once(child, 'exit');
    },
  };
}
type Sink = Awaited<ReturnType<typeof startSink>>;

/** Mails a second of nodemailer alone, with as many connections, and mails as long as ours. */
async function bare(sink: Sink, bytes: number): Promise<number> {
  const transport = createTransport({ url: sink.url, pool: true, maxConnections: connections, maxMessages: 500 });
  const html = `<p>${'x'.repeat(Math.max(0, bytes - 900))}</p>`;
  const began = performance.now();
  let next = 0;
  await Promise.all(
    Array.from({ length: connections }, async () => {
      for (; next < count; ) {
        next += 1;
        await transport.sendMail({ from: 'no-reply@bench.example', to: `r${next}@bench.example`, subject: 'Bench', text: 'Bench', html });
      }
    }),
  );
  const took = performance.now() - began;
  transport.close();
  return (count / took) * 1000;
}

interface Operation {
  id: string;
  state: string;
}

async function ask<Answer>({ url, cookie }: Portal, path: string, body?: object): Promise<Answer> {
  const headers = { cookie, origin: url, 'content-type': 'application/json' };
  const response = await fetch(url + path, { headers, ...(body ? { method: 'POST', body: JSON.stringify(body) } : {}) });
  if (!response.ok) throw new Error(`${path} answered ${response.status}: ${await response.text()}`);
  return response.json() as Promise<Answer>;
}

/** Milliseconds that the customer list took, each time, for as long as `goesOn`. */
async function watch(portal: Portal, goesOn: () => Promise<boolean> | boolean): Promise<number[]> {
  const times: number[] = [];
  while (await goesOn())
    for (let index = 0; index < 10; index += 1) {
      const began = performance.now();
      await ask(portal, '/api/customers?limit=25');
      times.push(performance.now() - began);
      await sleep(10);
    }
  return times;
}

/** A list of 10,000 people invited, to the last mail's 250, against nodemailer alone; and the customer list meanwhile. */
export async function invite(log: (sentence: string) => void): Promise<Figure[]> {
  const server = await startServer();
  const sink = await startSink();
  try {
    const { portal, api } = await startApi(server.url);
    await fill(server.sql, portal.partnerId, customers);
    await server.sql`insert into partner_settings values (${portal.partnerId}, ${server.sql.json({ invitationLimits: { open: 1_000_000, perTenMinutes: 1_000_000, perDay: 1_000_000 } })}, 1, 'bench', now())`;
    const worker = await startWorker(server.url, { SMTP_URL: sink.url });
    const until = performance.now() + 8000;
    await watch(portal, () => performance.now() < until - 4000);
    const idle = await watch(portal, () => performance.now() < until);
    const seen: { floor: number; ours: number }[] = [];
    const busy: number[] = [];
    for (let round = 0; round < rounds; round += 1) {
      const before = await sink.taken();
      const recipients = Array.from({ length: count }, (_, n) => ({
        ...{ email: `p${n}@round${round}.example`, companyName: `Bench ${n}`, recipientName: 'Emma Clark', language: 'en' },
      }));
      const began = performance.now();
      const { id } = await ask<Operation>(portal, '/api/invitations/send-many', {
        recipients,
        messages: { en: '', ja: '' },
        delegatedAdmin: true,
      });
      busy.push(...(await watch(portal, async () => (await sink.taken()).mails < before.mails + count)));
      const ours = (count / (performance.now() - began)) * 1000;
      const { state } = await ask<Operation>(portal, `/api/operations/${id}`);
      const after = await sink.taken();
      if (state !== 'succeeded' || after.mails !== before.mails + count) throw new Error(`${state}, ${after.mails - before.mails} mails`);
      // Somebody looks at the customer list meanwhile, too: otherwise the floor would have more of the machine.
      let isSending = true;
      const looking = watch(portal, () => isSending);
      const floor = await bare(sink, Math.round((after.bytes - before.bytes) / count));
      isSending = false;
      await looking;
      seen.push({ floor, ours });
      log(
        `round ${round + 1}: nodemailer ${perSecond(floor)}, ours ${perSecond(ours)}, ${Math.round((after.bytes - before.bytes) / count)} bytes a mail`,
      );
    }
    await worker.stop();
    await api.stop();
    const middle = seen.toSorted((a, b) => a.ours / a.floor - b.ours / b.floor)[Math.floor(seen.length / 2)] as (typeof seen)[number];
    const [calm, loaded] = [percentile(idle, 99), percentile(busy, 99)];
    const amount = count.toLocaleString('en');
    return [
      {
        ...{
          bench: 'invite',
          what: `${amount} invitations of a list, from the request to the last 250, against nodemailer alone with ${connections} connections`,
        },
        ...{ floor: perSecond(middle.floor), ours: perSecond(middle.ours), ratio: share(middle.ours / middle.floor) },
        ...{ wanted: '≥ 50 %', isMet: middle.ours / middle.floor >= 0.5 },
      },
      {
        ...{ bench: 'invite', what: `p99 of the customer list meanwhile, to its idle p99` },
        ...{ floor: milliseconds(calm), ours: milliseconds(loaded), ratio: `× ${(loaded / calm).toFixed(2)}` },
        ...{ wanted: '< × 3', isMet: loaded / calm < 3 },
      },
    ];
  } finally {
    await sink.stop();
    await server.stop();
  }
}

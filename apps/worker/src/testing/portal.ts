import { createTestDatabase, type TestDatabase } from '@clientele/db/testing';
import { createRedis, type RedisServer, steadyPort } from '@clientele/queue/testing';
import { setUpCode } from '@clientele/services';
import type { Pace } from '../pace.ts';
import { type MailServer, startMailServer } from './mail-server.ts';
import { type Child, Hopeless, startProgram, until } from './processes.ts';

export type Backend = 'postgres' | 'redis';

/** Little patience, so that a test need not have much either. */
export const hurried: Partial<Pace> = {
  operationLeaseMs: 3000,
  mailLeaseMs: 4000,
  jobLockMs: 3000,
  sweepEveryMs: 500,
  sweepPatienceMs: 1000,
  sealEveryMs: 500,
  mailTimeoutsMs: { connection: 800, greeting: 800, socket: 800 },
};

export interface Answer<Body> {
  status: number;
  type: string;
  body: Body;
  ms: number;
}

export interface PortalOptions {
  backend: Backend;
  pace?: Partial<Pace>;
  /** How many API processes; 1 when left out. */
  apis?: number;
  env?: Record<string, string>;
  /** Instead of a database of its own on the run's server. */
  database?: TestDatabase;
  /** Instead of a mail server of its own. */
  smtpUrl?: string;
  /** Instead of the sources: bundles. */
  programs?: { api: string; worker: string };
}

const sources = { api: 'apps/api/src/main.ts', worker: 'apps/worker/src/testing/worker-process.ts' };

const secret = 'a secret of tests, long enough for everybody';
const admin = { firstName: 'Ada', lastName: 'Admin', email: 'ada@partner.example', password: 'correct horse battery', language: 'en' };

/** A whole installation of real processes: API and workers, with a database, a queue and a mail server that a test may torment. */
export async function startPortal({ backend, pace, apis = 1, env = {}, database, smtpUrl, programs = sources }: PortalOptions) {
  const test = database ?? (await createTestDatabase());
  const redis: RedisServer | undefined = backend === 'redis' ? await createRedis() : undefined;
  await redis?.start();
  const mail: MailServer = await startMailServer();
  const children = new Set<Child>();
  const workers = new Set<Child>();
  const apiSlots: { port: number; child: Child }[] = [];
  const settings = {
    DATABASE_URL: test.url,
    SMTP_URL: smtpUrl ?? mail.url,
    SECRET: secret,
    PUBLIC_URL: 'http://portal.test',
    LOG_LEVEL: 'warn',
    ...(redis ? { REDIS_URL: redis.url } : {}),
    ...env,
  };

  function spawnApi(port: number): Child {
    const child = startProgram(programs.api, [], { ...settings, PORT: String(port) });
    children.add(child);
    return child;
  }

  function startWorker(more: Partial<Pace> = {}): Child {
    const child = startProgram(programs.worker, [JSON.stringify({ ...hurried, ...pace, ...more })], settings);
    children.add(child);
    workers.add(child);
    return child;
  }

  const isUp = (slot: number) =>
    until(
      'the API answers',
      async () => {
        const api = apiSlots[slot];
        if (api && api.child.exitCode() !== null) throw new Hopeless(`the API has ended: ${api.child.output()}`);
        return (await fetch(`http://127.0.0.1:${api?.port}/healthz`, { signal: AbortSignal.timeout(2000) })).ok;
      },
      30,
      () => `It wrote: ${apiSlots[slot]?.child.output()}`,
    );

  /** SIGKILL and a new process on the same port. */
  async function restartApi(slot: number): Promise<void> {
    const api = apiSlots[slot];
    if (!api) throw new Error(`no API ${slot}`);
    await api.child.kill();
    children.delete(api.child);
    api.child = spawnApi(api.port);
  }

  let cookie = '';
  async function request<Body>(
    method: string,
    path: string,
    body?: unknown,
    options: { key?: string; api?: number } = {},
  ): Promise<Answer<Body>> {
    const began = performance.now();
    const origin = `http://127.0.0.1:${apiSlots[options.api ?? 0]?.port}`;
    const response = await fetch(`${origin}${path}`, {
      method,
      headers: {
        origin,
        ...(cookie ? { cookie } : {}),
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        ...(options.key ? { 'idempotency-key': options.key } : {}),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      signal: AbortSignal.timeout(20_000),
    });
    const text = await response.text();
    const type = response.headers.get('content-type') ?? '';
    const cookies = response.headers.getSetCookie();
    if (cookies.length > 0) cookie = cookies.map((entry) => entry.split(';')[0]).join('; ');
    return {
      status: response.status,
      type,
      body: (type.includes('json') ? JSON.parse(text) : text) as Body,
      ms: performance.now() - began,
    };
  }

  /** The body of an answer that must be a success. */
  async function ask<Body>(method: string, path: string, body?: unknown, options?: { key?: string }): Promise<Body> {
    const answer = await request<Body>(method, path, body, options);
    if (answer.status >= 300) throw new Error(`${method} ${path}: ${answer.status} ${JSON.stringify(answer.body)}`);
    return answer.body;
  }

  async function stop(): Promise<void> {
    await Promise.all([...children].map((child) => child.kill()));
    await redis?.stop();
    await mail.stop();
    await test.drop();
  }

  try {
    for (let slot = 0; slot < apis; slot++) {
      const port = await steadyPort();
      apiSlots.push({ port, child: spawnApi(port) });
    }
    for (let slot = 0; slot < apis; slot++) await isUp(slot);
    const partner = { name: 'Partner of Tests', type: 'direct-partner', cloud: 'public', country: 'DE' };
    await ask('POST', '/api/setup', { code: setUpCode(secret), partner, admin });
    await ask('POST', '/api/auth/sign-in/email', { email: admin.email, password: admin.password });
  } catch (error) {
    await stop();
    throw error;
  }

  return {
    backend,
    sql: test.sql,
    databaseUrl: test.url,
    redis,
    mail,
    partnerEmail: admin.email,
    secret,
    api: (slot = 0) => {
      const found = apiSlots[slot];
      if (!found) throw new Error(`no API ${slot}`);
      return found.child;
    },
    restartApi,
    isUp,
    startWorker,
    /** SIGKILL to each that runs. */
    async killWorkers(): Promise<void> {
      const killed = [...workers];
      workers.clear();
      await Promise.all(killed.map((worker) => worker.kill()));
      for (const worker of killed) children.delete(worker);
    },
    request,
    ask,
    /** The cookie of the signed-in administrator, and where an API listens. */
    session: (slot = 0) => ({ cookie, url: `http://127.0.0.1:${apiSlots[slot]?.port}` }),
    /** What every process wrote so far, for the message of a failed test. */
    outputs: () => [...children].map((child) => `[${child.pid}] ${child.exitCode() ?? 'runs'}: ${child.output().slice(-2000)}`).join('\n'),
    stop,
  };
}
export type Portal = Awaited<ReturnType<typeof startPortal>>;

/** The form of a new customer. */
export function newCustomer(prefix: string, { subscriptions = true } = {}) {
  return {
    companyName: `Company ${prefix}`,
    domainPrefix: prefix,
    country: 'DE',
    address: { line1: 'Marktplatz 1', city: 'Berlin', postalCode: '10115' },
    contact: { firstName: 'Grace', lastName: 'Hopper', email: `${prefix}@customer.example` },
    language: 'en',
    agreement: { by: 'partner', firstName: 'Grace', lastName: 'Hopper', email: `${prefix}@customer.example`, date: '2025-01-15' },
    subscriptions: subscriptions ? [{ productId: 'azure-plan', quantity: 1 }] : [],
  };
}

export interface Operation {
  id: string;
  state: string;
  customerId: string | null;
  steps: { name: string; state: string; attempts: number; failure: unknown }[];
}

export interface Delivery {
  id: string;
  state: string;
  attempts: number;
  serverAnswer: string | null;
  nextAttemptAt: string | null;
}

/** Waits until every one of these operations has succeeded. */
export async function allSucceed(portal: Portal, ids: string[], seconds = 30): Promise<void> {
  await until(
    'all operations succeed',
    async () => {
      const [row] = await portal.sql`select count(*)::int as count from operations where id = any(${ids}::uuid[]) and state = 'succeeded'`;
      return row?.count === ids.length;
    },
    seconds,
    async () => {
      const rows =
        await portal.sql`select id, kind, state, steps, lease_until from operations where id = any(${ids}::uuid[]) and state <> 'succeeded'`;
      return `${JSON.stringify(rows, null, 1)}\n${portal.outputs()}`;
    },
  );
}

/** Waits until nothing is on its way: every mail is sent, every event handed over. */
export async function allSettled(portal: Portal, seconds = 30): Promise<void> {
  await until(
    'all mails are sent and all events handed over',
    async () => {
      const [row] = await portal.sql`select (select count(*)::int from deliveries where state <> 'sent') as mails,
        (select count(*)::int from events where dispatched_at is null) as events`;
      return row?.mails === 0 && row?.events === 0;
    },
    seconds,
    async () => {
      const mails = await portal.sql`select * from deliveries where state <> 'sent'`;
      const events = await portal.sql`select * from events where dispatched_at is null`;
      return `${JSON.stringify({ mails, events }, null, 1)}\n${portal.outputs()}`;
    },
  );
}

/** How often each event happened to a customer. */
export async function eventCounts(portal: Portal, customerId: string): Promise<Record<string, number>> {
  const rows = await portal.sql<{ type: string; count: number }[]>`
    select type, count(*)::int as count from events where customer_id = ${customerId} group by type`;
  return Object.fromEntries(rows.map(({ type, count }) => [type, count]));
}

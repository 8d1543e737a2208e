import { setTimeout as sleep } from 'node:timers/promises';
import { createTestDatabase } from '@clientele/db/testing';
import { createProducer, jobOfOperation, type NewJob } from '@clientele/queue';
import { type Backend, type Portal, startPortal } from '../testing/portal.ts';
import { patiently } from './patience.ts';
import type { FaultKind } from './plan.ts';

/** An installation whose parts die and come back, for one run after the other. */
export interface Installation {
  portal: Portal;
  backend: Backend;
  /** Strikes; what was killed comes back by itself. */
  strike(kind: FaultKind, at: { api: number; mailbox: string }): Promise<void>;
  /** When workers were killed (`Date.now`), the oldest first. */
  kills: readonly number[];
  /** From when till when the queue may have forgotten what it was given, the oldest first. */
  losses: readonly { from: number; to: number }[];
  /** Every job that the queue has: those that wait, run, are done or have failed. */
  jobs(): Promise<KnownJob[]>;
  /** What is done is done: the next run need not read through it. */
  forgetJobs(): Promise<void>;
  /** A claim is over before its time when whoever held it is dead. */
  releaseClaimsOfTheDead(): Promise<void>;
  /** Waits until nothing of the processes that were killed is left in the database. */
  ghostsGone(): Promise<void>;
  /** Everything is up and well-behaved. */
  mend(): Promise<void>;
  stop(): Promise<void>;
}

/**
 * How long mails and operations belong to a worker that gives no sign of life. Nobody waits for that of a mail: so it is long enough for a machine
 * that has a hundred other things to do, on which a shorter one runs out while its worker lives.
 */
const claims = { mailLeaseMs: 12_000, operationLeaseMs: 3000 };

/** A job as far as it says what it is about. */
export interface KnownJob {
  id: string;
  name: string;
  data: { deliveryId?: string; deliveryIds?: string[]; operationId?: string };
}

/** Of jobs that were added here, to see what happens when the queue gives the same out twice. */
const twice = '-twice-';
const mostWorkers = 2;

/** Two APIs and a worker, with little patience. */
export async function startInstallation(backend: Backend, programs: { api: string; worker: string }): Promise<Installation> {
  const pace = { sweepEveryMs: 300, sweepPatienceMs: 500, outboxEveryMs: 300, expireEveryMs: 300, ...claims };
  const database = await createTestDatabase();
  // Postgres is never killed here, so nobody can see that it does not wait for its disk.
  await database.sql.unsafe(`alter database ${new URL(database.url).pathname.slice(1)} set synchronous_commit = off`);
  const env = { DATABASE_CONNECTIONS: '5', LOG_LEVEL: 'error' };
  const portal = await startPortal({ backend, apis: 2, pace, programs, database, env });
  const producer = createProducer({ databaseUrl: database.url, redisUrl: portal.redis?.url, role: 'clientele_worker' });
  const { redis, mail } = portal;
  /** What comes back after a strike. */
  const recoveries = new Set<Promise<unknown>>();
  const kills: number[] = [];
  const losses: { from: number; to: number }[] = [];
  let redisBusy: Promise<unknown> = Promise.resolve();

  const recover = (work: Promise<unknown>): void => {
    const done: Promise<unknown> = work.finally(() => recoveries.delete(done));
    done.catch(() => {});
    recoveries.add(done);
  };
  /** One thing happens to Redis at a time. */
  const toRedis = (work: () => Promise<unknown>): void => {
    redisBusy = redisBusy.then(work);
    recover(redisBusy);
  };

  // A step that takes its time holds what it changes: whoever wants to change that, too, comes between two steps. The owner's rights: the
  // worker's role may not see the table.
  await portal.sql.unsafe(`
    create table slowness (seconds float8 not null);
    insert into slowness values (0);
    create function be_slow() returns trigger language plpgsql security definer set search_path = public as $$
    begin
      perform pg_sleep(seconds) from slowness where seconds > 0;
      return new;
    end $$;
    create trigger be_slow before update on operations for each row when (old.steps is distinct from new.steps) execute function be_slow();`);
  const slowDown = async (ms: number): Promise<void> => {
    await portal.sql`update slowness set seconds = ${ms / 1000}`;
  };

  // A queue that takes nothing. Redis says so itself when it is full.
  await portal.sql.unsafe(`
    create table refusals (is_on boolean not null);
    insert into refusals values (false);
    create function refuse_jobs() returns trigger language plpgsql security definer set search_path = public as $$
    begin
      if (select is_on from refusals) then raise exception 'the queue is full'; end if;
      return new;
    end $$;`);
  if (!redis) await portal.sql.unsafe('create trigger refuse_jobs before insert on bullmq.job for each row execute function refuse_jobs()');
  const refuse = async (isOn: boolean): Promise<void> => {
    await (redis ? redis.fill(isOn) : portal.sql`update refusals set is_on = ${isOn}`);
  };

  let doubles = 0;
  /** For a while, whatever is being worked at is given out a second time. */
  async function giveOutTwice(): Promise<void> {
    const given = new Set<string>();
    const end = Date.now() + 500;
    while (Date.now() < end) {
      const mails = await portal.sql`select id, partner_id from deliveries where state = 'sending'`;
      const operations = await portal.sql`select id, partner_id, kind from operations where state = 'running'`;
      const jobs = [
        ...mails.map(({ id, partner_id: partnerId }) => ({ id, job: mailJob(id, partnerId) })),
        ...operations.map(({ id, partner_id: partnerId, kind }) => ({
          id,
          job: (key: string) => jobOfOperation(key, kind, { partnerId, operationId: id }),
        })),
      ].filter(({ id }) => !given.has(id));
      for (const { id } of jobs) given.add(id);
      await producer.add(jobs.map(({ id, job }) => job(`${id}${twice}${++doubles}`))).catch(() => {});
      await sleep(30);
    }
  }
  const mailJob =
    (deliveryId: string, partnerId: string) =>
    (id: string): NewJob => ({
      name: 'mail.send',
      id,
      payload: { partnerId, deliveryId },
    });

  let workers = 0;
  const startWorker = (): void => {
    portal.startWorker();
    workers += 1;
  };
  const killWorkers = async (): Promise<void> => {
    await portal.killWorkers();
    workers = 0;
    kills.push(Date.now());
  };
  const losing = async (work: () => Promise<unknown>): Promise<void> => {
    const from = Date.now();
    await work();
    losses.push({ from, to: Date.now() });
  };
  /** An API that is killed while it comes back is killed again once it is there: two would fight for the port. */
  const apis: Promise<unknown>[] = [Promise.resolve(), Promise.resolve()];

  const faults: Record<FaultKind, (at: { api: number; mailbox: string }) => Promise<void> | void> = {
    'kill-api': ({ api }) => {
      apis[api] = (apis[api] ?? Promise.resolve()).then(() => portal.restartApi(api));
      recover(apis[api]);
    },
    'kill-worker': async () => {
      await killWorkers();
      startWorker();
    },
    'worker-away': killWorkers,
    'worker-back': () => {
      if (workers === 0) startWorker();
    },
    'second-worker': () => {
      if (workers < mostWorkers) startWorker();
    },
    'jobs-twice': () => recover(giveOutTwice()),
    'steps-slow': () => slowDown(120),
    'steps-quick': () => slowDown(0),
    'kill-redis': () => {
      if (redis) toRedis(() => losing(() => redis.kill().then(() => redis.start())));
    },
    'flush-redis': () => {
      if (redis) toRedis(() => losing(() => redis.flush()));
    },
    'pause-redis': () => {
      if (!redis) return;
      toRedis(async () => {
        redis.pause();
        await sleep(700);
        redis.resume();
      });
    },
    'queue-refuses': () =>
      toRedis(async () => {
        await refuse(true);
        await sleep(700);
        await refuse(false);
      }),
    'mail-away': () => mail.stop(),
    'mail-defers': () => mail.treat({ recipient: '451 4.7.1 come again later' }),
    'mail-hangs': () => mail.treat({ end: 'hang' }),
    'mail-slow': () => mail.treat({ endAfterMs: 250 }),
    'mail-drops': () => mail.treat({ end: 'drop' }),
    'mail-refuses': ({ mailbox }) => mail.treat({ recipient: '550 5.1.1 no such person here' }, mailbox),
    'mail-fine': async () => {
      mail.treat({});
      await mail.start();
    },
  };

  async function readJobs(): Promise<KnownJob[]> {
    const states = ['waiting', 'prioritized', 'active', 'delayed', 'completed', 'failed'] as const;
    const found = await Promise.all(Object.values(producer.queues).map((queue) => queue.getJobs([...states], 0, -1)));
    return found.flat().map(({ id = '', name, data }) => ({ id, name, data }));
  }

  startWorker();
  return {
    portal,
    backend,
    kills,
    losses,
    async jobs() {
      const found = redis
        ? await patiently('the queue can be read', () => readJobs())
        : await portal.sql<KnownJob[]>`select id, name, data from bullmq.job`;
      return found.filter(({ id }) => !id.includes(twice));
    },
    async forgetJobs() {
      if (redis) await losing(() => redis.flush());
      else await portal.sql`delete from bullmq.job where state in ('completed', 'failed')`;
    },
    async releaseClaimsOfTheDead() {
      const died = kills.at(-1);
      if (died === undefined) return;
      const over = "now() - interval '1 second'";
      for (const [table, lease] of [
        ['deliveries', claims.mailLeaseMs],
        ['operations', claims.operationLeaseMs],
      ] as const)
        await portal.sql.unsafe(`update ${table} set lease_until = ${over} where lease_until > ${over} and lease_until < $1`, [
          new Date(died + lease),
        ]);
    },
    async strike(kind, at) {
      await faults[kind](at);
    },
    async ghostsGone() {
      await Promise.all(recoveries);
      // A backend whose client is dead finishes what it was at: it commits, or not, and is gone.
      await patiently('the database has noticed the dead', async () => {
        const [row] = await portal.sql`select count(*)::int as count from pg_stat_activity
          where datname = current_database() and state in ('active', 'idle in transaction') and pid <> pg_backend_pid()
            and query not ilike 'listen%' and xact_start < now() - interval '50 milliseconds'`;
        return row?.count === 0;
      });
    },
    async mend() {
      await Promise.all(recoveries);
      for (const kind of ['mail-fine', 'steps-quick', 'worker-back'] as const) await faults[kind]({ api: 0, mailbox: '' });
      await Promise.all([portal.isUp(0), portal.isUp(1)]);
    },
    async stop() {
      await producer.close();
      await portal.stop();
    },
  };
}

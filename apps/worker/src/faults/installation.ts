import { setTimeout as sleep } from 'node:timers/promises';
import { type Backend, type Portal, startPortal } from '../testing/portal.ts';
import { until } from '../testing/processes.ts';
import type { FaultKind } from './plan.ts';

/** An installation whose parts die and come back, for one run after the other. */
export interface Installation {
  portal: Portal;
  backend: Backend;
  /** Strikes; what was killed comes back by itself. */
  strike(kind: FaultKind, at: { api: number; mailbox: string }): Promise<void>;
  /** How often a worker was killed. */
  kills(): number;
  /** Waits until nothing of the processes that were killed is left in the database. */
  ghostsGone(): Promise<void>;
  /** Everything is up and well-behaved. */
  mend(): Promise<void>;
  stop(): Promise<void>;
}

/** Two APIs and a worker, with little patience. */
export async function startInstallation(backend: Backend, programs: { api: string; worker: string }): Promise<Installation> {
  const pace = { sweepEveryMs: 300, sweepPatienceMs: 800, outboxEveryMs: 300, expireEveryMs: 300 };
  const portal = await startPortal({ backend, apis: 2, pace, programs, env: { DATABASE_CONNECTIONS: '5', LOG_LEVEL: 'error' } });
  const { redis, mail } = portal;
  /** What comes back after a strike. */
  const recoveries = new Set<Promise<unknown>>();
  let kills = 0;
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

  let isWorkerThere = false;
  const startWorker = (): void => {
    portal.startWorker();
    isWorkerThere = true;
  };
  /** An API that is killed while it comes back is killed again once it is there: two would fight for the port. */
  const apis: Promise<unknown>[] = [Promise.resolve(), Promise.resolve()];

  const faults: Record<FaultKind, (at: { api: number; mailbox: string }) => Promise<void> | void> = {
    'kill-api': ({ api }) => {
      apis[api] = (apis[api] ?? Promise.resolve()).then(() => portal.restartApi(api));
      recover(apis[api]);
    },
    'kill-worker': async () => {
      kills += 1;
      await portal.killWorkers();
      startWorker();
    },
    'worker-away': async () => {
      kills += 1;
      await portal.killWorkers();
      isWorkerThere = false;
    },
    'worker-back': () => {
      if (!isWorkerThere) startWorker();
    },
    'steps-slow': () => slowDown(120),
    'steps-quick': () => slowDown(0),
    'kill-redis': () => {
      if (redis) toRedis(() => redis.kill().then(() => redis.start()));
    },
    'flush-redis': () => {
      if (redis) toRedis(() => redis.flush());
    },
    'pause-redis': () => {
      if (!redis) return;
      toRedis(async () => {
        redis.pause();
        await sleep(700);
        redis.resume();
      });
    },
    'mail-away': () => mail.stop(),
    'mail-defers': () => mail.treat({ recipient: '451 4.7.1 come again later' }),
    'mail-hangs': () => mail.treat({ end: 'hang' }),
    'mail-drops': () => mail.treat({ end: 'drop' }),
    'mail-refuses': ({ mailbox }) => mail.treat({ recipient: '550 5.1.1 no such person here' }, mailbox),
    'mail-fine': async () => {
      mail.treat({});
      await mail.start();
    },
  };

  startWorker();
  return {
    portal,
    backend,
    kills: () => kills,
    async strike(kind, at) {
      await faults[kind](at);
    },
    async ghostsGone() {
      await Promise.all(recoveries);
      // A backend whose client is dead finishes what it was at: it commits, or not, and is gone.
      await until('the database has noticed the dead', async () => {
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
    stop: () => portal.stop(),
  };
}

import { createPostgresBackend, type Job, Queue, runMigrations, Worker, withBackend } from 'bullmq';
import { Redis } from 'ioredis';
import pg from 'pg';
import { type QueueName, queueNames } from './catalogue.ts';
import { withDeadline } from './deadline.ts';

/** Where BullMQ keeps its tables when it is given a pool. */
const schema = 'bullmq';

export interface QueueConnection {
  /** Redis, if the installation has one. */
  redisUrl?: string | undefined;
  /** Otherwise the queue lives in the database, in a schema of its own. */
  databaseUrl: string;
  /** The database role of this process. */
  role: 'clientele_api' | 'clientele_worker';
}

export type BackendName = 'postgres' | 'redis';
export const backendOf = (connection: Pick<QueueConnection, 'redisUrl'>): BackendName => (connection.redisUrl ? 'redis' : 'postgres');

/** The parts of a BullMQ queue that this package uses, whichever the backend. */
export type AnyQueue = Pick<
  Queue,
  | 'name'
  | 'add'
  | 'addBulk'
  | 'getJobCounts'
  | 'getFailed'
  | 'getWaiting'
  | 'getJob'
  | 'getJobs'
  | 'getWorkersCount'
  | 'retryJobs'
  | 'close'
  | 'waitUntilReady'
> & { on(event: 'error', listener: (error: Error) => void): unknown };
export type AnyWorker = Pick<Worker, 'close' | 'run' | 'isRunning' | 'waitUntilReady'> & {
  on(event: 'error', listener: (error: Error) => void): unknown;
};

/** Makes ready what the backend needs in the database, and lets our roles use it. `databaseUrl` is a login that may create. */
export async function prepareQueues({ redisUrl, databaseUrl }: Pick<QueueConnection, 'redisUrl' | 'databaseUrl'>): Promise<void> {
  if (redisUrl) return;
  const client = new pg.Client({ connectionString: databaseUrl });
  await client.connect();
  try {
    await runMigrations(client, schema);
    // BullMQ makes a sequence per queue at its first job. Made here, it belongs to us and not to a role that should own nothing;
    // "create ... if not exists" needs the right to create even then.
    await client.query(`set search_path to ${schema}`);
    for (const name of queueNames) await client.query("select * from add_jobs_bulk($1, '[]')", [name]);
    await client.query(`
      grant usage, create on schema ${schema} to clientele_api, clientele_worker;
      grant select, insert, update, delete on all tables in schema ${schema} to clientele_api, clientele_worker;
      grant usage, select on all sequences in schema ${schema} to clientele_api, clientele_worker;
      grant execute on all functions in schema ${schema} to clientele_api, clientele_worker;`);
  } finally {
    await client.end();
  }
}

/**
 * A client whose connection is closed between two statements, or in the very packet that told of its being open, has nobody who listens to
 * its error: that would end the process. It keeps the error for whoever begins to listen too late: BullMQ throws its LISTEN client away at
 * an error only, and would wait at a dead one for ever.
 */
class CalmClient extends pg.Client {
  #lost: Error | undefined;

  constructor(config?: string | pg.ClientConfig) {
    super(config);
    super.on('error', (error) => (this.#lost ??= error));
  }

  // biome-ignore lint/suspicious/noExplicitAny: the signature of an event emitter.
  override on(event: any, listener: (...values: any[]) => void): this {
    super.on(event, listener);
    if (event === 'error' && this.#lost) setImmediate(listener, this.#lost);
    return this;
  }
}

/**
 * The pool of a queue or worker. Made here and not by BullMQ, which would make the client that LISTENs beside its pool, as a plain one.
 * One client more than statements need: LISTEN keeps one.
 */
function openPool({ databaseUrl, role }: QueueConnection, statementsAtOnce: number): pg.Pool {
  return new pg.Pool({
    connectionString: databaseUrl,
    max: statementsAtOnce + 1,
    options: `-c role=${role} -c search_path=${schema}`,
    application_name: `${role} queue`,
    connectionTimeoutMillis: 5000,
    keepAlive: true,
    Client: CalmClient,
  });
}

const longestWaitSeconds = 5;
/**
 * BullMQ's, but a worker looks for jobs every few seconds. After a lost connection BullMQ would wait an hour for the next NOTIFY: jobs whose NOTIFY
 * fell into the gap, and whose probe failed with it, would lie in the queue until another one comes.
 */
const workerBackend: typeof createPostgresBackend = (...given) =>
  Object.defineProperty(createPostgresBackend(...given), 'maximumBlockTimeout', { value: longestWaitSeconds });

/** Closing twice is closing. */
const endOnce = async (pool: pg.Pool) => void (pool.ending || (await pool.end()));

/** What is opened here. */
interface Opened {
  /**
   * Waits for the queue in Postgres: BullMQ asks once whether it is there, and would never ask again after a failure, so this must
   * fail the start of a process. Redis may come later.
   */
  ready(): Promise<void>;
  close(): Promise<void>;
}

/** A queue to put jobs into. Fails at once when its backend is away, so that it is never in a request's way. */
export function openQueue(name: QueueName, connection: QueueConnection): Opened & { queue: AnyQueue } {
  if (!connection.redisUrl) {
    const pool = openPool(connection, 2);
    const queue = new (withBackend(createPostgresBackend).Queue)(name, { connection: pool }) as unknown as AnyQueue;
    return { queue, ready: async () => void (await queue.waitUntilReady()), close: () => queue.close().finally(() => endOnce(pool)) };
  }
  const redis = new Redis(connection.redisUrl, {
    enableOfflineQueue: false,
    maxRetriesPerRequest: 1,
    connectTimeout: 2000,
    commandTimeout: 2000,
    retryStrategy: (times) => Math.min(100 * 2 ** times, 1000),
  });
  redis.on('error', () => {});
  const queue = new Queue(name, { connection: redis }) as unknown as AnyQueue;
  return {
    queue,
    ready: async () => {},
    async close() {
      await queue.close().catch(() => {});
      redis.disconnect();
    },
  };
}

export interface WorkerTuning {
  concurrency: number;
  /** How long a job may be without a sign of life before another worker takes it. */
  lockMs?: number;
}

/** A worker on a queue. It begins at once and goes on when its backend comes back. */
export function openWorker(
  name: QueueName,
  connection: QueueConnection,
  process: (job: Pick<Job, 'name' | 'data'>) => Promise<void>,
  { concurrency, lockMs = 20_000 }: WorkerTuning,
): Opened & { worker: AnyWorker } {
  const options = { concurrency, lockDuration: lockMs, stalledInterval: lockMs / 2, maxStalledCount: 1000, runRetryDelay: 1000 };
  if (!connection.redisUrl) {
    const pool = openPool(connection, Math.min(concurrency + 1, 4));
    const worker = new (withBackend(workerBackend).Worker)(name, process, { ...options, connection: pool }) as unknown as AnyWorker;
    return { worker, ready: async () => void (await worker.waitUntilReady()), close: () => worker.close().finally(() => endOnce(pool)) };
  }
  const redis = new Redis(connection.redisUrl, { maxRetriesPerRequest: null, retryStrategy: (times) => Math.min(100 * 2 ** times, 1000) });
  redis.on('error', () => {});
  const running = new Set<Promise<void>>();
  const worker = new Worker(
    name,
    (job: Job) => {
      const work = process(job).finally(() => running.delete(work));
      running.add(work);
      return work;
    },
    { ...options, connection: redis },
  );
  return {
    worker,
    ready: async () => {},
    async close() {
      const closed = worker.close();
      await Promise.allSettled(running);
      // BullMQ takes its leave of Redis, and would wait for an answer for as long as Redis is away.
      await withDeadline(closed, 3000).catch(() => {});
      redis.disconnect();
    },
  };
}

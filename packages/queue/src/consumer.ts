import { type Job, UnrecoverableError } from 'bullmq';
import { openWorker, type QueueConnection } from './backend.ts';
import { type JobHandlers, type JobName, jobs, type QueueName, queueNames } from './catalogue.ts';

export interface ConsumerOptions {
  concurrency?: Partial<Record<QueueName, number>>;
  lockMs?: number;
  onError: (error: unknown, job?: { name: string; id: string | undefined }) => void;
}

/** Starts a worker per queue that runs the handlers. Payloads are parsed again; one that does not parse will never work. */
export function startConsumers(connection: QueueConnection, handlers: JobHandlers, options: ConsumerOptions) {
  async function process(job: Pick<Job, 'name' | 'data' | 'id'>): Promise<void> {
    const definition = Object.hasOwn(jobs, job.name) ? jobs[job.name as JobName] : undefined;
    if (!definition) throw new Error(`job ${job.name} is not of this release`);
    const payload = definition.payload.safeParse(job.data);
    if (!payload.success) throw new UnrecoverableError(`payload of ${job.name} does not parse`);
    try {
      const handle = handlers[job.name as JobName] as (payload: unknown, jobId: string) => Promise<void>;
      await handle(payload.data, job.id ?? '');
    } catch (error) {
      options.onError(error, { name: job.name, id: job.id });
      throw error;
    }
  }
  const workers = queueNames.map((name) => {
    const opened = openWorker(name, connection, process, {
      concurrency: options.concurrency?.[name] ?? 5,
      ...(options.lockMs ? { lockMs: options.lockMs } : {}),
    });
    opened.worker.on('error', (error) => options.onError(error));
    return opened;
  });
  return {
    /** To be waited for at the start of a process. Throws when the queue in Postgres cannot be reached. */
    ready: async () => void (await Promise.all(workers.map((worker) => worker.ready()))),
    /** Takes no new jobs and waits for the running ones. */
    close: async () => void (await Promise.all(workers.map((worker) => worker.close()))),
  };
}

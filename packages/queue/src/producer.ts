import { type AnyQueue, openQueue, type QueueConnection } from './backend.ts';
import { jobs, type NewJob, type QueueName, queueNames } from './catalogue.ts';
import { withDeadline } from './deadline.ts';

/** Puts jobs into their queues. */
export interface Producer {
  /** Adds all of them; throws when the backend is away. Jobs that are there already (same id) are left alone. */
  add(newJobs: NewJob[]): Promise<void>;
  queues: Record<QueueName, AnyQueue>;
  /** To be waited for at the start of a process. Throws when the queue in Postgres cannot be reached. */
  ready(): Promise<void>;
  close(): Promise<void>;
}

/** So many jobs go in one by one. On Postgres, BullMQ's bulk makes two tables for each call, which takes longer than a dozen single jobs. */
const few = 10;

export function createProducer(connection: QueueConnection): Producer {
  const opened = queueNames.map((name) => [name, openQueue(name, connection)] as const);
  // A lost backend shows in failed adds and in the queue page; the clients reconnect by themselves.
  for (const [, { queue }] of opened) queue.on('error', () => {});
  const queues = Object.fromEntries(opened.map(([name, { queue }]) => [name, queue])) as Record<QueueName, AnyQueue>;
  return {
    queues,
    async add(newJobs) {
      await Promise.all(
        queueNames.map(async (queueName) => {
          const ours = newJobs.filter((job) => jobs[job.name].queue === queueName);
          if (ours.length === 0) return;
          const entries = ours.map(({ name, id, payload, delayMs }) => ({
            name,
            data: payload,
            opts: {
              jobId: id,
              attempts: jobs[name].attempts,
              backoff: { type: 'exponential', delay: jobs[name].backoffMs },
              delay: delayMs ?? 0,
              lifo: 'first' in jobs[name],
              removeOnComplete: { age: 3600, count: 1000 },
              removeOnFail: { age: 7 * 86_400, count: 5000 },
            },
          }));
          const queue = queues[queueName];
          const added: Promise<unknown> =
            entries.length > few ? queue.addBulk(entries) : Promise.all(entries.map(({ name, data, opts }) => queue.add(name, data, opts)));
          await withDeadline(added, 3000);
        }),
      );
    },
    ready: async () => void (await Promise.all(opened.map(([, queue]) => queue.ready()))),
    close: async () => void (await Promise.all(opened.map(([, queue]) => queue.close()))),
  };
}

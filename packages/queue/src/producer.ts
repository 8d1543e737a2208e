import { type AnyQueue, openQueue, type QueueConnection } from './backend.ts';
import { jobs, type NewJob, type QueueName, queueNames } from './catalogue.ts';
import { withDeadline } from './deadline.ts';

/** Puts jobs into their queues. */
export interface Producer {
  /** Adds all of them; throws when the backend is away. Jobs that are there already (same id) are left alone. */
  add(newJobs: NewJob[]): Promise<void>;
  queues: Record<QueueName, AnyQueue>;
  close(): Promise<void>;
}

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
          const added = queues[queueName].addBulk(
            ours.map(({ name, id, payload, delayMs }) => ({
              name,
              data: payload,
              opts: {
                jobId: id,
                attempts: jobs[name].attempts,
                backoff: { type: 'exponential', delay: jobs[name].backoffMs },
                delay: delayMs ?? 0,
                removeOnComplete: { age: 3600, count: 1000 },
                removeOnFail: { age: 7 * 86_400, count: 5000 },
              },
            })),
          );
          await withDeadline(added, 3000);
        }),
      );
    },
    close: async () => void (await Promise.all(opened.map(([, queue]) => queue.close()))),
  };
}

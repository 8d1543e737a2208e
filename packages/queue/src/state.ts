import type { BackendName } from './backend.ts';
import { isOfPartners, type QueueName, queueNames } from './catalogue.ts';
import { withDeadline } from './deadline.ts';
import type { Producer } from './producer.ts';

/** A job that was tried as often as it may be, and given up. */
export interface FailedJob {
  /** `queue/id`. */
  id: string;
  queue: QueueName;
  name: string;
  reason: string;
  attempts: number;
  failedAt: Date | null;
  /** What it carries: ids. */
  payload: unknown;
}

/** So many failed jobs of each queue are looked at; it keeps no more than 5,000. */
const most = 1000;

/** Whose jobs are meant: those of a partner, and those that carry no partner because nobody could read them. */
const isOf = (partnerId: string, payload: unknown) => {
  const owner = (payload as { partnerId?: unknown } | null)?.partnerId;
  return owner === undefined || owner === partnerId;
};

async function failedJobs(producer: Producer, name: QueueName, partnerId: string) {
  const all = await producer.queues[name].getFailed(0, most - 1);
  return all.filter((job) => isOfPartners(job.name) && isOf(partnerId, job.data));
}

/** What the queue page of a partner shows: the figures of the whole queue, and its own failed jobs. Counts are null while the backend does not answer. */
export async function readQueueState(backend: BackendName, producer: Producer, partnerId: string) {
  try {
    const perQueue = await withDeadline(
      Promise.all(
        queueNames.map(async (name) => {
          const queue = producer.queues[name];
          const [counts, failed, workers] = await Promise.all([
            queue.getJobCounts('waiting', 'prioritized', 'active', 'delayed', 'failed', 'completed'),
            failedJobs(producer, name, partnerId),
            queue.getWorkersCount().catch(() => null),
          ]);
          return { counts, failed: failed.map((job) => ({ name, job })), workers };
        }),
      ),
      3000,
    );
    const sum = (state: string) => perQueue.reduce((total, { counts }) => total + (counts[state] ?? 0), 0);
    const workers = perQueue.map((queue) => queue.workers).filter((count) => count !== null);
    const failed: FailedJob[] = perQueue
      .flatMap((queue) => queue.failed)
      .map(({ name, job }) => ({
        id: `${name}/${job.id}`,
        queue: name,
        name: job.name,
        reason: (job.failedReason ?? '').slice(0, 300),
        attempts: job.attemptsMade,
        failedAt: job.finishedOn ? new Date(job.finishedOn) : null,
        payload: job.data,
      }));
    return {
      backend,
      reachable: true,
      counts: {
        waiting: sum('waiting') + sum('prioritized'),
        active: sum('active'),
        delayed: sum('delayed'),
        failed: sum('failed'),
        completed: sum('completed'),
      },
      workers: workers.length > 0 ? Math.max(...workers) : null,
      failed: failed.sort((a, b) => Number(b.failedAt) - Number(a.failedAt)).slice(0, 100),
    };
  } catch {
    return { backend, reachable: false, counts: null, workers: null, failed: [] };
  }
}

/** Puts failed jobs of a partner back: one by its id (`queue/id`), or all. Returns how many. */
export async function retryFailed(producer: Producer, partnerId: string, jobId?: string): Promise<number> {
  let retried = 0;
  for (const name of queueNames) {
    for (const job of await failedJobs(producer, name, partnerId)) {
      if (jobId && jobId !== `${name}/${job.id}`) continue;
      await job.retry('failed');
      retried += 1;
    }
  }
  return retried;
}

/** A failed job of a partner by its id (`queue/id`), and the way to take it out of its queue for good; null when there is none. */
export async function findFailed(
  producer: Producer,
  partnerId: string,
  jobId: string,
): Promise<{ name: string; payload: unknown; remove: () => Promise<void> } | null> {
  for (const name of queueNames)
    for (const job of await failedJobs(producer, name, partnerId))
      if (jobId === `${name}/${job.id}`) return { name: job.name, payload: job.data, remove: () => job.remove() };
  return null;
}

import type { BackendName } from './backend.ts';
import { queueNames } from './catalogue.ts';
import { withDeadline } from './deadline.ts';
import type { Producer } from './producer.ts';

export interface FailedJob {
  id: string;
  name: string;
  reason: string;
  attempts: number;
  failedAt: Date | null;
}

/** What the queue page shows. Counts are null while the backend does not answer. */
export async function readQueueState(backend: BackendName, producer: Producer) {
  try {
    const perQueue = await withDeadline(
      Promise.all(
        queueNames.map(async (name) => {
          const queue = producer.queues[name];
          const [counts, failed, workers] = await Promise.all([
            queue.getJobCounts('waiting', 'prioritized', 'active', 'delayed', 'failed', 'completed'),
            queue.getFailed(0, 49),
            queue.getWorkersCount().catch(() => null),
          ]);
          return { counts, failed, workers };
        }),
      ),
      3000,
    );
    const sum = (state: string) => perQueue.reduce((total, { counts }) => total + (counts[state] ?? 0), 0);
    const workers = perQueue.map((queue) => queue.workers).filter((count) => count !== null);
    const failed: FailedJob[] = perQueue.flatMap((queue, index) =>
      queue.failed.map((job) => ({
        id: `${queueNames[index]}/${job.id}`,
        name: job.name,
        reason: (job.failedReason ?? '').slice(0, 300),
        attempts: job.attemptsMade,
        failedAt: job.finishedOn ? new Date(job.finishedOn) : null,
      })),
    );
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
      failed,
    };
  } catch {
    return { backend, reachable: false, counts: null, workers: null, failed: [] };
  }
}

/** Puts failed jobs back: one by its id (`queue/id`), or all. Returns how many. */
export async function retryFailed(producer: Producer, jobId?: string): Promise<number> {
  let retried = 0;
  for (const name of queueNames) {
    const failed = await producer.queues[name].getFailed(0, 999);
    for (const job of failed) {
      if (jobId && jobId !== `${name}/${job.id}`) continue;
      await job.retry('failed');
      retried += 1;
    }
  }
  return retried;
}

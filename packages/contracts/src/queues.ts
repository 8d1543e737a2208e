import { z } from 'zod';
import { endpoint } from './endpoint.ts';
import { moment } from './fields.ts';

export const queueState = z.object({
  backend: z.enum(['postgres', 'redis']),
  /** false when the backend does not answer; the counts are then null. */
  reachable: z.boolean(),
  counts: z.object({ waiting: z.int(), active: z.int(), delayed: z.int(), failed: z.int(), completed: z.int() }).nullable(),
  workers: z.int().nullable(),
  /** Events that are committed and not yet handed to the queue. */
  undispatched: z.int(),
  failed: z.array(z.object({ id: z.string(), name: z.string(), reason: z.string(), attempts: z.int(), failedAt: moment.nullable() })),
});
export type QueueState = z.output<typeof queueState>;

export const getQueue = endpoint({
  name: 'getQueue',
  method: 'GET',
  path: '/api/queue',
  summary: 'The state of the job queue: waiting, active, delayed and failed jobs.',
  tag: 'Queue',
  access: 'queues.see',
  result: queueState,
});

export const retryFailedJobs = endpoint({
  name: 'retryFailedJobs',
  method: 'POST',
  path: '/api/queue/retry',
  summary: 'Puts failed jobs back into the queue: one by its id, or all.',
  tag: 'Queue',
  access: 'queues.manage',
  body: z.object({ jobId: z.string().max(200).optional() }),
  result: z.object({ retried: z.int() }),
});

import { deliveryStates, operationStates } from '@clientele/domain';
import { z } from 'zod';
import { endpoint } from './endpoint.ts';
import { id, moment } from './fields.ts';
import { operationKind } from './operations.ts';

/** What a job is about, as it stands now. */
const jobSubject = z.discriminatedUnion('thing', [
  z.object({
    thing: z.literal('operation'),
    operationId: id,
    kind: operationKind,
    subject: z.string(),
    state: z.enum(operationStates),
  }),
  z.object({
    thing: z.literal('mail'),
    deliveryId: id,
    kind: z.string(),
    recipient: z.string(),
    /** The company that it goes to. */
    subject: z.string(),
    state: z.enum(deliveryStates),
    invitationId: id.nullable(),
    customerId: id.nullable(),
  }),
]);

const failedJob = z.object({
  id: z.string(),
  queue: z.string(),
  name: z.string(),
  reason: z.string(),
  attempts: z.int(),
  failedAt: moment.nullable(),
  /** null when it is gone, or when the job cannot be read. */
  about: jobSubject.nullable(),
});

export const queueState = z.object({
  backend: z.enum(['postgres', 'redis']),
  /** false when the backend does not answer; the counts are then null. */
  reachable: z.boolean(),
  counts: z.object({ waiting: z.int(), active: z.int(), delayed: z.int(), failed: z.int(), completed: z.int() }).nullable(),
  workers: z.int().nullable(),
  /** Events that are committed and not yet handed to the queue. */
  undispatched: z.int(),
  /** The partner's own, newest first, 100 at most; the counts are of the whole installation. */
  failed: z.array(failedJob),
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

export const discardFailedJob = endpoint({
  name: 'discardFailedJob',
  method: 'POST',
  path: '/api/queue/discard',
  summary:
    'Takes one failed job out of the queue for good. What it was about stays as it is; that it was discarded is in the activity log.',
  tag: 'Queue',
  access: 'queues.manage',
  body: z.object({ jobId: z.string().max(200) }),
  result: z.object({}),
});

import { isOverRows } from '@clientele/domain';
import { z } from 'zod';

/** The queues: apart from each other, so that mail that hangs, or work through 100,000 rows, never keeps operations waiting. */
export const queueNames = ['mails', 'operations', 'bulk'] as const;
export type QueueName = (typeof queueNames)[number];

/** So many mails go out as one job: a few statements for all of them, and no more than a worker sends within seconds. */
export const mostMailsOfJob = 50;

interface JobDefinition {
  queue: QueueName;
  payload: z.ZodType;
  attempts: number;
  backoffMs: number;
  /** Before what waits in its queue already. */
  first?: boolean;
}

/** Every job: its queue, what it carries (ids only), and how often it is tried. The handlers are a mapped type over this. */
export const jobs = {
  'mail.send': {
    queue: 'mails',
    payload: z.object({ partnerId: z.uuid(), deliveryId: z.uuid() }),
    attempts: 5,
    backoffMs: 1000,
  },
  /** Mails of one partner that were queued together: claimed, sent and written down together. */
  'mails.send': {
    queue: 'mails',
    payload: z.object({ partnerId: z.uuid(), deliveryIds: z.array(z.uuid()).min(1).max(mostMailsOfJob) }),
    attempts: 5,
    backoffMs: 1000,
  },
  // Of no partner. Somebody waits for it in front of the screen, so it stands before the others of its queue.
  'sign-in.mail': {
    queue: 'mails',
    payload: z.object({ signInRequestId: z.uuid() }),
    attempts: 5,
    backoffMs: 1000,
    first: true,
  },
  'operation.run': {
    queue: 'operations',
    payload: z.object({ partnerId: z.uuid(), operationId: z.uuid() }),
    attempts: 10,
    backoffMs: 1000,
  },
  'bulk.run': {
    queue: 'bulk',
    payload: z.object({ partnerId: z.uuid(), operationId: z.uuid() }),
    attempts: 10,
    backoffMs: 1000,
  },
} as const satisfies Record<string, JobDefinition>;

export type JobName = keyof typeof jobs;
export type JobPayload<Name extends JobName> = z.output<(typeof jobs)[Name]['payload']>;

/** A job to be put into its queue. A repeated `id` is ignored while the earlier job is kept. */
export type NewJob = { [Name in JobName]: { name: Name; id: string; payload: JobPayload<Name>; delayMs?: number } }[JobName];

/** One handler per job. Throwing means: try again. A job that is tried again, or taken over from a dead worker, keeps its id. */
export type JobHandlers = { [Name in JobName]: (payload: JobPayload<Name>, jobId: string) => Promise<void> };

/** The job that runs an operation: work through many rows has a queue of its own. */
export function jobOfOperation(id: string, kind: string, payload: JobPayload<'operation.run'>): NewJob {
  return { name: isOverRows(kind) ? 'bulk.run' : 'operation.run', id, payload };
}

/** Whether a job is the business of partners: they see theirs when it failed. */
export const isOfPartners = (name: string): boolean => name !== ('sign-in.mail' satisfies JobName);

/** The queue of a job. */
export const queueOf = (job: NewJob): QueueName => jobs[job.name].queue;

import { deliveryLeaseSeconds } from '@clientele/domain';
import { operationLeaseSeconds } from '@clientele/services';

/** How much a worker does at once and how patient it is. Nobody needs to set this; tests that kill workers are less patient. */
export interface Pace {
  operationsAtOnce: number;
  /** Runs over many rows. */
  bulkAtOnce: number;
  /** So long an operation belongs to a worker without a sign of life. */
  operationLeaseMs: number;
  /** So long a mail belongs to a worker; longer than all of the time-outs below together. */
  mailLeaseMs: number;
  /** The same for a job in the queue. */
  jobLockMs: number;
  /** How often the sweeper looks for mails and operations whose job is gone, and how long such a one must have been due. */
  sweepEveryMs: number;
  sweepPatienceMs: number;
  /** How often it looks for events that were left in the outbox, and for invitations that have run out or want a reminder. */
  outboxEveryMs: number;
  expireEveryMs: number;
  /** How often what was recorded is sealed. */
  sealEveryMs: number;
  /** How long a mail server may keep us waiting. */
  mailTimeoutsMs: { connection: number; greeting: number; socket: number };
}

export const usualPace: Pace = {
  operationsAtOnce: 4,
  bulkAtOnce: 2,
  operationLeaseMs: operationLeaseSeconds * 1000,
  mailLeaseMs: deliveryLeaseSeconds * 1000,
  jobLockMs: 20_000,
  sweepEveryMs: 5000,
  sweepPatienceMs: 15_000,
  outboxEveryMs: 1000,
  expireEveryMs: 20_000,
  sealEveryMs: 10_000,
  mailTimeoutsMs: { connection: 10_000, greeting: 10_000, socket: 30_000 },
};

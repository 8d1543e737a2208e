import type { Cloud, NewEvent, PartnerType, Role } from '@clientele/domain';
import type { Database } from './database.ts';

/** Who acts. `system` is a job, on behalf of whoever started it; `api-key` is a program, with a key that `createdBy` has made. */
export type Actor =
  | { kind: 'partner-user'; id: string; name: string; email: string; roles: readonly Role[] }
  | { kind: 'api-key'; id: string; name: string; roles: readonly Role[]; createdBy: string }
  | { kind: 'customer'; id: string | null }
  | { kind: 'system'; id: string };

/** The address and the user agent of a request. */
export interface Origin {
  ip: string | null;
  userAgent: string | null;
}

/** The partner that everything in a context belongs to. Row-level security holds every query to it. */
export interface PartnerOfContext {
  id: string;
  name: string;
  type: PartnerType;
  cloud: Cloud;
  country: string;
}

/** An event as it was committed. */
export type CommittedEvent = NewEvent & { id: string; partnerId: string };

/** What every service verb gets besides its input. */
export interface Context {
  db: Database;
  actor: Actor;
  partner: PartnerOfContext;
  requestId: string;
  /** Where the request came from, for the activity log; none for a job. */
  origin?: Origin;
  /** The operation in which a job acts for the actor. */
  operationId?: string;
  now: Date;
  /** The `Idempotency-Key` of the request, and the SHA-256 of method, path and body. */
  idempotency?: { key: string; fingerprint: string };
  /** Called after a commit, never in its way: hands the events to the queue and tells the live channel. */
  committed?: (events: CommittedEvent[], partnerId: string) => void;
}

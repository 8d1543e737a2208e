import type { FieldError } from './refusals.ts';
import type { Transitions } from './transitions.ts';

/** The partner's word that the customer accepted the customer agreement. Source: domain.md section 1. */
export interface Attestation {
  firstName: string;
  lastName: string;
  email: string;
  phone?: string | undefined;
  /** The day of acceptance, `YYYY-MM-DD`. */
  date: string;
}

/** What is wrong with the date of an attestation: it must be a day, and not one that nowhere on earth has begun (UTC+14). */
export function checkAttestationDate(date: string, now: Date, path = 'agreement.date'): FieldError[] {
  const day = new Date(`${date}T00:00:00Z`);
  if (!/^\d{4}-\d{2}-\d{2}$/.test(date) || Number.isNaN(day.getTime()) || day.toISOString().slice(0, 10) !== date)
    return [{ path, rule: 'date' }];
  // Nobody who signs today signed before; a year like 0025 is a slip of the pen.
  if (date < '1900-01-01') return [{ path, rule: 'date' }];
  const latest = new Date(now.getTime() + 14 * 3_600_000).toISOString().slice(0, 10);
  return date > latest ? [{ path, rule: 'date_in_future' }] : [];
}

export const agreementRequestStates = ['pending', 'accepted', 'replaced'] as const;
/** A request to the customer to accept the customer agreement itself. It is replaced by a newer one, or by the partner's own attestation. */
export type AgreementRequestState = (typeof agreementRequestStates)[number];
export type AgreementRequestCommand = 'accept' | 'replace';

export const agreementRequestTransitions: Transitions<AgreementRequestState, AgreementRequestCommand> = {
  pending: { accept: 'accepted', replace: 'replaced' },
  accepted: {},
  replaced: {},
};

/** How long a request to accept the agreement is good for, in days. */
export const agreementRequestDays = 30;

/** The state as it is at `now`: a pending request whose time is over counts as expired. */
export function agreementRequestStateAt(
  request: { state: AgreementRequestState; expiresAt: Date },
  now: Date,
): AgreementRequestState | 'expired' {
  return request.state === 'pending' && request.expiresAt <= now ? 'expired' : request.state;
}

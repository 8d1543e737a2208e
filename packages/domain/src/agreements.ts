import type { FieldError } from './refusals.ts';

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
  const latest = new Date(now.getTime() + 14 * 3_600_000).toISOString().slice(0, 10);
  return date > latest ? [{ path, rule: 'date_in_future' }] : [];
}

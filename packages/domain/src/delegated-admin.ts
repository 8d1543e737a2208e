import type { RelationshipState } from './relationships.ts';
import type { PartnerSettings } from './settings.ts';

/** How long delegated admin may be asked for, in days. Source: the vendor's longest delegated admin relationship is two years. */
export const delegatedAdminDays = { least: 1, most: 730 } as const;

/** What forms offer besides an own number. */
export const delegatedAdminChoices: readonly number[] = [30, 90, 180, 365, 730];

/** So many days before the end the partner is warned, the earliest first. */
export const delegatedAdminWarnings = [30, 7, 1] as const;
export type DelegatedAdminWarning = (typeof delegatedAdminWarnings)[number];

/** Why delegated admin was taken away: its time was over, the customer wanted it, or the relationship ended. */
export const delegatedAdminEnds = ['expired', 'customer', 'relationship_ended'] as const;
export type DelegatedAdminEnd = (typeof delegatedAdminEnds)[number];

/** A day is 24 hours, whatever clocks do: what is granted for 30 days ends 2,592,000 seconds later, in every time zone. */
export const dayMs = 86_400_000;

/** The customer's leave as it is kept. */
export interface DelegatedAdmin {
  delegatedAdmin: boolean;
  /** Since when without a break; null for what was granted before that was kept. */
  delegatedAdminSince: Date | null;
  /** When it ends; null: it has no end, as what was granted before ends were kept. */
  delegatedAdminUntil: Date | null;
  /** When it was granted or extended last. */
  delegatedAdminChangedAt: Date | null;
  /** When the partner is to be warned next; null: no more. */
  delegatedAdminWarnAt: Date | null;
}

/** What is left when it is taken away. */
export const noDelegatedAdmin: DelegatedAdmin = {
  delegatedAdmin: false,
  delegatedAdminSince: null,
  delegatedAdminUntil: null,
  delegatedAdminChangedAt: null,
  delegatedAdminWarnAt: null,
};

const utcDay = (moment: Date) => Math.floor(moment.getTime() / dayMs);

/** How many times midnight (UTC) comes until then: 0 today, 1 tomorrow. */
export function daysUntil(until: Date, now: Date): number {
  return utcDay(until) - utcDay(now);
}

/**
 * The moment of the next warning: midnight (UTC) at the beginning of the day that is 30, 7 or 1 days before the day of the end, so that all that are
 * due on a day are due at once and make one mail. What lies in the past is not made up for: who has just been asked for 5 days knows.
 */
export function nextWarningAt(until: Date | null, now: Date): Date | null {
  if (until === null) return null;
  for (const days of delegatedAdminWarnings) {
    const at = new Date((utcDay(until) - days) * dayMs);
    if (at > now) return at;
  }
  return null;
}

/** Which warning fits now; null before the first, and when it is over. One that was missed is not given besides a later one. */
export function warningAt(until: Date, now: Date): DelegatedAdminWarning | null {
  if (until <= now) return null;
  return [...delegatedAdminWarnings].reverse().find((days) => daysUntil(until, now) <= days) ?? null;
}

/**
 * When delegated admin ends if the customer consents now: so many days from now, or from the end that there is; never further away than the
 * longest that may be asked for. `days` is null for a request from before there was a duration: without an end.
 */
export function delegatedAdminUntil(held: Pick<DelegatedAdmin, 'delegatedAdmin' | 'delegatedAdminUntil'>, days: number | null, now: Date) {
  if (days === null) return null;
  const from = Math.max(now.getTime(), (held.delegatedAdmin && held.delegatedAdminUntil?.getTime()) || 0);
  return new Date(Math.min(from + days * dayMs, now.getTime() + delegatedAdminDays.most * dayMs));
}

/** What the customer's consent makes of what it had granted. */
export function grantDelegatedAdmin(held: DelegatedAdmin, days: number | null, now: Date): DelegatedAdmin {
  const until = delegatedAdminUntil(held, days, now);
  return {
    delegatedAdmin: true,
    delegatedAdminSince: held.delegatedAdmin ? held.delegatedAdminSince : now,
    delegatedAdminUntil: until,
    delegatedAdminChangedAt: now,
    delegatedAdminWarnAt: nextWarningAt(until, now),
  };
}

/** The days that a request asks for: what it says, or what the partner has set. Null when it asks for none at all. */
export function askedDays(
  request: { delegatedAdmin: boolean; delegatedAdminDays?: number | undefined },
  settings: Pick<PartnerSettings, 'delegatedAdminDays'>,
): number | null {
  return request.delegatedAdmin ? (request.delegatedAdminDays ?? settings.delegatedAdminDays) : null;
}

/**
 * Whether a customer can be asked for delegated admin, or for more of it: while the relationship is active, unless what it has granted has no end.
 * `state` says why not.
 */
export function askableDelegatedAdmin(
  customer: Pick<DelegatedAdmin, 'delegatedAdmin' | 'delegatedAdminUntil'> & { relationship: RelationshipState },
): { can: boolean; state: string } {
  if (customer.relationship !== 'active') return { can: false, state: customer.relationship };
  if (customer.delegatedAdmin && customer.delegatedAdminUntil === null) return { can: false, state: 'without_end' };
  return { can: true, state: 'active' };
}

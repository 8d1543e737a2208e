import { type Currency, currencyDigits } from './money.ts';
import type { FieldError } from './refusals.ts';
import { illegal } from './refusals.ts';
import type { Transitions } from './transitions.ts';
import { commandsOf, next } from './transitions.ts';

export const leadStates = ['received', 'accepted', 'won', 'lost', 'declined', 'expired'] as const;
export type LeadState = (typeof leadStates)[number];
export type LeadCommand = 'accept' | 'win' | 'lose' | 'decline' | 'expire';
export const leadTypes = ['customer-enquiry', 'marketing-qualified', 'sales-qualified'] as const;
export type LeadType = (typeof leadTypes)[number];
/** What a partner may enter by hand: an enquiry is what a customer has written itself. */
export const enteredLeadTypes = ['marketing-qualified', 'sales-qualified'] as const satisfies readonly LeadType[];

/** Source: domain.md section 6. A lead is answered once, and what is over never comes back. */
export const leadTransitions: Transitions<LeadState, LeadCommand> = {
  received: { accept: 'accepted', decline: 'declined', expire: 'expired' },
  accepted: { win: 'won', lose: 'lost' },
  won: {},
  lost: {},
  declined: {},
  expired: {},
};

/** So many days a partner has to answer. */
export const leadDays = 14;
/** So long a request for urgent contact is flagged. */
export const urgentHours = 72;
/** Days before it runs out on which a lead that nobody has answered is warned of. */
export const leadWarnings = [3, 1] as const;
export type LeadWarning = (typeof leadWarnings)[number];

const dayMs = 86_400_000;

export interface LeadFacts {
  state: LeadState;
  expiresAt: Date;
}

/** The state as it is at `now`: a lead that nobody has answered in time counts as expired even before the job that says so. */
export function leadStateAt(lead: LeadFacts, now: Date): LeadState {
  return lead.state === 'received' && lead.expiresAt <= now ? 'expired' : lead.state;
}

/** The next state of a lead. One past its time can only expire; one before it cannot. Throws `illegal_transition` with the state as it is at `now`. */
export function decideLead(lead: LeadFacts, command: LeadCommand, now: Date): LeadState {
  if (command === 'expire') {
    if (lead.state === 'received' && lead.expiresAt > now) throw illegal('lead', 'received', 'expire');
    return next('lead', leadTransitions, lead.state, command);
  }
  return next('lead', leadTransitions, leadStateAt(lead, now), command);
}

/** Whether a command is possible now; for the acts that go out with a lead. */
export const canLead = (lead: LeadFacts, command: LeadCommand, now: Date): boolean =>
  commandsOf(leadTransitions, leadStateAt(lead, now)).includes(command) && command !== 'expire';

/** Whether it is flagged as urgent: for 72 hours, as long as there is something to do. Nothing has to clear it. */
export function isUrgentLead(lead: LeadFacts & { urgentUntil: Date | null }, now: Date): boolean {
  const state = leadStateAt(lead, now);
  return lead.urgentUntil !== null && lead.urgentUntil > now && (state === 'received' || state === 'accepted');
}

/** The moments that a lead begins with. */
export function leadMoments(now: Date, urgent: boolean): { expiresAt: Date; urgentUntil: Date | null; warnAt: Date | null } {
  const expiresAt = new Date(now.getTime() + leadDays * dayMs);
  return {
    expiresAt,
    urgentUntil: urgent ? new Date(now.getTime() + urgentHours * 3_600_000) : null,
    warnAt: nextLeadWarningAt(expiresAt, now),
  };
}

const utcDay = (moment: Date) => Math.floor(moment.getTime() / dayMs);

/**
 * The moment of the next warning: midnight (UTC) at the beginning of the day that is 3 days, or 1, before the day on which the lead runs out, so that
 * all that are due on a day make one mail. What lies in the past is not made up for.
 */
export function nextLeadWarningAt(expiresAt: Date, now: Date): Date | null {
  for (const days of leadWarnings) {
    const at = new Date((utcDay(expiresAt) - days) * dayMs);
    if (at > now) return at;
  }
  return null;
}

/** Which warning fits now; null before the first, and when it is over. */
export function leadWarningAt(expiresAt: Date, now: Date): LeadWarning | null {
  if (expiresAt <= now) return null;
  return [...leadWarnings].reverse().find((days) => utcDay(expiresAt) - utcDay(now) <= days) ?? null;
}

/** So many people get a mail about a lead, however many there are who may act on it. */
export const mostToldOfLead = 10;

/** The largest value of a deal: with two digits behind the point it is still exact. */
export const mostDealAmount = 999_999_999_999;
/** So far ahead may the close of a deal be estimated. */
export const mostDealYears = 5;

/** What is wrong with a value: more than nothing, at most the largest, and no more digits behind the point than the currency has. */
export function checkDealValue({ amount, currency }: { amount: number; currency: Currency }, path = 'value'): FieldError[] {
  const digits = currencyDigits[currency];
  const at = `${path}.amount`;
  if (!(amount > 0)) return [{ path: at, rule: 'too_small', params: { min: digits === 0 ? 1 : 0.01 } }];
  if (amount > mostDealAmount) return [{ path: at, rule: 'too_large', params: { max: mostDealAmount } }];
  const scaled = amount * 10 ** digits;
  // A product of two decimals is not exact: what is as near to a whole as it can be, is one.
  return Math.abs(scaled - Math.round(scaled)) > Math.max(1e-6, scaled * 1e-15)
    ? [{ path: at, rule: 'currency_digits', params: { currency, digits } }]
    : [];
}

const isoDay = /^\d{4}-\d\d-\d\d$/;

/** What is wrong with the day on which a deal is expected to close. Somewhere on earth it is still yesterday. */
export function checkCloseDate(date: string, now: Date, path = 'closeDate'): FieldError[] {
  const at = new Date(`${date}T00:00:00Z`);
  if (!isoDay.test(date) || Number.isNaN(at.getTime()) || at.toISOString().slice(0, 10) !== date) return [{ path, rule: 'date' }];
  if (utcDay(at) < utcDay(now) - 1) return [{ path, rule: 'date_past' }];
  const last = new Date(now);
  last.setUTCFullYear(last.getUTCFullYear() + mostDealYears);
  return at > last ? [{ path, rule: 'date_too_late', params: { date: last.toISOString().slice(0, 10) } }] : [];
}

/** How a person's name is written on one line. */
export const leadPersonName = ({ firstName, lastName, language }: { firstName: string; lastName: string; language: string }): string =>
  language === 'ja' ? `${lastName} ${firstName}` : `${firstName} ${lastName}`;

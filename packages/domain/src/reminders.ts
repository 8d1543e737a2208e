import type { PartnerSettings } from './settings.ts';

const dayMs = 86_400_000;

/** What is known of an invitation's reminders. */
export interface ReminderFacts {
  expiresAt: Date;
  nextReminderAt: Date | null;
  remindersSent: number;
  remindersOff: boolean;
}
type Plan = Pick<PartnerSettings, 'reminderDays'>;

/** A moment before the invitation is over, or nothing: then there is nobody left to remind. */
const before = (moment: Date, { expiresAt }: Pick<ReminderFacts, 'expiresAt'>): Date | null => (moment < expiresAt ? moment : null);

/** Days between the reminder that has this number (from 0) and the mail before it; nothing when there is no such reminder. */
function gapBefore({ reminderDays }: Plan, number: number): number | undefined {
  const day = reminderDays[number];
  return day === undefined ? undefined : day - (reminderDays[number - 1] ?? 0);
}

/** The first reminder of an invitation whose mail goes out at `now`; null when there is none. Days are of 24 hours, whatever the clocks do. */
export function firstReminderAt(plan: Plan, facts: Pick<ReminderFacts, 'expiresAt'>, now: Date): Date | null {
  const gap = gapBefore(plan, 0);
  return gap === undefined ? null : before(new Date(now.getTime() + gap * dayMs), facts);
}

/** The one after a reminder that went out at `now`: as planned, but never within a day of the last mail. */
export function reminderAfterReminder(plan: Plan, facts: ReminderFacts, now: Date): Date | null {
  const gap = gapBefore(plan, facts.remindersSent + 1);
  if (gap === undefined || facts.remindersOff) return null;
  const planned = (facts.nextReminderAt ?? now).getTime() + gap * dayMs;
  return before(new Date(Math.max(planned, now.getTime() + dayMs)), facts);
}

/** The next reminder when a person sends the mail again: a day later at least. One that had been given up is planned anew from now. */
export function reminderAfterResend(plan: Plan, facts: ReminderFacts, now: Date): Date | null {
  if (facts.remindersOff) return null;
  const gap = gapBefore(plan, facts.remindersSent);
  if (gap === undefined) return null;
  const planned = facts.nextReminderAt?.getTime() ?? now.getTime() + gap * dayMs;
  return before(new Date(Math.max(planned, now.getTime() + dayMs)), facts);
}

/** The same reminder a day later: the mail before it has not arrived yet, and nobody is reminded of what he has not got. */
export function reminderPutOff(facts: ReminderFacts, now: Date): Date | null {
  return facts.remindersOff ? null : before(new Date(now.getTime() + dayMs), facts);
}

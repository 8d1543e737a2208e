import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { firstReminderAt, type ReminderFacts, reminderAfterReminder, reminderAfterResend, reminderPutOff } from './reminders.ts';

const day = 86_400_000;
const at = (text: string) => new Date(text);
const usual = { reminderDays: [3, 10] };
const facts = (more: Partial<ReminderFacts> = {}): ReminderFacts => ({
  ...{ expiresAt: at('2026-03-15T09:00:00Z'), nextReminderAt: at('2026-03-04T09:00:00Z'), remindersSent: 0, remindersOff: false },
  ...more,
});

describe('reminders', () => {
  it('are planned for days of 24 hours, across a leap day and across daylight saving', () => {
    expect(firstReminderAt(usual, { expiresAt: at('2028-03-20T00:00:00Z') }, at('2028-02-27T12:00:00Z'))).toEqual(
      at('2028-03-01T12:00:00Z'),
    );
    expect(firstReminderAt(usual, { expiresAt: at('2027-03-20T00:00:00Z') }, at('2027-02-27T12:00:00Z'))).toEqual(
      at('2027-03-02T12:00:00Z'),
    );
    // The clocks of New York go forward on 8 March 2026, and back on 1 November: the reminder is 72 hours away all the same.
    for (const now of [at('2026-03-06T23:30:00-05:00'), at('2026-10-30T23:30:00-04:00')])
      expect(firstReminderAt(usual, { expiresAt: new Date(now.getTime() + 14 * day) }, now)?.getTime()).toBe(
        now.getTime() + 72 * 3_600_000,
      );
  });

  it('come as planned, and no more than planned', () => {
    const second = reminderAfterReminder(usual, facts(), at('2026-03-04T09:00:20Z'));
    expect(second).toEqual(at('2026-03-11T09:00:00Z'));
    expect(reminderAfterReminder(usual, facts({ remindersSent: 1, nextReminderAt: second }), at('2026-03-11T09:00:05Z'))).toBeNull();
    expect(firstReminderAt({ reminderDays: [] }, facts(), at('2026-03-01T00:00:00Z'))).toBeNull();
  });

  it('do not come once the invitation is over', () => {
    expect(firstReminderAt(usual, { expiresAt: at('2026-03-04T00:00:00Z') }, at('2026-03-01T00:00:00Z'))).toBeNull();
    expect(reminderAfterReminder(usual, facts({ expiresAt: at('2026-03-11T09:00:00Z') }), at('2026-03-04T09:00:00Z'))).toBeNull();
    expect(reminderPutOff(facts(), at('2026-03-14T10:00:00Z'))).toBeNull();
  });

  it('that were late are not followed by the next one at once', () => {
    expect(reminderAfterReminder(usual, facts(), at('2026-03-11T20:00:00Z'))).toEqual(at('2026-03-12T20:00:00Z'));
  });

  it('are put off by a day when a person has just sent the mail again', () => {
    expect(reminderAfterResend(usual, facts(), at('2026-03-04T08:00:00Z'))).toEqual(at('2026-03-05T08:00:00Z'));
    expect(reminderAfterResend(usual, facts(), at('2026-03-01T08:00:00Z'))).toEqual(at('2026-03-04T09:00:00Z'));
    // The link had been brought by hand, or reminders had been given up: now there is a mail to remind of.
    expect(reminderAfterResend(usual, facts({ nextReminderAt: null }), at('2026-03-02T08:00:00Z'))).toEqual(at('2026-03-05T08:00:00Z'));
    expect(reminderAfterResend(usual, facts({ nextReminderAt: null, remindersSent: 1 }), at('2026-03-06T08:00:00Z'))).toEqual(
      at('2026-03-13T08:00:00Z'),
    );
    expect(reminderAfterResend(usual, facts({ nextReminderAt: null, remindersSent: 2 }), at('2026-03-06T08:00:00Z'))).toBeNull();
  });

  it('stay off where they are off', () => {
    const off = facts({ remindersOff: true });
    for (const plan of [
      reminderAfterReminder(usual, off, at('2026-03-04T09:00:00Z')),
      reminderAfterResend(usual, off, at('2026-03-02T00:00:00Z')),
      reminderPutOff(off, at('2026-03-02T00:00:00Z')),
    ])
      expect(plan).toBeNull();
  });

  it('are never more than planned, never within a day of each other, never after the end, whatever happens in between', () => {
    const plans = fc
      .uniqueArray(fc.integer({ min: 1, max: 20 }), { maxLength: 5 })
      .map((days) => ({ reminderDays: days.toSorted((a, b) => a - b) }));
    const acts = fc.array(fc.tuple(fc.constantFrom('wait', 'resend', 'put off'), fc.integer({ min: 0, max: 5 * day })), { maxLength: 30 });
    fc.assert(
      fc.property(plans, fc.integer({ min: 1, max: 30 }), acts, (plan, days, steps) => {
        let now = at('2026-02-20T00:00:00Z').getTime();
        const expiresAt = new Date(now + days * day);
        let state = facts({ expiresAt, nextReminderAt: firstReminderAt(plan, { expiresAt }, new Date(now)) });
        let last = now;
        for (const [act, ms] of steps) {
          now += ms;
          const moment = new Date(now);
          if (now >= expiresAt.getTime()) break;
          if (act === 'resend') {
            state = { ...state, nextReminderAt: reminderAfterResend(plan, state, moment) };
            last = now;
          } else if (state.nextReminderAt && state.nextReminderAt <= moment) {
            if (act === 'put off') state = { ...state, nextReminderAt: reminderPutOff(state, moment) };
            else {
              expect(now - last).toBeGreaterThanOrEqual(day);
              last = now;
              state = { ...state, nextReminderAt: reminderAfterReminder(plan, state, moment), remindersSent: state.remindersSent + 1 };
            }
          }
          expect(state.remindersSent).toBeLessThanOrEqual(plan.reminderDays.length);
          if (state.nextReminderAt) expect(state.nextReminderAt < expiresAt).toBe(true);
        }
      }),
    );
  });
});

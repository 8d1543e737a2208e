import { invitationDays } from './invitations.ts';
import type { FieldError } from './refusals.ts';

/** How many invitations a partner may have open, and send in ten minutes and in a day. Each is at least 1. */
export interface InvitationLimits {
  open: number;
  perTenMinutes: number;
  perDay: number;
}

/** What a partner sets for itself. What it has not set is as `usualSettings` say. */
export interface PartnerSettings {
  invitationLimits: InvitationLimits;
  /** Days until an invitation expires, when the person who sends it says nothing else. */
  invitationDays: number;
  /** Days after an invitation at which a reminder goes out while nobody has answered, in order; empty: none. */
  reminderDays: readonly number[];
  /** Days that delegated admin is asked for, when the person who asks says nothing else: 1 to 730. */
  delegatedAdminDays: number;
  /** Ending a relationship needs the consent of a second global admin. */
  endNeedsSecondPerson: boolean;
  /** Years after which records of the activity log are removed; null: never. */
  activityYears: number | null;
  /** Days that a person may work without a second factor, counted from its joining: 0 to 30. */
  secondFactorGraceDays: number;
}

/** Source: the reminders after 3 and 10 days and the 14 days of an invitation are what most mailboxes are answered within. */
export const usualSettings: PartnerSettings = {
  invitationLimits: { open: 20_000, perTenMinutes: 10_000, perDay: 20_000 },
  invitationDays: invitationDays.default,
  reminderDays: [3, 10],
  delegatedAdminDays: 365,
  endNeedsSecondPerson: false,
  activityYears: null,
  secondFactorGraceDays: 7,
};

/** The settings in force: what was set, and the usual for the rest. */
export function settingsFrom(set: Partial<PartnerSettings>): PartnerSettings {
  return { ...usualSettings, ...set, invitationLimits: { ...usualSettings.invitationLimits, ...set.invitationLimits } };
}

export const settingRanges = {
  /** Of each limit. */
  limit: { least: 1, most: 1_000_000 },
  invitationDays: { least: invitationDays.least, most: invitationDays.most },
  reminders: { most: 5 },
  delegatedAdminDays: { least: 1, most: 730 },
  activityYears: { least: 1, most: 10 },
  secondFactorGraceDays: { least: 0, most: 30 },
} as const;

/** What is wrong with settings as they would be. Each figure is in its range; reminders follow each other and come before the invitation is over. */
export function checkSettings(settings: PartnerSettings): FieldError[] {
  const errors: FieldError[] = [];
  const check = (path: string, value: number, { least, most }: { least: number; most: number }) => {
    if (!Number.isInteger(value)) errors.push({ path, rule: 'not_whole' });
    else if (value < least) errors.push({ path, rule: 'too_small', params: { min: least } });
    else if (value > most) errors.push({ path, rule: 'too_large', params: { max: most } });
    else return true;
    return false;
  };
  for (const [name, value] of Object.entries(settings.invitationLimits)) check(`invitationLimits.${name}`, value, settingRanges.limit);
  check('invitationDays', settings.invitationDays, settingRanges.invitationDays);
  check('delegatedAdminDays', settings.delegatedAdminDays, settingRanges.delegatedAdminDays);
  if (settings.activityYears !== null) check('activityYears', settings.activityYears, settingRanges.activityYears);
  check('secondFactorGraceDays', settings.secondFactorGraceDays, settingRanges.secondFactorGraceDays);
  const { reminderDays } = settings;
  if (reminderDays.length > settingRanges.reminders.most)
    errors.push({ path: 'reminderDays', rule: 'too_many', params: { max: settingRanges.reminders.most } });
  for (const [index, day] of reminderDays.entries()) {
    const path = `reminderDays.${index}`;
    if (!check(path, day, settingRanges.invitationDays)) continue;
    if (day <= (reminderDays[index - 1] ?? 0)) errors.push({ path, rule: 'reminder_order' });
    else if (day >= settings.invitationDays) errors.push({ path, rule: 'reminder_too_late', params: { days: settings.invitationDays } });
  }
  return errors;
}

/** What differs between two settings, by the name of each: as text, for the activity log. */
export function changedSettings(
  before: PartnerSettings,
  after: PartnerSettings,
): Record<string, { from: string | null; to: string | null }> {
  const from = flat(before);
  const changed = [...flat(after)].filter(([name, to]) => from.get(name) !== to);
  return Object.fromEntries(changed.map(([name, to]) => [name, { from: from.get(name) ?? null, to }]));
}

function flat({ invitationLimits, reminderDays, ...rest }: PartnerSettings): Map<string, string | null> {
  return new Map<string, string | null>([
    ...Object.entries(invitationLimits).map(([name, value]) => [`limit_${name}`, String(value)] as const),
    ...Object.entries(rest).map(([name, value]) => [name, value === null ? null : String(value)] as const),
    ['reminderDays', reminderDays.length > 0 ? reminderDays.join(', ') : null],
  ]);
}

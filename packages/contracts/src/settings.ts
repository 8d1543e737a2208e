import { settingRanges } from '@clientele/domain';
import { z } from 'zod';
import { endpoint } from './endpoint.ts';
import { allowed, nullableMoment } from './fields.ts';

const whole = ({ least, most }: { least: number; most: number }) => z.int().min(least).max(most);
const limits = z.object({
  open: whole(settingRanges.limit),
  perTenMinutes: whole(settingRanges.limit),
  perDay: whole(settingRanges.limit),
});

/** What a partner sets for itself. */
const settingsFields = z.object({
  /** How many invitations may be open, and be sent in ten minutes and in a day. */
  invitationLimits: limits,
  /** Days until an invitation expires, when the request for it says nothing else. */
  invitationDays: whole(settingRanges.invitationDays),
  /** Days after an invitation at which a reminder goes out while nobody has answered, in order; empty: none. */
  reminderDays: z.array(whole(settingRanges.invitationDays)),
  /** Days that delegated admin is asked for, when the request says nothing else. */
  delegatedAdminDays: whole(settingRanges.delegatedAdminDays),
  /** Ending a relationship needs the consent of a second global admin. */
  endNeedsSecondPerson: z.boolean(),
  /** Years after which records of the activity log are removed; null: never. */
  activityYears: whole(settingRanges.activityYears).nullable(),
  /** Days that a person may work without a second factor, counted from its joining. Only a person changes it, and confirms it. */
  secondFactorGraceDays: whole(settingRanges.secondFactorGraceDays),
});

export const settings = settingsFields.extend({
  /** 0 until something was set. */
  version: z.int(),
  changedBy: z.string().nullable(),
  changedAt: nullableMoment,
  actions: z.object({ change: allowed }),
});
export type Settings = z.output<typeof settings>;

export const getSettings = endpoint({
  name: 'getSettings',
  method: 'GET',
  path: '/api/settings',
  summary: 'What the partner has set for itself: limits, days, reminders.',
  tag: 'Settings',
  access: 'signed-in',
  result: settings,
  etag: true,
});

export const changeSettings = endpoint({
  name: 'changeSettings',
  method: 'PATCH',
  path: '/api/settings',
  summary: 'Changes the settings that are given. `If-Match` is the ETag that was read; 409 when somebody was quicker.',
  tag: 'Settings',
  access: 'partner.manage',
  confirm: ({ secondFactorGraceDays, endNeedsSecondPerson }) => secondFactorGraceDays !== undefined || endNeedsSecondPerson !== undefined,
  body: settingsFields.partial(),
  result: settings,
  etag: true,
  ifMatch: true,
});

import { describe, expect, it } from 'vitest';
import { changedSettings, checkSettings, type PartnerSettings, settingsFrom, usualSettings } from './settings.ts';

const with_ = (more: Partial<PartnerSettings>) => checkSettings({ ...usualSettings, ...more });

describe('settings', () => {
  it('are the usual where nothing was set, and the usual are good', () => {
    expect(settingsFrom({})).toEqual(usualSettings);
    expect(settingsFrom({ invitationDays: 30 })).toEqual({ ...usualSettings, invitationDays: 30 });
    expect(settingsFrom({ invitationLimits: { open: 5 } as PartnerSettings['invitationLimits'] }).invitationLimits).toEqual({
      ...usualSettings.invitationLimits,
      open: 5,
    });
    expect(checkSettings(usualSettings)).toEqual([]);
  });

  it.each<[string, Partial<PartnerSettings>, string, string, object?]>([
    ['no room at all', { invitationLimits: { open: 0, perTenMinutes: 1, perDay: 1 } }, 'invitationLimits.open', 'too_small', { min: 1 }],
    [
      'a limit beyond a million',
      { invitationLimits: { open: 1, perTenMinutes: 1_000_001, perDay: 1 } },
      'invitationLimits.perTenMinutes',
      'too_large',
      { max: 1_000_000 },
    ],
    ['half an invitation', { invitationLimits: { open: 1, perTenMinutes: 1, perDay: 1.5 } }, 'invitationLimits.perDay', 'not_whole'],
    ['not even a day', { invitationDays: 0, reminderDays: [] }, 'invitationDays', 'too_small', { min: 1 }],
    ['more than 90 days', { invitationDays: 91 }, 'invitationDays', 'too_large', { max: 90 }],
    ['a day that is no number', { invitationDays: Number.NaN, reminderDays: [] }, 'invitationDays', 'not_whole'],
    ['six reminders', { reminderDays: [1, 2, 3, 4, 5, 6] }, 'reminderDays', 'too_many', { max: 5 }],
    ['a reminder before the invitation', { reminderDays: [0] }, 'reminderDays.0', 'too_small', { min: 1 }],
    ['reminders out of order', { reminderDays: [5, 3] }, 'reminderDays.1', 'reminder_order'],
    ['two reminders on one day', { reminderDays: [3, 3] }, 'reminderDays.1', 'reminder_order'],
    ['a reminder when all is over', { reminderDays: [3, 14] }, 'reminderDays.1', 'reminder_too_late', { days: 14 }],
    ['delegated admin for nothing', { delegatedAdminDays: 0 }, 'delegatedAdminDays', 'too_small', { min: 1 }],
    ['delegated admin for ever', { delegatedAdminDays: 731 }, 'delegatedAdminDays', 'too_large', { max: 730 }],
  ])('refuse %s, naming field and rule', (_title, more, path, rule, params) => {
    expect(with_(more)).toEqual([{ path, rule, ...(params ? { params } : {}) }]);
  });

  it('take every edge of every range, and no reminders', () => {
    const limits = { open: 1, perTenMinutes: 1_000_000, perDay: 1 };
    expect(with_({ invitationLimits: limits, invitationDays: 90, reminderDays: [1, 2, 3, 4, 89], delegatedAdminDays: 730 })).toEqual([]);
    expect(with_({ invitationDays: 1, reminderDays: [], delegatedAdminDays: 1 })).toEqual([]);
  });

  it('that make invitations shorter than their reminders are refused at the reminders', () => {
    expect(with_({ invitationDays: 5 })).toEqual([{ path: 'reminderDays.1', rule: 'reminder_too_late', params: { days: 5 } }]);
  });
});

describe('what changed', () => {
  it('is named one by one, with before and after', () => {
    const after = { ...usualSettings, invitationLimits: { ...usualSettings.invitationLimits, open: 50 }, reminderDays: [] };
    expect(changedSettings(usualSettings, after)).toEqual({
      limit_open: { from: '20000', to: '50' },
      reminderDays: { from: '3, 10', to: null },
    });
    expect(changedSettings(usualSettings, usualSettings)).toEqual({});
  });
});

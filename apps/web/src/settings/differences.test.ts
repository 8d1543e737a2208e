import { describe, expect, it } from 'vitest';
import { differencesOf } from './differences.ts';

describe('what saving over somebody else would undo', () => {
  const theirs = { invitationLimits: { open: 100, perDay: 50 }, invitationDays: 30, reminderDays: [3, 10] };

  it('is named setting by setting, and nothing that is the same', () => {
    expect(differencesOf(theirs, { invitationLimits: { open: 100, perDay: 60 }, invitationDays: 21, reminderDays: [] })).toEqual([
      { key: 'limit_perDay', theirs: 50, yours: 60 },
      { key: 'invitationDays', theirs: 30, yours: 21 },
      { key: 'reminderDays', theirs: [3, 10], yours: [] },
    ]);
    expect(differencesOf(theirs, structuredClone(theirs))).toEqual([]);
  });
});

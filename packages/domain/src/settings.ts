import { invitationDays } from './invitations.ts';

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
}

/** Source: the reminders after 3 and 10 days and the 14 days of an invitation are what most mailboxes are answered within. */
export const usualSettings: PartnerSettings = {
  invitationLimits: { open: 20_000, perTenMinutes: 10_000, perDay: 20_000 },
  invitationDays: invitationDays.default,
  reminderDays: [3, 10],
  delegatedAdminDays: 365,
  endNeedsSecondPerson: false,
};

/** The settings in force: what was set, and the usual for the rest. */
export function settingsFrom(set: Partial<PartnerSettings>): PartnerSettings {
  return { ...usualSettings, ...set, invitationLimits: { ...usualSettings.invitationLimits, ...set.invitationLimits } };
}

import { Refusal } from './refusals.ts';
import type { Role } from './roles.ts';
import { roles as allRoles } from './roles.ts';
import { next, type Transitions } from './transitions.ts';

export const partnerUserStates = ['active', 'deactivated'] as const;
/** Whether a partner user may sign in. Nobody is ever removed: what the person did stays in the log under its name. */
export type PartnerUserState = (typeof partnerUserStates)[number];
export type PartnerUserCommand = 'deactivate' | 'reactivate';

export const partnerUserTransitions: Transitions<PartnerUserState, PartnerUserCommand> = {
  active: { deactivate: 'deactivated' },
  deactivated: { reactivate: 'active' },
};

export const partnerUserInvitationStates = ['pending', 'expired', 'accepted', 'revoked'] as const;
/** What became of the link by which a person becomes a partner user. */
export type PartnerUserInvitationState = (typeof partnerUserInvitationStates)[number];
export type PartnerUserInvitationCommand = 'accept' | 'resend' | 'revoke' | 'expire';

/** Sending again makes a link that has run out good again: it is the same link, whichever mail is opened. */
export const partnerUserInvitationTransitions: Transitions<PartnerUserInvitationState, PartnerUserInvitationCommand> = {
  pending: { accept: 'accepted', resend: 'pending', revoke: 'revoked', expire: 'expired' },
  expired: { resend: 'pending', revoke: 'revoked' },
  accepted: {},
  revoked: {},
};

/** How long the link in the mail to a new partner user is good for, in days. */
export const partnerUserInvitationDays = 7;

/** The shortest and the longest password; the same wherever one is chosen. */
export const passwordLength = { least: 10, most: 128 } as const;

/** The state as it is now; that a link has run out is never kept. */
export function partnerUserInvitationStateAt(
  invitation: { state: PartnerUserInvitationState; expiresAt: Date },
  now: Date,
): PartnerUserInvitationState {
  return invitation.state === 'pending' && invitation.expiresAt <= now ? 'expired' : invitation.state;
}

/** The next state of an invitation. Throws `illegal_transition` with the state as it is. */
export function decidePartnerUserInvitation(
  invitation: { state: PartnerUserInvitationState; expiresAt: Date },
  command: PartnerUserInvitationCommand,
  now: Date,
): PartnerUserInvitationState {
  return next('invitation', partnerUserInvitationTransitions, partnerUserInvitationStateAt(invitation, now), command);
}

/** A partner user, as far as the rules about users need to know. */
export interface Colleague {
  id: string;
  roles: readonly Role[];
  state: PartnerUserState;
}

/** Whether this person is the only one left who may do everything: somebody must be able to let others in. */
export function isLastGlobalAdmin(people: readonly Colleague[], id: string): boolean {
  const admins = people.filter(({ roles, state }) => state === 'active' && roles.includes('global-admin'));
  return admins.length === 1 && admins[0]?.id === id;
}

/** Roles once each, in the order of the table, whatever the order in which they were chosen. */
export function orderedRoles(chosen: readonly Role[]): Role[] {
  return allRoles.filter((role) => chosen.includes(role));
}

/** The roles that a person has from now on. Throws `last_global_admin` when nobody would be left who may grant roles. */
export function decideRoles(people: readonly Colleague[], id: string, chosen: readonly Role[]): Role[] {
  if (!chosen.includes('global-admin')) refuseLastAdmin(people, id);
  return orderedRoles(chosen);
}

/** The next state of a partner user. Throws `illegal_transition`, or `last_global_admin`. */
export function decidePartnerUser(people: readonly Colleague[], user: Colleague, command: PartnerUserCommand): PartnerUserState {
  const state = next('partner user', partnerUserTransitions, user.state, command);
  if (command === 'deactivate') refuseLastAdmin(people, user.id);
  return state;
}

function refuseLastAdmin(people: readonly Colleague[], id: string): void {
  if (isLastGlobalAdmin(people, id))
    throw new Refusal(
      'last_global_admin',
      'This is the last active global admin. Make somebody else a global admin first: otherwise nobody could let people in or grant roles.',
    );
}

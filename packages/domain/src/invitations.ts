import { illegal, Refusal } from './refusals.ts';
import type { Transitions } from './transitions.ts';
import { next } from './transitions.ts';

export const invitationStates = ['pending', 'accepted', 'declined', 'revoked', 'expired'] as const;
export type InvitationState = (typeof invitationStates)[number];
/** What an open invitation can wait for that the partner can do something about. The last two: it ends within days, or nobody has answered for a week. */
export const invitationNeeds = ['undelivered', 'hand-over', 'running-out', 'unanswered'] as const;
export type InvitationNeed = (typeof invitationNeeds)[number];
export type InvitationCommand = 'accept' | 'decline' | 'revoke' | 'expire';
export const invitationPurposes = ['relationship', 'reinstate', 'delegated-admin', 'partnership'] as const;
export type InvitationPurpose = (typeof invitationPurposes)[number];
/** What customers are asked; a partnership is asked of another partner. */
export type CustomerPurpose = Exclude<InvitationPurpose, 'partnership'>;
export const customerPurposes: readonly CustomerPurpose[] = invitationPurposes.filter((purpose) => purpose !== 'partnership');
/**
 * Of an invitation for a reseller and its provider at once: what the acceptance came to on the provider's side. A relationship, one that was there already, or
 * nothing, because the partnership was over by then.
 */
export type ProviderAnswer = 'established' | 'served' | 'off';

/** Source: domain.md section 6. A pending invitation ends once, and what ended never comes back. */
export const invitationTransitions: Transitions<InvitationState, InvitationCommand> = {
  pending: { accept: 'accepted', decline: 'declined', revoke: 'revoked', expire: 'expired' },
  accepted: {},
  declined: {},
  revoked: {},
  expired: {},
};

export const invitationDays = { default: 14, least: 1, most: 90 } as const;

export interface InvitationFacts {
  state: InvitationState;
  expiresAt: Date;
}

/** The state as it is at `now`: a pending invitation whose time is over counts as expired even before the job that says so. */
export function invitationStateAt(invitation: InvitationFacts, now: Date): InvitationState {
  return invitation.state === 'pending' && invitation.expiresAt <= now ? 'expired' : invitation.state;
}

/**
 * The next state of an invitation. An invitation past its time can only expire; one before it cannot.
 * Throws `illegal_transition` with the state as it is at `now`.
 */
export function decideInvitation(invitation: InvitationFacts, command: InvitationCommand, now: Date): InvitationState {
  if (command === 'expire') {
    if (invitation.state === 'pending' && invitation.expiresAt > now) throw illegal('invitation', 'pending', 'expire');
    return next('invitation', invitationTransitions, invitation.state, command);
  }
  return next('invitation', invitationTransitions, invitationStateAt(invitation, now), command);
}

/** Who may answer for an organisation: the link proves a mailbox, no more. Source: domain.md section 3, "Who may accept". */
export function requireAnswerer(facts: { organizationHasUsers: boolean; signedInAsGlobalAdmin: boolean }): void {
  if (facts.organizationHasUsers && !facts.signedInAsGlobalAdmin)
    throw new Refusal('sign_in_required', 'A global admin of this organisation must sign in to answer.');
}

import type { InvitationState } from './invitations.ts';
import type { Transitions } from './transitions.ts';
import { next } from './transitions.ts';

export const handOverStates = ['pending', 'approved', 'refused', 'lapsed'] as const;
/** What became of the recipient's word that somebody else is the right person. `lapsed`: the invitation was over before the partner decided. */
export type HandOverState = (typeof handOverStates)[number];
export type HandOverCommand = 'approve' | 'refuse';

export const handOverTransitions: Transitions<HandOverState, HandOverCommand> = {
  pending: { approve: 'approved', refuse: 'refused' },
  approved: {},
  refused: {},
  lapsed: {},
};

/** So often may the holders of an invitation's links name somebody else, whatever becomes of it. */
export const mostHandOvers = 3;

/** The state as it is now: nobody needs to decide about an invitation that is over. */
export function handOverStateAt(handOver: { state: HandOverState }, invitation: InvitationState): HandOverState {
  return handOver.state === 'pending' && invitation !== 'pending' ? 'lapsed' : handOver.state;
}

/** The next state. Throws `illegal_transition` with the state as it is. */
export function decideHandOver(handOver: { state: HandOverState }, invitation: InvitationState, command: HandOverCommand): HandOverState {
  return next('hand-over', handOverTransitions, handOverStateAt(handOver, invitation), command);
}

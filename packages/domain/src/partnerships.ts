import type { Transitions } from './transitions.ts';

export const partnershipStates = ['requested', 'active', 'removed'] as const;
/** The link between an indirect provider and an indirect reseller. */
export type PartnershipState = (typeof partnershipStates)[number];
export type PartnershipCommand = 'accept' | 'withdraw' | 'remove';

/** Source: domain.md section 6. `withdraw` is a request that came to nothing: declined, revoked or expired. A removed one never comes back: a new request makes a new one. */
export const partnershipTransitions: Transitions<PartnershipState, PartnershipCommand> = {
  requested: { accept: 'active', withdraw: 'removed' },
  active: { remove: 'removed' },
  removed: {},
};

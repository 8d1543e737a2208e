import type { PartnerType } from './clouds.ts';
import type { Role } from './roles.ts';
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

/** Who stands before a request for a partnership: nobody who is signed in, a person of no partner, or a partner's person. */
export type PartnershipAnswerer = { partner: { id: string; type: PartnerType } | null; roles: readonly Role[] } | null;

/** Whether somebody may accept a request for a partnership, and why not. */
export type PartnershipAnswer = 'may' | 'sign-in' | 'customer' | 'own-request' | 'no-reseller' | 'role';

/**
 * Only a global admin of an indirect reseller accepts. The link proves a mailbox, and no more: the session says who somebody is. (A partner of another cloud
 * has no session here, and the link proves nothing there.)
 */
export function partnershipAnswer(who: PartnershipAnswerer, providerId: string): PartnershipAnswer {
  if (who === null) return 'sign-in';
  if (who.partner === null) return 'customer';
  if (who.partner.id === providerId) return 'own-request';
  if (who.partner.type !== 'indirect-reseller') return 'no-reseller';
  return who.roles.includes('global-admin') ? 'may' : 'role';
}

export const removalConsequences = [
  'customers_stay',
  'delegated_admin_stays',
  'no_new_customers',
  'requests_end',
  'support_contact_off',
  'sight_ends',
  'both_told',
  'history_stays',
] as const;
/** What removing a partnership does and does not do, as a list for this very one. */
export type RemovalConsequence = (typeof removalConsequences)[number];

import { delegatedAdminWarnings } from './delegated-admin.ts';
import type { DeliveryState } from './deliveries.ts';
import type { RelationshipState } from './relationships.ts';

/** What the sentence at the top of a customer's page is made from. */
export interface StandingFacts {
  relationship: RelationshipState;
  delegatedAdmin: boolean;
  /** Days until delegated admin ends; null: it has no end, or there is none. */
  adminDaysLeft: number | null;
  agreementAccepted: boolean;
  /** Why the end has come to a halt: the code of the failed step; null while it goes on. */
  endFailed: string | null;
  /** The end that is planned, if there is one. */
  plannedEnd: { awaitsApproval: boolean; isDated: boolean; isHeldUp: boolean } | null;
  /** The newest mail of the pending invitation, if there is one. */
  invitationMail: DeliveryState | null;
  hasInvitation: boolean;
  agreementRequest: { expired: boolean; mail: DeliveryState | null } | null;
  /** The newest other mail to the customer's contact. */
  contactMail: DeliveryState | null;
}

export const standings = [
  'none',
  'requested',
  'requestedUndelivered',
  'requestedStray',
  'ending',
  'endingBlocked',
  'endingFailed',
  'endAwaitsApproval',
  'endWhenClear',
  'endAt',
  'endHeldUp',
  'ended',
  'agreementUndelivered',
  'agreementExpired',
  'agreementAsked',
  'noAgreement',
  'contactUndelivered',
  'activeAdminEnding',
  'activeAdmin',
  'active',
] as const;
export type Standing = (typeof standings)[number];

const undelivered = (state: DeliveryState | null) => state === 'bounced' || state === 'failed';

/** How things stand, as the name of one sentence: what needs a person comes before what is merely so. */
export function standingOf(facts: StandingFacts): Standing {
  const { relationship } = facts;
  if (relationship === 'none' || relationship === 'ended') return relationship;
  if (relationship === 'requested') {
    if (!facts.hasInvitation) return 'requestedStray';
    return undelivered(facts.invitationMail) ? 'requestedUndelivered' : 'requested';
  }
  if (relationship === 'ending') {
    if (facts.endFailed === null) return 'ending';
    return facts.endFailed === 'blocked' ? 'endingBlocked' : 'endingFailed';
  }
  if (facts.plannedEnd) {
    if (facts.plannedEnd.awaitsApproval) return 'endAwaitsApproval';
    if (facts.plannedEnd.isHeldUp) return 'endHeldUp';
    return facts.plannedEnd.isDated ? 'endAt' : 'endWhenClear';
  }
  if (!facts.agreementAccepted) {
    if (!facts.agreementRequest) return 'noAgreement';
    if (facts.agreementRequest.expired) return 'agreementExpired';
    return undelivered(facts.agreementRequest.mail) ? 'agreementUndelivered' : 'agreementAsked';
  }
  if (undelivered(facts.contactMail)) return 'contactUndelivered';
  if (!facts.delegatedAdmin) return 'active';
  return facts.adminDaysLeft !== null && facts.adminDaysLeft <= delegatedAdminWarnings[0] ? 'activeAdminEnding' : 'activeAdmin';
}

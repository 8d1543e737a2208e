import type { SecondFactor, SignInFactors } from './second-factors.ts';

/**
 * Everything that can happen, and the facts that are kept of it. The events table is the activity log and the outbox in one;
 * it holds ids and non-secret facts only: no token, password, mail address or free text of a person.
 */
export interface EventData {
  'partner.created': Record<string, undefined>;
  /** What was changed: which settings, before and after. They are figures and switches, no personal data. */
  'partner.settings_changed': { settings: string[]; version: number; changes: Record<string, { from: string | null; to: string | null }> };
  'partner.template_changed': { template: string; language: string };
  'partner.template_reset': { template: string; language: string };
  /**
   * Somebody named a thing that belongs to another partner, and was told what is told of a thing that does not exist. `thing` and `given` (the id) are as they were named;
   * `times` counts those that one record stands for, when there were many.
   */
  'access.elsewhere_refused': { thing: string; given: string; times: number };
  /** A session that had run out was used. Once for each session. */
  'access.session_refused': { userId: string; because: string };
  'partner_user.added': { userId: string };
  'api_key.created': { apiKeyId: string; roles: string[]; until: string };
  'api_key.revoked': { apiKeyId: string };
  /** So many calls with a key, since then: each is in one such record. What they changed has records of its own. */
  'api_key.used': { apiKeyId: string; calls: number; writes: number; refused: number; since: string };
  /** A call with a key that is over. At most one an hour and key is written down. */
  'api_key.refused': { apiKeyId: string; because: string };
  /** The partner's own identity provider. Its mail domains and its address are no personal data; its secret stands nowhere. */
  'sign_in_provider.added': { signInProviderId: string; issuer: string; domains: string };
  'sign_in_provider.changed': {
    signInProviderId: string;
    changes: Record<string, { from: string | null; to: string | null }>;
    newCredentials: boolean;
    sessions: number;
  };
  'sign_in_provider.removed': { signInProviderId: string; sessions: number };
  /** A person has come by it for the first time. */
  'sign_in_provider.linked': { signInProviderId: string; userId: string };
  'sign_in_provider.refused': { signInProviderId: string; because: string; userId?: string };
  /** A session or a password of this partner came to the other cloud's host, and was nothing there. */
  'access.other_cloud': { means: string; userId: string };
  'partner_user.invited': { partnerUserInvitationId: string; roles: string[] };
  'partner_user.invitation_resent': { partnerUserInvitationId: string };
  'partner_user.invitation_revoked': { partnerUserInvitationId: string };
  /** The invited person has chosen a password. */
  'partner_user.joined': { userId: string; partnerUserInvitationId: string; roles: string[] };
  'partner_user.roles_changed': { userId: string; changes: { roles: { from: string; to: string } } };
  'partner_user.deactivated': { userId: string; sessions: number };
  'partner_user.reactivated': { userId: string };
  'partner_user.signed_in': { userId: string; factors: SignInFactors };
  /** So many sessions were ended: by the person, or by a global admin. */
  'partner_user.signed_out': { userId: string; sessions: number };
  'partner_user.password_changed': { userId: string; sessions: number };
  /** Somebody said at the sign-in to have lost the password of this person. */
  'partner_user.password_link_asked': { userId: string };
  /** A global admin has sent the link. */
  'partner_user.password_link_sent': { userId: string };
  /** A new password was chosen by the link. */
  'partner_user.password_chosen': { userId: string; sessions: number };
  'partner_user.second_factor_added': { userId: string; factor: SecondFactor };
  'partner_user.second_factor_removed': { userId: string; factor: SecondFactor };
  /** A wrong code, or a passkey that was not the person's. */
  'partner_user.second_factor_refused': { userId: string; factor: SecondFactor };
  'partner_user.recovery_codes_renewed': { userId: string };
  'partner_user.recovery_code_used': { userId: string; left: number };
  /** A global admin has taken away all of them, of somebody who has lost them. */
  'partner_user.second_factor_reset': { userId: string; sessions: number };
  /** Too many wrong passwords: the first attempt that was refused of a window. `until` is when it ends. */
  'partner_user.locked_out': { userId: string; until: string };
  /** A global admin lets the person try again before that. */
  'partner_user.lock_out_lifted': { userId: string };
  /** Somebody tried to join with a link that is over. At most one an hour and link is written down. */
  'partner_user.join_refused': { partnerUserInvitationId: string; because: string };
  'customer.onboarding_requested': { operationId: string };
  'customer.created': { domain: string; reseller?: string };
  'customer.imported': { operationId: string; domain: string };
  /** `version` is the one that the edit made; `changes` holds before and after of what is no personal data. */
  'customer.edited': { fields: string[]; version?: number; changes?: Record<string, { from: string | null; to: string | null }> };
  'customer.onboarding_undone': { domain: string };
  'customer_user.added': { customerUserId: string; role: string };
  'customer_user.credentials_revealed': { customerUserId: string };
  'agreement.attested': { date: string };
  'agreement.accepted': { invitationId?: string; agreementRequestId?: string };
  'agreement.requested': { agreementRequestId: string };
  'agreement.request_resent': { agreementRequestId: string };
  'agreement.link_copied': { agreementRequestId: string };
  'subscription.added': { subscriptionId: string; productId: string; quantity: number };
  /** The reseller of record is another one from now on; null: none, the partner itself. */
  'subscription.reseller_changed': {
    subscriptionId: string;
    productId: string;
    changes: { reseller: { from: string | null; to: string | null } };
  };
  'subscription.quantity_changed': { subscriptionId: string; productId: string; from: number; to: number };
  'subscription.suspended': { subscriptionId: string; productId: string };
  'subscription.reactivated': { subscriptionId: string; productId: string };
  'subscription.cancelled': { subscriptionId: string; productId: string };
  'purchase.made': { purchaseId: string; productId: string; quantity: number; purchaseKind: string };
  'purchase.cancelled': { purchaseId: string; productId: string; purchaseKind: string };
  'invitation.created': { purpose: string; delegatedAdmin: boolean; days?: number };
  'invitation.resent': Record<string, undefined>;
  'invitation.revoked': Record<string, undefined>;
  'invitation.accepted': { delegatedAdmin: boolean };
  'invitation.declined': { hasReason: boolean };
  'invitation.expired': Record<string, undefined>;
  'invitation.link_copied': Record<string, undefined>;
  'invitation.hand_over_requested': { handOverId: string };
  'invitation.hand_over_refused': { handOverId: string };
  'invitation.handed_over': { handOverId: string };
  /** `number` counts the reminders of this invitation from 1. */
  'invitation.reminded': { number: number };
  'invitation.reminders_stopped': Record<string, undefined>;
  'invitation.reminders_resumed': Record<string, undefined>;
  'relationship.requested': Record<string, undefined>;
  'relationship.established': { delegatedAdmin: boolean };
  'relationship.end_requested': { operationId: string };
  'relationship.end_cancelled': Record<string, undefined>;
  'relationship.ended': Record<string, undefined>;
  /** `approval`: it waits for a second person. */
  'relationship.end_planned': { plannedEndId: string; mode: string; at?: string; approval: boolean };
  'relationship.end_approved': { plannedEndId: string };
  'relationship.end_refused': { plannedEndId: string };
  'relationship.planned_end_cancelled': { plannedEndId: string };
  /** Its moment has come and something blocks it: it waits for that. */
  'relationship.end_held_up': { plannedEndId: string; blockers: number };
  'relationship.planned_end_failed': { plannedEndId: string; because: string };
  'relationship.reinstated': { delegatedAdmin: boolean };
  'relationship.request_closed': { because: string };
  /** `partnerId` is the other side, once there is one; `by` the side that did it, seen from the log's. */
  'partnership.requested': { partnershipId: string };
  'partnership.request_closed': { partnershipId: string; because: string };
  'partnership.accepted': { partnershipId: string; partnerId: string; by: 'own' | 'other' };
  'partnership.removed': { partnershipId: string; partnerId: string; by: 'own' | 'other' };
  /** A reseller has invited a customer for its provider as well, and it has accepted: this stands in the provider's log. */
  'partnership.customer_brought': { partnershipId: string; partnerId: string };
  /** `until` is when it ends; null: without an end. */
  'delegated_admin.granted': { until?: string | null };
  'delegated_admin.extended': { until: string | null };
  'delegated_admin.warned': { days: number };
  'delegated_admin.taken_away': { because: string };
  /** A partner user's own address of the calendar of expiries. */
  'calendar_feed.renewed': { userId: string; version: number };
  'calendar_feed.closed': { userId: string };
  'support_contact.removed': Record<string, undefined>;
  /** An indirect reseller asks its provider for what it may not do itself: in both logs, with the names of the two partners. */
  'provider_request.made': { providerRequestId: string; asked: string; provider: string; reseller: string };
  'provider_request.confirmed': { providerRequestId: string; asked: string; provider: string; reseller: string };
  'provider_request.declined': { providerRequestId: string; asked: string; provider: string; reseller: string };
  'provider_request.withdrawn': { providerRequestId: string; asked: string; provider: string; reseller: string };
  'mail.queued': { deliveryId: string; kind: string };
  'mail.sent': { deliveryId: string; kind: string };
  'mail.deferred': { deliveryId: string; kind: string; attempt: number };
  /** `learned`: by the mail server's answer, or by a delivery report that came in later. */
  'mail.bounced': { deliveryId: string; kind: string; learned?: 'report' };
  'mail.failed': { deliveryId: string; kind: string; learned?: 'report' };
  'mail.delayed': { deliveryId: string; kind: string };
  'mail.suppressed': { because: string; deliveryId?: string };
  'mail.suppression_lifted': { because: string; deliveryId?: string };
  'operation.queued': { operationId: string; kind: string };
  'operation.succeeded': { operationId: string; kind: string };
  'operation.failed': { operationId: string; kind: string; step: string; code: string };
  'operation.cancelled': { operationId: string; kind: string };
  /** `waiting` when it paused by itself, to be looked at; and when that was done. */
  'operation.paused': { operationId: string; kind: string; waiting?: 'approval' };
  'operation.resumed': { operationId: string; kind: string; waiting?: 'approval' };
  /** The verification of the activity log found something wrong; which records, its own record says. */
  'log.problems_found': { problems: number };
  /** Old records were removed as the retention says: so many, up to that place of the chain, all from before. */
  'log.records_removed': { records: number; seq: number; before: string };
  'job.discarded': { job: string; operationId?: string; deliveryId?: string };
}

export type EventType = keyof EventData;

/** Every event type, for filters and for tests that walk all of them. */
export const eventTypes = [
  'partner.created',
  'partner.settings_changed',
  'partner.template_changed',
  'partner.template_reset',
  'access.elsewhere_refused',
  'access.session_refused',
  'partner_user.added',
  'api_key.created',
  'api_key.revoked',
  'api_key.used',
  'api_key.refused',
  'sign_in_provider.added',
  'sign_in_provider.changed',
  'sign_in_provider.removed',
  'sign_in_provider.linked',
  'sign_in_provider.refused',
  'access.other_cloud',
  'partner_user.invited',
  'partner_user.invitation_resent',
  'partner_user.invitation_revoked',
  'partner_user.joined',
  'partner_user.roles_changed',
  'partner_user.deactivated',
  'partner_user.reactivated',
  'partner_user.signed_in',
  'partner_user.signed_out',
  'partner_user.password_changed',
  'partner_user.password_link_asked',
  'partner_user.password_link_sent',
  'partner_user.password_chosen',
  'partner_user.second_factor_added',
  'partner_user.second_factor_removed',
  'partner_user.second_factor_refused',
  'partner_user.recovery_codes_renewed',
  'partner_user.recovery_code_used',
  'partner_user.second_factor_reset',
  'partner_user.locked_out',
  'partner_user.lock_out_lifted',
  'partner_user.join_refused',
  'customer.onboarding_requested',
  'customer.created',
  'customer.imported',
  'customer.edited',
  'customer.onboarding_undone',
  'customer_user.added',
  'customer_user.credentials_revealed',
  'agreement.attested',
  'agreement.accepted',
  'agreement.requested',
  'agreement.request_resent',
  'agreement.link_copied',
  'subscription.added',
  'subscription.reseller_changed',
  'subscription.quantity_changed',
  'subscription.suspended',
  'subscription.reactivated',
  'subscription.cancelled',
  'purchase.made',
  'purchase.cancelled',
  'invitation.created',
  'invitation.resent',
  'invitation.revoked',
  'invitation.accepted',
  'invitation.declined',
  'invitation.expired',
  'invitation.link_copied',
  'invitation.hand_over_requested',
  'invitation.hand_over_refused',
  'invitation.handed_over',
  'invitation.reminded',
  'invitation.reminders_stopped',
  'invitation.reminders_resumed',
  'relationship.requested',
  'relationship.established',
  'relationship.end_requested',
  'relationship.end_cancelled',
  'relationship.ended',
  'relationship.end_planned',
  'relationship.end_approved',
  'relationship.end_refused',
  'relationship.planned_end_cancelled',
  'relationship.end_held_up',
  'relationship.planned_end_failed',
  'relationship.reinstated',
  'relationship.request_closed',
  'partnership.requested',
  'partnership.request_closed',
  'partnership.accepted',
  'partnership.removed',
  'partnership.customer_brought',
  'delegated_admin.granted',
  'delegated_admin.extended',
  'delegated_admin.warned',
  'delegated_admin.taken_away',
  'calendar_feed.renewed',
  'calendar_feed.closed',
  'support_contact.removed',
  'provider_request.made',
  'provider_request.confirmed',
  'provider_request.declined',
  'provider_request.withdrawn',
  'mail.queued',
  'mail.sent',
  'mail.deferred',
  'mail.bounced',
  'mail.failed',
  'mail.delayed',
  'mail.suppressed',
  'mail.suppression_lifted',
  'operation.queued',
  'operation.succeeded',
  'operation.failed',
  'operation.cancelled',
  'operation.paused',
  'operation.resumed',
  'log.problems_found',
  'log.records_removed',
  'job.discarded',
] as const satisfies readonly EventType[];

/**
 * The events that set jobs going: the relay hands these to the queue (packages/queue says which jobs). Every other one is written as
 * handed over already.
 */
export const reactingEventTypes = ['mail.queued', 'operation.queued', 'operation.resumed'] as const satisfies readonly EventType[];
export type ReactingEventType = (typeof reactingEventTypes)[number];

/** A new event, as a service returns it. `customerId` and `invitationId` say whom and what it concerns. */
export type NewEvent = {
  [Type in EventType]: { type: Type; data: EventData[Type]; customerId?: string | null; invitationId?: string | null };
}[EventType];

/** The groups in which events are offered as filters, by the noun of their type. */
export const eventGroups = [
  'customers',
  'invitations',
  'relationships',
  'partnerships',
  'subscriptions',
  'mails',
  'operations',
  'partner',
] as const;
export type EventGroup = (typeof eventGroups)[number];

const groupOfNoun: Record<string, EventGroup> = {
  customer: 'customers',
  customer_user: 'customers',
  agreement: 'customers',
  support_contact: 'customers',
  provider_request: 'partnerships',
  invitation: 'invitations',
  relationship: 'relationships',
  partnership: 'partnerships',
  delegated_admin: 'relationships',
  subscription: 'subscriptions',
  purchase: 'subscriptions',
  mail: 'mails',
  operation: 'operations',
  job: 'operations',
};

/** The group of an event type. */
export function eventGroupOf(type: EventType): EventGroup {
  const noun = type.split('.')[0] ?? '';
  return (Object.hasOwn(groupOfNoun, noun) ? groupOfNoun[noun] : undefined) ?? 'partner';
}

/** Every event type of a group, in the order of the list. */
export function eventTypesOf(group: EventGroup): EventType[] {
  return eventTypes.filter((type) => eventGroupOf(type) === group);
}

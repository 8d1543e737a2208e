import type { Transitions } from './transitions.ts';

export const deliveryStates = ['queued', 'sending', 'sent', 'deferred', 'bounced', 'failed'] as const;
/** What is known about one mail. `sent` means: the mail server answered 250. Nothing else is called sent. */
export type DeliveryState = (typeof deliveryStates)[number];
export type DeliveryCommand = 'claim' | 'accepted' | 'defer' | 'bounce' | 'fail' | 'try-again';

/**
 * Source: domain.md section 6, the second axis of an invitation. `claim` from `sending` takes over a lease that ran out. A mail can come back
 * after the 250, before we have written that down, and when its 250 was lost on the way.
 */
export const deliveryTransitions: Transitions<DeliveryState, DeliveryCommand> = {
  queued: { claim: 'sending', fail: 'failed' },
  sending: { claim: 'sending', accepted: 'sent', defer: 'deferred', bounce: 'bounced', fail: 'failed' },
  deferred: { claim: 'sending', bounce: 'bounced', fail: 'failed', 'try-again': 'queued' },
  bounced: { 'try-again': 'queued' },
  failed: { 'try-again': 'queued' },
  sent: { bounce: 'bounced', fail: 'failed' },
};

export const mailKinds = [
  'invitation',
  'invitation_reminder',
  'welcome',
  'invitation_accepted_customer',
  'invitation_answered_partner',
  'relationship_ended_customer',
  'relationship_ended_partner',
  'end_approval_partner',
  'end_news_partner',
  'agreement_request',
  'provider_request',
  'provider_request_answered',
  'test_mail',
  'hand_over_requested_partner',
  'delegated_admin_digest',
  'delegated_admin_ended_partner',
  'delegated_admin_ended_customer',
  'partner_user_invited',
  'partner_user_password',
  'order_partner',
  'order_customer',
  'customer_permission_ended',
  'lead_received_partner',
  'leads_expiring_partner',
  'enquiry_confirm_customer',
  'enquiry_received_customer',
  'enquiry_answered_customer',
  'partnership_accepted_reseller',
  'partnership_answered_provider',
  'partnership_removed',
] as const;
export type MailKind = (typeof mailKinds)[number];

/** Mails that nobody has asked for: they do not go to an address that gets no mail of the partner. What a person did is told all the same. */
export const unaskedMailKinds: readonly MailKind[] = ['invitation', 'invitation_reminder', 'agreement_request', 'enquiry_confirm_customer'];

/** Seconds until the next attempt after the n-th deferral (n from 1): 15 s, 1 min, 4 min, ... at most 2 h. */
export function retryDelaySeconds(attempt: number): number {
  return Math.min(15 * 4 ** (attempt - 1), 7200);
}

/** After so many attempts (about a day) a mail that is still deferred is given up as failed. */
export const mostDeliveryAttempts = 16;

/** A mail that comes back later than this after it was queued is not believed: no server tries for so long. */
export const mostReturnDays = 30;

/** How long one attempt may hold a mail before another worker takes it over, in seconds. Longer than the transport's time-outs together. */
export const deliveryLeaseSeconds = 90;

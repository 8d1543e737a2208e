import type { EventData, EventType } from '@clientele/domain';
import type { NewJob } from './catalogue.ts';

/** An event as the relay sees it. */
export interface RelayedEvent {
  id: string;
  partnerId: string;
  type: string;
  data: unknown;
}

type Reaction<Type extends EventType> = (event: { id: string; partnerId: string; data: EventData[Type] }) => NewJob[];

const nothing = () => [];

/** What each event sets going. Every event type is here, so that a new one cannot be forgotten. */
export const reactions: { [Type in EventType]: Reaction<Type> } = {
  'mail.queued': ({ id, partnerId, data }) => [{ name: 'mail.send', id, payload: { partnerId, deliveryId: data.deliveryId } }],
  'operation.queued': ({ id, partnerId, data }) => [{ name: 'operation.run', id, payload: { partnerId, operationId: data.operationId } }],
  'partner.created': nothing,
  'partner_user.added': nothing,
  'customer.onboarding_requested': nothing,
  'customer.created': nothing,
  'customer.edited': nothing,
  'customer.onboarding_undone': nothing,
  'customer_user.added': nothing,
  'customer_user.credentials_revealed': nothing,
  'agreement.attested': nothing,
  'agreement.accepted': nothing,
  'subscription.added': nothing,
  'subscription.suspended': nothing,
  'subscription.reactivated': nothing,
  'subscription.cancelled': nothing,
  'invitation.created': nothing,
  'invitation.resent': nothing,
  'invitation.revoked': nothing,
  'invitation.accepted': nothing,
  'invitation.declined': nothing,
  'invitation.expired': nothing,
  'invitation.link_copied': nothing,
  'relationship.requested': nothing,
  'relationship.established': nothing,
  'relationship.end_requested': nothing,
  'relationship.end_cancelled': nothing,
  'relationship.ended': nothing,
  'relationship.reinstated': nothing,
  'relationship.request_closed': nothing,
  'delegated_admin.granted': nothing,
  'delegated_admin.taken_away': nothing,
  'support_contact.removed': nothing,
  'mail.sent': nothing,
  'mail.deferred': nothing,
  'mail.bounced': nothing,
  'mail.failed': nothing,
  'operation.succeeded': nothing,
  'operation.failed': nothing,
  'operation.cancelled': nothing,
};

/** The jobs that an event sets going; undefined for a type that this release does not know. */
export function jobsOf(event: RelayedEvent): NewJob[] | undefined {
  const table: Partial<Record<string, (event: RelayedEvent) => NewJob[]>> = reactions as unknown as Record<
    string,
    (event: RelayedEvent) => NewJob[]
  >;
  return Object.hasOwn(table, event.type) ? table[event.type]?.(event) : undefined;
}

import { type EventData, eventTypes, type ReactingEventType } from '@clientele/domain';
import { jobOfOperation, type NewJob } from './catalogue.ts';

/** An event as the relay sees it. */
export interface RelayedEvent {
  id: string;
  partnerId: string;
  type: string;
  data: unknown;
}

type Reaction<Type extends ReactingEventType> = (event: { id: string; partnerId: string; data: EventData[Type] }) => NewJob[];

const runOperation: Reaction<'operation.queued' | 'operation.resumed'> = ({ id, partnerId, data }) => [
  jobOfOperation(id, data.kind, { partnerId, operationId: data.operationId }),
];

/** What each event sets going: exactly those that `transact` leaves in the outbox. */
export const reactions: { [Type in ReactingEventType]: Reaction<Type> } = {
  'mail.queued': ({ id, partnerId, data }) => [{ name: 'mail.send', id, payload: { partnerId, deliveryId: data.deliveryId } }],
  'operation.queued': runOperation,
  'operation.resumed': runOperation,
};

/** Whether an event sets anything going. */
export const isReacting = (type: string): type is ReactingEventType => Object.hasOwn(reactions, type);

/** The jobs that an event sets going; undefined for a type that this release does not know. */
export function jobsOf(event: RelayedEvent): NewJob[] | undefined {
  if (isReacting(event.type)) return (reactions[event.type] as (event: RelayedEvent) => NewJob[])(event);
  return (eventTypes as readonly string[]).includes(event.type) ? [] : undefined;
}

import { type EventData, eventTypes, type ReactingEventType } from '@clientele/domain';
import { jobOfOperation, mostMailsOfJob, type NewJob } from './catalogue.ts';

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

/** The jobs of events that are handed over together: mails of one partner go out together, all else by itself. */
export function jobsOfAll(events: readonly RelayedEvent[]): NewJob[] {
  const distinct = [...new Map(events.map((event) => [event.id, event])).values()];
  const all = distinct.flatMap((event) => jobsOf(event) ?? []);
  const mails = new Map<string, Extract<NewJob, { name: 'mail.send' }>[]>();
  const others: NewJob[] = [];
  for (const job of all) {
    if (job.name !== 'mail.send') others.push(job);
    else mails.set(job.payload.partnerId, [...(mails.get(job.payload.partnerId) ?? []), job]);
  }
  return [...others, ...[...mails.values()].flatMap(gathered)];
}

/** Named after its first and its last mail: handed over once more, the same mails are the same job, and others are another. */
function gathered(jobs: readonly Extract<NewJob, { name: 'mail.send' }>[]): NewJob[] {
  const batches: NewJob[] = [];
  for (let from = 0; from < jobs.length; from += mostMailsOfJob) {
    const batch = jobs.slice(from, from + mostMailsOfJob);
    const [first] = batch as [(typeof batch)[number]];
    const last = batch.at(-1) ?? first;
    if (batch.length === 1) batches.push(first);
    else
      batches.push({
        name: 'mails.send',
        id: `${first.id}-${last.id}`,
        payload: { partnerId: first.payload.partnerId, deliveryIds: batch.map(({ payload }) => payload.deliveryId) },
      });
  }
  return batches;
}

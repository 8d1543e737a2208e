import { type EventType, reactingEventTypes } from '@clientele/domain';
import type { Installation, KnownJob } from './installation.ts';

/** Between what two processes write down of the same moment, on a machine that has much to do. */
const slackMs = 500;

/**
 * How often one mail went out more than it may. Each attempt that is written down may have reached the server. A worker that dies before it can
 * write down the answer sends the mail again; nothing else may do that, also not two workers that were given the same job. One whose only
 * attempt was lost that way, and whose address came back meanwhile, is not sent again, and no attempt is written down.
 */
export function sentTooOften(taken: readonly number[], { attempts, kills }: { attempts: number; kills: readonly number[] }): number {
  const [first = 0, last = 0] = [taken[0], taken.at(-1)];
  const until = attempts === 0 ? last + slackMs : last;
  const killed = kills.filter((at) => at >= first - slackMs && at <= until).length;
  return Math.max(0, taken.length - attempts - killed);
}

export interface StampedEvent {
  id: string;
  type: EventType;
  data: { deliveryId?: string };
  dispatched_at: Date | null;
}

const reacting = new Set<string>(reactingEventTypes);

/**
 * Events that are stamped as handed over and of which the queue has no job, though it has lost nothing since. The sweeper would bring their
 * mails and operations all the same, after a while: so nothing but this tells that the outbox does not do what it is for.
 */
export function notTaken<Event extends StampedEvent>(
  events: readonly Event[],
  jobs: readonly KnownJob[],
  losses: Installation['losses'],
): Event[] {
  const keys = new Set(jobs.map(({ id }) => id));
  const mails = new Set(jobs.flatMap(({ name, data }) => (name === 'mails.send' ? (data.deliveryIds ?? []) : [])));
  const mayBeLost = (at: Date) => losses.some(({ to }) => at.getTime() <= to + slackMs);
  return events.filter(
    ({ id, type, data, dispatched_at: at }) =>
      reacting.has(type) && at && !mayBeLost(at) && !keys.has(id) && !mails.has(data.deliveryId ?? ''),
  );
}

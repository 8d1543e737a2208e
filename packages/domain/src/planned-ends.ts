import type { Blocker } from './relationships.ts';
import type { Transitions } from './transitions.ts';

/** When a relationship shall end: at once, by itself as soon as nothing blocks it any more, or at a moment. */
export const endModes = ['now', 'when-clear', 'at'] as const;
export type EndMode = (typeof endModes)[number];

export const plannedEndStates = ['awaiting-approval', 'waiting', 'started', 'cancelled', 'refused', 'failed'] as const;
export type PlannedEndState = (typeof plannedEndStates)[number];
export type PlannedEndCommand = 'approve' | 'refuse' | 'cancel' | 'start' | 'fail';

/**
 * An end that has not begun: it waits for a second person, then for its time and for what blocks it. `started` is its last word: how the end
 * itself goes, its operation says.
 */
export const plannedEndTransitions: Transitions<PlannedEndState, PlannedEndCommand> = {
  'awaiting-approval': { approve: 'waiting', refuse: 'refused', cancel: 'cancelled', fail: 'failed' },
  waiting: { start: 'started', cancel: 'cancelled', fail: 'failed' },
  started: {},
  cancelled: {},
  refused: {},
  failed: {},
};

/** The states in which there still may come an end of it. A relationship has at most one such. */
export const openPlannedEndStates: readonly PlannedEndState[] = ['awaiting-approval', 'waiting'];

/** How far ahead an end may be set. */
export const endDaysAhead = { most: 731 } as const;

export interface PlannedEndFacts {
  mode: EndMode;
  /** Of `at`: the moment that was set. */
  at: Date | null;
  /** Since when an end that was set for a moment waits for what blocks it. */
  heldUpAt: Date | null;
}

/** What is to be done with an end that waits, when somebody looks. */
export type PlannedEndDecision =
  | { do: 'start' }
  | { do: 'fail'; because: 'relationship' | 'requester' }
  /** `checkAt`: when time alone may change the answer; null when only an act can. `heldUp`: its moment is here, and something blocks it. */
  | { do: 'wait'; checkAt: Date | null; heldUp: boolean };

/**
 * What becomes of an end that waits. Source: domain.md section 3, "only when nothing is live". One that is blocked when its moment comes does not
 * come to nothing: it is carried out when the last blocker goes (ADR 0022).
 */
export function decidePlannedEnd(
  plan: PlannedEndFacts,
  relationship: { isActive: boolean; blockers: readonly Pick<Blocker, 'kind' | 'endsAt'>[] },
  /** Whether who asked for it may still end relationships: nothing ends in the name of a person who may not. */
  isRequesterEntitled: boolean,
  now: Date,
): PlannedEndDecision {
  if (!relationship.isActive) return { do: 'fail', because: 'relationship' };
  if (!isRequesterEntitled) return { do: 'fail', because: 'requester' };
  if (plan.mode === 'at' && plan.at !== null && plan.at > now) return { do: 'wait', checkAt: plan.at, heldUp: false };
  if (relationship.blockers.length === 0) return { do: 'start' };
  const ends = relationship.blockers.flatMap(({ endsAt }) => (endsAt ? [endsAt.getTime()] : []));
  return {
    do: 'wait',
    checkAt: ends.length > 0 ? new Date(Math.min(...ends)) : null,
    heldUp: plan.mode === 'at' && plan.heldUpAt === null,
  };
}

/**
 * The earliest moment at which what blocks an end is gone if nobody does anything: when the last reservation has run its term. Null when
 * something never goes by itself, `now` when nothing blocks.
 */
export function earliestEnd(blockers: readonly Pick<Blocker, 'endsAt'>[], now: Date): Date | null {
  let earliest = now;
  for (const { endsAt } of blockers) {
    if (!endsAt) return null;
    if (endsAt > earliest) earliest = endsAt;
  }
  return earliest;
}

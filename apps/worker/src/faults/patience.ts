import { until } from '../testing/processes.ts';

/**
 * So long anybody waits for what must come: longer than it ever takes on a machine that has a hundred other things to do. Only a run that has found
 * something waits for so long.
 */
export const patienceSeconds = 180;

/** Waits for what must come; fails when it does not. */
export const patiently = <Value>(
  what: string,
  ask: () => Promise<Value | undefined | false>,
  explain?: () => Promise<string>,
): Promise<Value> => until(what, ask, patienceSeconds, explain);

import type { QueueState } from '@clientele/contracts';

/** What a person should know about the queue, most pressing first; `fine` when there is nothing. */
export type Finding = 'unreachable' | 'no_workers' | 'undispatched' | 'failed' | 'waiting' | 'fine';

/** More waiting jobs than this is more than a moment's work. */
const manyWaiting = 100;
/** More than this many events that are not handed over is more than what is just on its way. */
const manyUndispatched = 5;

export function findingsOf(state: Pick<QueueState, 'reachable' | 'counts' | 'workers' | 'undispatched'>): Finding[] {
  const { reachable, counts, workers, undispatched } = state;
  const findings: Finding[] = [];
  if (!reachable) findings.push('unreachable');
  if (reachable && workers === 0) findings.push('no_workers');
  if (undispatched > manyUndispatched) findings.push('undispatched');
  if (counts && counts.failed > 0) findings.push('failed');
  if (counts && counts.waiting > manyWaiting) findings.push('waiting');
  return findings.length > 0 ? findings : ['fine'];
}

export const severity: Record<Finding, 'error' | 'warning' | 'success'> = {
  unreachable: 'error',
  no_workers: 'error',
  undispatched: 'warning',
  failed: 'warning',
  waiting: 'warning',
  fine: 'success',
};

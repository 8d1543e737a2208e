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

type Subject = QueueState['failed'][number]['about'];

/** What becomes of the thing that a failed job was about if nobody does anything: it is over, or the worker takes it up by itself. */
export function standingOf(about: Subject): 'over' | 'again' | 'mailAgain' | null {
  if (!about) return null;
  if (about.thing === 'operation') return about.state === 'queued' || about.state === 'running' ? 'again' : 'over';
  return about.state === 'queued' || about.state === 'sending' || about.state === 'deferred' ? 'mailAgain' : 'over';
}

/** The page of what a job was about. */
export function pathOf(about: Subject): string | null {
  if (!about) return null;
  if (about.thing === 'operation') return `/operations/${about.operationId}`;
  if (about.invitationId) return `/invitations/${about.invitationId}`;
  return about.customerId ? `/customers/${about.customerId}` : null;
}

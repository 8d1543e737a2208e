import type { Operation } from '@clientele/contracts';

type Steps = readonly Pick<Operation['steps'][number], 'state' | 'name'>[];

/** Whether something still happens by itself. */
export function isUnderWay(operation: Pick<Operation, 'state'>): boolean {
  return operation.state === 'queued' || operation.state === 'running';
}

export interface Progress {
  done: number;
  all: number;
  percent: number;
  /** The step that a person looks at: the one that runs or failed, else the next one. */
  current: string | null;
}

/** How far an operation is; a skipped step is one that there was no need for. */
export function progressOf(steps: Steps): Progress {
  const done = steps.filter(({ state }) => state === 'done' || state === 'skipped').length;
  const current = steps.find(({ state }) => state === 'running' || state === 'failed') ?? steps.find(({ state }) => state === 'pending');
  return {
    done,
    all: steps.length,
    percent: steps.length === 0 ? 0 : Math.round((done / steps.length) * 100),
    current: current?.name ?? null,
  };
}

/** How many rows are settled, whatever became of them. */
export function handledRows({ done, failed, skipped }: { done: number; failed: number; skipped: number }): number {
  return done + failed + skipped;
}

export interface Measure {
  done: number;
  all: number;
  percent: number;
  unit: 'rows' | 'steps';
}

/** How far an operation is: by its rows where it has any, else by its steps. */
export function measureOf(operation: Pick<Operation, 'steps' | 'progress'>): Measure {
  const { progress } = operation;
  if (progress && progress.total > 0) {
    const done = handledRows(progress);
    // Not full before the last one is done, and not empty once one is.
    return { done, all: progress.total, percent: done === 0 ? 0 : Math.max(1, Math.floor((done / progress.total) * 100)), unit: 'rows' };
  }
  const { done, all, percent } = progressOf(operation.steps);
  return { done, all, percent, unit: 'steps' };
}

/** What cancelling would take back: the finished steps, in the order in which they were done. */
export function undoneBy(operation: Pick<Operation, 'kind'> & { steps: Steps }): string[] {
  const done = operation.steps.filter(({ state }) => state === 'done').map(({ name }) => name);
  // Once the relationship has ended there is nothing to put back: what is left of the operation is only not done.
  return operation.kind === 'relationship-end' && done.includes('end_relationship')
    ? []
    : done.filter((name) => !name.startsWith('check_'));
}

/** Milliseconds between two moments; null when it has not begun. */
export function durationOf(from: string | null, to: string | null, now: number): number | null {
  return from === null ? null : Math.max(0, (to === null ? now : new Date(to).getTime()) - new Date(from).getTime());
}

/** A duration as a person reads it: 0.4 s, 12 s, 3 min 5 s, 2 h 10 min. */
export function durationText(ms: number, language: string): string {
  const unit = (value: number, name: 'second' | 'minute' | 'hour', digits = 0) =>
    new Intl.NumberFormat(language, { style: 'unit', unit: name, unitDisplay: 'short', maximumFractionDigits: digits })
      .format(value)
      .replace('sec', 's')
      .replace('hr', 'h');
  const seconds = ms / 1000;
  if (seconds < 0.05) return `< ${unit(0.1, 'second', 1)}`;
  if (seconds < 9.95) return unit(seconds, 'second', 1);
  const whole = Math.round(seconds);
  if (whole < 60) return unit(whole, 'second');
  const minutes = Math.floor(whole / 60);
  if (minutes < 60) return whole % 60 === 0 ? unit(minutes, 'minute') : `${unit(minutes, 'minute')} ${unit(whole % 60, 'second')}`;
  return minutes % 60 === 0
    ? unit(Math.floor(minutes / 60), 'hour')
    : `${unit(Math.floor(minutes / 60), 'hour')} ${unit(minutes % 60, 'minute')}`;
}

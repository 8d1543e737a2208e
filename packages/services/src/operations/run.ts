import { setTimeout as sleep } from 'node:timers/promises';
import { type Context, isPassing, type OperationRecord, operations, type StepRecord, transact } from '@clientele/db';
import { type NewEvent, next, operationProfiles, operationTransitions, type RowCounts, type StepFailure } from '@clientele/domain';
import { and, eq, inArray, isNull, lte, or } from 'drizzle-orm';
import { steps } from './catalogue.ts';
import { type Step, StepRefused } from './step.ts';
import { lockOperation } from './view.ts';

/** How long a job may hold an operation without a sign of life, in seconds. Each step renews it. */
export const operationLeaseSeconds = 30;

export interface RunOptions {
  /** Names the job: whoever runs it next, after a crash too, may go on at once; another job has to wait for the lease to end. */
  owner: string;
  /** How long the operation belongs to the job without a sign of life; default `operationLeaseSeconds`. */
  leaseMs?: number;
  clock: () => Date;
  /** Told after every visible change; `isChunk` when it is one of many. */
  progress: (operationId: string, isChunk?: boolean) => void;
  /** Aborted when the process is asked to stop: work through many rows stops between two chunks, and another worker goes on. */
  stopping?: AbortSignal | undefined;
}

/** The process is asked to stop. To the queue a reason to give the job to another worker, at once. */
export class Interrupted extends Error {
  constructor() {
    super('the worker stops; another one goes on');
  }
}

/**
 * Runs what is left of an operation, step by step; each step's effects and its mark are one transaction, so a worker that dies
 * anywhere leaves every effect done once or not at all. Returns false when another job holds it or there is nothing to do.
 */
export async function runOperation(ctx: Context, operationId: string, options: RunOptions): Promise<boolean> {
  const claimed = await claim(ctx, operationId, options);
  if (!claimed) return false;
  options.progress(operationId);
  for (const { name } of claimed.steps) {
    const going = await runStep(ctx, operationId, name, options);
    options.progress(operationId);
    if (!going) return true;
  }
  await finish({ ...ctx, now: options.clock() }, operationId, options.owner);
  options.progress(operationId);
  return true;
}

/** Takes the operation unless another job holds it: the claim and the steps' marks, not the queue, keep work from being done twice. */
async function claim(ctx: Context, operationId: string, { owner, leaseMs, clock }: RunOptions): Promise<OperationRecord | undefined> {
  const now = clock();
  return transact({ ...ctx, now }, async (tx) => {
    const [record] = await tx
      .update(operations)
      .set({ state: 'running', leaseOwner: owner, leaseUntil: leaseFrom(now, leaseMs) })
      .where(
        and(
          eq(operations.id, operationId),
          inArray(operations.state, ['queued', 'running']),
          or(isNull(operations.leaseUntil), lte(operations.leaseUntil, now), eq(operations.leaseOwner, owner)),
        ),
      )
      .returning();
    if (record && !record.startedAt) await tx.update(operations).set({ startedAt: now }).where(eq(operations.id, operationId));
    return { result: record, events: [] };
  });
}

/**
 * Runs one step unless it is done, chunk after chunk. Returns false when the operation is no longer ours, was paused or cancelled, or the
 * step failed. A step of which only rows failed is marked so, and the next ones run.
 */
async function runStep(ctx: Context, operationId: string, name: StepRecord['name'], options: RunOptions): Promise<boolean> {
  const { owner, clock, progress, stopping } = options;
  const begun = await changeStep(ctx, operationId, name, options, (step, now) =>
    step.state === 'pending' || step.state === 'running'
      ? { ...step, state: 'running', attempts: step.attempts + 1, startedAt: step.startedAt ?? now.toISOString(), failure: null }
      : null,
  );
  if (begun !== 'changed') return begun === 'nothing to do';
  progress(operationId);
  try {
    for (;;) {
      const began = performance.now();
      const outcome = await runChunk(ctx, operationId, name, options);
      if (outcome !== 'more') return outcome;
      progress(operationId, true);
      await breathe(performance.now() - began);
      if (stopping?.aborted) throw new Interrupted();
    }
  } catch (error) {
    if (error instanceof Interrupted) throw error;
    const failure: StepFailure =
      error instanceof StepRefused ? error.failure : { code: 'unexpected', detail: rootMessage(error).slice(0, 300) };
    if (!(error instanceof StepRefused) && isPassing(error)) throw error;
    await fail({ ...ctx, now: clock() }, operationId, name, owner, failure);
    return false;
  }
}

/** A pause as long as the chunk was: whoever opens a list meanwhile has the database half of the time. */
const breathe = (ms: number): Promise<void> => sleep(Math.min(Math.max(ms, 5), 1000));

/** One call of a step: its effects, its rows and its mark in one transaction. */
async function runChunk(
  ctx: Context,
  operationId: string,
  name: StepRecord['name'],
  { owner, leaseMs, clock }: RunOptions,
): Promise<'more' | boolean> {
  const now = clock();
  return transact<'more' | boolean>({ ...ctx, now }, async (tx) => {
    const operation = await lockOperation(tx, operationId);
    if (operation.state !== 'running' || operation.leaseOwner !== owner) return { result: false, events: [] };
    // Done meanwhile: the queue took the job for dead and gave it to somebody else.
    if (!isRunning(operation, name)) return { result: true, events: [] };
    const handlers: Record<string, Step | undefined> = steps[operation.kind];
    const handler = handlers[name];
    if (!handler) throw new Error(`no step ${name} in ${operation.kind}`);
    const done = await handler({ ...ctx, now }, tx, operation);
    const finished = clock();
    const learned = { ...done.operation, progress: added(done.operation?.progress ?? operation.progress, done.settled) };
    const leaseUntil = leaseFrom(finished, leaseMs);
    if (done.more) {
      await tx
        .update(operations)
        .set({ ...learned, leaseUntil })
        .where(eq(operations.id, operationId));
      return { result: 'more', events: done.events };
    }
    const marked = markOf(done.skipped === true, done.settled !== undefined, learned.progress);
    const events: NewEvent[] = [...done.events];
    if (done.waiting)
      events.push({
        type: 'operation.paused',
        customerId: operation.customerId,
        data: { operationId, kind: operation.kind, waiting: done.waiting },
      });
    await tx
      .update(operations)
      .set({
        ...learned,
        steps: replaceStep(operation.steps, name, (step) => ({ ...step, ...marked, finishedAt: finished.toISOString() })),
        leaseUntil,
        ...(done.waiting ? { ...pausedAs(operation.state, finished), waiting: done.waiting } : {}),
      })
      .where(eq(operations.id, operationId));
    return { result: !done.waiting, events };
  });
}

/** What a pause writes, whoever asked for it. */
export const pausedAs = (state: OperationRecord['state'], now: Date) => ({
  state: next('operation', operationTransitions, state, 'pause'),
  pausedAt: now,
  deadlineAt: null,
  leaseOwner: null,
  leaseUntil: null,
});

/** How a step ends that has nothing more to do. */
function markOf(skipped: boolean, hadRows: boolean, progress: RowCounts | null): Pick<StepRecord, 'state' | 'failure'> {
  if (hadRows && progress && progress.failed > 0)
    return { state: 'failed', failure: { code: 'rows_failed', params: { failed: progress.failed, total: progress.total } } };
  return { state: skipped ? 'skipped' : 'done', failure: null };
}

function added(progress: RowCounts | null, settled?: Omit<RowCounts, 'total'>): RowCounts | null {
  if (!settled || !progress) return progress;
  const { done, failed, skipped, total } = progress;
  return { done: done + settled.done, failed: failed + settled.failed, skipped: skipped + settled.skipped, total };
}

/** What the database said: the query around it would show what it was given. */
function rootMessage(error: unknown): string {
  if (!(error instanceof Error)) return 'unknown';
  return error.cause instanceof Error ? rootMessage(error.cause) : (error.message.split('\n')[0] ?? '');
}

async function changeStep(
  ctx: Context,
  operationId: string,
  name: StepRecord['name'],
  { owner, leaseMs, clock }: RunOptions,
  change: (step: StepRecord, now: Date) => StepRecord | null,
): Promise<'changed' | 'nothing to do' | 'not ours'> {
  const now = clock();
  return transact({ ...ctx, now }, async (tx) => {
    const operation = await lockOperation(tx, operationId);
    if (operation.state !== 'running' || operation.leaseOwner !== owner) return { result: 'not ours' as const, events: [] };
    const step = operation.steps.find((candidate) => candidate.name === name);
    const changed = step && change(step, now);
    if (!changed) return { result: 'nothing to do' as const, events: [] };
    await tx
      .update(operations)
      .set({ steps: replaceStep(operation.steps, name, () => changed), leaseUntil: leaseFrom(now, leaseMs) })
      .where(eq(operations.id, operationId));
    return { result: 'changed' as const, events: [] };
  });
}

async function fail(ctx: Context, operationId: string, name: StepRecord['name'], owner: string, failure: StepFailure): Promise<void> {
  await transact(ctx, async (tx) => {
    const operation = await lockOperation(tx, operationId);
    if (operation.state !== 'running' || operation.leaseOwner !== owner) return { result: undefined, events: [] };
    if (!isRunning(operation, name)) return { result: undefined, events: [] };
    await tx
      .update(operations)
      .set({
        state: next('operation', operationTransitions, operation.state, 'fail'),
        steps: replaceStep(operation.steps, name, (step) => ({ ...step, state: 'failed', finishedAt: ctx.now.toISOString(), failure })),
        finishedAt: ctx.now,
        leaseOwner: null,
        leaseUntil: null,
      })
      .where(eq(operations.id, operationId));
    return {
      result: undefined,
      events: [
        {
          type: 'operation.failed',
          customerId: operation.customerId,
          data: { operationId, kind: operation.kind, step: name, code: failure.code },
        },
      ],
    };
  });
}

/** The end: succeeded, or failed when a step was marked so because of its rows. */
async function finish(ctx: Context, operationId: string, owner: string): Promise<void> {
  await transact(ctx, async (tx) => {
    const operation = await lockOperation(tx, operationId);
    if (operation.state !== 'running' || operation.leaseOwner !== owner) return { result: undefined, events: [] };
    const failed = operation.steps.find((step) => step.state === 'failed');
    await tx
      .update(operations)
      .set({
        state: next('operation', operationTransitions, operation.state, failed ? 'fail' : 'succeed'),
        finishedAt: ctx.now,
        leaseOwner: null,
        leaseUntil: null,
      })
      .where(eq(operations.id, operationId));
    const { customerId, kind } = operation;
    return {
      result: undefined,
      events: [
        failed
          ? {
              type: 'operation.failed',
              customerId,
              data: { operationId, kind, step: failed.name, code: failed.failure?.code ?? 'unexpected' },
            }
          : { type: 'operation.succeeded', customerId, data: { operationId, kind } },
      ],
    };
  });
}

/**
 * Fails an operation whose time is over, at the step where it stands, so that somebody looks. A worker in the middle of a step finishes
 * that step first. Returns false when it is over or paused meanwhile, or has got more time.
 */
export async function failOverdue(ctx: Context, operationId: string): Promise<boolean> {
  return transact(ctx, async (tx) => {
    const operation = await lockOperation(tx, operationId);
    const { state, kind, customerId, deadlineAt } = operation;
    const step = operation.steps.find((one) => one.state === 'running') ?? operation.steps.find((one) => one.state === 'pending');
    if ((state !== 'queued' && state !== 'running') || !deadlineAt || deadlineAt > ctx.now || !step) return { result: false, events: [] };
    const failure: StepFailure = { code: 'overdue', params: { hours: operationProfiles[kind].allowanceHours } };
    await tx
      .update(operations)
      .set({
        state: next('operation', operationTransitions, state, 'fail'),
        steps: replaceStep(operation.steps, step.name, (one) => ({ ...one, state: 'failed', finishedAt: ctx.now.toISOString(), failure })),
        finishedAt: ctx.now,
        leaseOwner: null,
        leaseUntil: null,
      })
      .where(eq(operations.id, operationId));
    return {
      result: true,
      events: [{ type: 'operation.failed', customerId, data: { operationId, kind, step: step.name, code: failure.code } }],
    };
  });
}

const isRunning = ({ steps }: OperationRecord, name: StepRecord['name']) =>
  steps.some((step) => step.name === name && step.state === 'running');

function replaceStep(all: StepRecord[], name: StepRecord['name'], change: (step: StepRecord) => StepRecord): StepRecord[] {
  return all.map((step) => (step.name === name ? change(step) : step));
}

function leaseFrom(now: Date, leaseMs = operationLeaseSeconds * 1000): Date {
  return new Date(now.getTime() + leaseMs);
}

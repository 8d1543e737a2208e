import { type Context, isPassing, type OperationRecord, operations, type StepRecord, transact } from '@clientele/db';
import { next, operationTransitions, type StepFailure } from '@clientele/domain';
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
  /** Told after every visible change. */
  progress: (operationId: string) => void;
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

/** Runs one step unless it is done. Returns false when the operation is no longer ours, was cancelled, or the step failed. */
async function runStep(ctx: Context, operationId: string, name: StepRecord['name'], options: RunOptions): Promise<boolean> {
  const { owner, leaseMs, clock, progress } = options;
  const begun = await changeStep(ctx, operationId, name, options, (step, now) =>
    step.state === 'done' || step.state === 'skipped'
      ? null
      : { ...step, state: 'running', attempts: step.attempts + 1, startedAt: step.startedAt ?? now.toISOString(), failure: null },
  );
  if (begun !== 'changed') return begun === 'nothing to do';
  progress(operationId);
  const now = clock();
  try {
    return await transact({ ...ctx, now }, async (tx) => {
      const operation = await lockOperation(tx, operationId);
      if (operation.state !== 'running' || operation.leaseOwner !== owner) return { result: false, events: [] };
      // Done meanwhile: the queue took the job for dead and gave it to somebody else.
      if (!isRunning(operation, name)) return { result: true, events: [] };
      const handlers: Record<string, Step | undefined> = steps[operation.kind];
      const handler = handlers[name];
      if (!handler) throw new Error(`no step ${name} in ${operation.kind}`);
      const done = await handler({ ...ctx, now }, tx, operation);
      const finishedAt = clock().toISOString();
      await tx
        .update(operations)
        .set({
          ...done.operation,
          steps: replaceStep(operation.steps, name, (step) => ({ ...step, state: done.skipped ? 'skipped' : 'done', finishedAt })),
          leaseUntil: leaseFrom(now, leaseMs),
        })
        .where(eq(operations.id, operationId));
      return { result: true, events: done.events };
    });
  } catch (error) {
    const failure: StepFailure =
      error instanceof StepRefused ? error.failure : { code: 'unexpected', detail: rootMessage(error).slice(0, 300) };
    if (!(error instanceof StepRefused) && isPassing(error)) throw error;
    await fail({ ...ctx, now: clock() }, operationId, name, owner, failure);
    return false;
  }
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

async function finish(ctx: Context, operationId: string, owner: string): Promise<void> {
  await transact(ctx, async (tx) => {
    const operation = await lockOperation(tx, operationId);
    if (operation.state !== 'running' || operation.leaseOwner !== owner) return { result: undefined, events: [] };
    await tx
      .update(operations)
      .set({
        state: next('operation', operationTransitions, operation.state, 'succeed'),
        finishedAt: ctx.now,
        leaseOwner: null,
        leaseUntil: null,
      })
      .where(eq(operations.id, operationId));
    return {
      result: undefined,
      events: [{ type: 'operation.succeeded', customerId: operation.customerId, data: { operationId, kind: operation.kind } }],
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

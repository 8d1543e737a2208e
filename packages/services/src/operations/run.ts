import { type Context, type OperationRecord, operations, type StepRecord, transact } from '@clientele/db';
import { next, operationTransitions, type StepFailure } from '@clientele/domain';
import { and, eq, inArray, isNull, lte, or } from 'drizzle-orm';
import { steps } from './catalogue.ts';
import { type Step, StepRefused } from './step.ts';
import { lockOperation } from './view.ts';

/** How long a worker may hold an operation without a sign of life, in seconds. Each step renews it. */
export const operationLeaseSeconds = 30;

export interface RunOptions {
  /** Names the worker, so that one that lost its lease notices. */
  worker: string;
  clock: () => Date;
  /** Told after every visible change. */
  progress: (operationId: string) => void;
}

/**
 * Runs what is left of an operation, step by step; each step's effects and its mark are one transaction, so a worker that dies
 * anywhere leaves every effect done once or not at all. Returns false when another worker holds it or there is nothing to do.
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
  await finish({ ...ctx, now: options.clock() }, operationId, options.worker);
  options.progress(operationId);
  return true;
}

/** Takes the operation unless a live worker holds it: the claim, not the job, is what keeps work from being done twice. */
async function claim(ctx: Context, operationId: string, { worker, clock }: RunOptions): Promise<OperationRecord | undefined> {
  const now = clock();
  return transact({ ...ctx, now }, async (tx) => {
    const [record] = await tx
      .update(operations)
      .set({ state: 'running', leaseOwner: worker, leaseUntil: leaseFrom(now) })
      .where(
        and(
          eq(operations.id, operationId),
          inArray(operations.state, ['queued', 'running']),
          or(isNull(operations.leaseUntil), lte(operations.leaseUntil, now)),
        ),
      )
      .returning();
    if (record && !record.startedAt) await tx.update(operations).set({ startedAt: now }).where(eq(operations.id, operationId));
    return { result: record, events: [] };
  });
}

/** Runs one step unless it is done. Returns false when the operation is no longer ours, was cancelled, or the step failed. */
async function runStep(
  ctx: Context,
  operationId: string,
  name: StepRecord['name'],
  { worker, clock, progress }: RunOptions,
): Promise<boolean> {
  const begun = await changeStep(ctx, operationId, name, worker, clock(), (step, now) =>
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
      if (operation.state !== 'running' || operation.leaseOwner !== worker) return { result: false, events: [] };
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
          leaseUntil: leaseFrom(now),
        })
        .where(eq(operations.id, operationId));
      return { result: true, events: done.events };
    });
  } catch (error) {
    const failure: StepFailure =
      error instanceof StepRefused ? error.failure : { code: 'unexpected', detail: rootMessage(error).slice(0, 300) };
    if (!(error instanceof StepRefused) && isPassing(error)) throw error;
    await fail({ ...ctx, now: clock() }, operationId, name, worker, failure);
    return false;
  }
}

/** What the database said: the query around it would show what it was given. */
function rootMessage(error: unknown): string {
  if (!(error instanceof Error)) return 'unknown';
  return error.cause instanceof Error ? rootMessage(error.cause) : (error.message.split('\n')[0] ?? '');
}

/** A fault that passes by itself (the database is away or was in the way): the job is tried again, nothing is marked failed. */
function isPassing(error: unknown): boolean {
  const code =
    error instanceof Error
      ? ('code' in error && error.code) || (error.cause instanceof Error && 'code' in error.cause && error.cause.code)
      : undefined;
  return typeof code === 'string' && /^(CONNECTION_|CONNECT_|ECONN|EPIPE|ETIMEDOUT|08|57P0|40001|40P01|53|55P03)/.test(code);
}

async function changeStep(
  ctx: Context,
  operationId: string,
  name: StepRecord['name'],
  worker: string,
  now: Date,
  change: (step: StepRecord, now: Date) => StepRecord | null,
): Promise<'changed' | 'nothing to do' | 'not ours'> {
  return transact({ ...ctx, now }, async (tx) => {
    const operation = await lockOperation(tx, operationId);
    if (operation.state !== 'running' || operation.leaseOwner !== worker) return { result: 'not ours' as const, events: [] };
    const step = operation.steps.find((candidate) => candidate.name === name);
    const changed = step && change(step, now);
    if (!changed) return { result: 'nothing to do' as const, events: [] };
    await tx
      .update(operations)
      .set({ steps: replaceStep(operation.steps, name, () => changed), leaseUntil: leaseFrom(now) })
      .where(eq(operations.id, operationId));
    return { result: 'changed' as const, events: [] };
  });
}

async function fail(ctx: Context, operationId: string, name: StepRecord['name'], worker: string, failure: StepFailure): Promise<void> {
  await transact(ctx, async (tx) => {
    const operation = await lockOperation(tx, operationId);
    if (operation.state !== 'running' || operation.leaseOwner !== worker) return { result: undefined, events: [] };
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

async function finish(ctx: Context, operationId: string, worker: string): Promise<void> {
  await transact(ctx, async (tx) => {
    const operation = await lockOperation(tx, operationId);
    if (operation.state !== 'running' || operation.leaseOwner !== worker) return { result: undefined, events: [] };
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

function replaceStep(all: StepRecord[], name: StepRecord['name'], change: (step: StepRecord) => StepRecord): StepRecord[] {
  return all.map((step) => (step.name === name ? change(step) : step));
}

function leaseFrom(now: Date): Date {
  return new Date(now.getTime() + operationLeaseSeconds * 1000);
}

import { type Context, insertRow, newId, type OperationRecord, operations, type Statement } from '@clientele/db';
import { deadlineOf, type NewEvent, type OperationKind, operationSteps } from '@clientele/domain';
import { userIdOf } from '../access.ts';

/**
 * A new operation. Return `insert` with the change's writes and the event with the caller's own: it is what hands the work to a worker.
 */
export function newOperation(
  ctx: Context,
  order: {
    kind: OperationKind;
    subject: string;
    customerId: string | null;
    input: Record<string, unknown>;
    /** How many rows wait, when the caller writes them itself. */
    rows?: number;
    /** On whose behalf it runs, when that is not who acts. */
    createdBy?: string;
  },
): { record: OperationRecord; event: NewEvent; insert: Statement } {
  const { rows, ...what } = order;
  const record: OperationRecord = {
    id: newId(),
    partnerId: ctx.partner.id,
    ...what,
    state: 'queued',
    steps: operationSteps[order.kind].map((name) => ({
      name,
      state: 'pending',
      attempts: 0,
      startedAt: null,
      finishedAt: null,
      failure: null,
    })),
    progress: rows === undefined ? null : { done: 0, failed: 0, skipped: 0, total: rows },
    deadlineAt: deadlineOf(order.kind, ctx.now),
    pausedAt: null,
    waiting: null,
    signInName: null,
    credentialsRevealedAt: null,
    createdBy: order.createdBy ?? userIdOf(ctx),
    createdAt: ctx.now,
    startedAt: null,
    finishedAt: null,
    leaseOwner: null,
    leaseUntil: null,
  };
  return {
    record,
    insert: insertRow(operations, record),
    event: { type: 'operation.queued', customerId: order.customerId, data: { operationId: record.id, kind: order.kind } },
  };
}

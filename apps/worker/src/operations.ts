import { randomUUID } from 'node:crypto';
import type { JobHandlers } from '@clientele/queue';
import { findOperationAuthor, runOperation } from '@clientele/services';
import type { WorkerParts } from './index.ts';

/** Runs an operation on behalf of the person who started it. */
export function createOperationHandler(parts: WorkerParts, stopping: AbortSignal): JobHandlers['operation.run'] {
  return async ({ partnerId, operationId }, jobId) => {
    const ctx = await parts.contextOf(partnerId, { kind: 'system', id: 'operation.run' }, randomUUID());
    if (!ctx) return;
    const author = await findOperationAuthor(ctx, operationId);
    if (!author) return;
    await runOperation({ ...ctx, actor: { kind: 'partner-user', id: author, name: '', email: '', roles: [] }, operationId }, operationId, {
      owner: jobId,
      leaseMs: parts.pace.operationLeaseMs,
      clock: () => parts.db.clock.now(),
      stopping,
      progress: (id, isChunk = false) => {
        const hint = { partnerId, operationId: id, types: ['operation.progress'] };
        if (isChunk) parts.publisher.publishSlowly(hint);
        else parts.publisher.publish(hint);
      },
    });
  };
}

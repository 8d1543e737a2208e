import type { Readable } from 'node:stream';
import { type Context, copyOut, copySql, type OperationRowRecord, operationRows, RawSql, read } from '@clientele/db';
import { illegal, type RowCounts, type RowState } from '@clientele/domain';
import { and, asc, eq, gt } from 'drizzle-orm';
import { demand } from '../access.ts';
import { decodeNumber, encodeCursor } from '../cursors.ts';
import { harmless } from '../spreadsheets.ts';
import { loadOperation } from './view.ts';

export interface RowFilters {
  operationId: string;
  state: 'all' | RowState;
  after?: string | undefined;
  limit: number;
}

/** A row as screens see it. */
export type OperationRowView = Pick<OperationRowRecord, 'position' | 'customerId' | 'label' | 'state' | 'outcome' | 'failures'>;

/** The rows of an operation, in their order. Throws `not_found`. */
export async function listOperationRows(ctx: Context, { operationId, state, after, limit }: RowFilters) {
  demand(ctx, 'operations.see');
  return read(ctx, async (tx) => {
    const { progress } = await loadOperation(ctx, tx, operationId);
    const { position, customerId, label, outcome, failures } = operationRows;
    const rows: OperationRowView[] = await tx
      .select({ position, customerId, label, state: operationRows.state, outcome, failures })
      .from(operationRows)
      .where(
        and(
          eq(operationRows.operationId, operationId),
          state === 'all' ? undefined : eq(operationRows.state, state),
          after ? gt(position, decodeNumber(after)) : undefined,
        ),
      )
      .orderBy(asc(position))
      .limit(limit + 1);
    const items = rows.slice(0, limit);
    return {
      items,
      next: rows.length > limit ? encodeCursor([String(items.at(-1)?.position ?? 0)]) : null,
      total: { count: countOf(progress, state), estimated: false },
    };
  });
}

/** The engine counts as it goes: nothing has to be counted here. */
function countOf(progress: RowCounts | null, state: 'all' | RowState): number {
  if (!progress) return 0;
  const { done, failed, skipped, total } = progress;
  return { all: total, done, failed, skipped, pending: total - done - failed - skipped }[state];
}

/** The rows of an operation as a CSV stream: what became of each, and the first reason of those that failed. */
export async function exportOperationRows(
  ctx: Context,
  { operationId, state }: { operationId: string; state: 'all' | RowState },
): Promise<Readable> {
  demand(ctx, 'customers.export');
  await read(ctx, (tx) => loadOperation(ctx, tx, operationId));
  const ofState = state === 'all' ? new RawSql('') : copySql` and state = ${state}`;
  return copyOut(
    ctx,
    copySql`select position as "Row", customer_id as "Customer ID", ${new RawSql(harmless('label'))} as "Name", state as "State", outcome as "Outcome",
        failures->0->>'code' as "Reason", ${new RawSql(harmless("(failures->0->>'column')"))} as "Column", ${new RawSql(harmless("(failures->0->>'value')"))} as "Value"
      from operation_rows where operation_id = ${operationId}::uuid${ofState} order by operation_rows.position`,
  );
}

/** The file that an export operation has made. Throws `illegal_transition` before it is written, and for any other kind. */
export async function downloadExport(ctx: Context, operationId: string): Promise<Readable> {
  demand(ctx, 'customers.export');
  const operation = await read(ctx, (tx) => loadOperation(ctx, tx, operationId));
  if (operation.kind !== 'customers-export' || !operation.progress) throw illegal('operation', operation.state, 'be downloaded');
  return copyOut(
    ctx,
    copySql`select customer_id as "Customer ID", ${new RawSql(harmless('label'))} as "Company name", input->>'domain' as "Primary domain",
        input->>'relationship' as "Relationship"
      from operation_rows where operation_id = ${operationId}::uuid and state = 'done' order by operation_rows.position`,
  );
}

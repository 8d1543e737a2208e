import { type OperationRecord, type OperationRowRecord, operationRows, type Transaction } from '@clientele/db';
import type { RowCounts, RowFailure, RowOutcome, RowState } from '@clientele/domain';
import { and, asc, eq, sql } from 'drizzle-orm';

/** So many rows are one chunk: long enough to be quick, short enough that nobody waits for its locks. */
export const chunkSize = 300;

/** The next rows that wait, in their order; fewer than `most` when these are the last. */
export function pendingRows(tx: Transaction, operation: { id: string }, most = chunkSize): Promise<OperationRowRecord[]> {
  return tx
    .select()
    .from(operationRows)
    .where(and(eq(operationRows.operationId, operation.id), eq(operationRows.state, 'pending')))
    .orderBy(asc(operationRows.position))
    .limit(most);
}

/** What became of a row. */
export interface SettledRow {
  position: number;
  state: Exclude<RowState, 'pending'>;
  outcome?: RowOutcome;
  failures?: RowFailure[];
  /** For a row whose customer is known only now. */
  customerId?: string;
}

/** Writes down what became of rows, in one statement. Give what it gives back to the engine as `settled`. */
export async function settleRows(tx: Transaction, operation: { id: string }, rows: SettledRow[]): Promise<Omit<RowCounts, 'total'>> {
  const settled = { done: 0, failed: 0, skipped: 0 };
  for (const { state } of rows) settled[state] += 1;
  if (rows.length === 0) return settled;
  const given = rows.map(({ position, state, outcome, failures, customerId }) => ({
    position,
    state,
    outcome: outcome ?? null,
    failures: failures ?? null,
    customer_id: customerId ?? null,
  }));
  await tx.execute(sql`
    update operation_rows r set state = s.state, outcome = s.outcome, failures = s.failures, customer_id = coalesce(s.customer_id, r.customer_id)
    from jsonb_to_recordset(${JSON.stringify(given)}::jsonb) as s (position integer, state text, outcome text, failures jsonb, customer_id uuid)
    where r.operation_id = ${operation.id}::uuid and r.position = s.position`);
  return settled;
}

/** Puts what failed back to wait. */
export async function retryFailedRows(tx: Transaction, operation: OperationRecord): Promise<RowCounts | null> {
  if (!operation.progress) return null;
  await tx
    .update(operationRows)
    .set({ state: 'pending', outcome: null, failures: null })
    .where(and(eq(operationRows.operationId, operation.id), eq(operationRows.state, 'failed')));
  return { ...operation.progress, failed: 0 };
}

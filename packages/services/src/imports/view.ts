import { type Context, type ImportRecord, imports, operations, type Transaction, users } from '@clientele/db';
import { notFound, type OperationState } from '@clientele/domain';
import { eq } from 'drizzle-orm';
import { type Allowed, allow } from '../access.ts';

/** An import as screens see it. */
export interface ImportView extends Omit<ImportRecord, 'partnerId' | 'state' | 'createdBy'> {
  createdBy: string;
  /** What the operation over it is doing; null before one was started. */
  operationState: OperationState | null;
  actions: { start: Allowed };
}

/** While an operation is in one of these, the file belongs to it. */
export const busyStates: readonly OperationState[] = ['queued', 'running', 'paused'];

/** The file, read whole; one that is still being received is not there. Throws `not_found`, also for another partner's. */
export async function loadImport(ctx: Context, tx: Transaction, importId: string): Promise<ImportView> {
  const [row] = await tx
    .select()
    .from(imports)
    .leftJoin(users, eq(users.id, imports.createdBy))
    .leftJoin(operations, eq(operations.id, imports.operationId))
    .where(eq(imports.id, importId));
  if (row?.imports.state !== 'ready') throw notFound('import');
  return viewImport(ctx, row.imports, row.users?.name ?? '', row.operations?.state ?? null);
}

export function viewImport(ctx: Context, record: ImportRecord, createdBy: string, operationState: OperationState | null): ImportView {
  const { partnerId: _partner, state: _state, ...rest } = record;
  const isBusy = operationState !== null && busyStates.includes(operationState);
  return { ...rest, createdBy, operationState, actions: { start: allow(ctx, 'customers.import', !isBusy, operationState ?? 'ready') } };
}

/** The row, locked until the transaction ends. Throws `not_found`. */
export async function lockImport(tx: Transaction, importId: string): Promise<ImportRecord> {
  const [record] = await tx.select().from(imports).where(eq(imports.id, importId)).for('update');
  if (record?.state !== 'ready') throw notFound('import');
  return record;
}

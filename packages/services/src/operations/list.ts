import { type Context, operations, read, users } from '@clientele/db';
import type { OperationKind, OperationState } from '@clientele/domain';
import { and, desc, eq, inArray, lt, sql } from 'drizzle-orm';
import { demand } from '../access.ts';
import { decodeCursor, encodeCursor } from '../cursors.ts';
import { loadOperation, type OperationView, viewOperation } from './view.ts';

export interface OperationFilters {
  state: 'all' | 'open' | OperationState;
  kind?: OperationKind | undefined;
  customerId?: string | undefined;
  after?: string | undefined;
  limit: number;
}

/** What still happens, or waits for a person. */
export const openStates: OperationState[] = ['queued', 'running', 'paused', 'failed'];

/** Operations, newest first. `open` is what is not finished: queued, running, paused, failed. */
export async function listOperations(ctx: Context, filters: OperationFilters) {
  demand(ctx, 'operations.see');
  return read(ctx, async (tx) => {
    const states: OperationState[] = filters.state === 'open' ? openStates : filters.state === 'all' ? [] : [filters.state];
    const chosen = and(
      states.length > 0 ? inArray(operations.state, states) : undefined,
      filters.kind ? eq(operations.kind, filters.kind) : undefined,
      filters.customerId ? eq(operations.customerId, filters.customerId) : undefined,
    );
    const after = filters.after ? lt(operations.id, sql`${decodeCursor(filters.after, 1)[0]}::uuid`) : undefined;
    const rows = await tx
      .select()
      .from(operations)
      .leftJoin(users, eq(users.id, operations.createdBy))
      .where(and(chosen, after))
      .orderBy(desc(operations.id))
      .limit(filters.limit + 1);
    const items = rows.slice(0, filters.limit).map((row) => viewOperation(ctx, row.operations, row.users?.name ?? ''));
    return {
      items,
      next: rows.length > filters.limit ? encodeCursor([items.at(-1)?.id ?? '']) : null,
      total: { count: await tx.$count(operations, chosen), estimated: false },
    };
  });
}

/** One operation. Throws `not_found`. */
export async function getOperation(ctx: Context, operationId: string): Promise<OperationView> {
  demand(ctx, 'operations.see');
  return read(ctx, (tx) => loadOperation(ctx, tx, operationId));
}

/** What was asked for, to start again with a corrected form. */
export async function getOperationInput(ctx: Context, operationId: string): Promise<{ input: Record<string, unknown> }> {
  demand(ctx, 'operations.see');
  return read(ctx, async (tx) => {
    await loadOperation(ctx, tx, operationId);
    const [row] = await tx.select({ input: operations.input }).from(operations).where(eq(operations.id, operationId));
    return { input: row?.input ?? {} };
  });
}

/** Who started an operation: the person on whose behalf a worker runs it. Null when there is no such operation. */
export async function findOperationAuthor(ctx: Context, operationId: string): Promise<string | null> {
  const [row] = await read(ctx, (tx) =>
    tx.select({ createdBy: operations.createdBy }).from(operations).where(eq(operations.id, operationId)),
  );
  return row?.createdBy ?? null;
}

import type { Context, OperationRecord, Transaction } from '@clientele/db';
import { type NewEvent, Refusal, type RowFailure } from '@clientele/domain';
import { sql } from 'drizzle-orm';
import { type SettledRow, settleRows } from '../operations/rows.ts';
import { requestWithin } from '../relationships/request.ts';

/** Each is a mail: few at once, so that they leave evenly. */
const askedAtOnce = 25;

/** Asks the next created customers for a relationship. A customer that cannot be asked stays created, with the reason at its row. */
export async function askRows(
  ctx: Context,
  tx: Transaction,
  operation: OperationRecord,
  request: { delegatedAdmin: boolean; delegatedAdminDays?: number | undefined; message: string },
): Promise<{ events: NewEvent[]; more?: boolean }> {
  const rows = await tx.execute<{ position: number; customer_id: string }>(
    sql`select position, customer_id from operation_rows where operation_id = ${operation.id}::uuid and outcome = 'created' order by position limit ${askedAtOnce}`,
  );
  const events: NewEvent[] = [];
  const settled: SettledRow[] = [];
  for (const { position, customer_id: customerId } of rows) {
    try {
      const asked = await requestWithin(ctx, tx, { customerId, ...request });
      events.push(...asked.events);
      settled.push({ position, state: 'done', outcome: 'asked' });
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      settled.push({ position, state: 'done', outcome: 'not_asked', failures: failuresOf(error) });
    }
  }
  await settleRows(tx, operation, settled);
  return { events, ...(rows.length === askedAtOnce ? { more: true } : {}) };
}

function failuresOf(refusal: Refusal): RowFailure[] {
  const [field] = refusal.fields;
  if (field) return [{ code: field.rule, params: { ...field.params, field: field.path } }];
  return [{ code: 'relationship' }];
}

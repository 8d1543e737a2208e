import { type Context, type ImportRecord, imports, type OperationRecord, type Transaction } from '@clientele/db';
import { type ImportCounts, noImportCounts, type RowCounts, type RowOutcome, type RowState, type StepName } from '@clientele/domain';
import { eq, sql } from 'drizzle-orm';
import { pendingRows, settleRows } from '../operations/rows.ts';
import { type Retry, type Step, StepRefused, type Undo } from '../operations/step.ts';
import { askRows } from './ask.ts';
import { forgetDomains } from './domains.ts';
import { type FileRow, type JudgedRow, judgeRows } from './judge.ts';
import type { ImportOrder } from './start.ts';
import { writeRows } from './write.ts';

const checkedAtOnce = 1000;
const writtenAtOnce = 500;

const orderOf = (operation: OperationRecord) => operation.input as unknown as ImportOrder;

/** The file of the operation, locked: its counts grow with each chunk. */
async function fileOf(tx: Transaction, operation: OperationRecord): Promise<ImportRecord> {
  const [file] = await tx
    .select()
    .from(imports)
    .where(eq(imports.id, orderOf(operation).importId))
    .for('update');
  if (!file) throw new Error('the file of the import is gone');
  // Started anew meanwhile: its counts are those of the newer operation.
  if (file.operationId !== operation.id) throw new StepRefused({ code: 'superseded' });
  return file;
}

const outcomes: Record<JudgedRow['verdict']['kind'], { state: RowState; outcome: RowOutcome | null }> = {
  create: { state: 'pending', outcome: 'would_create' },
  update: { state: 'pending', outcome: 'would_update' },
  unchanged: { state: 'skipped', outcome: 'unchanged' },
  duplicate: { state: 'skipped', outcome: 'duplicate' },
  error: { state: 'failed', outcome: null },
};

/** The dry run: says of each row what it would do, and then waits for a person to look. Changes no customer. */
const checkRows: Step = async (ctx, tx, operation) => {
  const file = await fileOf(tx, operation);
  const [last] = await tx.execute<{ position: number }>(
    sql`select coalesce(max(position), 0)::int as position from operation_rows where operation_id = ${operation.id}::uuid`,
  );
  const rows = await tx.execute<FileRow>(
    sql`select position, line, cells from import_rows where import_id = ${file.id}::uuid and position > ${last?.position ?? 0} order by position limit ${checkedAtOnce}`,
  );
  const judged = await judgeRows(ctx, tx, { ...orderOf(operation), columns: file.columns }, rows, async (sound) => {
    await tx.execute(sql`insert into import_domains (partner_id, operation_id, domain, position)
      select distinct on (domain) ${ctx.partner.id}::uuid, ${operation.id}::uuid, domain, position from jsonb_to_recordset(${JSON.stringify(sound)}::jsonb) as r (domain text, position integer)
      order by domain, position on conflict do nothing`);
    const first = await tx.execute<{ domain: string; position: number }>(sql`select domain, position from import_domains
      where operation_id = ${operation.id}::uuid and domain = any(${sql.param(sound.map(({ domain }) => domain))}::text[])`);
    return new Map(first.map(({ domain, position }) => [domain, position]));
  });
  await insertRows(ctx, tx, operation, judged);
  const checked = added(file.checked, judged);
  await tx.update(imports).set({ checked }).where(eq(imports.id, file.id));
  const settled = { failed: checked.error, skipped: checked.unchanged + checked.duplicate, total: file.rowCount };
  if (rows.length === checkedAtOnce)
    return { events: [], more: true, operation: { progress: { ...settled, done: checked.create + checked.update } } };
  // The names were only needed to find duplicates.
  await forgetDomains(tx, operation.id);
  return { events: [], waiting: 'approval', operation: { progress: { ...settled, done: 0 } } };
};

async function insertRows(ctx: Context, tx: Transaction, operation: OperationRecord, judged: JudgedRow[]): Promise<void> {
  if (judged.length === 0) return;
  const given = judged.map(({ position, label, verdict }) => ({
    position,
    label,
    ...outcomes[verdict.kind],
    customer_id: customerIdOf(verdict),
    failures: verdict.kind === 'error' ? verdict.failures : null,
  }));
  await tx.execute(sql`insert into operation_rows (partner_id, operation_id, position, customer_id, label, state, outcome, failures)
    select ${ctx.partner.id}::uuid, ${operation.id}::uuid, position, customer_id, label, state, outcome, failures
    from jsonb_to_recordset(${JSON.stringify(given)}::jsonb) as r (position integer, customer_id uuid, label text, state text, outcome text, failures jsonb)`);
}

function customerIdOf(verdict: JudgedRow['verdict']): string | null {
  if (verdict.kind === 'create') return null;
  return verdict.kind === 'update' ? verdict.known.id : (verdict.customerId ?? null);
}

function added(counts: ImportCounts | null, judged: JudgedRow[]): ImportCounts {
  const sum = { ...(counts ?? noImportCounts) };
  for (const { verdict } of judged) sum[verdict.kind] += 1;
  return sum;
}

/** Writes the rows that the dry run found good, each judged again by what is here now. */
const writeRowsStep: Step = async (ctx, tx, operation) => {
  const file = await fileOf(tx, operation);
  const waiting = await pendingRows(tx, operation, writtenAtOnce);
  const positions = waiting.map(({ position }) => position);
  const rows =
    positions.length === 0
      ? []
      : await tx.execute<FileRow>(
          sql`select position, line, cells from import_rows where import_id = ${file.id}::uuid and position = any(${sql.param(positions)}::int[]) order by position`,
        );
  const done = await writeRows(ctx, tx, operation, { ...orderOf(operation), columns: file.columns }, rows);
  const settled = await settleRows(tx, operation, done.rows);
  const written = added(file.written, done.judged);
  await tx.update(imports).set({ written }).where(eq(imports.id, file.id));
  const before: RowCounts = operation.progress ?? { done: 0, failed: 0, skipped: 0, total: file.rowCount };
  const progress: RowCounts = {
    done: before.done + settled.done,
    failed: before.failed + settled.failed,
    skipped: before.skipped + settled.skipped,
    total: before.total,
  };
  const more = waiting.length === writtenAtOnce;
  if (more) return { events: done.events, more: true, operation: { progress } };
  // Rows that the dry run had told of were approved with it; a row that failed only now makes the step fail, so that somebody looks.
  const failedNow = written.error > 0;
  return { events: done.events, operation: { progress }, ...(failedNow ? { settled: { done: 0, failed: 0, skipped: 0 } } : {}) };
};

/** Asks each created customer for a relationship, if that was ordered. */
const sendRequests: Step = async (ctx, tx, operation) => {
  const { request } = orderOf(operation);
  if (!request) return { events: [], skipped: true };
  return askRows(ctx, tx, operation, request);
};

/** Puts back the rows that failed while they were written. Those that the dry run refused were left out with approval, and stay so. */
export const retryImport: Retry = async (tx, operation) => {
  if (!operation.progress) return null;
  const [back] = await tx.execute<{ count: number }>(sql`
    with back as (update operation_rows set state = 'pending', outcome = null, failures = null
      where operation_id = ${operation.id}::uuid and state = 'failed' and outcome = 'not_written' returning 1)
    select count(*)::int as count from back`);
  await tx.execute(sql`update imports set written = jsonb_set(written, '{error}', '0') where operation_id = ${operation.id}::uuid`);
  return { ...operation.progress, failed: operation.progress.failed - (back?.count ?? 0) };
};

/** What is written stays, as each row says; the domains that a dry run has noted are forgotten. */
export const undoImport: Undo = async (_ctx, tx, operation) => {
  await forgetDomains(tx, operation.id);
  return [];
};

export const importSteps: Record<StepName<'customer-import'>, Step> = {
  check_rows: checkRows,
  write_rows: writeRowsStep,
  send_requests: sendRequests,
};

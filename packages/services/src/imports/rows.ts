import { Readable } from 'node:stream';
import { type Context, read } from '@clientele/db';
import { guardCell, type Language, type RowFailure, type RowState } from '@clientele/domain';
import { type SQL, sql } from 'drizzle-orm';
import { demand } from '../access.ts';
import { decodeCursor, encodeCursor } from '../cursors.ts';
import { failureSentence, whatIsWrong } from './sentences.ts';
import { loadImport } from './view.ts';

export type ImportRowKind = 'all' | 'create' | 'update' | 'unchanged' | 'duplicate' | 'error' | 'not-asked';

const conditions: Record<ImportRowKind, SQL> = {
  all: sql`true`,
  create: sql`r.outcome in ('would_create', 'created', 'asked', 'not_asked')`,
  update: sql`r.outcome in ('would_update', 'updated')`,
  unchanged: sql`r.outcome = 'unchanged'`,
  duplicate: sql`r.outcome = 'duplicate'`,
  error: sql`r.state = 'failed'`,
  'not-asked': sql`r.outcome = 'not_asked'`,
};

interface RowText extends Record<string, unknown> {
  position: number;
  line: number;
  label: string;
  customerId: string | null;
  state: RowState;
  outcome: string | null;
  failures: RowFailure[] | null;
}

/** What each row would do, or has done, in the order of the file. */
export async function listImportRows(
  ctx: Context,
  input: { importId: string; kind: ImportRowKind; after?: string | undefined; limit: number },
) {
  demand(ctx, 'customers.see');
  return read(ctx, async (tx) => {
    const { operationId, id } = await loadImport(ctx, tx, input.importId);
    const chosen = sql`from operation_rows r where r.operation_id = ${operationId}::uuid and ${conditions[input.kind]}`;
    const after = input.after ? Number(decodeCursor(input.after, 1)[0]) : 0;
    const rows = await tx.execute<RowText>(sql`
      select r.position, f.line, r.label, r.customer_id as "customerId", r.state, r.outcome, r.failures
      from operation_rows r join import_rows f on f.import_id = ${id}::uuid and f.position = r.position
      where r.operation_id = ${operationId}::uuid and ${conditions[input.kind]} and r.position > ${Number.isSafeInteger(after) ? after : 0} order by r.position limit ${input.limit + 1}`);
    const items = rows.slice(0, input.limit).map((row) => ({ ...row, failures: row.failures ?? [] }));
    const [counted] = await tx.execute<{ count: number }>(sql`select count(*)::int as count ${chosen}`);
    return {
      items,
      next: rows.length > input.limit ? encodeCursor([String(items.at(-1)?.position ?? 0)]) : null,
      total: { count: counted?.count ?? 0, estimated: false },
    };
  });
}

/**
 * The rows that failed as a CSV, in the order of the file: its own columns and cells, and a column more that says what is wrong, which
 * the next upload does not read. Memory does not grow with them.
 */
export async function exportFailedImportRows(ctx: Context, input: { importId: string; language: Language }): Promise<Readable> {
  demand(ctx, 'customers.import');
  const file = await read(ctx, (tx) => loadImport(ctx, tx, input.importId));
  async function* lines(): AsyncGenerator<string> {
    // The mark tells spreadsheets that it is UTF-8.
    yield `\ufeff${csvLine([...file.columns, whatIsWrong[input.language]])}`;
    for (let after = 0; ; ) {
      const rows = await read(ctx, (tx) =>
        tx.execute<{ position: number; cells: string[]; failures: RowFailure[] | null }>(sql`
          select r.position, f.cells, r.failures from operation_rows r join import_rows f on f.import_id = ${file.id}::uuid and f.position = r.position
          where r.operation_id = ${file.operationId}::uuid and r.state = 'failed' and r.position > ${after} order by r.position limit 1000`),
      );
      for (const { cells, failures } of rows) {
        const shown = file.columns.map((_, index) => cells[index] ?? '');
        const rest = cells.slice(file.columns.length);
        const sentences = (failures ?? []).map((failure) => failureSentence(input.language, failure));
        // Cells without a column stand behind the explanation, so that nothing of the row is lost.
        yield csvLine([...shown, sentences.join(' '), ...rest]);
      }
      const last = rows.at(-1);
      if (!last || rows.length < 1000) return;
      after = last.position;
    }
  }
  return Readable.from(lines());
}

const csvLine = (cells: string[]): string =>
  `${cells
    .map(guardCell)
    .map((cell) => (/[",\r\n;\t|]/.test(cell) || cell !== cell.trim() ? `"${cell.replaceAll('"', '""')}"` : cell))
    .join(',')}\r\n`;

import { Readable } from 'node:stream';
import { type Context, read, type Transaction } from '@clientele/db';
import { guardCell, type ImportCounts, type Language, type RowFailure, type RowState } from '@clientele/domain';
import { type SQL, sql } from 'drizzle-orm';
import { demand } from '../access.ts';
import { decodeNumber, encodeCursor } from '../cursors.ts';
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
    const { operationId, id, checked, written } = await loadImport(ctx, tx, input.importId);
    const after = input.after ? decodeNumber(input.after) : 0;
    const rows = await tx.execute<RowText>(sql`
      select r.position, f.line, r.label, r.customer_id as "customerId", r.state, r.outcome, r.failures
      from operation_rows r join import_rows f on f.import_id = ${id}::uuid and f.position = r.position
      where r.operation_id = ${operationId}::uuid and ${conditions[input.kind]} and r.position > ${after} order by r.position limit ${input.limit + 1}`);
    const items = rows.slice(0, input.limit).map((row) => ({ ...row, failures: row.failures ?? [] }));
    const count = known(input.kind, checked, written) ?? (await counted(tx, operationId, input.kind));
    return {
      items,
      next: rows.length > input.limit ? encodeCursor([String(items.at(-1)?.position ?? 0)]) : null,
      total: { count, estimated: false },
    };
  });
}

/** How many rows there are of a kind, as the import has counted them; undefined for what only the rows themselves can tell. */
function known(kind: ImportRowKind, checked: ImportCounts | null, written: ImportCounts | null): number | undefined {
  if (!checked) return 0;
  // Each row got there by the dry run.
  if (kind === 'all') return checked.create + checked.update + checked.unchanged + checked.duplicate + checked.error;
  if (kind === 'not-asked') return undefined;
  // What would be created or updated can come to something else when it is written.
  if (kind === 'create' || kind === 'update') return written ? undefined : checked[kind];
  return checked[kind] + (written?.[kind] ?? 0);
}

async function counted(tx: Transaction, operationId: string | null, kind: ImportRowKind): Promise<number> {
  const [row] = await tx.execute<{ count: number }>(
    sql`select count(*)::int as count from operation_rows r where r.operation_id = ${operationId}::uuid and ${conditions[kind]}`,
  );
  return row?.count ?? 0;
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

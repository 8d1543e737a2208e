import { type Context, type ImportRecord, importRows, imports, newId, transact } from '@clientele/db';
import { firstLetters, guessMapping } from '@clientele/domain';
import { eq, inArray, sql } from 'drizzle-orm';
import { demand, userIdOf } from '../access.ts';
import { readTable, type TableChoices, type TableFacts } from './table.ts';
import { type ImportView, loadImport } from './view.ts';

/** So many rows, or characters, go to the database at once: memory stays flat however large the file is. */
const batch = { rows: 1000, characters: 1_000_000 };

export interface NewFile extends TableChoices {
  fileName: string;
  source: AsyncIterable<Uint8Array>;
}

/**
 * Takes a CSV as it comes in: tells encoding and delimiter, keeps the rows, and guesses what the columns are. A file that cannot be read,
 * or is larger than the limit, leaves nothing behind; the refusal says where and why.
 */
export async function receiveFile(ctx: Context, file: NewFile): Promise<ImportView> {
  demand(ctx, 'customers.import');
  const facts: TableFacts = { bytes: 0, encoding: '', delimiter: '', columns: [] };
  const record = { ...blank(ctx), fileName: file.fileName };
  // In many short transactions: an upload may take minutes, and must hold neither a connection nor locks meanwhile.
  const quiet: Context = { ...ctx, idempotency: undefined, committed: undefined };
  await forgetAbandoned(quiet);
  await transact(quiet, async (tx) => ({ result: undefined, events: [], writes: [tx.insert(imports).values(record)] }));
  try {
    let [rowCount, characters] = [0, 0];
    let waiting: { position: number; line: number; cells: string[] }[] = [];
    const examples: string[][] = [];
    const keep = async () => {
      const rows = JSON.stringify(waiting);
      waiting = [];
      characters = 0;
      await transact(quiet, async (tx) => {
        await tx.execute(sql`insert into import_rows (partner_id, import_id, position, line, cells)
          select ${ctx.partner.id}::uuid, ${record.id}::uuid, position, line, cells from jsonb_to_recordset(${rows}::jsonb) as r (position integer, line integer, cells jsonb)`);
        return { result: undefined, events: [] };
      });
    };
    for await (const { line, cells } of readTable(file.source, file, facts)) {
      rowCount += 1;
      if (examples.length < 5) examples.push(cells.map((cell) => firstLetters(cell, 200)));
      waiting.push({ position: rowCount, line, cells });
      characters += cells.reduce((sum, cell) => sum + cell.length, 0);
      if (waiting.length >= batch.rows || characters >= batch.characters) await keep();
    }
    if (waiting.length > 0) await keep();
    return await transact(quiet, async (tx) => {
      await tx
        .update(imports)
        .set({ ...facts, state: 'ready', rowCount, examples, mapping: guessMapping(facts.columns) })
        .where(eq(imports.id, record.id));
      return { result: await loadImport(ctx, tx, record.id), events: [] };
    });
  } catch (error) {
    await forget(quiet, [record.id]).catch(() => {});
    throw error;
  }
}

function blank(ctx: Context): ImportRecord {
  return {
    ...{ id: newId(), partnerId: ctx.partner.id, state: 'receiving', fileName: '', bytes: 0, encoding: '', delimiter: '', columns: [] },
    ...{ examples: [], rowCount: 0, mapping: {}, operationId: null, checked: null, written: null },
    createdBy: userIdOf(ctx),
    createdAt: ctx.now,
  };
}

async function forget(ctx: Context, ids: string[]): Promise<void> {
  await transact(ctx, async (tx) => {
    await tx.delete(importRows).where(inArray(importRows.importId, ids));
    await tx.delete(imports).where(inArray(imports.id, ids));
    return { result: undefined, events: [] };
  });
}

/** Uploads of this partner that died with their process, and files that nobody has started for a week. */
async function forgetAbandoned(ctx: Context): Promise<void> {
  const before = (hours: number) => new Date(ctx.now.getTime() - hours * 3_600_000);
  const receiving = before(1).toISOString();
  const unstarted = before(7 * 24).toISOString();
  await transact(ctx, async (tx) => {
    // In one statement: a file that is started at this moment keeps its rows.
    await tx.execute(sql`
      with old as (
        delete from imports where operation_id is null and id in (
          select id from imports where operation_id is null
            and ((state = 'receiving' and created_at < ${receiving}::timestamptz) or created_at < ${unstarted}::timestamptz) limit 20)
        returning id)
      delete from import_rows where import_id in (select id from old)`);
    return { result: undefined, events: [] };
  });
}

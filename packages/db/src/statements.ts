import { getTableColumns } from 'drizzle-orm';
import type { PgColumn, PgTable } from 'drizzle-orm/pg-core';
import type { Statement, Transaction } from './lanes.ts';

/** A statement as plain text: prepared once, however often it is sent. */
export const statement = (sql: string, params: unknown[]): Statement => ({ toSQL: () => ({ sql, params }) });

/** Of a table: the text of its insert, and how each of its columns is written. */
const inserts = new WeakMap<PgTable, { text: string; columns: [string, PgColumn][] }>();

/** An insert of one whole row. Drizzle puts its text together for the first row only: that takes longer than all the rest of an insert. */
export function insertRow<Table extends PgTable>(tx: Transaction, table: Table, row: Table['$inferSelect']): Statement {
  let insert = inserts.get(table);
  if (!insert) {
    insert = { text: tx.insert(table).values(row).toSQL().sql, columns: Object.entries(getTableColumns(table)) };
    inserts.set(table, insert);
  }
  const values: Record<string, unknown> = row;
  return statement(
    insert.text,
    insert.columns.map(([name, column]) => (values[name] === null ? null : column.mapToDriverValue(values[name]))),
  );
}

/**
 * Several statements as one, which is sent, planned and answered once. All but the last must write; none sees what another writes. Which of them runs
 * first is open, so it is for inserts, and for updates of rows that are there already.
 */
export function together(statements: Statement[]): Statement {
  const values: unknown[] = [];
  const texts = statements.map((one) => {
    const { sql, params } = one.toSQL();
    const before = values.length;
    values.push(...params);
    return before === 0 ? sql : sql.replace(/\$(\d+)/g, (_, n: string) => `$${Number(n) + before}`);
  });
  const last = texts.pop() ?? '';
  return statement(texts.length > 0 ? `with ${texts.map((sql, index) => `w${index} as (${sql})`).join(', ')} ${last}` : last, values);
}

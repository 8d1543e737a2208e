import { getTableColumns } from 'drizzle-orm';
import type { PgTable } from 'drizzle-orm/pg-core';
import type { Statement, Transaction } from './lanes.ts';

/** A statement as plain text: prepared once, however often it is sent. */
export const statement = (sql: string, params: unknown[]): Statement => ({ toSQL: () => ({ sql, params }) });

const texts = new WeakMap<PgTable, string>();

/** An insert of one whole row. Drizzle puts its text together for the first row only: that takes longer than all the rest of an insert. */
export function insertRow<Table extends PgTable>(tx: Transaction, table: Table, row: Table['$inferSelect']): Statement {
  let text = texts.get(table);
  if (text === undefined) {
    text = tx.insert(table).values(row).toSQL().sql;
    texts.set(table, text);
  }
  const values: Record<string, unknown> = row;
  const params = Object.entries(getTableColumns(table)).map(([name, column]) =>
    values[name] === null ? null : column.mapToDriverValue(values[name]),
  );
  return statement(text, params);
}

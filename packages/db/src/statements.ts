import { getTableColumns, getTableName } from 'drizzle-orm';
import { toSnakeCase } from 'drizzle-orm/casing';
import type { PgColumn, PgTable } from 'drizzle-orm/pg-core';
import type { Statement } from './lanes.ts';

/** A statement as plain text: prepared once, however often it is sent. */
export const statement = (sql: string, params: unknown[]): Statement => ({ toSQL: () => ({ sql, params }) });

/** Of a table: the text of its insert, and how each of its columns is written. */
const inserts = new WeakMap<PgTable, { text: string; columns: [string, PgColumn][] }>();

/**
 * An insert of one whole row, for `together`. Drizzle would put its text together for each row, which takes longer than all the rest.
 */
export function insertRow<Table extends PgTable>(table: Table, row: Table['$inferSelect']): Statement {
  let insert = inserts.get(table);
  if (!insert) {
    const columns = Object.entries(getTableColumns(table));
    const names = columns.map(([name]) => `"${toSnakeCase(name)}"`).join(', ');
    const places = columns.map((_, index) => `$${index + 1}`).join(', ');
    insert = { text: `insert into "${getTableName(table)}" (${names}) select ${places} from partner`, columns };
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
 *
 * It sets the partner by itself, so that it needs no transaction around it. What takes its rows `from partner` has them checked against that one;
 * anything else is refused there by row-level security, for there is no partner yet.
 */
export function together(partnerId: string, statements: Statement[]): Statement {
  const values: unknown[] = [partnerId];
  const texts = statements.map((one) => {
    const { sql, params } = one.toSQL();
    const before = values.length;
    values.push(...params);
    return sql.replace(/\$(\d+)/g, (_, n: string) => `$${Number(n) + before}`);
  });
  const last = texts.pop() ?? 'select';
  const partner = `partner as materialized (select set_config('app.partner_id', $1, true))`;
  return statement(`with ${[partner, ...texts.map((sql, index) => `w${index} as (${sql})`)].join(', ')} ${last}`, values);
}

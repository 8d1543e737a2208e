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

/** The texts that begin with some texts, joined. Goes from text to text: to look one long text up takes as long as to send it. */
interface Joined {
  text?: string;
  next: Map<string, Joined>;
}
const joined: Joined = { next: new Map() };
/** There are some dozens, unless somebody puts values into them. */
const mostNext = 100;

/**
 * Several statements as one, which is sent, planned and answered once. All but the last must write; none sees what another writes. Which of them runs
 * first is open, so it is for inserts, and for updates of rows that are there already.
 */
export function together(statements: Statement[]): Statement {
  const parts = statements.map((one) => one.toSQL());
  let known = joined;
  for (const { sql } of parts) {
    const next = known.next.get(sql) ?? { next: new Map() };
    if (known.next.size < mostNext) known.next.set(sql, next);
    known = next;
  }
  known.text ??= join(parts);
  return statement(
    known.text,
    parts.flatMap(({ params }) => params),
  );
}

function join(parts: ReturnType<Statement['toSQL']>[]): string {
  let before = 0;
  const texts = parts.map(({ sql, params }) => {
    const shift = before;
    before += params.length;
    return sql.replace(/\$(\d+)/g, (_, n: string) => `$${Number(n) + shift}`);
  });
  const last = texts.pop() ?? '';
  return texts.length > 0 ? `with ${texts.map((sql, index) => `w${index} as (${sql})`).join(', ')} ${last}` : last;
}

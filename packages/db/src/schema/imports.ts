import type { ImportCounts, ImportMapping } from '@clientele/domain';
import { bigint, integer, jsonb, pgTable, text, timestamp, uuid } from 'drizzle-orm/pg-core';

const moment = () => timestamp({ withTimezone: true });

/** A file of customers, as it was uploaded. */
export const imports = pgTable('imports', {
  id: uuid().primaryKey(),
  partnerId: uuid().notNull(),
  state: text().$type<'receiving' | 'ready'>().notNull(),
  fileName: text().notNull(),
  bytes: bigint({ mode: 'number' }).notNull().default(0),
  encoding: text().notNull().default(''),
  delimiter: text().notNull().default(''),
  columns: jsonb().$type<string[]>().notNull().default([]),
  examples: jsonb().$type<string[][]>().notNull().default([]),
  rowCount: integer().notNull().default(0),
  mapping: jsonb().$type<ImportMapping>().notNull().default({}),
  operationId: uuid(),
  checked: jsonb().$type<ImportCounts>(),
  written: jsonb().$type<ImportCounts>(),
  createdBy: text().notNull(),
  createdAt: moment().notNull(),
});
export type ImportRecord = typeof imports.$inferSelect;

export const importRows = pgTable('import_rows', {
  partnerId: uuid().notNull(),
  importId: uuid().notNull(),
  /** From 1, without gaps. */
  position: integer().notNull(),
  /** Where it stands in the file. */
  line: integer().notNull(),
  cells: jsonb().$type<string[]>().notNull(),
});

import type { FigureName } from '@clientele/domain';
import { bigint, date, pgTable, primaryKey, text, uuid } from 'drizzle-orm/pg-core';

/** So much of something on a day (UTC), as events have added it up. */
export const figures = pgTable(
  'figures',
  {
    partnerId: uuid().notNull(),
    name: text().$type<FigureName>().notNull(),
    day: date({ mode: 'string' }).notNull(),
    value: bigint({ mode: 'number' }).notNull(),
  },
  (table) => [primaryKey({ columns: [table.partnerId, table.name, table.day] })],
);

/** What events have added and no worker has put to the figures yet. Both together are the truth. */
export const figureChanges = pgTable(
  'figure_changes',
  {
    partnerId: uuid().notNull(),
    id: uuid().notNull(),
    name: text().$type<FigureName>().notNull(),
    day: date({ mode: 'string' }).notNull(),
    value: bigint({ mode: 'number' }).notNull(),
  },
  (table) => [primaryKey({ columns: [table.partnerId, table.id] })],
);

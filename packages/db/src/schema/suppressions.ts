import type { SuppressionReason } from '@clientele/domain';
import { pgTable, primaryKey, text, timestamp, uuid } from 'drizzle-orm/pg-core';

/** Addresses that get no mail of a partner any more, in lower case. */
export const suppressions = pgTable(
  'suppressions',
  {
    partnerId: uuid().notNull(),
    email: text().notNull(),
    reason: text().$type<SuppressionReason>().notNull(),
    deliveryId: uuid(),
    serverAnswer: text(),
    since: timestamp({ withTimezone: true }).notNull(),
  },
  (table) => [primaryKey({ columns: [table.partnerId, table.email] })],
);
export type SuppressionRecord = typeof suppressions.$inferSelect;

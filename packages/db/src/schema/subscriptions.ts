import type { SubscriptionState } from '@clientele/domain';
import { integer, pgTable, text, timestamp, uuid } from 'drizzle-orm/pg-core';

export const subscriptions = pgTable('subscriptions', {
  id: uuid().primaryKey(),
  partnerId: uuid().notNull(),
  customerId: uuid().notNull(),
  productId: text().notNull(),
  quantity: integer().notNull(),
  state: text().$type<SubscriptionState>().notNull(),
  createdAt: timestamp({ withTimezone: true }).notNull(),
});
export type SubscriptionRecord = typeof subscriptions.$inferSelect;

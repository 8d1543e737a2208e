import type { PurchaseKind, PurchaseState, SubscriptionState } from '@clientele/domain';
import { integer, pgTable, text, timestamp, uuid } from 'drizzle-orm/pg-core';

export const subscriptions = pgTable('subscriptions', {
  id: uuid().primaryKey(),
  partnerId: uuid().notNull(),
  customerId: uuid().notNull(),
  productId: text().notNull(),
  quantity: integer().notNull(),
  state: text().$type<SubscriptionState>().notNull(),
  createdAt: timestamp({ withTimezone: true }).notNull(),
  /** The reseller of record; null: the partner itself. */
  resellerId: uuid(),
  version: integer().notNull().default(1),
  /** The customer's person who may buy on it. */
  ownerId: uuid(),
});
export type SubscriptionRecord = typeof subscriptions.$inferSelect;

/** What a customer has besides subscriptions: prepaid reservations, and software bought once. */
export const purchases = pgTable('purchases', {
  id: uuid().primaryKey(),
  partnerId: uuid().notNull(),
  customerId: uuid().notNull(),
  kind: text().$type<PurchaseKind>().notNull(),
  subscriptionId: uuid(),
  productId: text().notNull(),
  quantity: integer().notNull(),
  state: text().$type<PurchaseState>().notNull(),
  endsAt: timestamp({ withTimezone: true }),
  createdAt: timestamp({ withTimezone: true }).notNull(),
});
export type PurchaseRecord = typeof purchases.$inferSelect;

import type { BillingCurrency, Language, OrderKind, OrderState, Scope } from '@clientele/domain';
import { bigint, integer, pgTable, text, timestamp, uuid } from 'drizzle-orm/pg-core';

const moment = () => timestamp({ withTimezone: true });

/** What a customer's person ordered on its own page, with what it cost at that time, in the smallest unit of the currency. */
export const orders = pgTable('orders', {
  id: uuid().primaryKey(),
  partnerId: uuid().notNull(),
  customerId: uuid().notNull(),
  kind: text().$type<OrderKind>().notNull(),
  state: text().$type<OrderState>().notNull(),
  /** Made with the form: the same form sent twice is one order. */
  formKey: uuid().notNull(),
  subscriptionId: uuid(),
  productId: text().notNull(),
  region: text().notNull(),
  quantity: integer().notNull(),
  scope: text().$type<Scope>().notNull(),
  /** Of a resource group. */
  scopeName: text(),
  unitPrice: bigint({ mode: 'number' }).notNull(),
  total: bigint({ mode: 'number' }).notNull(),
  currency: text().$type<BillingCurrency>().notNull(),
  /** The reservation that a request is about. */
  ofPurchaseId: uuid(),
  /** The reservation that the order has made. */
  purchaseId: uuid(),
  note: text(),
  answer: text(),
  orderedBy: text().notNull(),
  /** Of the page on which it was ordered: what is told of it comes in that language. */
  language: text().$type<Language>().notNull(),
  orderedAt: moment().notNull(),
  lapsesAt: moment(),
  decidedBy: text(),
  decidedAt: moment(),
});
export type OrderRecord = typeof orders.$inferSelect;

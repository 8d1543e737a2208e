import type { Approval, BillingCurrency } from '@clientele/domain';
import { bigint, boolean, integer, pgTable, text, timestamp, uuid } from 'drizzle-orm/pg-core';

const moment = () => timestamp({ withTimezone: true });

/** The partner's leave for one customer to buy by itself, with its brakes. Amounts are in the smallest unit of the currency. */
export const customerPermissions = pgTable('customer_permissions', {
  customerId: uuid().primaryKey(),
  partnerId: uuid().notNull(),
  isOn: boolean().notNull(),
  mostPerPurchase: bigint({ mode: 'number' }).notNull(),
  mostPerMonth: bigint({ mode: 'number' }).notNull(),
  currency: text().$type<BillingCurrency>().notNull(),
  approval: text().$type<Approval>().notNull(),
  endsAt: moment(),
  changedBy: text().notNull(),
  changedAt: moment().notNull(),
  version: integer().notNull(),
});
export type CustomerPermissionRecord = typeof customerPermissions.$inferSelect;

import { boolean, integer, pgTable, text, timestamp, uuid } from 'drizzle-orm/pg-core';

const moment = () => timestamp({ withTimezone: true });

/** A partner's own identity provider. */
export const signInProviders = pgTable('sign_in_providers', {
  id: uuid().primaryKey(),
  partnerId: uuid().notNull(),
  issuer: text().notNull(),
  clientId: text().notNull(),
  /** Encrypted. */
  clientSecret: text().notNull(),
  domains: text().array().notNull(),
  passwordAllowed: boolean().notNull().default(true),
  lastUsedAt: moment(),
  changedBy: text().notNull(),
  changedAt: moment().notNull(),
  createdAt: moment().notNull(),
  version: integer().notNull().default(1),
});
export type SignInProviderRecord = typeof signInProviders.$inferSelect;

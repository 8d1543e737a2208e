import type { Cloud, Language, SignInRequestState } from '@clientele/domain';
import { integer, pgTable, text, timestamp, uuid } from 'drizzle-orm/pg-core';

const moment = () => timestamp({ withTimezone: true });

/** Somebody has asked for a link to the customer's own page. It is of no partner; the API may only write it. */
export const signInRequests = pgTable('sign_in_requests', {
  id: uuid().primaryKey(),
  address: text().notNull(),
  language: text().$type<Language>().notNull(),
  /** Of the host at which it was asked for. */
  cloud: text().$type<Cloud>().notNull(),
  mailbox: text(),
  state: text().$type<SignInRequestState>().notNull(),
  attempts: integer().notNull().default(0),
  nextAttemptAt: moment().notNull(),
  leaseUntil: moment(),
  serverAnswer: text(),
  createdAt: moment().notNull(),
  expiresAt: moment().notNull(),
  usedAt: moment(),
});
export type SignInRequestRecord = typeof signInRequests.$inferSelect;

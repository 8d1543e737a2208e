import { pgTable, text, timestamp, uuid } from 'drizzle-orm/pg-core';

/** A link by which a partner user chooses a new password. What is in the mail is computed from the id. */
export const passwordLinks = pgTable('password_links', {
  id: uuid().primaryKey(),
  partnerId: uuid().notNull(),
  userId: text().notNull(),
  /** The global admin who has sent it; null: it was asked for at the sign-in. */
  sentBy: text(),
  createdAt: timestamp({ withTimezone: true }).notNull(),
  expiresAt: timestamp({ withTimezone: true }).notNull(),
  /** When it was used, or another way to a new password was. */
  overAt: timestamp({ withTimezone: true }),
});
export type PasswordLinkRecord = typeof passwordLinks.$inferSelect;

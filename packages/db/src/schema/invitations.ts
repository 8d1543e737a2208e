import type { InvitationPurpose, InvitationState, Language, ProviderAnswer } from '@clientele/domain';
import { boolean, integer, pgTable, text, timestamp, uuid } from 'drizzle-orm/pg-core';

const moment = () => timestamp({ withTimezone: true });

export const invitations = pgTable('invitations', {
  id: uuid().primaryKey(),
  partnerId: uuid().notNull(),
  purpose: text().$type<InvitationPurpose>().notNull(),
  customerId: uuid(),
  email: text().notNull(),
  recipientName: text(),
  companyName: text().notNull(),
  domain: text(),
  language: text().$type<Language>().notNull(),
  delegatedAdmin: boolean().notNull(),
  /** For so many days, from the consent on; null: not asked for, or asked for before there was a duration. */
  delegatedAdminDays: integer(),
  message: text().notNull(),
  state: text().$type<InvitationState>().notNull(),
  tokenVersion: integer().notNull().default(1),
  expiresAt: moment().notNull(),
  createdBy: text().notNull(),
  createdAt: moment().notNull(),
  answeredAt: moment(),
  declineReason: text(),
  subject: text(),
  nextReminderAt: moment(),
  remindersSent: integer().notNull().default(0),
  remindersOff: boolean().notNull().default(false),
  /** The provider that an indirect reseller asks the customer for in the same breath. */
  providerId: uuid(),
  providerDelegatedAdmin: boolean().notNull().default(false),
  providerDelegatedAdminDays: integer(),
  providerAnswer: text().$type<ProviderAnswer>(),
});
export type InvitationRecord = typeof invitations.$inferSelect;

import type { Cloud, Language, PartnerSettings, PartnerType, PartnerUserInvitationState, Role } from '@clientele/domain';
import { integer, jsonb, pgTable, text, timestamp, uuid } from 'drizzle-orm/pg-core';

export const partners = pgTable('partners', {
  id: uuid().primaryKey(),
  name: text().notNull(),
  type: text().$type<PartnerType>().notNull(),
  cloud: text().$type<Cloud>().notNull(),
  country: text().notNull(),
  webSite: text(),
  createdAt: timestamp({ withTimezone: true }).notNull(),
});

export const partnerUsers = pgTable('partner_users', {
  partnerId: uuid().notNull(),
  userId: text().notNull(),
  roles: text().array().$type<Role[]>().notNull(),
  createdAt: timestamp({ withTimezone: true }).notNull(),
  deactivatedAt: timestamp({ withTimezone: true }),
  deactivatedBy: text(),
  version: integer().notNull().default(1),
  /** From when on the days of grace for the second factor are counted. */
  secondFactorFrom: timestamp({ withTimezone: true }).notNull().defaultNow(),
});

/** Somebody who shall sign in for the partner, until the person has chosen a password by the link in the mail. */
export const partnerUserInvitations = pgTable('partner_user_invitations', {
  id: uuid().primaryKey(),
  partnerId: uuid().notNull(),
  name: text().notNull(),
  email: text().notNull(),
  language: text().$type<Language>().notNull(),
  roles: text().array().$type<Role[]>().notNull(),
  /** `expired` is never kept: it follows from the time. */
  state: text().$type<PartnerUserInvitationState>().notNull(),
  expiresAt: timestamp({ withTimezone: true }).notNull(),
  createdBy: text().notNull(),
  createdAt: timestamp({ withTimezone: true }).notNull(),
  answeredAt: timestamp({ withTimezone: true }),
  userId: text(),
  /** When the last attempt with its link was refused that was written down. */
  refusedAt: timestamp({ withTimezone: true }),
});
export type PartnerUserInvitationRecord = typeof partnerUserInvitations.$inferSelect;

/** A partner user's own address of the calendar of expiries. */
export const calendarFeeds = pgTable('calendar_feeds', {
  id: uuid().primaryKey(),
  partnerId: uuid().notNull(),
  userId: text().notNull(),
  version: integer().notNull().default(1),
  createdAt: timestamp({ withTimezone: true }).notNull(),
});

/** What a partner has set for itself; no row: the usual. */
export const partnerSettings = pgTable('partner_settings', {
  partnerId: uuid().primaryKey(),
  settings: jsonb().$type<Partial<PartnerSettings>>().notNull(),
  version: integer().notNull().default(1),
  changedBy: text().notNull(),
  changedAt: timestamp({ withTimezone: true }).notNull(),
});

import type { Cloud, PartnerSettings, PartnerType, Role } from '@clientele/domain';
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
});

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

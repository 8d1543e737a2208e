import type { Cloud, PartnerType, Role } from '@clientele/domain';
import { pgTable, text, timestamp, uuid } from 'drizzle-orm/pg-core';

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

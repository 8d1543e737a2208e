import type { Currency, Language, LeadState, LeadType } from '@clientele/domain';
import { date, integer, jsonb, numeric, pgTable, text, timestamp, uuid } from 'drizzle-orm/pg-core';

const moment = () => timestamp({ withTimezone: true });

export const leads = pgTable('leads', {
  id: uuid().primaryKey(),
  partnerId: uuid().notNull(),
  type: text().$type<LeadType>().notNull(),
  state: text().$type<LeadState>().notNull(),
  profileId: uuid(),
  companyName: text().notNull(),
  firstName: text().notNull(),
  lastName: text().notNull(),
  email: text().notNull(),
  phone: text(),
  country: text().notNull(),
  language: text().$type<Language>().notNull(),
  products: text().array().notNull(),
  services: text().array().notNull(),
  companySize: text(),
  message: text().notNull(),
  receivedAt: moment().notNull(),
  expiresAt: moment().notNull(),
  urgentUntil: moment(),
  warnAt: moment(),
  createdBy: text(),
  answeredAt: moment(),
  answeredBy: text(),
  closedAt: moment(),
  closedBy: text(),
  reason: text(),
  dealName: text(),
  amount: numeric({ mode: 'number' }),
  currency: text().$type<Currency>(),
  closeDate: date({ mode: 'string' }),
  note: text(),
  crmId: text(),
  campaignId: text(),
  team: text().array().notNull().default([]),
  customerId: uuid(),
  invitationId: uuid(),
  version: integer().notNull().default(1),
});
export type LeadRecord = typeof leads.$inferSelect;

export const leadFavourites = pgTable('lead_favourites', {
  partnerId: uuid().notNull(),
  leadId: uuid().notNull(),
  userId: text().notNull(),
});

export const leadNotes = pgTable('lead_notes', {
  id: uuid().primaryKey(),
  partnerId: uuid().notNull(),
  leadId: uuid().notNull(),
  text: text().notNull(),
  createdBy: text().notNull(),
  createdAt: moment().notNull(),
});

/** What a customer has typed into the form of a profile. */
export interface EnquiryContent {
  companyName: string;
  firstName: string;
  lastName: string;
  phone?: string | undefined;
  country: string;
  products: string[];
  services: string[];
  companySize?: string | undefined;
  message: string;
  urgent: boolean;
}

export const enquiries = pgTable('enquiries', {
  id: uuid().primaryKey(),
  partnerId: uuid().notNull(),
  profileId: uuid().notNull(),
  email: text().notNull(),
  language: text().$type<Language>().notNull(),
  content: jsonb().$type<EnquiryContent>().notNull(),
  fingerprint: text().notNull(),
  createdAt: moment().notNull(),
});
export type EnquiryRecord = typeof enquiries.$inferSelect;

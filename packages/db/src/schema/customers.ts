import type {
  Address,
  AgreementRequestState,
  Attestation,
  Cloud,
  Language,
  RelationshipState,
  SpecialQualification,
} from '@clientele/domain';
import { boolean, integer, jsonb, pgTable, text, timestamp, uuid } from 'drizzle-orm/pg-core';

const moment = () => timestamp({ withTimezone: true });

/** An organisation, once per cloud, whichever partners serve it. */
export const organizations = pgTable('organizations', {
  id: uuid().primaryKey(),
  cloud: text().$type<Cloud>().notNull(),
  domain: text().notNull(),
  createdAt: moment().notNull(),
});

export const customerUsers = pgTable('customer_users', {
  id: uuid().primaryKey(),
  organizationId: uuid().notNull(),
  userId: text(),
  firstName: text().notNull(),
  lastName: text().notNull(),
  email: text().notNull(),
  role: text().$type<'global-admin' | 'user'>().notNull(),
  /** Where mail reaches the person when the sign-in name is no mailbox; set once, with the account. */
  mailbox: text(),
  createdAt: moment().notNull(),
});

export interface Contact {
  firstName: string;
  lastName: string;
  email: string;
  phone?: string | undefined;
}

/** What ending a relationship took away. */
export interface RelationshipSnapshot {
  supportContact: string | null;
  supportResellerId?: string | null;
  delegatedAdmin: boolean;
  /** ISO 8601; missing where it had no end. */
  delegatedAdminSince?: string | null;
  delegatedAdminUntil?: string | null;
}

/** One partner's view of a customer, and the relationship between the two. */
export const customers = pgTable('customers', {
  id: uuid().primaryKey(),
  partnerId: uuid().notNull(),
  organizationId: uuid().notNull(),
  companyName: text().notNull(),
  domain: text().notNull(),
  country: text().notNull(),
  address: jsonb().$type<Address>(),
  contact: jsonb().$type<Contact>().notNull(),
  language: text().$type<Language>().notNull(),
  tags: text().array().notNull().default([]),
  notes: text().notNull().default(''),
  supportContact: text(),
  /** The indirect reseller that the customer sees as its support contact, instead of what was typed. */
  supportResellerId: uuid(),
  relationship: text().$type<RelationshipState>().notNull(),
  delegatedAdmin: boolean().notNull().default(false),
  delegatedAdminSince: moment(),
  delegatedAdminUntil: moment(),
  delegatedAdminChangedAt: moment(),
  delegatedAdminWarnAt: moment(),
  relationshipSince: moment(),
  relationshipEndedAt: moment(),
  snapshot: jsonb().$type<RelationshipSnapshot>(),
  agreementAcceptedAt: moment(),
  agreementBy: text().$type<'partner' | 'customer'>(),
  agreementAttestation: jsonb().$type<Attestation>(),
  specialQualification: text().$type<SpecialQualification>(),
  onboardingOperationId: uuid(),
  /** Its number in the portal that it was imported from. */
  externalId: text(),
  /** The indirect reseller that an indirect provider serves this customer through. */
  indirectResellerId: uuid(),
  version: integer().notNull().default(1),
  createdAt: moment().notNull(),
});
export type CustomerRecord = typeof customers.$inferSelect;

/** A partner user's own list of customers: filters, sort and columns under a name. */
export const customerViews = pgTable('customer_views', {
  id: uuid().primaryKey(),
  partnerId: uuid().notNull(),
  userId: text().notNull(),
  name: text().notNull(),
  filters: jsonb().$type<Record<string, unknown>>().notNull(),
  columns: text().array().notNull(),
  isDefault: boolean().notNull().default(false),
  createdAt: moment().notNull(),
});
export type CustomerViewRecord = typeof customerViews.$inferSelect;
/** A customer that is asked to accept the customer agreement itself. */
export const agreementRequests = pgTable('agreement_requests', {
  id: uuid().primaryKey(),
  partnerId: uuid().notNull(),
  customerId: uuid().notNull(),
  email: text().notNull(),
  recipientName: text().notNull(),
  language: text().$type<Language>().notNull(),
  state: text().$type<AgreementRequestState>().notNull(),
  expiresAt: moment().notNull(),
  createdBy: text().notNull(),
  createdAt: moment().notNull(),
  answeredAt: moment(),
});
export type AgreementRequestRecord = typeof agreementRequests.$inferSelect;

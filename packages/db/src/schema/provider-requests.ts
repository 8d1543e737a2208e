import type { Attestation, ProviderRequestKind, ProviderRequestState } from '@clientele/domain';
import { integer, jsonb, pgTable, text, timestamp, uuid } from 'drizzle-orm/pg-core';

/** What is asked for, by kind. */
export type ProviderRequestDetails = { attest: Attestation; end: { reason: string }; order: { quantity: number; note: string | null } };

/** What came of a confirmed request, within the provider's wall. */
export interface ProviderRequestOutcome {
  subscriptionId?: string;
  plannedEndId?: string;
  operationId?: string;
}

/** What an indirect reseller asks its provider to do for a customer that both serve. Both see it. */
export const providerRequests = pgTable('provider_requests', {
  id: uuid().primaryKey(),
  providerId: uuid().notNull(),
  resellerId: uuid().notNull(),
  partnershipId: uuid().notNull(),
  kind: text().$type<ProviderRequestKind>().notNull(),
  state: text().$type<ProviderRequestState>().notNull(),
  /** The same organisation, as each of the two has it. */
  providerCustomerId: uuid().notNull(),
  resellerCustomerId: uuid(),
  companyName: text().notNull(),
  domain: text().notNull(),
  /** Of an order. */
  productId: text(),
  details: jsonb().$type<ProviderRequestDetails[ProviderRequestKind]>().notNull(),
  requestedBy: text().notNull(),
  requestedByName: text().notNull(),
  requestedAt: timestamp({ withTimezone: true }).notNull(),
  decidedBy: text(),
  decidedByName: text(),
  decidedAt: timestamp({ withTimezone: true }),
  /** Why it was declined. */
  reason: text(),
  outcome: jsonb().$type<ProviderRequestOutcome>().notNull().default({}),
  version: integer().notNull().default(1),
});
export type ProviderRequestRecord = typeof providerRequests.$inferSelect;

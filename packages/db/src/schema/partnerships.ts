import type { PartnershipState } from '@clientele/domain';
import { integer, pgTable, text, timestamp, uuid } from 'drizzle-orm/pg-core';

/** The link between an indirect provider and an indirect reseller: seen by both. */
export const partnerships = pgTable('partnerships', {
  id: uuid().primaryKey(),
  providerId: uuid().notNull(),
  /** Null until a reseller has accepted. */
  resellerId: uuid(),
  state: text().$type<PartnershipState>().notNull(),
  invitationId: uuid(),
  /** Whom the provider has asked, as it named it. */
  companyName: text().notNull(),
  requestedBy: text().notNull(),
  requestedAt: timestamp({ withTimezone: true }).notNull(),
  since: timestamp({ withTimezone: true }),
  removedAt: timestamp({ withTimezone: true }),
  /** The side that removed it; null for a request that came to nothing. */
  removedByPartner: uuid(),
  removedBy: text(),
  version: integer().notNull().default(1),
});
export type PartnershipRecord = typeof partnerships.$inferSelect;

import type { EndMode, PlannedEndState } from '@clientele/domain';
import { integer, jsonb, pgTable, text, timestamp, uuid } from 'drizzle-orm/pg-core';

const moment = () => timestamp({ withTimezone: true });

/** An end of a relationship that has not begun: it waits for a second person, for its moment, or for what blocks it. */
export const plannedEnds = pgTable('planned_ends', {
  id: uuid().primaryKey(),
  partnerId: uuid().notNull(),
  customerId: uuid().notNull(),
  mode: text().$type<EndMode>().notNull(),
  at: moment(),
  state: text().$type<PlannedEndState>().notNull(),
  requestedBy: text().notNull(),
  requestedAt: moment().notNull(),
  decidedBy: text(),
  decidedAt: moment(),
  reason: text(),
  /** When somebody should look again; a trigger of subscriptions and purchases sets it, too. */
  checkAt: moment(),
  blockers: integer().notNull().default(0),
  heldUpAt: moment(),
  operationId: uuid(),
});
export type PlannedEndRecord = typeof plannedEnds.$inferSelect;

/** What an end took away, and when. */
export interface TakenAway {
  what: 'delegated_admin' | 'support_contact' | 'purchases';
  at: string;
  /** The name of the support contact. */
  name?: string;
}

/** What a certificate says, with the names as they were when the relationship ended. */
export interface EndCertificateFacts {
  partnerName: string;
  companyName: string;
  domain: string;
  requestedBy: string;
  /** The second person, where one was needed. */
  approvedBy: string | null;
  mode: EndMode;
  taken: TakenAway[];
}

/** What both sides keep of an end. */
export const endCertificates = pgTable('end_certificates', {
  id: uuid().primaryKey(),
  partnerId: uuid().notNull(),
  customerId: uuid().notNull(),
  operationId: uuid().notNull(),
  since: moment(),
  endedAt: moment().notNull(),
  facts: jsonb().$type<EndCertificateFacts>().notNull(),
});
export type EndCertificateRecord = typeof endCertificates.$inferSelect;

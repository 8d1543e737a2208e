import type { EventType } from '@clientele/domain';
import { jsonb, pgTable, text, timestamp, uuid } from 'drizzle-orm/pg-core';

const moment = () => timestamp({ withTimezone: true });

/** The activity log and the outbox, in one. */
export const events = pgTable('events', {
  id: uuid().primaryKey(),
  partnerId: uuid().notNull(),
  type: text().$type<EventType>().notNull(),
  at: moment().notNull(),
  actorKind: text().$type<'partner-user' | 'api-key' | 'customer' | 'system'>().notNull(),
  actorId: text(),
  customerId: uuid(),
  invitationId: uuid(),
  requestId: text().notNull(),
  data: jsonb().$type<Record<string, unknown>>().notNull(),
  dispatchedAt: moment(),
});
export type EventRecord = typeof events.$inferSelect;

export const idempotencyKeys = pgTable('idempotency_keys', {
  partnerId: uuid().notNull(),
  actorId: text().notNull(),
  key: text().notNull(),
  fingerprint: text().notNull(),
  result: jsonb().$type<unknown>().notNull(),
  createdAt: moment().notNull(),
});

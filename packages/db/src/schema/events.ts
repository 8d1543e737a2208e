import type { EventType } from '@clientele/domain';
import { bigint, jsonb, pgTable, primaryKey, text, timestamp, uuid } from 'drizzle-orm/pg-core';

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
  /** The operation in which a job did this for the actor; null when the actor did it itself. */
  operationId: uuid(),
  /** Where the request came from; null for what no request did. */
  ip: text(),
  userAgent: text(),
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

/** The links of a partner's chain: the place of each record in it. The hash stands beside, for whoever verifies. */
export const eventSeals = pgTable(
  'event_seals',
  { partnerId: uuid().notNull(), seq: bigint({ mode: 'number' }).notNull(), eventId: uuid().notNull() },
  (table) => [primaryKey({ columns: [table.partnerId, table.seq] })],
);

/** One look through a partner's chain: asked for, or done. */
export const logVerifications = pgTable('log_verifications', {
  id: uuid().primaryKey(),
  partnerId: uuid().notNull(),
  requestedBy: text(),
  requestedAt: moment().notNull(),
  finishedAt: moment(),
  seq: bigint({ mode: 'number' }),
  records: bigint({ mode: 'number' }),
  problems: jsonb().$type<{ kind: string; seq: number | null; eventId: string | null }[]>(),
});

import type { OperationKind, OperationState, StepFailure, StepName, StepState } from '@clientele/domain';
import { jsonb, pgTable, text, timestamp, uuid } from 'drizzle-orm/pg-core';

const moment = () => timestamp({ withTimezone: true });

/** A step as it is kept; times are ISO 8601. */
export interface StepRecord {
  name: StepName;
  state: StepState;
  attempts: number;
  startedAt: string | null;
  finishedAt: string | null;
  failure: StepFailure | null;
}

export const operations = pgTable('operations', {
  id: uuid().primaryKey(),
  partnerId: uuid().notNull(),
  kind: text().$type<OperationKind>().notNull(),
  state: text().$type<OperationState>().notNull(),
  subject: text().notNull(),
  customerId: uuid(),
  input: jsonb().$type<Record<string, unknown>>().notNull(),
  steps: jsonb().$type<StepRecord[]>().notNull(),
  signInName: text(),
  credentialsRevealedAt: moment(),
  createdBy: text().notNull(),
  createdAt: moment().notNull(),
  startedAt: moment(),
  finishedAt: moment(),
  leaseOwner: text(),
  leaseUntil: moment(),
});
export type OperationRecord = typeof operations.$inferSelect;

import type {
  OperationKind,
  OperationState,
  OperationWait,
  RowCounts,
  RowFailure,
  RowOutcome,
  RowState,
  StepFailure,
  StepName,
  StepState,
} from '@clientele/domain';
import { integer, jsonb, pgTable, text, timestamp, uuid } from 'drizzle-orm/pg-core';

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
  /** How far its rows are; null for a kind without rows, and before they are chosen. */
  progress: jsonb().$type<RowCounts>(),
  /** null while it is paused: waiting for a person costs no time. */
  deadlineAt: moment(),
  pausedAt: moment(),
  waiting: text().$type<OperationWait>(),
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

/** What an operation works through, and what became of each. */
export const operationRows = pgTable('operation_rows', {
  partnerId: uuid().notNull(),
  operationId: uuid().notNull(),
  /** From 1, without gaps. */
  position: integer().notNull(),
  customerId: uuid(),
  /** For the eye: the company name, or what stood in the file. */
  label: text().notNull(),
  input: jsonb().$type<Record<string, unknown>>(),
  state: text().$type<RowState>().notNull(),
  outcome: text().$type<RowOutcome>(),
  failures: jsonb().$type<RowFailure[]>(),
});
export type OperationRowRecord = typeof operationRows.$inferSelect;

import { type OperationKind, operationKinds, operationStates, operationWaits, rowOutcomes, rowStates, stepStates } from '@clientele/domain';
import { z } from 'zod';
import { endpoint } from './endpoint.ts';
import { allowed, id, limit, moment, nullableMoment, page } from './fields.ts';

export const operationStep = z.object({
  name: z.string(),
  state: z.enum(stepStates),
  startedAt: nullableMoment,
  finishedAt: nullableMoment,
  attempts: z.int(),
  failure: z
    .object({ code: z.string(), params: z.record(z.string(), z.union([z.string(), z.number()])).optional(), detail: z.string().optional() })
    .nullable(),
});

export const operationKind = z.enum(operationKinds as [OperationKind, ...OperationKind[]]);

/** How far the rows of an operation are. */
export const rowCounts = z.object({ done: z.int(), failed: z.int(), skipped: z.int(), total: z.int() });

/** A long-running piece of work that a user started. */
export const operation = z.object({
  id,
  kind: operationKind,
  state: z.enum(operationStates),
  /** What it is about, for the eye: the company name; the tags of work that tags; empty for other work over many customers. */
  subject: z.string(),
  customerId: id.nullable(),
  steps: z.array(operationStep),
  /** For work over many rows, once they are chosen. */
  progress: rowCounts.nullable(),
  /** So long it may take; then it fails as overdue. null while it is paused. */
  deadlineAt: nullableMoment,
  pausedAt: nullableMoment,
  /** What a paused operation waits for when it was not a person who paused it. */
  waiting: z.enum(operationWaits).nullable(),
  createdAt: moment,
  createdBy: z.string(),
  /** The indirect reseller that a customer is added for, by name. */
  reseller: z.string().nullable(),
  startedAt: nullableMoment,
  finishedAt: nullableMoment,
  /** For an onboarding: the sign-in name of the first admin, once it exists. */
  signInName: z.string().nullable(),
  credentialsRevealed: z.boolean(),
  actions: z.object({ retry: allowed, cancel: allowed, pause: allowed, resume: allowed, revealCredentials: allowed }),
});
export type Operation = z.output<typeof operation>;

export const listOperations = endpoint({
  name: 'listOperations',
  method: 'GET',
  path: '/api/operations',
  summary: 'Operations, newest first.',
  tag: 'Operations',
  access: 'operations.see',
  query: z.object({
    state: z.enum(['all', 'open', ...operationStates]).default('all'),
    kind: operationKind.optional(),
    customerId: id.optional(),
    after: z.string().max(500).optional(),
    limit,
  }),
  result: page(operation),
});

const ofOperation = z.object({ operationId: id });

export const getOperation = endpoint({
  name: 'getOperation',
  method: 'GET',
  path: '/api/operations/:operationId',
  summary: 'One operation with its steps.',
  tag: 'Operations',
  access: 'operations.see',
  params: ofOperation,
  result: operation,
});

export const getOperationInput = endpoint({
  name: 'getOperationInput',
  method: 'GET',
  path: '/api/operations/:operationId/input',
  summary: 'What was asked for, to start again with a corrected form.',
  tag: 'Operations',
  access: 'operations.see',
  params: ofOperation,
  result: z.object({ input: z.record(z.string(), z.unknown()) }),
});

export const retryOperation = endpoint({
  name: 'retryOperation',
  method: 'POST',
  path: '/api/operations/:operationId/retry',
  summary: 'Tries the failed step of an operation again, of its rows only the failed ones; what is done stays done.',
  tag: 'Operations',
  access: 'operations.see',
  params: ofOperation,
  body: z.object({}),
  result: operation,
  status: 202,
});

export const cancelOperation = endpoint({
  name: 'cancelOperation',
  method: 'POST',
  path: '/api/operations/:operationId/cancel',
  summary: 'Stops an operation and undoes what it did so far; what work over many rows has done to them stays, as each row says.',
  tag: 'Operations',
  access: 'operations.see',
  params: ofOperation,
  body: z.object({}),
  result: operation,
  status: 202,
});

export const pauseOperation = endpoint({
  name: 'pauseOperation',
  method: 'POST',
  path: '/api/operations/:operationId/pause',
  summary: 'Halts an operation that works through many rows, after the rows at hand.',
  tag: 'Operations',
  access: 'operations.see',
  params: ofOperation,
  body: z.object({}),
  result: operation,
  status: 202,
});

export const resumeOperation = endpoint({
  name: 'resumeOperation',
  method: 'POST',
  path: '/api/operations/:operationId/resume',
  summary: 'Goes on where an operation was paused, or after a person has looked at what it waits for.',
  tag: 'Operations',
  access: 'operations.see',
  params: ofOperation,
  body: z.object({}),
  result: operation,
  status: 202,
});

export const operationRow = z.object({
  position: z.int(),
  customerId: id.nullable(),
  /** The company name; empty when the customer is not there. */
  label: z.string(),
  state: z.enum(rowStates),
  outcome: z.enum(rowOutcomes).nullable(),
  /** Why it failed: `code` is a rule as at a field, or what stood in the way of the whole row. */
  failures: z
    .array(
      z.object({
        code: z.string(),
        column: z.string().optional(),
        value: z.string().optional(),
        params: z.record(z.string(), z.union([z.string(), z.number()])).optional(),
      }),
    )
    .nullable(),
});
export type OperationRow = z.output<typeof operationRow>;

const rowState = z.enum(['all', ...rowStates]).default('all');

export const listOperationRows = endpoint({
  name: 'listOperationRows',
  method: 'GET',
  path: '/api/operations/:operationId/rows',
  summary: 'What became of each row of an operation, a page at a time.',
  tag: 'Operations',
  access: 'operations.see',
  params: ofOperation,
  query: z.object({ state: rowState, after: z.string().max(500).optional(), limit }),
  result: page(operationRow),
});

/** A CSV answer; declared for the API document. */
export const exportOperationRows = endpoint({
  name: 'exportOperationRows',
  method: 'GET',
  path: '/api/operations/:operationId/rows.csv',
  summary: 'The rows of an operation as CSV, all or those in one state: what became of each, and why it failed.',
  tag: 'Operations',
  access: 'customers.export',
  params: ofOperation,
  query: z.object({ state: rowState }),
  result: z.string(),
});

/** A CSV answer; declared for the API document. */
export const downloadExport = endpoint({
  name: 'downloadExport',
  method: 'GET',
  path: '/api/operations/:operationId/result.csv',
  summary: 'The file that an export operation has made: the customers as they were at that moment.',
  tag: 'Operations',
  access: 'customers.export',
  params: ofOperation,
  result: z.string(),
});

export const revealCredentials = endpoint({
  name: 'revealCredentials',
  method: 'POST',
  path: '/api/operations/:operationId/credentials',
  summary: 'Sets a temporary password for the first admin of a new customer and shows it, exactly once.',
  tag: 'Operations',
  access: 'customers.add',
  params: ofOperation,
  body: z.object({}),
  result: z.object({ signInName: z.string(), temporaryPassword: z.string() }),
});

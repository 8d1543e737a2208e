import { operationKinds, operationStates, stepStates } from '@clientele/domain';
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

/** A long-running piece of work that a user started. */
export const operation = z.object({
  id,
  kind: z.enum(operationKinds as ['customer-onboarding', 'relationship-end']),
  state: z.enum(operationStates),
  /** What it is about, for the eye: the company name. */
  subject: z.string(),
  customerId: id.nullable(),
  steps: z.array(operationStep),
  createdAt: moment,
  createdBy: z.string(),
  startedAt: nullableMoment,
  finishedAt: nullableMoment,
  /** For an onboarding: the sign-in name of the first admin, once it exists. */
  signInName: z.string().nullable(),
  credentialsRevealed: z.boolean(),
  actions: z.object({ retry: allowed, cancel: allowed, revealCredentials: allowed }),
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
  summary: 'Tries the failed step of an operation again; what is done stays done.',
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
  summary: 'Stops an operation and undoes what it did so far.',
  tag: 'Operations',
  access: 'operations.see',
  params: ofOperation,
  body: z.object({}),
  result: operation,
  status: 202,
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

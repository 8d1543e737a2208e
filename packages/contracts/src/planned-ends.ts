import { endModes, lengths, plannedEndStates } from '@clientele/domain';
import { z } from 'zod';
import { endpoint } from './endpoint.ts';
import { allowed, id, limit, line, moment, nullableMoment, page } from './fields.ts';

/** An end of a relationship that has not begun: it waits for a second person, for its moment, or for what blocks it. */
export const plannedEnd = z.object({
  id,
  customerId: id,
  companyName: z.string(),
  mode: z.enum(endModes),
  /** Of the mode `at`. */
  at: nullableMoment,
  state: z.enum(plannedEndStates),
  requestedAt: moment,
  requestedBy: z.string(),
  /** The second person, where one was needed. */
  decidedAt: nullableMoment,
  decidedBy: z.string().nullable(),
  /** Why the second person refused. */
  reason: z.string().nullable(),
  /** How many things blocked it when it was looked at last. */
  blockers: z.int(),
  /** Since when one that was set for a moment waits for what blocks it. */
  heldUpAt: nullableMoment,
  /** The end itself, once it has begun. */
  operationId: id.nullable(),
  actions: z.object({ approve: allowed, refuse: allowed, cancel: allowed }),
});
export type PlannedEnd = z.output<typeof plannedEnd>;

/** When a relationship shall end. */
export const endOrder = {
  mode: z.enum(endModes),
  /** Of the mode `at`: a moment from now on, at most two years ahead. */
  at: z.iso.datetime({ offset: true }).optional(),
};

const ofCustomer = z.object({ customerId: id });
const ofPlan = z.object({ customerId: id, plannedEndId: id });

export const planEnd = endpoint({
  name: 'planEnd',
  method: 'POST',
  path: '/api/customers/:customerId/relationship/planned-end',
  summary:
    'Plans the end: at once, by itself when nothing blocks it any more, or at a moment. Where the partner wants a second person, it waits for that one first.',
  tag: 'Relationships',
  access: 'relationship.end',
  confirm: true,
  params: ofCustomer,
  body: z.object({ customerId: id, domain: z.string().trim().max(253), ...endOrder }),
  result: plannedEnd,
  status: 202,
});

export const approvePlannedEnd = endpoint({
  name: 'approvePlannedEnd',
  method: 'POST',
  path: '/api/customers/:customerId/relationship/planned-end/:plannedEndId/approve',
  summary: 'A second global admin agrees to an end. Never the one who asked for it.',
  tag: 'Relationships',
  access: 'relationship.end',
  confirm: true,
  people: true,
  params: ofPlan,
  body: z.object({ customerId: id }),
  result: plannedEnd,
});

export const refusePlannedEnd = endpoint({
  name: 'refusePlannedEnd',
  method: 'POST',
  path: '/api/customers/:customerId/relationship/planned-end/:plannedEndId/refuse',
  summary: 'A second global admin does not agree to an end, and says why; who asked is told.',
  tag: 'Relationships',
  access: 'relationship.end',
  people: true,
  params: ofPlan,
  body: z.object({ customerId: id, reason: line(lengths.reason) }),
  result: plannedEnd,
});

export const cancelPlannedEnd = endpoint({
  name: 'cancelPlannedEnd',
  method: 'POST',
  path: '/api/customers/:customerId/relationship/planned-end/:plannedEndId/cancel',
  summary: 'Takes back an end that has not begun: the request for it, or the plan.',
  tag: 'Relationships',
  access: 'relationship.end',
  params: ofPlan,
  body: z.object({ customerId: id }),
  result: plannedEnd,
});

export const listPlannedEnds = endpoint({
  name: 'listPlannedEnds',
  method: 'GET',
  path: '/api/planned-ends',
  summary: 'The ends that are planned, the newest first. `held-up`: those whose moment has come and that wait for what blocks them.',
  tag: 'Relationships',
  access: 'customers.see',
  query: z.object({
    state: z.enum(['open', 'held-up', ...plannedEndStates]).default('open'),
    after: z.string().max(500).optional(),
    limit,
  }),
  result: page(plannedEnd),
});

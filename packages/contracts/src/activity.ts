import { eventGroups, eventTypes } from '@clientele/domain';
import { z } from 'zod';
import { endpoint } from './endpoint.ts';
import { id, limit, moment, page } from './fields.ts';

export const activityRecord = z.object({
  id,
  type: z.enum(eventTypes),
  at: moment,
  actor: z.object({ kind: z.enum(['partner-user', 'api-key', 'customer', 'system']), name: z.string() }),
  customerId: id.nullable(),
  companyName: z.string().nullable(),
  /** The partner user that it is about, or who is invited. */
  personName: z.string().nullable(),
  invitationId: id.nullable(),
  data: z.record(z.string(), z.unknown()),
});
export type ActivityRecord = z.output<typeof activityRecord>;

// Postgres knows no year 0.
const time = z.iso.datetime().refine((value) => !value.startsWith('0000'), { params: { rule: 'date' } });

export const activityFilters = z.object({
  from: time.optional(),
  to: time.optional(),
  type: z.enum(eventTypes).optional(),
  /** Every type of one kind: mails, subscriptions ... */
  group: z.enum(eventGroups).optional(),
  customerId: id.optional(),
  invitationId: id.optional(),
  actor: z.string().trim().max(200).optional(),
});
export type ActivityFilters = z.output<typeof activityFilters>;

export const listActivity = endpoint({
  name: 'listActivity',
  method: 'GET',
  path: '/api/activity',
  summary: 'Who did what to which customer, newest first; the last month unless told.',
  tag: 'Activity',
  access: 'activity.see',
  query: activityFilters.extend({ after: z.string().max(500).optional(), limit }),
  result: page(activityRecord),
});

export const exportActivity = endpoint({
  name: 'exportActivity',
  method: 'GET',
  path: '/api/activity.csv',
  summary: 'Exactly the records that the filters give, as CSV.',
  tag: 'Activity',
  access: 'activity.export',
  query: activityFilters,
  result: z.string(),
});

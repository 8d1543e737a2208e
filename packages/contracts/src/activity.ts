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
  /** The partner on the other side of a partnership that it is about. */
  partnerName: z.string().nullable(),
  invitationId: id.nullable(),
  data: z.record(z.string(), z.unknown()),
  requestId: z.string(),
  /** The operation in which a job did it on behalf of the actor; null when the actor did it. */
  operationId: id.nullable(),
  /** Where the request came from; null for a job. */
  ip: z.string().nullable(),
  userAgent: z.string().nullable(),
  /** Its place in the sealed chain; null while it waits for its seal. */
  seq: z.int().nullable(),
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
  /** Any part of a company's name or domain, or of a person's name; or all of a record's or request's id, or of an IP address. */
  search: z.string().trim().max(200).optional(),
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

export const exportSignedActivity = endpoint({
  name: 'exportSignedActivity',
  method: 'GET',
  path: '/api/activity.jsonl',
  summary: 'The same records with their seals as signed lines of JSON, which anybody can check offline with scripts/check-export.mjs.',
  tag: 'Activity',
  access: 'activity.export',
  query: activityFilters,
  result: z.string(),
});

const logKey = z.object({ algorithm: z.literal('Ed25519'), publicKey: z.string(), fingerprint: z.string() });

export const getLogKey = endpoint({
  name: 'getLogKey',
  method: 'GET',
  path: '/api/log-key',
  summary: 'The public key with which this installation signs its activity logs: Base64, and the fingerprint that people compare.',
  tag: 'Activity',
  access: 'public',
  result: logKey,
});

const logProblem = z.object({ kind: z.string(), seq: z.int().nullable(), eventId: id.nullable() });

export const logState = z.object({
  sealed: z.object({ seq: z.int(), hash: z.string(), at: moment }).nullable(),
  /** Up to where old records were removed, as the retention says. */
  removed: z.object({ seq: z.int(), at: moment }).nullable(),
  /** Records that wait for their seal; no more than 10,000 are counted. */
  waiting: z.int(),
  verified: z.object({ at: moment, seq: z.int(), records: z.int(), problems: z.array(logProblem) }).nullable(),
  /** A verification was asked for and is not done. */
  verifying: z.boolean(),
  key: logKey,
});
export type LogState = z.output<typeof logState>;

export const getLogState = endpoint({
  name: 'getLogState',
  method: 'GET',
  path: '/api/activity/state',
  summary: 'How far the activity log is sealed, and what the last verification found.',
  tag: 'Activity',
  access: 'activity.see',
  result: logState,
});

export const askVerification = endpoint({
  name: 'askVerification',
  method: 'POST',
  path: '/api/activity/verify',
  summary: 'Asks for a verification of the whole activity log; a worker does it within a minute.',
  tag: 'Activity',
  access: 'activity.see',
  body: z.object({}),
  result: logState,
  status: 202,
});

export const getCheckpoint = endpoint({
  name: 'getCheckpoint',
  method: 'GET',
  path: '/api/activity/checkpoint',
  summary:
    'The newest signed checkpoint, to be kept elsewhere: only that finds an end of the log that was cut off. Null while nothing is sealed.',
  tag: 'Activity',
  access: 'activity.see',
  result: z
    .object({
      format: z.literal('clientele-log-checkpoint/1'),
      kind: z.enum(['seal', 'cut']),
      partnerId: id,
      seq: z.int(),
      hash: z.string(),
      at: z.string(),
      publicKey: z.string(),
      signature: z.string(),
    })
    .nullable(),
});

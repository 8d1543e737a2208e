import { answerBuckets, attentionNames, funnelSteps, overviewPeriods } from '@clientele/domain';
import { z } from 'zod';
import { endpoint } from './endpoint.ts';
import { allowed, id, moment } from './fields.ts';

const day = z.iso.date();
const span = { from: day, to: day };

/** One thing that waits for a person. */
const attentionLine = z.object({
  id,
  /** The company, or the name of the thing. */
  subject: z.string(),
  /** Since when, or until when, by its kind. */
  at: moment,
  /** More about it, by its kind: the kind of an operation, the state of a mail, how an end was planned. */
  about: z.string().nullable(),
  /** Who is meant, by its kind: who asked, who was named, the address. */
  who: z.string().nullable(),
  customerId: id.nullable(),
  /** Whether this person can do something about it. */
  act: allowed,
});
export type AttentionLine = z.output<typeof attentionLine>;

const counted = z.object({ count: z.int(), isMore: z.boolean() });

const overview = z.object({
  /** Everything here is as it was at this moment. */
  asOf: moment,
  /** What needs somebody, by kind, the most urgent first; the first lines of each. Nothing of what this person may not see. */
  attention: z.array(z.object({ kind: z.enum(attentionNames), count: z.int(), lines: z.array(attentionLine) })),
  /** A `count` that is this large stands for "so many and more". */
  counted: z.int(),
  counts: z.object({ customers: z.int(), pending: counted, ending: counted, running: counted }),
  charts: z.object({
    /** The zone whose days are counted. */
    zone: z.literal('UTC'),
    ...span,
    /** How many active customers there were at the end of each span; null where the cloud offers no figures about customers. */
    customers: z.array(z.object({ ...span, value: z.int() })).nullable(),
    /** Of the invitations that were made in the period: how many got how far by now. */
    funnel: z.record(z.enum(funnelSteps), z.int()),
    /** How long it took until invitations were accepted, of those accepted in the period. Medians are estimated from the buckets. */
    answers: z.object({
      buckets: z.array(z.object({ name: z.enum(answerBuckets.map(({ name }) => name)), upToHours: z.number().nullable(), count: z.int() })),
      medianHours: z.number().nullable(),
      weeks: z.array(z.object({ ...span, count: z.int(), medianHours: z.number().nullable() })),
    }),
    operations: z.array(z.object({ ...span, succeeded: z.int(), failed: z.int() })),
  }),
});
export type Overview = z.output<typeof overview>;

export const getOverview = endpoint({
  name: 'getOverview',
  method: 'GET',
  path: '/api/overview',
  summary: 'What needs somebody now, and the figures of the last 90 days (by the day) or 12 months (by the week).',
  tag: 'Overview',
  access: 'signed-in',
  query: z.object({ period: z.enum(overviewPeriods).default('90-days') }),
  result: overview,
});

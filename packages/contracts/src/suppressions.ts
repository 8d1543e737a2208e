import { lengths, suppressionReasons } from '@clientele/domain';
import { z } from 'zod';
import { endpoint } from './endpoint.ts';
import { allowed, id, limit, moment, nothing, page } from './fields.ts';

/** An address that gets no mail of the partner any more. */
export const suppression = z.object({
  email: z.string(),
  reason: z.enum(suppressionReasons),
  /** What the mail server said, when a mail came back. */
  serverAnswer: z.string().nullable(),
  since: moment,
  /** The invitation whose mail it was. */
  invitationId: id.nullable(),
  actions: z.object({ lift: allowed }),
});
export type Suppression = z.output<typeof suppression>;

export const listSuppressions = endpoint({
  name: 'listSuppressions',
  method: 'GET',
  path: '/api/suppressions',
  summary: 'The addresses that get no mail any more, and why: a mail came back, or their owner wants none.',
  tag: 'Suppressions',
  access: 'invitations.see',
  query: z.object({
    search: z.string().trim().max(200).optional(),
    reason: z.enum(['all', ...suppressionReasons]).default('all'),
    after: z.string().max(500).optional(),
    limit,
  }),
  result: page(suppression),
});

export const liftSuppression = endpoint({
  name: 'liftSuppression',
  method: 'POST',
  path: '/api/suppressions/lift',
  summary: 'Mails go to an address again that a mail came back from. That its owner wants none, only the owner takes back.',
  tag: 'Suppressions',
  access: 'invitations.send',
  body: z.object({ email: z.string().trim().min(1).max(lengths.email) }),
  result: nothing,
});

import { z } from 'zod';
import { endpoint } from './endpoint.ts';

/** Every end that a mail which was brought here can come to; told to whoever brought it, for its log. */
export const returnOutcomes = [
  'bounced',
  'failed',
  'delayed',
  'not_ours',
  'no_report',
  'other_recipient',
  'other_mail',
  'not_a_failure',
  'too_late',
  'never_sent',
  'known',
] as const;

export const takeReturnedMail = endpoint({
  name: 'takeReturnedMail',
  method: 'POST',
  path: '/api/returned-mails',
  summary:
    'Takes in a mail that came back, whole and as it is (message/rfc822), from a mail server or service that has the Bearer token BOUNCE_SECRET. Without one configured there is no such endpoint.',
  tag: 'Returned mails',
  access: 'token',
  query: z.object({ recipient: z.union([z.string(), z.array(z.string())]).optional() }),
  body: z.string(),
  takes: 'message/rfc822',
  result: z.object({ outcomes: z.array(z.enum(returnOutcomes)) }),
});

import { senderFindings, senderVerdicts } from '@clientele/domain';
import { z } from 'zod';
import { endpoint } from './endpoint.ts';
import { moment } from './fields.ts';

export const senderItem = z.object({
  item: z.enum(['spf', 'dkim', 'dmarc', 'returns']),
  verdict: z.enum(senderVerdicts),
  finding: z.enum(senderFindings),
  /** Names and numbers that the finding's sentence needs. */
  params: z.record(z.string(), z.union([z.string(), z.number()])),
  /** What stands in the DNS now. */
  found: z.string().nullable(),
  /** What to add there, or to put in place of what is there. */
  record: z.object({ type: z.enum(['TXT', 'MX']), name: z.string(), value: z.string() }).nullable(),
});
export type SenderItem = z.output<typeof senderItem>;

export const checkSender = endpoint({
  name: 'checkSender',
  method: 'POST',
  path: '/api/mail/sender-check',
  summary: 'Looks up whether other mail servers will believe our mails: SPF, DKIM, DMARC and the way back. Changes nothing.',
  tag: 'Sending mail',
  access: 'partner.manage',
  body: z.object({}),
  result: z.object({
    /** `inbox`: mail goes to the built-in inbox and to nobody else, so there is nothing to look up. */
    sendsTo: z.enum(['inbox', 'server']),
    from: z.string(),
    server: z.string(),
    bounceAddress: z.string().nullable(),
    items: z.array(senderItem),
    checkedAt: moment,
  }),
});

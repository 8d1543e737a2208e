import { languages, lengths, templateKinds } from '@clientele/domain';
import { z } from 'zod';
import { endpoint } from './endpoint.ts';
import { allowed, language, nullableMoment } from './fields.ts';

/** Subject and text of a mail with `{company}`, `{recipient}`, `{partner}` and, once in the text and on a line of its own, `{link}`. */
const mailText = z.object({ subject: z.string(), message: z.string() });

export const mailTemplate = z.object({
  kind: z.enum(templateKinds),
  language: z.enum(languages),
  /** What the partner has written; null while the standard text is used. */
  own: mailText.nullable(),
  standard: mailText,
  /** 0 while the standard text is used. */
  version: z.int(),
  changedBy: z.string().nullable(),
  changedAt: nullableMoment,
  actions: z.object({ change: allowed }),
});
export type MailTemplate = z.output<typeof mailTemplate>;

export const listTemplates = endpoint({
  name: 'listTemplates',
  method: 'GET',
  path: '/api/settings/templates',
  summary: 'The mails whose text a partner can write itself, in every language.',
  tag: 'Templates',
  access: 'signed-in',
  result: z.object({ items: z.array(mailTemplate) }),
});

const ofTemplate = z.object({ kind: z.enum(templateKinds), language });

export const changeTemplate = endpoint({
  name: 'changeTemplate',
  method: 'PUT',
  path: '/api/settings/templates/:kind/:language',
  summary:
    'Gives a mail the partner\u2019s own subject and text. Unknown or broken placeholders are refused with their place, as is a text without the link. `If-Match` is the version that was read, 0 for the standard text.',
  tag: 'Templates',
  access: 'partner.manage',
  params: ofTemplate,
  // Every rule is told by the domain, which knows the place of each fault.
  body: mailText,
  result: mailTemplate,
  etag: true,
  ifMatch: true,
});

export const resetTemplate = endpoint({
  name: 'resetTemplate',
  method: 'DELETE',
  path: '/api/settings/templates/:kind/:language',
  summary: 'Back to the standard text of a mail. `If-Match` is the version that was read.',
  tag: 'Templates',
  access: 'partner.manage',
  params: ofTemplate,
  body: z.object({}),
  result: mailTemplate,
  etag: true,
  ifMatch: true,
});

export const previewTemplate = endpoint({
  name: 'previewTemplate',
  method: 'POST',
  path: '/api/settings/templates/preview',
  summary: 'A mail with this subject and text as it would be sent, with sample names and a sample link. Changes nothing.',
  tag: 'Templates',
  access: 'signed-in',
  body: ofTemplate.extend({ subject: z.string().max(lengths.subject * 10), message: z.string().max(lengths.message * 10) }),
  result: z.object({ subject: z.string(), html: z.string(), text: z.string() }),
});

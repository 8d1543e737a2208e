import { z } from 'zod';
import { endpoint } from './endpoint.ts';
import { delivery } from './invitations.ts';

export const testMail = delivery.extend({ recipient: z.string() });

export const sendTestMail = endpoint({
  name: 'sendTestMail',
  method: 'POST',
  path: '/api/mail/test',
  summary: 'Sends a test mail to the signed-in user, the same way as every mail to customers.',
  tag: 'Sending mail',
  access: 'partner.manage',
  body: z.object({}),
  result: testMail,
  status: 202,
});

export const getTestMail = endpoint({
  name: 'getTestMail',
  method: 'GET',
  path: '/api/mail/test',
  summary: 'The newest test mail of the signed-in user, and what became of it.',
  tag: 'Sending mail',
  access: 'partner.manage',
  result: z.object({ mail: testMail.nullable() }),
});

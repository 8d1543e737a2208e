import { lengths } from '@clientele/domain';
import { z } from 'zod';
import { customer } from './customers.ts';
import { endpoint } from './endpoint.ts';
import { email, id, line, personName, phone } from './fields.ts';

const ofCustomer = z.object({ customerId: id });

export const attestAgreement = endpoint({
  name: 'attestAgreement',
  method: 'POST',
  path: '/api/customers/:customerId/agreement',
  summary: 'The partner\u2019s word that the customer has accepted the customer agreement: who, and on which day (not in the future).',
  tag: 'Customers',
  access: 'agreement.attest',
  params: ofCustomer,
  body: z.object({
    customerId: id,
    firstName: personName,
    lastName: personName,
    email,
    phone,
    date: z.string().trim().min(1).max(10),
  }),
  result: customer,
});

export const askAgreement = endpoint({
  name: 'askAgreement',
  method: 'POST',
  path: '/api/customers/:customerId/agreement/request',
  summary: 'Asks the customer to accept the customer agreement itself, on a page of its own. Replaces an earlier request.',
  tag: 'Customers',
  access: 'invitations.send',
  params: ofCustomer,
  body: z.object({ customerId: id, email, recipientName: line(lengths.personName * 2), sendMail: z.boolean().default(true) }),
  result: customer,
  status: 202,
});

export const resendAgreementRequest = endpoint({
  name: 'resendAgreementRequest',
  method: 'POST',
  path: '/api/customers/:customerId/agreement/request/resend',
  summary: 'Sends the request to accept the customer agreement again, with the same link.',
  tag: 'Customers',
  access: 'invitations.send',
  params: ofCustomer,
  body: z.object({ customerId: id }),
  result: customer,
  status: 202,
});

export const copyAgreementLink = endpoint({
  name: 'copyAgreementLink',
  method: 'POST',
  path: '/api/customers/:customerId/agreement/request/link',
  summary: 'The link of the open request to accept the customer agreement, for a person to copy. Noted in the activity log.',
  tag: 'Customers',
  access: 'invitations.send',
  params: ofCustomer,
  body: z.object({ customerId: id }),
  result: z.object({ link: z.string() }),
});

/** What the customer\u2019s form sends when it accepts. */
export const agreementAnswer = z.object({ firstName: personName, lastName: personName });

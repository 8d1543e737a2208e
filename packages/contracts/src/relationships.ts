import { lengths } from '@clientele/domain';
import { z } from 'zod';
import { customer } from './customers.ts';
import { endpoint } from './endpoint.ts';
import { email, id, moment, nullableMoment, optionalLine, text } from './fields.ts';
import { delegatedAdminDays, invitation } from './invitations.ts';
import { operation } from './operations.ts';

const ofCustomer = z.object({ customerId: id });

const blocking = {
  productId: z.string(),
  productName: z.string(),
  quantity: z.int(),
  /** When it clears by itself: the end of a reservation's term. */
  endsAt: nullableMoment,
  /** Who added, bought or brought it back; null when the log does not say. */
  owner: z.object({ kind: z.enum(['partner-user', 'api-key', 'customer', 'system']), name: z.string().nullable() }).nullable(),
  since: nullableMoment,
};
/** What blocks an end; `remedy` is the act that clears it. */
export const blocker = z.union([
  z.object({ kind: z.literal('subscription_active'), subscriptionId: id, remedy: z.literal('suspend'), ...blocking }),
  z.object({ kind: z.enum(['reservation_active', 'software_active']), purchaseId: id, remedy: z.literal('cancel'), ...blocking }),
]);

export const previewEnd = endpoint({
  name: 'previewEnd',
  method: 'GET',
  path: '/api/customers/:customerId/relationship/end',
  summary: 'The dry run of an end: what blocks it, who owns that, from when it is possible, and what ending would do to this customer.',
  tag: 'Relationships',
  access: 'customers.see',
  params: ofCustomer,
  result: z.object({
    blockers: z.array(blocker),
    /** When nothing blocks any more if nobody does anything; null when somebody has to. */
    earliestAt: nullableMoment,
    consequences: z.array(z.string()),
    /** Whether a second global admin has to agree, and how many others there are. */
    secondPerson: z.object({ needed: z.boolean(), others: z.int() }),
  }),
});

export const endRelationship = endpoint({
  name: 'endRelationship',
  method: 'POST',
  path: '/api/customers/:customerId/relationship/end',
  summary:
    'Ends the relationship at once. `domain` is typed by the person and must be the customer\u2019s; 409 `blocked` names every blocker, 409 `second_person_needed` asks for `planEnd`.',
  tag: 'Relationships',
  access: 'relationship.end',
  confirm: true,
  params: ofCustomer,
  body: z.object({ customerId: id, domain: z.string().trim().max(253) }),
  result: operation,
  status: 202,
});

export const cancelEnd = endpoint({
  name: 'cancelEnd',
  method: 'POST',
  path: '/api/customers/:customerId/relationship/cancel-end',
  summary: 'Takes back an end that has not been carried out.',
  tag: 'Relationships',
  access: 'relationship.end',
  params: ofCustomer,
  body: z.object({ customerId: id }),
  result: customer,
});

export const requestRelationship = endpoint({
  name: 'requestRelationship',
  method: 'POST',
  path: '/api/customers/:customerId/relationship/request',
  summary: 'Asks a customer that there is no relationship with yet (an imported one), at its primary contact or another address.',
  tag: 'Relationships',
  access: 'invitations.send',
  params: ofCustomer,
  body: z.object({
    customerId: id,
    email: email.optional(),
    recipientName: optionalLine(lengths.personName),
    message: text(lengths.message),
    delegatedAdmin: z.boolean(),
    delegatedAdminDays: delegatedAdminDays.optional(),
  }),
  result: invitation,
  status: 202,
});

export const reinstateRelationship = endpoint({
  name: 'reinstateRelationship',
  method: 'POST',
  path: '/api/customers/:customerId/relationship/reinstate',
  summary: 'Asks the customer again. On its consent everything that was there comes back.',
  tag: 'Relationships',
  access: 'relationship.reinstate',
  params: ofCustomer,
  body: z.object({ customerId: id, message: text(4000), delegatedAdmin: z.boolean(), delegatedAdminDays: delegatedAdminDays.optional() }),
  result: invitation,
  status: 202,
});

export const listEndCertificates = endpoint({
  name: 'listEndCertificates',
  method: 'GET',
  path: '/api/customers/:customerId/end-certificates',
  summary: 'The certificates of the ends of this relationship, the newest first, each with the link of its page.',
  tag: 'Relationships',
  access: 'customers.see',
  params: ofCustomer,
  result: z.object({ items: z.array(z.object({ id, endedAt: moment, operationId: id, link: z.string() })) }),
});

import { invitationDays, lengths, partnershipStates, relationshipStates, removalConsequences } from '@clientele/domain';
import { z } from 'zod';
import { endpoint } from './endpoint.ts';
import { allowed, email, id, language, limit, line, moment, nullableMoment, optionalLine, page, text } from './fields.ts';
import { invitation } from './invitations.ts';

/** The other side of a partnership: what either may know of the other. */
export const partneredPartner = z.object({ id, name: z.string(), country: z.string(), webSite: z.string().nullable() });
export type PartneredPartner = z.output<typeof partneredPartner>;

export const listActivePartnerships = endpoint({
  name: 'listActivePartnerships',
  method: 'GET',
  path: '/api/partnerships/active',
  summary:
    'All active partnerships by name, for choosing one: of an indirect provider its resellers, of an indirect reseller its providers.',
  tag: 'Partnerships',
  access: 'partnerships.see',
  result: z.object({ items: z.array(z.object({ id, partner: partneredPartner, since: moment })) }),
});

/** Who did something: a person of one's own side by name, of the other side the organisation alone. */
const doer = z.object({ side: z.enum(['own', 'other']), name: z.string() });

export const partnership = z.object({
  id,
  state: z.enum(partnershipStates),
  /** What the other side is called: as it calls itself, and before it has accepted as the provider has named it. */
  name: z.string(),
  /** The other side, once there is one. */
  partner: partneredPartner.omit({ name: true }).nullable(),
  requestedAt: moment,
  requestedBy: doer,
  since: nullableMoment,
  acceptedBy: doer.nullable(),
  removedAt: nullableMoment,
  /** Null for a request that came to nothing: its invitation says how. */
  removedBy: doer.nullable(),
  /** How many customers both serve; null unless it is active. */
  sharedCustomers: z.int().nullable(),
  /** The request with the truth about its mail; only its provider sees it. */
  invitation: invitation.nullable(),
  actions: z.object({ remove: allowed }),
});
export type Partnership = z.output<typeof partnership>;

export const partnershipListStates = ['current', 'all', ...partnershipStates] as const;

export const listPartnerships = endpoint({
  name: 'listPartnerships',
  method: 'GET',
  path: '/api/partnerships',
  summary:
    'Partnerships by name, each with the number of customers that both sides serve: of an indirect provider its resellers, of an indirect reseller its providers.',
  tag: 'Partnerships',
  access: 'partnerships.see',
  query: z.object({
    /** `current`: active ones and open requests. */
    state: z.enum(partnershipListStates).default('current'),
    search: z.string().trim().max(200).optional(),
    after: z.string().max(500).optional(),
    limit,
  }),
  result: page(partnership),
});

export const newPartnershipRequest = z.object({
  email,
  recipientName: optionalLine(lengths.personName),
  companyName: line(lengths.companyName),
  language,
  message: text(lengths.message),
  /** Days until it expires; as the partner has set it unless told. */
  days: z.int().min(invitationDays.least).max(invitationDays.most).optional(),
  /** false: make the request and its link, and let the provider bring it to the reseller itself. */
  sendMail: z.boolean().default(true),
});
export type NewPartnershipRequest = z.output<typeof newPartnershipRequest>;

export const requestPartnership = endpoint({
  name: 'requestPartnership',
  method: 'POST',
  path: '/api/partnerships/requests',
  summary: 'Asks a reseller by mail for a partnership. The request is an invitation: it is resent, revoked and handed over as one.',
  tag: 'Partnerships',
  access: 'partnerships.invite',
  body: newPartnershipRequest,
  result: invitation,
  status: 202,
});

const ofPartnership = z.object({ partnershipId: id });

export const getPartnership = endpoint({
  name: 'getPartnership',
  method: 'GET',
  path: '/api/partnerships/:partnershipId',
  summary: 'One partnership, from the side of who asks.',
  tag: 'Partnerships',
  access: 'partnerships.see',
  params: ofPartnership,
  result: partnership,
});

const sharedRelationship = z.object({ state: z.enum(relationshipStates), since: nullableMoment });

export const sharedCustomer = z.object({
  companyName: z.string(),
  domain: z.string(),
  provider: sharedRelationship,
  /** Null where the reseller has no relationship of its own. */
  reseller: sharedRelationship.nullable(),
  /** The provider serves it through this reseller. */
  throughReseller: z.boolean(),
  /** The own customer, to open it; null for a reseller that has no relationship of its own. */
  customerId: id.nullable(),
});
export type SharedCustomer = z.output<typeof sharedCustomer>;

export const listSharedCustomers = endpoint({
  name: 'listSharedCustomers',
  method: 'GET',
  path: '/api/partnerships/:partnershipId/customers',
  summary:
    'The customers that both sides of an active partnership serve, each of them once, by name. Of the other side: name, domain, state, since.',
  tag: 'Partnerships',
  access: 'partnerships.see',
  params: ofPartnership,
  query: z.object({ search: z.string().trim().max(200).optional(), after: z.string().max(500).optional(), limit }),
  result: page(sharedCustomer),
});

export const previewPartnershipRemoval = endpoint({
  name: 'previewPartnershipRemoval',
  method: 'GET',
  path: '/api/partnerships/:partnershipId/removal',
  summary: 'What removing this very partnership does and does not do.',
  tag: 'Partnerships',
  access: 'partnerships.see',
  params: ofPartnership,
  result: z.object({ consequences: z.array(z.object({ consequence: z.enum(removalConsequences), count: z.int().nullable() })) }),
});

export const removePartnership = endpoint({
  name: 'removePartnership',
  method: 'POST',
  path: '/api/partnerships/:partnershipId/remove',
  summary:
    'Removes an active partnership for both sides. Customers and delegated admin stay untouched. 409 says by whom and when it was removed, if it was.',
  tag: 'Partnerships',
  access: 'partnerships.manage',
  confirm: true,
  params: ofPartnership,
  body: z.object({}),
  result: partnership,
});

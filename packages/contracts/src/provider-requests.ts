import { lengths, providerRequestKinds, providerRequestStates, relationshipStates } from '@clientele/domain';
import { z } from 'zod';
import { endpoint } from './endpoint.ts';
import { allowed, email, id, limit, line, moment, nullableMoment, page, personName, phone, text } from './fields.ts';
import { endOrder } from './planned-ends.ts';
import { newSubscription } from './subscriptions.ts';

const partner = z.object({ id, name: z.string() });

/** What an indirect reseller asks its provider to do for a customer that both serve, as its two sides see it. */
export const providerRequest = z.object({
  id,
  /** On which side of it the partner stands. */
  side: z.enum(['provider', 'reseller']),
  /** `lapsed`: the partnership was removed before there was an answer. */
  state: z.enum(providerRequestStates),
  asked: z.discriminatedUnion('kind', [
    z.object({
      kind: z.literal('attest'),
      attestation: z.object({
        firstName: z.string(),
        lastName: z.string(),
        email: z.string(),
        phone: z.string().optional(),
        date: z.string(),
      }),
    }),
    z.object({ kind: z.literal('end'), reason: z.string() }),
    z.object({
      kind: z.literal('order'),
      productId: z.string(),
      productName: z.string(),
      quantity: z.int(),
      note: z.string().nullable(),
    }),
  ]),
  provider: partner,
  reseller: partner,
  /** The customer, as the side that looks has it; null: the reseller has no account of it. */
  customerId: id.nullable(),
  companyName: z.string(),
  domain: z.string(),
  requestedBy: z.string(),
  requestedAt: moment,
  decidedBy: z.string().nullable(),
  decidedAt: nullableMoment,
  /** Why it was declined. */
  reason: z.string().nullable(),
  /** Of the provider: the end itself, once it has begun. */
  operationId: id.nullable(),
  actions: z.object({ confirm: allowed, decline: allowed, withdraw: allowed }),
});
export type ProviderRequest = z.output<typeof providerRequest>;

/** Which customer: the reseller's own account of it, or its provider's, which is served through this reseller. */
const which = { customerId: id.optional(), providerCustomerId: id.optional() };
const one = (given: { customerId?: string | undefined; providerCustomerId?: string | undefined }) =>
  (given.customerId === undefined) !== (given.providerCustomerId === undefined);
const oneOnly = { path: ['customerId'], params: { rule: 'required' } };

export const listProvidersToAsk = endpoint({
  name: 'listProvidersToAsk',
  method: 'GET',
  path: '/api/provider-requests/providers',
  summary:
    'The indirect providers that a reseller can ask about a customer (`customerId`: its own account of it; `providerCustomerId`: its provider’s), with what is asked and not answered.',
  tag: 'Provider requests',
  access: 'provider-requests.see',
  query: z.object(which).refine(one, oneOnly),
  result: z.object({
    items: z.array(
      z.object({
        provider: partner,
        companyName: z.string(),
        domain: z.string(),
        /** The provider's relationship with the customer. */
        relationship: z.enum(relationshipStates),
        agreementAccepted: z.boolean(),
        open: z.array(z.object({ id, kind: z.enum(providerRequestKinds), productId: z.string().nullable() })),
      }),
    ),
  }),
});

const asked = { ...which, providerId: id };
const newProviderRequest = z
  .discriminatedUnion('kind', [
    z.object({
      ...asked,
      kind: z.literal('attest'),
      firstName: personName,
      lastName: personName,
      email,
      phone,
      date: z.string().trim().min(1).max(10),
    }),
    z.object({ ...asked, kind: z.literal('end'), reason: line(lengths.reason) }),
    z.object({ ...asked, kind: z.literal('order'), ...newSubscription.shape, note: text(lengths.reason).optional() }),
  ])
  .refine(one, oneOnly);

export const askProvider = endpoint({
  name: 'askProvider',
  method: 'POST',
  path: '/api/provider-requests',
  summary:
    'An indirect reseller asks its provider to attest the customer agreement, to end the relationship or to order a subscription. The same asked twice is 409 and names the open one.',
  tag: 'Provider requests',
  access: 'provider-requests.make',
  body: newProviderRequest,
  result: providerRequest,
  status: 201,
});

export const listProviderRequests = endpoint({
  name: 'listProviderRequests',
  method: 'GET',
  path: '/api/provider-requests',
  summary: 'Of an indirect provider what it was asked, of an indirect reseller what it has asked; the newest first.',
  tag: 'Provider requests',
  access: 'provider-requests.see',
  query: z.object({
    state: z.enum(['all', ...providerRequestStates]).default('requested'),
    kind: z.enum(providerRequestKinds).optional(),
    /** The id of the partner on the other side. */
    partner: id.optional(),
    customerId: id.optional(),
    after: z.string().max(500).optional(),
    limit,
  }),
  result: page(providerRequest),
});

const ofRequest = z.object({ requestId: id });

export const getProviderRequest = endpoint({
  name: 'getProviderRequest',
  method: 'GET',
  path: '/api/provider-requests/:requestId',
  summary: 'One request with what it asks and what came of it.',
  tag: 'Provider requests',
  access: 'provider-requests.see',
  params: ofRequest,
  result: providerRequest,
});

export const confirmProviderRequest = endpoint({
  name: 'confirmProviderRequest',
  method: 'POST',
  path: '/api/provider-requests/:requestId/confirm',
  summary:
    'The provider does what was asked, with the permission that doing it needs, and the reseller is told. An end needs the customer’s primary domain, and when it shall be.',
  tag: 'Provider requests',
  access: 'provider-requests.see',
  confirm: ({ domain }) => domain !== undefined,
  params: ofRequest,
  body: z.object({ domain: z.string().trim().max(253).optional(), mode: endOrder.mode.optional(), at: endOrder.at }),
  result: providerRequest,
});

export const declineProviderRequest = endpoint({
  name: 'declineProviderRequest',
  method: 'POST',
  path: '/api/provider-requests/:requestId/decline',
  summary: 'The provider does not do it, and says why; the reseller is told.',
  tag: 'Provider requests',
  access: 'provider-requests.see',
  params: ofRequest,
  body: z.object({ reason: line(lengths.reason) }),
  result: providerRequest,
});

export const withdrawProviderRequest = endpoint({
  name: 'withdrawProviderRequest',
  method: 'POST',
  path: '/api/provider-requests/:requestId/withdraw',
  summary: 'The reseller takes back what nobody has answered.',
  tag: 'Provider requests',
  access: 'provider-requests.see',
  params: ofRequest,
  body: z.object({}),
  result: providerRequest,
});

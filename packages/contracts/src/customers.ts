import { invitationPurposes, lengths, relationshipStates, specialQualifications, standings } from '@clientele/domain';
import { z } from 'zod';
import { endpoint } from './endpoint.ts';
import {
  address,
  allowed,
  contact,
  country,
  email,
  id,
  language,
  limit,
  line,
  moment,
  nullableMoment,
  page,
  personName,
  phone,
  tags,
  text,
} from './fields.ts';
import { delegatedAdminDays, delivery, requestToMany } from './invitations.ts';
import { operation } from './operations.ts';
import { endOrder, plannedEnd } from './planned-ends.ts';
import { newSubscription } from './subscriptions.ts';

export const relationshipState = z.enum(relationshipStates);

/** So many tags can be asked for at once. */
export const maxTagFilters = 10;

/** What a list row shows. */
export const customerRow = z.object({
  id,
  companyName: z.string(),
  domain: z.string(),
  country: z.string(),
  relationship: relationshipState,
  delegatedAdmin: z.boolean(),
  agreementAccepted: z.boolean(),
  tags: z.array(z.string()),
  /** The indirect reseller that the customer is served through; only an indirect provider's customers have one. */
  indirectReseller: z.object({ id, name: z.string() }).nullable(),
  createdAt: moment,
});
export type CustomerRow = z.output<typeof customerRow>;

export const customer = customerRow.extend({
  address: address.nullable(),
  /** The number that it had where it was imported from. */
  externalId: z.string().nullable(),
  contact: z.object({ firstName: z.string(), lastName: z.string(), email: z.string(), phone: z.string().optional() }),
  language,
  notes: z.string(),
  supportContact: z.string().nullable(),
  /** The indirect reseller that is the support contact instead of what was typed. The partnership with it may be over: then another one is needed. */
  supportReseller: z.object({ id, name: z.string(), webSite: z.string().nullable(), isActive: z.boolean() }).nullable(),
  specialQualification: z.enum(specialQualifications).nullable(),
  agreement: z.object({
    acceptedAt: nullableMoment,
    by: z.enum(['partner', 'customer']).nullable(),
    /** Who accepted, as the partner attests it or as the customer gave it. */
    attestation: z
      .object({ firstName: z.string(), lastName: z.string(), email: z.string(), phone: z.string().optional(), date: z.string() })
      .nullable(),
    /** The open request to the customer to accept by itself. */
    request: z
      .object({
        id,
        email: z.string(),
        recipientName: z.string(),
        state: z.enum(['pending', 'accepted', 'replaced', 'expired']),
        createdAt: moment,
        expiresAt: moment,
        delivery: delivery.nullable(),
      })
      .nullable(),
  }),
  relationshipSince: nullableMoment,
  relationshipEndedAt: nullableMoment,
  users: z.array(z.object({ id, name: z.string(), email: z.string(), role: z.enum(['global-admin', 'user']) })),
  /** Since when and until when delegated admin is granted; null: not kept, without an end, or not granted. */
  delegatedAdminSince: nullableMoment,
  delegatedAdminUntil: nullableMoment,
  /** What the pending invitation asks for. */
  pendingPurpose: z.enum(invitationPurposes).nullable(),
  /** The invitation or operation that the relationship is waiting for, if any. */
  pendingInvitationId: id.nullable(),
  runningOperationId: id.nullable(),
  /** The end of the relationship that is planned and has not begun. */
  plannedEnd: plannedEnd.nullable(),
  /** How things stand, as the name of one sentence. */
  standing: z.enum(standings),
  version: z.int(),
  actions: z.object({
    edit: allowed,
    attest: allowed,
    askAgreement: allowed,
    resendAgreement: allowed,
    copyAgreementLink: allowed,
    end: allowed,
    cancelEnd: allowed,
    request: allowed,
    askDelegatedAdmin: allowed,
    reinstate: allowed,
    revealCredentials: allowed,
  }),
});
export type Customer = z.output<typeof customer>;

export const customerSorts = ['company', 'domain', 'created'] as const;
const tagName = z.string().trim().max(lengths.tag);

/** Filters of the customer list; the export takes the same and gives exactly those rows. */
export const customerFilters = z.object({
  /** Any part of company name or domain. */
  search: z.string().trim().max(200).optional(),
  /** `live` (default) is what the partner's list is: active and ending. */
  relationship: z.enum(['live', 'all', ...relationshipStates]).default('live'),
  /** Customers with all of these tags; in an address the name is repeated: `tag=gold&tag=renewal`. */
  tag: z.union([z.array(tagName).max(maxTagFilters), tagName.transform((tag) => (tag ? [tag] : []))]).optional(),
  country: z.string().trim().max(2).optional(),
  delegatedAdmin: z.enum(['yes', 'no']).optional(),
  agreement: z.enum(['accepted', 'missing']).optional(),
  /** The id of an indirect reseller; `none`: customers that no reseller serves. */
  reseller: z.union([id, z.literal('none')]).optional(),
  sort: z.enum(customerSorts).default('company'),
  order: z.enum(['asc', 'desc']).default('asc'),
});
export type CustomerFilters = z.output<typeof customerFilters>;

export const listCustomers = endpoint({
  name: 'listCustomers',
  method: 'GET',
  path: '/api/customers',
  summary: 'The customers of the partner: searched, filtered, sorted, a page at a time.',
  tag: 'Customers',
  access: 'customers.see',
  query: customerFilters.extend({ after: z.string().max(500).optional(), limit }),
  result: page(customerRow),
});

/** A CSV answer; declared for the API document. */
export const exportCustomers = endpoint({
  name: 'exportCustomers',
  method: 'GET',
  path: '/api/customers.csv',
  summary:
    'Exactly the customers that the filters give, as CSV: customer id, company name, primary domain, relationship, and of an indirect provider the indirect reseller.',
  tag: 'Customers',
  access: 'customers.export',
  query: customerFilters,
  result: z.string(),
});

export const getCustomer = endpoint({
  name: 'getCustomer',
  method: 'GET',
  path: '/api/customers/:customerId',
  summary: 'One customer with everything a partner may see of it.',
  tag: 'Customers',
  access: 'customers.see',
  params: z.object({ customerId: id }),
  result: customer,
  etag: true,
});

/** What of a customer can be edited; what is left out stays as it is. */
const customerEdit = z.object({
  customerId: id,
  companyName: line(lengths.companyName).optional(),
  country: country.optional(),
  address: address.optional(),
  notes: text(lengths.note).optional(),
  tags: tags.optional(),
  contact: contact.optional(),
  language: language.optional(),
  supportContact: line(lengths.line).nullable().optional(),
  /** Of an indirect provider: a reseller with an active partnership as support contact, instead of what is typed. */
  supportResellerId: id.nullable().optional(),
  /** Of an indirect provider: the reseller that it serves this customer through; null: none. Subscriptions keep theirs. */
  indirectResellerId: id.nullable().optional(),
  specialQualification: z.enum(specialQualifications).nullable().optional(),
});

export const editCustomer = endpoint({
  name: 'editCustomer',
  method: 'PATCH',
  path: '/api/customers/:customerId',
  summary:
    'Changes what is given: company, address, contact, language, notes and more. `If-Match` is the ETag that was read; without it the answer is 428, and 409 tells what changed meanwhile and by whom.',
  tag: 'Customers',
  access: 'customers.edit',
  params: z.object({ customerId: id }),
  body: customerEdit,
  result: customer,
  etag: true,
  ifMatch: true,
});

export const previewEdit = endpoint({
  name: 'previewEdit',
  method: 'POST',
  path: '/api/customers/:customerId/preview',
  summary: 'What an edit would change and cause, by the names of its sentences. Changes nothing.',
  tag: 'Customers',
  access: 'customers.edit',
  params: z.object({ customerId: id }),
  body: customerEdit,
  result: z.object({
    fields: z.array(z.string()),
    consequences: z.array(z.object({ key: z.string(), params: z.record(z.string(), z.string()) })),
  }),
});

export const findAlike = endpoint({
  name: 'findAlike',
  method: 'GET',
  path: '/api/similar-customers',
  summary: 'The customers whose company names look like this one, the likest first: a warning before a second account is made.',
  tag: 'Customers',
  access: 'customers.see',
  query: z.object({ name: z.string().trim().min(1).max(lengths.companyName), except: id.optional() }),
  result: z.object({
    items: z.array(
      z.object({
        id,
        companyName: z.string(),
        domain: z.string(),
        country: z.string(),
        relationship: relationshipState,
        /** Nothing but legal form, case, width or punctuation differs. */
        isSame: z.boolean(),
      }),
    ),
  }),
});

export const newCustomer = z.object({
  companyName: line(lengths.companyName),
  domainPrefix: z.string().trim().toLowerCase().min(1).max(63),
  country,
  address,
  contact,
  language,
  agreement: z.discriminatedUnion('by', [
    z.object({
      by: z.literal('partner'),
      firstName: personName,
      lastName: personName,
      email,
      phone,
      date: z.string().trim().min(1).max(10),
    }),
    z.object({ by: z.literal('customer') }),
  ]),
  subscriptions: z.array(newSubscription).max(20).default([]),
  /** The won lead that it comes from: the two are linked. */
  leadId: id.optional(),
  /** Of an indirect provider: the reseller that the customer is added for, with an active partnership; null: it serves the customer itself. */
  resellerId: id.nullable().optional(),
});
export type NewCustomer = z.output<typeof newCustomer>;

export const addCustomer = endpoint({
  name: 'addCustomer',
  method: 'POST',
  path: '/api/customers',
  summary: 'Starts the onboarding of a new customer and answers with the operation that does it.',
  tag: 'Customers',
  access: 'customers.add',
  body: newCustomer,
  result: operation,
  status: 202,
});

export const checkDomain = endpoint({
  name: 'checkDomain',
  method: 'GET',
  path: '/api/domains/:prefix',
  summary: 'Whether a primary domain prefix is well-formed and free.',
  tag: 'Customers',
  access: 'customers.add',
  params: z.object({ prefix: z.string().max(253) }),
  result: z.object({
    domain: z.string(),
    available: z.boolean(),
    rule: z.enum(['domain_prefix', 'domain_taken']).nullable(),
    /** The customer of this partner that has the domain, if it is one; of nobody else's is said which it is. */
    customerId: id.nullable(),
  }),
});

/** The tags, for filters and suggestions. */
export const listCustomerTags = endpoint({
  name: 'listCustomerTags',
  method: 'GET',
  path: '/api/customer-tags',
  summary: 'Every tag in use, most used first.',
  tag: 'Customers',
  access: 'customers.see',
  result: z.object({ items: z.array(z.object({ tag: z.string(), count: z.int() })) }),
});

/** So many customers may be named one by one; beyond that one takes all that match. */
export const mostNamed = 1000;

/** Which customers: those with these ids (a page, or what was ticked), or all that the list's filters give but for a few. */
export const customerSelection = z.union([
  z.object({ ids: z.array(id).min(1).max(mostNamed) }),
  z.object({ filters: customerFilters, except: z.array(id).max(mostNamed).optional() }),
  /** Those whose delegated admin ends within one of these spans; `to` is not part of it. */
  z.object({
    expiring: z
      .array(z.object({ from: moment, to: moment }))
      .min(1)
      .max(100),
  }),
]);
export type CustomerSelection = z.output<typeof customerSelection>;

/**
 * Work over many customers. A screen puts `<BulkDialog v-model:action :selection :count>` (apps/web/src/operations; `<BulkMenu>` has the menu,
 * too), which asks, starts it and follows it in a toast. `filters` means
 * all that match when the work begins, of those that were there when it was asked for; the server finds them. The answer is an operation:
 * `listOperationRows` says what became of each customer, `retryOperation` tries the failed ones again.
 */
export const bulkCustomers = endpoint({
  name: 'bulkCustomers',
  method: 'POST',
  path: '/api/customers/bulk',
  summary:
    'Does one thing to many customers (tag, untag, suspend subscriptions, end relationships, export, ask for one or for more delegated admin) and answers with the operation that does it.',
  tag: 'Customers',
  access: 'customers.see',
  confirm: ({ action }) => action === 'end',
  body: z.discriminatedUnion('action', [
    z.object({ action: z.enum(['tag', 'untag']), tags: tags.min(1), selection: customerSelection }),
    z.object({ action: z.literal('suspend-subscriptions'), selection: customerSelection }),
    z.object({ action: z.literal('end'), ...endOrder, selection: customerSelection }),
    z.object({ action: z.literal('export'), selection: customerSelection }),
    z.object({ action: z.literal('invite'), ...requestToMany.shape, selection: customerSelection }),
    z.object({
      action: z.literal('extend-delegated-admin'),
      days: delegatedAdminDays,
      /** Empty: the standard text, in each customer's language. */
      message: text(lengths.message).default(''),
      selection: customerSelection,
    }),
  ]),
  result: operation,
  status: 202,
});

/** The indirect resellers that customers are served through, for the filter; empty for a partner that is no indirect provider. */
export const listCustomerResellers = endpoint({
  name: 'listCustomerResellers',
  method: 'GET',
  path: '/api/customer-resellers',
  summary: 'The indirect resellers that the customers of an indirect provider are served through, by name.',
  tag: 'Customers',
  access: 'customers.see',
  result: z.object({ items: z.array(z.object({ id, name: z.string() })) }),
});

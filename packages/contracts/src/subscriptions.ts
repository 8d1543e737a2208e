import { subscriptionCommands, subscriptionStates } from '@clientele/domain';
import { z } from 'zod';
import { endpoint } from './endpoint.ts';
import { allowed, id, moment } from './fields.ts';

export const product = z.object({
  id: z.string(),
  name: z.string(),
  billing: z.enum(['seats', 'usage']),
  leastQuantity: z.int(),
  mostQuantity: z.int(),
});

export const subscription = z.object({
  id,
  customerId: id,
  productId: z.string(),
  productName: z.string(),
  quantity: z.int(),
  state: z.enum(subscriptionStates),
  createdAt: moment,
  /** The reseller of record; null: the partner itself. */
  reseller: z.object({ id, name: z.string() }).nullable(),
  version: z.int(),
  /** Of a usage-based one: the customer's person who is its owner. */
  ownerId: id.nullable(),
  actions: z.object({ suspend: allowed, reactivate: allowed, cancel: allowed, quantity: allowed, reseller: allowed }),
});
export type Subscription = z.output<typeof subscription>;

export const newSubscription = z.object({ productId: z.string().min(1).max(100), quantity: z.int().min(1).max(1_000_000) });

export const listProducts = endpoint({
  name: 'listProducts',
  method: 'GET',
  path: '/api/products',
  summary: 'The product catalogue.',
  tag: 'Subscriptions',
  access: 'signed-in',
  result: z.object({ items: z.array(product) }),
});

const ofCustomer = z.object({ customerId: id });

export const listSubscriptions = endpoint({
  name: 'listSubscriptions',
  method: 'GET',
  path: '/api/customers/:customerId/subscriptions',
  summary: 'The subscriptions of a customer through this partner.',
  tag: 'Subscriptions',
  access: 'subscriptions.see',
  params: ofCustomer,
  result: z.object({ items: z.array(subscription), actions: z.object({ add: allowed }) }),
});

export const addSubscription = endpoint({
  name: 'addSubscription',
  method: 'POST',
  path: '/api/customers/:customerId/subscriptions',
  summary: 'Adds a subscription from the catalogue to a customer that has accepted the agreement.',
  tag: 'Subscriptions',
  access: 'subscriptions.buy',
  params: ofCustomer,
  body: newSubscription.extend({
    customerId: id,
    /** Of an indirect provider: the reseller of record; null: none; missing: the one that the customer is served through. */
    resellerId: id.nullable().optional(),
  }),
  result: subscription,
  status: 201,
});

export const changeSubscription = endpoint({
  name: 'changeSubscription',
  method: 'POST',
  path: '/api/customers/:customerId/subscriptions/:subscriptionId/:command',
  summary: 'Suspends, reactivates or cancels a subscription.',
  tag: 'Subscriptions',
  access: 'subscriptions.support',
  params: z.object({ customerId: id, subscriptionId: id, command: z.enum(subscriptionCommands) }),
  body: z.object({ customerId: id }),
  result: subscription,
});

export const changeQuantity = endpoint({
  name: 'changeQuantity',
  method: 'PATCH',
  path: '/api/customers/:customerId/subscriptions/:subscriptionId',
  summary: 'Changes the quantity of an active subscription within what its product allows. `If-Match` is the version that was seen.',
  tag: 'Subscriptions',
  access: 'subscriptions.manage',
  params: z.object({ customerId: id, subscriptionId: id }),
  body: z.object({ customerId: id, quantity: z.int().min(1).max(1_000_000) }),
  result: subscription,
  etag: true,
  ifMatch: true,
});

export const setSubscriptionOwner = endpoint({
  name: 'setSubscriptionOwner',
  method: 'PUT',
  path: '/api/customers/:customerId/subscriptions/:subscriptionId/owner',
  summary:
    "Names the customer's person who is the owner of a usage-based subscription, or nobody. The owner may buy on it where the customer may.",
  tag: 'Subscriptions',
  access: 'subscriptions.manage',
  params: z.object({ customerId: id, subscriptionId: id }),
  body: z.object({ customerId: id, customerUserId: id.nullable() }),
  result: subscription,
  etag: true,
  ifMatch: true,
});

export const changeSubscriptionReseller = endpoint({
  name: 'changeSubscriptionReseller',
  method: 'PATCH',
  path: '/api/customers/:customerId/subscriptions/:subscriptionId/reseller',
  summary:
    'Names another reseller of record, one with an active partnership; null: the provider itself. `If-Match` is the version that was seen.',
  tag: 'Subscriptions',
  access: 'subscriptions.manage',
  params: z.object({ customerId: id, subscriptionId: id }),
  body: z.object({ customerId: id, resellerId: id.nullable() }),
  result: subscription,
  etag: true,
  ifMatch: true,
});

/** A CSV answer; declared for the API document. */
export const exportSubscriptions = endpoint({
  name: 'exportSubscriptions',
  method: 'GET',
  path: '/api/customers/:customerId/subscriptions.csv',
  summary: 'The subscriptions of a customer as CSV, then its reservations and software: id, subscription, quantity, state, reseller.',
  tag: 'Subscriptions',
  access: 'customers.export',
  params: ofCustomer,
  result: z.string(),
});

import { billingCurrencies, lengths, orderKinds, orderStates, scopes } from '@clientele/domain';
import { z } from 'zod';
import { endpoint } from './endpoint.ts';
import { allowed, id, limit, moment, nullableMoment, page, text } from './fields.ts';

/** What a customer's person bought or asked for on its own page. Amounts are whole numbers of the currency's smallest unit. */
export const order = z.object({
  id,
  customerId: id,
  companyName: z.string(),
  kind: z.enum(orderKinds),
  state: z.enum(orderStates),
  productId: z.string(),
  productName: z.string(),
  region: z.string(),
  quantity: z.int(),
  scope: z.enum(scopes),
  scopeName: z.string().nullable(),
  unitPrice: z.int(),
  total: z.int(),
  currency: z.enum(billingCurrencies),
  termMonths: z.int().nullable(),
  /** The reservation that a request is about. */
  of: z.object({ purchaseId: id, productId: z.string(), productName: z.string(), endsAt: nullableMoment }).nullable(),
  /** The reservation that the order has made. */
  purchaseId: id.nullable(),
  note: z.string().nullable(),
  answer: z.string().nullable(),
  orderedAt: moment,
  orderedBy: z.string(),
  /** When it lapses if nobody decides. */
  lapsesAt: nullableMoment,
  decidedAt: nullableMoment,
  decidedBy: z.string().nullable(),
  actions: z.object({ approve: allowed, decline: allowed }),
});
export type Order = z.output<typeof order>;

const filters = { state: z.enum(['open', 'all']).default('all'), after: z.string().max(500).optional(), limit };

export const listOrders = endpoint({
  name: 'listOrders',
  method: 'GET',
  path: '/api/orders',
  summary: 'What customers ordered by themselves, the newest first. open: what waits for the partner.',
  tag: 'Orders',
  access: 'orders.see',
  query: z.object(filters),
  result: page(order),
});

export const listCustomerOrders = endpoint({
  name: 'listCustomerOrders',
  method: 'GET',
  path: '/api/customers/:customerId/orders',
  summary: 'What one customer ordered by itself, the newest first.',
  tag: 'Orders',
  access: 'orders.see',
  params: z.object({ customerId: id }),
  query: z.object(filters),
  result: page(order),
});

export const countOpenOrders = endpoint({
  name: 'countOpenOrders',
  method: 'GET',
  path: '/api/orders/count',
  summary: 'How many orders wait for the partner.',
  tag: 'Orders',
  access: 'orders.see',
  result: z.object({ open: z.int() }),
});

const ofOrder = z.object({ customerId: id, orderId: id });

export const approveOrder = endpoint({
  name: 'approveOrder',
  method: 'POST',
  path: '/api/customers/:customerId/orders/:orderId/approve',
  summary: 'Agrees to an order and carries it out: what is asked for is bought, exchanged, cancelled or renewed.',
  tag: 'Orders',
  access: 'orders.decide',
  params: ofOrder,
  body: z.object({ customerId: id }),
  result: order,
});

export const declineOrder = endpoint({
  name: 'declineOrder',
  method: 'POST',
  path: '/api/customers/:customerId/orders/:orderId/decline',
  summary: 'Does not agree to an order. The customer is told, with the words given.',
  tag: 'Orders',
  access: 'orders.decide',
  params: ofOrder,
  body: z.object({ customerId: id, answer: text(lengths.reason).default('') }),
  result: order,
});

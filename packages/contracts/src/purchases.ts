import { purchaseKinds } from '@clientele/domain';
import { z } from 'zod';
import { endpoint } from './endpoint.ts';
import { allowed, id, moment, nullableMoment } from './fields.ts';

export const purchaseProduct = z.object({
  id: z.string(),
  name: z.string(),
  kind: z.enum(purchaseKinds),
  leastQuantity: z.int(),
  mostQuantity: z.int(),
  termMonths: z.int().nullable(),
});

/** A reservation, prepaid on a usage-based subscription, or software that is bought once. */
export const purchase = z.object({
  id,
  customerId: id,
  kind: z.enum(purchaseKinds),
  subscriptionId: id.nullable(),
  productId: z.string(),
  productName: z.string(),
  quantity: z.int(),
  /** `expired` is a reservation whose term is over. */
  state: z.enum(['active', 'cancelled', 'expired']),
  endsAt: nullableMoment,
  createdAt: moment,
  /** The order with which the customer has bought it by itself, or asked for it. */
  orderId: id.nullable(),
  actions: z.object({ cancel: allowed }),
});
export type Purchase = z.output<typeof purchase>;

export const listPurchaseProducts = endpoint({
  name: 'listPurchaseProducts',
  method: 'GET',
  path: '/api/purchase-products',
  summary: 'The catalogue of reservations and software.',
  tag: 'Subscriptions',
  access: 'signed-in',
  result: z.object({ items: z.array(purchaseProduct) }),
});

const ofCustomer = z.object({ customerId: id });

export const listPurchases = endpoint({
  name: 'listPurchases',
  method: 'GET',
  path: '/api/customers/:customerId/purchases',
  summary: 'The reservations and software of a customer through this partner.',
  tag: 'Subscriptions',
  access: 'subscriptions.see',
  params: ofCustomer,
  result: z.object({ items: z.array(purchase), actions: z.object({ add: allowed }) }),
});

export const addPurchase = endpoint({
  name: 'addPurchase',
  method: 'POST',
  path: '/api/customers/:customerId/purchases',
  summary: 'Buys a reservation (on an active usage-based subscription) or software for a customer that has accepted the agreement.',
  tag: 'Subscriptions',
  access: 'subscriptions.buy',
  params: ofCustomer,
  body: z.object({ customerId: id, productId: z.string().min(1).max(100), quantity: z.int().min(1).max(1_000_000) }),
  result: purchase,
  status: 201,
});

export const cancelPurchase = endpoint({
  name: 'cancelPurchase',
  method: 'POST',
  path: '/api/customers/:customerId/purchases/:purchaseId/cancel',
  summary: 'Cancels a reservation or a software purchase; it then no longer blocks the end of the relationship.',
  tag: 'Subscriptions',
  access: 'subscriptions.manage',
  params: z.object({ customerId: id, purchaseId: id }),
  body: z.object({ customerId: id }),
  result: purchase,
});

import type { Cloud } from './clouds.ts';
import { type PurchaseProduct, pricedProducts, regionsOf, resourceGroupName, type Scope, scopes } from './purchases.ts';
import type { FieldError } from './refusals.ts';
import type { Transitions } from './transitions.ts';

/**
 * What a customer's person orders on its own page: it buys, or asks its partner to exchange, cancel or renew what was bought. Source: domain.md
 * section 3: the customer buys by itself, and everything afterwards goes through the partner.
 */
export const orderKinds = ['buy', 'exchange', 'cancel', 'renew'] as const;
export type OrderKind = (typeof orderKinds)[number];
export const requestKinds = ['exchange', 'cancel', 'renew'] as const satisfies readonly OrderKind[];
export type RequestKind = (typeof requestKinds)[number];

export const orderStates = ['awaiting-approval', 'placed', 'declined', 'lapsed', 'withdrawn'] as const;
export type OrderState = (typeof orderStates)[number];
export type OrderCommand = 'approve' | 'decline' | 'withdraw' | 'lapse';

/** An order that need not be approved is placed when it is made. `placed` is the last word: what became of what was bought, the purchase says. */
export const orderTransitions: Transitions<OrderState, OrderCommand> = {
  'awaiting-approval': { approve: 'placed', decline: 'declined', withdraw: 'withdrawn', lapse: 'lapsed' },
  placed: {},
  declined: {},
  lapsed: {},
  withdrawn: {},
};

/** So many days an order waits for the partner. Then it lapses, and counts against no cap any more. */
export const approvalDays = 7;

/** An order that waits longer than it may has lapsed, whether or not a worker has written that down. */
export function orderStateAt(order: { state: OrderState; lapsesAt: Date | null }, now: Date): OrderState {
  return order.state === 'awaiting-approval' && order.lapsesAt !== null && order.lapsesAt <= now ? 'lapsed' : order.state;
}

/** What is chosen of the catalogue. */
export interface Choice {
  productId: string;
  region: string;
  quantity: number;
  scope: string;
  scopeName: string;
}

/** What is wrong with a choice: something that the catalogue or the cloud does not have, or a quantity outside of what the product allows. */
export function checkChoice(choice: Choice, cloud: Cloud): FieldError[] {
  const errors: FieldError[] = [];
  const product: PurchaseProduct | undefined = pricedProducts.find(({ id }) => id === choice.productId);
  if (!product) errors.push({ path: 'productId', rule: 'unknown_product' });
  if (!regionsOf(cloud).some(({ id }) => id === choice.region)) errors.push({ path: 'region', rule: 'choice' });
  const { leastQuantity = 1, mostQuantity = 100 } = product ?? {};
  if (!Number.isSafeInteger(choice.quantity)) errors.push({ path: 'quantity', rule: 'not_whole' });
  else if (choice.quantity < leastQuantity) errors.push({ path: 'quantity', rule: 'too_small', params: { min: leastQuantity } });
  else if (choice.quantity > mostQuantity) errors.push({ path: 'quantity', rule: 'too_large', params: { max: mostQuantity } });
  if (!(scopes as readonly string[]).includes(choice.scope)) errors.push({ path: 'scope', rule: 'choice' });
  if ((choice.scope as Scope) === 'resource-group' && !resourceGroupName.test(choice.scopeName))
    errors.push({ path: 'scopeName', rule: choice.scopeName === '' ? 'required' : 'resource_group' });
  return errors;
}

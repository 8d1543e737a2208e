import type { FieldError } from './refusals.ts';
import type { Transitions } from './transitions.ts';

/** What a customer buys besides subscriptions: a reservation is prepaid on a usage-based subscription, software is bought once and for good. */
export const purchaseKinds = ['reservation', 'software'] as const;
export type PurchaseKind = (typeof purchaseKinds)[number];
export const purchaseStates = ['active', 'cancelled'] as const;
export type PurchaseState = (typeof purchaseStates)[number];
export type PurchaseCommand = 'cancel';

export const purchaseTransitions: Transitions<PurchaseState, PurchaseCommand> = {
  active: { cancel: 'cancelled' },
  cancelled: {},
};

/** A product that is bought as a purchase. A reservation runs for its term, in months. */
export interface PurchaseProduct {
  id: string;
  name: string;
  kind: PurchaseKind;
  leastQuantity: number;
  mostQuantity: number;
  termMonths?: number;
}

/** The catalogue of purchases, as data. */
export const purchaseProducts: readonly PurchaseProduct[] = [
  {
    id: 'vm-reservation-1y',
    name: 'Reserved virtual machine, 1 year',
    kind: 'reservation',
    leastQuantity: 1,
    mostQuantity: 100,
    termMonths: 12,
  },
  {
    id: 'vm-reservation-3y',
    name: 'Reserved virtual machine, 3 years',
    kind: 'reservation',
    leastQuantity: 1,
    mostQuantity: 100,
    termMonths: 36,
  },
  {
    id: 'sql-reservation-1y',
    name: 'Reserved SQL database capacity, 1 year',
    kind: 'reservation',
    leastQuantity: 1,
    mostQuantity: 50,
    termMonths: 12,
  },
  { id: 'windows-server-2025', name: 'Windows Server 2025 Standard, 16 cores', kind: 'software', leastQuantity: 1, mostQuantity: 1000 },
  { id: 'sql-server-2025', name: 'SQL Server 2025 Standard, 2 cores', kind: 'software', leastQuantity: 1, mostQuantity: 1000 },
];

/** The purchase product with this id, or undefined. */
export function purchaseProductOf(id: string): PurchaseProduct | undefined {
  return purchaseProducts.find((product) => product.id === id);
}

/** What is wrong with an order: an unknown product, or a quantity outside of what it allows. */
export function checkPurchase(order: { productId: string; quantity: number }): FieldError[] {
  const product = purchaseProductOf(order.productId);
  if (!product) return [{ path: 'productId', rule: 'unknown_product' }];
  if (order.quantity < product.leastQuantity) return [{ path: 'quantity', rule: 'too_small', params: { min: product.leastQuantity } }];
  if (order.quantity > product.mostQuantity) return [{ path: 'quantity', rule: 'too_large', params: { max: product.mostQuantity } }];
  return [];
}

/** Whether a purchase still binds somebody: not cancelled, and for a reservation its term not over. */
export function isPurchaseLive(purchase: { state: PurchaseState; endsAt: Date | null }, now: Date): boolean {
  return purchase.state === 'active' && (purchase.endsAt === null || purchase.endsAt > now);
}

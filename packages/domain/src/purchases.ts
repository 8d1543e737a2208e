import type { Cloud } from './clouds.ts';
import type { Language } from './languages.ts';
import type { BillingCurrency } from './money.ts';
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
  /** What the Japanese pages and mails call it. */
  japaneseName?: string;
  /** What one costs for its whole term where regions have no surcharge, in the smallest unit. Only what has prices can a customer buy by itself. */
  prices?: Readonly<Record<BillingCurrency, number>>;
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
    japaneseName: '予約済み仮想マシン(1 年)',
    prices: { USD: 60_000, EUR: 56_000, GBP: 48_000, JPY: 90_000 },
  },
  {
    id: 'vm-reservation-3y',
    name: 'Reserved virtual machine, 3 years',
    kind: 'reservation',
    leastQuantity: 1,
    mostQuantity: 100,
    termMonths: 36,
    japaneseName: '予約済み仮想マシン(3 年)',
    prices: { USD: 116_000, EUR: 108_000, GBP: 92_000, JPY: 174_000 },
  },
  {
    id: 'sql-reservation-1y',
    name: 'Reserved SQL database capacity, 1 year',
    kind: 'reservation',
    leastQuantity: 1,
    mostQuantity: 50,
    termMonths: 12,
    japaneseName: '予約済み SQL データベース容量(1 年)',
    prices: { USD: 148_000, EUR: 138_000, GBP: 118_000, JPY: 222_000 },
  },
  {
    id: 'sql-reservation-3y',
    name: 'Reserved SQL database capacity, 3 years',
    kind: 'reservation',
    leastQuantity: 1,
    mostQuantity: 50,
    termMonths: 36,
    japaneseName: '予約済み SQL データベース容量(3 年)',
    prices: { USD: 288_000, EUR: 268_000, GBP: 230_000, JPY: 432_000 },
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

/** What the catalogue calls a product in a language. */
export function productNameIn(product: Pick<PurchaseProduct, 'name' | 'japaneseName'>, language: Language): string {
  return language === 'ja' ? (product.japaneseName ?? product.name) : product.name;
}

/** Where a reservation is for, and what that costs in hundredths of the list price. Each cloud has regions of its own. */
export interface Region {
  id: string;
  name: string;
  japaneseName: string;
  cloud: Cloud;
  percent: number;
}

/** The regions of the catalogue, as data. */
export const regions: readonly Region[] = [
  { id: 'us-east', name: 'US East', japaneseName: '米国東部', cloud: 'public', percent: 100 },
  { id: 'us-west', name: 'US West', japaneseName: '米国西部', cloud: 'public', percent: 104 },
  { id: 'europe-north', name: 'North Europe', japaneseName: '北ヨーロッパ', cloud: 'public', percent: 106 },
  { id: 'europe-west', name: 'West Europe', japaneseName: '西ヨーロッパ', cloud: 'public', percent: 108 },
  { id: 'uk-south', name: 'UK South', japaneseName: '英国南部', cloud: 'public', percent: 108 },
  { id: 'japan-east', name: 'Japan East', japaneseName: '東日本', cloud: 'public', percent: 112 },
  { id: 'japan-west', name: 'Japan West', japaneseName: '西日本', cloud: 'public', percent: 110 },
  { id: 'usgov-virginia', name: 'US Gov Virginia', japaneseName: 'US Gov バージニア', cloud: 'us-government', percent: 116 },
  { id: 'usgov-arizona', name: 'US Gov Arizona', japaneseName: 'US Gov アリゾナ', cloud: 'us-government', percent: 118 },
];

/** The regions that a cloud has. */
export const regionsOf = (cloud: Cloud): readonly Region[] => regions.filter((region) => region.cloud === cloud);
/** The region with this id, or undefined. */
export const regionOf = (id: string): Region | undefined => regions.find((region) => region.id === id);

/** What a reservation's discount is good for: all that the organisation runs, one subscription, or one resource group of it. */
export const scopes = ['shared', 'subscription', 'resource-group'] as const;
export type Scope = (typeof scopes)[number];

/** The names that a resource group can have. */
export const resourceGroupName = /^(?=.{1,90}$)[\p{L}\p{N}._()-]*[\p{L}\p{N}_()-]$/u;

/** The reservations that a customer can buy by itself: those that have prices. */
export const pricedProducts: readonly PurchaseProduct[] = purchaseProducts.filter(({ prices }) => prices !== undefined);

/** What one of a product costs in a region, for its whole term; undefined for what the catalogue has no price of. Prices are made so that it is whole. */
export function unitPriceOf(productId: string, regionId: string, currency: BillingCurrency): number | undefined {
  const price = purchaseProductOf(productId)?.prices?.[currency];
  const region = regionOf(regionId);
  return price === undefined || region === undefined ? undefined : (price * region.percent) / 100;
}

/** The same day so many months later; of a month that has no such day, its last. In UTC. */
export function monthsAfter(moment: Date, months: number): Date {
  const later = new Date(moment);
  later.setUTCDate(1);
  later.setUTCMonth(later.getUTCMonth() + months);
  const days = new Date(Date.UTC(later.getUTCFullYear(), later.getUTCMonth() + 1, 0)).getUTCDate();
  later.setUTCDate(Math.min(moment.getUTCDate(), days));
  return later;
}

import { mostAmount } from './money.ts';
import type { FieldError } from './refusals.ts';
import type { RelationshipState } from './relationships.ts';
import type { SubscriptionState } from './subscriptions.ts';

/** The partner is told of each purchase, or is asked before one is made. */
export const approvals = ['tell', 'ask'] as const;
export type Approval = (typeof approvals)[number];

/** What must hold for a customer to buy by itself, in this order. Source: domain.md section 3, "Let customers buy for themselves". */
export const permissionConditions = ['relationship', 'plan', 'owner'] as const;
export type PermissionCondition = (typeof permissionConditions)[number];

/** A usage-based subscription, as far as the conditions look at it. */
export interface PlanFacts {
  state: SubscriptionState;
  /** The customer's person who is its owner. */
  ownerId: string | null;
}

/** Each condition, and whether it holds now. */
export function conditionsOf(facts: {
  relationship: RelationshipState;
  plans: readonly PlanFacts[];
}): { condition: PermissionCondition; met: boolean }[] {
  const active = facts.plans.filter(({ state }) => state === 'active');
  return [
    { condition: 'relationship', met: facts.relationship === 'active' },
    { condition: 'plan', met: active.length > 0 },
    { condition: 'owner', met: active.some(({ ownerId }) => ownerId !== null) },
  ];
}

/** How a permission stands: on and working, off, over since its end date, or on and without effect because a condition does not hold. */
export type PermissionStanding = 'working' | 'off' | 'ended' | PermissionCondition;

/** Computed whenever somebody looks or buys: nothing has to run for a permission to stop. */
export function permissionStanding(
  permission: { isOn: boolean; endsAt: Date | null } | null,
  conditions: readonly { condition: PermissionCondition; met: boolean }[],
  now: Date,
): PermissionStanding {
  if (permission?.endsAt && permission.endsAt <= now) return 'ended';
  if (!permission?.isOn) return 'off';
  return conditions.find(({ met }) => !met)?.condition ?? 'working';
}

/** The brakes that a partner sets. Amounts are whole numbers of the smallest unit of its currency. */
export interface Brakes {
  mostPerPurchase: number;
  mostPerMonth: number;
}

/** How many days ahead an end date may lie. */
export const permissionDaysAhead = 1827;

/** What is wrong with the settings of a permission. `endsOn` is the last day on which it works, in the zone in which its months are counted. */
export function checkPermission(settings: Brakes & { endsOn: string | null }, zone: Zone, now: Date): FieldError[] {
  const errors: FieldError[] = [];
  for (const path of ['mostPerPurchase', 'mostPerMonth'] as const) {
    const amount = settings[path];
    if (!Number.isSafeInteger(amount) || amount < 1 || amount > mostAmount) errors.push({ path, rule: 'amount' });
  }
  if (errors.length === 0 && settings.mostPerMonth < settings.mostPerPurchase)
    errors.push({ path: 'mostPerMonth', rule: 'below_purchase_cap' });
  if (settings.endsOn !== null) {
    const end = endOfDay(settings.endsOn, zone);
    if (end === null) errors.push({ path: 'endsOn', rule: 'date' });
    else if (end <= now) errors.push({ path: 'endsOn', rule: 'date_past' });
    else if (end.getTime() - now.getTime() > permissionDaysAhead * 86_400_000) errors.push({ path: 'endsOn', rule: 'date_too_late' });
  }
  return errors;
}

/** What a purchase does against the brakes: it goes ahead, or is over one of them. Exactly the cap is allowed. */
export type BrakeDecision = { fits: true } | { fits: false; cap: 'purchase' | 'month'; left: number };

/** `spent`: what was bought or waits for approval in this month. */
export function decideBrakes(total: number, brakes: Brakes, spent: number): BrakeDecision {
  const left = monthLeft(brakes, spent);
  if (total > brakes.mostPerPurchase) return { fits: false, cap: 'purchase', left: Math.min(brakes.mostPerPurchase, left) };
  return total > left ? { fits: false, cap: 'month', left } : { fits: true };
}

/** What is left of a month; nothing when the cap was lowered below what is spent. */
export function monthLeft({ mostPerMonth }: Pick<Brakes, 'mostPerMonth'>, spent: number): number {
  return Math.max(0, mostPerMonth - spent);
}

/** The zones in which months and days are counted. Neither has summer time, so that a month is a fixed stretch of time. */
export const zones = ['UTC', 'Asia/Tokyo'] as const;
export type Zone = (typeof zones)[number];
const minutesAhead: Record<Zone, number> = { UTC: 0, 'Asia/Tokyo': 540 };

/** The zone of a partner: Japan's time in Japan, and UTC everywhere else. Both sides are shown which one it is. */
export const zoneOf = (country: string): Zone => (country === 'JP' ? 'Asia/Tokyo' : 'UTC');

/** The calendar month in which a moment lies: from, and until just before. */
export function monthOf(moment: Date, zone: Zone): { from: Date; until: Date } {
  const local = new Date(moment.getTime() + minutesAhead[zone] * 60_000);
  const begin = (more: number) => new Date(Date.UTC(local.getUTCFullYear(), local.getUTCMonth() + more, 1) - minutesAhead[zone] * 60_000);
  return { from: begin(0), until: begin(1) };
}

/** When a day is over in a zone; null for what is no day. */
export function endOfDay(day: string, zone: Zone): Date | null {
  const begin = new Date(`${day}T00:00:00Z`);
  if (!/^\d{4}-\d\d-\d\d$/.test(day) || Number.isNaN(begin.getTime()) || begin.toISOString().slice(0, 10) !== day) return null;
  return new Date(begin.getTime() + 86_400_000 - minutesAhead[zone] * 60_000);
}

/** The last day before a moment, in a zone: the other way round. */
export function lastDayBefore(end: Date, zone: Zone): string {
  return new Date(end.getTime() - 1 + minutesAhead[zone] * 60_000).toISOString().slice(0, 10);
}

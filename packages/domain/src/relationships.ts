import { isPurchaseLive, type PurchaseKind, type PurchaseState } from './purchases.ts';
import type { SubscriptionState } from './subscriptions.ts';
import type { Transitions } from './transitions.ts';

export const relationshipStates = ['none', 'requested', 'active', 'ending', 'ended'] as const;
export type RelationshipState = (typeof relationshipStates)[number];
export type RelationshipCommand = 'accept' | 'withdraw' | 'forget' | 'end' | 'cancel-end' | 'complete-end' | 'request';

/**
 * `none` is a customer that the partner keeps here and has not asked yet: an imported one. A request that came to nothing (declined, revoked,
 * expired) leaves things as they were before it: `withdraw` where there has been a relationship, `forget` where there never was one.
 */
export const relationshipTransitions: Transitions<RelationshipState, RelationshipCommand> = {
  none: { request: 'requested' },
  requested: { accept: 'active', withdraw: 'ended', forget: 'none' },
  active: { end: 'ending' },
  ending: { 'cancel-end': 'active', 'complete-end': 'ended' },
  ended: { request: 'requested' },
};

/** What a request that came to nothing does to a relationship. */
export function withdrawalOf(relationship: { relationshipSince: Date | null }): 'withdraw' | 'forget' {
  return relationship.relationshipSince === null ? 'forget' : 'withdraw';
}

/** The states in which the customer is on the partner's list. */
export const liveRelationshipStates: readonly RelationshipState[] = ['active', 'ending'];

/** One thing that keeps a relationship from ending, and what to do about it. */
export type Blocker =
  /** `remedy` is the act that clears it; `endsAt` is when it clears by itself, null when it never does. */
  | { kind: 'subscription_active'; subscriptionId: string; productId: string; quantity: number; endsAt: null; remedy: 'suspend' }
  | {
      kind: 'reservation_active' | 'software_active';
      purchaseId: string;
      productId: string;
      quantity: number;
      endsAt: Date | null;
      remedy: 'cancel';
    };

/**
 * What still lives and so blocks the end. Source: domain.md section 3, "End or reinstate": reservations cancelled, software purchases
 * cancelled, every remaining subscription suspended.
 */
export function blockersOf(
  subscriptions: readonly { id: string; productId: string; quantity: number; state: SubscriptionState }[],
  purchases: readonly {
    id: string;
    kind: PurchaseKind;
    productId: string;
    quantity: number;
    state: PurchaseState;
    endsAt: Date | null;
  }[] = [],
  now = new Date(0),
): Blocker[] {
  return [
    ...purchases
      .filter((purchase) => isPurchaseLive(purchase, now))
      .map(
        ({ id, kind, productId, quantity, endsAt }): Blocker => ({
          kind: kind === 'reservation' ? 'reservation_active' : 'software_active',
          purchaseId: id,
          productId,
          quantity,
          endsAt,
          remedy: 'cancel',
        }),
      ),
    ...subscriptions
      .filter((subscription) => subscription.state === 'active')
      .map(
        ({ id, productId, quantity }): Blocker => ({
          kind: 'subscription_active',
          subscriptionId: id,
          productId,
          quantity,
          endsAt: null,
          remedy: 'suspend',
        }),
      ),
  ];
}

/** What ending takes away, as consequences that a screen can list for this very customer. */
export type EndConsequence =
  | 'leaves_list'
  | 'delegated_admin_taken_away'
  | 'support_contact_removed'
  | 'purchases_stop'
  | 'both_told'
  | 'history_stays';

export function endConsequences(customer: { delegatedAdmin: boolean; supportContact: string | null }): EndConsequence[] {
  return [
    'leaves_list',
    ...(customer.delegatedAdmin ? (['delegated_admin_taken_away'] as const) : []),
    ...(customer.supportContact ? (['support_contact_removed'] as const) : []),
    'purchases_stop',
    'both_told',
    'history_stays',
  ];
}

import type { Transitions } from './transitions.ts';

export const subscriptionStates = ['active', 'suspended', 'cancelled'] as const;
export type SubscriptionState = (typeof subscriptionStates)[number];
export const subscriptionCommands = ['suspend', 'reactivate', 'cancel'] as const;
export type SubscriptionCommand = (typeof subscriptionCommands)[number];

/** Source: domain.md section 6. */
export const subscriptionTransitions: Transitions<SubscriptionState, SubscriptionCommand> = {
  active: { suspend: 'suspended' },
  suspended: { reactivate: 'active', cancel: 'cancelled' },
  cancelled: {},
};

import type { Transitions } from './transitions.ts';

export const operationStates = ['queued', 'running', 'succeeded', 'failed', 'cancelled'] as const;
export type OperationState = (typeof operationStates)[number];
export type OperationCommand = 'start' | 'succeed' | 'fail' | 'cancel' | 'retry';

/** Source: domain.md section 6. A failed operation can be tried again (only what failed) or given up. */
export const operationTransitions: Transitions<OperationState, OperationCommand> = {
  queued: { start: 'running', cancel: 'cancelled' },
  running: { succeed: 'succeeded', fail: 'failed', cancel: 'cancelled' },
  failed: { retry: 'queued', cancel: 'cancelled' },
  succeeded: {},
  cancelled: {},
};

export const stepStates = ['pending', 'running', 'done', 'failed', 'skipped'] as const;
export type StepState = (typeof stepStates)[number];

/** The steps of each kind of operation, in order. */
export const operationSteps = {
  'customer-onboarding': [
    'check_address',
    'reserve_domain',
    'create_account',
    'create_first_admin',
    'record_agreement',
    'establish_relationship',
    'add_subscriptions',
    'send_welcome_mail',
  ],
  'relationship-end': ['check_blockers', 'take_back_delegated_admin', 'remove_support_contact', 'end_relationship', 'tell_both_sides'],
} as const;

export type OperationKind = keyof typeof operationSteps;
export const operationKinds = Object.keys(operationSteps) as OperationKind[];
export type StepName<Kind extends OperationKind = OperationKind> = (typeof operationSteps)[Kind][number];

/** Why a step failed: a closed code with the facts its sentence needs, and the technical text folded away. */
export interface StepFailure {
  code: 'domain_taken' | 'address' | 'blocked' | 'unexpected' | 'relationship_changed';
  params?: Record<string, string | number>;
  detail?: string;
}

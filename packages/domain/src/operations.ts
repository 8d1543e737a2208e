import type { Rule } from './refusals.ts';
import type { Transitions } from './transitions.ts';

export const operationStates = ['queued', 'running', 'paused', 'succeeded', 'failed', 'cancelled'] as const;
export type OperationState = (typeof operationStates)[number];
export type OperationCommand = 'start' | 'pause' | 'resume' | 'succeed' | 'fail' | 'cancel' | 'retry';

/**
 * Source: domain.md section 6, and `paused` (ADR 0012). A failed operation can be tried again (only what failed) or given up. One that
 * waits for its turn fails too, when its time is over.
 */
export const operationTransitions: Transitions<OperationState, OperationCommand> = {
  queued: { start: 'running', pause: 'paused', fail: 'failed', cancel: 'cancelled' },
  running: { pause: 'paused', succeed: 'succeeded', fail: 'failed', cancel: 'cancelled' },
  paused: { resume: 'queued', cancel: 'cancelled' },
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
  'customers-tag': ['choose_customers', 'add_tags'],
  'customers-untag': ['choose_customers', 'remove_tags'],
  'subscriptions-suspend': ['choose_customers', 'suspend_subscriptions'],
  'relationships-end': ['choose_customers', 'end_relationships', 'tell_author'],
  'delegated-admin-extend': ['choose_customers', 'ask_customers'],
  'customers-export': ['write_export'],
  'customer-import': ['check_rows', 'write_rows', 'send_requests'],
  'customers-invite': ['choose_customers', 'send_requests'],
  'invitations-send': ['send_invitations'],
} as const;

export type OperationKind = keyof typeof operationSteps;
export const operationKinds = Object.keys(operationSteps) as OperationKind[];
export type StepName<Kind extends OperationKind = OperationKind> = (typeof operationSteps)[Kind][number];

/**
 * What is peculiar to each kind. `overRows`: it works through many rows, one chunk after another, so it has a queue of its own, can be
 * paused, and what it has done is not undone when it is cancelled. `allowanceHours`: so long it may take until a person should look.
 */
export const operationProfiles: Record<OperationKind, { overRows: boolean; allowanceHours: number }> = {
  'customer-onboarding': { overRows: false, allowanceHours: 1 },
  'relationship-end': { overRows: false, allowanceHours: 1 },
  'customers-tag': { overRows: true, allowanceHours: 24 },
  'customers-untag': { overRows: true, allowanceHours: 24 },
  'subscriptions-suspend': { overRows: true, allowanceHours: 24 },
  'relationships-end': { overRows: true, allowanceHours: 24 },
  'delegated-admin-extend': { overRows: true, allowanceHours: 24 },
  'customers-export': { overRows: true, allowanceHours: 24 },
  'customer-import': { overRows: true, allowanceHours: 24 },
  'customers-invite': { overRows: true, allowanceHours: 24 },
  'invitations-send': { overRows: true, allowanceHours: 24 },
};

/** Whether a kind works through many rows; a kind that this release does not know does not. */
export function isOverRows(kind: string): boolean {
  return Object.hasOwn(operationProfiles, kind) && operationProfiles[kind as OperationKind].overRows;
}

/** Until when an operation that starts (or goes on) now should be done. */
export function deadlineOf(kind: OperationKind, now: Date): Date {
  return new Date(now.getTime() + operationProfiles[kind].allowanceHours * 3_600_000);
}

/** What a paused operation waits for when it was not a person who paused it. */
export const operationWaits = ['approval'] as const;
export type OperationWait = (typeof operationWaits)[number];

/** How far the rows of an operation are. */
export interface RowCounts {
  done: number;
  failed: number;
  skipped: number;
  total: number;
}

export const rowStates = ['pending', 'done', 'failed', 'skipped'] as const;
export type RowState = (typeof rowStates)[number];

/** What became of a row, in one word per kind of work: done, or why there was nothing to do. */
export const rowOutcomes = [
  'tagged',
  'has_tags',
  'untagged',
  'has_no_tag',
  'suspended',
  'nothing_active',
  'ended',
  'ends_when_clear',
  'ends_at',
  'exported',
  'would_create',
  'would_update',
  'created',
  'updated',
  'unchanged',
  'duplicate',
  'asked',
  'without_end',
  'not_asked',
  'already_asked',
  'already_customer',
  'not_written',
] as const;
export type RowOutcome = (typeof rowOutcomes)[number];

/** Why a row failed: a rule that a value broke, or what stood in the way of the whole row. */
export const rowObstacles = ['gone', 'relationship', 'too_many_tags', 'no_contact', 'limit_reached', 'blocked', 'end_planned'] as const;
export interface RowFailure {
  code: (typeof rowObstacles)[number] | Rule;
  /** For a row of a file: the column, and what stood there. */
  column?: string;
  value?: string;
  params?: Record<string, string | number>;
}

/** Why a step failed: a closed code with the facts its sentence needs, and the technical text folded away. */
export interface StepFailure {
  code:
    | 'domain_taken'
    | 'address'
    | 'blocked'
    | 'unexpected'
    | 'relationship_changed'
    | 'rows_failed'
    | 'overdue'
    | 'superseded'
    | 'second_person_missing'
    | 'requester_not_entitled';
  params?: Record<string, string | number>;
  detail?: string;
}

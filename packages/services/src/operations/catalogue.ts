import type { OperationKind, StepName } from '@clientele/domain';
import { exportSteps, tagSteps, untagSteps } from '../customers/bulk.ts';
import { onboardingSteps, undoOnboarding } from '../customers/onboarding.ts';
import { extendSteps } from '../delegated-admin/bulk.ts';
import { importSteps, retryImport, undoImport } from '../imports/steps.ts';
import { inviteSteps, sendSteps } from '../invitations/bulk.ts';
import { endManySteps } from '../relationships/bulk.ts';
import { endSteps, undoEnd } from '../relationships/ending.ts';
import { suspendSteps } from '../subscriptions/bulk.ts';
import { retryFailedRows } from './rows.ts';
import { type Retry, type Step, type Undo, undoNothing } from './step.ts';

/** Every step of every kind; a missing or misspelt one does not compile. */
export const steps: { [Kind in OperationKind]: Record<StepName<Kind>, Step> } = {
  'customer-onboarding': onboardingSteps,
  'relationship-end': endSteps,
  'customers-tag': tagSteps,
  'customers-untag': untagSteps,
  'subscriptions-suspend': suspendSteps,
  'relationships-end': endManySteps,
  'delegated-admin-extend': extendSteps,
  'customers-export': exportSteps,
  'customer-import': importSteps,
  'customers-invite': inviteSteps,
  'invitations-send': sendSteps,
};

export const undos: Record<OperationKind, Undo> = {
  'customer-onboarding': undoOnboarding,
  'relationship-end': undoEnd,
  'customers-tag': undoNothing,
  'customers-untag': undoNothing,
  'subscriptions-suspend': undoNothing,
  'relationships-end': undoNothing,
  'delegated-admin-extend': undoNothing,
  'customers-export': undoNothing,
  'customer-import': undoImport,
  'customers-invite': undoNothing,
  'invitations-send': undoNothing,
};

const ownRetries: Partial<Record<OperationKind, Retry>> = { 'customer-import': retryImport };

/** What a retry puts back: all rows that failed, unless the kind says otherwise. */
export const retryOf = (kind: OperationKind): Retry => ownRetries[kind] ?? retryFailedRows;

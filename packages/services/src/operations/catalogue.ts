import type { OperationKind, StepName } from '@clientele/domain';
import { onboardingSteps, undoOnboarding } from '../customers/onboarding.ts';
import { endSteps, undoEnd } from '../relationships/ending.ts';
import type { Step, Undo } from './step.ts';

/** Every step of every kind; a missing or misspelt one does not compile. */
export const steps: { [Kind in OperationKind]: Record<StepName<Kind>, Step> } = {
  'customer-onboarding': onboardingSteps,
  'relationship-end': endSteps,
};

export const undos: Record<OperationKind, Undo> = { 'customer-onboarding': undoOnboarding, 'relationship-end': undoEnd };

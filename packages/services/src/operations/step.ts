import type { Context, OperationRecord, Transaction } from '@clientele/db';
import type { NewEvent, StepFailure } from '@clientele/domain';

/** What one step did: its events, and what it learned about the operation itself. */
interface StepDone {
  events: NewEvent[];
  /** true: there was nothing to do, and the step shows as skipped. */
  skipped?: boolean;
  operation?: Partial<Pick<OperationRecord, 'customerId' | 'signInName'>>;
}

/** One step: all of its effects in the given transaction, in which the worker also marks it done. Hence each effect once. */
export type Step = (ctx: Context, tx: Transaction, operation: OperationRecord) => Promise<StepDone>;

/** Undoes what the finished steps of a cancelled operation did. */
export type Undo = (ctx: Context, tx: Transaction, operation: OperationRecord) => Promise<NewEvent[]>;

/** A step that cannot go on, for a reason that a person can read. Anything else that is thrown counts as unexpected. */
export class StepRefused extends Error {
  constructor(readonly failure: StepFailure) {
    super(failure.code);
  }
}

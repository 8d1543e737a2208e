import type { Context, OperationRecord, Transaction } from '@clientele/db';
import type { NewEvent, OperationWait, RowCounts, StepFailure } from '@clientele/domain';

/** What one step did: its events, and what it learned about the operation itself. */
interface StepDone {
  events: NewEvent[];
  /** true: there was nothing to do, and the step shows as skipped. */
  skipped?: boolean;
  /**
   * true: this was one chunk (a few hundred rows), and the step is called again for the next. In between the engine shows the progress,
   * lets others have the database, and looks whether somebody paused or cancelled.
   */
  more?: boolean;
  /** Rows that were settled in this call (`settleRows` gives it); added to the operation's progress. */
  settled?: Omit<RowCounts, 'total'>;
  /** The step is done and a person has to look before the next one: the operation pauses, and `resume` goes on with the next step. */
  waiting?: OperationWait;
  /** `progress` replaces what was counted so far, e.g. when a later step works through the rows anew. */
  operation?: Partial<Pick<OperationRecord, 'customerId' | 'signInName' | 'progress'>>;
}

/**
 * One step, or one chunk of it: all of its effects in the given transaction, in which the worker also marks it done. Hence each effect
 * once. When rows of it failed, the step ends as failed and the next steps still run.
 */
export type Step = (ctx: Context, tx: Transaction, operation: OperationRecord) => Promise<StepDone>;

/** Undoes what the finished steps of a cancelled operation did. */
export type Undo = (ctx: Context, tx: Transaction, operation: OperationRecord) => Promise<NewEvent[]>;

/** Puts back what shall be tried again of an operation that failed, and gives its progress. */
export type Retry = (tx: Transaction, operation: OperationRecord) => Promise<RowCounts | null>;

/** What a run over many rows has done stays, as each row says. */
export const undoNothing: Undo = async () => [];

/** A step that cannot go on, for a reason that a person can read. Anything else that is thrown counts as unexpected. */
export class StepRefused extends Error {
  constructor(readonly failure: StepFailure) {
    super(failure.code);
  }
}

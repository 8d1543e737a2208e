import { accounts, type Context, customers, customerUsers, newId, operations, type Transaction, transact, users } from '@clientele/db';
import { deadlineOf, illegal, isOverRows, type NewEvent, next, operationTransitions } from '@clientele/domain';
import { hashPassword } from 'better-auth/crypto';
import { and, eq, isNull } from 'drizzle-orm';
import { demand, userIdOf } from '../access.ts';
import { ownRequest } from '../relationships/own-request.ts';
import { retryOf, undos } from './catalogue.ts';
import { pausedAs } from './run.ts';
import { makeTemporaryPassword } from './temporaryPassword.ts';
import { awaitsSecondPerson, isSuperseded, loadOperation, lockOperation, type OperationView, permissionOfOperation } from './view.ts';

/** Tries what failed again, of its rows the failed ones only; what is done stays done. Throws `illegal_transition` unless the operation has failed. */
export async function retryOperation(ctx: Context, operationId: string): Promise<OperationView> {
  return transact(ctx, async (tx) => {
    const operation = await lockOperation(tx, operationId);
    demand(ctx, permissionOfOperation[operation.kind]);
    if (isSuperseded(operation)) throw illegal('operation', 'superseded', 'be retried');
    const state = next('operation', operationTransitions, operation.state, 'retry');
    // Later steps have run for the rows that were good; the rows that are mended now need them too.
    const firstFailed = operation.steps.findIndex((step) => step.state === 'failed');
    await tx
      .update(operations)
      .set({
        state,
        steps: operation.steps.map((step, index) =>
          step.state === 'failed' || (isOverRows(operation.kind) && index > firstFailed)
            ? { ...step, state: 'pending', finishedAt: null, failure: null }
            : step,
        ),
        progress: await retryOf(operation.kind)(tx, operation),
        deadlineAt: deadlineOf(operation.kind, ctx.now),
        finishedAt: null,
        leaseOwner: null,
        leaseUntil: null,
      })
      .where(eq(operations.id, operationId));
    return {
      result: await loadOperation(ctx, tx, operationId),
      events: [{ type: 'operation.queued', customerId: operation.customerId, data: { operationId, kind: operation.kind } }],
    };
  });
}

/**
 * Halts an operation that works through many rows, between two chunks; what is done stays done. Throws `illegal_transition` when it is not
 * under way, or of a kind that is over in seconds.
 */
export async function pauseOperation(ctx: Context, operationId: string): Promise<OperationView> {
  return transact(ctx, async (tx) => {
    const operation = await lockOperation(tx, operationId);
    demand(ctx, permissionOfOperation[operation.kind]);
    const paused = pausedAs(operation.state, ctx.now);
    if (!isOverRows(operation.kind)) throw illegal('operation', operation.state, 'pause');
    await tx
      .update(operations)
      .set({
        ...paused,
        // It goes on where it was, and that is no further attempt.
        steps: operation.steps.map((step) =>
          step.state === 'running' ? { ...step, state: 'pending', attempts: Math.max(0, step.attempts - 1) } : step,
        ),
      })
      .where(eq(operations.id, operationId));
    return {
      result: await loadOperation(ctx, tx, operationId),
      events: [{ type: 'operation.paused', customerId: operation.customerId, data: { operationId, kind: operation.kind } }],
    };
  });
}

/**
 * Goes on where an operation was paused, by a person or by itself to be looked at. It gets its whole time anew. One that waits for a second
 * person is not for who started it: throws `forbidden`.
 */
export async function resumeOperation(ctx: Context, operationId: string): Promise<OperationView> {
  return transact(ctx, async (tx) => {
    const operation = await lockOperation(tx, operationId);
    demand(ctx, permissionOfOperation[operation.kind]);
    const state = next('operation', operationTransitions, operation.state, 'resume');
    const isApproval = awaitsSecondPerson(operation);
    if (isApproval && operation.createdBy === userIdOf(ctx)) throw ownRequest();
    await tx
      .update(operations)
      .set({
        state,
        pausedAt: null,
        waiting: null,
        deadlineAt: deadlineOf(operation.kind, ctx.now),
        ...(isApproval ? { input: { ...operation.input, approvedBy: userIdOf(ctx) } } : {}),
      })
      .where(eq(operations.id, operationId));
    return {
      result: await loadOperation(ctx, tx, operationId),
      events: [
        {
          type: 'operation.resumed',
          customerId: operation.customerId,
          data: { operationId, kind: operation.kind, ...(operation.waiting ? { waiting: operation.waiting } : {}) },
        },
      ],
    };
  });
}

/** Stops an operation and undoes what it did, in one transaction. A worker in the middle of a step finishes that step first. */
export async function cancelOperation(ctx: Context, operationId: string): Promise<OperationView> {
  return transact(ctx, async (tx) => {
    const events = await cancelWithin(ctx, tx, operationId);
    return { result: await loadOperation(ctx, tx, operationId), events };
  });
}

/** The same in the caller's transaction. Return the events with the caller's own. */
export async function cancelWithin(ctx: Context, tx: Transaction, operationId: string): Promise<NewEvent[]> {
  const operation = await lockOperation(tx, operationId);
  demand(ctx, permissionOfOperation[operation.kind]);
  const state = next('operation', operationTransitions, operation.state, 'cancel');
  const undone = await undos[operation.kind](ctx, tx, operation);
  await tx
    .update(operations)
    .set({
      state,
      steps: operation.steps.map((step) => (step.state === 'pending' || step.state === 'running' ? { ...step, state: 'skipped' } : step)),
      finishedAt: ctx.now,
      pausedAt: null,
      waiting: null,
      leaseOwner: null,
      leaseUntil: null,
    })
    .where(eq(operations.id, operationId));
  return [...undone, { type: 'operation.cancelled', customerId: operation.customerId, data: { operationId, kind: operation.kind } }];
}

/**
 * Makes the temporary password of a new customer's first admin at the moment it is shown, exactly once: nothing that could be
 * read later is stored. Throws `illegal_transition` when it has been shown or the onboarding has not succeeded.
 */
export async function revealCredentials(ctx: Context, operationId: string): Promise<{ signInName: string; temporaryPassword: string }> {
  demand(ctx, 'customers.add');
  const temporaryPassword = makeTemporaryPassword();
  const password = await hashPassword(temporaryPassword);
  // Not through an idempotency key: its answer would be kept.
  return transact({ ...ctx, idempotency: undefined }, async (tx) => {
    const operation = await lockOperation(tx, operationId);
    if (operation.kind !== 'customer-onboarding' || operation.state !== 'succeeded')
      throw illegal('operation', operation.state, 'show credentials');
    const taken = await tx
      .update(operations)
      .set({ credentialsRevealedAt: ctx.now })
      .where(and(eq(operations.id, operationId), isNull(operations.credentialsRevealedAt)))
      .returning({ id: operations.id });
    if (taken.length === 0) throw illegal('temporary password', 'already shown', 'be shown again');
    const [admin] = await tx
      .select({
        id: customerUsers.id,
        userId: customerUsers.userId,
        firstName: customerUsers.firstName,
        lastName: customerUsers.lastName,
      })
      .from(customerUsers)
      .innerJoin(customers, eq(customers.organizationId, customerUsers.organizationId))
      .where(and(eq(customers.id, operation.customerId ?? ''), eq(customerUsers.email, operation.signInName ?? '')));
    if (!admin || !operation.signInName) throw illegal('operation', operation.state, 'show credentials');
    // Signed in by a link to its own mailbox already: the sign-in is the customer's, and no partner gives it a password.
    if (admin.userId) throw illegal('first admin', 'signed_in', 'be given a temporary password');
    const userId = newId();
    const times = { createdAt: ctx.now, updatedAt: ctx.now };
    await tx.insert(users).values({ id: userId, name: `${admin.firstName} ${admin.lastName}`, email: operation.signInName, ...times });
    await tx.insert(accounts).values({ id: newId(), accountId: userId, providerId: 'credential', userId, password, ...times });
    await tx.update(customerUsers).set({ userId }).where(eq(customerUsers.id, admin.id));
    return {
      result: { signInName: operation.signInName, temporaryPassword },
      events: [{ type: 'customer_user.credentials_revealed', customerId: operation.customerId, data: { customerUserId: admin.id } }],
    };
  });
}

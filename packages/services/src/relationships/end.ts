import {
  type Context,
  type CustomerRecord,
  customers,
  type OperationRecord,
  operations,
  read,
  type Statement,
  type Transaction,
  transact,
} from '@clientele/db';
import {
  type EndMode,
  earliestEnd,
  endConsequences,
  illegal,
  type NewEvent,
  next,
  normalizeDomain,
  Refusal,
  refuseFields,
  relationshipTransitions,
} from '@clientele/domain';
import { and, desc, eq, inArray } from 'drizzle-orm';
import { actorName, demand } from '../access.ts';
import { type CustomerView, loadCustomer, lockCustomer } from '../customers/view.ts';
import { cancelWithin } from '../operations/control.ts';
import { openStates } from '../operations/list.ts';
import { newOperation } from '../operations/queue.ts';
import { type OperationView, viewOperation } from '../operations/view.ts';
import { settingsOf } from '../partners/settings.ts';
import { findBlockers, named, withOwners } from './blockers.ts';
import { openPlannedEndOf, otherGlobalAdmins } from './planned.ts';

/** The dry run: what blocks the end and by whom it is there, from when it is possible, and what ending would do to this very customer. */
export async function previewEnd(ctx: Context, customerId: string) {
  demand(ctx, 'customers.see');
  return read(ctx, async (tx) => {
    const customer = await loadCustomer(ctx, tx, customerId);
    const blockers = await findBlockers(tx, customerId, ctx.now);
    const settings = await settingsOf(ctx, tx);
    return {
      blockers: await withOwners(tx, customerId, named(blockers)),
      /** When nothing blocks any more if nobody does anything; null when somebody has to. */
      earliestAt: earliestEnd(blockers, ctx.now),
      consequences: endConsequences({ ...customer, supportContact: customer.supportContact ?? customer.supportReseller?.name ?? null }),
      secondPerson: { needed: settings.endNeedsSecondPerson, others: (await otherGlobalAdmins(ctx, tx)).length },
    };
  });
}

/** Throws unless the person typed the customer's primary domain. */
export function requireTyped(customer: { domain: string }, typed: string): void {
  if (normalizeDomain(typed) !== customer.domain)
    refuseFields([{ path: 'domain', rule: 'confirmation', params: { expected: customer.domain } }]);
}

/** The refusal of an end that something blocks, with every blocker. */
export const blockedBy = (customerId: string, blockers: Awaited<ReturnType<typeof findBlockers>>) =>
  new Refusal('blocked', 'Something is still live. Suspend it first.', { details: { customerId, blockers: named(blockers) } });

/** Throws when an end is planned already: it has to be cancelled before there can be another. */
export async function refuseWhilePlanned(ctx: Context, tx: Transaction, customerId: string): Promise<void> {
  const open = await openPlannedEndOf(ctx, tx, customerId);
  if (open) throw illegal('planned end', open.state, 'be planned again');
}

/** Starts the end of a relationship that nothing blocks, in the caller's transaction, which has locked the customer. */
export async function startEnd(
  ctx: Context,
  tx: Transaction,
  customer: CustomerRecord,
  how: { mode: EndMode; plannedEndId?: string; author?: string },
): Promise<{ record: OperationRecord; events: NewEvent[]; writes: Statement[] }> {
  const { author, ...input } = how;
  await tx
    .update(customers)
    .set({ relationship: next('relationship', relationshipTransitions, customer.relationship, 'end'), version: customer.version + 1 })
    .where(eq(customers.id, customer.id));
  const { record, event, insert } = newOperation(ctx, {
    kind: 'relationship-end',
    subject: customer.companyName,
    customerId: customer.id,
    input,
    ...(author ? { createdBy: author } : {}),
  });
  return {
    record,
    events: [{ type: 'relationship.end_requested', customerId: customer.id, data: { operationId: record.id } }, event],
    writes: [insert],
  };
}

/**
 * Starts the end of a relationship at once. `domain` is what the person typed and must be the customer's primary domain. Throws `blocked` with
 * every blocker, `illegal_transition` with the state as it is, and `second_person_needed` when the partner wants it to be planned and approved.
 */
export async function endRelationship(ctx: Context, input: { customerId: string; domain: string }): Promise<OperationView> {
  demand(ctx, 'relationship.end');
  return transact(ctx, async (tx) => {
    const customer = await lockCustomer(tx, input.customerId);
    next('relationship', relationshipTransitions, customer.relationship, 'end');
    requireTyped(customer, input.domain);
    await refuseWhilePlanned(ctx, tx, customer.id);
    if ((await settingsOf(ctx, tx)).endNeedsSecondPerson)
      throw new Refusal('second_person_needed', 'Your organisation wants a second global admin to agree. Ask for the end instead.');
    const blockers = await findBlockers(tx, customer.id, ctx.now);
    if (blockers.length > 0) throw blockedBy(customer.id, blockers);
    const { record, events, writes } = await startEnd(ctx, tx, customer, { mode: 'now' });
    return { result: viewOperation(ctx, record, actorName(ctx)), events, writes };
  });
}

/** Takes back an end that is not complete. Throws `illegal_transition` when there is none. */
export async function cancelEnd(ctx: Context, customerId: string): Promise<CustomerView> {
  demand(ctx, 'relationship.end');
  return transact(ctx, async (tx) => {
    const customer = await loadCustomer(ctx, tx, customerId);
    const [open] = await tx
      .select({ id: operations.id })
      .from(operations)
      .where(and(eq(operations.customerId, customerId), eq(operations.kind, 'relationship-end'), inArray(operations.state, openStates)))
      .orderBy(desc(operations.id))
      .limit(1);
    if (!open || customer.relationship !== 'ending') throw illegal('relationship', customer.relationship, 'cancel-end');
    const events = await cancelWithin(ctx, tx, open.id);
    return { result: await loadCustomer(ctx, tx, customerId), events };
  });
}

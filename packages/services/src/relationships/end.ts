import { type Context, customers, operations, read, transact } from '@clientele/db';
import {
  endConsequences,
  illegal,
  next,
  normalizeDomain,
  productOf,
  purchaseProductOf,
  Refusal,
  refuseFields,
  relationshipTransitions,
} from '@clientele/domain';
import { and, desc, eq, inArray } from 'drizzle-orm';
import { demand } from '../access.ts';
import { type CustomerView, loadCustomer, lockCustomer } from '../customers/view.ts';
import { cancelWithin } from '../operations/control.ts';
import { openStates } from '../operations/list.ts';
import { newOperation } from '../operations/queue.ts';
import { type OperationView, viewOperation } from '../operations/view.ts';
import { findBlockers } from './ending.ts';

const named = (blockers: Awaited<ReturnType<typeof findBlockers>>) =>
  blockers.map((blocker) => ({
    ...blocker,
    productName: (productOf(blocker.productId) ?? purchaseProductOf(blocker.productId))?.name ?? blocker.productId,
  }));

/** What blocks the end, and what ending would do to this very customer. Changes nothing. */
export async function previewEnd(ctx: Context, customerId: string) {
  demand(ctx, 'customers.see');
  return read(ctx, async (tx) => {
    const customer = await loadCustomer(ctx, tx, customerId);
    return { blockers: named(await findBlockers(tx, customerId, ctx.now)), consequences: endConsequences(customer) };
  });
}

/**
 * Starts the end of a relationship. `domain` is what the person typed and must be the customer's primary domain.
 * Throws `blocked` with every blocker, and `illegal_transition` with the state as it is.
 */
export async function endRelationship(ctx: Context, input: { customerId: string; domain: string }): Promise<OperationView> {
  demand(ctx, 'relationship.end');
  return transact(ctx, async (tx) => {
    const customer = await lockCustomer(tx, input.customerId);
    const relationship = next('relationship', relationshipTransitions, customer.relationship, 'end');
    if (normalizeDomain(input.domain) !== customer.domain)
      refuseFields([{ path: 'domain', rule: 'confirmation', params: { expected: customer.domain } }]);
    const blockers = await findBlockers(tx, customer.id, ctx.now);
    if (blockers.length > 0)
      throw new Refusal('blocked', 'Something is still live. Suspend it first.', {
        details: { customerId: customer.id, blockers: named(blockers) },
      });
    await tx
      .update(customers)
      .set({ relationship, version: customer.version + 1 })
      .where(eq(customers.id, customer.id));
    const { record, event, insert } = newOperation(ctx, {
      kind: 'relationship-end',
      subject: customer.companyName,
      customerId: customer.id,
      input: {},
    });
    return {
      result: viewOperation(ctx, record, ctx.actor.kind === 'partner-user' ? ctx.actor.name : ''),
      events: [{ type: 'relationship.end_requested', customerId: customer.id, data: { operationId: record.id } }, event],
      writes: [insert],
    };
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

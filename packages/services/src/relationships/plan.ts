import {
  type Change,
  type Context,
  type CustomerRecord,
  type PlannedEndRecord,
  plannedEnds,
  type Statement,
  type Transaction,
  transact,
} from '@clientele/db';
import { decidePlannedEnd, type NewEvent, next, plannedEndTransitions, relationshipTransitions } from '@clientele/domain';
import { eq } from 'drizzle-orm';
import { demand } from '../access.ts';
import { lockCustomer } from '../customers/view.ts';
import { settingsOf } from '../partners/settings.ts';
import { findBlockers } from './blockers.ts';
import { blockedBy, refuseWhilePlanned, requireTyped, startEnd } from './end.ts';
import { type EndOrder, newPlannedEnd, requireMoment } from './order.ts';
import { loadPlannedEnd, mayEnd, type PlannedEndView } from './planned.ts';
import { askTheOthers, tellGlobalAdmins, tellRequester } from './telling.ts';

/**
 * Plans the end of a relationship: at once, when nothing blocks it any more, or at a moment. What need not wait begins in the same
 * transaction; where the partner wants a second person, everything waits for that one. Throws `blocked` for an end at once that something
 * blocks, and `illegal_transition` with the state as it is, also of an end that is planned already.
 */
export async function planEnd(ctx: Context, input: EndOrder & { customerId: string; domain: string }): Promise<PlannedEndView> {
  return transact(ctx, (tx) => planWithin(ctx, tx, input));
}

/** The same in the caller's transaction. */
export async function planWithin(
  ctx: Context,
  tx: Transaction,
  input: EndOrder & { customerId: string; domain: string },
): Promise<Change<PlannedEndView>> {
  demand(ctx, 'relationship.end');
  requireMoment(input, ctx.now);
  const customer = await lockCustomer(tx, input.customerId);
  next('relationship', relationshipTransitions, customer.relationship, 'end');
  requireTyped(customer, input.domain);
  await refuseWhilePlanned(ctx, tx, customer.id);
  const { endNeedsSecondPerson: approval } = await settingsOf(ctx, tx);
  const plan = newPlannedEnd(ctx, customer.id, input, { approval });
  await tx.insert(plannedEnds).values(plan);
  const events: NewEvent[] = [
    {
      type: 'relationship.end_planned',
      customerId: customer.id,
      data: { plannedEndId: plan.id, mode: plan.mode, approval, ...(plan.at ? { at: plan.at.toISOString() } : {}) },
    },
  ];
  if (approval) {
    if (plan.mode === 'now') await requireClear(ctx, tx, customer);
    events.push(...(await askTheOthers(ctx, tx, { customerId: customer.id, plannedEndId: plan.id })));
    return { result: await loadPlannedEnd(ctx, tx, plan.id), events };
  }
  const begun = await beginIfDue(ctx, tx, customer, plan);
  return { result: await loadPlannedEnd(ctx, tx, plan.id), events: [...events, ...begun.events], writes: begun.writes };
}

async function requireClear(ctx: Context, tx: Transaction, customer: CustomerRecord): Promise<void> {
  const blockers = await findBlockers(tx, customer.id, ctx.now);
  if (blockers.length > 0) throw blockedBy(customer.id, blockers);
}

/**
 * Begins an end that waits and that nothing keeps waiting; else writes down what it waits for. An end at once does not wait: throws `blocked`.
 * The caller has locked customer and plan.
 */
export async function beginIfDue(
  ctx: Context,
  tx: Transaction,
  customer: CustomerRecord,
  plan: PlannedEndRecord,
): Promise<{ events: NewEvent[]; writes: Statement[] }> {
  const blockers = await findBlockers(tx, customer.id, ctx.now);
  const isEntitled = await mayEnd(ctx, tx, plan.requestedBy);
  const decision = decidePlannedEnd(plan, { isActive: customer.relationship === 'active', blockers }, isEntitled, ctx.now);
  const which = eq(plannedEnds.id, plan.id);
  const concerning = { customerId: customer.id };
  if (decision.do === 'start') {
    const { record, events, writes } = await startEnd(ctx, tx, customer, {
      mode: plan.mode,
      plannedEndId: plan.id,
      author: plan.requestedBy,
    });
    const state = next('planned end', plannedEndTransitions, plan.state, 'start');
    await tx.update(plannedEnds).set({ state, operationId: record.id, checkAt: null, blockers: 0 }).where(which);
    return { events, writes };
  }
  if (decision.do === 'fail') {
    const state = next('planned end', plannedEndTransitions, plan.state, 'fail');
    await tx.update(plannedEnds).set({ state, checkAt: null }).where(which);
    return {
      events: [
        { type: 'relationship.planned_end_failed', ...concerning, data: { plannedEndId: plan.id, because: decision.because } },
        ...(decision.because === 'requester' ? await tellGlobalAdmins(ctx, tx, plan) : await tellRequester(ctx, tx, plan, 'failed')),
      ],
      writes: [],
    };
  }
  if (plan.mode === 'now') throw blockedBy(customer.id, blockers);
  await tx
    .update(plannedEnds)
    .set({ checkAt: decision.checkAt, blockers: blockers.length, ...(decision.heldUp ? { heldUpAt: ctx.now } : {}) })
    .where(which);
  if (!decision.heldUp) return { events: [], writes: [] };
  return {
    events: [
      { type: 'relationship.end_held_up', ...concerning, data: { plannedEndId: plan.id, blockers: blockers.length } },
      ...(await tellRequester(ctx, tx, plan, 'held-up')),
    ],
    writes: [],
  };
}

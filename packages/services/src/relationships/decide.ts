import { type Context, plannedEnds, transact } from '@clientele/db';
import { next, plannedEndTransitions } from '@clientele/domain';
import { eq } from 'drizzle-orm';
import { demand, userIdOf } from '../access.ts';
import { lockCustomer } from '../customers/view.ts';
import { ownRequest } from './own-request.ts';
import { beginIfDue } from './plan.ts';
import { isOwn, loadPlannedEnd, lockPlannedEnd, type PlannedEndView } from './planned.ts';
import { tellRequester } from './telling.ts';

interface Which {
  customerId: string;
  plannedEndId: string;
}

/**
 * The second person agrees. What need not wait longer begins in the same transaction; an end at once that something blocks by now is refused
 * as `blocked`, and stays open. Throws `forbidden` for the person who asked, and `illegal_transition` with the state as it is.
 */
export async function approvePlannedEnd(ctx: Context, which: Which): Promise<PlannedEndView> {
  demand(ctx, 'relationship.end');
  return transact(ctx, async (tx) => {
    const customer = await lockCustomer(tx, which.customerId);
    const plan = await lockPlannedEnd(tx, which);
    const state = next('planned end', plannedEndTransitions, plan.state, 'approve');
    if (isOwn(ctx, plan)) throw ownRequest();
    const decided = { state, decidedBy: userIdOf(ctx), decidedAt: ctx.now };
    await tx.update(plannedEnds).set(decided).where(eq(plannedEnds.id, plan.id));
    const begun = await beginIfDue(ctx, tx, customer, { ...plan, ...decided });
    return {
      result: await loadPlannedEnd(ctx, tx, plan.id),
      events: [{ type: 'relationship.end_approved', customerId: customer.id, data: { plannedEndId: plan.id } }, ...begun.events],
      writes: begun.writes,
    };
  });
}

/** The second person does not agree, and says why; who asked is told. Throws as approving does. */
export async function refusePlannedEnd(ctx: Context, input: Which & { reason: string }): Promise<PlannedEndView> {
  demand(ctx, 'relationship.end');
  return transact(ctx, async (tx) => {
    await lockCustomer(tx, input.customerId);
    const plan = await lockPlannedEnd(tx, input);
    const state = next('planned end', plannedEndTransitions, plan.state, 'refuse');
    if (isOwn(ctx, plan)) throw ownRequest();
    await tx
      .update(plannedEnds)
      .set({ state, decidedBy: userIdOf(ctx), decidedAt: ctx.now, reason: input.reason, checkAt: null })
      .where(eq(plannedEnds.id, plan.id));
    return {
      result: await loadPlannedEnd(ctx, tx, plan.id),
      events: [
        { type: 'relationship.end_refused', customerId: plan.customerId, data: { plannedEndId: plan.id } },
        ...(await tellRequester(ctx, tx, plan, 'refused')),
      ],
    };
  });
}

/** Takes back an end that has not begun: the request, or the plan. Throws `illegal_transition` with the state as it is. */
export async function cancelPlannedEnd(ctx: Context, which: Which): Promise<PlannedEndView> {
  demand(ctx, 'relationship.end');
  return transact(ctx, async (tx) => {
    await lockCustomer(tx, which.customerId);
    const plan = await lockPlannedEnd(tx, which);
    const state = next('planned end', plannedEndTransitions, plan.state, 'cancel');
    await tx.update(plannedEnds).set({ state, checkAt: null }).where(eq(plannedEnds.id, plan.id));
    return {
      result: await loadPlannedEnd(ctx, tx, plan.id),
      events: [{ type: 'relationship.planned_end_cancelled', customerId: plan.customerId, data: { plannedEndId: plan.id } }],
    };
  });
}

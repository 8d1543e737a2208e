import { type Context, newId, type PlannedEndRecord } from '@clientele/db';
import { type EndMode, endDaysAhead, refuseFields } from '@clientele/domain';
import { userIdOf } from '../access.ts';

export interface EndOrder {
  mode: EndMode;
  /** Of the mode `at`: the moment. */
  at?: Date | undefined;
}

/** Throws when the moment of an order is missing, past, or too far away. */
export function requireMoment({ mode, at }: EndOrder, now: Date): void {
  if (mode !== 'at') return;
  if (!at) refuseFields([{ path: 'at', rule: 'required' }]);
  else if (at <= now) refuseFields([{ path: 'at', rule: 'date_past' }]);
  else if (at.getTime() - now.getTime() > endDaysAhead.most * 86_400_000)
    refuseFields([{ path: 'at', rule: 'date_too_late', params: { days: endDaysAhead.most } }]);
}

/** A new plan of the person who acts. `decidedBy` when somebody has agreed already. */
export function newPlannedEnd(
  ctx: Context,
  customerId: string,
  order: EndOrder,
  more: { approval: boolean; requestedBy?: string; decidedBy?: string | undefined },
): PlannedEndRecord {
  return {
    id: newId(),
    partnerId: ctx.partner.id,
    customerId,
    mode: order.mode,
    at: order.mode === 'at' ? (order.at ?? null) : null,
    state: more.approval ? 'awaiting-approval' : 'waiting',
    requestedBy: more.requestedBy ?? userIdOf(ctx),
    requestedAt: ctx.now,
    decidedBy: more.decidedBy ?? null,
    decidedAt: more.decidedBy ? ctx.now : null,
    reason: null,
    // Somebody looks at once: what changes between this look and this commit is not missed.
    checkAt: order.mode === 'at' ? (order.at ?? null) : ctx.now,
    blockers: 0,
    heldUpAt: null,
    operationId: null,
  };
}

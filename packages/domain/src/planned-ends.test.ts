import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  decidePlannedEnd,
  earliestEnd,
  openPlannedEndStates,
  type PlannedEndCommand,
  type PlannedEndFacts,
  type PlannedEndState,
  plannedEndStates,
  plannedEndTransitions,
} from './planned-ends.ts';
import { commandsOf, next } from './transitions.ts';

const now = new Date('2026-03-29T00:59:59Z');
const after = (ms: number) => new Date(now.getTime() + ms);
const subscription = { kind: 'subscription_active', endsAt: null } as const;
const reservation = (endsAt: Date) => ({ kind: 'reservation_active', endsAt }) as const;
const whenClear: PlannedEndFacts = { mode: 'when-clear', at: null, heldUpAt: null };
const at = (moment: Date, heldUpAt: Date | null = null): PlannedEndFacts => ({ mode: 'at', at: moment, heldUpAt });

const anyBlocker = fc.oneof(
  fc.constant(subscription),
  fc.constant({ kind: 'software_active', endsAt: null } as const),
  fc.integer({ min: 1, max: 10 ** 10 }).map((ms) => reservation(after(ms))),
);
const anyPlan: fc.Arbitrary<PlannedEndFacts> = fc.oneof(
  fc.constant(whenClear),
  fc.constant<PlannedEndFacts>({ mode: 'now', at: null, heldUpAt: null }),
  fc.tuple(fc.integer({ min: -(10 ** 10), max: 10 ** 10 }), fc.boolean()).map(([ms, held]) => at(after(ms), held ? now : null)),
);

describe('an end that waits', () => {
  it('begins only for a live relationship with nothing in its way, and never before its moment', () => {
    fc.assert(
      fc.property(anyPlan, fc.boolean(), fc.boolean(), fc.array(anyBlocker, { maxLength: 4 }), (plan, isActive, isEntitled, blockers) => {
        const decision = decidePlannedEnd(plan, { isActive, blockers }, isEntitled, now);
        const isDue = plan.mode !== 'at' || plan.at === null || plan.at <= now;
        expect(decision.do === 'start').toBe(isActive && isEntitled && blockers.length === 0 && isDue);
        expect(decision.do === 'fail').toBe(!isActive || !isEntitled);
      }),
    );
  });

  it('is looked at again when the next reservation ends, and else only after an act', () => {
    const live = (...blockers: Parameters<typeof earliestEnd>[0][]) => ({ isActive: true, blockers: blockers.flat() as never[] });
    expect(decidePlannedEnd(whenClear, live([subscription]), true, now)).toEqual({ do: 'wait', checkAt: null, heldUp: false });
    expect(decidePlannedEnd(whenClear, live([subscription, reservation(after(9)), reservation(after(5))]), true, now)).toEqual({
      do: 'wait',
      checkAt: after(5),
      heldUp: false,
    });
  });

  it('is never looked at again in the past: that would go on for ever', () => {
    fc.assert(
      fc.property(anyPlan, fc.array(anyBlocker, { maxLength: 4 }), (plan, blockers) => {
        const decision = decidePlannedEnd(plan, { isActive: true, blockers }, true, now);
        if (decision.do === 'wait' && decision.checkAt) expect(decision.checkAt > now).toBe(true);
      }),
    );
  });

  it('that is blocked at its moment says so once, and waits on', () => {
    const blocked = { isActive: true, blockers: [subscription] };
    expect(decidePlannedEnd(at(after(1)), blocked, true, now)).toEqual({ do: 'wait', checkAt: after(1), heldUp: false });
    expect(decidePlannedEnd(at(now), blocked, true, now)).toEqual({ do: 'wait', checkAt: null, heldUp: true });
    expect(decidePlannedEnd(at(now, now), blocked, true, now)).toEqual({ do: 'wait', checkAt: null, heldUp: false });
    expect(decidePlannedEnd(at(now, now), { isActive: true, blockers: [] }, true, now)).toEqual({ do: 'start' });
  });
});

describe('an end whose requester may not end relationships any more', () => {
  it('comes to nothing, whatever it waits for', () => {
    for (const blockers of [[], [subscription]])
      expect(decidePlannedEnd(at(after(1)), { isActive: true, blockers }, false, now)).toEqual({ do: 'fail', because: 'requester' });
    expect(decidePlannedEnd(whenClear, { isActive: false, blockers: [] }, false, now)).toEqual({ do: 'fail', because: 'relationship' });
  });
});

describe('the machine of a planned end', () => {
  it('begins no end that somebody still has to agree to, whatever is tried', () => {
    const commands = fc.constantFrom<PlannedEndCommand>('approve', 'refuse', 'cancel', 'start', 'fail');
    fc.assert(
      fc.property(fc.array(commands, { maxLength: 20 }), (tried) => {
        let state: PlannedEndState = 'awaiting-approval';
        let approved = false;
        for (const command of tried) {
          try {
            state = next('planned end', plannedEndTransitions, state, command);
          } catch {
            continue;
          }
          approved ||= command === 'approve';
          if (state === 'started') expect(approved).toBe(true);
        }
      }),
    );
  });

  it('is open exactly where something still can be done', () => {
    for (const state of plannedEndStates)
      expect(openPlannedEndStates.includes(state)).toBe(commandsOf(plannedEndTransitions, state).length > 0);
  });
});

describe('the earliest end', () => {
  it('is when the last reservation is over, never when something stays until somebody acts, and now when nothing blocks', () => {
    expect(earliestEnd([], now)).toEqual(now);
    expect(earliestEnd([reservation(after(5)), reservation(after(9))], now)).toEqual(after(9));
    expect(earliestEnd([reservation(after(5)), subscription], now)).toBeNull();
  });
});

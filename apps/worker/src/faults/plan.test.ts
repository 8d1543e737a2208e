import { describe, expect, it } from 'vitest';
import { faultKinds, inWords, planOf } from './plan.ts';

describe('the plan of a run', () => {
  it('is the same for the same seed, and another for another', () => {
    const plan = planOf(4711, 50);
    expect(plan).toHaveLength(50);
    expect(planOf(4711, 50)).toEqual(plan);
    expect(planOf(4711, 20)).toEqual(plan.slice(0, 20));
    expect(planOf(4712, 50)).not.toEqual(plan);
  });

  it('has every act and every fault in it sooner or later', () => {
    const commands = Array.from({ length: 60 }, (_, seed) => planOf(seed, 40)).flat();
    expect(new Set(commands.map(({ act }) => act.do)).size).toBe(39);
    expect(new Set(commands.flatMap(({ fault }) => fault?.kind ?? []))).toEqual(new Set(faultKinds));
    expect(commands.some(({ echo }) => echo) && commands.some(({ givesUp }) => givesUp)).toBe(true);
  });

  it('gives each invitation a number of its own', () => {
    for (let seed = 0; seed < 50; seed++) {
      const made = planOf(seed, 60).flatMap(({ act }) =>
        act.do === 'invite-many' || act.do === 'import'
          ? act.boxes.map((_, nth) => act.invitations + nth)
          : act.do === 'invite' || act.do === 'request' || act.do === 'reinstate' || act.do === 'ask-admin'
            ? act.invitation
            : [],
      );
      expect(made).toEqual(made.map((_, index) => index));
    }
  });

  it('can be told in words', () => {
    const command = {
      act: { do: 'revoke', invitation: 3 },
      api: 1,
      echo: true,
      givesUp: true,
      fault: { kind: 'kill-api', afterMs: 7 },
    } as const;
    expect(inWords(command)).toBe('revoke(invitation 3), at API 1, sent to all APIs at once, not asked again, kill-api after 7 ms');
  });
});

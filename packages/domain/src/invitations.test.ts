import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  decideInvitation,
  type InvitationCommand,
  type InvitationState,
  invitationStateAt,
  invitationStates,
  requireAnswerer,
} from './invitations.ts';
import { Refusal } from './refusals.ts';

const start = new Date('2025-06-01T00:00:00Z').getTime();
const expiresAt = new Date(start + 14 * 86_400_000);
const anyCommand = fc.constantFrom<InvitationCommand>('accept', 'decline', 'revoke', 'expire');
const anyMoment = fc.integer({ min: -5, max: 40 }).map((days) => new Date(start + days * 86_400_000));
const terminal = (state: InvitationState) => state !== 'pending';

/** The state after a command; a refused one leaves it. */
function after(state: InvitationState, command: InvitationCommand, now: Date): { state: InvitationState; refused: boolean } {
  try {
    return { state: decideInvitation({ state, expiresAt }, command, now), refused: false };
  } catch (error) {
    expect(error).toBeInstanceOf(Refusal);
    return { state, refused: true };
  }
}

describe('deciding about an invitation', () => {
  it('never leaves a terminal state', () => {
    fc.assert(
      fc.property(fc.constantFrom(...invitationStates.filter(terminal)), anyCommand, anyMoment, (state, command, now) => {
        expect(() => decideInvitation({ state, expiresAt }, command, now)).toThrow(
          expect.objectContaining({ code: 'illegal_transition', details: { thing: 'invitation', state, command } }),
        );
      }),
    );
  });

  it('lets one past its time only expire, and one before it never', () => {
    fc.assert(
      fc.property(anyCommand, anyMoment, (command, now) => {
        const over = now >= expiresAt;
        const result = after('pending', command, now);
        expect(result.refused).toBe(over !== (command === 'expire'));
        if (over) expect(['pending', 'expired']).toContain(result.state);
      }),
    );
  });

  it('counts the very moment of expiry as past', () => {
    expect(invitationStateAt({ state: 'pending', expiresAt }, expiresAt)).toBe('expired');
    expect(invitationStateAt({ state: 'pending', expiresAt }, new Date(expiresAt.getTime() - 1))).toBe('pending');
    expect(decideInvitation({ state: 'pending', expiresAt }, 'expire', expiresAt)).toBe('expired');
  });

  it('says expired, not pending, to who comes too late', () => {
    expect(() => decideInvitation({ state: 'pending', expiresAt }, 'accept', expiresAt)).toThrow(
      expect.objectContaining({ details: { thing: 'invitation', state: 'expired', command: 'accept' } }),
    );
  });

  it('ends in at most one answer, whatever comes in whatever order', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(anyCommand, anyMoment), { maxLength: 20 }), (commands) => {
        let state: InvitationState = 'pending';
        let changes = 0;
        for (const [command, now] of commands) {
          const before: InvitationState = state;
          state = after(state, command, now).state;
          if (state !== before) changes += 1;
          if (terminal(before)) expect(state).toBe(before);
        }
        expect(changes).toBeLessThanOrEqual(1);
      }),
    );
  });

  it('shows answered ones as they are, however late it is', () => {
    for (const state of invitationStates.filter(terminal)) expect(invitationStateAt({ state, expiresAt }, new Date(8e15))).toBe(state);
  });
});

describe('who may answer', () => {
  it('is anybody with the link while nobody of the organisation is known, and then only a global admin', () => {
    expect(() => requireAnswerer({ organizationHasUsers: false, signedInAsGlobalAdmin: false })).not.toThrow();
    expect(() => requireAnswerer({ organizationHasUsers: true, signedInAsGlobalAdmin: true })).not.toThrow();
    expect(() => requireAnswerer({ organizationHasUsers: true, signedInAsGlobalAdmin: false })).toThrow(
      expect.objectContaining({ code: 'sign_in_required' }),
    );
  });
});

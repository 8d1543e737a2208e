import { describe, expect, it } from 'vitest';
import { decideHandOver, type HandOverCommand, handOverStateAt, handOverStates } from './hand-overs.ts';
import { invitationStates } from './invitations.ts';

const commands: HandOverCommand[] = ['approve', 'refuse'];

describe('a hand-over', () => {
  it('is decided once, and only while the invitation is open', () => {
    for (const state of handOverStates)
      for (const invitation of invitationStates)
        for (const command of commands) {
          const decide = () => decideHandOver({ state }, invitation, command);
          if (state === 'pending' && invitation === 'pending') expect(decide()).toBe(command === 'approve' ? 'approved' : 'refused');
          else
            expect(decide, `${state} ${invitation} ${command}`).toThrow(
              expect.objectContaining({
                code: 'illegal_transition',
                details: { thing: 'hand-over', state: state === 'pending' ? 'lapsed' : state, command },
              }),
            );
        }
  });

  it('lapses with the invitation, and what was decided stays decided', () => {
    for (const invitation of invitationStates) {
      expect(handOverStateAt({ state: 'pending' }, invitation)).toBe(invitation === 'pending' ? 'pending' : 'lapsed');
      for (const state of ['approved', 'refused', 'lapsed'] as const) expect(handOverStateAt({ state }, invitation)).toBe(state);
    }
  });
});

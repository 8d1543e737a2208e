import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  type Colleague,
  decidePartnerUser,
  decidePartnerUserInvitation,
  decideRoles,
  isLastGlobalAdmin,
  orderedRoles,
  partnerUserInvitationStateAt,
  partnerUserInvitationStates,
  partnerUserStates,
} from './partner-users.ts';
import { Refusal } from './refusals.ts';
import { roles } from './roles.ts';

const now = new Date('2026-11-26T12:00:00Z');
const later = new Date('2026-11-27T12:00:00Z');
const codeOf = (act: () => unknown): string => {
  try {
    act();
    return 'done';
  } catch (error) {
    return (error as Refusal).code;
  }
};
const admin = (id: string, state: Colleague['state'] = 'active'): Colleague => ({ id, roles: ['global-admin'], state });
const agent = (id: string): Colleague => ({ id, roles: ['sales-agent'], state: 'active' });

describe('the last active global admin', () => {
  it('is the only one who is active and has the role; one who is deactivated does not count', () => {
    expect(isLastGlobalAdmin([admin('a'), agent('b')], 'a')).toBe(true);
    expect(isLastGlobalAdmin([admin('a'), admin('b', 'deactivated')], 'a')).toBe(true);
    expect(isLastGlobalAdmin([admin('a'), admin('b')], 'a')).toBe(false);
    expect(isLastGlobalAdmin([admin('a'), agent('b')], 'b')).toBe(false);
  });

  it('is neither demoted nor deactivated, and the refusal says what to do first', () => {
    const people = [admin('a'), agent('b'), admin('c', 'deactivated')];
    expect(codeOf(() => decideRoles(people, 'a', ['sales-agent']))).toBe('last_global_admin');
    expect(codeOf(() => decidePartnerUser(people, people[0] as Colleague, 'deactivate'))).toBe('last_global_admin');
    expect(() => decideRoles(people, 'a', ['sales-agent'])).toThrow('Make somebody else a global admin first');
    expect(decideRoles(people, 'a', ['sales-agent', 'global-admin'])).toEqual(['global-admin', 'sales-agent']);
    expect(decideRoles(people, 'b', ['helpdesk-agent'])).toEqual(['helpdesk-agent']);
  });

  it('is there after every change that is not refused', () => {
    const colleague = fc.record({
      roles: fc.subarray([...roles], { minLength: 1 }),
      state: fc.constantFrom(...partnerUserStates),
    });
    const change = fc.record({ who: fc.nat(5), roles: fc.subarray([...roles], { minLength: 1 }), what: fc.nat(2) });
    fc.assert(
      fc.property(fc.array(colleague, { minLength: 1, maxLength: 6 }), fc.array(change, { maxLength: 20 }), (others, changes) => {
        const people: Colleague[] = [admin('first'), ...others.map((one, index) => ({ ...one, id: String(index) }))];
        for (const { who, roles: chosen, what } of changes) {
          const index = who % people.length;
          const one = people[index] as Colleague;
          try {
            people[index] =
              what === 0
                ? { ...one, roles: decideRoles(people, one.id, chosen) }
                : { ...one, state: decidePartnerUser(people, one, what === 1 ? 'deactivate' : 'reactivate') };
          } catch (error) {
            if (!(error instanceof Refusal)) throw error;
          }
          expect(people.some((person) => person.state === 'active' && person.roles.includes('global-admin'))).toBe(true);
        }
      }),
    );
  });
});

describe('a partner user', () => {
  it('is deactivated and reactivated, and neither twice', () => {
    const people = [admin('a'), admin('b')];
    const [one] = people as [Colleague];
    expect(decidePartnerUser(people, one, 'deactivate')).toBe('deactivated');
    expect(decidePartnerUser(people, { ...one, state: 'deactivated' }, 'reactivate')).toBe('active');
    expect(codeOf(() => decidePartnerUser(people, one, 'reactivate'))).toBe('illegal_transition');
    expect(codeOf(() => decidePartnerUser(people, { ...one, state: 'deactivated' }, 'deactivate'))).toBe('illegal_transition');
  });

  it('has roles once each, in the order of the table', () => {
    expect(orderedRoles(['helpdesk-agent', 'global-admin', 'helpdesk-agent'])).toEqual(['global-admin', 'helpdesk-agent']);
  });
});

describe('an invitation of a partner user', () => {
  const cells = {
    'pending accept': 'accepted',
    'pending resend': 'pending',
    'pending revoke': 'revoked',
    'pending expire': 'expired',
    'expired resend': 'pending',
    'expired revoke': 'revoked',
  } as Record<string, string>;
  it.each(partnerUserInvitationStates)('that is %s allows exactly what the table says', (state) => {
    for (const command of ['accept', 'resend', 'revoke', 'expire'] as const) {
      const answer = (() => {
        try {
          return decidePartnerUserInvitation({ state, expiresAt: later }, command, now);
        } catch (error) {
          return (error as Refusal).code;
        }
      })();
      expect(answer, command).toBe(cells[`${state} ${command}`] ?? 'illegal_transition');
    }
  });

  it('runs out at its moment, and only while nobody has answered', () => {
    expect(partnerUserInvitationStateAt({ state: 'pending', expiresAt: now }, now)).toBe('expired');
    expect(partnerUserInvitationStateAt({ state: 'pending', expiresAt: later }, now)).toBe('pending');
    expect(partnerUserInvitationStateAt({ state: 'accepted', expiresAt: now }, later)).toBe('accepted');
    expect(codeOf(() => decidePartnerUserInvitation({ state: 'pending', expiresAt: now }, 'accept', now))).toBe('illegal_transition');
  });
});

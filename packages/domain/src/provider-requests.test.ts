import { describe, expect, it } from 'vitest';
import {
  decideProviderRequest,
  mostToldOfRequest,
  permissionToAnswer,
  permissionToRequest,
  providerRequestCommands,
  providerRequestKinds,
  providerRequestStates,
  sideOfCommand,
  toldOfRequest,
} from './provider-requests.ts';
import { access, roles } from './roles.ts';

const leadsTo = { confirm: 'confirmed', decline: 'declined', withdraw: 'withdrawn', lapse: 'lapsed' } as const;
const outcomeOf = (act: () => unknown) => {
  try {
    return act();
  } catch (error) {
    return (error as { code: string; details: { state: string } }).code;
  }
};

describe('a request to a provider', () => {
  const cells = providerRequestStates.flatMap((state) =>
    providerRequestCommands.flatMap((command) =>
      (['provider', 'reseller'] as const).flatMap((side) => [true, false].map((isActive) => ({ state, command, side, isActive }))),
    ),
  );
  it.each(cells)('that is $state, $command by the $side, partnership active: $isActive', ({ state, command, side, isActive }) => {
    const outcome = outcomeOf(() => decideProviderRequest({ state, isPartnershipActive: isActive }, command, side));
    const isWhose = command === 'lapse' || sideOfCommand[command] === side;
    const may = state === 'requested' && isWhose && (isActive || command === 'lapse');
    expect(outcome).toBe(may ? leadsTo[command] : 'illegal_transition');
  });

  it('says that it has lapsed when the partnership is over', () => {
    expect(() => decideProviderRequest({ state: 'requested', isPartnershipActive: false }, 'confirm', 'provider')).toThrow(/lapsed/);
  });

  it.each(providerRequestKinds)(
    '%s is asked for by a reseller only, and answered by who may do it unasked, never by a reseller',
    (kind) => {
      const who = (partnerType: 'indirect-provider' | 'indirect-reseller') => ({ roles, partnerType, cloud: 'public' as const });
      expect(access(who('indirect-reseller'), permissionToRequest[kind]).allowed).toBe(true);
      expect(access(who('indirect-provider'), permissionToRequest[kind])).toMatchObject({
        reason: 'partner_type',
        state: 'only-resellers',
      });
      expect(access(who('indirect-provider'), permissionToAnswer[kind]).allowed).toBe(true);
      expect(access(who('indirect-reseller'), permissionToAnswer[kind])).toMatchObject({ reason: 'partner_type' });
    },
  );
});

describe('the mail about a request', () => {
  const people = Array.from({ length: 120 }, (_, index) => ({ id: `p${index}` }));
  const of = (...indexes: number[]) => indexes.map((index) => people[index] as { id: string });

  it('goes to a few people at most, whatever the size of the provider', () => {
    expect(toldOfRequest(people, people)).toEqual(people.slice(0, mostToldOfRequest));
  });
  it('goes to global admins first, each once', () => {
    expect(toldOfRequest(of(3, 7), of(1, 3, 5, 7))).toEqual(of(3, 7, 1, 5));
  });
  it('goes to nobody who may not answer it', () => {
    expect(toldOfRequest(of(0, 1), of(1))).toEqual(of(1));
    expect(toldOfRequest(of(0), [])).toEqual([]);
  });
});

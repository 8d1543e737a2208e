import { illegal } from './refusals.ts';
import type { Permission } from './roles.ts';
import { next, type Transitions } from './transitions.ts';

export const providerRequestKinds = ['attest', 'end', 'order'] as const;
/** What an indirect reseller leaves to its provider and so asks for: to attest the customer agreement, to end the relationship, to order a subscription. */
export type ProviderRequestKind = (typeof providerRequestKinds)[number];

export const providerRequestStates = ['requested', 'confirmed', 'declined', 'withdrawn', 'lapsed'] as const;
/** `lapsed`: the partnership was removed before the provider had answered. */
export type ProviderRequestState = (typeof providerRequestStates)[number];
export const providerRequestCommands = ['confirm', 'decline', 'withdraw', 'lapse'] as const;
export type ProviderRequestCommand = (typeof providerRequestCommands)[number];

export const providerRequestTransitions: Transitions<ProviderRequestState, ProviderRequestCommand> = {
  requested: { confirm: 'confirmed', decline: 'declined', withdraw: 'withdrawn', lapse: 'lapsed' },
  confirmed: {},
  declined: {},
  withdrawn: {},
  lapsed: {},
};

/** On which side of the partnership somebody stands. */
export type PartnershipSide = 'provider' | 'reseller';

/** Whose each command is. That a request lapses is nobody's act: it comes with the end of the partnership. */
export const sideOfCommand: Readonly<Record<ProviderRequestCommand, PartnershipSide | null>> = {
  confirm: 'provider',
  decline: 'provider',
  withdraw: 'reseller',
  lapse: null,
};

/**
 * The state that a command of one side leads to. Throws `illegal_transition` with the state as it is, and for a command of the other side. Once the
 * partnership is over, nothing is left but to lapse.
 */
export function decideProviderRequest(
  request: { state: ProviderRequestState; isPartnershipActive: boolean },
  command: ProviderRequestCommand,
  side: PartnershipSide | null,
): ProviderRequestState {
  const state = request.state === 'requested' && !request.isPartnershipActive ? 'lapsed' : request.state;
  if (command === 'lapse') return next('request', providerRequestTransitions, request.state, command);
  if (sideOfCommand[command] !== side) throw illegal('request', state, command);
  return next('request', providerRequestTransitions, state, command);
}

/** What somebody of the reseller needs to ask for it, and to take it back. */
export const permissionToRequest: Readonly<Record<ProviderRequestKind, Permission>> = {
  attest: 'provider-requests.make',
  end: 'provider-requests.end',
  order: 'provider-requests.make',
};

/** What somebody of the provider needs to answer it: what doing it without being asked would need. */
export const permissionToAnswer: Readonly<Record<ProviderRequestKind, Permission>> = {
  attest: 'agreement.attest',
  end: 'relationship.end',
  order: 'subscriptions.buy',
};

/** No request is mailed to more people than this. */
export const mostToldOfRequest = 5;

/** Who gets the mail about a request: global admins first, then others who may answer it, in the order in which they came, and never more than a few. */
export function toldOfRequest<Person extends { id: string }>(globalAdmins: readonly Person[], mayAnswer: readonly Person[]): Person[] {
  const may = new Set(mayAnswer.map(({ id }) => id));
  const admins = globalAdmins.filter(({ id }) => may.has(id));
  return [...admins, ...mayAnswer.filter(({ id }) => !admins.some((admin) => admin.id === id))].slice(0, mostToldOfRequest);
}

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { agreementRequestStates, agreementRequestTransitions } from './agreements.ts';
import { deliveryStates, deliveryTransitions } from './deliveries.ts';
import { invitationStates, invitationTransitions } from './invitations.ts';
import { operationStates, operationTransitions } from './operations.ts';
import {
  partnerUserInvitationStates,
  partnerUserInvitationTransitions,
  partnerUserStates,
  partnerUserTransitions,
} from './partner-users.ts';
import { partnershipStates, partnershipTransitions } from './partnerships.ts';
import { plannedEndStates, plannedEndTransitions } from './planned-ends.ts';
import { purchaseStates, purchaseTransitions } from './purchases.ts';
import { Refusal } from './refusals.ts';
import { liveRelationshipStates, relationshipStates, relationshipTransitions } from './relationships.ts';
import { subscriptionCommands, subscriptionStates, subscriptionTransitions } from './subscriptions.ts';
import { commandsOf, next, type Transitions } from './transitions.ts';

interface Machine {
  thing: string;
  states: readonly string[];
  table: Transitions<string, string>;
  begins: string;
  ends: string[];
  /** Every cell that leads somewhere, as domain.md section 6 has it; every other cell is refused. */
  cells: Record<string, string>;
}

const machines: Machine[] = [
  {
    thing: 'invitation',
    states: invitationStates,
    table: invitationTransitions,
    begins: 'pending',
    ends: ['accepted', 'declined', 'revoked', 'expired'],
    cells: { 'pending accept': 'accepted', 'pending decline': 'declined', 'pending revoke': 'revoked', 'pending expire': 'expired' },
  },
  {
    thing: 'delivery',
    states: deliveryStates,
    table: deliveryTransitions,
    begins: 'queued',
    ends: [],
    cells: {
      'queued claim': 'sending',
      'queued fail': 'failed',
      'sending claim': 'sending',
      'sending accepted': 'sent',
      'sending defer': 'deferred',
      'sending bounce': 'bounced',
      'sending fail': 'failed',
      'sent bounce': 'bounced',
      'sent fail': 'failed',
      'deferred claim': 'sending',
      'deferred bounce': 'bounced',
      'deferred fail': 'failed',
      'deferred try-again': 'queued',
      'bounced try-again': 'queued',
      'failed try-again': 'queued',
    },
  },
  {
    thing: 'partner user',
    states: partnerUserStates,
    table: partnerUserTransitions,
    begins: 'active',
    ends: [],
    cells: { 'active deactivate': 'deactivated', 'deactivated reactivate': 'active' },
  },
  {
    thing: 'invitation of a partner user',
    states: partnerUserInvitationStates,
    table: partnerUserInvitationTransitions,
    begins: 'pending',
    ends: ['accepted', 'revoked'],
    cells: {
      'pending accept': 'accepted',
      'pending resend': 'pending',
      'pending expire': 'expired',
      'pending revoke': 'revoked',
      'expired resend': 'pending',
      'expired revoke': 'revoked',
    },
  },
  {
    thing: 'relationship',
    states: relationshipStates,
    table: relationshipTransitions,
    begins: 'requested',
    ends: [],
    cells: {
      'requested accept': 'active',
      'requested withdraw': 'ended',
      'requested forget': 'none',
      'none request': 'requested',
      'active end': 'ending',
      'ending cancel-end': 'active',
      'ending complete-end': 'ended',
      'ended request': 'requested',
    },
  },
  {
    thing: 'partnership',
    states: partnershipStates,
    table: partnershipTransitions,
    begins: 'requested',
    ends: ['removed'],
    cells: { 'requested accept': 'active', 'requested withdraw': 'removed', 'active remove': 'removed' },
  },
  {
    thing: 'subscription',
    states: subscriptionStates,
    table: subscriptionTransitions,
    begins: 'active',
    ends: ['cancelled'],
    cells: { 'active suspend': 'suspended', 'suspended reactivate': 'active', 'suspended cancel': 'cancelled' },
  },
  {
    thing: 'purchase',
    states: purchaseStates,
    table: purchaseTransitions,
    begins: 'active',
    ends: ['cancelled'],
    cells: { 'active cancel': 'cancelled' },
  },
  {
    thing: 'agreement request',
    states: agreementRequestStates,
    table: agreementRequestTransitions,
    begins: 'pending',
    ends: ['accepted', 'replaced'],
    cells: { 'pending accept': 'accepted', 'pending replace': 'replaced' },
  },
  {
    thing: 'planned end',
    states: plannedEndStates,
    table: plannedEndTransitions,
    begins: 'awaiting-approval',
    ends: ['started', 'cancelled', 'refused', 'failed'],
    cells: {
      'awaiting-approval approve': 'waiting',
      'awaiting-approval refuse': 'refused',
      'awaiting-approval cancel': 'cancelled',
      'awaiting-approval fail': 'failed',
      'waiting start': 'started',
      'waiting cancel': 'cancelled',
      'waiting fail': 'failed',
    },
  },
  {
    thing: 'operation',
    states: operationStates,
    table: operationTransitions,
    begins: 'queued',
    ends: ['succeeded', 'cancelled'],
    cells: {
      'queued start': 'running',
      'queued pause': 'paused',
      'queued fail': 'failed',
      'queued cancel': 'cancelled',
      'running pause': 'paused',
      'paused resume': 'queued',
      'paused cancel': 'cancelled',
      'running succeed': 'succeeded',
      'running fail': 'failed',
      'running cancel': 'cancelled',
      'failed retry': 'queued',
      'failed cancel': 'cancelled',
    },
  },
];

const commandsIn = ({ states, table }: Machine) => [...new Set(states.flatMap((state) => commandsOf(table, state)))];

describe.each(machines)('the $thing', (machine) => {
  const { thing, states, table, begins, ends, cells } = machine;

  it.each(states.flatMap((state) => commandsIn(machine).map((command) => ({ state, command, to: cells[`${state} ${command}`] }))))(
    '$state, told to $command, becomes $to',
    ({ state, command, to }) => {
      if (to) expect(next(thing, table, state, command)).toBe(to);
      else
        expect(() => next(thing, table, state, command)).toThrow(
          expect.objectContaining({ code: 'illegal_transition', details: { thing, state, command } }),
        );
    },
  );

  it('has no cell besides those', () => {
    expect(Object.keys(table).sort()).toEqual([...states].sort());
    const all = states.flatMap((state) => commandsOf(table, state).map((command) => `${state} ${command}`));
    expect(all.sort()).toEqual(Object.keys(cells).sort());
  });

  it('can come into each of its states, and out of each that is not its end', () => {
    const reached = new Set([begins]);
    for (const state of reached) for (const command of commandsOf(table, state)) reached.add(next(thing, table, state, command));
    expect([...reached].sort()).toEqual([...states].sort());
    expect(states.filter((state) => commandsOf(table, state).length === 0).sort()).toEqual([...ends].sort());
  });

  it('is, after any commands in any order, where the cells that allow them lead, and nowhere else', () => {
    const commands = fc.array(fc.constantFrom(...commandsIn(machine), 'nonsense'), { maxLength: 40 });
    fc.assert(
      fc.property(fc.constantFrom(...states), commands, (start, sequence) => {
        let state = start;
        let due = start;
        for (const command of sequence) {
          due = cells[`${due} ${command}`] ?? due;
          try {
            state = next(thing, table, state, command);
          } catch (error) {
            // A refusal leaves it as it is, and says where that is.
            expect(error).toMatchObject({ code: 'illegal_transition', details: { thing, state: due, command } });
          }
          expect(state).toBe(due);
        }
        if (ends.includes(start)) expect(state).toBe(start);
      }),
      { numRuns: 300 },
    );
  });

  it('refuses a command that is not its own, and names that the whole world inherits', () => {
    for (const state of states)
      for (const command of ['nonsense', 'toString', 'constructor', '__proto__', ''])
        expect(() => next(thing, table, state, command), `${state} ${command}`).toThrow(Refusal);
  });
});

it('subscriptions know the commands of their table, and live relationships are those on the list', () => {
  expect([...subscriptionCommands].sort()).toEqual(
    [...new Set(subscriptionStates.flatMap((state) => commandsOf(subscriptionTransitions, state)))].sort(),
  );
  expect(liveRelationshipStates).toEqual(['active', 'ending']);
});

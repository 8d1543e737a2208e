import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  blockersOf,
  endConsequences,
  type RelationshipCommand,
  type RelationshipState,
  relationshipTransitions,
  withdrawalOf,
} from './relationships.ts';
import { subscriptionStates } from './subscriptions.ts';
import { next } from './transitions.ts';

const anyCommand = fc.constantFrom<RelationshipCommand>('accept', 'withdraw', 'forget', 'end', 'cancel-end', 'complete-end', 'request');

describe('a relationship', () => {
  it('becomes active again only with the customer’s consent, whatever is tried', () => {
    fc.assert(
      fc.property(fc.array(anyCommand, { maxLength: 30 }), (commands) => {
        let state: RelationshipState = 'requested';
        let consented = false;
        for (const command of commands) {
          try {
            state = next('relationship', relationshipTransitions, state, command);
          } catch {
            continue;
          }
          if (command === 'accept') consented = true;
          if (command === 'complete-end' || command === 'withdraw' || command === 'forget') consented = false;
          if (state === 'active' || state === 'ending') expect(consented).toBe(true);
        }
      }),
    );
  });

  it('ends only by way of ending, so that its blockers are always looked at', () => {
    expect(
      Object.entries(relationshipTransitions)
        .filter(([, cells]) => 'complete-end' in cells)
        .map(([state]) => state),
    ).toEqual(['ending']);
  });
});

describe('a request that came to nothing', () => {
  it('ends a relationship that there was, and leaves none where there never was one', () => {
    const after = (relationshipSince: Date | null) =>
      next('relationship', relationshipTransitions, 'requested', withdrawalOf({ relationshipSince }));
    expect(after(new Date())).toBe('ended');
    expect(after(null)).toBe('none');
  });
});

describe('what blocks an end', () => {
  it('is exactly the active subscriptions, each with its remedy', () => {
    fc.assert(
      fc.property(
        fc.array(fc.record({ id: fc.uuid(), productId: fc.string(), quantity: fc.nat(), state: fc.constantFrom(...subscriptionStates) })),
        (subscriptions) => {
          const blockers = blockersOf(subscriptions);
          expect(blockers.map((blocker) => 'subscriptionId' in blocker && blocker.subscriptionId)).toEqual(
            subscriptions.filter((one) => one.state === 'active').map((one) => one.id),
          );
          for (const blocker of blockers) expect(blocker).toMatchObject({ kind: 'subscription_active', remedy: 'suspend' });
        },
      ),
    );
  });
});

describe('what else blocks an end', () => {
  it('is every live reservation and every software purchase, before the subscriptions they stand on', () => {
    const now = new Date('2026-01-01T00:00:00Z');
    const purchase = (id: string, kind: 'reservation' | 'software', state: 'active' | 'cancelled', endsAt: string | null) => ({
      ...{ id, kind, state, productId: 'p', quantity: 1 },
      endsAt: endsAt ? new Date(endsAt) : null,
    });
    const blockers = blockersOf(
      [{ id: 's', productId: 'azure-plan', quantity: 1, state: 'active' }],
      [
        purchase('live', 'reservation', 'active', '2026-06-01T00:00:00Z'),
        purchase('over', 'reservation', 'active', '2025-12-31T00:00:00Z'),
        purchase('gone', 'reservation', 'cancelled', '2026-06-01T00:00:00Z'),
        purchase('for good', 'software', 'active', null),
        purchase('returned', 'software', 'cancelled', null),
      ],
      now,
    );
    expect(
      blockers.map((blocker) => [blocker.kind, 'purchaseId' in blocker ? blocker.purchaseId : blocker.subscriptionId, blocker.remedy]),
    ).toEqual([
      ['reservation_active', 'live', 'cancel'],
      ['software_active', 'for good', 'cancel'],
      ['subscription_active', 's', 'suspend'],
    ]);
  });
});

describe('the consequences of an end', () => {
  it('name only what this very customer loses', () => {
    const always = ['leaves_list', 'purchases_stop', 'both_told', 'history_stays'];
    expect(endConsequences({ delegatedAdmin: false, supportContact: null })).toEqual(always);
    expect(endConsequences({ delegatedAdmin: true, supportContact: 'Team' })).toEqual([
      'leaves_list',
      'delegated_admin_taken_away',
      'support_contact_removed',
      'purchases_stop',
      'both_told',
      'history_stays',
    ]);
    expect(endConsequences({ delegatedAdmin: true, supportContact: '' })).not.toContain('support_contact_removed');
  });
});

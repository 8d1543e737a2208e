import { eventGroups, eventTypes, type StepFailure } from '@clientele/domain';
import { describe, expect, it } from 'vitest';
import { groupedActions, sentenceKey, variants } from './actions.ts';
import en from './en.json' with { type: 'json' };
import ja from './ja.json' with { type: 'json' };

const failureCodes: Record<StepFailure['code'], true> = {
  domain_taken: true,
  address: true,
  blocked: true,
  unexpected: true,
  relationship_changed: true,
  superseded: true,
  second_person_missing: true,
  requester_not_entitled: true,
  rows_failed: true,
  overdue: true,
};
const keysOf = (value: object, path = ''): string[] =>
  Object.entries(value).flatMap(([name, inner]) => (typeof inner === 'object' ? keysOf(inner, `${path}${name}.`) : [`${path}${name}`]));

describe.each([
  ['English', en],
  ['Japanese', ja],
])('the messages of the activity log in %s', (_, messages) => {
  const sentences = keysOf(messages.events);
  it('have a sentence and a name for every event type', () => {
    for (const type of eventTypes) {
      expect(sentences, 'a sentence').toContain(type);
      expect(keysOf(messages.actions), 'a name for the filter').toContain(type);
    }
  });
  it('have no sentence for what cannot happen', () => {
    const all = [...eventTypes, ...Object.entries(variants).flatMap(([type, endings]) => endings.map((ending) => `${type}_${ending}`))];
    expect([...sentences].sort()).toEqual(all.sort());
  });
  it('name every group and every reason of a failure', () => {
    expect(Object.keys(messages.groups).sort()).toEqual([...eventGroups].sort());
    expect(Object.keys(messages.codes).sort()).toEqual(Object.keys(failureCodes).sort());
  });
});

describe('the sentence of a record', () => {
  it('tells what was asked for', () => {
    expect(sentenceKey('invitation.created', { purpose: 'relationship', delegatedAdmin: false })).toBe(
      'activity.events.invitation.created',
    );
    expect(sentenceKey('invitation.created', { purpose: 'reinstate', delegatedAdmin: true })).toBe(
      'activity.events.invitation.created_reinstate_with_admin',
    );
    expect(sentenceKey('invitation.declined', { hasReason: true })).toBe('activity.events.invitation.declined_with_reason');
    expect(sentenceKey('mail.bounced', { kind: 'invitation', learned: 'report' })).toBe('activity.events.mail.bounced_report');
    expect(sentenceKey('mail.bounced', { kind: 'test_mail', learned: 'report' })).toBe('activity.events.mail.bounced_test');
    expect(sentenceKey('mail.sent', { kind: 'partner_user_invited' })).toBe('activity.events.mail.sent_user');
    expect(sentenceKey('mail.bounced', { kind: 'invitation' })).toBe('activity.events.mail.bounced');
    expect(sentenceKey('relationship.established', { delegatedAdmin: true })).toBe('activity.events.relationship.established_with_admin');
    expect(sentenceKey('operation.queued', { kind: 'customers-tag' })).toBe('activity.events.operation.queued_over_rows');
    expect(sentenceKey('operation.paused', { kind: 'customer-import', waiting: 'approval' })).toBe(
      'activity.events.operation.paused_approval',
    );
    expect(sentenceKey('operation.queued', { kind: 'customer-onboarding' })).toBe('activity.events.operation.queued');
    expect(sentenceKey('subscription.added', { delegatedAdmin: true })).toBe('activity.events.subscription.added');
  });
});

it('every action is offered under exactly one group', () => {
  expect(groupedActions.flatMap(({ types }) => types).sort()).toEqual([...eventTypes].sort());
  expect(groupedActions.every(({ types }) => types.length > 0)).toBe(true);
});
it('both languages say the same things', () => {
  expect(keysOf(ja).sort()).toEqual(keysOf(en).sort());
});

import { isOverRows, operationKinds, operationStates, operationSteps, type StepFailure } from '@clientele/domain';
import { describe, expect, it } from 'vitest';
import en from './en.json' with { type: 'json' };
import ja from './ja.json' with { type: 'json' };

/** Typed, so that a new code does not compile without a sentence. */
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
const steps: string[] = [...new Set(Object.values(operationSteps).flat())];
/** Of those whose effects are undone when they are cancelled. */
const undoable: string[] = operationKinds.filter((kind) => !isOverRows(kind)).flatMap((kind) => operationSteps[kind]);
const keysOf = (value: object, path = ''): string[] =>
  Object.entries(value).flatMap(([name, inner]) => (typeof inner === 'object' ? keysOf(inner, `${path}${name}.`) : [`${path}${name}`]));

describe.each([
  ['English', en],
  ['Japanese', ja],
])('the messages of operations in %s', (_, messages) => {
  it('name every step', () => {
    expect(Object.keys(messages.steps).sort()).toEqual(steps.sort());
  });
  it('say why a step failed, for every code', () => {
    for (const code of Object.keys(failureCodes)) expect(messages.failures).toHaveProperty(code);
  });
  it('tell every state of every kind', () => {
    for (const kind of operationKinds) {
      expect(messages.one.titles).toHaveProperty(kind);
      expect(messages.standing).toHaveProperty(`succeeded_${kind}`);
      for (const state of operationStates) {
        expect(messages.toast[state]).toHaveProperty(kind);
        if (state !== 'succeeded') expect(messages.standing).toHaveProperty(state);
      }
    }
  });
  it('say what cancelling takes back, for every step that changes something', () => {
    for (const step of undoable.filter((name) => !name.startsWith('check_') && !['end_relationship', 'tell_both_sides'].includes(name)))
      expect(messages.cancel.steps).toHaveProperty(step);
  });
});

it('both languages say the same things', () => {
  expect(keysOf(ja)).toEqual(keysOf(en));
});

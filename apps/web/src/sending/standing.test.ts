import { deliveryStates, senderFindings, senderVerdicts } from '@clientele/domain';
import { describe, expect, it } from 'vitest';
import en from './en.json' with { type: 'json' };
import ja from './ja.json' with { type: 'json' };
import { standingOf } from './standing.ts';

const items = (...verdicts: (typeof senderVerdicts)[number][]) => verdicts.map((verdict) => ({ verdict }));
const keysOf = (value: object, path = ''): string[] =>
  Object.entries(value).flatMap(([name, inner]) => (typeof inner === 'object' ? keysOf(inner, `${path}${name}.`) : [`${path}${name}`]));

describe('how the checklist stands', () => {
  it('frightens nobody whose mail goes to the built-in inbox', () => {
    expect(standingOf({ sendsTo: 'inbox', items: [] })).toEqual({ tone: 'inbox', count: 0 });
  });
  it('counts what to look at, and tells what could not be looked up only when that is all', () => {
    expect(standingOf({ sendsTo: 'server', items: items('ok', 'ok') })).toEqual({ tone: 'good', count: 0 });
    expect(standingOf({ sendsTo: 'server', items: items('ok', 'warning', 'missing', 'unknown') })).toEqual({ tone: 'todo', count: 2 });
    expect(standingOf({ sendsTo: 'server', items: items('ok', 'unknown') })).toEqual({ tone: 'unknown', count: 1 });
  });
});

describe.each([
  ['English', en],
  ['Japanese', ja],
])('the messages of sending mail in %s', (_, messages) => {
  it('have a sentence for everything that the check can find, and for every state of a test mail', () => {
    expect(Object.keys(messages.findings).sort()).toEqual([...senderFindings].sort());
    expect(Object.keys(messages.verdicts).sort()).toEqual([...senderVerdicts].sort());
    expect(Object.keys(messages.test.states).sort()).toEqual([...deliveryStates].sort());
  });
});

it('both languages say the same things', () => {
  expect(keysOf(ja)).toEqual(keysOf(en));
});

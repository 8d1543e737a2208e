import { deliveryStates, eventTypes, invitationPurposes, mailKinds, visitors } from '@clientele/domain';
import { describe, expect, it } from 'vitest';
import en from './en.json' with { type: 'json' };
import ja from './ja.json' with { type: 'json' };
import { causes } from './why-not-yet.ts';

const keysOf = (value: object, path = ''): string[] =>
  Object.entries(value).flatMap(([name, inner]) => (typeof inner === 'object' ? keysOf(inner, `${path}${name}.`) : [`${path}${name}`]));

describe.each([
  ['English', en],
  ['Japanese', ja],
])('the messages of invitations in %s', (_, messages) => {
  it('say why not yet for every cause', () => {
    expect(Object.keys(messages.why).sort()).toEqual([...causes].sort());
    for (const cause of Object.keys(messages.next)) expect(causes).toContain(cause);
  });
  it('say in the timeline what happened, for everything that can', () => {
    const happened = keysOf(messages.happened);
    for (const type of eventTypes.filter((one) => /^(invitation|mail)\./.test(one))) expect(happened).toContain(type);
    for (const visitor of visitors) expect(happened).toContain(`visit.${visitor}`);
  });
  it('name every kind and every state of a mail, and every purpose', () => {
    expect(Object.keys(messages.mailStates).sort()).toEqual([...deliveryStates].sort());
    expect(Object.keys(messages.mailKinds)).toEqual(expect.arrayContaining([...mailKinds]));
    expect(Object.keys(messages.purposes).sort()).toEqual([...invitationPurposes].sort());
  });
});

it('both languages say the same things', () => {
  expect(keysOf(ja)).toEqual(keysOf(en));
});

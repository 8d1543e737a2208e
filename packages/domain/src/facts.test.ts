import { describe, expect, it } from 'vitest';
import { keptFacts, longestFact } from './facts.ts';

describe('what the activity log keeps of the facts', () => {
  it('leaves out what is named like a secret, however deep it stands', () => {
    expect(
      keptFacts({
        operationId: 'o',
        temporaryPassword: 'x',
        changes: { apiKey: { from: 'a', to: 'b' }, language: { from: 'en', to: 'ja' } },
        list: [{ sessionToken: 't', role: 'user' }],
      }),
    ).toEqual({ operationId: 'o', changes: { language: { from: 'en', to: 'ja' } }, list: [{ role: 'user' }] });
  });

  it('keeps which one it is about: an id is no secret', () => {
    const facts = { apiKeyId: 'one', passwordLinkIds: ['two'] };
    expect(keptFacts(facts)).toEqual(facts);
  });

  it('cuts a long text and keeps everything else as it is', () => {
    const facts = { note: 'x'.repeat(longestFact + 1), count: 3, on: false, none: null };
    expect(keptFacts(facts)).toEqual({ ...facts, note: `${'x'.repeat(longestFact)}…` });
    expect(keptFacts({ note: '株'.repeat(longestFact) })).toEqual({ note: '株'.repeat(longestFact) });
  });
});

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { canonicalJson, linkText } from './seals.ts';

const shuffled = (value: unknown): unknown =>
  Array.isArray(value)
    ? value.map(shuffled)
    : value && typeof value === 'object'
      ? Object.fromEntries(
          Object.entries(value)
            .reverse()
            .map(([name, inner]) => [name, shuffled(inner)]),
        )
      : value;

describe('the canonical form of a record', () => {
  it('does not depend on the order of members, and says everything that the value says', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        expect(canonicalJson(shuffled(value))).toBe(canonicalJson(value));
        expect(JSON.parse(canonicalJson(value))).toEqual(JSON.parse(JSON.stringify(value)));
      }),
    );
  });

  it('is what the specification shows', () => {
    expect(canonicalJson({ b: [1, 'é"\n', null], a: { z: 1e21, y: true, gone: undefined } })).toBe(
      '{"a":{"y":true,"z":1e+21},"b":[1,"é\\"\\n",null]}',
    );
    const record = { id: 'i', partnerId: 'p', type: 't', at: 'a', actorKind: 'system', requestId: 'r', data: {} };
    expect(linkText(2, 'ff', record)).toBe(
      '{"previous":"ff","record":{"actorKind":"system","at":"a","data":{},"id":"i","partnerId":"p","requestId":"r","type":"t"},"seq":2}',
    );
  });
});

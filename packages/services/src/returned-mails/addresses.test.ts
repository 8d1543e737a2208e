import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createReturnAddresses } from './addresses.ts';

const secret = 'a secret of tests, long enough for everybody';
const addresses = createReturnAddresses({ bounceAddress: 'bounce@returns.example', secret });
const id = '0199f0aa-3c6b-7c3e-9a51-5d1f0b2c3d4e';

describe('a return address', () => {
  it('leads back to its mail, in capitals, too, and under another domain', () => {
    fc.assert(
      fc.property(fc.uuid(), (any) => {
        const address = addresses.addressOf(any);
        expect(addresses.deliveryIdOf(address)).toBe(any);
        expect(addresses.deliveryIdOf(address.toUpperCase())).toBe(any);
        expect(addresses.deliveryIdOf(address.replace('returns.example', 'elsewhere.example'))).toBe(any);
      }),
    );
  });

  it('keeps to the 64 characters before the @ with the longest name that the configuration allows', () => {
    const longest = createReturnAddresses({ bounceAddress: `${'b'.repeat(16)}@returns.example`, secret }).addressOf(id);
    expect(longest.split('@')[0]).toHaveLength(64);
  });

  it('with another mark, another id or another key is nobody’s', () => {
    const address = addresses.addressOf(id);
    const other = addresses.addressOf('0199f0aa-3c6b-7c3e-9a51-5d1f0b2c3d4f');
    const [, mark] = address.split('.', 2) as [string, string];
    const [otherId] = other.split('.', 2) as [string, string];
    const strange = createReturnAddresses({ bounceAddress: 'bounce@returns.example', secret: `${secret}!` });
    expect(addresses.deliveryIdOf(`${otherId}.${mark}.example`)).toBeNull();
    expect(strange.deliveryIdOf(address)).toBeNull();
    for (const forged of [
      'bounce@returns.example',
      'bounce+@returns.example',
      `bounce+${'a'.repeat(26)}.${'a'.repeat(20)}@returns.example`,
      '',
    ])
      expect(addresses.deliveryIdOf(forged), forged).toBeNull();
  });

  it('with one letter changed anywhere before the @ is nobody’s', () => {
    const address = addresses.addressOf(id);
    const at = address.indexOf('@');
    for (let place = 'bounce+'.length; place < at; place++) {
      const letter = address[place] === 'a' ? 'b' : 'a';
      expect(addresses.deliveryIdOf(`${address.slice(0, place)}${letter}${address.slice(place + 1)}`), String(place)).toBeNull();
    }
  });

  it('never throws, whatever it is asked', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 400 }), (text) => {
        expect(addresses.deliveryIdOf(text)).toBeNull();
        expect(addresses.deliveryIdOf(`bounce+${text}@returns.example`)).toBeNull();
      }),
    );
  });
});

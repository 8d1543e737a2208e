import { describe, expect, it } from 'vitest';
import { checkAddress } from './addresses.ts';
import { countries, countryCodes } from './countries.ts';

const at = (state: string | undefined, postalCode: string | undefined) => ({ line1: 'x', city: 'y', state, postalCode });
const rules = (country: string, state?: string, postalCode?: string) =>
  checkAddress(country, at(state, postalCode)).map(({ path, rule }) => `${path} ${rule}`);

describe('an address', () => {
  it.each([
    ['US', 'WA', '98052'],
    ['US', 'NY', '10001-1234'],
    ['US', 'PR', '00901'],
    ['JP', '13', '154-0023'],
    ['JP', '01', '0600000'],
    ['JP', '47', '900-0000'],
    ['GB', undefined, 'EC1Y 8SY'],
    ['GB', undefined, 'M11AA'],
    ['GB', undefined, 'sw1a 1aa'],
    ['GB', undefined, 'GIR 0AA'],
    ['CA', 'QC', 'H3Z 2Y7'],
    ['CA', 'ON', 'k1a0b1'],
    ['HK', undefined, undefined],
    ['AE', undefined, 'anything at all'],
  ])('is good in %s: %s %s', (country, state, postalCode) => {
    expect(rules(country, state, postalCode)).toEqual([]);
  });

  it.each([
    ['US', 'WA', '9805', ['address.postalCode postal_code']],
    ['US', 'WA', '98052-12', ['address.postalCode postal_code']],
    ['US', 'WA', '９８０５２', ['address.postalCode postal_code']],
    ['US', 'XX', '98052', ['address.state state_unknown']],
    ['US', 'wa', '98052', ['address.state state_unknown']],
    ['US', undefined, undefined, ['address.state state_required', 'address.postalCode required']],
    ['JP', '48', '154-0023', ['address.state state_unknown']],
    ['JP', '00', '154-0023', ['address.state state_unknown']],
    ['JP', '1', '154-0023', ['address.state state_unknown']],
    ['JP', '東京都', '154-0023', ['address.state state_unknown']],
    ['JP', '13', '154-002', ['address.postalCode postal_code']],
    ['JP', '13', '154 0023', ['address.postalCode postal_code']],
    ['JP', '13', '154-0023\n', ['address.postalCode postal_code']],
    ['GB', undefined, 'EC1Y', ['address.postalCode postal_code']],
    ['GB', undefined, 'EC1Y 8CY', ['address.postalCode postal_code']],
    ['GB', undefined, '', ['address.postalCode required']],
    ['CA', 'QC', 'D3Z 2Y7', ['address.postalCode postal_code']],
    ['CA', 'QC', 'H3Z-2Y7', ['address.postalCode postal_code']],
    ['CA', 'NF', 'H3Z 2Y7', ['address.state state_unknown']],
  ])('is wrong in %s: %s %j', (country, state, postalCode, expected) => {
    expect(rules(country, state, postalCode)).toEqual(expected);
  });

  it('of a country that is unknown here says so, also for names that every object has', () => {
    for (const country of ['', 'XX', 'jp', 'JPN', 'constructor', 'toString', '__proto__', 'hasOwnProperty'])
      expect(rules(country, '13', '154-0023'), country).toEqual(['country country']);
  });

  it('tells the country and an example with the rule', () => {
    expect(checkAddress('JP', at('13', 'x'), 'billing')).toEqual([
      { path: 'billing.postalCode', rule: 'postal_code', params: { country: 'JP', example: '154-0023' } },
    ]);
  });
});

describe('the countries', () => {
  it('are sorted ISO codes that have a name in both languages, each with a good example of its postal code', () => {
    expect(countryCodes).toEqual([...countryCodes].sort());
    for (const code of countryCodes) {
      expect(code).toMatch(/^[A-Z]{2}$/);
      for (const language of ['en', 'ja'])
        expect(new Intl.DisplayNames(language, { type: 'region', fallback: 'none' }).of(code), `${code} ${language}`).toBeTruthy();
      const { postalCode, example, states } = countries[code]!;
      expect(Boolean(postalCode), code).toBe(Boolean(example));
      if (postalCode) expect(checkAddress(code, at(states?.[0], example)), code).toEqual([]);
      if (states) expect(new Set(states).size).toBe(states.length);
    }
    expect(countries.US!.states).toHaveLength(56);
    expect(countries.JP!.states).toHaveLength(47);
    expect(countries.CA!.states).toHaveLength(13);
  });
});

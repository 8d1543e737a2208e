import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { checkAddress } from './addresses.ts';
import { addressOrder, countries, countryCodes, subdivisionsOf } from './countries.ts';

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
    expect(Object.keys(countries)).toEqual(countryCodes);
    expect(countryCodes.length).toBeGreaterThan(240);
    for (const code of countryCodes) {
      expect(code).toMatch(/^[A-Z]{2}$/);
      for (const language of ['en', 'ja'])
        expect(new Intl.DisplayNames(language, { type: 'region', fallback: 'none' }).of(code), `${code} ${language}`).toBeTruthy();
      const { postalCode, example, states, order, needs } = countries[code]!;
      expect(Boolean(postalCode), code).toBe(Boolean(example));
      if (postalCode) expect(checkAddress(code, at(states?.[0] ?? 'somewhere', example)), code).toEqual([]);
      if (states) expect(new Set(states).size, code).toBe(states.length);
      expect(order, code).toMatch(/^(?!.*(.).*\1)[ACSZ]+$/);
      for (const part of needs) expect(order, code).toContain(part);
      expect(needs, code).toContain('A');
    }
  });

  it('keep every state that customers may have been kept with', () => {
    const kept = {
      AU: 'ACT NSW NT QLD SA TAS VIC WA',
      BR: 'AC AL AM AP BA CE DF ES GO MA MG MS MT PA PB PE PI PR RJ RN RO RR RS SC SE SP TO',
      CA: 'AB BC MB NB NL NS NT NU ON PE QC SK YT',
      US: 'AK AL AR AS AZ CA CO CT DC DE FL GA GU HI IA ID IL IN KS KY LA MA MD ME MI MN MO MP MS MT NC ND NE NH NJ NM NV NY OH OK OR PA PR RI SC SD TN TX UT VA VI VT WA WI WV WY',
    };
    for (const [country, states] of Object.entries(kept))
      expect(countries[country]!.states, country).toEqual(expect.arrayContaining(states.split(' ')));
    // And the armed forces' mail, and the freely associated states.
    expect(countries.US!.states).toHaveLength(62);
    expect(countries.JP!.states).toHaveLength(47);
    expect(countries.CA!.states).toHaveLength(13);
  });

  it('name each state in Latin letters, and as it is written there to who reads that', () => {
    for (const code of countryCodes)
      for (const { name } of subdivisionsOf(code)) expect(name, code).toMatch(/^[\p{Script=Latin}\p{M}\d\s.,&'’‘ʻ()/-]+$/u);
    expect(subdivisionsOf('US').find(({ code }) => code === 'WA')?.name).toBe('Washington');
    expect(subdivisionsOf('JP').find(({ code }) => code === '13')?.name).toBe('Tokyo');
    expect(subdivisionsOf('JP', 'ja').find(({ code }) => code === '13')?.name).toBe('東京都');
    expect([subdivisionsOf('GB'), subdivisionsOf('XX'), subdivisionsOf('constructor')]).toEqual([[], [], []]);
  });

  it('say in which order an address is written', () => {
    expect(addressOrder('JP').join('')).toBe('ZSCA');
    expect(addressOrder('US').join('')).toBe('ACSZ');
    expect(addressOrder('DE').join('')).toBe('AZC');
    expect(addressOrder('XX').join('')).toBe('ACSZ');
  });

  it('need a city only where one is written', () => {
    expect(rules('SG', undefined, '546080')).toEqual([]);
    expect(checkAddress('SG', { line1: '1 Raffles Place', city: '', postalCode: '048616' })).toEqual([]);
    expect(checkAddress('DE', { line1: 'x', city: ' ', postalCode: '10115' })).toEqual([{ path: 'address.city', rule: 'required' }]);
  });
});

describe('an address of nasty text', () => {
  const nasty = fc.oneof(
    fc.string({ unit: 'binary', maxLength: 600 }),
    fc.constantFrom(
      '',
      ' ',
      '\u202e\u2066evil',
      '😀'.repeat(250),
      'א'.repeat(500),
      '\0',
      '９８０５２',
      'x'.repeat(500),
      '98052\n',
      '-',
      '(',
      '\\',
    ),
  );
  it('is told apart at its fields, quickly, and never breaks the check', () => {
    fc.assert(
      fc.property(fc.oneof(fc.constantFrom(...countryCodes), nasty), nasty, nasty, nasty, (country, city, state, postalCode) => {
        const errors = checkAddress(country, { line1: 'x', city, state, postalCode });
        for (const { path, rule } of errors) {
          expect(['country', 'address.city', 'address.state', 'address.postalCode']).toContain(path);
          expect(['country', 'required', 'state_required', 'state_unknown', 'postal_code']).toContain(rule);
        }
      }),
      { numRuns: 3000 },
    );
  });
});

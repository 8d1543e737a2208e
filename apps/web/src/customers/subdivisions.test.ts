import { describe, expect, it, vi } from 'vitest';

// A browser's: the language of the reader is asked for when the file is loaded.
vi.stubGlobal('navigator', { languages: ['en'] });
const { addressLines, subdivisionsOf } = await import('./subdivisions.ts');

describe('states and prefectures', () => {
  it('have Japanese names for Japanese readers, in Japan and in the US', () => {
    for (const country of ['JP', 'US']) {
      const shown = subdivisionsOf(country, 'ja');
      expect(shown.length).toBeGreaterThan(46);
      for (const { value, label } of shown) expect(label, `${country} ${value}`).toMatch(/[\p{Script=Katakana}\p{Script=Han}]/u);
      expect(new Set(shown.map(({ label }) => label)).size).toBe(shown.length);
    }
    expect(subdivisionsOf('US', 'en').find(({ value }) => value === 'TX')?.label).toBe('Texas');
  });
});

describe('an address in lines', () => {
  it('is written as its country writes it', () => {
    const at = { line1: '1 Road', city: 'Town' };
    expect(addressLines('US', { ...at, state: 'WA', postalCode: '98101' })).toEqual(['1 Road', 'Town, WA 98101']);
    expect(addressLines('DE', { ...at, postalCode: '10115' })).toEqual(['1 Road', '10115 Town']);
    expect(addressLines('GB', { ...at, line2: 'Floor 2', postalCode: 'M1 1AA' })).toEqual(['1 Road', 'Floor 2', 'Town M1 1AA']);
    expect(addressLines('SG', { line1: '1 Road', city: '', postalCode: '048616' })).toEqual(['1 Road', '048616']);
  });
});

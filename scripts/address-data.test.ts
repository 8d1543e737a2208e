import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
// @ts-expect-error a script, without types
import { addressData } from './address-data.mjs';

it('the address data is what the pinned package gives; if not: node scripts/address-data.mjs', () => {
  const files = addressData() as Record<string, string>;
  expect(Object.keys(files).sort()).toEqual(['codes.ts', 'names.ts', 'rules.ts']);
  for (const [name, text] of Object.entries(files))
    expect(
      readFileSync(fileURLToPath(new URL(`../packages/domain/src/address-data/${name}`, import.meta.url)), 'utf8') === text,
      name,
    ).toBe(true);
});

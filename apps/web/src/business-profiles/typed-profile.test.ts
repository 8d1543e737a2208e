import { emptyProfile } from '@clientele/domain';
import { describe, expect, it } from 'vitest';
import { emptyAddress, isSame, sentOf, typedOf } from './typed-profile.ts';

const draft = {
  ...emptyProfile,
  description: 'We help.',
  industries: ['retail', 'health'],
  locations: [{ name: 'Tokyo', address: { line1: '1-1', city: 'Chiyoda', state: '13', postalCode: '100-0005' } }],
};

describe('the form of a business profile', () => {
  it('shows a draft and sends it back as it was', () => {
    const typed = typedOf(draft);
    expect(typed.locations[0]?.address).toEqual({ line1: '1-1', line2: '', city: 'Chiyoda', state: '13', postalCode: '100-0005' });
    const { logo: _, ...text } = draft;
    expect(JSON.parse(JSON.stringify(sentOf(typed)))).toEqual(text);
  });

  it('is the same whatever the order of what was ticked, and another with any other change', () => {
    const typed = typedOf(draft);
    expect(isSame(typed, { ...typedOf(draft), industries: ['health', 'retail'] })).toBe(true);
    expect(isSame(typed, { ...typed, description: 'We help!' })).toBe(false);
    expect(isSame(typed, { ...typed, locations: [...typed.locations, { name: '', address: emptyAddress() }] })).toBe(false);
  });
});

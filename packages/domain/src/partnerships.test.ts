import { describe, expect, it } from 'vitest';
import { partnershipAnswer } from './partnerships.ts';
import { type Role, roles } from './roles.ts';

const reseller = { id: 'reseller', type: 'indirect-reseller' } as const;

describe('a request for a partnership', () => {
  it('is accepted by a global admin of an indirect reseller, and by nobody else', () => {
    for (const role of roles)
      expect(partnershipAnswer({ partner: reseller, roles: [role] }, 'provider')).toBe(role === 'global-admin' ? 'may' : 'role');
    expect(partnershipAnswer(null, 'provider')).toBe('sign-in');
    const all: readonly Role[] = roles;
    expect(partnershipAnswer({ partner: null, roles: all }, 'provider')).toBe('customer');
    expect(partnershipAnswer({ partner: { id: 'provider', type: 'indirect-provider' }, roles: all }, 'provider')).toBe('own-request');
    for (const type of ['direct-partner', 'indirect-provider'] as const)
      expect(partnershipAnswer({ partner: { id: 'other', type }, roles: all }, 'provider')).toBe('no-reseller');
  });
});

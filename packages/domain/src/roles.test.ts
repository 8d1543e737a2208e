import { describe, expect, it } from 'vitest';
import { cloudProfiles, clouds, partnerTypes } from './clouds.ts';
import { Refusal } from './refusals.ts';
import { access, offers, type Permission, permissionNames, type Role, requirePermission, roles } from './roles.ts';

/** domain.md section 2, line by line: global admin, admin agent, sales agent, helpdesk agent. */
const table: Record<Permission, [boolean, boolean, boolean, boolean]> = {
  'partner.manage': [true, false, false, false],
  'business-profiles.see': [true, true, true, true],
  'business-profiles.manage': [true, true, false, false],
  'partnerships.see': [true, true, true, true],
  'partnerships.manage': [true, false, false, false],
  'partnerships.invite': [true, true, true, false],
  'provider-requests.see': [true, true, true, true],
  'provider-requests.make': [true, true, true, false],
  'provider-requests.end': [true, false, false, false],
  'subscriptions.buy': [true, true, true, false],
  'customers.add': [true, true, true, false],
  'customers.import': [true, true, true, false],
  'agreement.attest': [true, true, true, false],
  'invitations.send': [true, true, true, false],
  'delegated-admin.request': [true, true, false, false],
  'customers.see': [true, true, true, true],
  'customers.export': [true, true, true, false],
  'customers.edit': [true, true, true, true],
  'invitations.see': [true, true, true, true],
  'subscriptions.see': [true, true, true, true],
  'subscriptions.manage': [true, true, true, false],
  'subscriptions.support': [true, true, true, true],
  'customer-permissions.manage': [true, true, false, false],
  'orders.see': [true, true, true, true],
  'orders.decide': [true, true, false, false],
  'relationship.end': [true, false, false, false],
  'relationship.reinstate': [true, false, false, false],
  'leads.see': [true, true, true, false],
  'leads.manage': [true, true, true, false],
  'operations.see': [true, true, true, true],
  'activity.see': [true, true, true, true],
  'activity.export': [true, true, true, true],
  'queues.see': [true, true, false, false],
  'queues.manage': [true, false, false, false],
};
const words: Record<Role, string> = {
  'global-admin': 'global-admin',
  'admin-agent': 'admin-agent',
  'sales-agent': 'sales-agent',
  'helpdesk-agent': 'helpdesk-agent',
};

/** What only an indirect reseller does. */
const isOfResellers = (permission: Permission) => ['provider-requests.make', 'provider-requests.end'].includes(permission);
const typeOf = (permission: Permission) => (isOfResellers(permission) ? 'indirect-reseller' : 'indirect-provider');

describe('the roles table', () => {
  it('has a line for every permission', () => {
    expect(Object.keys(table).sort()).toEqual([...permissionNames].sort());
  });

  const cells = permissionNames.flatMap((permission) =>
    roles.map((role, index) => ({ permission, role, may: table[permission][index] as boolean })),
  );
  it.each(cells)('$permission: $role may = $may', ({ permission, role, may }) => {
    for (const partnerType of ['direct-partner', 'indirect-provider', 'indirect-reseller'] as const)
      for (const cloud of clouds) {
        const who = { roles: [role], partnerType, cloud };
        // Of those there is a test of their own.
        if (/^(partnerships|provider-requests)\./.test(permission) && (cloud !== 'public' || partnerType === 'direct-partner')) continue;
        if ((partnerType === 'indirect-reseller') !== isOfResellers(permission)) continue;
        expect(access(who, permission).allowed).toBe(may);
        if (may) expect(() => requirePermission(who, permission)).not.toThrow();
        else expect(() => requirePermission(who, permission)).toThrow(Refusal);
      }
  });

  it('adds up: who has several roles may what any of them may; who has none, nothing', () => {
    for (const permission of permissionNames) {
      for (const [one, other] of roles.flatMap((a) => roles.map((b) => [a, b] as const)))
        expect(access({ roles: [one, other], partnerType: typeOf(permission), cloud: 'public' }, permission).allowed).toBe(
          (table[permission][roles.indexOf(one)] || table[permission][roles.indexOf(other)]) as boolean,
        );
      expect(access({ roles: [], partnerType: 'direct-partner', cloud: 'public' }, permission).allowed).toBe(false);
    }
  });

  it('refuses with the missing roles and who can grant them', () => {
    for (const { permission, role, may } of cells.filter((cell) => !cell.may)) {
      expect(may).toBe(false);
      const needs = roles.filter((_, index) => table[permission][index]);
      try {
        requirePermission({ roles: [role], partnerType: typeOf(permission), cloud: 'public' }, permission);
        expect.unreachable();
      } catch (error) {
        expect(error).toMatchObject({
          code: 'forbidden',
          details: { allowed: false, reason: 'role', permission, needs, grantedBy: 'global-admin' },
        });
        for (const needed of needs) expect((error as Refusal).message).toContain(words[needed]);
        expect((error as Refusal).message).toContain('A global admin of your organisation can grant it');
      }
    }
  });

  it('leaves attesting, ending, and what its customers buy by themselves to the provider of an indirect reseller, whatever the roles', () => {
    const who = { roles, partnerType: 'indirect-reseller', cloud: 'public' } as const;
    expect(permissionNames.filter((permission) => !access(who, permission).allowed).sort()).toEqual([
      'agreement.attest',
      'customer-permissions.manage',
      'orders.decide',
      'partnerships.invite',
      'relationship.end',
      'subscriptions.buy',
    ]);
    expect(() => requirePermission(who, 'relationship.end')).toThrow(
      expect.objectContaining({
        details: { allowed: false, reason: 'partner_type', permission: 'relationship.end' },
        message: expect.stringContaining('indirect provider'),
      }),
    );
  });
});

describe('partnerships', () => {
  const may = (partnerType: (typeof partnerTypes)[number], cloud: (typeof clouds)[number]) =>
    (['partnerships.see', 'partnerships.invite', 'partnerships.manage'] as const).map((permission) => {
      const answer = access({ roles: ['global-admin'], partnerType, cloud }, permission);
      return answer.allowed || (answer.reason === 'partner_type' ? answer.state : answer.reason);
    });

  it('are of an indirect provider, which asks, and of an indirect reseller, which is asked', () => {
    expect(may('indirect-provider', 'public')).toEqual([true, true, true]);
    expect(may('indirect-reseller', 'public')).toEqual([true, 'only-providers', true]);
    expect(may('direct-partner', 'public')).toEqual(['only-partnered', 'only-providers', 'only-partnered']);
    expect(() => requirePermission({ roles, partnerType: 'direct-partner', cloud: 'public' }, 'partnerships.see')).toThrow(
      'Only an indirect provider and an indirect reseller have partnerships.',
    );
  });

  it('are off in us-government, whatever the partner is', () => {
    for (const type of partnerTypes) expect(may(type, 'us-government')).toEqual(['cloud', 'cloud', 'cloud']);
    expect(() => requirePermission({ roles, partnerType: 'direct-partner', cloud: 'us-government' }, 'partnerships.invite')).toThrow(
      'This cloud has no partnerships',
    );
  });
});

describe('a cloud profile', () => {
  it('is there for each cloud and decides on every feature', () => {
    const features = Object.keys(cloudProfiles.public.features).sort();
    for (const cloud of clouds) {
      expect(cloudProfiles[cloud].cloud).toBe(cloud);
      expect(Object.keys(cloudProfiles[cloud].features).sort()).toEqual(features);
      expect(cloudProfiles[cloud].partnerTypes.every((type) => partnerTypes.includes(type))).toBe(true);
    }
    expect(new Set(clouds.map((cloud) => cloudProfiles[cloud].domainSuffix)).size).toBe(clouds.length);
  });

  it('switches off in us-government what domain.md section 5 says, and nothing in public', () => {
    for (const feature of [
      'find-a-partner',
      'business-profile',
      'leads',
      'partnerships',
      'customer-analytics',
      'optional-delegated-admin',
    ] as const) {
      expect(offers('public', feature)).toBe(true);
      expect(offers('us-government', feature)).toBe(false);
    }
    expect(cloudProfiles['us-government'].partnerTypes).toEqual(['direct-partner']);
  });
});

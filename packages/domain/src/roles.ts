import type { CloudFeature, PartnerType } from './clouds.ts';
import { type Cloud, cloudProfiles } from './clouds.ts';
import { Refusal } from './refusals.ts';

export const roles = ['global-admin', 'admin-agent', 'sales-agent', 'helpdesk-agent'] as const;
export type Role = (typeof roles)[number];

const everyone: readonly Role[] = roles;
const sellers: readonly Role[] = ['global-admin', 'admin-agent', 'sales-agent'];
const admins: readonly Role[] = ['global-admin', 'admin-agent'];
const globalAdmin: readonly Role[] = ['global-admin'];

/** Who may do what: the one table. Source: domain.md section 2, "Roles of partner users". */
export const permissions = {
  'partner.manage': globalAdmin,
  'business-profiles.see': everyone,
  'business-profiles.manage': admins,
  'partnerships.see': everyone,
  'partnerships.manage': globalAdmin,
  'partnerships.invite': sellers,
  'provider-requests.see': everyone,
  'provider-requests.make': sellers,
  'provider-requests.end': globalAdmin,
  'customers.see': everyone,
  'customers.export': sellers,
  'customers.add': sellers,
  'customers.import': sellers,
  'customers.edit': everyone,
  'agreement.attest': sellers,
  'invitations.see': everyone,
  'invitations.send': sellers,
  'delegated-admin.request': admins,
  'subscriptions.see': everyone,
  'subscriptions.buy': sellers,
  'subscriptions.manage': sellers,
  'subscriptions.support': everyone,
  'customer-permissions.manage': admins,
  'orders.see': everyone,
  'orders.decide': admins,
  'relationship.end': globalAdmin,
  'relationship.reinstate': globalAdmin,
  'leads.see': sellers,
  'leads.manage': sellers,
  'operations.see': everyone,
  'activity.see': everyone,
  'activity.export': everyone,
  'queues.see': admins,
  'queues.manage': globalAdmin,
} as const satisfies Record<string, readonly Role[]>;

export type Permission = keyof typeof permissions;
export const permissionNames = Object.keys(permissions) as Permission[];

/** What an indirect reseller leaves to its provider, whatever its roles. Source: domain.md section 3. */
const providerOnly: readonly Permission[] = [
  'agreement.attest',
  'subscriptions.buy',
  'relationship.end',
  'customer-permissions.manage',
  'orders.decide',
];

/** What only some kinds of partner do at all, and only where the cloud has partnerships. Source: domain.md sections 2 and 5. */
const onlyFor: Partial<Record<Permission, readonly PartnerType[]>> = {
  'partnerships.see': ['indirect-provider', 'indirect-reseller'],
  'partnerships.manage': ['indirect-provider', 'indirect-reseller'],
  'partnerships.invite': ['indirect-provider'],
  'provider-requests.see': ['indirect-provider', 'indirect-reseller'],
  'provider-requests.make': ['indirect-reseller'],
  'provider-requests.end': ['indirect-reseller'],
};

/** Who is asking, as far as rules need to know. */
export interface Grantee {
  roles: readonly Role[];
  partnerType: PartnerType;
  cloud: Cloud;
}

/** The answer to "may this person do that?", with the reason when not, so that no screen has to guess. */
export type Access =
  | { allowed: true }
  | { allowed: false; reason: 'role'; permission: Permission; needs: readonly Role[]; grantedBy: Role }
  /** `state` says for whom it is; without one it is what an indirect reseller leaves to its provider. */
  | { allowed: false; reason: 'partner_type'; permission: Permission; state?: 'only-providers' | 'only-resellers' | 'only-partnered' }
  | { allowed: false; reason: 'cloud'; permission: Permission };

/** Whether `who` has `permission`. Pure; the API, the screens' buttons and the tests all ask here. */
export function access(who: Grantee, permission: Permission): Access {
  if (who.partnerType === 'indirect-reseller' && providerOnly.includes(permission))
    return { allowed: false, reason: 'partner_type', permission };
  const types = onlyFor[permission];
  if (types && !offers(who.cloud, 'partnerships')) return { allowed: false, reason: 'cloud', permission };
  if (types && !types.includes(who.partnerType)) return { allowed: false, reason: 'partner_type', permission, state: onlyOf(types) };
  const needs: readonly Role[] = permissions[permission];
  if (who.roles.some((role) => needs.includes(role))) return { allowed: true };
  return { allowed: false, reason: 'role', permission, needs, grantedBy: 'global-admin' };
}

const onlyOf = ([first, ...more]: readonly PartnerType[]) =>
  more.length > 0 ? ('only-partnered' as const) : first === 'indirect-provider' ? ('only-providers' as const) : ('only-resellers' as const);

/** Throws `forbidden` naming the missing role and who can grant it, unless `who` has `permission`. */
export function requirePermission(who: Grantee, permission: Permission): void {
  const answer = access(who, permission);
  if (answer.allowed) return;
  throw new Refusal('forbidden', refusalMessage(answer), { details: { ...answer } });
}

function refusalMessage(answer: Exclude<Access, { allowed: true }>): string {
  if (answer.reason === 'role')
    return `This needs the role ${answer.needs.join(' or ')}. A global admin of your organisation can grant it.`;
  if (answer.reason === 'cloud') return 'This cloud has no partnerships of indirect providers and indirect resellers.';
  if (answer.state === 'only-providers') return 'Only an indirect provider does this.';
  if (answer.state === 'only-resellers') return 'Only an indirect reseller asks its indirect provider for something.';
  if (answer.state === 'only-partnered') return 'Only an indirect provider and an indirect reseller have partnerships.';
  return 'An indirect reseller leaves this to its indirect provider.';
}

/** Whether a cloud offers a feature. */
export function offers(cloud: Cloud, feature: CloudFeature): boolean {
  return cloudProfiles[cloud].features[feature];
}

/** Throws `feature_off`, naming the feature, where a cloud does not offer it. */
export function requireFeature(cloud: Cloud, feature: CloudFeature): void {
  if (!offers(cloud, feature)) throw new Refusal('feature_off', 'This cloud does not offer that.', { details: { feature, cloud } });
}

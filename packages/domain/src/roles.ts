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
  'partnerships.manage': globalAdmin,
  'partnerships.invite': sellers,
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
const providerOnly: readonly Permission[] = ['agreement.attest', 'relationship.end', 'customer-permissions.manage', 'orders.decide'];

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
  | { allowed: false; reason: 'partner_type'; permission: Permission };

/** Whether `who` has `permission`. Pure; the API, the screens' buttons and the tests all ask here. */
export function access(who: Grantee, permission: Permission): Access {
  if (who.partnerType === 'indirect-reseller' && providerOnly.includes(permission))
    return { allowed: false, reason: 'partner_type', permission };
  const needs: readonly Role[] = permissions[permission];
  if (who.roles.some((role) => needs.includes(role))) return { allowed: true };
  return { allowed: false, reason: 'role', permission, needs, grantedBy: 'global-admin' };
}

/** Throws `forbidden` naming the missing role and who can grant it, unless `who` has `permission`. */
export function requirePermission(who: Grantee, permission: Permission): void {
  const answer = access(who, permission);
  if (answer.allowed) return;
  const message =
    answer.reason === 'role'
      ? `This needs the role ${answer.needs.join(' or ')}. A global admin of your organisation can grant it.`
      : 'An indirect reseller leaves this to its indirect provider.';
  throw new Refusal('forbidden', message, { details: { ...answer } });
}

/** Whether a cloud offers a feature. */
export function offers(cloud: Cloud, feature: CloudFeature): boolean {
  return cloudProfiles[cloud].features[feature];
}

/** Throws `feature_off`, naming the feature, where a cloud does not offer it. */
export function requireFeature(cloud: Cloud, feature: CloudFeature): void {
  if (!offers(cloud, feature)) throw new Refusal('feature_off', 'This cloud does not offer that.', { details: { feature, cloud } });
}

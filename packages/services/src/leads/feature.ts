import type { Context } from '@clientele/db';
import { offers, type Permission, Refusal } from '@clientele/domain';
import { demand } from '../access.ts';

/** Throws `feature_off` in a cloud without leads; otherwise demands the permission. */
export function demandLeads(ctx: Context, permission: Extract<Permission, 'leads.see' | 'leads.manage'>): void {
  if (!offers(ctx.partner.cloud, 'leads'))
    throw new Refusal('feature_off', 'The US Government cloud has no leads.', { details: { feature: 'leads' } });
  demand(ctx, permission);
}

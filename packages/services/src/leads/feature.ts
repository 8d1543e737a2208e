import type { Context } from '@clientele/db';
import { type Permission, requireFeature } from '@clientele/domain';
import { demand } from '../access.ts';

/** Throws `feature_off` in a cloud without leads; otherwise demands the permission. */
export function demandLeads(ctx: Context, permission: Extract<Permission, 'leads.see' | 'leads.manage'>): void {
  requireFeature(ctx.partner.cloud, 'leads');
  demand(ctx, permission);
}

import type { Context, Transaction } from '@clientele/db';
import type { FieldError } from '@clientele/domain';
import { sql } from 'drizzle-orm';
import { demand } from '../access.ts';

/** An indirect reseller of the partner, as far as the partner and its customers may know it. */
export interface KnownReseller {
  id: string;
  name: string;
  webSite: string | null;
  /** There is an active partnership with it now. */
  isActive: boolean;
}

/** A reseller that the partner has, or had, a partnership with; null for any other partner, and none for none. */
export async function knownReseller(tx: Transaction, resellerId: string | null): Promise<KnownReseller | null> {
  if (resellerId === null) return null;
  const [row] = await tx.execute<KnownReseller & Record<string, unknown>>(sql`
    select o.id, o.name, o.web_site as "webSite", exists (
      select from partnerships p where p.provider_id = current_partner_id() and p.reseller_id = o.id and p.state = 'active') as "isActive"
    from partnered_partners() o where o.id = ${resellerId}::uuid`);
  return row ? { id: row.id, name: row.name, webSite: row.webSite, isActive: row.isActive } : null;
}

/**
 * What is wrong with naming a reseller at a field: only one with an active partnership can be named, so that no partner serves for another without its
 * consent. Throws `forbidden` where there are no partnerships at all.
 */
export async function checkReseller(
  ctx: Context,
  tx: Transaction,
  resellerId: string,
  path: string,
): Promise<{ reseller: KnownReseller | null; errors: FieldError[] }> {
  demand(ctx, 'partnerships.see');
  const reseller = ctx.partner.type === 'indirect-provider' ? await knownReseller(tx, resellerId) : null;
  return { reseller, errors: reseller?.isActive ? [] : [{ path, rule: 'no_partnership' }] };
}

import { type Context, read, type Transaction } from '@clientele/db';
import { sql } from 'drizzle-orm';
import { demand } from '../access.ts';

/** An active partnership, with the partner on its other side: what either may know of the other. */
export interface ActivePartnership {
  id: string;
  partner: { id: string; name: string; country: string; webSite: string | null };
  since: Date;
}

interface ActiveRow extends Record<string, unknown> {
  id: string;
  partnerId: string;
  name: string;
  country: string;
  webSite: string | null;
  since: string;
}

async function activeWith(tx: Transaction, [other, own]: ['reseller_id', 'provider_id'] | ['provider_id', 'reseller_id']) {
  const rows = await tx.execute<ActiveRow>(
    sql`select p.id, o.id as "partnerId", o.name, o.country, o.web_site as "webSite", p.since
        from partnerships p join partnered_partners() o on o.id = p.${sql.identifier(other)}
        where p.${sql.identifier(own)} = current_partner_id() and p.state = 'active'
        order by o.name collate "und-x-icu", p.id`,
  );
  return rows.map(
    ({ id, partnerId, name, country, webSite, since }): ActivePartnership => ({
      id,
      partner: { id: partnerId, name, country, webSite },
      since: new Date(since),
    }),
  );
}

/** The resellers that an indirect provider has an active partnership with, by name; none for any other partner. In the caller's transaction, if there is one. */
export function activeResellers(ctx: Context, tx?: Transaction): Promise<ActivePartnership[]> {
  return tx ? activeWith(tx, ['reseller_id', 'provider_id']) : read(ctx, (own) => activeResellers(ctx, own));
}

/** The providers that an indirect reseller has an active partnership with, by name; none for any other partner. In the caller's transaction, if there is one. */
export function activeProviders(ctx: Context, tx?: Transaction): Promise<ActivePartnership[]> {
  return tx ? activeWith(tx, ['provider_id', 'reseller_id']) : read(ctx, (own) => activeProviders(ctx, own));
}

/** Every active partnership of the partner, from its side. */
export async function listActivePartnerships(ctx: Context): Promise<{ items: ActivePartnership[] }> {
  demand(ctx, 'partnerships.see');
  return { items: await (ctx.partner.type === 'indirect-provider' ? activeResellers(ctx) : activeProviders(ctx)) };
}

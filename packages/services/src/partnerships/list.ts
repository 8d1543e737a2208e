import { type Context, read, type Transaction } from '@clientele/db';
import type { PartnershipState, RelationshipState } from '@clientele/domain';
import { type SQL, sql } from 'drizzle-orm';
import { demand } from '../access.ts';
import { decodeCursor, encodeCursor, escapeLike } from '../cursors.ts';
import type { Links } from '../invitations/links.ts';
import { loadPartnership, type PartnershipRow, type PartnershipView, partnershipsOf, viewPartnerships } from './view.ts';

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

export interface PartnershipFilters {
  /** `current`: active ones and open requests. */
  state: 'current' | 'all' | PartnershipState;
  search?: string | undefined;
  after?: string | undefined;
  limit: number;
}

/** A request whose time is over is over, also before the job that says so. */
const isExpired = (now: string) => sql`(p.state = 'requested' and exists (
  select 1 from invitations i where i.id = p."invitationId" and i.state = 'pending' and i.expires_at <= ${now}::timestamptz))`;

function chosenBy({ state, search }: PartnershipFilters, now: string): SQL {
  const states: Record<PartnershipFilters['state'], SQL> = {
    all: sql`true`,
    current: sql`p.state in ('active', 'requested') and not ${isExpired(now)}`,
    active: sql`p.state = 'active'`,
    requested: sql`p.state = 'requested' and not ${isExpired(now)}`,
    removed: sql`(p.state = 'removed' or ${isExpired(now)})`,
  };
  const pattern = `%${escapeLike(search ?? '')}%`;
  return search ? sql`${states[state]} and (p.name ilike ${pattern} or p."companyName" ilike ${pattern})` : states[state];
}

/** The partner's partnerships by name: of a provider its resellers, of a reseller its providers, each with the number of customers that both serve. */
export async function listPartnerships(ctx: Context, links: Links, filters: PartnershipFilters) {
  demand(ctx, 'partnerships.see');
  const chosen = chosenBy(filters, ctx.now.toISOString());
  return read(ctx, async (tx) => {
    const after = filters.after ? decodeCursor(filters.after, 1) : null;
    const further = after
      ? sql`and (p.name, p.id) > (select q.name, q.id from (${partnershipsOf(ctx)}) q where q.id = ${after[0]}::uuid)`
      : sql``;
    // Only the rows of the page have their shared customers counted.
    const rows = [
      ...(await tx.execute<PartnershipRow>(sql`
        select p.*, case when p.state = 'active' then count_shared_customers(p.id, null) else 0 end as shared from (
          select * from (${partnershipsOf(ctx)}) p where ${chosen} ${further} order by p.name, p.id limit ${filters.limit + 1}
        ) p order by p.name, p.id`)),
    ];
    const [total] = await tx.execute<{ count: number }>(sql`select count(*)::int as count from (${partnershipsOf(ctx)}) p where ${chosen}`);
    const shown = rows.slice(0, filters.limit);
    const last = shown.at(-1);
    return {
      items: await viewPartnerships(ctx, tx, links, shown),
      next: rows.length > filters.limit && last ? encodeCursor([last.id]) : null,
      total: { count: total?.count ?? 0, estimated: false },
    };
  });
}

/** One partnership. Throws `not_found` for whoever is no side of it. */
export async function getPartnership(ctx: Context, links: Links, partnershipId: string): Promise<PartnershipView> {
  demand(ctx, 'partnerships.see');
  return read(ctx, (tx) => loadPartnership(ctx, tx, links, partnershipId));
}

/** A customer that both sides serve. */
export interface SharedCustomer {
  companyName: string;
  domain: string;
  /** How the provider's relationship stands, and the reseller's; null where the reseller has none of its own. */
  provider: { state: RelationshipState; since: Date | null };
  reseller: { state: RelationshipState; since: Date | null } | null;
  /** The provider serves it through this very reseller. */
  throughReseller: boolean;
  /** The own row, to open it; null for a reseller that has none. */
  customerId: string | null;
}

interface SharedRow extends Record<string, unknown> {
  organization_id: string;
  company_name: string;
  domain: string;
  provider_state: RelationshipState;
  provider_since: string | null;
  reseller_state: RelationshipState | null;
  reseller_since: string | null;
  through_reseller: boolean;
  own_customer: string | null;
}

/**
 * The customers that both sides of an active partnership serve, by name, each of them once. Of the other side one sees the name, the domain, the state of its
 * relationship and since when, and no more; once the partnership is removed nothing.
 */
export async function listSharedCustomers(
  ctx: Context,
  links: Links,
  filters: { partnershipId: string; search?: string | undefined; after?: string | undefined; limit: number },
) {
  demand(ctx, 'partnerships.see');
  demand(ctx, 'customers.see');
  return read(ctx, async (tx) => {
    const { id } = await loadPartnership(ctx, tx, links, filters.partnershipId);
    const pattern = filters.search ? `%${escapeLike(filters.search.toLowerCase())}%` : null;
    // The last row's id alone: a long name would not fit into a cursor.
    const [afterId = null] = filters.after ? decodeCursor(filters.after, 1) : [];
    const rows = [
      ...(await tx.execute<SharedRow>(
        sql`select * from shared_customers(${id}::uuid, ${pattern}, ${afterId}::uuid, ${filters.limit + 1})`,
      )),
    ];
    const [total] = await tx.execute<{ count: number }>(sql`select count_shared_customers(${id}::uuid, ${pattern}) as count`);
    const shown = rows.slice(0, filters.limit);
    const last = shown.at(-1);
    const since = (moment: string | null) => (moment === null ? null : new Date(moment));
    return {
      items: shown.map(
        (row): SharedCustomer => ({
          companyName: row.company_name,
          domain: row.domain,
          provider: { state: row.provider_state, since: since(row.provider_since) },
          reseller: row.reseller_state === null ? null : { state: row.reseller_state, since: since(row.reseller_since) },
          throughReseller: row.through_reseller,
          customerId: row.own_customer,
        }),
      ),
      next: rows.length > filters.limit && last ? encodeCursor([last.organization_id]) : null,
      total: { count: total?.count ?? 0, estimated: false },
    };
  });
}

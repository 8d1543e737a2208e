import { type Context, providerRequests, read } from '@clientele/db';
import type { ProviderRequestKind, ProviderRequestState } from '@clientele/domain';
import { and, desc, eq, lt, or, sql } from 'drizzle-orm';
import { demand } from '../access.ts';
import { decodeCursor, encodeCursor } from '../cursors.ts';
import { loadProviderRequest, type ProviderRequestView, viewProviderRequest } from './view.ts';

export interface ProviderRequestFilters {
  state: 'all' | ProviderRequestState;
  kind?: ProviderRequestKind | undefined;
  /** The partner on the other side. */
  partner?: string | undefined;
  /** The customer, as the side that looks has it. */
  customerId?: string | undefined;
  after?: string | undefined;
  limit: number;
}

/** Up to so many are counted. */
const most = 10_000;

/** What was asked for, the newest first: of a provider what it was asked, of a reseller what it has asked. */
export async function listProviderRequests(ctx: Context, filters: ProviderRequestFilters) {
  demand(ctx, 'provider-requests.see');
  const isProvider = ctx.partner.type === 'indirect-provider';
  const [own, other] = isProvider
    ? [providerRequests.providerId, providerRequests.resellerId]
    : [providerRequests.resellerId, providerRequests.providerId];
  const chosen = and(
    eq(own, ctx.partner.id),
    filters.state === 'all' ? undefined : eq(providerRequests.state, filters.state),
    filters.kind ? eq(providerRequests.kind, filters.kind) : undefined,
    filters.partner ? eq(other, filters.partner) : undefined,
    filters.customerId
      ? or(eq(isProvider ? providerRequests.providerCustomerId : providerRequests.resellerCustomerId, filters.customerId))
      : undefined,
  );
  return read(ctx, async (tx) => {
    const after = filters.after ? lt(providerRequests.id, sql`${decodeCursor(filters.after, 1)[0]}::uuid`) : undefined;
    const rows = await tx
      .select({ record: providerRequests, otherName: sql<string | null>`(select name from partnered_partners() o where o.id = ${other})` })
      .from(providerRequests)
      .where(and(chosen, after))
      .orderBy(desc(providerRequests.id))
      .limit(filters.limit + 1);
    const items = rows.slice(0, filters.limit).map(({ record, otherName }) => viewProviderRequest(ctx, record, otherName ?? ''));
    const some = tx
      .select({ one: sql`1` })
      .from(providerRequests)
      .where(chosen)
      .limit(most + 1)
      .as('some');
    const [total] = await tx.select({ count: sql<number>`count(*)::int` }).from(some);
    const count = total?.count ?? 0;
    return {
      items,
      next: rows.length > filters.limit ? encodeCursor([items.at(-1)?.id ?? '']) : null,
      total: { count: Math.min(count, most), estimated: count > most },
    };
  });
}

/** One request. Throws `not_found`, also for one of others. */
export async function getProviderRequest(ctx: Context, requestId: string): Promise<ProviderRequestView> {
  demand(ctx, 'provider-requests.see');
  return read(ctx, (tx) => loadProviderRequest(ctx, tx, requestId));
}

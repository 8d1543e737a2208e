import { type Context, customers, orders, read } from '@clientele/db';
import { notFound } from '@clientele/domain';
import { and, desc, eq, gt, lt, sql } from 'drizzle-orm';
import { demand } from '../access.ts';
import { decodeCursor, encodeCursor } from '../cursors.ts';
import { ordersWithNames, viewOrder } from './view.ts';

export interface OrderFilters {
  /** `open`: those that wait for the partner. */
  state: 'open' | 'all';
  customerId?: string | undefined;
  after?: string | undefined;
  limit: number;
}

const isOpen = (now: Date) => and(eq(orders.state, 'awaiting-approval'), gt(orders.lapsesAt, now));

/** What customers ordered by themselves, the newest first. Throws `not_found` for a customer of another partner. */
export async function listOrders(ctx: Context, filters: OrderFilters) {
  demand(ctx, 'orders.see');
  return read(ctx, async (tx) => {
    if (filters.customerId) {
      const [customer] = await tx.select({ id: customers.id }).from(customers).where(eq(customers.id, filters.customerId));
      if (!customer) throw notFound('customer');
    }
    const chosen = and(
      filters.state === 'open' ? isOpen(ctx.now) : undefined,
      filters.customerId ? eq(orders.customerId, filters.customerId) : undefined,
    );
    const rows = await ordersWithNames(tx)
      .where(and(chosen, filters.after ? lt(orders.id, sql`${decodeCursor(filters.after, 1)[0]}::uuid`) : undefined))
      .orderBy(desc(orders.id))
      .limit(filters.limit + 1);
    const items = rows.slice(0, filters.limit).map((row) => viewOrder(ctx, row));
    return {
      items,
      next: rows.length > filters.limit ? encodeCursor([items.at(-1)?.id ?? '']) : null,
      total: { count: await tx.$count(orders, chosen), estimated: false },
    };
  });
}

/** How many orders wait for the partner now. */
export async function openOrders(ctx: Context): Promise<{ open: number }> {
  demand(ctx, 'orders.see');
  return read(ctx, async (tx) => ({ open: await tx.$count(orders, isOpen(ctx.now)) }));
}

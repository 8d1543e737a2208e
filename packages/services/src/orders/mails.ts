import { type Context, type DeliveryRecord, orders, type Transaction } from '@clientele/db';
import { inArray } from 'drizzle-orm';
import { ordersWithNames, viewOrder } from './view.ts';

/** An order as a mail tells of it. */
export type OrderOfMail = ReturnType<typeof viewOrder>;

/** The orders that these mails speak of, by id. */
export async function ordersOfMails(ctx: Context, tx: Transaction, records: readonly DeliveryRecord[]): Promise<Map<string, OrderOfMail>> {
  const ids = [...new Set(records.flatMap(({ facts }) => facts.orderId ?? []))];
  const rows = ids.length === 0 ? [] : await ordersWithNames(tx).where(inArray(orders.id, ids));
  return new Map(rows.map((row) => [row.order.id, viewOrder(ctx, row)]));
}

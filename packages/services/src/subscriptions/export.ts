import type { Readable } from 'node:stream';
import { type Context, copyOut, copySql, RawSql, read } from '@clientele/db';
import { products, purchaseProducts } from '@clientele/domain';
import { demand } from '../access.ts';
import { loadCustomer } from '../customers/view.ts';
import { harmless } from '../spreadsheets.ts';

/** The subscriptions of one customer as CSV, then its reservations and software: id, name, quantity, state, reseller. Throws `not_found`. */
export async function exportSubscriptions(ctx: Context, customerId: string): Promise<Readable> {
  demand(ctx, 'customers.export');
  await read(ctx, (tx) => loadCustomer(ctx, tx, customerId));
  const names = [...products, ...purchaseProducts].map(({ id, name }) => copySql`(${id}, ${name})`.text).join(', ');
  const customer = copySql`${customerId}`.text;
  const rows = ['subscriptions', 'purchases'].map(
    (table, place) =>
      `select ${place} as place, id, customer_id, product_id, quantity, ${
        place === 0 ? 'state' : "case when state = 'active' and ends_at <= now() then 'expired' else state end"
      } as state, partner_id, ${place === 0 ? 'reseller_id' : 'null::uuid'} as reseller_id, created_at from ${table} where customer_id = ${customer}::uuid`,
  );
  return copyOut(
    ctx,
    new RawSql(`select s.id as "Subscription ID", ${harmless('coalesce(n.name, s.product_id)')} as "Subscription", s.quantity as "Quantity", s.state as "State",
      ${harmless('coalesce(case when s.reseller_id is not null then customer_reseller_name(s.reseller_id) end, p.name)')} as "Reseller"
      from (${rows.join(' union all ')}) s join partners p on p.id = s.partner_id left join (values ${names}) n(id, name) on n.id = s.product_id
      order by s.place, s.created_at, s.id`),
  );
}

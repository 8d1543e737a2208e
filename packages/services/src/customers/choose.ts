import { type Context, copySql, type OperationRecord, type OperationRowRecord, RawSql, type Transaction } from '@clientele/db';
import type { RelationshipState } from '@clientele/domain';
import { sql } from 'drizzle-orm';
import type { Step } from '../operations/step.ts';
import { type CustomerFilters, conditionOf, orderOf } from './filters.ts';

/** Which customers: these, or all that the list's filters give, but for a few. */
export type CustomerSelection =
  | { ids: string[] }
  | { filters: CustomerFilters; except?: string[] | undefined }
  /** Those whose delegated admin ends within one of these spans (ISO 8601; `to` is not part of it). */
  | { expiring: { from: string; to: string }[] };

const selectionOf = (operation: OperationRecord) => operation.input.selection as CustomerSelection;

/**
 * The chosen customers as a FROM: `position`, `customer_id`, `company_name` and all else of `customers`, in the list's order. Named ones
 * that are not this partner's are there, too, with nothing but their id. Who came after the order was given is not meant by it.
 */
export function chosen(ctx: Context, operation: OperationRecord): RawSql {
  const selection = selectionOf(operation);
  const partner = copySql`${ctx.partner.id}`.text;
  if ('ids' in selection) {
    const ids = JSON.stringify([...new Set(selection.ids)]);
    return copySql`(select named.id::uuid as customer_id, row_number() over (order by company_name, named.id)::integer as position, c.*
      from jsonb_array_elements_text(${ids}::jsonb) as named (id) left join customers c on c.id = named.id::uuid and c.partner_id = ${new RawSql(partner)})`;
  }
  if ('expiring' in selection) {
    const spans = selection.expiring.map(
      ({ from, to }) => copySql`delegated_admin_until >= ${from}::timestamptz and delegated_admin_until < ${to}::timestamptz`.text,
    );
    return copySql`(select id as customer_id, row_number() over (order by delegated_admin_until, id)::integer as position, customers.*
      from customers where partner_id = ${new RawSql(partner)} and delegated_admin and (${new RawSql(spans.join(' or '))}) and created_at <= ${operation.createdAt.toISOString()})`;
  }
  const { filters, except = [] } = selection;
  return copySql`(select id as customer_id, row_number() over (order by ${orderOf(filters)})::integer as position, customers.*
    from customers where partner_id = ${new RawSql(partner)} and ${conditionOf(filters)} and created_at <= ${operation.createdAt.toISOString()}
      and id not in (select left_out.id::uuid from jsonb_array_elements_text(${JSON.stringify(except)}::jsonb) as left_out (id)))`;
}

/** First step of work over customers: who they are, frozen in one statement however many. */
export const chooseCustomers: Step = async (ctx, tx, operation) => {
  const insert = copySql`insert into operation_rows (partner_id, operation_id, position, customer_id, label, state)
    select ${ctx.partner.id}::uuid, ${operation.id}::uuid, position, customer_id, coalesce(company_name, ''), 'pending' from ${chosen(ctx, operation)} as chosen`;
  // Without parameters, so that it is not prepared: no two are the same.
  const { count } = await tx.execute(sql.raw(insert.text));
  return { events: [], operation: { progress: { done: 0, failed: 0, skipped: 0, total: count } } };
};

/** A customer as work over many locks it. */
export interface LockedCustomer {
  id: string;
  relationship: RelationshipState;
  tags: string[];
}

/** Locks the customers of these rows, always in the same order, so that two who do it do not wait for each other. */
export async function lockCustomersOf(tx: Transaction, rows: OperationRowRecord[]): Promise<Map<string, LockedCustomer>> {
  const ids = rows.map(({ customerId }) => customerId);
  const locked = await tx.execute<{ id: string; relationship: RelationshipState; tags: string[] }>(
    sql`select id, relationship, tags from customers where id in (select value::uuid from jsonb_array_elements_text(${JSON.stringify(ids)}::jsonb)) order by id for update`,
  );
  return new Map(locked.map((customer) => [customer.id, customer]));
}

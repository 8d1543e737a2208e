import type { Readable } from 'node:stream';
import { type Context, copyOut, copySql, RawSql, read, readPipelined } from '@clientele/db';
import type { RelationshipState } from '@clientele/domain';
import { sql } from 'drizzle-orm';
import { demand } from '../access.ts';
import { decodeCursor, decodeMoment, encodeCursor, escapeLike } from '../cursors.ts';

export interface CustomerFilters {
  search?: string | undefined;
  relationship: 'live' | 'all' | RelationshipState;
  tag?: string | undefined;
  country?: string | undefined;
  sort: 'company' | 'domain' | 'created';
  order: 'asc' | 'desc';
}

export interface CustomerListRow {
  id: string;
  companyName: string;
  domain: string;
  country: string;
  relationship: RelationshipState;
  delegatedAdmin: boolean;
  agreementAccepted: boolean;
  tags: string[];
  createdAt: Date;
}

export const columns = { company: 'company_name', domain: 'domain', created: 'created_at' } as const;

/** What a screen asks for. */
const usualLimit = 25;

/** Up to so many rows are counted; beyond that the planner's estimate is good enough, and marked as one. */
const countedExactly = 10_000;

/** The filters as one SQL condition. Values are escaped literals, so that list, count, COPY and bulk work share one text. */
export function conditionOf(filters: CustomerFilters): RawSql {
  const parts: string[] = ['onboarding_operation_id is null'];
  if (filters.relationship === 'live') parts.push("relationship in ('active', 'ending')");
  else if (filters.relationship !== 'all') parts.push(copySql`relationship = ${filters.relationship}`.text);
  if (filters.tag) parts.push(copySql`tags @> array[${filters.tag}]`.text);
  if (filters.country) parts.push(copySql`country = ${filters.country}`.text);
  if (filters.search) parts.push(copySql`id in (select matching_customers(${`%${escapeLike(filters.search.toLowerCase())}%`}))`.text);
  return new RawSql(parts.join(' and '));
}

/** A page of customers; a deep page costs what the first one does (keyset). */
export async function listCustomers(ctx: Context, filters: CustomerFilters & { after?: string | undefined; limit: number }) {
  demand(ctx, 'customers.see');
  const condition = conditionOf(filters);
  const column = columns[filters.sort];
  const direction = filters.order === 'asc' ? '>' : '<';
  // The plain list is planned once for everybody. Any other depends on its values: a plan for all tags suits neither a rare nor a common one.
  const isPlain = !filters.search && !filters.tag && !filters.country && filters.limit === usualLimit;
  const parameters: string[] = [];
  const place = (value: string) => (isPlain ? `$${parameters.push(value)}` : copySql`${value}`.text);
  const ofPartner = place(ctx.partner.id);
  let after = '';
  if (filters.after) {
    const [value = '', id = ''] = decodeCursor(filters.after, 2);
    const created = filters.sort === 'created';
    after = ` and (${column}, id) ${direction} (${place(created ? decodeMoment(value) : value)}${created ? '::timestamptz' : ''}, ${place(id)}::uuid)`;
  }
  const text = `select id, company_name as "companyName", domain, country, relationship, delegated_admin as "delegatedAdmin",
      agreement_accepted_at is not null as "agreementAccepted", tags, created_at as "createdText"
    from customers where partner_id = ${ofPartner} and ${condition.text}${after}
    order by ${column} ${filters.order}, id ${filters.order} limit ${filters.limit + 1}`;
  const [rows, total] = await Promise.all([readPipelined<CustomerText>(ctx, text, parameters), countCustomers(ctx, condition)]);
  const items = rows.slice(0, filters.limit);
  const last = items.at(-1);
  const value = last && { company: last.companyName, domain: last.domain, created: last.createdText }[filters.sort];
  return {
    items: items.map(rowOf),
    next: rows.length > filters.limit && last ? encodeCursor([value ?? '', last.id]) : null,
    total,
  };
}

type CustomerText = Omit<CustomerListRow, 'createdAt'> & { createdText: string };

// Member by member: this runs for each row of the list that is asked for most, and a spread takes several times as long.
const rowOf = (row: CustomerText): CustomerListRow => ({
  id: row.id,
  companyName: row.companyName,
  domain: row.domain,
  country: row.country,
  relationship: row.relationship,
  delegatedAdmin: row.delegatedAdmin,
  agreementAccepted: row.agreementAccepted,
  tags: row.tags,
  createdAt: new Date(row.createdText),
});

interface Total {
  count: number;
  estimated: boolean;
}
const totals = new Map<string, { until: number; total: Promise<Total> }>();

/** Forgets the counts of a partner whose customers have changed; called by the live channel. */
export function forgetCustomerCounts(partnerId: string): void {
  for (const key of totals.keys()) if (key.startsWith(partnerId)) totals.delete(key);
}

/** How many customers a condition gives. Kept for a few seconds, until a change of the partner's customers is heard of. */
function countCustomers(ctx: Context, condition: RawSql): Promise<Total> {
  const key = `${ctx.partner.id} ${condition.text}`;
  const kept = totals.get(key);
  if (kept && kept.until > Date.now()) return kept.total;
  const total = readCount(ctx, condition);
  if (totals.size > 1000) totals.clear();
  totals.set(key, { until: Date.now() + 5000, total });
  total.catch(() => totals.delete(key));
  return total;
}

async function readCount(ctx: Context, condition: RawSql): Promise<Total> {
  return read(ctx, async (tx) => {
    const where = sql.raw(`from customers where partner_id = ${copySql`${ctx.partner.id}`.text} and ${condition.text}`);
    const [row] = await tx.execute<{ count: number }>(
      sql`select count(*)::int as count from (select ${where} limit ${countedExactly + 1}) as counted`,
    );
    if (row && row.count <= countedExactly) return { count: row.count, estimated: false };
    const [plan] = await tx.execute<{ 'QUERY PLAN': [{ Plan: { 'Plan Rows': number } }] }>(sql`explain (format json) select ${where}`);
    const estimate = plan?.['QUERY PLAN'][0].Plan['Plan Rows'] ?? 0;
    return { count: Math.max(estimate, countedExactly), estimated: true };
  });
}

/** A cell that a spreadsheet would run as a formula is led by an apostrophe. */
export const harmless = (column: string) => `case when ${column} ~ '^[=+@\\t\\r-]' then '''' || ${column} else ${column} end`;

/** Exactly the customers that the filters give, as a CSV stream in the list's order. */
export async function exportCustomers(ctx: Context, filters: CustomerFilters): Promise<Readable> {
  demand(ctx, 'customers.export');
  const condition = conditionOf(filters);
  const column = columns[filters.sort];
  return copyOut(
    ctx,
    new RawSql(`select id as "Customer ID", ${harmless('company_name')} as "Company name", domain as "Primary domain", relationship as "Relationship"
      from customers where partner_id = ${copySql`${ctx.partner.id}`.text} and ${condition.text} order by customers.${column} ${filters.order}, customers.id ${filters.order}`),
  );
}

/** Every tag in use, most used first. */
export async function listCustomerTags(ctx: Context): Promise<{ items: { tag: string; count: number }[] }> {
  demand(ctx, 'customers.see');
  const rows = await read(ctx, (tx) =>
    tx.execute<{ tag: string; count: number }>(
      sql`select tag, count(*)::int as count from customers, unnest(tags) as tag where tags <> '{}' group by tag order by count desc, tag limit 200`,
    ),
  );
  return { items: rows.map(({ tag, count }) => ({ tag, count })) };
}

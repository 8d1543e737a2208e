import type { Readable } from 'node:stream';
import { type Context, copyOut, copySql, RawSql, read, readPipelined } from '@clientele/db';
import type { RelationshipState } from '@clientele/domain';
import { sql } from 'drizzle-orm';
import { demand } from '../access.ts';
import { badCursor, decodeCursor, decodeMoment, encodeCursor } from '../cursors.ts';
import { harmless } from '../spreadsheets.ts';
import { type CustomerFilters, conditionOf, givenOf, isPlain, orderOf, rankOf } from './filters.ts';

export interface CustomerListRow {
  id: string;
  companyName: string;
  domain: string;
  country: string;
  relationship: RelationshipState;
  delegatedAdmin: boolean;
  agreementAccepted: boolean;
  tags: string[];
  indirectReseller: { id: string; name: string } | null;
  createdAt: Date;
}

/** Up to so many rows are counted; beyond that an estimate is good enough, and marked as one. */
const countedExactly = 10_000;
/** So long a count is kept, and so long a partner's counts stand at least while customers change all the time. */
const [keptMs, steadyMs] = [5000, 1000];

const shown = `c.id, c.company_name as "companyName", c.domain, c.country, c.relationship, c.delegated_admin as "delegatedAdmin",
  c.agreement_accepted_at is not null as "agreementAccepted", c.tags, c.indirect_reseller_id as "resellerId",
  case when c.indirect_reseller_id is not null then customer_reseller_name(c.indirect_reseller_id) end as "resellerName", c.created_at as "createdText"`;

/** A page of customers; a deep page costs what the first one does (keyset). */
export async function listCustomers(ctx: Context, filters: CustomerFilters & { after?: string | undefined; limit: number }) {
  demand(ctx, 'customers.see');
  const { limit } = filters;
  const rows = await (isPlain(filters) ? readPlain(ctx, filters) : readFound(ctx, filters));
  const items = rows.slice(0, limit);
  const last = items.at(-1);
  const isLast = rows.length <= limit;
  return {
    items: items.map(rowOf),
    next: isLast || !last ? null : encodeCursor(cursorOf(last, filters)),
    // What fits on one page is counted already.
    total: isLast && !filters.after ? { count: items.length, estimated: false } : await countCustomers(ctx, filters),
  };
}

type Page = CustomerFilters & { after?: string | undefined; limit: number };
type CustomerText = Omit<CustomerListRow, 'createdAt' | 'indirectReseller'> & {
  createdText: string;
  resellerId: string | null;
  resellerName: string | null;
  rank?: number;
};

/** The list that is asked for most: its own index, one plan for everybody. */
async function readPlain(ctx: Context, { order, after, limit }: Page): Promise<CustomerText[]> {
  const [name, id] = after ? decodeCursor(after, 2) : [];
  const beyond = after ? ` and (c.company_name, c.id) ${order === 'asc' ? '>' : '<'} ($3, $4::uuid)` : '';
  return readPipelined<CustomerText>(
    ctx,
    `select ${shown} from customers c
     where c.partner_id = $1 and c.onboarding_operation_id is null and c.relationship in ('active', 'ending')${beyond}
     order by c.company_name ${order}, c.id ${order} limit $2::int`,
    [ctx.partner.id, String(limit + 1), ...(after ? [name ?? '', id ?? ''] : [])],
  );
}

/** Any other page: the finder gives its ids in order, the rows are read under the policy. */
async function readFound(ctx: Context, filters: Page): Promise<CustomerText[]> {
  const { search, sort, order, after, limit } = filters;
  const isRanked = search !== undefined && search !== '' && sort === 'company';
  const [value = null, id = null, rank = null] = after ? readCursor(after, sort, isRanked) : [];
  return readPipelined<CustomerText>(
    ctx,
    `select ${shown}${isRanked ? `, ${rankOf('c', '$8')} as rank` : ''}
     from find_customers($1::jsonb, $2, $3::text::boolean, $4::int, $5, $6::uuid, $7::int) with ordinality f(id, place)
     join customers c on c.id = f.id order by f.place`,
    [givenOf(filters), sort, String(order === 'desc'), rank, value, id, String(limit + 1), ...(isRanked ? [search.toLowerCase()] : [])],
  );
}

function cursorOf(last: CustomerText, { sort }: CustomerFilters): string[] {
  const value = { company: last.companyName, domain: last.domain, created: last.createdText }[sort];
  return last.rank === undefined ? [value, last.id] : [String(last.rank), value, last.id];
}

function readCursor(after: string, sort: CustomerFilters['sort'], isRanked: boolean): [value: string, id: string, rank: string | null] {
  const values = decodeCursor(after, isRanked ? 3 : 2);
  const rank = isRanked ? (values[0] ?? '') : null;
  const [value = '', id = ''] = values.slice(-2);
  if (rank !== null && !/^[012]$/.test(rank)) throw badCursor();
  return [sort === 'created' ? decodeMoment(value) : value, id, rank];
}

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
  indirectReseller: row.resellerId === null ? null : { id: row.resellerId, name: row.resellerName ?? '' },
  createdAt: new Date(row.createdText),
});

interface Total {
  count: number;
  estimated: boolean;
}
const totals = new Map<string, { until: number; total: Promise<Total> }>();
const forgotten = new Map<string, number>();

/** Forgets the counts of a partner whose customers have changed; called by the live channel. In a burst of changes once a second. */
export function forgetCustomerCounts(partnerId: string): void {
  const now = Date.now();
  const until = Math.max(0, (forgotten.get(partnerId) ?? 0) + steadyMs);
  if (until <= now) {
    if (forgotten.size > 1000) forgotten.clear();
    forgotten.set(partnerId, now);
  }
  for (const [key, kept] of totals) {
    if (!key.startsWith(partnerId)) continue;
    if (until <= now) totals.delete(key);
    else kept.until = Math.min(kept.until, until);
  }
}

/** How many customers the filters give. Kept for a few seconds, until a change of the partner's customers is heard of. */
export function countCustomers(ctx: Context, filters: CustomerFilters): Promise<Total> {
  const given = givenOf(filters);
  const key = `${ctx.partner.id} ${given}`;
  const kept = totals.get(key);
  if (kept && kept.until > Date.now()) return kept.total;
  const total = readCount(ctx, given);
  if (totals.size > 1000) totals.clear();
  totals.set(key, { until: Date.now() + keptMs, total });
  total.catch(() => totals.delete(key));
  return total;
}

async function readCount(ctx: Context, given: string): Promise<Total> {
  const text = 'select count, estimated from count_customers($1::jsonb, $2::int)';
  const [row] = await readPipelined<Total>(ctx, text, [given, String(countedExactly)]);
  if (!row) return { count: 0, estimated: false };
  // An estimate pretends no more than it knows: two digits.
  const step = 10 ** Math.max(0, Math.floor(Math.log10(row.count)) - 1);
  return row.estimated ? { count: Math.max(countedExactly, Math.round(row.count / step) * step), estimated: true } : row;
}

/** Exactly the customers that the filters give, as a CSV stream in the list's order. */
export async function exportCustomers(ctx: Context, filters: CustomerFilters): Promise<Readable> {
  demand(ctx, 'customers.export');
  const condition = `partner_id = ${copySql`${ctx.partner.id}`.text} and ${conditionOf(filters).text}`;
  const shown = `id as "Customer ID", ${harmless('company_name')} as "Company name", domain as "Primary domain", relationship as "Relationship"`;
  // Only an indirect provider's customers have resellers. Their names are read once, not for each row.
  const reseller = `, coalesce((select ${harmless('r.name')} from resellers r where r.id = indirect_reseller_id), '') as "Indirect reseller"`;
  return copyOut(
    ctx,
    new RawSql(
      ctx.partner.type === 'indirect-provider'
        ? `with resellers as materialized (select id, name from customer_resellers())
           select ${shown}${reseller} from customers where ${condition} order by ${orderOf(filters).text}`
        : `select ${shown} from customers where ${condition} order by ${orderOf(filters).text}`,
    ),
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

/** The indirect resellers that the partner's customers are served through, by name. */
export async function listCustomerResellers(ctx: Context): Promise<{ items: { id: string; name: string }[] }> {
  demand(ctx, 'customers.see');
  const rows = await read(ctx, (tx) => tx.execute<{ id: string; name: string }>(sql`select id, name from customer_resellers()`));
  return { items: rows.map(({ id, name }) => ({ id, name })) };
}

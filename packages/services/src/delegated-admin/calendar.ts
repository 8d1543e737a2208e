import { type Context, customers, invitations, read } from '@clientele/db';
import { askableDelegatedAdmin, dayMs, refuseFields } from '@clientele/domain';
import { and, asc, eq, gt, gte, inArray, lt, or, sql } from 'drizzle-orm';
import { allow, demand } from '../access.ts';
import { decodeCursor, encodeCursor } from '../cursors.ts';
import { runningOf } from './ending.ts';

export interface Span {
  from?: Date | undefined;
  to?: Date | undefined;
}

/** What is left out means the next 30 days. */
function spanOf(ctx: Context, { from = ctx.now, to = new Date(from.getTime() + 30 * dayMs) }: Span) {
  return { from, to };
}

const ending = (ctx: Context, { from, to }: { from: Date; to: Date }) =>
  and(
    eq(customers.partnerId, ctx.partner.id),
    eq(customers.delegatedAdmin, true),
    gte(customers.delegatedAdminUntil, from),
    lt(customers.delegatedAdminUntil, to),
  );

/** So many names stand at a day of the calendar. */
const namesPerDay = 3;

/** What ends on each day of a span, as the clock of the zone counts days; and when the next one after it ends. */
export async function expiryCalendar(ctx: Context, { zone, ...asked }: Span & { zone: string }) {
  const span = spanOf(ctx, asked);
  demand(ctx, 'customers.see');
  if (!isZone(zone)) refuseFields([{ path: 'zone', rule: 'choice' }]);
  return read(ctx, async (tx) => {
    const days = await tx.execute<{ date: string; count: number; asked: number; names: string[] }>(sql`
      select to_char(c.delegated_admin_until at time zone ${zone}, 'YYYY-MM-DD') as date, count(*)::int as count, count(i.id)::int as asked,
        (array_agg(c.company_name order by c.delegated_admin_until, c.id))[1:${sql.raw(String(namesPerDay))}] as names
      from customers c left join invitations i on i.partner_id = c.partner_id and i.customer_id = c.id and i.state = 'pending' and i.expires_at > ${ctx.now.toISOString()}
      where c.partner_id = ${ctx.partner.id}::uuid and c.delegated_admin
        and c.delegated_admin_until >= ${span.from.toISOString()} and c.delegated_admin_until < ${span.to.toISOString()}
      group by 1 order by 1`);
    const [next] = await tx
      .select({ until: customers.delegatedAdminUntil })
      .from(customers)
      .where(and(eq(customers.partnerId, ctx.partner.id), eq(customers.delegatedAdmin, true), gte(customers.delegatedAdminUntil, span.to)))
      .orderBy(asc(customers.delegatedAdminUntil))
      .limit(1);
    return { days: [...days], next: next?.until ?? null };
  });
}

function isZone(zone: string): boolean {
  try {
    new Intl.DateTimeFormat('en', { timeZone: zone });
    return true;
  } catch {
    return false;
  }
}

/** The customers whose delegated admin ends in a span, the first to end first, with what runs there and whether they have been asked for more. */
export async function listExpiries(ctx: Context, { after, limit, ...span }: Span & { after?: string | undefined; limit: number }) {
  demand(ctx, 'customers.see');
  const chosen = ending(ctx, spanOf(ctx, span));
  return read(ctx, async (tx) => {
    const [until, id] = after ? decodeCursor(after, 2) : [];
    const beyond = or(
      gt(customers.delegatedAdminUntil, sql`${until}::timestamptz`),
      and(eq(customers.delegatedAdminUntil, sql`${until}::timestamptz`), gt(customers.id, sql`${id}::uuid`)),
    );
    const rows = await tx
      .select()
      .from(customers)
      .where(and(chosen, after ? beyond : undefined))
      .orderBy(asc(customers.delegatedAdminUntil), asc(customers.id))
      .limit(limit + 1);
    const shown = rows.slice(0, limit);
    const ids = shown.map((row) => row.id);
    const running = await runningOf(tx, ids);
    const asked =
      ids.length === 0
        ? []
        : await tx
            .select({ id: invitations.id, customerId: invitations.customerId })
            .from(invitations)
            .where(and(inArray(invitations.customerId, ids), eq(invitations.state, 'pending'), gt(invitations.expiresAt, ctx.now)));
    const last = shown.at(-1);
    return {
      items: shown.map((row) => {
        const request = asked.find(({ customerId }) => customerId === row.id);
        const { can, state } = askableDelegatedAdmin(row);
        return {
          customerId: row.id,
          companyName: row.companyName,
          domain: row.domain,
          since: row.delegatedAdminSince,
          until: row.delegatedAdminUntil as Date,
          ...(running.get(row.id) ?? { subscriptions: 0, seats: 0 }),
          invitationId: request?.id ?? null,
          actions: { ask: allow(ctx, 'delegated-admin.request', can && !request, can ? 'asked' : state) },
        };
      }),
      next: rows.length > limit && last ? encodeCursor([(last.delegatedAdminUntil as Date).toISOString(), last.id]) : null,
      total: { count: await tx.$count(customers, chosen), estimated: false },
    };
  });
}

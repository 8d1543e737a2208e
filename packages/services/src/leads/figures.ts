import { type Context, read } from '@clientele/db';
import { sql } from 'drizzle-orm';
import { demandLeads } from './feature.ts';

/** The figures look at so many of the newest leads at most: what they cost has a bound, and a screen says when it was reached. */
const mostLeadsOfFigures = 20_000;
const months = 12;

/**
 * How quickly leads are answered, how many are won, and what is open: over the last twelve months, from the rows as they are. Values in different currencies
 * are not added up.
 */
export async function leadFigures(ctx: Context) {
  demandLeads(ctx, 'leads.see');
  const now = ctx.now.toISOString();
  return read(ctx, async (tx) => {
    // One after the other: they share a connection.
    const monthly = await tx.execute<{
      month: string;
      answered: number;
      median: number | null;
      overdue: number;
      received: number;
    }>(sql`
      with newest as materialized (
        select state, received_at, answered_at, expires_at from leads
        where partner_id = ${ctx.partner.id}::uuid and received_at >= date_trunc('month', ${now}::timestamptz, 'UTC') - interval '11 months'
        order by received_at desc limit ${mostLeadsOfFigures})
      select to_char(received_at at time zone 'UTC', 'YYYY-MM') as month, count(*)::int as received, count(answered_at)::int as answered,
        percentile_cont(0.5) within group (order by extract(epoch from answered_at - received_at))::float8 as median,
        (count(*) filter (where state = 'expired' or (state = 'received' and expires_at <= ${now}::timestamptz)))::int as overdue
      from newest group by 1`);
    const [whole] = await tx.execute<{ median: number | null }>(sql`
      with newest as materialized (
        select received_at, answered_at from leads
        where partner_id = ${ctx.partner.id}::uuid and received_at >= date_trunc('month', ${now}::timestamptz, 'UTC') - interval '11 months'
        order by received_at desc limit ${mostLeadsOfFigures})
      select percentile_cont(0.5) within group (order by extract(epoch from answered_at - received_at))::float8 as median from newest where answered_at is not null`);
    const closed = await tx.execute<{ month: string; won: number; lost: number }>(sql`
      with newest as materialized (
        select state, closed_at from leads where partner_id = ${ctx.partner.id}::uuid and state in ('won', 'lost')
        order by received_at desc limit ${mostLeadsOfFigures})
      select to_char(closed_at at time zone 'UTC', 'YYYY-MM') as month, (count(*) filter (where state = 'won'))::int as won,
        (count(*) filter (where state = 'lost'))::int as lost
      from newest where closed_at >= date_trunc('month', ${now}::timestamptz, 'UTC') - interval '11 months' group by 1`);
    const open = await tx.execute<{
      currency: string;
      deals: number;
      overdue: string;
      this_month: string;
      next_month: string;
      later: string;
    }>(sql`
      with newest as materialized (
        select currency, amount, close_date from leads where partner_id = ${ctx.partner.id}::uuid and state = 'accepted'
        order by received_at desc limit ${mostLeadsOfFigures}),
      days as (select (${now}::timestamptz at time zone 'UTC')::date as today, date_trunc('month', ${now}::timestamptz, 'UTC') as month)
      select currency, count(*)::int as deals,
        coalesce(sum(amount) filter (where close_date < today), 0) as overdue,
        coalesce(sum(amount) filter (where close_date >= today and close_date < (month + interval '1 month')::date), 0) as this_month,
        coalesce(sum(amount) filter (where close_date >= (month + interval '1 month')::date and close_date < (month + interval '2 months')::date), 0) as next_month,
        coalesce(sum(amount) filter (where close_date >= (month + interval '2 months')::date), 0) as later
      from newest, days group by currency order by count(*) desc, currency`);
    const received = monthly.reduce((sum, one) => sum + one.received, 0);
    return {
      months: lastMonths(ctx.now).map((month) => {
        const answers = monthly.find((one) => one.month === month);
        const ends = closed.find((one) => one.month === month);
        return {
          month,
          received: answers?.received ?? 0,
          answered: answers?.answered ?? 0,
          overdue: answers?.overdue ?? 0,
          medianHours: answers?.median === null || answers === undefined ? null : answers.median / 3600,
          won: ends?.won ?? 0,
          lost: ends?.lost ?? 0,
        };
      }),
      medianHours: whole?.median == null ? null : whole.median / 3600,
      pipeline: open.map((one) => ({
        currency: one.currency,
        deals: one.deals,
        overdue: Number(one.overdue),
        thisMonth: Number(one.this_month),
        nextMonth: Number(one.next_month),
        later: Number(one.later),
      })),
      isPartial: received >= mostLeadsOfFigures,
    };
  });
}

function lastMonths(now: Date): string[] {
  return Array.from({ length: months }, (_, index) =>
    new Date(Date.UTC(now.getUTCFullYear(), now.getUTCMonth() - (months - 1 - index), 1)).toISOString().slice(0, 7),
  );
}

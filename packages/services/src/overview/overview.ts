import { type Context, read, type Transaction } from '@clientele/db';
import {
  answerBuckets,
  type Figure,
  type FigureName,
  funnelSteps,
  levelsOf,
  medianOf,
  type OverviewPeriod,
  offers,
  type Span,
  spansOf,
  sumOf,
  sumsBySpan,
  weeksOf,
} from '@clientele/domain';
import { sql } from 'drizzle-orm';
import { countedOfKind, readAttention } from './attention.ts';

/** More open invitations, ends or operations than this are "so many and more". */
const countedOpen = 10_000;
const answerNames = answerBuckets.map(({ name }): FigureName => `answers.${name}`);

/**
 * Everything that the overview shows, at one moment: what needs this person, how many there are of what, and the figures of a period. It reads a handful of rows of
 * each and no more, whatever the size of the partner.
 */
export async function getOverview(ctx: Context, { period }: { period: OverviewPeriod }) {
  const [spans, weeks] = [spansOf(period, ctx.now), weeksOf(period, ctx.now)];
  const from = [spans[0], weeks[0]].map((span) => span?.from ?? '').sort()[0] ?? '';
  return read(ctx, async (tx) => {
    const [attention, counts, figures, customers] = await Promise.all([
      readAttention(ctx, tx),
      readCounts(ctx, tx),
      readFigures(ctx, tx, from),
      countByFigures(ctx, tx),
    ]);
    return {
      asOf: ctx.now,
      attention,
      /** Of a kind with so many there may be more. */
      counted: countedOfKind,
      counts: { customers, ...counts },
      charts: chartsOf(ctx, { figures, customers, spans, weeks }),
    };
  });
}
export type Overview = Awaited<ReturnType<typeof getOverview>>;

async function readFigures(ctx: Context, tx: Transaction, from: string): Promise<Figure[]> {
  const rows = await tx.execute<{ name: FigureName; day: string; value: number }>(sql`
    select name, to_char(day, 'YYYY-MM-DD') as day, sum(value)::float8 as value from (
      select name, day, value from figures where partner_id = ${ctx.partner.id}::uuid and day >= ${from}::date
      union all select name, day, value from figure_changes where partner_id = ${ctx.partner.id}::uuid and day >= ${from}::date) f
    group by name, f.day`);
  return [...rows];
}

/** How many customers there are, without counting one of them. */
async function countByFigures(ctx: Context, tx: Transaction): Promise<number> {
  const [row] = await tx.execute<{ count: number }>(sql`
    select (coalesce((select sum(value) from figures where partner_id = ${ctx.partner.id}::uuid and name = 'customers'), 0)
      + coalesce((select sum(value) from figure_changes where partner_id = ${ctx.partner.id}::uuid and name = 'customers'), 0))::float8 as count`);
  return Math.max(0, row?.count ?? 0);
}

/** How many are open of what comes and goes; `isMore`: they are not counted to their end. */
async function readCounts(ctx: Context, tx: Transaction) {
  const upTo = (query: ReturnType<typeof sql>) => sql`(select count(*)::int from (${query} limit ${countedOpen}) x)`;
  const { id } = ctx.partner;
  const [row] = await tx.execute<{ pending: number; ending: number; running: number }>(sql`select
    ${upTo(sql`select from invitations where partner_id = ${id}::uuid and state = 'pending' and expires_at > ${ctx.now.toISOString()}::timestamptz`)} as pending,
    ${upTo(sql`select from customers where partner_id = ${id}::uuid and relationship = 'ending'`)} as ending,
    ${upTo(sql`select from operations where partner_id = ${id}::uuid and state in ('queued', 'running')`)} as running`);
  const count = (value = 0) => ({ count: value, isMore: value >= countedOpen });
  return { pending: count(row?.pending), ending: count(row?.ending), running: count(row?.running) };
}

function chartsOf(
  ctx: Context,
  { figures, customers, spans, weeks }: { figures: Figure[]; customers: number; spans: Span[]; weeks: Span[] },
) {
  const whole: Span = { from: spans[0]?.from ?? '', to: spans.at(-1)?.to ?? '' };
  const answers = sumsBySpan(figures, answerNames, weeks);
  const all = sumsBySpan(figures, answerNames, [whole])[0];
  const levels = levelsOf(figures, customers, spans);
  const jobs = sumsBySpan(figures, ['operations.succeeded', 'operations.failed'], spans);
  const countsOf = (sums: Record<FigureName, number> | undefined) => answerNames.map((name) => sums?.[name] ?? 0);
  const hoursOf = (counts: number[]) => {
    const median = medianOf(counts);
    return median === null ? null : median / 3_600_000;
  };
  return {
    /** Days are those of this zone. */
    zone: 'UTC' as const,
    ...whole,
    /** Null where the cloud offers no figures about customers. */
    customers: offers(ctx.partner.cloud, 'customer-analytics')
      ? spans.map((span, index) => ({ ...span, value: levels[index] ?? 0 }))
      : null,
    funnel: Object.fromEntries(funnelSteps.map((step) => [step, Math.max(0, sumOf(figures, `invitations.${step}`, whole))])) as Record<
      (typeof funnelSteps)[number],
      number
    >,
    answers: {
      buckets: answerBuckets.map(({ name, upTo }, index) => ({
        name,
        upToHours: upTo === null ? null : upTo / 3_600_000,
        count: countsOf(all)[index] ?? 0,
      })),
      medianHours: hoursOf(countsOf(all)),
      weeks: weeks.map((span, index) => {
        const counts = countsOf(answers[index]);
        return { ...span, count: counts.reduce((sum, count) => sum + count, 0), medianHours: hoursOf(counts) };
      }),
    },
    operations: spans.map((span, index) => ({
      ...span,
      succeeded: jobs[index]?.['operations.succeeded'] ?? 0,
      failed: jobs[index]?.['operations.failed'] ?? 0,
    })),
  };
}

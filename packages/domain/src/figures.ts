/** Figures of a partner, kept by events (ADR 0044), and what the overview's charts make of them. Days are those of UTC. */

const hourMs = 3_600_000;
const dayMs = 24 * hourMs;

/** How long an answer took, in steps that a person thinks in. `upTo` is in milliseconds; null: longer. The database sorts by the same steps. */
export const answerBuckets = [
  { name: '1h', upTo: hourMs },
  { name: '4h', upTo: 4 * hourMs },
  { name: '12h', upTo: 12 * hourMs },
  { name: '1d', upTo: dayMs },
  { name: '3d', upTo: 3 * dayMs },
  { name: '7d', upTo: 7 * dayMs },
  { name: '14d', upTo: 14 * dayMs },
  { name: 'later', upTo: null },
] as const;
export type AnswerBucket = (typeof answerBuckets)[number]['name'];

/** How far invitations get, in order. Each counts for the day on which the invitation was made. */
export const funnelSteps = ['sent', 'delivered', 'opened', 'accepted'] as const;
export type FunnelStep = (typeof funnelSteps)[number];

export type FigureName =
  | 'customers'
  | `invitations.${FunnelStep}`
  | `answers.${AnswerBucket}`
  | 'operations.succeeded'
  | 'operations.failed';

/** The value of a figure on a day, `YYYY-MM-DD`. */
export interface Figure {
  name: FigureName;
  day: string;
  value: number;
}

export const overviewPeriods = ['90-days', '12-months'] as const;
export type OverviewPeriod = (typeof overviewPeriods)[number];

const dayOf = (at: number): string => new Date(at).toISOString().slice(0, 10);

/** One bar or point of a chart: the days from `from` to `to`, both included. */
export interface Span {
  from: string;
  to: string;
}

/** The last 90 days one by one, or the last 52 weeks up to today, oldest first. */
export function spansOf(period: OverviewPeriod, now: Date): Span[] {
  const today = Date.parse(`${dayOf(now.getTime())}T00:00:00Z`);
  const [count, days] = period === '90-days' ? [90, 1] : [52, 7];
  return Array.from({ length: count }, (_, index) => {
    const to = today - (count - 1 - index) * days * dayMs;
    return { from: dayOf(to - (days - 1) * dayMs), to: dayOf(to) };
  });
}

/** The weeks of a period, ending today, oldest first; what there are few of says nothing by the day. */
export function weeksOf(period: OverviewPeriod, now: Date): Span[] {
  return spansOf('12-months', now).slice(period === '90-days' ? -13 : 0);
}

const isIn = (day: string, { from, to }: Span): boolean => day >= from && day <= to;

/** The sum of a figure within a span. */
export function sumOf(figures: readonly Figure[], name: FigureName, span: Span): number {
  return figures.reduce((sum, figure) => (figure.name === name && isIn(figure.day, span) ? sum + figure.value : sum), 0);
}

/** The sums of several figures in each span, in one walk over the figures, whatever their order. */
export function sumsBySpan<Name extends FigureName>(
  figures: readonly Figure[],
  names: readonly Name[],
  spans: readonly Span[],
): Record<Name, number>[] {
  const sums = spans.map(() => Object.fromEntries(names.map((name) => [name, 0])) as Record<Name, number>);
  for (const { name, day, value } of figures) {
    if (!(names as readonly FigureName[]).includes(name)) continue;
    const index = spans.findIndex((span) => isIn(day, span));
    const sum = sums[index];
    if (sum) sum[name as Name] += value;
  }
  return sums;
}

/** How many there were at the end of each span: from how many there are now, back over what was added since. */
export function levelsOf(figures: readonly Figure[], total: number, spans: readonly Span[]): number[] {
  const last = spans.at(-1);
  const later = last ? figures.reduce((sum, { name, day, value }) => (name === 'customers' && day > last.to ? sum + value : sum), 0) : 0;
  let level = total - later;
  return sumsBySpan(figures, ['customers'], spans)
    .reverse()
    .map(({ customers }) => {
      const end = level;
      level -= customers;
      return end;
    })
    .reverse();
}

/**
 * The time within which half of the answers came, in milliseconds; null without answers. Estimated: within a bucket they are taken to be spread evenly, and one
 * that came later than all buckets took as long as the last of them.
 */
export function medianOf(counts: readonly number[]): number | null {
  const total = counts.reduce((sum, count) => sum + count, 0);
  if (total === 0) return null;
  let before = 0;
  let from = 0;
  for (const [index, { upTo }] of answerBuckets.entries()) {
    const count = counts[index] ?? 0;
    if (upTo === null) break;
    if (before + count >= total / 2) return Math.round(from + ((upTo - from) * (total / 2 - before)) / count);
    before += count;
    from = upTo;
  }
  return from;
}

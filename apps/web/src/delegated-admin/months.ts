/** A month as `YYYY-MM`, a day as `YYYY-MM-DD`: as the reader's clock counts them, with no time in them that could slip. */

const two = (value: number) => String(value).padStart(2, '0');
const partsOf = (text: string) => text.split('-').map(Number) as [year: number, month: number, day?: number];
const dayOf = (year: number, month: number, day: number) => {
  const date = new Date(Date.UTC(year, month - 1, day));
  return `${date.getUTCFullYear()}-${two(date.getUTCMonth() + 1)}-${two(date.getUTCDate())}`;
};

/** The day of a moment where the reader is. */
export function dayAt(moment: Date | number): string {
  const date = new Date(moment);
  return `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`;
}

export const monthOf = (day: string): string => day.slice(0, 7);

/** A month in an address, if it is one that a calendar can show. */
export function readMonth(value: unknown): string | null {
  return typeof value === 'string' && /^(19|20|21)\d{2}-(0[1-9]|1[0-2])$/.test(value) ? value : null;
}

/** The day so many days later. */
export function addDays(day: string, days: number): string {
  const [year, month, date = 1] = partsOf(day);
  return dayOf(year, month, date + days);
}

/** The same day of another month, or that month's last one. */
export function addMonths(day: string, months: number): string {
  const [year, month, date = 1] = partsOf(day);
  const last = Number(dayOf(year, month + months + 1, 0).slice(8));
  return dayOf(year, month + months, Math.min(date, last));
}

/** 0 is Sunday. */
export function weekdayOf(day: string): number {
  const [year, month, date = 1] = partsOf(day);
  return new Date(Date.UTC(year, month - 1, date)).getUTCDay();
}

/** The weeks that a month is shown in, whole ones. `firstDay`: 0 is Sunday, 1 Monday. */
export function weeksOf(month: string, firstDay: number): string[][] {
  const first = `${month}-01`;
  const begin = addDays(first, -((weekdayOf(first) - firstDay + 7) % 7));
  const weeks: string[][] = [];
  for (let day = begin; day < first || monthOf(day) === month; day = addDays(day, 7))
    weeks.push(Array.from({ length: 7 }, (_, index) => addDays(day, index)));
  return weeks;
}

/** From the first moment of a day to that of the day after the last, where the reader is: 23, 24 or 25 hours for one, as clocks go. */
export function spanOf(first: string, last = first): { from: string; to: string } {
  const begin = (day: string) => {
    const [year, month, date = 1] = partsOf(day);
    return new Date(year, month - 1, date).toISOString();
  };
  return { from: begin(first), to: begin(addDays(last, 1)) };
}

/** Days as few spans: those that follow each other are one. */
export function spansOf(days: readonly string[]): { from: string; to: string }[] {
  const runs: [first: string, last: string][] = [];
  for (const day of [...new Set(days)].sort()) {
    const run = runs.at(-1);
    if (run && addDays(run[1], 1) === day) run[1] = day;
    else runs.push([day, day]);
  }
  return runs.map(([first, last]) => spanOf(first, last));
}

/** Where a key leads from a day; null for a key that leads nowhere. */
export function dayAfterKey(day: string, key: string, firstDay: number): string | null {
  const inWeek = (weekdayOf(day) - firstDay + 7) % 7;
  switch (key) {
    case 'ArrowLeft':
      return addDays(day, -1);
    case 'ArrowRight':
      return addDays(day, 1);
    case 'ArrowUp':
      return addDays(day, -7);
    case 'ArrowDown':
      return addDays(day, 7);
    case 'Home':
      return addDays(day, -inWeek);
    case 'End':
      return addDays(day, 6 - inWeek);
    case 'PageUp':
      return addMonths(day, -1);
    case 'PageDown':
      return addMonths(day, 1);
    default:
      return null;
  }
}

export type Urgency = 'over' | 'week' | 'month' | 'later';
/** How near a day is, for its colour and its word. */
export function urgencyOf(day: string, today: string): Urgency {
  if (day < today) return 'over';
  if (day <= addDays(today, 7)) return 'week';
  return day <= addDays(today, 30) ? 'month' : 'later';
}

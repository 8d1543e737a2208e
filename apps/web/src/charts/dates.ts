import { currentLanguage } from '../app/language.ts';

const noon = (day: string) => new Date(`${day}T12:00:00Z`);

/** A day of UTC, `YYYY-MM-DD`, as a reader writes it, whatever zone the reader is in; short for an axis. */
export function utcDay(day: string, length: 'short' | 'long' = 'long'): string {
  const style = length === 'short' ? ({ month: 'short', day: 'numeric' } as const) : ({ dateStyle: 'medium' } as const);
  return new Intl.DateTimeFormat(currentLanguage(), { ...style, timeZone: 'UTC' }).format(noon(day));
}

/** One day, or the days of a week from the first to the last. */
export function spanText({ from, to }: { from: string; to: string }): string {
  if (from === to) return utcDay(to);
  return new Intl.DateTimeFormat(currentLanguage(), { dateStyle: 'medium', timeZone: 'UTC' }).formatRange(noon(from), noon(to));
}

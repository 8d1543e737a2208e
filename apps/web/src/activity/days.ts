/** The day of a moment where the reader is, `YYYY-MM-DD`. */
export function dayOf(moment: Date): string {
  const two = (value: number) => String(value).padStart(2, '0');
  return `${moment.getFullYear()}-${two(moment.getMonth() + 1)}-${two(moment.getDate())}`;
}

/** The last month up to today: what the log shows unless told. */
export function lastMonth(now: Date): { from: string; to: string } {
  const from = new Date(now.getFullYear(), now.getMonth() - 1, now.getDate());
  // The 31st of a month whose last one was shorter: its last day.
  if (from.getDate() !== now.getDate()) from.setDate(0);
  return { from: dayOf(from), to: dayOf(now) };
}

const isDay = (text: string) => /^\d{4}-\d{2}-\d{2}$/.test(text) && !Number.isNaN(new Date(`${text}T00:00:00`).getTime());

/** The moments from the beginning of `from` to the end of `to` (both days where the reader is); what is no day is left out. */
export function spanOf(days: { from: string; to: string }): { from?: string; to?: string } {
  const start = isDay(days.from) ? new Date(`${days.from}T00:00:00`) : null;
  const end = isDay(days.to) ? new Date(`${days.to}T00:00:00`) : null;
  end?.setDate(end.getDate() + 1);
  return { ...(start ? { from: start.toISOString() } : {}), ...(end ? { to: end.toISOString() } : {}) };
}

/** Records under their day, in the order in which they come. */
export function byDay<Item extends { at: string }>(items: readonly Item[]): { day: string; items: Item[] }[] {
  const groups: { day: string; items: Item[] }[] = [];
  for (const item of items) {
    const day = dayOf(new Date(item.at));
    const last = groups.at(-1);
    if (last?.day === day) last.items.push(item);
    else groups.push({ day, items: [item] });
  }
  return groups;
}

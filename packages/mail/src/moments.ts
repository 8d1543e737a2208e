import type { Language } from './layout.ts';

/** Making one takes longer than all else about a mail; there are as many as there are languages and time zones. */
const formatters = new Map<string, Intl.DateTimeFormat>();

function formatterOf(language: Language, timeZone: string): Intl.DateTimeFormat {
  const key = `${language} ${timeZone}`;
  let formatter = formatters.get(key);
  if (!formatter) {
    formatter = new Intl.DateTimeFormat(language === 'ja' ? 'ja-JP' : 'en-GB', {
      year: 'numeric',
      month: 'long',
      day: 'numeric',
      hour: 'numeric',
      minute: '2-digit',
      hourCycle: 'h23',
      timeZoneName: 'short',
      timeZone,
    });
    formatters.set(key, formatter);
  }
  return formatter;
}

/** A day and time with its zone, so that no reader has to guess. A zone that nobody knows is UTC. */
export function formatMoment(moment: Date, language: Language, timeZone = 'UTC'): string {
  try {
    return formatterOf(language, timeZone).format(moment);
  } catch {
    return formatterOf(language, 'UTC').format(moment);
  }
}

import type { Language } from './layout.ts';

/** Making one takes longer than all else about a mail; there are as many as there are languages and time zones. */
const formatters = new Map<string, Intl.DateTimeFormat>();

function formatterOf(language: Language, timeZone: string, isNamed: boolean): Intl.DateTimeFormat {
  const key = `${language} ${timeZone} ${isNamed}`;
  let formatter = formatters.get(key);
  if (!formatter) {
    formatter = new Intl.DateTimeFormat(language === 'ja' ? 'ja-JP' : 'en-GB', {
      year: 'numeric',
      month: 'long',
      day: 'numeric',
      hour: 'numeric',
      minute: '2-digit',
      hourCycle: 'h23',
      ...(isNamed ? { timeZoneName: 'short' } : {}),
      timeZone,
    });
    formatters.set(key, formatter);
  }
  return formatter;
}

/**
 * A day and time with its zone, so that no reader has to guess; in UTC for readers all over the world, in Japan's time for readers of Japanese, as
 * on the pages that the mails lead to: a deadline must not be another day there. A zone that nobody knows is the usual one.
 */
export function formatMoment(moment: Date, language: Language, timeZone?: string): string {
  if (timeZone) {
    try {
      return formatterOf(language, timeZone, true).format(moment);
    } catch {
      return formatMoment(moment, language);
    }
  }
  return language === 'ja'
    ? `${formatterOf('ja', 'Asia/Tokyo', false).format(moment)}(日本時間)`
    : formatterOf(language, 'UTC', true).format(moment);
}

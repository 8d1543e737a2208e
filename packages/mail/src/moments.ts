import type { Language } from './layout.ts';

function formatter(language: Language, timeZone: string, isNamed: boolean): Intl.DateTimeFormat {
  return new Intl.DateTimeFormat(language === 'ja' ? 'ja-JP' : 'en-GB', {
    year: 'numeric',
    month: 'long',
    day: 'numeric',
    hour: 'numeric',
    minute: '2-digit',
    hourCycle: 'h23',
    ...(isNamed ? { timeZoneName: 'short' } : {}),
    timeZone,
  });
}

/**
 * A day and time with its zone, so that no reader has to guess; in UTC for readers all over the world, in Japan's time for readers of Japanese, as
 * on the pages that the mails lead to: a deadline must not be another day there. A zone that nobody knows is the usual one.
 */
export function formatMoment(moment: Date, language: Language, timeZone?: string): string {
  if (timeZone) {
    try {
      return formatter(language, timeZone, true).format(moment);
    } catch {
      return formatMoment(moment, language);
    }
  }
  return language === 'ja'
    ? `${formatter('ja', 'Asia/Tokyo', false).format(moment)}(日本時間)`
    : formatter(language, 'UTC', true).format(moment);
}

import type { Language } from './layout.ts';

function formatter(language: Language, timeZone: string): Intl.DateTimeFormat {
  return new Intl.DateTimeFormat(language === 'ja' ? 'ja-JP' : 'en-GB', {
    year: 'numeric',
    month: 'long',
    day: 'numeric',
    hour: 'numeric',
    minute: '2-digit',
    hourCycle: 'h23',
    timeZoneName: 'short',
    timeZone,
  });
}

/** A day and time with its zone, so that no reader has to guess. A zone that nobody knows is UTC. */
export function formatMoment(moment: Date, language: Language, timeZone = 'UTC'): string {
  try {
    return formatter(language, timeZone).format(moment);
  } catch {
    return formatter(language, 'UTC').format(moment);
  }
}

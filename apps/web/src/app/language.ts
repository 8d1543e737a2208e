import type { Language } from '@clientele/domain';
import { languages } from '@clientele/domain';
import { shallowRef } from 'vue';
import { createI18n } from 'vue-i18n';

type UiLocale = typeof import('@nuxt/ui/runtime/locale/en.js').default;
interface LanguageChunk {
  default: Record<string, unknown>;
  ui: UiLocale;
}

const loaders: Record<Language, () => Promise<LanguageChunk>> = {
  en: () => import('./messages/en.ts'),
  ja: () => import('./messages/ja.ts'),
};
const storageKey = 'clientele-language';
const isLanguage = (value: string | null): value is Language => languages.some((language) => language === value);

/** The language that this person chose on this machine, else the browser's, else English. */
function firstLanguage(): Language {
  let chosen: string | null = null;
  try {
    chosen = localStorage.getItem(storageKey);
  } catch {
    // No storage: the browser decides.
  }
  if (isLanguage(chosen)) return chosen;
  return navigator.languages.map((name) => name.slice(0, 2).toLowerCase()).find((name): name is Language => isLanguage(name)) ?? 'en';
}

export const i18n = createI18n({
  legacy: false,
  locale: firstLanguage(),
  fallbackLocale: false as const,
  missingWarn: import.meta.env.DEV,
  datetimeFormats: {},
  messages: {},
});

const { locale } = i18n.global;

const uiLocales = new Map<Language, UiLocale>();
/** The component library's own words. */
export const uiLocale = shallowRef<UiLocale>();

export function currentLanguage(): Language {
  return locale.value as Language;
}

/** The parts of a person's name as the reader's language puts them. */
export function nameFields(): readonly ['firstName', 'lastName'] | readonly ['lastName', 'firstName'] {
  return currentLanguage() === 'ja' ? ['lastName', 'firstName'] : ['firstName', 'lastName'];
}

/** A person's name in that order. */
export function fullName(person: { firstName: string; lastName: string }): string {
  return nameFields()
    .map((field) => person[field])
    .join(' ')
    .trim();
}

/** Loads a language's messages and shows everything in it. */
export async function showLanguage(language: Language): Promise<void> {
  if (!uiLocales.has(language)) {
    const chunk = await loaders[language]();
    i18n.global.setLocaleMessage(language, chunk.default as Record<string, never>);
    uiLocales.set(language, chunk.ui);
  }
  locale.value = language;
  uiLocale.value = uiLocales.get(language);
  document.documentElement.lang = language;
}

/** Shows a language and remembers the choice on this machine. */
export async function chooseLanguage(language: Language): Promise<void> {
  await showLanguage(language);
  try {
    localStorage.setItem(storageKey, language);
  } catch {
    // No storage: the choice lasts until the page is loaded again.
  }
}

/** What a language calls itself. */
export const languageNames: Record<Language, string> = { en: 'English', ja: '日本語' };

/** What a language is called in the reader's language. */
export function languageName(code: string): string {
  return new Intl.DisplayNames([currentLanguage()], { type: 'language' }).of(code) ?? code;
}

/** The name of a country or region in the reader's language. */
export function countryName(code: string): string {
  try {
    return new Intl.DisplayNames([currentLanguage()], { type: 'region' }).of(code) ?? code;
  } catch {
    return code;
  }
}

export function number(value: number): string {
  return new Intl.NumberFormat(currentLanguage()).format(value);
}

/** A list in words: "a, b and c". */
export function listed(items: readonly string[], type: 'conjunction' | 'disjunction' = 'conjunction'): string {
  return new Intl.ListFormat(currentLanguage(), { type }).format(items);
}

/** A day in the reader's language. */
export function day(moment: string | Date): string {
  return new Intl.DateTimeFormat(currentLanguage(), { dateStyle: 'medium' }).format(new Date(moment));
}

/** The time of a day, where the day is plain; rounded up, for who is told to wait until then. */
export function clock(moment: string | Date): string {
  const minute = 60_000;
  const up = new Date(Math.ceil(new Date(moment).getTime() / minute) * minute);
  return new Intl.DateTimeFormat(currentLanguage(), { hour: '2-digit', minute: '2-digit' }).format(up);
}

const units: readonly [Intl.RelativeTimeFormatUnit, number][] = [
  ['year', 31_536_000],
  ['month', 2_592_000],
  ['day', 86_400],
  ['hour', 3600],
  ['minute', 60],
];

/**
 * A moment as it lies from now: "3 min. ago", "in 3 days". What is past is truncated, so that nothing is said to be older than it is; what is ahead
 * is rounded, so that fourteen days to answer do not become thirteen as soon as the mail is out.
 */
export function fromNow(moment: string, now: number): string {
  // What has just happened is later than the last tick.
  const seconds = (new Date(moment).getTime() - Math.max(now, Date.now())) / 1000;
  const format = new Intl.RelativeTimeFormat(currentLanguage(), { numeric: 'auto', style: currentLanguage() === 'en' ? 'short' : 'long' });
  const unit = units.find(([, size]) => Math.abs(seconds) >= size);
  const count = unit ? seconds / unit[1] : 0;
  return unit ? format.format(count > 0 ? Math.round(count) : Math.trunc(count), unit[0]) : format.format(0, 'second');
}

/** A moment with its time zone, as exact as a person needs it. */
export function exactMoment(moment: string | Date): string {
  return new Intl.DateTimeFormat(currentLanguage(), {
    year: 'numeric',
    month: 'short',
    day: 'numeric',
    hour: 'numeric',
    minute: '2-digit',
    second: '2-digit',
    timeZoneName: 'short',
  }).format(new Date(moment));
}

import { countryCodes } from './address-data/codes.ts';
import { subdivisionNames } from './address-data/names.ts';
import { countryRules } from './address-data/rules.ts';

/** The parts of an address whose place and need depend on the country: A street, C city, S state, Z postal code. */
export type AddressPart = 'A' | 'C' | 'S' | 'Z';

/** What an address needs in a country, and how it is written there. A country without `postalCode` has none that can be checked. */
export interface CountryRules {
  /** The order in which the parts are written there. A part that is not in it is not used there. */
  order: string;
  /** The parts without which an address is not complete. */
  needs: string;
  /** A regular expression for the whole postal code. */
  postalCode?: string;
  example?: string;
  /** The codes of the states, provinces or prefectures, where they are known: ISO 3166-2 without the country. */
  states?: readonly string[];
  /** What a state is called there; `province` when left out. */
  stateKind?: string;
  /** What the postal code is called there; `postal` when left out. */
  postalKind?: string;
  /** What the city is called there; `city` when left out. */
  cityKind?: string;
}

/** Countries and regions by ISO 3166-1 alpha-2 code. Names come from `Intl.DisplayNames` in the reader's language. */
export const countries = countryRules;

export { countryCodes };

/** The rules of a country; undefined for a code that is none. */
export function rulesOf(country: string): CountryRules | undefined {
  return Object.hasOwn(countryRules, country) ? countryRules[country] : undefined;
}

/** The parts of an address in the order of a country's form. */
export function addressOrder(country: string): AddressPart[] {
  return [...(rulesOf(country)?.order ?? 'ACSZ')] as AddressPart[];
}

/**
 * States, provinces or prefectures of a country with their names; empty where none are known. `language` gets the names as they are
 * written there when it is the language there, anybody else those in Latin letters.
 */
export function subdivisionsOf(country: string, language = 'en'): { code: string; name: string }[] {
  const codes = rulesOf(country)?.states ?? [];
  const names = Object.hasOwn(subdivisionNames, country) ? subdivisionNames[country] : undefined;
  const shown = (names?.language === language ? names.local : undefined) ?? names?.latin ?? '';
  const labels = shown.split('|');
  return codes.map((code, index) => ({ code, name: labels[index] || code }));
}

import type { FieldError } from './refusals.ts';

/**
 * What no text may hold: control characters and line separators, but for tab and line breaks; and those that turn the direction of what
 * follows, to pass for another name.
 */
export const unshowable = /(?![\t\n\r])[\p{Cc}\u2028\u2029\u202a-\u202e\u2066-\u2069]/u;

/** The first characters of a text, at most so many; an emoji is never cut in two, which the database could not keep. */
export const firstLetters = (text: string, most: number): string => [...text.slice(0, most * 2)].slice(0, most).join('');

/** Lengths of text fields, in UTF-16 code units, and what they are for. */
export const lengths = {
  companyName: 200,
  personName: 100,
  email: 254,
  phone: 40,
  line: 200,
  note: 10_000,
  tag: 50,
  message: 4000,
  subject: 150,
  reason: 1000,
} as const;

const prefix = /^[a-z0-9](?:[a-z0-9-]{1,25}[a-z0-9])$/;
const reserved = new Set(['admin', 'administrator', 'api', 'clientele', 'help', 'mail', 'postmaster', 'root', 'support', 'www']);

/** What is wrong with a primary domain prefix: 3 to 27 of a-z, 0-9 and inner hyphens, not two in a row, not reserved. */
export function checkDomainPrefix(value: string, path = 'domainPrefix'): FieldError[] {
  const good = prefix.test(value) && !value.includes('--') && !reserved.has(value);
  return good ? [] : [{ path, rule: 'domain_prefix', params: { min: 3, max: 27 } }];
}

const label = /^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/;

/** A domain name as it is kept: lower case, no trailing dot, IDN labels in punycode; null when it is none. */
export function normalizeDomain(value: string): string | null {
  let host: string;
  try {
    host = new URL(`http://${value.trim()}`).hostname.replace(/\.$/, '');
  } catch {
    return null;
  }
  const typed = value.trim().toLowerCase().replace(/\.$/, '');
  if (/[\s/:@?#\\[\]%]/.test(typed)) return null;
  const labels = host.split('.');
  if (labels.length < 2 || host.length > 253 || !labels.every((part) => label.test(part))) return null;
  return /^[0-9]+$/.test(labels.at(-1) ?? '') ? null : host;
}

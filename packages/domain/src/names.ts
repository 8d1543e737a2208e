import type { FieldError } from './refusals.ts';

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

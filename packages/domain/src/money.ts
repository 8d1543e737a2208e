import type { Language } from './languages.ts';

export const currencies = ['USD', 'EUR', 'GBP', 'JPY'] as const;
export type Currency = (typeof currencies)[number];

/** How many digits stand behind the point. Amounts are whole numbers of the smallest unit, never fractions. */
export const minorDigits: Readonly<Record<Currency, number>> = { USD: 2, EUR: 2, GBP: 2, JPY: 0 };

/** The largest amount that may be named anywhere: a thousand million of a currency with cents. */
export const mostAmount = 100_000_000_000;

const euroCountries = 'AT BE BG HR CY DE EE ES FI FR GR IE IT LT LU LV MT NL PT SI SK'.split(' ');

/** The currency in which a partner is billed, by where it is. Whoever has none of its own here pays in US dollars. */
export function currencyOf(country: string): Currency {
  if (country === 'JP') return 'JPY';
  if (country === 'GB') return 'GBP';
  return euroCountries.includes(country) ? 'EUR' : 'USD';
}

/** An amount as a person types it (`1,234.50`, full-width digits too), in the smallest unit; null when it is none of this currency. */
export function parseAmount(text: string, currency: Currency): number | null {
  const plain = text
    .normalize('NFKC')
    .replace(/[\s,¥$€£]/g, '')
    .trim();
  const digits = minorDigits[currency];
  const [, whole, fraction = ''] = (digits === 0 ? /^(\d{1,15})$/ : /^(\d{1,13})(?:\.(\d{1,2}))?$/).exec(plain) ?? [];
  if (whole === undefined) return null;
  return Number(whole + fraction.padEnd(digits, '0'));
}

/** An amount for a form's field: digits and a point, nothing else. */
export function amountText(amount: number, currency: Currency): string {
  const digits = minorDigits[currency];
  const text = String(amount).padStart(digits + 1, '0');
  return digits === 0 ? text : `${text.slice(0, -digits)}.${text.slice(-digits)}`;
}

/** An amount as it is read, with its currency. Put together from digits: no fraction of a machine's number ever stands for money. */
export function formatAmount(amount: number, currency: Currency, language: Language): string {
  const [whole = '0', fraction] = amountText(Math.abs(amount), currency).split('.');
  const grouped = whole.replace(/\B(?=(\d{3})+$)/g, ',');
  const digits = `${amount < 0 ? '-' : ''}${grouped}${fraction === undefined ? '' : `.${fraction}`}`;
  if (language === 'ja' && currency === 'JPY') return `${digits}円`;
  return currency === 'JPY' ? `¥${digits}` : `${currency} ${digits}`;
}

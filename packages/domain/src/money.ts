import type { Language } from './languages.ts';

/** Currencies, and how many digits each has behind the point. */
export const currencyDigits = {
  AUD: 2,
  BRL: 2,
  CAD: 2,
  CHF: 2,
  CNY: 2,
  CZK: 2,
  DKK: 2,
  EUR: 2,
  GBP: 2,
  HKD: 2,
  IDR: 2,
  INR: 2,
  JPY: 0,
  KRW: 0,
  MXN: 2,
  MYR: 2,
  NOK: 2,
  NZD: 2,
  PHP: 2,
  PLN: 2,
  SEK: 2,
  SGD: 2,
  THB: 2,
  TWD: 2,
  USD: 2,
  VND: 0,
  ZAR: 2,
} as const;
export type Currency = keyof typeof currencyDigits;
export const currencies = Object.keys(currencyDigits) as Currency[];

/** The currencies in which partners are billed: those that the catalogue has prices in. */
export const billingCurrencies = ['USD', 'EUR', 'GBP', 'JPY'] as const satisfies readonly Currency[];
export type BillingCurrency = (typeof billingCurrencies)[number];

/** The largest amount that may be named anywhere: a thousand million of a currency with cents. */
export const mostAmount = 100_000_000_000;

const euroCountries = 'AT BE BG HR CY DE EE ES FI FR GR IE IT LT LU LV MT NL PT SI SK'.split(' ');

/** The currency in which a partner is billed, by where it is. Whoever has none of its own here pays in US dollars. */
export function currencyOf(country: string): BillingCurrency {
  if (country === 'JP') return 'JPY';
  if (country === 'GB') return 'GBP';
  return euroCountries.includes(country) ? 'EUR' : 'USD';
}

/** Amounts are whole numbers of the smallest unit, never fractions. This is one as a person types it (`1,234.50`, full-width digits too), in the smallest unit; null when it is none of this currency. */
export function parseAmount(text: string, currency: Currency): number | null {
  const plain = text
    .normalize('NFKC')
    .replace(/[\s,¥$€£]/g, '')
    .trim();
  const digits = currencyDigits[currency];
  const [, whole, fraction = ''] = (digits === 0 ? /^(\d{1,15})$/ : /^(\d{1,13})(?:\.(\d{1,2}))?$/).exec(plain) ?? [];
  if (whole === undefined) return null;
  return Number(whole + fraction.padEnd(digits, '0'));
}

/** An amount for a form's field: digits and a point, nothing else. */
export function amountText(amount: number, currency: Currency): string {
  const digits = currencyDigits[currency];
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

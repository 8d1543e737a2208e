import { currentLanguage } from '../app/language.ts';

/** A value in its currency, as the reader writes it; without a fraction when it has none. */
export function money({ amount, currency }: { amount: number; currency: string }): string {
  return new Intl.NumberFormat(currentLanguage(), {
    style: 'currency',
    currency,
    currencyDisplay: 'code',
    trailingZeroDisplay: 'stripIfInteger',
  }).format(amount);
}

/** A currency by its name, with its code in front: people look for either. */
export function currencyName(code: string): string {
  return `${code} · ${new Intl.DisplayNames([currentLanguage()], { type: 'currency' }).of(code) ?? code}`;
}

/** A month of the figures, short. */
export function monthName(month: string): string {
  return new Intl.DateTimeFormat(currentLanguage(), { month: 'short', timeZone: 'UTC' }).format(new Date(`${month}-15T00:00:00Z`));
}

/** The same with its year. */
export function monthAndYear(month: string): string {
  return new Intl.DateTimeFormat(currentLanguage(), { month: 'long', year: 'numeric', timeZone: 'UTC' }).format(
    new Date(`${month}-15T00:00:00Z`),
  );
}

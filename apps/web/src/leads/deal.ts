import type { Lead } from '@clientele/contracts';
import { type Currency, checkCloseDate, checkDealValue, currencies, type FieldError } from '@clientele/domain';

/** A deal as its form holds it: what is not typed yet is empty. */
export interface DealForm {
  dealName: string;
  amount: number | string | undefined;
  currency: Currency;
  closeDate: string;
  note: string;
  crmId: string;
  campaignId: string;
  team: string[];
}

const ofCountry: Record<string, Currency> = {
  AU: 'AUD',
  BR: 'BRL',
  CA: 'CAD',
  CH: 'CHF',
  CN: 'CNY',
  GB: 'GBP',
  IN: 'INR',
  JP: 'JPY',
  KR: 'KRW',
  MX: 'MXN',
  NO: 'NOK',
  NZ: 'NZD',
  PL: 'PLN',
  SE: 'SEK',
  SG: 'SGD',
  TW: 'TWD',
  US: 'USD',
};
const euro = ['AT', 'BE', 'DE', 'ES', 'FI', 'FR', 'GR', 'IE', 'IT', 'LU', 'NL', 'PT'];
/** The currency that is used where a company is, as a beginning. */
export const currencyOf = (country: string): Currency => ofCountry[country] ?? (euro.includes(country) ? 'EUR' : 'USD');

/** The form of a lead that is accepted, or changed. */
export function dealOf(
  lead: Pick<Lead, 'companyName' | 'country' | 'dealName' | 'value' | 'closeDate' | 'note' | 'crmId' | 'campaignId' | 'team'>,
): DealForm {
  return {
    dealName: lead.dealName ?? lead.companyName,
    amount: lead.value?.amount,
    currency: currencies.find((one) => one === lead.value?.currency) ?? currencyOf(lead.country),
    closeDate: lead.closeDate ?? '',
    note: lead.note ?? '',
    crmId: lead.crmId ?? '',
    campaignId: lead.campaignId ?? '',
    team: lead.team.map(({ id }) => id),
  };
}

/** What can be told without the server, by the rules of the domain. */
export function checkDeal(form: DealForm, now: Date): FieldError[] {
  const required = (path: string, value: string): FieldError[] => (value.trim() ? [] : [{ path, rule: 'required' }]);
  const hasAmount = typeof form.amount === 'number' && !Number.isNaN(form.amount);
  return [
    ...required('dealName', form.dealName),
    ...(hasAmount
      ? checkDealValue({ amount: Number(form.amount), currency: form.currency })
      : [{ path: 'value.amount', rule: 'required' } as const]),
    ...(form.closeDate ? checkCloseDate(form.closeDate, now) : [{ path: 'closeDate', rule: 'required' } as const]),
    ...required('note', form.note),
  ];
}

/** What is sent. */
export function bodyOfDeal({ amount, currency, crmId, campaignId, ...form }: DealForm) {
  return {
    ...form,
    value: { amount: Number(amount), currency },
    ...(crmId.trim() ? { crmId } : {}),
    ...(campaignId.trim() ? { campaignId } : {}),
  };
}

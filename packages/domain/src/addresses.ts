import { countries } from './countries.ts';
import type { FieldError } from './refusals.ts';

/** A postal address. Which parts it needs depends on its country. */
export interface Address {
  line1: string;
  line2?: string | undefined;
  city: string;
  state?: string | undefined;
  postalCode?: string | undefined;
}

/** What is wrong with an address for its country: each field and rule, at `path.<field>`. Empty when nothing is. */
export function checkAddress(country: string, address: Address, path = 'address'): FieldError[] {
  const rules = Object.hasOwn(countries, country) ? countries[country] : undefined;
  if (!rules) return [{ path: 'country', rule: 'country' }];
  const errors: FieldError[] = [];
  if (rules.states) {
    if (!address.state) errors.push({ path: `${path}.state`, rule: 'state_required', params: { country } });
    else if (!rules.states.includes(address.state)) errors.push({ path: `${path}.state`, rule: 'state_unknown', params: { country } });
  }
  if (rules.postalCode) {
    if (!address.postalCode) errors.push({ path: `${path}.postalCode`, rule: 'required' });
    else if (!new RegExp(`^(?:${rules.postalCode})$`, 'i').test(address.postalCode))
      errors.push({ path: `${path}.postalCode`, rule: 'postal_code', params: { country, example: rules.example ?? '' } });
  }
  return errors;
}

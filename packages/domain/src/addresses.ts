import { rulesOf } from './countries.ts';
import type { FieldError } from './refusals.ts';

/** A postal address. Which parts it needs depends on its country; a country that writes no city has an empty one. */
export interface Address {
  line1: string;
  line2?: string | undefined;
  city: string;
  state?: string | undefined;
  postalCode?: string | undefined;
}

/** What is wrong with an address for its country: each field and rule, at `path.<field>`. Empty when nothing is. */
export function checkAddress(country: string, address: Address, path = 'address'): FieldError[] {
  const rules = rulesOf(country);
  if (!rules) return [{ path: 'country', rule: 'country' }];
  const errors: FieldError[] = [];
  const isMissing = (value: string | undefined) => !value?.trim();
  if (rules.needs.includes('C') && isMissing(address.city)) errors.push({ path: `${path}.city`, rule: 'required' });
  if (isMissing(address.state)) {
    if (rules.needs.includes('S')) errors.push({ path: `${path}.state`, rule: 'state_required', params: { country } });
  } else if (rules.states && !rules.states.includes(address.state ?? ''))
    errors.push({ path: `${path}.state`, rule: 'state_unknown', params: { country } });
  if (isMissing(address.postalCode)) {
    if (rules.needs.includes('Z')) errors.push({ path: `${path}.postalCode`, rule: 'required' });
  } else if (rules.postalCode && !new RegExp(`^(?:${rules.postalCode})$`, 'i').test(address.postalCode ?? ''))
    errors.push({ path: `${path}.postalCode`, rule: 'postal_code', params: { country, example: rules.example ?? '' } });
  return errors;
}

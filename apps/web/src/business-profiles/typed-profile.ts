import type { ProfileText } from '@clientele/contracts';
import type { ProfileContent } from '@clientele/domain';

interface TypedAddress {
  line1: string;
  line2: string;
  city: string;
  state: string;
  postalCode: string;
}

/** A profile as its form has it: each part of an address is there, empty or not. */
export interface TypedProfile extends Omit<ProfileText, 'locations'> {
  locations: { name: string; address: TypedAddress }[];
}

export const emptyAddress = (): TypedAddress => ({ line1: '', line2: '', city: '', state: '', postalCode: '' });

/** What the form shows of a draft. */
export function typedOf({ logo: _logo, locations, ...rest }: ProfileContent): TypedProfile {
  return JSON.parse(
    JSON.stringify({ ...rest, locations: locations.map(({ name, address }) => ({ name, address: { ...emptyAddress(), ...address } })) }),
  ) as TypedProfile;
}

/** What is sent of what was typed. An address without a street is sent as it is, so that the refusal names it. */
export function sentOf({ locations, ...rest }: TypedProfile) {
  return {
    ...rest,
    locations: locations.map(({ name, address: { line1, line2, city, state, postalCode } }) => ({
      name,
      address: { line1, city, line2: line2 || undefined, state: state || undefined, postalCode: postalCode || undefined },
    })),
  };
}

/** Whether two are the same, also when one has been through the server. */
export const isSame = (a: TypedProfile, b: TypedProfile) => JSON.stringify(inOrder(a)) === JSON.stringify(inOrder(b));

const inOrder = ({ description, webSite, industries, products, services, companySizes, tags, locations }: TypedProfile) => [
  ...[description, webSite, tags],
  ...[industries, products, services, companySizes].map((ids) => [...ids].sort()),
  locations.map(({ name, address: { line1, line2, city, state, postalCode } }) => [name, line1, line2, city, state, postalCode]),
];

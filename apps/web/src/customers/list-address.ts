import type { CustomerFilters } from '@clientele/contracts';
import { customerSorts, maxTagFilters } from '@clientele/contracts';
import { countryCodes, lengths, relationshipStates } from '@clientele/domain';

/** What the customer list's address says, and back. The address of a saved view is just this. */
export type AddressQuery = Record<string, string | string[] | undefined>;

/** The usual list. */
export const usualList: CustomerFilters = { relationship: 'live', sort: 'company', order: 'asc' };

const relationships = ['live', 'all', ...relationshipStates] as const;
const oneOf = <Value extends string>(values: readonly Value[], value: unknown): Value | undefined => values.find((one) => one === value);
const text = (value: unknown, most: number): string | undefined =>
  typeof value === 'string' && value.trim() !== '' && value.length <= most ? value.trim() : undefined;

/** The filters in an address; what it says wrong counts as not said. */
export function filtersOf(query: Readonly<Record<string, unknown>>): CustomerFilters {
  const tags = (Array.isArray(query.tag) ? query.tag : [query.tag]).map((tag) => text(tag, lengths.tag)).filter((tag) => tag !== undefined);
  const given = {
    search: text(query.search, 200),
    relationship: oneOf(relationships, query.relationship),
    tag: tags.length > 0 ? tags.slice(0, maxTagFilters) : undefined,
    country: oneOf(countryCodes, query.country),
    delegatedAdmin: oneOf(['yes', 'no'], query.delegatedAdmin),
    agreement: oneOf(['accepted', 'missing'], query.agreement),
    reseller:
      query.reseller === 'none' || (typeof query.reseller === 'string' && /^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/.test(query.reseller))
        ? query.reseller
        : undefined,
    sort: oneOf(customerSorts, query.sort),
    order: oneOf(['asc', 'desc'], query.order),
  };
  return { ...usualList, ...Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined)) };
}

/** The address of filters: what is as usual is left out. */
export function queryOf(filters: CustomerFilters): AddressQuery {
  const query: AddressQuery = {};
  for (const [name, value] of Object.entries(filters))
    if (
      value !== undefined &&
      value !== '' &&
      value !== usualList[name as keyof CustomerFilters] &&
      !(Array.isArray(value) && value.length === 0)
    )
      query[name] = value;
  return query;
}

/** The same for the same question; sort and order are no part of what matches. */
export function matchKey({ sort: _sort, order: _order, ...filters }: CustomerFilters): string {
  return JSON.stringify(Object.entries(queryOf({ ...filters, sort: 'company', order: 'asc' })).sort());
}

/** Whether anything is asked for beyond the usual list. */
export const isFiltered = (filters: CustomerFilters): boolean => matchKey(filters) !== matchKey(usualList);

/** Whether two lists have one address. */
export const isSame = (one: CustomerFilters, other: CustomerFilters): boolean =>
  matchKey(one) === matchKey(other) && one.sort === other.sort && one.order === other.order;

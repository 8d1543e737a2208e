import { copySql, RawSql } from '@clientele/db';
import { liveRelationshipStates, type RelationshipState } from '@clientele/domain';
import { escapeLike } from '../cursors.ts';

/** What a customer list is asked for; a list, its count, its export and a selection over "all that match" take the same. */
export interface CustomerFilters {
  search?: string | undefined;
  relationship: 'live' | 'all' | RelationshipState;
  /** Customers that have all of these. */
  tag?: string[] | undefined;
  country?: string | undefined;
  delegatedAdmin?: 'yes' | 'no' | undefined;
  agreement?: 'accepted' | 'missing' | undefined;
  /** The id of an indirect reseller; `none`: customers that no reseller serves. */
  reseller?: string | undefined;
  sort: 'company' | 'domain' | 'created';
  order: 'asc' | 'desc';
}

const columns = { company: 'company_name', domain: 'domain', created: 'created_at' } as const;

const statesOf = (relationship: CustomerFilters['relationship']): readonly RelationshipState[] | null =>
  relationship === 'all' ? null : relationship === 'live' ? liveRelationshipStates : [relationship];

const patternOf = (term: string) => `%${escapeLike(term)}%`;

/** The customers that the filters give, as one SQL condition on `customers` for a statement that reads all of them. The partner comes on top. */
export function conditionOf(filters: CustomerFilters): RawSql {
  const parts: RawSql[] = [new RawSql('onboarding_operation_id is null')];
  const states = statesOf(filters.relationship);
  if (states) parts.push(new RawSql(`relationship in (${states.map((state) => copySql`${state}`.text).join(', ')})`));
  for (const tag of filters.tag ?? []) parts.push(copySql`tags @> array[${tag}]`);
  if (filters.country) parts.push(copySql`country = ${filters.country}`);
  if (filters.delegatedAdmin) parts.push(new RawSql(filters.delegatedAdmin === 'yes' ? 'delegated_admin' : 'not delegated_admin'));
  if (filters.agreement) parts.push(new RawSql(`agreement_accepted_at is ${filters.agreement === 'missing' ? '' : 'not '}null`));
  if (filters.reseller === 'none') parts.push(new RawSql('indirect_reseller_id is null'));
  else if (filters.reseller) parts.push(copySql`indirect_reseller_id = ${filters.reseller}`);
  if (filters.search) parts.push(copySql`search_text like ${patternOf(filters.search.toLowerCase())}`);
  return new RawSql(parts.map((part) => part.text).join(' and '));
}

/** The order of the list, for a statement that reads all of it: by company, what is searched for stands first where a name or a word begins with it. */
export function orderOf({ search, sort, order }: CustomerFilters): RawSql {
  const rank = search && sort === 'company' ? `${rankOf('customers', copySql`${search.toLowerCase()}`.text)}, ` : '';
  return new RawSql(`${rank}customers.${columns[sort]} ${order}, customers.id ${order}`);
}

/**
 * The rank of a row in a search by company, as SQL: 0 when the name begins with the term, as its collation sees it (U+FFFF sorts behind
 * everything); 1 when a word of it, or the domain, does; otherwise 2. As `find_customers` has it.
 */
export const rankOf = (row: string, term: string): string =>
  `case when ${row}.company_name >= ${term} and ${row}.company_name < ${term} || U&'\\FFFF' then 0 when is_begun_by(${row}.search_text, ${row}.domain, ${term}) then 1 else 2 end`;

/** The pairs of letters, or the one letter, that the index of grams has of a term. Trigrams serve one with three Latin letters or digits in a row. */
function gramsOf(term: string): string[] {
  if (/[a-z0-9]{3}/.test(term)) return [];
  const letters = [...term];
  const pairs = letters.slice(1).map((letter, at) => `${letters[at]}${letter}`);
  return [...new Set(pairs.length > 0 ? pairs : letters)];
}

/** The same filters as `find_customers` and `count_customers` take them (packages/db/migrations/0016_customer_words.sql, 0005_customer_list.sql, 0029_provider_requests.sql). */
export function givenOf(filters: CustomerFilters): string {
  const states = statesOf(filters.relationship);
  const term = filters.search?.toLowerCase();
  const grams = term ? gramsOf(term) : [];
  return JSON.stringify({
    ...(states ? { states } : {}),
    ...(filters.tag?.length ? { tags: filters.tag } : {}),
    ...(filters.country ? { country: filters.country } : {}),
    ...(filters.delegatedAdmin ? { delegatedAdmin: filters.delegatedAdmin === 'yes' } : {}),
    ...(filters.agreement ? { agreed: filters.agreement === 'accepted' } : {}),
    ...(filters.reseller === 'none' ? { withoutReseller: true } : filters.reseller ? { reseller: filters.reseller } : {}),
    ...(term ? { term, pattern: patternOf(term) } : {}),
    ...(grams.length > 0 ? { grams } : {}),
  });
}

/** Whether nothing is asked for but the partner's own list in its usual order. */
export function isPlain({ sort, relationship, ...filters }: CustomerFilters): boolean {
  const { search, tag, country, delegatedAdmin, agreement, reseller } = filters;
  return sort === 'company' && relationship === 'live' && !(search || tag?.length || country || delegatedAdmin || agreement || reseller);
}

import { notFound, type ProfileChoiceField, type ProfileContent, requireFeature } from '@clientele/domain';
import { badCursor, decodeCursor, encodeCursor, escapeLike } from '../cursors.ts';
import type { PublicBase } from './open.ts';

/** What a customer asks "find a partner" for. Several of one list: a partner that has all of them. */
export interface PartnerFilters extends Partial<Record<ProfileChoiceField, string[]>> {
  country?: string | undefined;
  /** A city, a state or a postal code, in any of our languages. */
  place?: string | undefined;
  /** Words that stand in the name, the tags, the description, or are a name of what was chosen. */
  search?: string | undefined;
}

export interface FoundPartner {
  profileId: string;
  name: string;
  country: string;
  content: ProfileContent;
}

export interface FoundPartners {
  items: FoundPartner[];
  /** Pass as `after` for the next page; null on the last one. */
  next: string | null;
  /** How many there are; with `isAll: false` at least so many. Known on the first page. */
  total: { count: number; isAll: boolean };
}

/** The letter before each entry of a list, as the database has it (0030_business_profiles.sql). */
const letters: Record<ProfileChoiceField, string> = { industries: 'i', products: 'p', services: 's', companySizes: 'z' };

/** More words than this narrow nothing down any further. */
const mostWords = 8;

const wordsOf = (text: string | undefined) =>
  [
    ...new Set(
      (text ?? '')
        .normalize('NFKC')
        .toLowerCase()
        .split(/[\s,、]+/u),
    ),
  ]
    .filter((word) => word !== '')
    .slice(0, mostWords);

/** A word as the finder takes it: trigrams serve one with three Latin letters or digits in a row, pairs of letters any other. */
function termOf(word: string) {
  const characters = [...word];
  const pairs = characters.slice(1).map((character, at) => `${characters[at]}${character}`);
  const grams = /[a-z0-9]{3}/.test(word) ? [] : [...new Set(pairs.length > 0 ? pairs : characters)];
  return { pattern: `%${escapeLike(word)}%`, ...(grams.length > 0 ? { grams } : {}) };
}

function givenOf(filters: PartnerFilters): string {
  const facets = Object.entries(letters).flatMap(([field, letter]) =>
    (filters[field as ProfileChoiceField] ?? []).map((id) => `${letter}:${id}`),
  );
  return JSON.stringify({
    ...(filters.country ? { country: filters.country } : {}),
    facets,
    words: wordsOf(filters.search).map(termOf),
    places: wordsOf(filters.place).map(termOf),
  });
}

interface Row {
  profile_id: string;
  rank: number;
  name: string;
  country: string;
  content: ProfileContent;
  found: number;
  is_all: boolean;
}

/**
 * Published profiles of this cloud, in the order of their partners' names; those first whose name has the words. Throws `validation_failed` for a cursor that is
 * none, and `feature_off` where the cloud does not offer it.
 */
export async function findPartners(
  { db, cloud }: PublicBase,
  { after, limit, ...filters }: PartnerFilters & { after?: string | undefined; limit: number },
): Promise<FoundPartners> {
  requireFeature(cloud, 'find-a-partner');
  const [rank = null, name = null, id = null] = after === undefined ? [] : decodeCursor(after, 3);
  if (rank !== null && rank !== '0' && rank !== '1') throw badCursor();
  const rows = await db.sql<
    Row[]
  >`select * from find_partners(${cloud}, ${givenOf(filters)}::text::jsonb, ${rank}::text::integer, ${name}, ${id}, ${limit + 1})`;
  const items = rows.slice(0, limit);
  const last = rows.length > limit ? items.at(-1) : undefined;
  return {
    items: items.map((row) => ({ profileId: row.profile_id, name: row.name, country: row.country, content: row.content })),
    next: last ? encodeCursor([String(last.rank), last.name, last.profile_id]) : null,
    total: { count: rows[0]?.found ?? 0, isAll: rows[0]?.is_all ?? true },
  };
}

/** The countries that somebody has a profile for. */
export async function listProfileCountries({ db, cloud }: PublicBase): Promise<string[]> {
  requireFeature(cloud, 'find-a-partner');
  const rows = await db.sql<{ country: string }[]>`select country from listed_countries(${cloud})`;
  return rows.map(({ country }) => country);
}

/** So many profiles stand in one part of the list for search engines. */
export const profilesPerSitemap = 10_000;

/** After which ids the parts of the list for search engines begin; the first one begins at the beginning. */
export async function listSitemapParts({ db, cloud }: PublicBase): Promise<(string | null)[]> {
  requireFeature(cloud, 'find-a-partner');
  const rows = await db.sql<{ profile_id: string }[]>`select profile_id from listed_profile_marks(${cloud}, ${profilesPerSitemap})`;
  return [null, ...rows.map((row) => row.profile_id)];
}

/** One part of that list. */
export async function listSitemapPart(
  { db, cloud }: PublicBase,
  after: string | null,
): Promise<{ profileId: string; publishedAt: Date }[]> {
  requireFeature(cloud, 'find-a-partner');
  if (after !== null && !/^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/.test(after)) throw notFound('page');
  const rows = await db.sql<
    { profile_id: string; published_at: string | Date }[]
  >`select * from listed_profiles(${cloud}, ${after}, ${profilesPerSitemap})`;
  return rows.map((row) => ({ profileId: row.profile_id, publishedAt: new Date(row.published_at) }));
}

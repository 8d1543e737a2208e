import type { ProfileContent } from '@clientele/domain';
import { customType, integer, jsonb, pgTable, primaryKey, text, timestamp, uuid } from 'drizzle-orm/pg-core';

const moment = () => timestamp({ withTimezone: true });
const bytea = customType<{ data: Buffer }>({ dataType: () => 'bytea' });

/** Names under which a published profile is found besides its own words, in every language. */
export interface FoundBy {
  places: string;
  words: string;
}

/** What a partner publishes to be found in a country: its draft, and beside it what customers see. */
export const businessProfiles = pgTable('business_profiles', {
  id: uuid().primaryKey(),
  partnerId: uuid().notNull(),
  country: text().notNull(),
  draft: jsonb().$type<ProfileContent>().notNull(),
  published: jsonb().$type<ProfileContent>(),
  foundBy: jsonb().$type<FoundBy>(),
  publishedAt: moment(),
  firstPublishedAt: moment(),
  changedBy: text().notNull(),
  changedAt: moment().notNull(),
  createdAt: moment().notNull(),
  version: integer().notNull().default(1),
});
export type BusinessProfileRecord = typeof businessProfiles.$inferSelect;

/** A logo of our own making, named by the SHA-256 of its bytes. */
export const businessProfileLogos = pgTable(
  'business_profile_logos',
  {
    partnerId: uuid().notNull(),
    hash: text().notNull(),
    mediaType: text().$type<'image/png' | 'image/jpeg'>().notNull(),
    width: integer().notNull(),
    height: integer().notNull(),
    bytes: bytea().notNull(),
    createdAt: moment().notNull(),
  },
  (table) => [primaryKey({ columns: [table.partnerId, table.hash] })],
);

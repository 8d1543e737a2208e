import { createHash } from 'node:crypto';
import { emptyProfile, type ProfileContent } from '@clientele/domain';
import type { Sql } from 'postgres';
import { newId } from '../ids.ts';
import { insertRow } from './builders.ts';

/** A picture of one red pixel, as our own encoder makes PNGs. */
const redPixel = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mP8z8Dwn4EIAAAxEAMB4XvJ8QAAAABJRU5ErkJggg==',
  'base64',
);

/** The row of a logo; gives what a profile says of it. */
export async function aProfileLogo(sql: Sql, partner: { id: string }, bytes = redPixel) {
  const hash = createHash('sha256').update(bytes).digest('hex');
  const logo = { hash, mediaType: 'image/png', width: 1, height: 1 } as const;
  await insertRow(sql, 'business_profile_logos', { ...logo, partnerId: partner.id, bytes, createdAt: new Date() });
  return logo;
}

/**
 * A published business profile with a description, a service and an industry. With `published: null` it is a draft only; `places` are the names under
 * which its places are found.
 */
export async function aBusinessProfile(
  sql: Sql,
  partner: { id: string },
  author: { id: string },
  more: Partial<{
    country: string;
    content: Partial<ProfileContent>;
    published: Partial<ProfileContent> | null;
    places: string;
    words: string;
    publishedAt: Date;
  }> = {},
) {
  const { country = 'JP', places = '', words = '', publishedAt = new Date() } = more;
  const draft: ProfileContent = {
    ...emptyProfile,
    description: 'We move companies to the cloud and look after them there.',
    services: ['migration'],
    industries: ['retail'],
    ...more.content,
  };
  const published = more.published === null ? null : { ...draft, ...more.published };
  const profile = { id: newId(), country, draft, published };
  await insertRow(sql, 'business_profiles', {
    ...profile,
    ...{ partnerId: partner.id, changedBy: author.id, changedAt: publishedAt, createdAt: publishedAt },
    ...(published ? { foundBy: { places, words }, publishedAt, firstPublishedAt: publishedAt } : { published: undefined }),
  });
  return profile;
}

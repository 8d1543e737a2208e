import { profileHints, profileStates } from '@clientele/domain';
import { z } from 'zod';
import { endpoint } from './endpoint.ts';
import { address, allowed, country, id, moment, nothing, nullableMoment, text } from './fields.ts';

/** As long as any of its texts may be; how long each may be, in characters as people count them, is `checkProfile`'s matter. */
const words = text(20_000);
const chosen = z.array(z.string().max(100)).max(100);

/** A place of the partner, in the country of the profile. */
const profileLocation = z.object({ name: words, address });

/** What a profile says, but for its logo, which is uploaded by itself. */
const profileText = z.object({
  /** Empty while there is none, as the web site. */
  description: words,
  webSite: words,
  industries: chosen,
  products: chosen,
  services: chosen,
  companySizes: chosen,
  tags: z.array(words).max(100),
  locations: z.array(profileLocation).max(100),
});
export type ProfileText = z.output<typeof profileText>;

/** Of our own making, whatever was uploaded; its address is `/api/business-profiles/logos/<hash>`. */
const profileLogo = z.object({
  hash: z.string(),
  mediaType: z.enum(['image/png', 'image/jpeg']),
  width: z.int(),
  height: z.int(),
});
const profileContent = profileText.extend({ logo: profileLogo.nullable() });

/** What a partner publishes to be found in a country: its draft, and beside it what customers see. */
export const businessProfile = z.object({
  id,
  country,
  state: z.enum(profileStates),
  draft: profileContent,
  published: profileContent.nullable(),
  /** What customers would see differently, were the draft published. */
  changedFields: z.array(z.string()),
  publishedAt: nullableMoment,
  firstPublishedAt: nullableMoment,
  changedAt: moment,
  changedBy: z.string().nullable(),
  version: z.int(),
  /** How complete the draft is. */
  standing: z.object({
    hints: z.array(z.object({ name: z.enum(profileHints), done: z.boolean(), needed: z.boolean() })),
    done: z.int(),
    of: z.int(),
    canPublish: z.boolean(),
  }),
  actions: z.object({ edit: allowed, publish: allowed, unpublish: allowed, discardDraft: allowed, remove: allowed }),
});
export type BusinessProfile = z.output<typeof businessProfile>;

const params = z.object({ profileId: id });

export const listBusinessProfiles = endpoint({
  name: 'listBusinessProfiles',
  method: 'GET',
  path: '/api/business-profiles',
  summary: 'The partner’s business profiles, one for each country at most.',
  tag: 'Business profiles',
  access: 'business-profiles.see',
  result: z.object({ items: z.array(businessProfile), actions: z.object({ create: allowed }) }),
});

export const getBusinessProfile = endpoint({
  name: 'getBusinessProfile',
  method: 'GET',
  path: '/api/business-profiles/:profileId',
  summary: 'One business profile: its draft, and what customers see.',
  tag: 'Business profiles',
  access: 'business-profiles.see',
  params,
  result: businessProfile,
  etag: true,
});

export const createBusinessProfile = endpoint({
  name: 'createBusinessProfile',
  method: 'POST',
  path: '/api/business-profiles',
  summary: 'Begins a draft for a country that has none; with what another profile says, when it is named, but for its places.',
  tag: 'Business profiles',
  access: 'business-profiles.manage',
  body: z.object({ country, from: id.optional() }),
  result: businessProfile,
  etag: true,
  status: 201,
});

export const changeBusinessProfile = endpoint({
  name: 'changeBusinessProfile',
  method: 'PUT',
  path: '/api/business-profiles/:profileId/draft',
  summary: 'Changes the draft. What customers see stays what it is until the draft is published.',
  tag: 'Business profiles',
  access: 'business-profiles.manage',
  params,
  body: profileText,
  result: businessProfile,
  etag: true,
  ifMatch: true,
});

export const discardProfileDraft = endpoint({
  name: 'discardProfileDraft',
  method: 'POST',
  path: '/api/business-profiles/:profileId/discard-draft',
  summary: 'Goes back to what customers see; 409 where nothing is published.',
  tag: 'Business profiles',
  access: 'business-profiles.manage',
  params,
  body: nothing,
  result: businessProfile,
  etag: true,
  ifMatch: true,
});

export const setProfileLogo = endpoint({
  name: 'setProfileLogo',
  method: 'PUT',
  path: '/api/business-profiles/:profileId/logo',
  summary: 'Takes a GIF, JPEG or PNG (at most 2 MB) as the body; a logo of at most 300 pixels is drawn anew from it into the draft.',
  tag: 'Business profiles',
  access: 'business-profiles.manage',
  params,
  takes: 'image/*',
  body: z.string(),
  result: businessProfile,
  etag: true,
  ifMatch: true,
});

export const removeProfileLogo = endpoint({
  name: 'removeProfileLogo',
  method: 'DELETE',
  path: '/api/business-profiles/:profileId/logo',
  summary: 'Takes the logo out of the draft.',
  tag: 'Business profiles',
  access: 'business-profiles.manage',
  params,
  body: nothing,
  result: businessProfile,
  etag: true,
  ifMatch: true,
});

export const getProfileLogo = endpoint({
  name: 'getProfileLogo',
  method: 'GET',
  path: '/api/business-profiles/logos/:hash',
  summary: 'A logo of the partner’s own, also one that is in a draft only.',
  tag: 'Business profiles',
  access: 'business-profiles.see',
  params: z.object({ hash: z.string().regex(/^[0-9a-f]{64}$/) }),
  gives: 'image/*',
  result: z.string(),
});

export const publishBusinessProfile = endpoint({
  name: 'publishBusinessProfile',
  method: 'POST',
  path: '/api/business-profiles/:profileId/publish',
  summary: 'Shows customers what stands in the draft; 422 at what is missing and needed.',
  tag: 'Business profiles',
  access: 'business-profiles.manage',
  params,
  body: nothing,
  result: businessProfile,
  etag: true,
  ifMatch: true,
});

export const unpublishBusinessProfile = endpoint({
  name: 'unpublishBusinessProfile',
  method: 'POST',
  path: '/api/business-profiles/:profileId/unpublish',
  summary: 'Takes the profile off “Find a partner” at once; the draft stays.',
  tag: 'Business profiles',
  access: 'business-profiles.manage',
  params,
  body: nothing,
  result: businessProfile,
  etag: true,
  ifMatch: true,
});

export const removeBusinessProfile = endpoint({
  name: 'removeBusinessProfile',
  method: 'DELETE',
  path: '/api/business-profiles/:profileId',
  summary: 'Removes a profile that was never published; 409 for any other.',
  tag: 'Business profiles',
  access: 'business-profiles.manage',
  params,
  body: nothing,
  result: nothing,
  ifMatch: true,
});

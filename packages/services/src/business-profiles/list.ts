import { businessProfiles, type Context, read, users } from '@clientele/db';
import { requireFeature } from '@clientele/domain';
import { asc, eq } from 'drizzle-orm';
import { allow } from '../access.ts';
import { type BusinessProfileView, loadProfile, viewOf } from './view.ts';

/** The partner's profiles, one for each country at most, and whether this person may add one. */
export async function listBusinessProfiles(ctx: Context) {
  requireFeature(ctx.partner.cloud, 'business-profile');
  const rows = await read(ctx, (tx) =>
    tx
      .select({ profile: businessProfiles, changedByName: users.name })
      .from(businessProfiles)
      .leftJoin(users, eq(users.id, businessProfiles.changedBy))
      .orderBy(asc(businessProfiles.country)),
  );
  return {
    items: rows.map(({ profile, changedByName }) => viewOf(ctx, { ...profile, changedByName })),
    actions: { create: allow(ctx, 'business-profiles.manage', true, '') },
  };
}

/** One of them. Throws `not_found`. */
export async function getBusinessProfile(ctx: Context, id: string): Promise<BusinessProfileView> {
  requireFeature(ctx.partner.cloud, 'business-profile');
  return read(ctx, (tx) => loadProfile(ctx, tx, id));
}

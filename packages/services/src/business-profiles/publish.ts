import { businessProfiles, type Context, transact } from '@clientele/db';
import {
  changedProfileFields,
  checkPublishable,
  emptyProfile,
  next,
  profileTransitions,
  refuseFields,
  requireFeature,
} from '@clientele/domain';
import { eq } from 'drizzle-orm';
import { demand, userIdOf } from '../access.ts';
import type { SeenProfile } from './change.ts';
import { foundBy } from './found-by.ts';
import { dropUnusedLogos } from './unused-logos.ts';
import { type BusinessProfileView, loadProfile, lockProfile, stateOf } from './view.ts';

/** Shows customers what stands in the draft. Refuses a draft in which something is missing that is needed, at its fields. */
export async function publishBusinessProfile(ctx: Context, seen: SeenProfile): Promise<BusinessProfileView> {
  requireFeature(ctx.partner.cloud, 'business-profile');
  demand(ctx, 'business-profiles.manage');
  return transact(ctx, async (tx) => {
    const row = await lockProfile(tx, seen);
    next('business profile', profileTransitions, stateOf(row), 'publish');
    const { id, country, version, draft } = row;
    refuseFields(checkPublishable(country, draft));
    const fields = changedProfileFields(row.published ?? emptyProfile, draft);
    if (row.published && fields.length === 0) return { result: await loadProfile(ctx, tx, id), events: [] };
    await tx
      .update(businessProfiles)
      .set({
        ...{ published: draft, foundBy: foundBy(country, draft), publishedAt: ctx.now, firstPublishedAt: row.firstPublishedAt ?? ctx.now },
        ...{ version: version + 1, changedBy: userIdOf(ctx), changedAt: ctx.now },
      })
      .where(eq(businessProfiles.id, id));
    await dropUnusedLogos(ctx, tx);
    return {
      result: await loadProfile(ctx, tx, id),
      events: [{ type: 'business_profile.published', data: { businessProfileId: id, country, fields } }],
    };
  });
}

/** Takes a profile off "find a partner" at once; its draft stays. Throws `illegal_transition` where nothing is published. */
export async function unpublishBusinessProfile(ctx: Context, seen: SeenProfile): Promise<BusinessProfileView> {
  requireFeature(ctx.partner.cloud, 'business-profile');
  demand(ctx, 'business-profiles.manage');
  return transact(ctx, async (tx) => {
    const row = await lockProfile(tx, seen);
    next('business profile', profileTransitions, stateOf(row), 'unpublish');
    const { id, country, version } = row;
    await tx
      .update(businessProfiles)
      .set({ published: null, foundBy: null, publishedAt: null, version: version + 1, changedBy: userIdOf(ctx), changedAt: ctx.now })
      .where(eq(businessProfiles.id, id));
    await dropUnusedLogos(ctx, tx);
    return {
      result: await loadProfile(ctx, tx, id),
      events: [{ type: 'business_profile.unpublished', data: { businessProfileId: id, country } }],
    };
  });
}

import { type BusinessProfileRecord, businessProfiles, type Context, type Transaction, transact } from '@clientele/db';
import {
  changedProfileFields,
  checkProfile,
  illegal,
  next,
  normalProfile,
  type ProfileContent,
  profileTransitions,
  refuseFields,
  requireFeature,
} from '@clientele/domain';
import { eq } from 'drizzle-orm';
import { demand, userIdOf } from '../access.ts';
import { dropUnusedLogos } from './unused-logos.ts';
import { type BusinessProfileView, loadProfile, lockProfile, stateOf } from './view.ts';

export interface SeenProfile {
  id: string;
  /** As it was seen. */
  version: number;
}

/** What stands in the draft now; the logo has a way of its own. What is published stays what it is. */
export async function changeBusinessProfile(
  ctx: Context,
  { content, ...seen }: SeenProfile & { content: Omit<ProfileContent, 'logo'> },
): Promise<BusinessProfileView> {
  requireFeature(ctx.partner.cloud, 'business-profile');
  demand(ctx, 'business-profiles.manage');
  return transact(ctx, async (tx) => {
    const row = await lockProfile(tx, seen);
    const draft = normalProfile({ ...content, logo: row.draft.logo });
    refuseFields(checkProfile(row.country, draft));
    return saveDraft(ctx, tx, row, draft);
  });
}

/** Keeps a draft, and says what changed; nothing at all when nothing did. */
export async function saveDraft(ctx: Context, tx: Transaction, row: BusinessProfileRecord, draft: ProfileContent) {
  const { id, country, version } = row;
  const fields = changedProfileFields(row.draft, draft);
  if (fields.length === 0) return { result: await loadProfile(ctx, tx, id), events: [] };
  await tx
    .update(businessProfiles)
    .set({ draft, version: version + 1, changedBy: userIdOf(ctx), changedAt: ctx.now })
    .where(eq(businessProfiles.id, id));
  if (fields.includes('logo')) await dropUnusedLogos(ctx, tx);
  return {
    result: await loadProfile(ctx, tx, id),
    events: [{ type: 'business_profile.changed' as const, data: { businessProfileId: id, country, fields } }],
  };
}

/** Back to what customers see. Throws `illegal_transition` where nothing is published. */
export async function discardDraft(ctx: Context, seen: SeenProfile): Promise<BusinessProfileView> {
  requireFeature(ctx.partner.cloud, 'business-profile');
  demand(ctx, 'business-profiles.manage');
  return transact(ctx, async (tx) => {
    const row = await lockProfile(tx, seen);
    next('business profile', profileTransitions, stateOf(row), 'discard-draft');
    const { id, country, version, published } = row;
    await tx
      .update(businessProfiles)
      .set({ draft: published ?? row.draft, version: version + 1, changedBy: userIdOf(ctx), changedAt: ctx.now })
      .where(eq(businessProfiles.id, id));
    await dropUnusedLogos(ctx, tx);
    return {
      result: await loadProfile(ctx, tx, id),
      events: [{ type: 'business_profile.draft_discarded', data: { businessProfileId: id, country } }],
    };
  });
}

/** Removes a profile that nobody has ever seen. Throws `illegal_transition` for one that was published once: an enquiry may have come of it. */
export async function removeBusinessProfile(ctx: Context, seen: SeenProfile): Promise<Record<string, never>> {
  requireFeature(ctx.partner.cloud, 'business-profile');
  demand(ctx, 'business-profiles.manage');
  return transact(ctx, async (tx) => {
    const { id, country, firstPublishedAt } = await lockProfile(tx, seen);
    if (firstPublishedAt) throw illegal('business profile', 'published once', 'be removed');
    await tx.delete(businessProfiles).where(eq(businessProfiles.id, id));
    await dropUnusedLogos(ctx, tx);
    return { result: {}, events: [{ type: 'business_profile.removed', data: { businessProfileId: id, country } }] };
  });
}

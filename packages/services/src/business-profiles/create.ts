import { businessProfiles, type Context, newId, transact } from '@clientele/db';
import { cloudProfiles, emptyProfile, Refusal, requireFeature, rulesOf } from '@clientele/domain';
import { demand, userIdOf } from '../access.ts';
import { lockLogos } from './unused-logos.ts';
import { type BusinessProfileView, loadProfile } from './view.ts';

const refused = (rule: 'country' | 'profile_exists') =>
  new Refusal('validation_failed', 'Some fields need your attention.', { fields: [{ path: 'country', rule }] });

/** A new draft for a country that has none; with what another profile of the partner says, when that is named, but for its places. */
export async function createBusinessProfile(
  ctx: Context,
  { country, from }: { country: string; from?: string | undefined },
): Promise<BusinessProfileView> {
  requireFeature(ctx.partner.cloud, 'business-profile');
  demand(ctx, 'business-profiles.manage');
  const { countries } = cloudProfiles[ctx.partner.cloud];
  if (!rulesOf(country) || (countries.length > 0 && !countries.includes(country))) throw refused('country');
  return transact(ctx, async (tx) => {
    // Nobody removes its logo meanwhile.
    if (from !== undefined) await lockLogos(ctx, tx);
    const copied = from === undefined ? null : await loadProfile(ctx, tx, from);
    const id = newId();
    const saved = await tx
      .insert(businessProfiles)
      .values({
        ...{ id, partnerId: ctx.partner.id, country },
        // Places are in the other country.
        draft: { ...emptyProfile, ...copied?.draft, locations: [] },
        ...{ changedBy: userIdOf(ctx), changedAt: ctx.now, createdAt: ctx.now },
      })
      .onConflictDoNothing()
      .returning({ id: businessProfiles.id });
    if (saved.length === 0) throw refused('profile_exists');
    return {
      result: await loadProfile(ctx, tx, id),
      events: [{ type: 'business_profile.created', data: { businessProfileId: id, country } }],
    };
  });
}

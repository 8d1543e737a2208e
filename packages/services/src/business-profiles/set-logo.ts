import { businessProfileLogos, type Context, read, type Transaction, transact } from '@clientele/db';
import { notFound, requireFeature } from '@clientele/domain';
import { and, eq } from 'drizzle-orm';
import { demand } from '../access.ts';
import { type SeenProfile, saveDraft } from './change.ts';
import { type MadeLogo, makeLogo } from './logo.ts';
import { lockLogos } from './unused-logos.ts';
import { type BusinessProfileView, loadProfile, lockProfile } from './view.ts';

/** Puts a logo, drawn anew from what was uploaded, into the draft. What customers see stays until it is published. */
export async function setProfileLogo(
  ctx: Context,
  { uploaded, ...seen }: SeenProfile & { uploaded: Buffer },
): Promise<BusinessProfileView> {
  requireFeature(ctx.partner.cloud, 'business-profile');
  demand(ctx, 'business-profiles.manage');
  // Drawing takes longer than asking whether there is anything to draw for.
  await read(ctx, (tx) => loadProfile(ctx, tx, seen.id));
  const { bytes, ...logo } = await makeLogo(uploaded);
  return transact(ctx, async (tx) => {
    const row = await lockProfile(tx, seen);
    await keepLogo(ctx, tx, { ...logo, bytes });
    return saveDraft(ctx, tx, row, { ...row.draft, logo });
  });
}

async function keepLogo(ctx: Context, tx: Transaction, logo: MadeLogo): Promise<void> {
  await lockLogos(ctx, tx);
  await tx
    .insert(businessProfileLogos)
    .values({ ...logo, partnerId: ctx.partner.id, createdAt: ctx.now })
    .onConflictDoNothing();
}

/** Takes the logo out of the draft. */
export async function removeProfileLogo(ctx: Context, seen: SeenProfile): Promise<BusinessProfileView> {
  requireFeature(ctx.partner.cloud, 'business-profile');
  demand(ctx, 'business-profiles.manage');
  return transact(ctx, async (tx) => {
    const row = await lockProfile(tx, seen);
    return saveDraft(ctx, tx, row, { ...row.draft, logo: null });
  });
}

/** A logo of the partner's own, also one that is in a draft only. Throws `not_found`. */
export async function openOwnLogo(ctx: Context, hash: string): Promise<{ mediaType: string; bytes: Buffer }> {
  requireFeature(ctx.partner.cloud, 'business-profile');
  const [logo] = await read(ctx, (tx) =>
    tx
      .select({ mediaType: businessProfileLogos.mediaType, bytes: businessProfileLogos.bytes })
      .from(businessProfileLogos)
      .where(and(eq(businessProfileLogos.partnerId, ctx.partner.id), eq(businessProfileLogos.hash, hash))),
  );
  if (!logo) throw notFound('logo');
  return logo;
}

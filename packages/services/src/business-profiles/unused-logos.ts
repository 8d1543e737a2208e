import type { Context, Transaction } from '@clientele/db';
import { sql } from 'drizzle-orm';

/** Whoever names a logo in a draft, or removes what nobody names, does so alone: otherwise one is removed that is being named. */
export async function lockLogos(ctx: Context, tx: Transaction): Promise<void> {
  await tx.execute(sql`select pg_advisory_xact_lock(hashtextextended(${`logos of ${ctx.partner.id}`}, 0))`);
}

/** Removes the partner's logos that stand in no draft and on no published profile any more. */
export async function dropUnusedLogos(ctx: Context, tx: Transaction): Promise<void> {
  await lockLogos(ctx, tx);
  await tx.execute(sql`delete from business_profile_logos l where partner_id = ${ctx.partner.id} and not exists (
    select from business_profiles b where b.partner_id = l.partner_id and l.hash in (b.draft->'logo'->>'hash', b.published->'logo'->>'hash'))`);
}

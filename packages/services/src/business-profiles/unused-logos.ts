import type { Transaction } from '@clientele/db';
import { sql } from 'drizzle-orm';

/** Removes the partner's logos that stand in no draft and on no published profile any more. */
export async function dropUnusedLogos(tx: Transaction): Promise<void> {
  await tx.execute(sql`delete from business_profile_logos l where partner_id = current_partner_id() and not exists (
    select from business_profiles b where b.partner_id = l.partner_id and l.hash in (b.draft->'logo'->>'hash', b.published->'logo'->>'hash'))`);
}

import { type Context, partnerSettings, read, type Transaction } from '@clientele/db';
import { type PartnerSettings, settingsFrom } from '@clientele/domain';
import { eq } from 'drizzle-orm';

/** For how many days the partner asks for delegated admin unless a person says otherwise. */
export async function usualDelegatedAdminDays(ctx: Context): Promise<number> {
  return (await read(ctx, (tx) => settingsOf(ctx, tx))).delegatedAdminDays;
}

/** The partner's settings as they are in this transaction. */
export async function settingsOf(ctx: Context, tx: Transaction): Promise<PartnerSettings> {
  const [row] = await tx
    .select({ settings: partnerSettings.settings })
    .from(partnerSettings)
    .where(eq(partnerSettings.partnerId, ctx.partner.id));
  return settingsFrom(row?.settings ?? {});
}

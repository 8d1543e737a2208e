import { type Context, partnerSettings, read, type Transaction, users } from '@clientele/db';
import { settingsFrom } from '@clientele/domain';
import { eq } from 'drizzle-orm';
import { allow } from '../access.ts';

/** The settings in force, who set them last, and whether this person may change them. */
export async function loadSettings(ctx: Context, tx: Transaction) {
  const [row] = await tx
    .select({
      settings: partnerSettings.settings,
      version: partnerSettings.version,
      changedAt: partnerSettings.changedAt,
      changedBy: users.name,
    })
    .from(partnerSettings)
    .leftJoin(users, eq(users.id, partnerSettings.changedBy))
    .where(eq(partnerSettings.partnerId, ctx.partner.id));
  return {
    ...settingsFrom(row?.settings ?? {}),
    version: row?.version ?? 0,
    changedBy: row?.changedBy ?? null,
    changedAt: row?.changedAt ?? null,
    actions: { change: allow(ctx, 'partner.manage', true, '') },
  };
}
export type SettingsView = Awaited<ReturnType<typeof loadSettings>>;

/** What the partner has set for itself; everybody who works for it may see that. */
export async function getSettings(ctx: Context): Promise<SettingsView> {
  return read(ctx, (tx) => loadSettings(ctx, tx));
}

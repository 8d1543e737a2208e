import { type Context, partnerSettings, type Transaction, transact, users } from '@clientele/db';
import { changedSettings, checkSettings, type PartnerSettings, Refusal, refuseFields, settingsFrom } from '@clientele/domain';
import { and, eq } from 'drizzle-orm';
import { demand, userIdOf } from '../access.ts';
import { loadSettings, type SettingsView } from './view.ts';

export type SettingsChange = { [Name in keyof PartnerSettings]?: PartnerSettings[Name] | undefined };

/** The brakes: whoever has a key only must not loosen them. */
const forPeople = ['secondFactorGraceDays', 'endNeedsSecondPerson'] as const;

/**
 * Changes the settings that are given and no other. Throws `conflict`, saying who, when somebody was quicker, and `forbidden` for a program that
 * changes a brake.
 */
export async function changeSettings(ctx: Context, { version, ...change }: SettingsChange & { version: number }): Promise<SettingsView> {
  demand(ctx, 'partner.manage');
  if (ctx.actor.kind === 'api-key' && forPeople.some((name) => change[name] !== undefined))
    throw new Refusal('forbidden', 'This is for a person who is signed in, not for an API key.', { details: { reason: 'person' } });
  return transact(ctx, async (tx) => {
    const [row] = await tx.select().from(partnerSettings).where(eq(partnerSettings.partnerId, ctx.partner.id)).for('update');
    if ((row?.version ?? 0) !== version) throw await changedMeanwhile(tx, row);
    const before = settingsFrom(row?.settings ?? {});
    const given = Object.fromEntries(Object.entries(change).filter(([, value]) => value !== undefined)) as Partial<PartnerSettings>;
    const after = { ...before, ...given };
    refuseFields(checkSettings(after));
    const changes = changedSettings(before, after);
    if (Object.keys(changes).length === 0) return { result: await loadSettings(ctx, tx), events: [] };
    const values = { settings: { ...row?.settings, ...given }, version: version + 1, changedBy: userIdOf(ctx), changedAt: ctx.now };
    const saved = row
      ? await tx
          .update(partnerSettings)
          .set(values)
          .where(and(eq(partnerSettings.partnerId, ctx.partner.id), eq(partnerSettings.version, version)))
          .returning({ version: partnerSettings.version })
      : await tx
          .insert(partnerSettings)
          .values({ partnerId: ctx.partner.id, ...values })
          .onConflictDoNothing()
          .returning({ version: partnerSettings.version });
    if (saved.length === 0) throw await changedMeanwhile(tx, undefined);
    return {
      result: await loadSettings(ctx, tx),
      events: [{ type: 'partner.settings_changed', data: { settings: Object.keys(changes), version: version + 1, changes } }],
    };
  });
}

/** The refusal of a change that was made on top of an older version. */
async function changedMeanwhile(tx: Transaction, row: typeof partnerSettings.$inferSelect | undefined): Promise<Refusal> {
  const [author] = row ? await tx.select({ name: users.name }).from(users).where(eq(users.id, row.changedBy)) : [];
  return new Refusal('conflict', 'Somebody changed the settings meanwhile.', {
    details: { version: row?.version ?? null, by: author ? [author.name] : [], at: row?.changedAt.toISOString() ?? null },
  });
}

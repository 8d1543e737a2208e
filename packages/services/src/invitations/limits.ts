import { type Context, invitations, type Transaction } from '@clientele/db';
import { type InvitationLimits, Refusal } from '@clientele/domain';
import { and, count, eq, gt, sql } from 'drizzle-orm';
import { settingsOf } from '../partners/settings.ts';

const sentences: Record<keyof InvitationLimits, (most: number, now: number) => string> = {
  open: (most, now) => `You may have ${most} open invitations and have ${now}. Revoke some, or ask a global admin to raise the limit.`,
  perTenMinutes: (most, now) => `You may send ${most} invitations in ten minutes and have sent ${now}. Try again in some minutes.`,
  perDay: (most, now) =>
    `You may send ${most} invitations a day and have sent ${now}. Try again tomorrow, or ask a global admin to raise the limit.`,
};

/** How many more invitations each limit of the partner leaves room for. Other transactions that send wait until this one has ended. */
export async function roomForInvitations(ctx: Context, tx: Transaction) {
  await tx.execute(sql`select pg_advisory_xact_lock(hashtextextended(${`invitations ${ctx.partner.id}`}, 0))`);
  const { invitationLimits: limits } = await settingsOf(ctx, tx);
  const sentSince = (ms: number) =>
    tx
      .select({ now: count() })
      .from(invitations)
      .where(and(eq(invitations.partnerId, ctx.partner.id), gt(invitations.createdAt, new Date(ctx.now.getTime() - ms))));
  const [open, tenMinutes, day] = await Promise.all([
    tx
      .select({ now: count() })
      .from(invitations)
      .where(and(eq(invitations.partnerId, ctx.partner.id), eq(invitations.state, 'pending'))),
    sentSince(600_000),
    sentSince(86_400_000),
  ]);
  const now = { open: open[0]?.now ?? 0, perTenMinutes: tenMinutes[0]?.now ?? 0, perDay: day[0]?.now ?? 0 };
  return { limits, now };
}

/** Refuses one more invitation than the partner's limits allow; the refusal says the limit and how many there are. */
export async function requireRoomForInvitation(ctx: Context, tx: Transaction): Promise<void> {
  const { limits, now } = await roomForInvitations(ctx, tx);
  for (const limit of ['open', 'perTenMinutes', 'perDay'] as const)
    if (now[limit] >= limits[limit])
      throw new Refusal('limit_reached', sentences[limit](limits[limit], now[limit]), {
        details: { limit, most: limits[limit], now: now[limit] },
      });
}

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

/** How many more invitations the partner may send now, and the refusal of the one after these. */
export interface InvitationRoom {
  left: number;
  refusal: Refusal;
}

/**
 * The room that the partner's limits leave. The refusal says the limit that comes first, and how many there are. Other transactions that
 * send wait until this one has ended, so that together they do not exceed a limit.
 */
export async function roomForInvitations(ctx: Context, tx: Transaction): Promise<InvitationRoom> {
  await tx.execute(sql`select pg_advisory_xact_lock(hashtextextended(${`invitations ${ctx.partner.id}`}, 0))`);
  const sentSince = (ms: number) => counted(ctx, tx, gt(invitations.createdAt, new Date(ctx.now.getTime() - ms)));
  const [{ invitationLimits: limits }, open, perTenMinutes, perDay] = await Promise.all([
    settingsOf(ctx, tx),
    counted(ctx, tx, eq(invitations.state, 'pending')),
    sentSince(600_000),
    sentSince(86_400_000),
  ]);
  const now: InvitationLimits = { open, perTenMinutes, perDay };
  const [limit] = (['open', 'perTenMinutes', 'perDay'] as const).toSorted((a, b) => limits[a] - now[a] - (limits[b] - now[b])) as [
    keyof InvitationLimits,
  ];
  return {
    left: Math.max(0, limits[limit] - now[limit]),
    refusal: new Refusal('limit_reached', sentences[limit](limits[limit], Math.max(now[limit], limits[limit])), {
      details: { limit, most: limits[limit], now: Math.max(now[limit], limits[limit]) },
    }),
  };
}

async function counted(ctx: Context, tx: Transaction, which: ReturnType<typeof eq>): Promise<number> {
  const [row] = await tx
    .select({ now: count() })
    .from(invitations)
    .where(and(eq(invitations.partnerId, ctx.partner.id), which));
  return row?.now ?? 0;
}

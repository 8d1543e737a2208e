import { type Context, deliveries, read, type SuppressionRecord, suppressions, transact } from '@clientele/db';
import { illegal, notFound, type SuppressionReason } from '@clientele/domain';
import { and, asc, desc, eq, gt, ilike, lt, or, sql } from 'drizzle-orm';
import { allow, demand } from '../access.ts';
import { decodeCursor, decodeMoment, encodeCursor, escapeLike } from '../cursors.ts';

export interface SuppressionFilters {
  search?: string | undefined;
  reason: 'all' | SuppressionReason;
  after?: string | undefined;
  limit: number;
}

/** An address that gets no mail. Only its owner takes back that it wants none. */
function viewSuppression(ctx: Context, { email, reason, serverAnswer, since }: SuppressionRecord, invitationId: string | null) {
  return {
    email,
    reason,
    serverAnswer,
    since,
    invitationId,
    actions: { lift: allow(ctx, 'invitations.send', reason === 'bounced', reason) },
  };
}

/** The addresses that get no mail of the partner any more, newest first. */
export async function listSuppressions(ctx: Context, filters: SuppressionFilters) {
  demand(ctx, 'invitations.see');
  const chosen = and(
    eq(suppressions.partnerId, ctx.partner.id),
    filters.reason === 'all' ? undefined : eq(suppressions.reason, filters.reason),
    filters.search ? ilike(suppressions.email, `%${escapeLike(filters.search)}%`) : undefined,
  );
  return read(ctx, async (tx) => {
    const [since = '', email = ''] = filters.after ? decodeCursor(filters.after, 3) : [];
    const at = sql`${filters.after ? decodeMoment(since) : ''}::timestamptz`;
    const rows = await tx
      .select({ record: suppressions, invitationId: deliveries.invitationId })
      .from(suppressions)
      .leftJoin(deliveries, eq(deliveries.id, suppressions.deliveryId))
      .where(
        and(
          chosen,
          filters.after ? or(lt(suppressions.since, at), and(eq(suppressions.since, at), gt(suppressions.email, email))) : undefined,
        ),
      )
      .orderBy(desc(suppressions.since), asc(suppressions.email))
      .limit(filters.limit + 1);
    const items = rows.slice(0, filters.limit).map(({ record, invitationId }) => viewSuppression(ctx, record, invitationId));
    const last = items.at(-1);
    return {
      items,
      next:
        rows.length > filters.limit && last
          ? encodeCursor([last.since.toISOString().replace('T', ' ').replace('Z', '+00'), last.email, ctx.partner.id])
          : null,
      total: { count: await tx.$count(suppressions, chosen), estimated: false },
    };
  });
}

/** Mails go to an address again that a mail came back from, because a person has checked it. Throws `not_found`, also for another partner's. */
export async function liftSuppression(ctx: Context, email: string): Promise<Record<string, never>> {
  demand(ctx, 'invitations.send');
  return transact(ctx, async (tx) => {
    const isIt = and(eq(suppressions.partnerId, ctx.partner.id), eq(suppressions.email, email.toLowerCase()));
    const [row] = await tx
      .select({ record: suppressions, invitationId: deliveries.invitationId, customerId: deliveries.customerId })
      .from(suppressions)
      .leftJoin(deliveries, eq(deliveries.id, suppressions.deliveryId))
      .where(isIt)
      .for('update', { of: suppressions });
    if (!row) throw notFound('suppressed address');
    const { reason, deliveryId } = row.record;
    if (reason !== 'bounced') throw illegal('suppressed address', reason, 'be lifted');
    await tx.delete(suppressions).where(isIt);
    return {
      result: {},
      events: [
        {
          type: 'mail.suppression_lifted',
          invitationId: row.invitationId,
          customerId: row.customerId,
          data: { because: reason, ...(deliveryId ? { deliveryId } : {}) },
        },
      ],
    };
  });
}

import { type Context, logVerifications, newId, transact } from '@clientele/db';
import { and, eq, isNull } from 'drizzle-orm';
import { type Verification, type VerifyOptions, verifyLog } from './verify.ts';

/** Looks through the partner's log and notes the outcome, for everyone who asked; what is wrong stands in the log itself, too. */
export async function carryOutVerification(ctx: Context, options: VerifyOptions): Promise<Verification> {
  const verification = await verifyLog(ctx, options);
  const { seq, records, problems } = verification;
  const outcome = { finishedAt: new Date(), seq, records, problems };
  await transact(ctx, async (tx) => {
    const asked = await tx
      .update(logVerifications)
      .set(outcome)
      .where(and(eq(logVerifications.partnerId, ctx.partner.id), isNull(logVerifications.finishedAt)))
      .returning({ id: logVerifications.id });
    if (asked.length === 0)
      await tx
        .insert(logVerifications)
        .values({ id: newId(), partnerId: ctx.partner.id, requestedBy: null, requestedAt: ctx.now, ...outcome });
    const events = problems.length > 0 ? [{ type: 'log.problems_found' as const, data: { problems: problems.length } }] : [];
    return { result: undefined, events };
  });
  return verification;
}

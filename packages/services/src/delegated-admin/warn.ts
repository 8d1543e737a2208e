import { type Context, type Transaction, transact } from '@clientele/db';
import { type NewEvent, nextWarningAt, warningAt } from '@clientele/domain';
import { sql } from 'drizzle-orm';
import { queueMail } from '../deliveries/queue.ts';
import { partnerUsersWhoMay } from '../partners/who-may.ts';
import { mostNamedInMail } from './take-away.ts';

/** So many customers are one digest; a partner with more due on one day gets another. */
const mostAtOnce = 20_000;

/**
 * Warns a partner of what ends soon: one mail to each of its people who may ask for more, about every customer whose warning is due. Each warning
 * is marked as given with the mail, so it is given once, whoever else looks at the same moment; one that was missed while nobody looked is
 * not made up for besides the one that fits now. Gives how many customers it was about.
 */
export async function warnOfEnds(ctx: Context): Promise<number> {
  return transact(ctx, async (tx) => {
    const due = await lockDue(ctx, tx);
    const marks = due.map(({ id, until }) => ({ id, next: nextWarningAt(until, ctx.now)?.toISOString() ?? null }));
    if (marks.length === 0) return { result: 0, events: [] };
    await tx.execute(sql`
      update customers c set delegated_admin_warn_at = m.next
      from jsonb_to_recordset(${JSON.stringify(marks)}::jsonb) as m (id uuid, next timestamptz) where c.id = m.id`);
    const warned = due.flatMap(({ id, until }) => {
      const days = warningAt(until, ctx.now);
      return days === null ? [] : [{ id, days }];
    });
    const events: NewEvent[] = warned.map(({ id, days }) => ({ type: 'delegated_admin.warned', customerId: id, data: { days } }));
    const named = warned.slice(0, mostNamedInMail).map(({ id }) => id);
    for (const user of warned.length === 0 ? [] : await partnerUsersWhoMay(ctx, tx, 'delegated-admin.request'))
      events.push(
        await queueMail(ctx, tx, {
          kind: 'delegated_admin_digest',
          recipient: user.email,
          language: user.language,
          facts: { userId: user.id, customerIds: named, count: warned.length },
        }),
      );
    return { result: warned.length, events };
  });
}

/** Whose warning is due, those that end first first. */
async function lockDue(ctx: Context, tx: Transaction): Promise<{ id: string; until: Date }[]> {
  const rows = await tx.execute<{ id: string; until: string }>(sql`
    select id, delegated_admin_until as until from customers
    where partner_id = ${ctx.partner.id}::uuid and delegated_admin and delegated_admin_warn_at <= ${ctx.now.toISOString()}::timestamptz
    order by id limit ${mostAtOnce} for update`);
  return rows.map(({ id, until }) => ({ id, until: new Date(until) })).sort((a, b) => a.until.getTime() - b.until.getTime());
}

import { type Context, leads, type Transaction, transact } from '@clientele/db';
import { decideLead, leadWarningAt, type NewEvent, nextLeadWarningAt } from '@clientele/domain';
import { and, eq, sql } from 'drizzle-orm';
import { tellCustomer, tellPeople } from './tell.ts';
import { lockLead } from './view.ts';

/** Ends a lead that nobody has answered in time, and tells its customer. Does nothing when it was answered meanwhile, or by another worker. */
export async function expireLead(ctx: Context, leadId: string): Promise<void> {
  await transact(ctx, async (tx) => {
    const lead = await lockLead(tx, leadId);
    if (lead.state !== 'received' || lead.expiresAt > ctx.now) return { result: undefined, events: [] };
    await tx
      .update(leads)
      .set({ state: decideLead(lead, 'expire', ctx.now), warnAt: null, version: lead.version + 1 })
      .where(and(eq(leads.id, leadId), eq(leads.state, 'received')));
    return {
      result: undefined,
      events: [{ type: 'lead.expired', data: { leadId } }, ...(await tellCustomer(ctx, tx, lead, 'expired'))],
    };
  });
}

/** So many leads one mail names; of the others it says how many there are. */
const mostLeadsNamed = 20;
/** So many are marked at once; a partner with more due on one day gets another mail. */
const mostAtOnce = 5000;

/**
 * Warns a partner of leads that run out soon: one mail to each of its people, about all whose warning is due. The mark is set with the mail, so a warning is
 * given once, whoever else looks at the same moment. Gives how many leads it was about.
 */
export async function warnOfLeads(ctx: Context): Promise<number> {
  return transact(ctx, async (tx) => {
    const due = await lockDue(ctx, tx);
    const marks = due.map(({ id, expiresAt }) => ({ id, next: nextLeadWarningAt(expiresAt, ctx.now)?.toISOString() ?? null }));
    if (marks.length === 0) return { result: 0, events: [] };
    await tx.execute(sql`
      update leads l set warn_at = m.next
      from jsonb_to_recordset(${JSON.stringify(marks)}::jsonb) as m (id uuid, next timestamptz) where l.id = m.id`);
    const warned = due.flatMap(({ id, expiresAt }) => {
      const days = leadWarningAt(expiresAt, ctx.now);
      return days === null ? [] : [{ id, days }];
    });
    if (warned.length === 0) return { result: 0, events: [] };
    const events: NewEvent[] = warned.map(({ id, days }) => ({ type: 'lead.warned', data: { leadId: id, days } }));
    const named = warned.slice(0, mostLeadsNamed).map(({ id }) => id);
    return {
      result: warned.length,
      events: [...events, ...(await tellPeople(ctx, tx, 'leads_expiring_partner', { leadIds: named, count: warned.length }))],
    };
  });
}

/** Whose warning is due, those that run out first first. */
async function lockDue(ctx: Context, tx: Transaction): Promise<{ id: string; expiresAt: Date }[]> {
  const rows = await tx.execute<{ id: string; expires_at: string }>(sql`
    select id, expires_at from leads
    where partner_id = ${ctx.partner.id}::uuid and state = 'received' and warn_at <= ${ctx.now.toISOString()}::timestamptz
    order by id limit ${mostAtOnce} for update`);
  return rows
    .map(({ id, expires_at }) => ({ id, expiresAt: new Date(expires_at) }))
    .sort((a, b) => a.expiresAt.getTime() - b.expiresAt.getTime());
}

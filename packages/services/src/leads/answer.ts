import { type Context, type LeadRecord, leads, partnerUsers, type Transaction, transact, users } from '@clientele/db';
import {
  type Currency,
  checkCloseDate,
  checkDealValue,
  decideLead,
  type FieldError,
  type LeadCommand,
  leadStateAt,
  type NewEvent,
  Refusal,
  refuseFields,
} from '@clientele/domain';
import { and, eq, inArray, isNull } from 'drizzle-orm';
import { userIdOf } from '../access.ts';
import { demandLeads } from './feature.ts';
import { tellCustomer } from './tell.ts';
import { type LeadView, loadLead, lockLead } from './view.ts';

/** What a deal is estimated to be. */
export interface Deal {
  dealName: string;
  value: { amount: number; currency: Currency };
  /** `YYYY-MM-DD` */
  closeDate: string;
  note: string;
  crmId?: string | undefined;
  campaignId?: string | undefined;
  /** Partner users who work on it. */
  team: string[];
}

const columnsOf = ({ value, crmId, campaignId, team, ...deal }: Deal) => ({
  ...deal,
  ...{ crmId: crmId ?? null, campaignId: campaignId ?? null, amount: value.amount, currency: value.currency, team: [...new Set(team)] },
});

/** Takes a lead on, with what is needed to follow it up. Its customer is told. */
export async function acceptLead(ctx: Context, input: { leadId: string } & Deal): Promise<LeadView> {
  const { leadId, ...deal } = input;
  return answerLead(ctx, leadId, 'accept', async (tx, lead) => {
    await requireDeal(ctx, tx, deal);
    return { set: columnsOf(deal), events: await tellCustomer(ctx, tx, lead, 'accepted') };
  });
}

/** Declines a lead. Its customer is told by mail, and offered to find another partner; the reason it is told, too. */
export async function declineLead(ctx: Context, { leadId, reason }: { leadId: string; reason: string }): Promise<LeadView> {
  return answerLead(ctx, leadId, 'decline', async (tx, lead) => ({
    set: { reason },
    events: await tellCustomer(ctx, tx, { ...lead, reason }, 'declined'),
  }));
}

export const winLead = (ctx: Context, leadId: string): Promise<LeadView> =>
  answerLead(ctx, leadId, 'win', async () => ({ set: {}, events: [] }));

export const loseLead = (ctx: Context, { leadId, reason }: { leadId: string; reason: string }): Promise<LeadView> =>
  answerLead(ctx, leadId, 'lose', async () => ({ set: { reason }, events: [] }));

const types = { accept: 'lead.accepted', decline: 'lead.declined', win: 'lead.won', lose: 'lead.lost' } as const;

async function answerLead(
  ctx: Context,
  leadId: string,
  command: Exclude<LeadCommand, 'expire'>,
  act: (tx: Transaction, lead: LeadRecord) => Promise<{ set: Partial<LeadRecord>; events: NewEvent[] }>,
): Promise<LeadView> {
  demandLeads(ctx, 'leads.manage');
  return transact(ctx, async (tx) => {
    const lead = await lockLead(tx, leadId);
    const state = await decided(ctx, tx, lead, command);
    const { set, events } = await act(tx, lead);
    const isAnswer = command === 'accept' || command === 'decline';
    await tx
      .update(leads)
      .set({
        ...set,
        state,
        ...(isAnswer ? { answeredAt: ctx.now, answeredBy: userIdOf(ctx), warnAt: null } : { closedAt: ctx.now, closedBy: userIdOf(ctx) }),
        version: lead.version + 1,
      })
      .where(and(eq(leads.id, leadId), eq(leads.version, lead.version)));
    return { result: await loadLead(ctx, tx, leadId), events: [{ type: types[command], data: { leadId } }, ...events] };
  });
}

/** Two who answer at once: the second is told what has changed, by whom, and when. */
async function decided(ctx: Context, tx: Transaction, lead: LeadRecord, command: LeadCommand) {
  try {
    return decideLead(lead, command, ctx.now);
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    throw new Refusal(error.code, error.message, { details: { ...error.details, ...(await lastChange(tx, lead)) } });
  }
}

async function lastChange(tx: Transaction, lead: LeadRecord): Promise<Record<string, unknown>> {
  const userId = lead.closedBy ?? lead.answeredBy;
  const at = lead.closedAt ?? lead.answeredAt ?? lead.expiresAt;
  const [person] = userId ? await tx.select({ name: users.name }).from(users).where(eq(users.id, userId)) : [];
  return { by: person?.name ?? null, at: at.toISOString() };
}

/** What of a deal was estimated, estimated anew; on the version that the person has seen. */
export async function changeDeal(ctx: Context, input: { leadId: string; version: number } & Deal): Promise<LeadView> {
  demandLeads(ctx, 'leads.manage');
  const { leadId, version, ...deal } = input;
  return transact(ctx, async (tx) => {
    const lead = await lockLead(tx, leadId);
    const state = leadStateAt(lead, ctx.now);
    if (state !== 'accepted')
      throw new Refusal('illegal_transition', `A lead that is ${state} cannot be changed.`, {
        details: { thing: 'lead', state, command: 'change', ...(await lastChange(tx, lead)) },
      });
    if (lead.version !== version)
      throw new Refusal('conflict', 'Somebody has changed this lead since you opened it. Look at it again.', {
        details: { version: lead.version },
      });
    await requireDeal(ctx, tx, deal);
    const set = columnsOf(deal);
    const fields = Object.entries(set).flatMap(([name, value]) =>
      JSON.stringify(value) === JSON.stringify(lead[name as keyof LeadRecord]) ? [] : [name],
    );
    if (fields.length === 0) return { result: await loadLead(ctx, tx, leadId), events: [] };
    await tx
      .update(leads)
      .set({ ...set, version: version + 1 })
      .where(and(eq(leads.id, leadId), eq(leads.version, version)));
    return { result: await loadLead(ctx, tx, leadId), events: [{ type: 'lead.changed', data: { leadId, fields } }] };
  });
}

async function requireDeal(ctx: Context, tx: Transaction, { value, closeDate, team }: Deal): Promise<void> {
  const wrong: FieldError[] = [...checkDealValue(value), ...checkCloseDate(closeDate, ctx.now)];
  const named = [...new Set(team)];
  if (named.length > 0) {
    const people = await tx
      .select({ id: partnerUsers.userId })
      .from(partnerUsers)
      .where(and(eq(partnerUsers.partnerId, ctx.partner.id), inArray(partnerUsers.userId, named), isNull(partnerUsers.deactivatedAt)));
    const known = new Set(people.map(({ id }) => id));
    wrong.push(...team.flatMap((id, index): FieldError[] => (known.has(id) ? [] : [{ path: `team.${index}`, rule: 'not_a_colleague' }])));
  }
  refuseFields(wrong);
}

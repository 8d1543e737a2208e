import { type Context, leads, read, type Transaction } from '@clientele/db';
import { illegal, leadStateAt, type NewEvent, notFound } from '@clientele/domain';
import { and, eq, isNull } from 'drizzle-orm';
import { demandLeads } from './feature.ts';
import { loadLead, lockLead } from './view.ts';

/** A lead that a customer, or an invitation, is made from must be won, and must not have become one already. */
export async function requireWonLead(ctx: Context, leadId: string): Promise<void> {
  demandLeads(ctx, 'leads.manage');
  await read(ctx, (tx) => requireWon(ctx, tx, leadId));
}

async function requireWon(ctx: Context, tx: Transaction, leadId: string): Promise<void> {
  const [lead] = await tx.select().from(leads).where(eq(leads.id, leadId));
  if (!lead) throw notFound('lead');
  const state = leadStateAt(lead, ctx.now);
  if (state !== 'won') throw illegal('lead', state, 'become a customer');
  const { actions } = await loadLead(ctx, tx, leadId);
  const possible = actions.addCustomer.allowed || actions.requestRelationship.allowed;
  if (!possible) throw illegal('lead', 'has_customer', 'become a customer again');
}

/** The account of a won lead is there. */
export async function becomeCustomer(tx: Transaction, leadId: string, customerId: string): Promise<NewEvent[]> {
  const { count } = await tx
    .update(leads)
    .set({ customerId })
    .where(and(eq(leads.id, leadId), eq(leads.state, 'won'), isNull(leads.customerId)));
  return count === 0 ? [] : [{ type: 'lead.customer_added', customerId, data: { leadId } }];
}

/** The customer of a won lead is asked for a relationship. In the transaction of the invitation: both or neither. */
export async function becomeInvitation(ctx: Context, tx: Transaction, leadId: string, invitationId: string): Promise<NewEvent[]> {
  demandLeads(ctx, 'leads.manage');
  await lockLead(tx, leadId);
  await requireWon(ctx, tx, leadId);
  await tx.update(leads).set({ invitationId }).where(eq(leads.id, leadId));
  return [{ type: 'lead.relationship_requested', invitationId, data: { leadId } }];
}

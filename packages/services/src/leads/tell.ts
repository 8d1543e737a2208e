import type { Context, DeliveryFacts, LeadRecord, Transaction } from '@clientele/db';
import { mostToldOfLead, type NewEvent, permissions, type Role } from '@clientele/domain';
import { type MailOrder, queueMail, queueMails } from '../deliveries/queue.ts';
import { partnerUsersWhoMay } from '../partners/who-may.ts';

/** Whose daily work leads are comes first. */
const order: readonly Role[] = ['sales-agent', 'admin-agent', 'global-admin'];

/**
 * Whom a mail about leads goes to: everybody who may act on them, but never more than ten. Of more than that, sales agents come first, then admin agents,
 * then global admins; among equals who was here first (docs/adr/0042).
 */
async function peopleOfLeads(ctx: Context, tx: Transaction) {
  const people = await partnerUsersWhoMay(ctx, tx, 'leads.manage');
  const rankOf = (roles: readonly Role[]) =>
    order.findIndex((role) => roles.includes(role) && permissions['leads.manage'].includes(role as never));
  return people.toSorted((one, other) => rankOf(one.roles) - rankOf(other.roles)).slice(0, mostToldOfLead);
}

/** One mail to each of them. */
export async function tellPeople(
  ctx: Context,
  tx: Transaction,
  kind: 'lead_received_partner' | 'leads_expiring_partner',
  facts: DeliveryFacts,
): Promise<NewEvent[]> {
  const people = await peopleOfLeads(ctx, tx);
  const mails = people.map(({ id, email, language }): MailOrder => ({ kind, recipient: email, language, facts: { ...facts, userId: id } }));
  return queueMails(ctx, tx, mails);
}

/** Tells who has sent an enquiry what became of it. Whom a partner has entered by hand has asked for nothing, and gets nothing. */
export async function tellCustomer(
  ctx: Context,
  tx: Transaction,
  lead: LeadRecord,
  answer: 'accepted' | 'declined' | 'expired',
): Promise<NewEvent[]> {
  if (lead.type !== 'customer-enquiry' || lead.createdBy !== null) return [];
  const userId = 'roles' in ctx.actor && ctx.actor.kind === 'partner-user' && answer === 'accepted' ? { userId: ctx.actor.id } : {};
  return [
    await queueMail(ctx, tx, {
      kind: 'enquiry_answered_customer',
      recipient: lead.email,
      language: lead.language,
      facts: { leadId: lead.id, leadAnswer: answer, ...userId },
    }),
  ];
}

import { type Context, customers, invitations, type LeadRecord, leadFavourites, leads, type Transaction, users } from '@clientele/db';
import { canLead, isUrgentLead, leadPersonName, leadStateAt, notFound } from '@clientele/domain';
import { and, eq, inArray } from 'drizzle-orm';
import { allow, userIdOf } from '../access.ts';

/** What belongs to leads and stands in other tables. */
interface Beside {
  favourites: Set<string>;
  people: Map<string, string>;
  /** Of a won lead: its customer, by itself or by the invitation that was accepted. */
  customers: Map<string, { id: string; companyName: string }>;
  invitations: Map<string, { id: string; state: string; customerId: string | null }>;
}

function viewLead(ctx: Context, record: LeadRecord, beside: Beside) {
  const state = leadStateAt(record, ctx.now);
  const { id, type, companyName, email, phone, country, language, products, services, companySize, message, version } = record;
  const { firstName, lastName, receivedAt, expiresAt, answeredAt, closedAt, reason, dealName, amount, currency } = record;
  const { closeDate, note, crmId, campaignId, profileId } = record;
  const nameOf = (userId: string | null) => (userId ? (beside.people.get(userId) ?? null) : null);
  const invitation = record.invitationId ? beside.invitations.get(record.invitationId) : undefined;
  const customer = beside.customers.get(record.customerId ?? invitation?.customerId ?? '') ?? null;
  const can = (command: 'accept' | 'decline' | 'win' | 'lose') => allow(ctx, 'leads.manage', canLead(record, command, ctx.now), state);
  const isWon = state === 'won';
  const isFree = !customer && (!invitation || ['declined', 'revoked', 'expired'].includes(invitation.state));
  const becomes = isWon ? (customer ? 'has_customer' : 'is_asked') : state;
  return {
    ...{ id, type, state, companyName, firstName, lastName, email, phone, country, language, products, services, companySize, message },
    ...{ receivedAt, expiresAt, answeredAt, closedAt, reason, dealName, closeDate, note, crmId, campaignId, profileId, version },
    personName: leadPersonName(record),
    value: amount === null || currency === null ? null : { amount, currency },
    urgent: isUrgentLead(record, ctx.now),
    urgentUntil: record.urgentUntil,
    favourite: beside.favourites.has(id),
    createdBy: nameOf(record.createdBy),
    answeredBy: nameOf(record.answeredBy),
    closedBy: nameOf(record.closedBy),
    team: record.team.map((userId) => ({ id: userId, name: nameOf(userId) ?? '' })),
    customer,
    invitation: invitation ? { id: invitation.id, state: invitation.state } : null,
    actions: {
      accept: can('accept'),
      decline: can('decline'),
      win: can('win'),
      lose: can('lose'),
      edit: allow(ctx, 'leads.manage', state === 'accepted', state),
      addNote: allow(ctx, 'leads.manage', true, state),
      addCustomer: allow(ctx, 'customers.add', isWon && isFree, becomes),
      requestRelationship: allow(ctx, 'invitations.send', isWon && isFree, becomes),
    },
  };
}
export type LeadView = ReturnType<typeof viewLead>;

/** Leads in the given order, each with whom they name. */
export async function viewLeads(ctx: Context, tx: Transaction, records: LeadRecord[]): Promise<LeadView[]> {
  if (records.length === 0) return [];
  const ids = records.map(({ id }) => id);
  const userIds = [...new Set(records.flatMap((one) => [one.createdBy, one.answeredBy, one.closedBy, ...one.team]))].filter(
    (id) => id !== null,
  );
  const invitationIds = records.flatMap(({ invitationId }) => invitationId ?? []);
  const [favourites, people, asked] = await Promise.all([
    tx
      .select({ id: leadFavourites.leadId })
      .from(leadFavourites)
      .where(
        and(eq(leadFavourites.partnerId, ctx.partner.id), eq(leadFavourites.userId, userIdOf(ctx)), inArray(leadFavourites.leadId, ids)),
      ),
    userIds.length === 0 ? [] : tx.select({ id: users.id, name: users.name }).from(users).where(inArray(users.id, userIds)),
    invitationIds.length === 0
      ? []
      : tx
          .select({ id: invitations.id, state: invitations.state, customerId: invitations.customerId })
          .from(invitations)
          .where(inArray(invitations.id, invitationIds)),
  ]);
  const customerIds = [...records.map(({ customerId }) => customerId), ...asked.map(({ customerId }) => customerId)].filter(
    (id) => id !== null,
  );
  const known =
    customerIds.length === 0
      ? []
      : await tx.select({ id: customers.id, companyName: customers.companyName }).from(customers).where(inArray(customers.id, customerIds));
  const beside: Beside = {
    favourites: new Set(favourites.map(({ id }) => id)),
    people: new Map(people.map(({ id, name }) => [id, name])),
    customers: new Map(known.map((one) => [one.id, one])),
    invitations: new Map(asked.map((one) => [one.id, one])),
  };
  return records.map((record) => viewLead(ctx, record, beside));
}

/** One lead. Throws `not_found`, also for another partner's. */
export async function loadLead(ctx: Context, tx: Transaction, leadId: string): Promise<LeadView> {
  const [record] = await tx.select().from(leads).where(eq(leads.id, leadId));
  if (!record) throw notFound('lead');
  const [view] = await viewLeads(ctx, tx, [record]);
  return view as LeadView;
}

/** The row, locked until the transaction ends. Throws `not_found`, also for another partner's. */
export async function lockLead(tx: Transaction, leadId: string): Promise<LeadRecord> {
  const [record] = await tx.select().from(leads).where(eq(leads.id, leadId)).for('update');
  if (!record) throw notFound('lead');
  return record;
}

import { type Context, type CustomerRecord, customers, type InvitationRecord, type Transaction } from '@clientele/db';
import {
  commandsOf,
  type DelegatedAdmin,
  grantDelegatedAdmin,
  liveRelationshipStates,
  type NewEvent,
  next,
  noDelegatedAdmin,
  relationshipTransitions,
} from '@clientele/domain';
import { eq } from 'drizzle-orm';

/** What an acceptance agrees to, as far as one partner's relationship is concerned. */
type Asked = Pick<InvitationRecord, 'id' | 'delegatedAdmin' | 'delegatedAdminDays'>;

/** Makes the relationship live. What an ended one had comes back: support contact here, notes, tags and contacts never left the row. */
export async function establish(ctx: Context, tx: Transaction, invitation: Asked, customer: CustomerRecord): Promise<NewEvent[]> {
  const concerning = { customerId: customer.id, invitationId: invitation.id };
  const live = liveRelationshipStates.includes(customer.relationship);
  const again = customer.snapshot !== null || customer.relationshipEndedAt !== null;
  // Not asked through this row: the invitation went to an address or a domain, before or after the customer was imported.
  const requested = commandsOf(relationshipTransitions, customer.relationship).includes('request')
    ? next('relationship', relationshipTransitions, customer.relationship, 'request')
    : customer.relationship;
  const held: DelegatedAdmin = live ? customer : noDelegatedAdmin;
  // What is ending gets nothing more: its steps may have taken delegated admin back already.
  const isGranted = invitation.delegatedAdmin && customer.relationship !== 'ending';
  const granted = isGranted ? grantDelegatedAdmin(held, invitation.delegatedAdminDays, ctx.now) : held;
  const { delegatedAdmin, delegatedAdminSince, delegatedAdminUntil, delegatedAdminChangedAt, delegatedAdminWarnAt } = granted;
  await tx
    .update(customers)
    .set({
      relationship: live ? customer.relationship : next('relationship', relationshipTransitions, requested, 'accept'),
      relationshipSince: live ? customer.relationshipSince : ctx.now,
      relationshipEndedAt: null,
      ...{ delegatedAdmin, delegatedAdminSince, delegatedAdminUntil, delegatedAdminChangedAt, delegatedAdminWarnAt },
      ...(again && !live ? supportBefore(customer) : {}),
      snapshot: live ? customer.snapshot : null,
      version: customer.version + 1,
      ...(customer.agreementAcceptedAt ? {} : { agreementAcceptedAt: ctx.now, agreementBy: 'customer' as const }),
    })
    .where(eq(customers.id, customer.id));
  const events: NewEvent[] = [];
  if (!live) events.push({ type: again ? 'relationship.reinstated' : 'relationship.established', ...concerning, data: { delegatedAdmin } });
  return [...events, ...(isGranted ? grantEvents(invitation, customer, granted) : [])];
}

/** What the log says of a consent: granted, or its end moved. */
export function grantEvents(invitation: Asked, customer: CustomerRecord, granted: DelegatedAdmin): NewEvent[] {
  if (!granted.delegatedAdmin || !invitation.delegatedAdmin) return [];
  const concerning = { customerId: customer.id, invitationId: invitation.id };
  const data = { until: granted.delegatedAdminUntil?.toISOString() ?? null };
  return [{ type: customer.delegatedAdmin ? 'delegated_admin.extended' : 'delegated_admin.granted', ...concerning, data }];
}

/** The support contact that the end had taken away; where it took none, what is there now. */
function supportBefore({ snapshot, supportContact, supportResellerId }: CustomerRecord) {
  if (snapshot?.supportResellerId) return { supportContact: null, supportResellerId: snapshot.supportResellerId };
  return snapshot?.supportContact
    ? { supportContact: snapshot.supportContact, supportResellerId: null }
    : { supportContact, supportResellerId };
}

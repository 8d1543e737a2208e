import { type Context, customers, type Transaction, transact } from '@clientele/db';
import { illegal, type Language, type NewEvent, next, refuseFields, relationshipTransitions } from '@clientele/domain';
import { eq } from 'drizzle-orm';
import { demand } from '../access.ts';
import { lockCustomer } from '../customers/view.ts';
import { insertInvitation, requireDelegatedAdminChoice } from '../invitations/create.ts';
import type { Links } from '../invitations/links.ts';
import { type InvitationView, loadInvitation } from '../invitations/view.ts';

interface RelationshipRequest {
  customerId: string;
  /** Whom the mail goes to; the customer's contact unless told. */
  email?: string | undefined;
  recipientName?: string | undefined;
  message: string;
  delegatedAdmin: boolean;
  delegatedAdminDays?: number | undefined;
  language?: Language | undefined;
  /** Days until the request expires. */
  days?: number;
}

/** Asks a customer that is here without a relationship. Throws `illegal_transition` when it has been asked before or is a customer already. */
export async function requestRelationship(ctx: Context, links: Links, input: RelationshipRequest): Promise<InvitationView> {
  demand(ctx, 'invitations.send');
  requireDelegatedAdminChoice(ctx, input.delegatedAdmin);
  return transact(ctx, async (tx) => {
    const { id, events } = await requestWithin(ctx, tx, input);
    return { result: await loadInvitation(ctx, tx, links, id), events };
  });
}

/** The same in the caller's transaction, who has asked for permission. Return the events with the caller's own. */
export async function requestWithin(
  ctx: Context,
  tx: Transaction,
  input: RelationshipRequest,
): Promise<{ id: string; events: NewEvent[] }> {
  const customer = await lockCustomer(tx, input.customerId);
  // A former customer is asked by reinstating, which is another permission.
  if (customer.relationship !== 'none') throw illegal('relationship', customer.relationship, 'request');
  const email = input.email ?? customer.contact.email;
  if (!email) refuseFields([{ path: 'email', rule: 'required' }]);
  const relationship = next('relationship', relationshipTransitions, customer.relationship, 'request');
  const contactName = `${customer.contact.firstName} ${customer.contact.lastName}`.trim();
  const { id, events } = await insertInvitation(ctx, tx, {
    purpose: 'relationship',
    customerId: customer.id,
    email,
    recipientName: input.recipientName ?? (email === customer.contact.email && contactName ? contactName : undefined),
    companyName: customer.companyName,
    domain: customer.domain,
    language: input.language ?? customer.language,
    delegatedAdmin: input.delegatedAdmin,
    delegatedAdminDays: input.delegatedAdminDays,
    message: input.message,
    ...(input.days ? { days: input.days } : {}),
    sendMail: true,
  });
  await tx
    .update(customers)
    .set({ relationship, version: customer.version + 1 })
    .where(eq(customers.id, customer.id));
  return { id, events: [{ type: 'relationship.requested', customerId: customer.id, invitationId: id, data: {} }, ...events] };
}

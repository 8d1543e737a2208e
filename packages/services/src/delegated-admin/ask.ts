import { type Context, type CustomerRecord, type Transaction, transact } from '@clientele/db';
import { askableDelegatedAdmin, illegal, type NewEvent, refuseFields } from '@clientele/domain';
import { demand } from '../access.ts';
import { lockCustomer } from '../customers/view.ts';
import { type InvitationOrder, insertInvitation } from '../invitations/create.ts';
import type { Links } from '../invitations/links.ts';
import { type InvitationView, loadInvitation } from '../invitations/view.ts';

export interface DelegatedAdminRequest {
  /** For so many days: from the consent on, or from the end that there is. */
  days: number;
  /** Empty: the standard text in the customer's language. */
  message: string;
}

/**
 * Asks a customer for delegated admin, or for more time of it, at its contact. Until it consents nothing changes. Throws `illegal_transition` when
 * the relationship is not active or delegated admin has no end, and the refusals of an invitation (one is open, no mail goes there, a limit).
 */
export async function askDelegatedAdmin(
  ctx: Context,
  links: Links,
  { customerId, ...request }: DelegatedAdminRequest & { customerId: string },
): Promise<InvitationView> {
  demand(ctx, 'delegated-admin.request');
  return transact(ctx, async (tx) => {
    const { id, events } = await askWithin(ctx, tx, await lockCustomer(tx, customerId), request);
    return { result: await loadInvitation(ctx, tx, links, id), events };
  });
}

async function askWithin(
  ctx: Context,
  tx: Transaction,
  customer: CustomerRecord,
  { days, message }: DelegatedAdminRequest,
): Promise<{ id: string; events: NewEvent[] }> {
  const { can, state } = askableDelegatedAdmin(customer);
  if (!can) throw illegal('delegated admin', state, 'be asked for');
  if (!customer.contact.email) refuseFields([{ path: 'email', rule: 'required' }]);
  return insertInvitation(ctx, tx, orderTo(customer, { days, message }));
}

/** The request to a customer, at its contact. */
export function orderTo(customer: CustomerRecord, { days, message }: DelegatedAdminRequest): InvitationOrder {
  return {
    purpose: 'delegated-admin',
    customerId: customer.id,
    email: customer.contact.email,
    recipientName: `${customer.contact.firstName} ${customer.contact.lastName}`.trim() || undefined,
    companyName: customer.companyName,
    domain: customer.domain,
    language: customer.language,
    delegatedAdmin: true,
    delegatedAdminDays: days,
    message,
    sendMail: true,
  };
}

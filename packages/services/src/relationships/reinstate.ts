import { type Context, customers, transact } from '@clientele/db';
import { illegal, next, relationshipTransitions } from '@clientele/domain';
import { eq } from 'drizzle-orm';
import { demand } from '../access.ts';
import { lockCustomer } from '../customers/view.ts';
import { insertInvitation, requireDelegatedAdminChoice } from '../invitations/create.ts';
import type { Links } from '../invitations/links.ts';
import { type InvitationView, loadInvitation } from '../invitations/view.ts';

/** Asks a former customer again, at its primary contact. Until it consents nothing comes back. */
export async function reinstateRelationship(
  ctx: Context,
  links: Links,
  input: { customerId: string; message: string; delegatedAdmin: boolean; delegatedAdminDays?: number | undefined },
): Promise<InvitationView> {
  demand(ctx, 'relationship.reinstate');
  demand(ctx, 'invitations.send');
  requireDelegatedAdminChoice(ctx, input.delegatedAdmin);
  return transact(ctx, async (tx) => {
    const customer = await lockCustomer(tx, input.customerId);
    // One that never had a relationship is asked by requesting, which says something else to the customer.
    if (customer.relationship !== 'ended') throw illegal('relationship', customer.relationship, 'request');
    const relationship = next('relationship', relationshipTransitions, customer.relationship, 'request');
    await tx
      .update(customers)
      .set({ relationship, version: customer.version + 1 })
      .where(eq(customers.id, customer.id));
    const { id, events } = await insertInvitation(ctx, tx, {
      purpose: 'reinstate',
      customerId: customer.id,
      email: customer.contact.email,
      recipientName: `${customer.contact.firstName} ${customer.contact.lastName}`,
      companyName: customer.companyName,
      domain: customer.domain,
      language: customer.language,
      delegatedAdmin: input.delegatedAdmin,
      delegatedAdminDays: input.delegatedAdminDays,
      message: input.message,
      sendMail: true,
    });
    return {
      result: await loadInvitation(ctx, tx, links, id),
      events: [{ type: 'relationship.requested', customerId: customer.id, invitationId: id, data: {} }, ...events],
    };
  });
}

import { type Context, newId, partnerships, transact } from '@clientele/db';
import type { Language } from '@clientele/domain';
import { demand, userIdOf } from '../access.ts';
import { insertInvitation } from '../invitations/create.ts';
import type { Links } from '../invitations/links.ts';
import { type InvitationView, loadInvitation } from '../invitations/view.ts';

export interface NewPartnershipRequest {
  email: string;
  recipientName?: string | undefined;
  /** The reseller, as the provider calls it. */
  companyName: string;
  language: Language;
  message: string;
  days?: number | undefined;
  sendMail: boolean;
}

/** Asks a reseller for a partnership, by an invitation like any other. The partnership is there from now on, as `requested`. */
export async function requestPartnership(ctx: Context, links: Links, input: NewPartnershipRequest): Promise<InvitationView> {
  demand(ctx, 'partnerships.invite');
  return transact(ctx, async (tx) => {
    const { id, events } = await insertInvitation(ctx, tx, {
      ...input,
      purpose: 'partnership',
      customerId: null,
      domain: undefined,
      delegatedAdmin: false,
    });
    const partnershipId = newId();
    await tx.insert(partnerships).values({
      id: partnershipId,
      providerId: ctx.partner.id,
      state: 'requested',
      invitationId: id,
      companyName: input.companyName,
      requestedBy: userIdOf(ctx),
      requestedAt: ctx.now,
    });
    return {
      result: await loadInvitation(ctx, tx, links, id),
      events: [{ type: 'partnership.requested', invitationId: id, data: { partnershipId } }, ...events],
    };
  });
}

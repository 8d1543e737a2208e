import { invitations, transact } from '@clientele/db';
import { decideInvitation, requireAnswerer } from '@clientele/domain';
import { and, eq } from 'drizzle-orm';
import { withdrawRequest } from './change.ts';
import { type Base, contextOf, pendingInvitation, requireCustomerPurpose, standingOf } from './holders.ts';
import type { Links } from './links.ts';
import { tellBoth } from './tell.ts';

/** Declines an invitation, with a reason if the person gives one. The same people may decline as may accept. */
export async function declineInvitation(
  base: Base,
  links: Links,
  input: { token: string; reason?: string | undefined },
  person: { userId: string } | null,
): Promise<void> {
  const { ctx, invitationId } = await contextOf(base, links, input.token, person?.userId ?? null);
  await transact(ctx, async (tx) => {
    const invitation = await pendingInvitation(ctx, tx, links, input.token, invitationId);
    requireCustomerPurpose(invitation);
    const standing = await standingOf(ctx, tx, invitation, invitation.domain);
    requireAnswerer({ organizationHasUsers: standing.hasUsers, signedInAsGlobalAdmin: standing.role === 'global-admin' });
    await tx
      .update(invitations)
      .set({ state: decideInvitation(invitation, 'decline', ctx.now), answeredAt: ctx.now, declineReason: input.reason || null })
      .where(and(eq(invitations.id, invitationId), eq(invitations.state, 'pending')));
    return {
      result: undefined,
      events: [
        { type: 'invitation.declined', invitationId, customerId: invitation.customerId, data: { hasReason: Boolean(input.reason) } },
        ...(await withdrawRequest(ctx, tx, invitation, 'declined')),
        ...(await tellBoth(ctx, tx, invitation, { accepted: false, ...(input.reason ? { reason: input.reason } : {}) })),
      ],
    };
  });
}

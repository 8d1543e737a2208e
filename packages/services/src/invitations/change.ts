import { type Context, customers, deliveries, type InvitationRecord, invitations, type Transaction, transact } from '@clientele/db';
import {
  decideInvitation,
  illegal,
  invitationStateAt,
  type NewEvent,
  next,
  Refusal,
  relationshipTransitions,
  reminderAfterResend,
  withdrawalOf,
} from '@clientele/domain';
import { and, eq, inArray, ne, sql } from 'drizzle-orm';
import { demand } from '../access.ts';
import { lockCustomer } from '../customers/view.ts';
import { queueMail } from '../deliveries/queue.ts';
import { settingsOf } from '../partners/settings.ts';
import { withdrawPartnership } from '../partnerships/withdraw.ts';
import { requireNotSuppressed } from '../suppressions/suppress.ts';
import type { Links } from './links.ts';
import { type InvitationView, loadInvitation, lockInvitation } from './view.ts';

function requirePending(ctx: Context, invitation: InvitationRecord, command: string): void {
  const state = invitationStateAt(invitation, ctx.now);
  if (state !== 'pending') throw illegal('invitation', state, command);
}

/** Sends the mail again with the same link; the older mail's link stays good. To a mended address, if one is given, goes a new link. */
export async function resendInvitation(
  ctx: Context,
  links: Links,
  input: { invitationId: string; email?: string | undefined },
): Promise<InvitationView> {
  demand(ctx, 'invitations.send');
  return transact(ctx, async (tx) => {
    const invitation = await lockInvitation(tx, input.invitationId);
    requirePending(ctx, invitation, 'be sent again');
    const [underWay] = await tx
      .select({ state: deliveries.state })
      .from(deliveries)
      .where(
        and(
          eq(deliveries.invitationId, invitation.id),
          inArray(deliveries.kind, ['invitation', 'invitation_reminder']),
          inArray(deliveries.state, ['queued', 'sending']),
        ),
      )
      .limit(1);
    if (underWay) throw illegal('mail', underWay.state, 'be sent again');
    const email = input.email ?? invitation.email;
    if (email.toLowerCase() !== invitation.email.toLowerCase()) await changeAddress(ctx, tx, invitation.id, email);
    else await requireNotSuppressed(ctx, tx, email);
    // What is put off would go out besides the new one. The partner's own mail about a hand-over is another matter.
    await tx
      .update(deliveries)
      .set({ state: 'failed' })
      .where(
        and(
          eq(deliveries.invitationId, invitation.id),
          ne(deliveries.kind, 'hand_over_requested_partner'),
          eq(deliveries.state, 'deferred'),
        ),
      );
    const concerning = { invitationId: invitation.id, customerId: invitation.customerId };
    // Whoever has just got the mail anew is not reminded of it tomorrow morning.
    const nextReminderAt = reminderAfterResend(await settingsOf(ctx, tx), invitation, ctx.now);
    await tx.update(invitations).set({ nextReminderAt }).where(eq(invitations.id, invitation.id));
    const mail = await queueMail(ctx, tx, { kind: 'invitation', recipient: email, language: invitation.language, ...concerning });
    return {
      result: await loadInvitation(ctx, tx, links, invitation.id),
      events: [{ type: 'invitation.resent', ...concerning, data: {} }, mail],
    };
  });
}

async function changeAddress(ctx: Context, tx: Transaction, invitationId: string, email: string): Promise<void> {
  await requireNotSuppressed(ctx, tx, email);
  const [other] = await tx
    .select({ id: invitations.id })
    .from(invitations)
    .where(
      and(eq(invitations.state, 'pending'), eq(sql`lower(${invitations.email})`, email.toLowerCase()), ne(invitations.id, invitationId)),
    );
  if (other)
    throw new Refusal('validation_failed', 'An invitation to this address is still open.', {
      fields: [{ path: 'email', rule: 'already_invited' }],
    });
  // The link went to somebody else's mailbox: it dies, and the new mail brings another.
  await tx
    .update(invitations)
    .set({ email, tokenVersion: sql`${invitations.tokenVersion} + 1` })
    .where(eq(invitations.id, invitationId));
}

/** Takes a pending invitation back. Its link dies, and mails of it that have not gone out do not go out. */
export async function revokeInvitation(ctx: Context, links: Links, invitationId: string): Promise<InvitationView> {
  demand(ctx, 'invitations.send');
  return transact(ctx, async (tx) => {
    const events = await closeInvitation(ctx, tx, await lockInvitation(tx, invitationId), 'revoke');
    return { result: await loadInvitation(ctx, tx, links, invitationId), events };
  });
}

/** Marks an invitation expired whose time is over. Does nothing when it has been answered meanwhile. */
export async function expireInvitation(ctx: Context, invitationId: string): Promise<void> {
  await transact(ctx, async (tx) => {
    const invitation = await lockInvitation(tx, invitationId);
    if (invitation.state !== 'pending' || invitation.expiresAt > ctx.now) return { result: undefined, events: [] };
    return { result: undefined, events: await closeInvitation(ctx, tx, invitation, 'expire') };
  });
}

/** Closes a pending invitation in the caller's transaction; mails of it that have not gone out do not go out. Return the events with the caller's own. */
export async function closeInvitation(
  ctx: Context,
  tx: Transaction,
  invitation: InvitationRecord,
  command: 'revoke' | 'expire',
): Promise<NewEvent[]> {
  const state = decideInvitation(invitation, command, ctx.now);
  await tx
    .update(invitations)
    .set({ state, answeredAt: ctx.now, tokenVersion: command === 'revoke' ? invitation.tokenVersion + 1 : invitation.tokenVersion })
    .where(and(eq(invitations.id, invitation.id), eq(invitations.state, 'pending')));
  await tx
    .update(deliveries)
    .set({ state: 'failed', serverAnswer: null })
    .where(and(eq(deliveries.invitationId, invitation.id), inArray(deliveries.state, ['queued', 'deferred'])));
  const concerning = { invitationId: invitation.id, customerId: invitation.customerId };
  return [
    { type: command === 'revoke' ? 'invitation.revoked' : 'invitation.expired', ...concerning, data: {} },
    ...(await withdrawRequest(ctx, tx, invitation, state)),
  ];
}

/** A request that came to nothing leaves the relationship as it was before: ended, or none. */
export async function withdrawRequest(ctx: Context, tx: Transaction, invitation: InvitationRecord, because: string): Promise<NewEvent[]> {
  if (invitation.purpose === 'partnership') return withdrawPartnership(ctx, tx, invitation.id, because);
  if (!invitation.customerId) return [];
  const customer = await lockCustomer(tx, invitation.customerId);
  if (customer.relationship !== 'requested') return [];
  const relationship = next('relationship', relationshipTransitions, customer.relationship, withdrawalOf(customer));
  await tx
    .update(customers)
    .set({ relationship, version: customer.version + 1 })
    .where(eq(customers.id, customer.id));
  return [{ type: 'relationship.request_closed', customerId: customer.id, invitationId: invitation.id, data: { because } }];
}

/** The link of a pending invitation, for a person to copy; noted, since a link that is copied is out of our sight. */
export async function copyInvitationLink(
  ctx: Context,
  links: Links,
  invitationId: string,
): Promise<{ link: string; invitation: InvitationRecord }> {
  demand(ctx, 'invitations.send');
  return transact(ctx, async (tx) => {
    const invitation = await lockInvitation(tx, invitationId);
    requirePending(ctx, invitation, 'give its link');
    return {
      result: { link: links.linkOf(invitation), invitation },
      events: [{ type: 'invitation.link_copied', invitationId, customerId: invitation.customerId, data: {} }],
    };
  });
}

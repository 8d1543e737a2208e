import {
  type Context,
  deliveries,
  type HandOverRecord,
  type InvitationRecord,
  invitationHandOvers,
  invitations,
  newId,
  type Transaction,
  transact,
  users,
} from '@clientele/db';
import {
  decideHandOver,
  illegal,
  invitationStateAt,
  type Language,
  mostHandOvers,
  notFound,
  Refusal,
  refuseFields,
  reminderAfterResend,
} from '@clientele/domain';
import { and, eq, inArray, ne, sql } from 'drizzle-orm';
import { demand, userIdOf } from '../access.ts';
import { queueMail } from '../deliveries/queue.ts';
import { settingsOf } from '../partners/settings.ts';
import { requireNotSuppressed, suppressionsOf } from '../suppressions/suppress.ts';
import { type Base, contextOf, pendingInvitation } from './holders.ts';
import type { Links } from './links.ts';
import { type InvitationView, loadInvitation, lockInvitation } from './view.ts';

export interface HandOverInput {
  token: string;
  name: string;
  email: string;
  note?: string | undefined;
}

/**
 * The recipient says that somebody else is the right person. Nothing changes by that but that the partner is asked: the link stays good until it
 * approves. One request at a time, and few for one invitation.
 */
export async function requestHandOver(base: Base, links: Links, input: HandOverInput): Promise<void> {
  const { ctx, invitationId } = await contextOf(base, links, input.token, null);
  await transact(ctx, async (tx) => {
    const invitation = await pendingInvitation(ctx, tx, links, input.token, invitationId);
    const earlier = await tx
      .select({ state: invitationHandOvers.state })
      .from(invitationHandOvers)
      .where(eq(invitationHandOvers.invitationId, invitationId));
    if (earlier.some(({ state }) => state === 'pending')) throw illegal('hand-over', 'pending', 'be asked for again');
    if (earlier.length >= mostHandOvers)
      throw new Refusal('limit_reached', `Somebody else was named ${earlier.length} times already.`, {
        details: { limit: 'handOvers', most: mostHandOvers, now: earlier.length },
      });
    if (sameAddress(input.email, invitation.email)) refuseFields([{ path: 'adminEmail', rule: 'same_address' }]);
    // Which of the two reasons it is is the partner's business, and not that of whoever holds the link.
    if ((await suppressionsOf(ctx, tx, [input.email])).size > 0) refuseFields([{ path: 'adminEmail', rule: 'address_bounced' }]);
    const id = newId();
    const inserted = await tx
      .insert(invitationHandOvers)
      .values({
        id,
        partnerId: ctx.partner.id,
        invitationId,
        name: input.name,
        email: input.email,
        note: input.note || null,
        state: 'pending',
        tokenVersion: invitation.tokenVersion,
        createdAt: ctx.now,
      })
      .onConflictDoNothing()
      .returning({ id: invitationHandOvers.id });
    if (inserted.length === 0) throw illegal('hand-over', 'pending', 'be asked for again');
    const concerning = { invitationId, customerId: invitation.customerId };
    const [author] = await tx.select().from(users).where(eq(users.id, invitation.createdBy));
    return {
      result: undefined,
      events: [
        { type: 'invitation.hand_over_requested', ...concerning, data: { handOverId: id } },
        ...(author
          ? [
              await queueMail(ctx, tx, {
                kind: 'hand_over_requested_partner',
                recipient: author.email,
                language: author.language as Language,
                ...concerning,
                facts: { handOverId: id, userId: author.id },
              }),
            ]
          : []),
      ],
    };
  });
}

const sameAddress = (one: string, other: string) => one.toLowerCase() === other.toLowerCase();

/** Invitation and hand-over, locked in this order, as whoever answers the invitation does. */
async function lockHandOver(tx: Transaction, input: HandOverDecision): Promise<{ invitation: InvitationRecord; handOver: HandOverRecord }> {
  const invitation = await lockInvitation(tx, input.invitationId);
  const [handOver] = await tx
    .select()
    .from(invitationHandOvers)
    .where(and(eq(invitationHandOvers.id, input.handOverId), eq(invitationHandOvers.invitationId, invitation.id)))
    .for('update');
  if (!handOver) throw notFound('hand-over');
  return { invitation, handOver };
}

export interface HandOverDecision {
  invitationId: string;
  handOverId: string;
}

/** Sends the invitation to the person who was named, with a new link. The old link dies and says that somebody else has the request now. */
export async function approveHandOver(ctx: Context, links: Links, input: HandOverDecision): Promise<InvitationView> {
  demand(ctx, 'invitations.send');
  return transact(ctx, async (tx) => {
    const { invitation, handOver } = await lockHandOver(tx, input);
    const state = decideHandOver(handOver, invitationStateAt(invitation, ctx.now), 'approve');
    await requireNotSuppressed(ctx, tx, handOver.email);
    const [other] = await tx
      .select({ id: invitations.id })
      .from(invitations)
      .where(
        and(
          eq(invitations.state, 'pending'),
          eq(sql`lower(${invitations.email})`, handOver.email.toLowerCase()),
          ne(invitations.id, invitation.id),
        ),
      );
    if (other)
      throw new Refusal('validation_failed', 'An invitation to this address is still open.', {
        fields: [{ path: 'email', rule: 'already_invited' }],
        details: { invitationId: other.id },
      });
    await tx
      .update(invitations)
      .set({
        email: handOver.email,
        recipientName: handOver.name,
        message: addressedTo(invitation, handOver.name),
        tokenVersion: invitation.tokenVersion + 1,
        // Whoever gets the request only now is not reminded of it tomorrow morning.
        nextReminderAt: reminderAfterResend(await settingsOf(ctx, tx), invitation, ctx.now),
      })
      .where(eq(invitations.id, invitation.id));
    await decided(ctx, tx, handOver, { state, tokenVersion: invitation.tokenVersion });
    // What has not gone out yet would bring the new link to the old address.
    await tx
      .update(deliveries)
      .set({ state: 'failed' })
      .where(
        and(
          eq(deliveries.invitationId, invitation.id),
          eq(deliveries.recipient, invitation.email),
          inArray(deliveries.state, ['queued', 'deferred']),
        ),
      );
    const concerning = { invitationId: invitation.id, customerId: invitation.customerId };
    const mail = await queueMail(ctx, tx, {
      kind: 'invitation',
      recipient: handOver.email,
      language: invitation.language,
      ...concerning,
      facts: { handOverId: handOver.id },
    });
    return {
      result: await loadInvitation(ctx, tx, links, invitation.id),
      events: [{ type: 'invitation.handed_over', ...concerning, data: { handOverId: handOver.id } }, mail],
    };
  });
}

/** The partner's own words greet whom it wrote to: the new reader is greeted by the new name. */
function addressedTo({ message, recipientName }: InvitationRecord, name: string): string {
  return recipientName ? message.replaceAll(recipientName, () => name) : message;
}

/** Leaves the invitation with its recipient, whose link stays as it is. */
export async function refuseHandOver(ctx: Context, links: Links, input: HandOverDecision): Promise<InvitationView> {
  demand(ctx, 'invitations.send');
  return transact(ctx, async (tx) => {
    const { invitation, handOver } = await lockHandOver(tx, input);
    await decided(ctx, tx, handOver, { state: decideHandOver(handOver, invitationStateAt(invitation, ctx.now), 'refuse') });
    return {
      result: await loadInvitation(ctx, tx, links, invitation.id),
      events: [
        {
          type: 'invitation.hand_over_refused',
          invitationId: invitation.id,
          customerId: invitation.customerId,
          data: { handOverId: handOver.id },
        },
      ],
    };
  });
}

async function decided(
  ctx: Context,
  tx: Transaction,
  handOver: HandOverRecord,
  decision: Pick<HandOverRecord, 'state'> & Partial<Pick<HandOverRecord, 'tokenVersion'>>,
): Promise<void> {
  await tx
    .update(invitationHandOvers)
    .set({ ...decision, decidedAt: ctx.now, decidedBy: userIdOf(ctx) })
    .where(and(eq(invitationHandOvers.id, handOver.id), eq(invitationHandOvers.state, 'pending')));
}

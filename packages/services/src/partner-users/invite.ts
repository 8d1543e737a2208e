import {
  type Context,
  deliveries,
  newId,
  type PartnerUserInvitationRecord,
  partnerUserInvitations,
  type Transaction,
  transact,
} from '@clientele/db';
import {
  decidePartnerUserInvitation,
  type Language,
  type NewEvent,
  notFound,
  orderedRoles,
  type PartnerUserInvitationCommand,
  partnerUserInvitationDays,
  Refusal,
  type Role,
  refuseFields,
} from '@clientele/domain';
import { and, count, eq, gt, sql } from 'drizzle-orm';
import { demand, userIdOf } from '../access.ts';
import { queueMail } from '../deliveries/queue.ts';
import { requireNotSuppressed } from '../suppressions/suppress.ts';
import { viewPartnerUserInvitations } from './list.ts';
import { lockPartnerUsers, type PartnerUserRecord } from './load.ts';

export interface NewPartnerUser {
  name: string;
  email: string;
  language: Language;
  roles: Role[];
}

const mailsInTenMinutes = 5;

/**
 * Mails somebody a link to choose a password with, and so to become a partner user with these roles. Refuses an address that is one of the
 * partner's users already. Whether an address signs in for somebody else here is told to nobody but to who can read its mail.
 */
export async function invitePartnerUser(ctx: Context, input: NewPartnerUser) {
  demand(ctx, 'partner.manage');
  const email = input.email.toLowerCase();
  return transact(ctx, async (tx) => {
    const people = await lockPartnerUsers(ctx, tx);
    refuseUsers(people, email);
    const [open] = await tx
      .select({ id: partnerUserInvitations.id })
      .from(partnerUserInvitations)
      .where(
        and(
          eq(partnerUserInvitations.partnerId, ctx.partner.id),
          eq(partnerUserInvitations.email, email),
          eq(partnerUserInvitations.state, 'pending'),
        ),
      );
    if (open) refuseFields([{ path: 'email', rule: 'user_invited' }]);
    await requireNotSuppressed(ctx, tx, email);
    const [invitation] = await tx
      .insert(partnerUserInvitations)
      .values({
        ...{ id: newId(), partnerId: ctx.partner.id, name: input.name, email, language: input.language, roles: orderedRoles(input.roles) },
        ...{ state: 'pending', expiresAt: expiryFrom(ctx.now), createdBy: userIdOf(ctx), createdAt: ctx.now },
      })
      .returning();
    const record = invitation as PartnerUserInvitationRecord;
    const queued = await queueLink(ctx, tx, record);
    return {
      result: await viewOne(ctx, tx, record),
      events: [{ type: 'partner_user.invited', data: { partnerUserInvitationId: record.id, roles: record.roles } }, queued],
    };
  });
}

function refuseUsers(people: readonly PartnerUserRecord[], email: string): void {
  const person = people.find((one) => one.email.toLowerCase() === email);
  if (person)
    refuseFields([{ path: 'email', rule: person.state === 'active' ? 'already_user' : 'deactivated_user', params: { name: person.name } }]);
}

/** Mails the same link again, good for as long as a new one. Throws `illegal_transition` while the last mail is on its way. */
export async function resendPartnerUserInvitation(ctx: Context, invitationId: string) {
  demand(ctx, 'partner.manage');
  return change(ctx, invitationId, 'resend', async (tx, record) => {
    const since = new Date(ctx.now.getTime() - 600_000);
    const [shown] = await viewPartnerUserInvitations(ctx, tx, [record]);
    if (shown && !shown.actions.resend.allowed)
      throw new Refusal('illegal_transition', 'The last mail is still on its way.', {
        details: { thing: 'mail', state: shown.mail?.state },
      });
    const [sent] = await tx
      .select({ lately: count() })
      .from(deliveries)
      .where(
        and(
          eq(deliveries.partnerId, ctx.partner.id),
          eq(deliveries.kind, 'partner_user_invited'),
          eq(sql`${deliveries.facts}->>'partnerUserInvitationId'`, record.id),
          gt(deliveries.queuedAt, since),
        ),
      );
    if ((sent?.lately ?? 0) >= mailsInTenMinutes)
      throw new Refusal(
        'limit_reached',
        `One person gets at most ${mailsInTenMinutes} of these mails in ten minutes. Try again in some minutes.`,
        {
          details: { limit: 'userMails', most: mailsInTenMinutes, now: sent?.lately },
        },
      );
    await requireNotSuppressed(ctx, tx, record.email);
    const queued = await queueLink(ctx, tx, record);
    return {
      set: { expiresAt: expiryFrom(ctx.now) },
      events: [{ type: 'partner_user.invitation_resent', data: { partnerUserInvitationId: record.id } }, queued],
    };
  });
}

/** Takes an invitation back: its link is dead at once. */
export async function revokePartnerUserInvitation(ctx: Context, invitationId: string) {
  demand(ctx, 'partner.manage');
  return change(ctx, invitationId, 'revoke', async () => ({
    set: { answeredAt: ctx.now },
    events: [{ type: 'partner_user.invitation_revoked', data: { partnerUserInvitationId: invitationId } }],
  }));
}

const expiryFrom = (now: Date) => new Date(now.getTime() + partnerUserInvitationDays * 86_400_000);

const queueLink = (ctx: Context, tx: Transaction, { id, email, language, createdBy }: PartnerUserInvitationRecord) =>
  queueMail(ctx, tx, {
    kind: 'partner_user_invited',
    recipient: email,
    language,
    facts: { userId: createdBy, partnerUserInvitationId: id },
  });

async function viewOne(ctx: Context, tx: Transaction, record: PartnerUserInvitationRecord) {
  const [view] = await viewPartnerUserInvitations(ctx, tx, [record]);
  return view as NonNullable<typeof view>;
}

interface Outcome {
  set: Partial<PartnerUserInvitationRecord>;
  events: NewEvent[];
}

async function change(
  ctx: Context,
  invitationId: string,
  command: Extract<PartnerUserInvitationCommand, 'resend' | 'revoke'>,
  act: (tx: Transaction, record: PartnerUserInvitationRecord) => Promise<Outcome>,
) {
  return transact(ctx, async (tx) => {
    await lockPartnerUsers(ctx, tx);
    const [record] = await tx
      .select()
      .from(partnerUserInvitations)
      .where(and(eq(partnerUserInvitations.id, invitationId), eq(partnerUserInvitations.partnerId, ctx.partner.id)))
      .for('update');
    if (!record) throw notFound('invitation');
    const state = decidePartnerUserInvitation(record, command, ctx.now);
    const { set, events } = await act(tx, record);
    const [changed] = await tx
      .update(partnerUserInvitations)
      .set({ ...set, state })
      .where(eq(partnerUserInvitations.id, invitationId))
      .returning();
    return { result: await viewOne(ctx, tx, changed as PartnerUserInvitationRecord), events };
  });
}

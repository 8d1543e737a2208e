import { type Context, deliveries, type InvitationRecord, invitations, type Transaction, transact } from '@clientele/db';
import {
  illegal,
  invitationStateAt,
  type NewEvent,
  type PartnerSettings,
  reminderAfterReminder,
  reminderAfterResend,
  reminderPutOff,
} from '@clientele/domain';
import { and, desc, eq, inArray } from 'drizzle-orm';
import { demand } from '../access.ts';
import { queueMail } from '../deliveries/queue.ts';
import { settingsOf } from '../partners/settings.ts';
import { suppressionOf } from '../suppressions/suppress.ts';
import type { Links } from './links.ts';
import { type InvitationView, loadInvitation, lockInvitation } from './view.ts';

/**
 * Sends the reminder that is due and plans the next. Does nothing when it has been sent meanwhile, or the invitation is over; gives up where
 * reminders were switched off or the address gets no mail any more.
 */
export async function remindInvitation(ctx: Context, invitationId: string): Promise<void> {
  await transact(ctx, async (tx) => {
    const invitation = await lockInvitation(tx, invitationId);
    const isDue = invitation.nextReminderAt !== null && invitation.nextReminderAt <= ctx.now;
    if (!isDue || invitationStateAt(invitation, ctx.now) !== 'pending') return { result: undefined, events: [] };
    const settings = await settingsOf(ctx, tx);
    const next = await nextOf(ctx, tx, invitation, settings);
    const sent = next === 'send';
    const changed = await tx
      .update(invitations)
      .set(
        sent
          ? { nextReminderAt: reminderAfterReminder(settings, invitation, ctx.now), remindersSent: invitation.remindersSent + 1 }
          : { nextReminderAt: next === 'put off' ? reminderPutOff(invitation, ctx.now) : null },
      )
      .where(
        and(eq(invitations.id, invitation.id), eq(invitations.state, 'pending'), eq(invitations.remindersSent, invitation.remindersSent)),
      )
      .returning({ id: invitations.id });
    if (!sent || changed.length === 0) return { result: undefined, events: [] };
    const concerning = { invitationId: invitation.id, customerId: invitation.customerId };
    const events: NewEvent[] = [
      { type: 'invitation.reminded', ...concerning, data: { number: invitation.remindersSent + 1 } },
      await queueMail(ctx, tx, { kind: 'invitation_reminder', recipient: invitation.email, language: invitation.language, ...concerning }),
    ];
    return { result: undefined, events };
  });
}

/** What a reminder that is due comes to. */
async function nextOf(
  ctx: Context,
  tx: Transaction,
  invitation: InvitationRecord,
  { reminderDays }: PartnerSettings,
): Promise<'send' | 'put off' | 'give up'> {
  if (invitation.remindersOff || invitation.remindersSent >= reminderDays.length) return 'give up';
  if (await suppressionOf(ctx, tx, invitation.email)) return 'give up';
  const [newest] = await tx
    .select({ state: deliveries.state })
    .from(deliveries)
    .where(and(eq(deliveries.invitationId, invitation.id), inArray(deliveries.kind, ['invitation', 'invitation_reminder'])))
    .orderBy(desc(deliveries.queuedAt), desc(deliveries.id))
    .limit(1);
  return newest?.state === 'sent' ? 'send' : 'put off';
}

/** Switches the reminders of one invitation off, or on again. */
export async function switchReminders(
  ctx: Context,
  links: Links,
  { invitationId, on }: { invitationId: string; on: boolean },
): Promise<InvitationView> {
  demand(ctx, 'invitations.send');
  return transact(ctx, async (tx) => {
    const invitation = await lockInvitation(tx, invitationId);
    const state = invitationStateAt(invitation, ctx.now);
    if (state !== 'pending') throw illegal('invitation', state, on ? 'be reminded of' : 'stop its reminders');
    if (invitation.remindersOff !== on) return { result: await loadInvitation(ctx, tx, links, invitationId), events: [] };
    const facts = { ...invitation, remindersOff: !on, nextReminderAt: null };
    const nextReminderAt = on ? reminderAfterResend(await settingsOf(ctx, tx), facts, ctx.now) : null;
    await tx.update(invitations).set({ remindersOff: !on, nextReminderAt }).where(eq(invitations.id, invitationId));
    return {
      result: await loadInvitation(ctx, tx, links, invitationId),
      events: [
        {
          type: on ? 'invitation.reminders_resumed' : 'invitation.reminders_stopped',
          invitationId,
          customerId: invitation.customerId,
          data: {},
        },
      ],
    };
  });
}

import { type Context, type InvitationRecord, type Transaction, users } from '@clientele/db';
import type { Language, NewEvent } from '@clientele/domain';
import { eq } from 'drizzle-orm';
import { queueMail } from '../deliveries/queue.ts';

/** The receipt for the customer, and word to the partner's user who asked. */
export async function tellBoth(
  ctx: Context,
  tx: Transaction,
  invitation: InvitationRecord,
  answer: { accepted: boolean; reason?: string },
): Promise<NewEvent[]> {
  const concerning = { invitationId: invitation.id, customerId: invitation.customerId };
  const events: NewEvent[] = [];
  if (answer.accepted)
    events.push(
      await queueMail(ctx, tx, {
        kind: 'invitation_accepted_customer',
        recipient: invitation.email,
        language: invitation.language,
        ...concerning,
      }),
    );
  const [author] = await tx.select().from(users).where(eq(users.id, invitation.createdBy));
  if (author)
    events.push(
      await queueMail(ctx, tx, {
        kind: 'invitation_answered_partner',
        recipient: author.email,
        language: author.language as Language,
        ...concerning,
        facts: { ...answer, userId: author.id },
      }),
    );
  return events;
}

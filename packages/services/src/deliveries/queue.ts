import { type Context, type DeliveryFacts, deliveries, newId, type Transaction } from '@clientele/db';
import type { Language, MailKind, NewEvent } from '@clientele/domain';

export interface MailOrder {
  kind: MailKind;
  recipient: string;
  language: Language;
  invitationId?: string | null;
  customerId?: string | null;
  facts?: DeliveryFacts;
}

/** Writes a mail in the caller's transaction. Return the event with the caller's own: it is what makes a worker send it. */
export async function queueMail(ctx: Context, tx: Transaction, order: MailOrder): Promise<NewEvent> {
  const id = newId();
  await tx.insert(deliveries).values({
    id,
    partnerId: ctx.partner.id,
    kind: order.kind,
    recipient: order.recipient,
    language: order.language,
    invitationId: order.invitationId ?? null,
    customerId: order.customerId ?? null,
    facts: order.facts ?? {},
    state: 'queued',
    nextAttemptAt: ctx.now,
    // The same through every attempt, so that a mail that went out twice is one mail to the reader's program.
    messageId: `<${id}@clientele.mail>`,
    queuedAt: ctx.now,
  });
  return {
    type: 'mail.queued',
    customerId: order.customerId ?? null,
    invitationId: order.invitationId ?? null,
    data: { deliveryId: id, kind: order.kind },
  };
}

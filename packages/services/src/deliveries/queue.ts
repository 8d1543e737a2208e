import { type Context, type DeliveryFacts, type DeliveryRecord, deliveries, newId, type Transaction } from '@clientele/db';
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
  const [event] = await queueMails(ctx, tx, [order]);
  return event as NewEvent;
}

/** The same for many, in one statement; the events in the order of the mails. */
export async function queueMails(ctx: Context, tx: Transaction, orders: readonly MailOrder[]): Promise<NewEvent[]> {
  if (orders.length === 0) return [];
  const records = orders.map((order) => recordOf(ctx, order));
  await tx.insert(deliveries).values(records);
  return records.map(({ id, kind, customerId, invitationId }) => ({
    type: 'mail.queued',
    customerId,
    invitationId,
    data: { deliveryId: id, kind },
  }));
}

function recordOf(ctx: Context, { kind, recipient, language, invitationId = null, customerId = null, facts = {} }: MailOrder) {
  const id = newId();
  return {
    ...{ id, partnerId: ctx.partner.id, kind, recipient, language, invitationId, customerId, facts },
    state: 'queued',
    nextAttemptAt: ctx.now,
    // The same through every attempt, so that a mail that went out twice is one mail to the reader's program.
    messageId: `<${id}@clientele.mail>`,
    queuedAt: ctx.now,
  } satisfies Partial<DeliveryRecord>;
}

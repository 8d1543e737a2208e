import {
  type AgreementRequestRecord,
  agreementRequests,
  type Context,
  type CustomerRecord,
  customers,
  type DeliveryRecord,
  deliveries,
  type InvitationRecord,
  invitations,
  partners,
  read,
  transact,
  users,
} from '@clientele/db';
import {
  agreementRequestStateAt,
  type DeliveryState,
  deliveryLeaseSeconds,
  invitationStateAt,
  mostDeliveryAttempts,
  type NewEvent,
  retryDelaySeconds,
} from '@clientele/domain';
import { and, eq, inArray, isNull, lte, or } from 'drizzle-orm';

/** A claimed mail with the rows that its template speaks of, as they are now. */
export interface ClaimedMail {
  delivery: DeliveryRecord;
  partner: typeof partners.$inferSelect;
  invitation: InvitationRecord | undefined;
  agreementRequest: AgreementRequestRecord | undefined;
  customer: CustomerRecord | undefined;
  /** The partner's user who asked, or whom the mail is for. */
  author: { name: string; email: string };
}

/** What came of one attempt; see the transport. `gone` means that there is no reason to send it any more. */
export type MailOutcome = { outcome: 'sent' | 'deferred' | 'bounced' | 'failed'; response: string };

/**
 * Takes a mail that is due, unless another worker holds it: the claim is what keeps it from going out twice.
 * Undefined when there is nothing to send: done, held, not due, or its invitation is no longer pending.
 */
export async function claimMail(ctx: Context, deliveryId: string, leaseMs = deliveryLeaseSeconds * 1000): Promise<ClaimedMail | undefined> {
  const claimed = await transact(ctx, async (tx) => {
    const [delivery] = await tx
      .update(deliveries)
      .set({ state: 'sending', leaseUntil: new Date(ctx.now.getTime() + leaseMs) })
      .where(
        and(
          eq(deliveries.id, deliveryId),
          inArray(deliveries.state, ['queued', 'sending', 'deferred']),
          lte(deliveries.nextAttemptAt, ctx.now),
          or(isNull(deliveries.leaseUntil), lte(deliveries.leaseUntil, ctx.now)),
        ),
      )
      .returning();
    return { result: delivery, events: [] };
  });
  if (!claimed) return undefined;
  const mail = await read(ctx, async (tx) => {
    const [partner] = await tx.select().from(partners).where(eq(partners.id, ctx.partner.id));
    const [invitation] = claimed.invitationId ? await tx.select().from(invitations).where(eq(invitations.id, claimed.invitationId)) : [];
    const [customer] = claimed.customerId ? await tx.select().from(customers).where(eq(customers.id, claimed.customerId)) : [];
    const requestId = claimed.facts.agreementRequestId;
    const [agreementRequest] = requestId ? await tx.select().from(agreementRequests).where(eq(agreementRequests.id, requestId)) : [];
    const authorId = claimed.facts.userId ?? invitation?.createdBy;
    const [author] = authorId ? await tx.select({ name: users.name, email: users.email }).from(users).where(eq(users.id, authorId)) : [];
    return {
      delivery: claimed,
      partner: partner as NonNullable<typeof partner>,
      invitation,
      agreementRequest,
      customer,
      author: author ?? { name: '', email: '' },
    };
  });
  const over =
    (claimed.kind === 'agreement_request' &&
      (!mail.agreementRequest || agreementRequestStateAt(mail.agreementRequest, ctx.now) !== 'pending')) ||
    (claimed.kind === 'invitation' && (!mail.invitation || invitationStateAt(mail.invitation, ctx.now) !== 'pending'));
  if (over) {
    await recordMail(ctx, claimed, { outcome: 'failed', response: 'Not sent: the request is no longer open.' });
    return undefined;
  }
  return mail;
}

/** Writes down what the mail server said. Returns when to try again, if it is put off. */
export async function recordMail(
  ctx: Context,
  delivery: DeliveryRecord,
  { outcome, response }: MailOutcome,
): Promise<{ retryAt: Date | null }> {
  const attempts = delivery.attempts + 1;
  const givenUp = outcome === 'deferred' && attempts >= mostDeliveryAttempts;
  const state: DeliveryState = givenUp ? 'failed' : outcome;
  const retryAt = state === 'deferred' ? new Date(ctx.now.getTime() + retryDelaySeconds(attempts) * 1000) : null;
  return transact(ctx, async (tx) => {
    const recorded = await tx
      .update(deliveries)
      .set({
        state,
        attempts,
        serverAnswer: response,
        leaseUntil: null,
        nextAttemptAt: retryAt ?? delivery.nextAttemptAt,
        sentAt: state === 'sent' ? ctx.now : null,
      })
      .where(and(eq(deliveries.id, delivery.id), eq(deliveries.state, 'sending'), eq(deliveries.attempts, delivery.attempts)))
      .returning({ id: deliveries.id });
    if (recorded.length === 0) return { result: { retryAt: null }, events: [] };
    const event = { customerId: delivery.customerId, invitationId: delivery.invitationId };
    const data = { deliveryId: delivery.id, kind: delivery.kind };
    const events: Record<'sent' | 'deferred' | 'bounced' | 'failed', NewEvent> = {
      sent: { type: 'mail.sent', ...event, data },
      deferred: { type: 'mail.deferred', ...event, data: { ...data, attempt: attempts } },
      bounced: { type: 'mail.bounced', ...event, data },
      failed: { type: 'mail.failed', ...event, data },
    };
    return { result: { retryAt }, events: [events[givenUp ? 'failed' : outcome]] };
  });
}

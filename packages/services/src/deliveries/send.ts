import {
  type AgreementRequestRecord,
  agreementRequests,
  type Context,
  type CustomerRecord,
  customers,
  type DeliveryRecord,
  deliveries,
  type HandOverRecord,
  type InvitationRecord,
  invitationHandOvers,
  invitations,
  type PartnerUserInvitationRecord,
  type PasswordLinkRecord,
  partners,
  partnerUserInvitations,
  passwordLinks,
  read,
  type Transaction,
  transact,
  users,
} from '@clientele/db';
import {
  agreementRequestStateAt,
  deliveryLeaseSeconds,
  invitationStateAt,
  type MailText,
  mostDeliveryAttempts,
  type NewEvent,
  partnerUserInvitationStateAt,
  passwordLinkStateAt,
  retryDelaySeconds,
  type SuppressionReason,
  unaskedMailKinds,
} from '@clientele/domain';
import { and, eq, inArray, isNull, lte, or, sql } from 'drizzle-orm';
import { type NamedCustomer, namedCustomers } from '../delegated-admin/ending.ts';
import { type AlsoAsked, alsoAsked } from '../partnerships/for-both.ts';
import { type PartnershipOfMail, partnershipsOfMails } from '../partnerships/of-mails.ts';
import { suppress, suppressionReasonsOf } from '../suppressions/suppress.ts';
import { ownTextsOf } from '../templates/view.ts';
import { type EndOfMail, endsOfMails } from './ends.ts';
import { type ProviderRequestOfMail, providerRequestsOfMails } from './provider-requests.ts';

type PasswordLinkOfMail = PasswordLinkRecord & { name: string };

/** A claimed mail with the rows that its template speaks of, as they are now. */
export interface ClaimedMail {
  delivery: DeliveryRecord;
  partner: typeof partners.$inferSelect;
  invitation: InvitationRecord | undefined;
  agreementRequest: AgreementRequestRecord | undefined;
  handOver: HandOverRecord | undefined;
  partnerUserInvitation: PartnerUserInvitationRecord | undefined;
  /** With the name of whose password it is. */
  passwordLink: PasswordLinkOfMail | undefined;
  customer: CustomerRecord | undefined;
  /** With the name of the side that is not the reader's, and of the reader's own person who removed it. */
  partnership: PartnershipOfMail | undefined;
  /** The provider that an invitation asks for as well. */
  provider: AlsoAsked | undefined;
  /** What the partner has written for mails that get their text when they are sent: reminders. */
  template: MailText | undefined;
  /** The end that is asked for or planned: of one customer, or of as many as an operation has found. */
  end: EndOfMail | undefined;
  providerRequest: ProviderRequestOfMail | undefined;
  /** Whom a mail about many names. */
  customers: NamedCustomer[];
  /** The partner's user who asked, or whom the mail is for. */
  author: { name: string; email: string };
  /** Why the address gets no mail; such a mail is not given out. */
  suppressed: SuppressionReason | null;
}

/** What came of one attempt; see the transport. `bounced` says that the address is wrong: it gets no mail of the partner any more. */
export type MailOutcome = { outcome: 'sent' | 'deferred' | 'bounced' | 'failed'; response: string };

/**
 * Takes those of these mails that are due and that no other worker holds: the claim is what keeps one from going out twice. Those with nothing
 * to send (done, held, not due, or what they ask is no longer open) are not in the answer.
 */
export async function claimMails(
  ctx: Context,
  deliveryIds: readonly string[],
  leaseMs = deliveryLeaseSeconds * 1000,
): Promise<ClaimedMail[]> {
  const claimed = await transact(ctx, async (tx) => {
    const records = await tx
      .update(deliveries)
      .set({ state: 'sending', leaseUntil: new Date(ctx.now.getTime() + leaseMs) })
      .where(
        and(
          inArray(deliveries.id, [...deliveryIds]),
          inArray(deliveries.state, ['queued', 'sending', 'deferred']),
          lte(deliveries.nextAttemptAt, ctx.now),
          or(isNull(deliveries.leaseUntil), lte(deliveries.leaseUntil, ctx.now)),
        ),
      )
      .returning();
    return { result: records, events: [] };
  });
  if (claimed.length === 0) return [];
  const mails = await read(ctx, (tx) => withRows(ctx, tx, claimed));
  const over = mails.flatMap((mail): MailRecord[] => {
    const outcome = whyNot(ctx, mail);
    return outcome ? [{ delivery: mail.delivery, ...outcome }] : [];
  });
  if (over.length > 0) await recordMails(ctx, over);
  return mails.filter(({ delivery }) => !over.some((record) => record.delivery === delivery));
}

/** Why a mail is not sent any more. */
function whyNot(ctx: Context, mail: ClaimedMail): MailOutcome | undefined {
  if (isOver(ctx, mail)) return { outcome: 'failed', response: 'Not sent: the request is no longer open.' };
  // It was queued before that became known.
  return mail.suppressed ? notSentTo[mail.suppressed] : undefined;
}

const notSentTo: Record<SuppressionReason, MailOutcome> = {
  bounced: { outcome: 'bounced', response: 'Not sent: an earlier mail to this address came back.' },
  unsubscribed: { outcome: 'failed', response: 'Not sent: the owner of this address wants no mail.' },
};

/** The rows that these mails speak of, each read once. */
async function withRows(ctx: Context, tx: Transaction, records: DeliveryRecord[]): Promise<ClaimedMail[]> {
  const idsOf = (of: (record: DeliveryRecord) => string | null | undefined) => [...new Set(records.map(of))].filter((id) => id != null);
  const some = async <Row>(ids: string[], find: (ids: string[]) => PromiseLike<Row[]>) => (ids.length === 0 ? [] : await find(ids));
  const [[partner], invited, concerned, asked, named, joining, choosing, suppressed, templates, ends, partnered] = await Promise.all([
    tx.select().from(partners).where(eq(partners.id, ctx.partner.id)),
    some(
      idsOf(({ invitationId }) => invitationId),
      (ids) => tx.select().from(invitations).where(inArray(invitations.id, ids)),
    ),
    some(
      idsOf(({ customerId }) => customerId),
      (ids) => tx.select().from(customers).where(inArray(customers.id, ids)),
    ),
    some(
      idsOf(({ facts }) => facts.agreementRequestId),
      (ids) => tx.select().from(agreementRequests).where(inArray(agreementRequests.id, ids)),
    ),
    some(
      idsOf(({ facts }) => facts.handOverId),
      (ids) => tx.select().from(invitationHandOvers).where(inArray(invitationHandOvers.id, ids)),
    ),
    some(
      idsOf(({ facts }) => facts.partnerUserInvitationId),
      (ids) => tx.select().from(partnerUserInvitations).where(inArray(partnerUserInvitations.id, ids)),
    ),
    some(
      idsOf(({ facts }) => facts.passwordLinkId),
      (ids) => passwordLinksOf(tx, ids),
    ),
    suppressionReasonsOf(
      ctx,
      tx,
      records.map(({ recipient }) => recipient),
    ),
    records.some(({ kind }) => kind === 'invitation_reminder') ? ownTextsOf(ctx, tx) : undefined,
    endsOfMails(tx, records),
    some(
      idsOf(({ facts }) => facts.partnershipId),
      (ids) => partnershipsOfMails(ctx, tx, ids),
    ),
  ]);
  const providers = await alsoAsked(ctx, tx, [...new Set(invited.flatMap(({ providerId }) => providerId ?? []))]);
  const requests = await providerRequestsOfMails(tx, records);
  const namedOf = byId(await namedCustomers(tx, idsOfMany(records), ctx.now));
  const [invitationOf, customerOf, requestOf, handOverOf] = [byId(invited), byId(concerned), byId(asked), byId(named)];
  const authorIdOf = ({ facts, invitationId }: DeliveryRecord) => facts.userId ?? invitationOf.get(invitationId ?? '')?.createdBy;
  const people = await some(idsOf(authorIdOf), (ids) =>
    tx.select({ id: users.id, name: users.name, email: users.email }).from(users).where(inArray(users.id, ids)),
  );
  const personOf = byId(people);
  return records.map((delivery) => ({
    delivery,
    partner: partner as NonNullable<typeof partner>,
    invitation: invitationOf.get(delivery.invitationId ?? ''),
    agreementRequest: requestOf.get(delivery.facts.agreementRequestId ?? ''),
    handOver: handOverOf.get(delivery.facts.handOverId ?? ''),
    partnerUserInvitation: joining.find(({ id }) => id === delivery.facts.partnerUserInvitationId),
    passwordLink: choosing.find(({ id }) => id === delivery.facts.passwordLinkId),
    customer: customerOf.get(delivery.customerId ?? ''),
    provider: providers.get(invitationOf.get(delivery.invitationId ?? '')?.providerId ?? ''),
    partnership: partnered.find(({ id }) => id === delivery.facts.partnershipId),
    end: ends.get(delivery.id),
    providerRequest: requests.get(delivery.facts.providerRequestId ?? ''),
    customers: (delivery.facts.customerIds ?? []).flatMap((id) => namedOf.get(id) ?? []),
    author: personOf.get(authorIdOf(delivery) ?? '') ?? { name: '', email: '' },
    template: delivery.kind === 'invitation_reminder' ? templates?.(delivery.kind, delivery.language) : undefined,
    suppressed: stopOf(delivery, suppressed.get(delivery.recipient.toLowerCase())),
  }));
}

/** With whose password it is. */
const passwordLinksOf = async (tx: Transaction, ids: string[]): Promise<PasswordLinkOfMail[]> =>
  (
    await tx
      .select({ link: passwordLinks, name: users.name })
      .from(passwordLinks)
      .innerJoin(users, eq(users.id, passwordLinks.userId))
      .where(inArray(passwordLinks.id, ids))
  ).map(({ link, name }) => ({ ...link, name }));

/** To an address that does not exist nothing goes; who wants no mail still gets the receipts of what it does itself. */
const stopOf = ({ kind }: DeliveryRecord, reason: SuppressionReason | undefined): SuppressionReason | null =>
  reason === 'unsubscribed' && !unaskedMailKinds.includes(kind) ? null : (reason ?? null);

const byId = <Row extends { id: string }>(rows: readonly Row[]) => new Map(rows.map((row) => [row.id, row]));

/** The customers that mails about many name. */
const idsOfMany = (records: DeliveryRecord[]) => [...new Set(records.flatMap(({ facts }) => facts.customerIds ?? []))];

/** Whether what a mail asks for is no longer open, or nothing of what it warns of is left. */
function isOver(ctx: Context, mail: ClaimedMail): boolean {
  const { delivery, invitation, agreementRequest, handOver, partnerUserInvitation, passwordLink, end, providerRequest, customers } = mail;
  // The end is decided: who is asked now would be asked for nothing.
  if (delivery.kind === 'end_approval_partner') return end?.isOpen !== true;
  if (delivery.kind === 'provider_request') return providerRequest?.state !== 'requested';
  if (delivery.kind === 'delegated_admin_digest')
    return !customers.some(({ delegatedAdmin, until }) => delegatedAdmin && until && until > ctx.now);
  if (delivery.kind === 'agreement_request') return !agreementRequest || agreementRequestStateAt(agreementRequest, ctx.now) !== 'pending';
  if (delivery.kind === 'partner_user_invited')
    return !partnerUserInvitation || partnerUserInvitationStateAt(partnerUserInvitation, ctx.now) !== 'pending';
  if (delivery.kind === 'partner_user_password') return !passwordLink || passwordLinkStateAt(passwordLink, ctx.now) !== 'open';
  if (delivery.kind === 'hand_over_requested_partner') return handOver?.state !== 'pending';
  // One that was put off, or is of a dead worker, must not bring the new link to the address that the invitation no longer goes to.
  if (delivery.kind === 'invitation' || delivery.kind === 'invitation_reminder')
    return !invitation || invitationStateAt(invitation, ctx.now) !== 'pending' || delivery.recipient !== invitation.email;
  return false;
}

/**
 * Moves the end of a claim, for the mails that are not written down yet. Gives the ids of those that are still ours: another worker has taken
 * over what was held for too long without a sign of life. An end that is now gives them back.
 */
export async function holdMails(
  ctx: Context,
  deliveryIds: readonly string[],
  { heldUntil, until }: { heldUntil: Date; until: Date },
): Promise<Set<string>> {
  if (deliveryIds.length === 0) return new Set();
  return transact(ctx, async (tx) => {
    const ours = await tx
      .update(deliveries)
      .set({ leaseUntil: until })
      .where(and(inArray(deliveries.id, [...deliveryIds]), eq(deliveries.state, 'sending'), eq(deliveries.leaseUntil, heldUntil)))
      .returning({ id: deliveries.id });
    return { result: new Set(ours.map(({ id }) => id)), events: [] };
  });
}

/** What the mail server said to one mail. */
export type MailRecord = { delivery: DeliveryRecord } & MailOutcome;

/** A mail that is put off: when it is tried again, and how often it was. */
export interface PutOff {
  deliveryId: string;
  retryAt: Date;
  attempts: number;
}

/** Writes down what the mail server said. Gives those that are put off. */
export async function recordMails(ctx: Context, records: readonly MailRecord[]): Promise<PutOff[]> {
  const outcomes = records.map(({ delivery, outcome, response }) => {
    const attempts = delivery.attempts + 1;
    const state: 'sent' | 'deferred' | 'bounced' | 'failed' =
      outcome === 'deferred' && attempts >= mostDeliveryAttempts ? 'failed' : outcome;
    const retryAt = state === 'deferred' ? new Date(ctx.now.getTime() + retryDelaySeconds(attempts) * 1000) : null;
    return { delivery, state, attempts, response, retryAt };
  });
  return transact(ctx, async (tx) => {
    const given = outcomes.map(({ delivery: { id }, state, attempts, response, retryAt }) => ({
      id,
      state,
      attempts,
      response,
      retry_at: retryAt,
    }));
    const recorded = await tx.execute<{ id: string }>(sql`
      update deliveries d set state = o.state, attempts = o.attempts, server_answer = o.response, lease_until = null,
        next_attempt_at = coalesce(o.retry_at, d.next_attempt_at), sent_at = case when o.state = 'sent' then ${ctx.now.toISOString()}::timestamptz end
      from jsonb_to_recordset(${JSON.stringify(given)}::jsonb) as o (id uuid, state text, attempts integer, response text, retry_at timestamptz)
      where d.id = o.id and d.state = 'sending' and d.attempts = o.attempts - 1 returning d.id`);
    const counted = new Set(recorded.map(({ id }) => id));
    const done = outcomes.filter(({ delivery }) => counted.has(delivery.id));
    const suppressed: NewEvent[] = [];
    // In one order, so that two that write down the same addresses do not wait for each other.
    const bounced = done
      .filter(({ state }) => state === 'bounced')
      .sort((one, other) => (one.delivery.recipient < other.delivery.recipient ? -1 : 1));
    for (const { delivery, response } of bounced)
      suppressed.push(
        ...(await suppress(ctx, tx, {
          ...{ email: delivery.recipient, reason: 'bounced', deliveryId: delivery.id, serverAnswer: response },
          ...{ customerId: delivery.customerId, invitationId: delivery.invitationId },
        })),
      );
    return {
      result: done.flatMap(({ delivery, retryAt, attempts }) => (retryAt ? [{ deliveryId: delivery.id, retryAt, attempts }] : [])),
      events: [
        ...done.map(({ delivery, state, attempts }): NewEvent => {
          const event = { customerId: delivery.customerId, invitationId: delivery.invitationId };
          const data = { deliveryId: delivery.id, kind: delivery.kind };
          return state === 'deferred'
            ? { type: 'mail.deferred', ...event, data: { ...data, attempt: attempts } }
            : { type: `mail.${state}`, ...event, data };
        }),
        ...suppressed,
      ],
    };
  });
}

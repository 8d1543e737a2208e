import {
  type AgreementRequestRecord,
  agreementRequests,
  type Context,
  type CustomerRecord,
  customers,
  deliveries,
  newId,
  type Transaction,
  transact,
} from '@clientele/db';
import {
  type AgreementRequestCommand,
  type Attestation,
  agreementRequestDays,
  agreementRequestStateAt,
  agreementRequestTransitions,
  checkAttestationDate,
  illegal,
  liveRelationshipStates,
  type NewEvent,
  next,
  refuseFields,
} from '@clientele/domain';
import { and, eq, inArray, sql } from 'drizzle-orm';
import { demand, userIdOf } from '../access.ts';
import { agreementMailOf, type CustomerView, loadCustomer, lockCustomer } from '../customers/view.ts';
import { queueMail } from '../deliveries/queue.ts';
import type { Links } from '../invitations/links.ts';

/** The customer, locked, while its agreement is still to be accepted. Throws `illegal_transition` with the state as it is. */
async function lockUnaccepted(tx: Transaction, customerId: string, command: string) {
  const customer = await lockCustomer(tx, customerId);
  if (!liveRelationshipStates.includes(customer.relationship)) throw illegal('relationship', customer.relationship, command);
  if (customer.agreementAcceptedAt) throw illegal('customer agreement', 'accepted', command);
  return customer;
}

async function pendingRequest(tx: Transaction, customerId: string): Promise<AgreementRequestRecord | undefined> {
  const [request] = await tx
    .select()
    .from(agreementRequests)
    .where(and(eq(agreementRequests.customerId, customerId), eq(agreementRequests.state, 'pending')));
  return request;
}

/** Closes the pending request, if there is one: its link says what happened, and its mails that have not gone out do not go out. */
export async function closeRequest(ctx: Context, tx: Transaction, customerId: string, command: AgreementRequestCommand): Promise<void> {
  const request = await pendingRequest(tx, customerId);
  if (!request) return;
  const state = next('agreement request', agreementRequestTransitions, request.state, command);
  await tx.update(agreementRequests).set({ state, answeredAt: ctx.now }).where(eq(agreementRequests.id, request.id));
  await stopMails(tx, request, ['queued', 'deferred']);
}

const stopMails = (tx: Transaction, request: AgreementRequestRecord, states: ('queued' | 'deferred')[]) =>
  tx
    .update(deliveries)
    .set({ state: 'failed', serverAnswer: null })
    .where(
      and(
        eq(deliveries.customerId, request.customerId),
        eq(sql`${deliveries.facts} ->> 'agreementRequestId'`, request.id),
        inArray(deliveries.state, states),
      ),
    );

/** Writes down the partner's word for a customer that is locked and has not accepted: an open request to the customer itself is replaced. */
export async function writeAttestation(
  ctx: Context,
  tx: Transaction,
  customer: CustomerRecord,
  attestation: Attestation,
): Promise<NewEvent> {
  await tx
    .update(customers)
    .set({ agreementAcceptedAt: ctx.now, agreementBy: 'partner', agreementAttestation: attestation, version: customer.version + 1 })
    .where(eq(customers.id, customer.id));
  await closeRequest(ctx, tx, customer.id, 'replace');
  return { type: 'agreement.attested', customerId: customer.id, data: { date: attestation.date } };
}

/** The partner's word that the customer has accepted the customer agreement. */
export async function attestAgreement(
  ctx: Context,
  { customerId, ...attestation }: { customerId: string } & Attestation,
): Promise<CustomerView> {
  demand(ctx, 'agreement.attest');
  refuseFields(checkAttestationDate(attestation.date, ctx.now, 'date'));
  return transact(ctx, async (tx) => {
    const customer = await lockUnaccepted(tx, customerId, 'be attested');
    const attested = await writeAttestation(ctx, tx, customer, attestation);
    return { result: await loadCustomer(ctx, tx, customerId), events: [attested] };
  });
}

/** Asks the customer to accept by itself. An earlier request is replaced: its link says so. */
export async function askAgreement(
  ctx: Context,
  input: { customerId: string; email: string; recipientName: string; sendMail: boolean },
): Promise<CustomerView> {
  demand(ctx, 'invitations.send');
  return transact(ctx, async (tx) => {
    const customer = await lockUnaccepted(tx, input.customerId, 'be asked for');
    await closeRequest(ctx, tx, customer.id, 'replace');
    const request: AgreementRequestRecord = {
      id: newId(),
      partnerId: ctx.partner.id,
      customerId: customer.id,
      email: input.email,
      recipientName: input.recipientName,
      language: customer.language,
      state: 'pending',
      expiresAt: new Date(ctx.now.getTime() + agreementRequestDays * 86_400_000),
      createdBy: userIdOf(ctx),
      createdAt: ctx.now,
      answeredAt: null,
    };
    await tx.insert(agreementRequests).values(request);
    const events: NewEvent[] = [{ type: 'agreement.requested', customerId: customer.id, data: { agreementRequestId: request.id } }];
    if (input.sendMail) events.push(await queueRequestMail(ctx, tx, request));
    return { result: await loadCustomer(ctx, tx, customer.id), events };
  });
}

const queueRequestMail = (ctx: Context, tx: Transaction, request: AgreementRequestRecord) =>
  queueMail(ctx, tx, {
    kind: 'agreement_request',
    recipient: request.email,
    language: request.language,
    customerId: request.customerId,
    facts: { userId: request.createdBy, agreementRequestId: request.id },
  });

async function lockOpen(ctx: Context, tx: Transaction, customerId: string, command: string): Promise<AgreementRequestRecord> {
  await lockUnaccepted(tx, customerId, command);
  const request = await pendingRequest(tx, customerId);
  const state = request ? agreementRequestStateAt(request, ctx.now) : 'none';
  if (!request || state !== 'pending') throw illegal('agreement request', state, command);
  return request;
}

/** Sends the mail again, with the same link. Not while one is on its way. */
export async function resendAgreementRequest(ctx: Context, customerId: string): Promise<CustomerView> {
  demand(ctx, 'invitations.send');
  return transact(ctx, async (tx) => {
    const request = await lockOpen(ctx, tx, customerId, 'be sent again');
    const newest = await agreementMailOf(tx, request);
    if (newest?.state === 'queued' || newest?.state === 'sending') throw illegal('mail', newest.state, 'be sent again');
    // What is put off would go out besides the new one.
    await stopMails(tx, request, ['deferred']);
    const mail = await queueRequestMail(ctx, tx, request);
    return {
      result: await loadCustomer(ctx, tx, customerId),
      events: [{ type: 'agreement.request_resent', customerId, data: { agreementRequestId: request.id } }, mail],
    };
  });
}

/** The link of the open request, for a person to copy; noted, since a link that is copied is out of our sight. */
export async function copyAgreementLink(ctx: Context, links: Links, customerId: string): Promise<{ link: string }> {
  demand(ctx, 'invitations.send');
  return transact(ctx, async (tx) => {
    const request = await lockOpen(ctx, tx, customerId, 'give its link');
    return {
      result: { link: links.agreement.linkOf(request.id) },
      events: [{ type: 'agreement.link_copied', customerId, data: { agreementRequestId: request.id } }],
    };
  });
}

import {
  type AgreementRequestRecord,
  agreementRequests,
  type Context,
  type CustomerRecord,
  customers,
  customerUsers,
  type DeliveryRecord,
  deliveries,
  invitations,
  operations,
  type Transaction,
} from '@clientele/db';
import {
  agreementRequestStateAt,
  askableDelegatedAdmin,
  commandsOf,
  daysUntil,
  type MailKind,
  notFound,
  relationshipTransitions,
  standingOf,
} from '@clientele/domain';
import { and, asc, desc, eq, gt, inArray, isNull, sql } from 'drizzle-orm';
import { type Allowed, allow } from '../access.ts';
import { viewDelivery } from '../deliveries/view.ts';
import { openStates } from '../operations/list.ts';
import { findBlockers } from '../relationships/blockers.ts';
import { openPlannedEndOf } from '../relationships/planned.ts';
import { knownReseller } from './resellers.ts';

/** What a list row shows. */
function rowOf(record: CustomerRecord, resellerName: string | null) {
  const { id, companyName, domain, country, relationship, delegatedAdmin, tags, createdAt, indirectResellerId } = record;
  return {
    id,
    companyName,
    domain,
    country,
    relationship,
    delegatedAdmin,
    tags,
    createdAt,
    agreementAccepted: record.agreementAcceptedAt !== null,
    indirectReseller: indirectResellerId === null ? null : { id: indirectResellerId, name: resellerName ?? '' },
  };
}

/** The name of the indirect reseller; its own row is behind the wall between partners. */
async function resellerNameOf(tx: Transaction, { indirectResellerId }: CustomerRecord): Promise<string | null> {
  if (indirectResellerId === null) return null;
  const [row] = await tx.execute<{ name: string | null }>(sql`select customer_reseller_name(${indirectResellerId}) as name`);
  return row?.name ?? null;
}

/** The row, locked until the transaction ends. Throws `not_found`, also for another partner's. */
export async function lockCustomer(tx: Transaction, customerId: string): Promise<CustomerRecord> {
  const [record] = await tx.select().from(customers).where(eq(customers.id, customerId)).for('update');
  if (!record) throw notFound('customer');
  return record;
}

/** Mails to the customer's contact that are about nothing but the account. */
const contactMails: readonly MailKind[] = [
  'welcome',
  'invitation_accepted_customer',
  'relationship_ended_customer',
  'delegated_admin_ended_customer',
];

/** What the customer is being asked right now: the pending invitation and the pending request to accept the agreement. */
export async function openRequestsOf(tx: Transaction, customerId: string, now: Date) {
  const [[invitation], [agreementRequest]] = await Promise.all([
    tx
      .select({ id: invitations.id, email: invitations.email, purpose: invitations.purpose })
      .from(invitations)
      .where(and(eq(invitations.customerId, customerId), eq(invitations.state, 'pending'), gt(invitations.expiresAt, now))),
    tx
      .select()
      .from(agreementRequests)
      .where(and(eq(agreementRequests.customerId, customerId), eq(agreementRequests.state, 'pending'))),
  ]);
  return { invitation, agreementRequest };
}

/** The newest mail of a pending request to accept the agreement. */
export async function agreementMailOf(tx: Transaction, request: AgreementRequestRecord): Promise<DeliveryRecord | undefined> {
  const [newest] = await tx
    .select()
    .from(deliveries)
    .where(
      and(
        eq(deliveries.customerId, request.customerId),
        eq(deliveries.kind, 'agreement_request'),
        eq(sql`${deliveries.facts} ->> 'agreementRequestId'`, request.id),
      ),
    )
    .orderBy(desc(deliveries.queuedAt), desc(deliveries.id))
    .limit(1);
  return newest;
}

const newestMail = (tx: Transaction, which: ReturnType<typeof and>) =>
  tx.select({ state: deliveries.state }).from(deliveries).where(which).orderBy(desc(deliveries.queuedAt)).limit(1);

/** The end that is planned, with what blocks it now: what was added since somebody looked has woken nobody. */
async function openPlannedEndNow(ctx: Context, tx: Transaction, customerId: string) {
  const plan = await openPlannedEndOf(ctx, tx, customerId);
  return plan && { ...plan, blockers: (await findBlockers(tx, customerId, ctx.now)).length };
}

/** One customer with everything that a partner may see of it. Throws `not_found`, also for another partner's. */
export async function loadCustomer(ctx: Context, tx: Transaction, customerId: string) {
  const [record] = await tx.select().from(customers).where(eq(customers.id, customerId));
  if (!record) throw notFound('customer');
  const [users, { invitation: pending, agreementRequest }, [running], [revealable], [contactMail], plannedEnd] = await Promise.all([
    tx
      .select()
      .from(customerUsers)
      .where(eq(customerUsers.organizationId, record.organizationId))
      .orderBy(asc(customerUsers.createdAt))
      .limit(100),
    openRequestsOf(tx, customerId, new Date(0)),
    tx
      .select({ id: operations.id, state: operations.state, kind: operations.kind, steps: operations.steps })
      .from(operations)
      .where(and(eq(operations.customerId, customerId), inArray(operations.state, openStates)))
      .orderBy(desc(operations.id))
      .limit(1),
    tx
      .select({ id: operations.id, state: operations.state })
      .from(operations)
      .where(
        and(eq(operations.customerId, customerId), eq(operations.kind, 'customer-onboarding'), isNull(operations.credentialsRevealedAt)),
      )
      .limit(1),
    newestMail(tx, and(eq(deliveries.customerId, customerId), inArray(deliveries.kind, [...contactMails]))),
    openPlannedEndNow(ctx, tx, customerId),
  ]);
  const [invitationMail] = pending
    ? await newestMail(tx, and(eq(deliveries.invitationId, pending.id), eq(deliveries.kind, 'invitation')))
    : [];
  const agreementMail = agreementRequest ? await agreementMailOf(tx, agreementRequest) : undefined;
  const commands = commandsOf(relationshipTransitions, record.relationship);
  const state = record.relationship;
  const askable = askableDelegatedAdmin(record);
  const isLive = state === 'active' || state === 'ending';
  const expired = agreementRequest ? agreementRequestStateAt(agreementRequest, ctx.now) === 'expired' : false;
  const underWay = agreementMail?.state === 'queued' || agreementMail?.state === 'sending';
  const mayAttest = isLive && record.agreementAcceptedAt === null;
  const withRequest = (possible: boolean, because: string): Allowed =>
    allow(ctx, 'invitations.send', mayAttest && agreementRequest !== undefined && possible, because);
  const failedStep =
    running?.kind === 'relationship-end' && running.state === 'failed' ? running.steps.find(({ failure }) => failure) : undefined;
  return {
    ...rowOf(record, await resellerNameOf(tx, record)),
    externalId: record.externalId,
    address: record.address,
    contact: record.contact,
    language: record.language,
    notes: record.notes,
    supportContact: record.supportResellerId === null ? record.supportContact : null,
    supportReseller: await knownReseller(tx, record.supportResellerId),
    specialQualification: record.specialQualification,
    agreement: {
      acceptedAt: record.agreementAcceptedAt,
      by: record.agreementBy,
      attestation: record.agreementAttestation,
      request: agreementRequest
        ? {
            id: agreementRequest.id,
            email: agreementRequest.email,
            recipientName: agreementRequest.recipientName,
            state: agreementRequestStateAt(agreementRequest, ctx.now),
            createdAt: agreementRequest.createdAt,
            expiresAt: agreementRequest.expiresAt,
            delivery: agreementMail ? viewDelivery(agreementMail) : null,
          }
        : null,
    },
    relationshipSince: record.relationshipSince,
    relationshipEndedAt: record.relationshipEndedAt,
    users: users.map((user) => ({ id: user.id, name: `${user.firstName} ${user.lastName}`, email: user.email, role: user.role })),
    delegatedAdminSince: record.delegatedAdminSince,
    delegatedAdminUntil: record.delegatedAdminUntil,
    pendingInvitationId: pending?.id ?? null,
    pendingPurpose: pending?.purpose ?? null,
    runningOperationId: running?.id ?? null,
    plannedEnd,
    standing: standingOf({
      relationship: state,
      delegatedAdmin: record.delegatedAdmin,
      adminDaysLeft: record.delegatedAdmin && record.delegatedAdminUntil ? daysUntil(record.delegatedAdminUntil, ctx.now) : null,
      agreementAccepted: record.agreementAcceptedAt !== null,
      endFailed: failedStep?.failure?.code ?? null,
      plannedEnd: plannedEnd && {
        awaitsApproval: plannedEnd.state === 'awaiting-approval',
        isDated: plannedEnd.mode === 'at',
        isHeldUp: plannedEnd.heldUpAt !== null,
      },
      hasInvitation: pending !== undefined,
      invitationMail: invitationMail?.state ?? null,
      agreementRequest: agreementRequest ? { expired, mail: agreementMail?.state ?? null } : null,
      contactMail: contactMail?.state ?? null,
    }),
    version: record.version,
    actions: {
      edit: allow(ctx, 'customers.edit', state !== 'ended', state),
      attest: allow(ctx, 'agreement.attest', mayAttest, isLive ? 'accepted' : state),
      askAgreement: allow(ctx, 'invitations.send', mayAttest, isLive ? 'accepted' : state),
      resendAgreement: withRequest(!expired && !underWay, expired ? 'expired' : 'sending'),
      copyAgreementLink: withRequest(!expired, 'expired'),
      end: allow(ctx, 'relationship.end', commands.includes('end') && plannedEnd === null, plannedEnd ? 'end_planned' : state),
      cancelEnd: allow(ctx, 'relationship.end', commands.includes('cancel-end'), state),
      request: allow(ctx, 'invitations.send', state === 'none', state),
      askDelegatedAdmin: allow(
        ctx,
        'delegated-admin.request',
        askable.can && pending === undefined,
        pending && askable.can ? 'asked' : askable.state,
      ),
      reinstate: allow(ctx, 'relationship.reinstate', state === 'ended', state),
      revealCredentials: allow(ctx, 'customers.add', revealable?.state === 'succeeded', state),
    },
  };
}
export type CustomerView = Awaited<ReturnType<typeof loadCustomer>>;

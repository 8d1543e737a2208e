import {
  accounts,
  type Context,
  type CustomerRecord,
  customers,
  customerUsers,
  type InvitationRecord,
  invitations,
  newId,
  organizations,
  type Transaction,
  transact,
  users,
} from '@clientele/db';
import {
  decideInvitation,
  grantDelegatedAdmin,
  isLookalikeDomain,
  type NewEvent,
  noDelegatedAdmin,
  normalizeDomain,
  Refusal,
  refuseFields,
  requireAnswerer,
} from '@clientele/domain';
import { hashPassword } from 'better-auth/crypto';
import { and, eq, sql } from 'drizzle-orm';
import { refuseGuessable } from '../accounts/guessable-passwords.ts';
import { lockCustomer } from '../customers/view.ts';
import { acceptForProvider, providerAskedFor } from '../partnerships/for-both.ts';
import { establish, grantEvents } from './establish.ts';
import { type Base, contextOf, pendingInvitation, requireCustomerPurpose, type Standing, standingOf } from './holders.ts';
import type { Links } from './links.ts';
import { tellBoth } from './tell.ts';

interface AcceptInput {
  token: string;
  agreementAccepted: boolean;
  /** Needed when the organisation is unknown here: its details, and the sign-in of its first global admin. */
  organization?:
    | { companyName: string; domain: string; country: string; firstName: string; lastName: string; password: string }
    | undefined;
}

/**
 * Accepts an invitation: exactly one of any number of attempts succeeds, the others get `link_over` with the state.
 * Throws `sign_in_required` when the organisation has users and none of its global admins is signed in.
 */
export async function acceptInvitation(
  base: Base,
  links: Links,
  input: AcceptInput,
  person: { userId: string } | null,
): Promise<{ customerId: string }> {
  const { ctx, invitationId } = await contextOf(base, links, input.token, person?.userId ?? null);
  if (input.organization && !person) {
    const { companyName, domain, firstName, lastName } = input.organization;
    await refuseGuessable('password', input.organization.password, [companyName, domain, firstName, lastName, ctx.partner.name]);
  }
  // Slow on purpose (a password hash), so before any row is locked.
  const password = input.organization && !person ? await hashPassword(input.organization.password) : null;
  const provider = await providerAskedFor(ctx, invitationId);
  return transact(ctx, async (tx, _send, within) => {
    const invitation = await pendingInvitation(ctx, tx, links, input.token, invitationId);
    requireCustomerPurpose(invitation);
    const domain = invitation.customerId ? invitation.domain : normalizeDomain(input.organization?.domain ?? invitation.domain ?? '');
    await oneAnswerAtATime(ctx, tx, invitation, domain);
    const standing = await standingOf(ctx, tx, invitation, domain);
    requireAnswerer({ organizationHasUsers: standing.hasUsers, signedInAsGlobalAdmin: standing.role === 'global-admin' });

    const events: NewEvent[] = [];
    const { customer, isNew, customerUserId } = await customerOf(ctx, tx, invitation, domain, standing, input, password);
    const concerning = { customerId: customer.id, invitationId };
    if (isNew) events.push({ type: 'customer.created', ...concerning, data: { domain: customer.domain } });
    if (customerUserId) events.push({ type: 'customer_user.added', ...concerning, data: { customerUserId, role: 'global-admin' } });
    if (!customer.agreementAcceptedAt && invitation.purpose !== 'delegated-admin') {
      if (!input.agreementAccepted) refuseFields([{ path: 'agreement', rule: 'required' }]);
      events.push({ type: 'agreement.accepted', ...concerning, data: { invitationId } });
    }

    const answered = await tx
      .update(invitations)
      .set({ state: decideInvitation(invitation, 'accept', ctx.now), answeredAt: ctx.now, customerId: customer.id })
      .where(and(eq(invitations.id, invitationId), eq(invitations.state, 'pending')))
      .returning({ id: invitations.id });
    if (answered.length === 0) throw new Refusal('link_over', 'This invitation has been answered.', { details: { state: 'accepted' } });
    events.push({ type: 'invitation.accepted', ...concerning, data: { delegatedAdmin: invitation.delegatedAdmin } });
    if (provider) await acceptForProvider(ctx, tx, within, { invitation, customer, provider });
    events.push(
      ...(invitation.purpose === 'delegated-admin'
        ? await grantWithin(ctx, tx, invitation, customer)
        : await establish(ctx, tx, invitation, customer)),
    );
    events.push(...(await tellBoth(ctx, tx, { ...invitation, customerId: customer.id }, { accepted: true })));
    return { result: { customerId: customer.id }, events };
  });
}

/**
 * Answers for one organisation come one after the other, whichever partners have asked: of two people who would be its first global admin at
 * the same moment, the second one finds the first.
 */
async function oneAnswerAtATime(ctx: Context, tx: Transaction, invitation: InvitationRecord, domain: string | null): Promise<void> {
  const [known] = invitation.customerId
    ? await tx.select({ domain: customers.domain }).from(customers).where(eq(customers.id, invitation.customerId))
    : [];
  await tx.execute(
    sql`select pg_advisory_xact_lock(hashtextextended(${`answer ${ctx.partner.cloud} ${known?.domain ?? domain ?? ''}`}, 0))`,
  );
}

/** The customer row that the acceptance is about: there already, or made now from what the person confirmed. */
async function customerOf(
  ctx: Context,
  tx: Transaction,
  invitation: InvitationRecord,
  domain: string | null,
  standing: Standing,
  input: AcceptInput,
  password: string | null,
): Promise<{ customer: CustomerRecord; isNew?: boolean; customerUserId?: string | null }> {
  const details = input.organization;
  let knownId = invitation.customerId;
  if (!knownId && standing.organizationId) {
    const [known] = await tx.select({ id: customers.id }).from(customers).where(eq(customers.organizationId, standing.organizationId));
    knownId = known?.id ?? null;
  }
  if (knownId) return firstAnswerOf(ctx, tx, await lockCustomer(tx, knownId), invitation, standing, details, password);
  if (!domain)
    throw new Refusal('validation_failed', 'The domain is needed.', {
      fields: [{ path: 'domain', rule: details?.domain ? 'domain' : 'required' }],
    });
  if (!standing.organizationId && isLookalikeDomain(domain)) refuseFields([{ path: 'domain', rule: 'domain_lookalike' }]);
  if (!standing.organizationId && !details)
    throw new Refusal('validation_failed', 'The company details are needed.', { fields: [{ path: 'companyName', rule: 'required' }] });

  const organizationId = standing.organizationId ?? newId();
  if (!standing.organizationId) {
    const { count } = await tx
      .insert(organizations)
      .values({ id: organizationId, cloud: ctx.partner.cloud, domain, createdAt: ctx.now })
      .onConflictDoNothing();
    if (count === 0) throw new Refusal('sign_in_required', 'A global admin of this organisation must sign in to answer.');
  }
  const [firstName = '', ...others] = (invitation.recipientName ?? invitation.companyName).split(' ');
  const customer: CustomerRecord = {
    id: newId(),
    partnerId: ctx.partner.id,
    organizationId,
    companyName: details?.companyName ?? invitation.companyName,
    domain,
    country: details?.country ?? ctx.partner.country,
    address: null,
    contact: details
      ? { firstName: details.firstName, lastName: details.lastName, email: invitation.email }
      : { firstName, lastName: others.join(' '), email: invitation.email },
    language: invitation.language,
    tags: [],
    notes: '',
    supportContact: null,
    supportResellerId: null,
    relationship: 'requested',
    ...noDelegatedAdmin,
    relationshipSince: null,
    relationshipEndedAt: null,
    snapshot: null,
    agreementAcceptedAt: null,
    agreementBy: null,
    agreementAttestation: null,
    specialQualification: null,
    onboardingOperationId: null,
    externalId: null,
    indirectResellerId: null,
    version: 1,
    createdAt: ctx.now,
  };
  await tx.insert(customers).values(customer);
  return {
    customer,
    isNew: true,
    customerUserId: standing.hasUsers || !details ? null : await addFirstAdmin(ctx, tx, organizationId, invitation, details, password),
  };
}

/**
 * The partner has the customer on a row already. When nobody of the organisation has ever been here (the partner has imported it), the
 * person who answers confirms the details and becomes its first global admin, as with an organisation that is unknown.
 */
async function firstAnswerOf(
  ctx: Context,
  tx: Transaction,
  customer: CustomerRecord,
  invitation: InvitationRecord,
  standing: Standing,
  details: AcceptInput['organization'],
  password: string | null,
): Promise<{ customer: CustomerRecord; customerUserId?: string | null }> {
  if (standing.hasUsers) return { customer };
  if (!details) {
    if (customer.relationshipSince === null)
      throw new Refusal('validation_failed', 'The company details are needed.', { fields: [{ path: 'companyName', rule: 'required' }] });
    return { customer };
  }
  if (normalizeDomain(details.domain) !== customer.domain)
    refuseFields([{ path: 'domain', rule: 'confirmation', params: { expected: customer.domain } }]);
  const customerUserId = await addFirstAdmin(ctx, tx, customer.organizationId, invitation, details, password);
  if (customer.relationshipSince !== null) return { customer, customerUserId };
  const confirmed = {
    companyName: details.companyName,
    country: details.country,
    contact: customer.contact.email
      ? customer.contact
      : { ...customer.contact, firstName: details.firstName, lastName: details.lastName, email: invitation.email },
  };
  await tx.update(customers).set(confirmed).where(eq(customers.id, customer.id));
  return { customer: { ...customer, ...confirmed }, customerUserId };
}

async function addFirstAdmin(
  ctx: Context,
  tx: Transaction,
  organizationId: string,
  invitation: InvitationRecord,
  details: NonNullable<AcceptInput['organization']>,
  password: string | null,
): Promise<string> {
  // The invited address, whatever the form says: the link proves that mailbox and no other.
  const email = invitation.email.toLowerCase();
  let userId = ctx.actor.kind === 'customer' ? ctx.actor.id : null;
  if (!userId) {
    userId = newId();
    const times = { createdAt: ctx.now, updatedAt: ctx.now };
    const { count } = await tx
      .insert(users)
      .values({ id: userId, name: `${details.firstName} ${details.lastName}`, email, language: invitation.language, ...times })
      .onConflictDoNothing();
    if (count === 0)
      throw new Refusal('sign_in_required', 'This e-mail address has a sign-in here already. Sign in with it to answer.', {
        details: { because: 'email' },
      });
    await tx.insert(accounts).values({ id: newId(), accountId: userId, providerId: 'credential', userId, password, ...times });
  }
  const id = newId();
  await tx.insert(customerUsers).values({
    id,
    organizationId,
    userId,
    firstName: details.firstName,
    lastName: details.lastName,
    email,
    role: 'global-admin',
    createdAt: ctx.now,
  });
  return id;
}

/** The consent to a request for delegated admin alone, or for more of it: nothing else changes. */
async function grantWithin(ctx: Context, tx: Transaction, invitation: InvitationRecord, customer: CustomerRecord): Promise<NewEvent[]> {
  // The end of a relationship takes its requests back; while it is ending it gets nothing more.
  if (customer.relationship !== 'active') throw new Refusal('link_over', 'The relationship has ended.', { details: { state: 'revoked' } });
  const granted = grantDelegatedAdmin(customer, invitation.delegatedAdminDays, ctx.now);
  await tx
    .update(customers)
    .set({ ...granted, version: customer.version + 1 })
    .where(eq(customers.id, customer.id));
  return grantEvents(invitation, customer, granted);
}

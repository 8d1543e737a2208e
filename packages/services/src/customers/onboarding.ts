import {
  type Context,
  customers,
  customerUsers,
  newId,
  type OperationRecord,
  organizations,
  subscriptions,
  type Transaction,
} from '@clientele/db';
import { checkAddress, grantDelegatedAdmin, type NewEvent, noDelegatedAdmin, type StepName } from '@clientele/domain';
import { and, eq, sql } from 'drizzle-orm';
import { queueMail } from '../deliveries/queue.ts';
import { becomeCustomer } from '../leads/become.ts';
import { type Step, StepRefused } from '../operations/step.ts';
import { settingsOf } from '../partners/settings.ts';
import { type NewCustomer, primaryDomainOf } from './add.ts';

const orderOf = (operation: OperationRecord) => operation.input as unknown as NewCustomer & { resellerName?: string };
const domainOf = (ctx: Context, operation: OperationRecord) => primaryDomainOf(ctx, orderOf(operation).domainPrefix);

async function organizationOf(ctx: Context, tx: Transaction, operation: OperationRecord): Promise<string> {
  const [found] = await tx.execute<{ id: string }>(
    sql`select id from find_organization(${ctx.partner.cloud}, ${domainOf(ctx, operation)})`,
  );
  if (!found) throw new Error('the reserved domain is gone');
  return found.id;
}

function customerIdOf(operation: OperationRecord): string {
  if (!operation.customerId) throw new Error('the account is not there yet');
  return operation.customerId;
}

const checkAddressStep: Step = async (_ctx, _tx, operation) => {
  const { country, address } = orderOf(operation);
  const [wrong] = checkAddress(country, address);
  if (wrong) throw new StepRefused({ code: 'address', params: { field: wrong.path, rule: wrong.rule } });
  return { events: [] };
};

const reserveDomain: Step = async (ctx, tx, operation) => {
  const domain = domainOf(ctx, operation);
  // No "returning": row-level security shows the new row only once a customer stands on it. postgres.js counts what was inserted.
  const { count } = await tx
    .insert(organizations)
    .values({ id: newId(), cloud: ctx.partner.cloud, domain, createdAt: ctx.now })
    .onConflictDoNothing();
  if (count === 0) throw new StepRefused({ code: 'domain_taken', params: { domain } });
  return { events: [] };
};

const createAccount: Step = async (ctx, tx, operation) => {
  const order = orderOf(operation);
  const domain = domainOf(ctx, operation);
  const customerId = newId();
  await tx.insert(customers).values({
    id: customerId,
    partnerId: ctx.partner.id,
    organizationId: await organizationOf(ctx, tx, operation),
    companyName: order.companyName,
    domain,
    country: order.country,
    address: order.address,
    contact: order.contact,
    language: order.language,
    relationship: 'requested',
    indirectResellerId: order.resellerId ?? null,
    onboardingOperationId: operation.id,
    createdAt: ctx.now,
  });
  const { resellerName: reseller } = order;
  const ofLead = order.leadId ? await becomeCustomer(tx, order.leadId, customerId) : [];
  return {
    events: [{ type: 'customer.created', customerId, data: { domain, ...(reseller ? { reseller } : {}) } }, ...ofLead],
    operation: { customerId },
  };
};

const createFirstAdmin: Step = async (ctx, tx, operation) => {
  const customerId = customerIdOf(operation);
  const { firstName, lastName, email: mailbox } = orderOf(operation).contact;
  const signInName = `admin@${domainOf(ctx, operation)}`;
  const customerUserId = newId();
  await tx.insert(customerUsers).values({
    id: customerUserId,
    organizationId: await organizationOf(ctx, tx, operation),
    firstName,
    lastName,
    email: signInName,
    role: 'global-admin',
    mailbox,
    createdAt: ctx.now,
  });
  return {
    events: [{ type: 'customer_user.added', customerId, data: { customerUserId, role: 'global-admin' } }],
    operation: { signInName },
  };
};

const recordAgreement: Step = async (ctx, tx, operation) => {
  const customerId = customerIdOf(operation);
  const { agreement } = orderOf(operation);
  if (agreement.by === 'customer') return { events: [], skipped: true };
  const { by: _by, ...attestation } = agreement;
  await tx
    .update(customers)
    .set({ agreementAcceptedAt: ctx.now, agreementBy: 'partner', agreementAttestation: attestation })
    .where(eq(customers.id, customerId));
  return { events: [{ type: 'agreement.attested', customerId, data: { date: agreement.date } }] };
};

const establishRelationship: Step = async (ctx, tx, operation) => {
  const customerId = customerIdOf(operation);
  // A customer whose account the partner makes is administered by it from the start, for as long as it would ask for; the customer can take that away.
  const { delegatedAdminDays } = await settingsOf(ctx, tx);
  const granted = grantDelegatedAdmin(noDelegatedAdmin, delegatedAdminDays, ctx.now);
  const { count } = await tx
    .update(customers)
    .set({ relationship: 'active', ...granted, relationshipSince: ctx.now, onboardingOperationId: null })
    .where(and(eq(customers.id, customerId), eq(customers.relationship, 'requested')));
  if (count === 0) throw new StepRefused({ code: 'relationship_changed' });
  return { events: [{ type: 'relationship.established', customerId, data: { delegatedAdmin: true } }] };
};

const addSubscriptions: Step = async (ctx, tx, operation) => {
  const customerId = customerIdOf(operation);
  const order = orderOf(operation);
  if (order.subscriptions.length === 0) return { events: [], skipped: true };
  const rows = order.subscriptions.map((subscription) => ({
    ...subscription,
    id: newId(),
    partnerId: ctx.partner.id,
    customerId,
    resellerId: order.resellerId ?? null,
    state: 'active' as const,
    createdAt: ctx.now,
  }));
  await tx.insert(subscriptions).values(rows);
  return {
    events: rows.map(({ id, productId, quantity }) => ({
      type: 'subscription.added',
      customerId,
      data: { subscriptionId: id, productId, quantity },
    })),
  };
};

const sendWelcomeMail: Step = async (ctx, tx, operation) => {
  const order = orderOf(operation);
  const event = await queueMail(ctx, tx, {
    kind: 'welcome',
    recipient: order.contact.email,
    language: order.language,
    customerId: customerIdOf(operation),
    facts: { userId: operation.createdBy },
  });
  return { events: [event] };
};

export const onboardingSteps: Record<StepName<'customer-onboarding'>, Step> = {
  check_address: checkAddressStep,
  reserve_domain: reserveDomain,
  create_account: createAccount,
  create_first_admin: createFirstAdmin,
  record_agreement: recordAgreement,
  establish_relationship: establishRelationship,
  add_subscriptions: addSubscriptions,
  send_welcome_mail: sendWelcomeMail,
};

/** A cancelled onboarding leaves no account and gives the domain back; what was written to the activity log stays. */
export async function undoOnboarding(ctx: Context, tx: Transaction, operation: OperationRecord): Promise<NewEvent[]> {
  const reserved = operation.steps.some((step) => step.name === 'reserve_domain' && step.state === 'done');
  if (!reserved) return [];
  const organizationId = await organizationOf(ctx, tx, operation);
  if (operation.customerId) await tx.delete(customers).where(eq(customers.id, operation.customerId));
  await tx.execute(sql`select drop_unused_organization(${organizationId}::uuid)`);
  return [{ type: 'customer.onboarding_undone', customerId: operation.customerId, data: { domain: domainOf(ctx, operation) } }];
}

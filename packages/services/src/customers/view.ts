import { type Context, type CustomerRecord, customers, customerUsers, invitations, operations, type Transaction } from '@clientele/db';
import { commandsOf, notFound, relationshipTransitions } from '@clientele/domain';
import { and, asc, desc, eq, inArray, isNull, sql } from 'drizzle-orm';
import { allow } from '../access.ts';
import { openStates } from '../operations/list.ts';

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

/** One customer with everything that a partner may see of it. Throws `not_found`, also for another partner's. */
export async function loadCustomer(ctx: Context, tx: Transaction, customerId: string) {
  const [record] = await tx.select().from(customers).where(eq(customers.id, customerId));
  if (!record) throw notFound('customer');
  const [users, [pending], [running], [revealable]] = await Promise.all([
    tx
      .select()
      .from(customerUsers)
      .where(eq(customerUsers.organizationId, record.organizationId))
      .orderBy(asc(customerUsers.createdAt))
      .limit(100),
    tx
      .select({ id: invitations.id })
      .from(invitations)
      .where(and(eq(invitations.customerId, customerId), eq(invitations.state, 'pending'))),
    tx
      .select({ id: operations.id })
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
  ]);
  const commands = commandsOf(relationshipTransitions, record.relationship);
  const state = record.relationship;
  return {
    ...rowOf(record, await resellerNameOf(tx, record)),
    address: record.address,
    contact: record.contact,
    language: record.language,
    notes: record.notes,
    supportContact: record.supportContact,
    agreement: { acceptedAt: record.agreementAcceptedAt, by: record.agreementBy },
    relationshipSince: record.relationshipSince,
    relationshipEndedAt: record.relationshipEndedAt,
    users: users.map((user) => ({ id: user.id, name: `${user.firstName} ${user.lastName}`, email: user.email, role: user.role })),
    pendingInvitationId: pending?.id ?? null,
    runningOperationId: running?.id ?? null,
    version: record.version,
    actions: {
      edit: allow(ctx, 'customers.edit', state !== 'ended', state),
      end: allow(ctx, 'relationship.end', commands.includes('end'), state),
      cancelEnd: allow(ctx, 'relationship.end', commands.includes('cancel-end'), state),
      request: allow(ctx, 'invitations.send', state === 'none', state),
      reinstate: allow(ctx, 'relationship.reinstate', state === 'ended', state),
      revealCredentials: allow(ctx, 'customers.add', revealable?.state === 'succeeded', state),
    },
  };
}
export type CustomerView = Awaited<ReturnType<typeof loadCustomer>>;

import { type Context, type CustomerRecord, customers, customerUsers, read, type Transaction, users } from '@clientele/db';
import { lastDayBefore, notFound, productOf } from '@clientele/domain';
import { asc, eq } from 'drizzle-orm';
import { allow, demand } from '../access.ts';
import { standingFacts } from './load.ts';

/** The customer's people whom a partner with a live relationship sees. */
async function peopleOf(tx: Transaction, customer: CustomerRecord) {
  const rows = await tx
    .select()
    .from(customerUsers)
    .where(eq(customerUsers.organizationId, customer.organizationId))
    .orderBy(asc(customerUsers.createdAt))
    .limit(500);
  return rows.map(({ id, firstName, lastName, email, role }) => ({ id, name: `${firstName} ${lastName}`, email, role }));
}

/** The permission as screens see it: how it stands, its conditions one by one, its brakes, and what is left of the month. */
export async function viewPermission(ctx: Context, tx: Transaction, customer: CustomerRecord) {
  const [facts, people] = await Promise.all([standingFacts(ctx, tx, customer), peopleOf(tx, customer)]);
  const { permission, plans, conditions, standing, currency, zone, month } = facts;
  const [changer] = permission ? await tx.select({ name: users.name }).from(users).where(eq(users.id, permission.changedBy)) : [];
  const unmet = conditions.find(({ met }) => !met)?.condition;
  return {
    customerId: customer.id,
    isOn: standing !== 'off' && standing !== 'ended',
    standing,
    conditions,
    mostPerPurchase: permission?.mostPerPurchase ?? null,
    mostPerMonth: permission?.mostPerMonth ?? null,
    approval: permission?.approval ?? null,
    endsAt: permission?.endsAt ?? null,
    endsOn: permission?.endsAt ? lastDayBefore(permission.endsAt, zone) : null,
    currency,
    zone,
    month,
    plans: plans.map((plan) => ({
      id: plan.id,
      productName: productOf(plan.productId)?.name ?? plan.productId,
      state: plan.state,
      version: plan.version,
      ownerId: plan.ownerId,
    })),
    people,
    changedAt: permission?.changedAt ?? null,
    changedBy: changer?.name ?? null,
    version: permission?.version ?? 0,
    actions: {
      // Turned off it can be whatever holds; turned on only when everything does.
      turnOn: allow(ctx, 'customer-permissions.manage', unmet === undefined || standing === unmet, unmet ?? ''),
      turnOff: allow(ctx, 'customer-permissions.manage', permission?.isOn === true, 'off'),
      setOwner: allow(ctx, 'subscriptions.manage', customer.relationship === 'active', customer.relationship),
    },
  };
}
export type CustomerPermissionView = Awaited<ReturnType<typeof viewPermission>>;

/** Whether and how far this customer may buy by itself. Throws `not_found`, also for another partner's. */
export async function getCustomerPermission(ctx: Context, customerId: string): Promise<CustomerPermissionView> {
  demand(ctx, 'customers.see');
  return read(ctx, async (tx) => {
    const [customer] = await tx.select().from(customers).where(eq(customers.id, customerId));
    if (!customer) throw notFound('customer');
    return viewPermission(ctx, tx, customer);
  });
}

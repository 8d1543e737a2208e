import type { Approval, BillingCurrency, OrderKind, OrderState, SubscriptionState } from '@clientele/domain';
import type { Sql } from 'postgres';
import { newId } from '../ids.ts';
import { aCustomerUser, aSubscription, aUser, insertRow } from './builders.ts';

/** A usage-based subscription and the customer's person who owns it. */
export async function anOwnedPlan(
  sql: Sql,
  customer: { id: string; partnerId: string; organizationId: string },
  more: Partial<{ state: SubscriptionState; userId: string; role: 'global-admin' | 'user' }> = {},
) {
  const userId = more.userId ?? (await aUser(sql)).id;
  const [known] = await sql<
    { id: string }[]
  >`select id from customer_users where organization_id = ${customer.organizationId} and user_id = ${userId}`;
  const owner = known ?? (await aCustomerUser(sql, { id: customer.organizationId }, { userId, role: more.role ?? 'user' }));
  const plan = await aSubscription(sql, customer, { productId: 'azure-plan', quantity: 1, state: more.state ?? 'active' });
  await sql`update subscriptions set owner_id = ${owner.id} where id = ${plan.id}`;
  return { plan, owner: { id: owner.id, userId } };
}

/** A permission that is on: 1,000,000 per purchase, 10,000,000 per month, and the partner is told. */
export async function aCustomerPermission(
  sql: Sql,
  customer: { id: string; partnerId: string },
  more: Partial<{
    isOn: boolean;
    mostPerPurchase: number;
    mostPerMonth: number;
    approval: Approval;
    endsAt: Date;
    currency: BillingCurrency;
  }> = {},
) {
  const permission = {
    ...{ customerId: customer.id, partnerId: customer.partnerId, isOn: true, mostPerPurchase: 1_000_000, mostPerMonth: 10_000_000 },
    ...{ currency: 'JPY', approval: 'tell', version: 1 },
    ...more,
  } as const;
  await insertRow(sql, 'customer_permissions', { ...permission, changedBy: 'system', changedAt: new Date() });
  return permission;
}

/** An order of a reserved virtual machine in Japan East, by a user. */
export async function anOrder(
  sql: Sql,
  customer: { id: string; partnerId: string },
  user: { id: string },
  more: Partial<{
    kind: OrderKind;
    state: OrderState;
    orderedAt: Date;
    lapsesAt: Date;
    subscriptionId: string;
    ofPurchaseId: string;
    purchaseId: string;
    quantity: number;
    note: string;
    answer: string;
  }> = {},
) {
  const { quantity = 1 } = more;
  const order = {
    ...{ id: newId(), partnerId: customer.partnerId, customerId: customer.id, kind: 'buy', state: 'awaiting-approval', formKey: newId() },
    ...{ productId: 'vm-reservation-1y', region: 'japan-east', quantity, scope: 'shared', unitPrice: 100_800, total: 100_800 * quantity },
    ...{ currency: 'JPY', orderedBy: user.id, language: 'en', orderedAt: new Date(), lapsesAt: new Date(Date.now() + 7 * 86_400_000) },
    ...more,
  } as const;
  await insertRow(sql, 'orders', order);
  return order;
}

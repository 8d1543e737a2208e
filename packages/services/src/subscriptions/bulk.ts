import type { NewEvent, StepName } from '@clientele/domain';
import { liveRelationshipStates } from '@clientele/domain';
import { sql } from 'drizzle-orm';
import { chooseCustomers, lockCustomersOf } from '../customers/choose.ts';
import { pendingRows, type SettledRow, settleRows } from '../operations/rows.ts';
import type { Step } from '../operations/step.ts';

/** Fewer than usual: a customer has several subscriptions, each with an event of its own. */
const chunkSize = 100;

/** Suspends every active subscription of each customer, as suspending them one by one would. */
const suspendSubscriptions: Step = async (_ctx, tx, operation) => {
  const rows = await pendingRows(tx, operation, chunkSize);
  const customers = await lockCustomersOf(tx, rows);
  const live = [...customers.values()].filter(({ relationship }) => liveRelationshipStates.includes(relationship)).map(({ id }) => id);
  const suspended = await tx.execute<{ id: string; customer_id: string; product_id: string }>(sql`
    update subscriptions set state = 'suspended'
    where state = 'active' and customer_id in (select value::uuid from jsonb_array_elements_text(${JSON.stringify(live)}::jsonb))
    returning id, customer_id, product_id`);
  const touched = new Set(suspended.map(({ customer_id }) => customer_id));
  const settled = rows.map(({ position, customerId }): SettledRow => {
    const customer = customers.get(customerId ?? '');
    if (!customer) return { position, state: 'failed', failures: [{ code: 'gone' }] };
    if (!liveRelationshipStates.includes(customer.relationship))
      return { position, state: 'failed', failures: [{ code: 'relationship', params: { state: customer.relationship } }] };
    return touched.has(customer.id)
      ? { position, state: 'done', outcome: 'suspended' }
      : { position, state: 'skipped', outcome: 'nothing_active' };
  });
  return {
    events: suspended.map(
      (one): NewEvent => ({
        type: 'subscription.suspended',
        customerId: one.customer_id,
        data: { subscriptionId: one.id, productId: one.product_id },
      }),
    ),
    settled: await settleRows(tx, operation, settled),
    more: rows.length === chunkSize,
  };
};

export const suspendSteps: Record<StepName<'subscriptions-suspend'>, Step> = {
  choose_customers: chooseCustomers,
  suspend_subscriptions: suspendSubscriptions,
};

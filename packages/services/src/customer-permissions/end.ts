import { type Context, customerPermissions, transact } from '@clientele/db';
import type { NewEvent } from '@clientele/domain';
import { and, eq, lte } from 'drizzle-orm';
import { queueMail } from '../deliveries/queue.ts';
import { partnerUsersWhoMay } from '../partners/who-may.ts';

/**
 * Writes down that a permission has come to its end date, and tells who may turn it on again. It has been without effect since that moment: each
 * purchase looks at the date itself.
 */
export async function endCustomerPermission(ctx: Context, customerId: string): Promise<void> {
  await transact(ctx, async (tx) => {
    const due = and(
      eq(customerPermissions.customerId, customerId),
      eq(customerPermissions.isOn, true),
      lte(customerPermissions.endsAt, ctx.now),
    );
    const [record] = await tx.select().from(customerPermissions).where(due).for('update');
    if (!record) return { result: undefined, events: [] };
    await tx
      .update(customerPermissions)
      .set({ isOn: false, changedBy: 'system', changedAt: ctx.now, version: record.version + 1 })
      .where(eq(customerPermissions.customerId, customerId));
    const events: NewEvent[] = [{ type: 'customer_permission.deleted', customerId, data: { because: 'end-date' } }];
    for (const { id: userId, email: recipient, language } of await partnerUsersWhoMay(ctx, tx, 'customer-permissions.manage'))
      events.push(
        await queueMail(ctx, tx, {
          ...{ kind: 'customer_permission_ended', recipient, language, customerId },
          facts: { userId, ...(record.endsAt ? { endedAt: record.endsAt.toISOString() } : {}) },
        }),
      );
    return { result: undefined, events };
  });
}

import { isDeepStrictEqual } from 'node:util';
import { type Contact, type Context, customers, read, transact } from '@clientele/db';
import { illegal, type Language, Refusal } from '@clientele/domain';
import { and, eq } from 'drizzle-orm';
import { demand } from '../access.ts';
import { type CustomerView, loadCustomer, lockCustomer } from './view.ts';

export interface CustomerEdit {
  customerId: string;
  /** The version that the editor has seen. */
  version: number;
  notes?: string | undefined;
  tags?: string[] | undefined;
  contact?: Contact | undefined;
  language?: Language | undefined;
  supportContact?: string | null | undefined;
}

/** One customer. Throws `not_found`, also for another partner's. */
export async function getCustomer(ctx: Context, customerId: string): Promise<CustomerView> {
  demand(ctx, 'customers.see');
  return read(ctx, (tx) => loadCustomer(ctx, tx, customerId));
}

/** Changes what is given and nothing else. Throws `conflict` with the newer version when somebody was quicker. */
export async function editCustomer(ctx: Context, { customerId, version, ...edit }: CustomerEdit): Promise<CustomerView> {
  demand(ctx, 'customers.edit');
  const tags = edit.tags && [...new Set(edit.tags)];
  const given = Object.entries({ ...edit, tags }).filter(([, value]) => value !== undefined);
  return transact(ctx, async (tx) => {
    const record = await lockCustomer(tx, customerId);
    if (record.relationship === 'ended') throw illegal('customer', 'ended', 'be edited');
    if (record.version !== version)
      throw new Refusal('conflict', 'Somebody changed this customer meanwhile.', { details: { version: record.version, customerId } });
    // A form sends all of its fields: only what is different has been changed.
    const changes = Object.fromEntries(given.filter(([field, value]) => !isDeepStrictEqual(value, record[field as keyof typeof record])));
    if (Object.keys(changes).length === 0) return { result: await loadCustomer(ctx, tx, customerId), events: [] };
    await tx
      .update(customers)
      .set({ ...changes, version: version + 1 })
      .where(and(eq(customers.id, customerId), eq(customers.version, version)));
    return {
      result: await loadCustomer(ctx, tx, customerId),
      events: [{ type: 'customer.edited', customerId, data: { fields: Object.keys(changes) } }],
    };
  });
}

import { type Context, type CustomerRecord, customers, type Transaction, transact } from '@clientele/db';
import { type DelegatedAdminEnd, illegal, type NewEvent, noDelegatedAdmin } from '@clientele/domain';
import { eq } from 'drizzle-orm';
import { lockCustomer } from '../customers/view.ts';
import { queueMail } from '../deliveries/queue.ts';
import { partnerUsersWhoMay } from '../partners/who-may.ts';

/**
 * Takes a customer's delegated admin away and keeps the relationship. For a person of the customer (who is one of its global admins: the caller
 * has made sure); the partner is told by mail and the customer gets a receipt. Throws `illegal_transition` when there is none.
 */
export async function takeAwayDelegatedAdmin(ctx: Context, input: { customerId: string; because: DelegatedAdminEnd }): Promise<void> {
  await transact(ctx, async (tx) => {
    const customer = await lockCustomer(tx, input.customerId);
    if (!customer.delegatedAdmin) throw illegal('delegated admin', 'none', 'be taken away');
    const events = await takeAwayWithin(ctx, tx, customer, input.because);
    return { result: undefined, events: [...events, ...(await tellOfEnd(ctx, tx, [customer], input.because))] };
  });
}

/** The same in the caller's transaction, which has locked the customer; tells nobody. Return the events with the caller's own. */
export async function takeAwayWithin(
  _ctx: Context,
  tx: Transaction,
  customer: CustomerRecord,
  because: DelegatedAdminEnd,
): Promise<NewEvent[]> {
  if (!customer.delegatedAdmin) return [];
  await tx
    .update(customers)
    .set({ ...noDelegatedAdmin, version: customer.version + 1 })
    .where(eq(customers.id, customer.id));
  return [{ type: 'delegated_admin.taken_away', customerId: customer.id, data: { because } }];
}

/** So many customers a mail names; of the others it says how many they are. */
export const mostNamedInMail = 50;

/** Tells both sides that it was taken away: each customer by a mail of its own, the partner's people who could ask for it again by one about all. */
export async function tellOfEnd(ctx: Context, tx: Transaction, ended: CustomerRecord[], because: DelegatedAdminEnd): Promise<NewEvent[]> {
  const events: NewEvent[] = [];
  for (const customer of ended)
    if (customer.contact.email)
      events.push(
        await queueMail(ctx, tx, {
          kind: 'delegated_admin_ended_customer',
          recipient: customer.contact.email,
          language: customer.language,
          customerId: customer.id,
          facts: { because, endedAt: ctx.now.toISOString() },
        }),
      );
  const [only, ...others] = ended;
  if (!only) return events;
  for (const user of await partnerUsersWhoMay(ctx, tx, 'delegated-admin.request'))
    events.push(
      await queueMail(ctx, tx, {
        kind: 'delegated_admin_ended_partner',
        recipient: user.email,
        language: user.language,
        customerId: others.length === 0 ? only.id : null,
        facts: {
          userId: user.id,
          because,
          endedAt: ctx.now.toISOString(),
          customerIds: ended.slice(0, mostNamedInMail).map(({ id }) => id),
          count: ended.length,
        },
      }),
    );
  return events;
}

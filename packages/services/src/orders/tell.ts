import { type Context, customers, customerUsers, type OrderNews, type OrderRecord, type Transaction } from '@clientele/db';
import type { NewEvent } from '@clientele/domain';
import { and, eq } from 'drizzle-orm';
import { queueMail } from '../deliveries/queue.ts';
import { partnerUsersWhoMay } from '../partners/who-may.ts';

/** Mails those of the partner's people who may decide about orders. Return the events with the caller's own. */
export async function tellPartner(ctx: Context, tx: Transaction, order: OrderRecord, orderNews: OrderNews): Promise<NewEvent[]> {
  const events: NewEvent[] = [];
  for (const { id: userId, email: recipient, language } of await partnerUsersWhoMay(ctx, tx, 'orders.decide'))
    events.push(
      await queueMail(ctx, tx, {
        ...{ kind: 'order_partner', recipient, language, customerId: order.customerId },
        facts: { userId, orderId: order.id, orderNews },
      }),
    );
  return events;
}

/**
 * Mails the customer's person who has ordered, at its recorded mailbox. Nobody is told whom the wall hides: a person whose organisation has no
 * live relationship with the partner any more.
 */
export async function tellOrderer(ctx: Context, tx: Transaction, order: OrderRecord, orderNews: OrderNews): Promise<NewEvent[]> {
  const [person] = await tx
    .select({ email: customerUsers.email, mailbox: customerUsers.mailbox })
    .from(customerUsers)
    .innerJoin(customers, eq(customers.organizationId, customerUsers.organizationId))
    .where(and(eq(customers.id, order.customerId), eq(customerUsers.userId, order.orderedBy)));
  if (!person) return [];
  return [
    await queueMail(ctx, tx, {
      ...{ kind: 'order_customer', recipient: person.mailbox ?? person.email, customerId: order.customerId },
      language: order.language,
      facts: { orderId: order.id, orderNews, ...(order.decidedBy ? { userId: order.decidedBy } : {}) },
    }),
  ];
}

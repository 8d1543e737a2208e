import { events, purchases, subscriptions, type Transaction, users } from '@clientele/db';
import { type Blocker, blockersOf, productOf, purchaseProductOf } from '@clientele/domain';
import { and, desc, eq, inArray, sql } from 'drizzle-orm';

/** What keeps this customer's relationship from ending, as it is in this transaction. */
export async function findBlockers(tx: Transaction, customerId: string, now: Date): Promise<Blocker[]> {
  const [held, bought] = await Promise.all([
    tx.select().from(subscriptions).where(eq(subscriptions.customerId, customerId)),
    tx.select().from(purchases).where(eq(purchases.customerId, customerId)),
  ]);
  return blockersOf(held, bought, now);
}

/** The same with the names of the products. */
export const named = (blockers: readonly Blocker[]) =>
  blockers.map((blocker) => ({
    ...blocker,
    productName: (productOf(blocker.productId) ?? purchaseProductOf(blocker.productId))?.name ?? blocker.productId,
  }));

interface BlockerOwner {
  kind: 'partner-user' | 'api-key' | 'customer' | 'system';
  /** Null when it is not known, or nobody in particular. */
  name: string | null;
}

const thingOf = (blocker: Blocker) => ('purchaseId' in blocker ? blocker.purchaseId : blocker.subscriptionId);

/** Who added, bought or brought back each, as the log has it. Null: the log does not say, as for what was there before it. */
export async function withOwners<Named extends Blocker>(tx: Transaction, customerId: string, blockers: Named[]) {
  if (blockers.length === 0) return [];
  const thing = sql<string>`coalesce(${events.data} ->> 'subscriptionId', ${events.data} ->> 'purchaseId')`;
  const found = await tx
    .select({ thing, actorKind: events.actorKind, at: events.at, name: users.name })
    .from(events)
    .leftJoin(users, eq(users.id, events.actorId))
    .where(
      and(
        eq(events.customerId, customerId),
        inArray(events.type, ['subscription.added', 'subscription.reactivated', 'purchase.made']),
        inArray(thing, blockers.map(thingOf)),
      ),
    )
    .orderBy(desc(events.id))
    .limit(1000);
  return blockers.map((blocker) => {
    const event = found.find((one) => one.thing === thingOf(blocker));
    const owner: BlockerOwner | null = event ? { kind: event.actorKind, name: event.name } : null;
    return { ...blocker, owner, since: event?.at ?? null };
  });
}

import { type Context, customers, type OrderRecord, orders, purchases, read, users } from '@clientele/db';
import { type Cloud, isPurchaseLive, notFound, orderStateAt, purchaseProductOf } from '@clientele/domain';
import { and, desc, eq } from 'drizzle-orm';
import { standingFacts } from '../customer-permissions/load.ts';
import { withdrawOrder } from '../orders/lapse.ts';
import { actingPerson, type NewOrder, ownedPlans, placeOrder } from '../orders/place.ts';
import { askOfPartner, type NewRequest } from '../orders/request.ts';
import { type OwnPartner, openOwnPartner } from './partners.ts';

type Base = Pick<Context, 'db' | 'requestId' | 'now' | 'committed'> & { cloud: Cloud };

/** So many orders and reservations are shown; a customer that buys by itself has a few a month. */
const most = 200;

/** An order, as the customer sees it. Of the partner's people none is named. */
export interface OwnOrder
  extends Pick<
    OrderRecord,
    | 'id'
    | 'kind'
    | 'state'
    | 'productId'
    | 'region'
    | 'quantity'
    | 'scope'
    | 'scopeName'
    | 'unitPrice'
    | 'total'
    | 'currency'
    | 'note'
    | 'answer'
  > {
  orderedAt: Date;
  orderedBy: string;
  lapsesAt: Date | null;
  decidedAt: Date | null;
  ofPurchaseId: string | null;
  purchaseId: string | null;
  canWithdraw: boolean;
}

/** A reservation of the customer's, whoever has bought it. */
export interface OwnReservation {
  id: string;
  productId: string;
  quantity: number;
  boughtAt: Date;
  endsAt: Date;
  state: 'active' | 'cancelled' | 'expired';
  /** What is asked for it and waits for the partner. */
  openRequest: OwnOrder | null;
  /** Of one that the customer has bought by itself. */
  order: OwnOrder | null;
  canAsk: boolean;
}

/** What the partner allows, what was ordered, and what there is. */
export interface OwnBuying {
  standing: Awaited<ReturnType<typeof standingFacts>>['standing'];
  /** The person's own plans, on which it may buy. */
  plans: { id: string; name: string }[];
  brakes: { mostPerPurchase: number; mostPerMonth: number; approval: 'tell' | 'ask'; endsAt: Date | null } | null;
  currency: OrderRecord['currency'];
  zone: 'UTC' | 'Asia/Tokyo';
  month: { from: Date; until: Date; spent: number; left: number };
  orders: OwnOrder[];
  reservations: OwnReservation[];
}

/** The customer's own side of buying with one partner. Reading it changes nothing. Throws `not_found`. */
export async function openOwnBuying(base: Base, userId: string, customerId: string): Promise<{ own: OwnPartner; buying: OwnBuying }> {
  const { ctx, own } = await openOwnPartner(base, userId, customerId);
  const buying = await read(ctx, async (tx): Promise<OwnBuying> => {
    const [customer] = await tx.select().from(customers).where(eq(customers.id, customerId));
    if (!customer) throw notFound('partner');
    const [facts, person, ordered, bought] = await Promise.all([
      standingFacts(ctx, tx, customer),
      actingPerson(ctx, tx, customer),
      tx
        .select({ order: orders, name: users.name })
        .from(orders)
        .leftJoin(users, eq(users.id, orders.orderedBy))
        .where(eq(orders.customerId, customerId))
        .orderBy(desc(orders.id))
        .limit(most),
      tx
        .select()
        .from(purchases)
        .where(and(eq(purchases.customerId, customerId), eq(purchases.kind, 'reservation')))
        .orderBy(desc(purchases.createdAt), desc(purchases.id))
        .limit(most),
    ]);
    const isAdmin = person?.role === 'global-admin';
    const mine = ordered.map(({ order, name }) => viewOwnOrder(ctx, order, name, isAdmin || order.orderedBy === userId));
    const owned = ownedPlans(facts.plans, person?.id);
    return {
      standing: facts.standing,
      plans: owned.map(({ id, productId }) => ({ id, name: purchaseProductOf(productId)?.name ?? 'Azure plan' })),
      brakes: facts.permission,
      ...{ currency: facts.currency, zone: facts.zone, month: facts.month },
      orders: mine,
      reservations: bought.map((purchase) => {
        const isLive = isPurchaseLive(purchase, ctx.now);
        const openRequest = mine.find(({ ofPurchaseId, state }) => ofPurchaseId === purchase.id && state === 'awaiting-approval') ?? null;
        const isOwner = facts.plans.some(
          ({ id, ownerId }) => id === purchase.subscriptionId && person !== undefined && ownerId === person.id,
        );
        return {
          ...{ id: purchase.id, productId: purchase.productId, quantity: purchase.quantity, boughtAt: purchase.createdAt },
          endsAt: purchase.endsAt ?? purchase.createdAt,
          state: purchase.state === 'active' && !isLive ? 'expired' : purchase.state,
          openRequest,
          order: mine.find(({ purchaseId }) => purchaseId === purchase.id) ?? null,
          canAsk: isLive && openRequest === null && own.relationship === 'active' && (isAdmin || isOwner),
        };
      }),
    };
  });
  return { own, buying };
}

function viewOwnOrder(ctx: Context, order: OrderRecord, orderedBy: string | null, mayAct: boolean): OwnOrder {
  const { id, kind, productId, region, quantity, scope, scopeName, unitPrice, total, currency, note, answer } = order;
  const state = orderStateAt(order, ctx.now);
  return {
    ...{ id, kind, state, productId, region, quantity, scope, scopeName, unitPrice, total, currency, note, answer },
    ...{ orderedAt: order.orderedAt, orderedBy: orderedBy ?? '', lapsesAt: order.lapsesAt, decidedAt: order.decidedAt },
    ...{ ofPurchaseId: order.ofPurchaseId, purchaseId: order.purchaseId },
    canWithdraw: state === 'awaiting-approval' && mayAct,
  };
}

/** The person buys. See `placeOrder`. */
export async function buyOnOwnPage(base: Base, userId: string, input: NewOrder) {
  const { ctx } = await openOwnPartner(base, userId, input.customerId);
  return placeOrder(ctx, input);
}

/** The person asks its partner. See `askOfPartner`. */
export async function askOnOwnPage(base: Base, userId: string, input: NewRequest) {
  const { ctx } = await openOwnPartner(base, userId, input.customerId);
  return askOfPartner(ctx, input);
}

/** The person takes back what waits. See `withdrawOrder`. */
export async function withdrawOnOwnPage(base: Base, userId: string, input: { customerId: string; orderId: string }): Promise<void> {
  const { ctx } = await openOwnPartner(base, userId, input.customerId);
  await withdrawOrder(ctx, input);
}

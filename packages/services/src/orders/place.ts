import {
  type Context,
  type CustomerRecord,
  customerUsers,
  newId,
  type OrderRecord,
  orders,
  type SubscriptionRecord,
  type Transaction,
  transact,
} from '@clientele/db';
import {
  amountText,
  approvalDays,
  type Choice,
  checkChoice,
  decideBrakes,
  type Language,
  type NewEvent,
  notFound,
  type PermissionStanding,
  purchaseProductOf,
  Refusal,
  refuseFields,
  type Scope,
  unitPriceOf,
} from '@clientele/domain';
import { and, eq } from 'drizzle-orm';
import { type StandingFacts, standingFacts } from '../customer-permissions/load.ts';
import { lockCustomer } from '../customers/view.ts';
import { placeReservation } from '../purchases/change.ts';
import { tellOrderer, tellPartner } from './tell.ts';

/** The customer's person who acts: whoever signed in on the own page. Nobody without a live relationship, for the wall hides the people then. */
export async function actingPerson(ctx: Context, tx: Transaction, customer: CustomerRecord) {
  const [person] = await tx
    .select()
    .from(customerUsers)
    .where(and(eq(customerUsers.organizationId, customer.organizationId), eq(customerUsers.userId, ctx.actor.id ?? '')));
  return person;
}

/** The active usage-based subscriptions that a person owns. */
export const ownedPlans = (plans: readonly SubscriptionRecord[], personId: string | undefined): SubscriptionRecord[] =>
  plans.filter(({ state, ownerId }) => state === 'active' && personId !== undefined && ownerId === personId);

/** The refusal of a customer that may not buy by itself now, and why. */
const mayNotBuy = (standing: PermissionStanding): Refusal =>
  new Refusal('blocked', 'This customer cannot buy by itself now.', { details: { standing } });

/** The refusal of a person who is not the owner of the subscription. */
const notOwner = () => new Refusal('forbidden', 'Only the owner of the Azure plan may buy on it.', { details: { reason: 'not_owner' } });

/** The order that this form has made already. */
export async function orderOfForm(tx: Transaction, which: { customerId: string; formKey: string }): Promise<OrderRecord | undefined> {
  const [earlier] = await tx
    .select()
    .from(orders)
    .where(and(eq(orders.customerId, which.customerId), eq(orders.formKey, which.formKey)));
  return earlier;
}

export interface NewOrder extends Choice {
  customerId: string;
  /** The plan to buy on; needed only of who owns several. */
  subscriptionId?: string | undefined;
  /** What the person was shown as the price of it all. */
  seenTotal: number;
  language: Language;
  formKey: string;
}

/** What an order is of, from the catalogue as it is now. */
export const chosenOf = (choice: Choice, unitPrice: number, currency: OrderRecord['currency']) => ({
  ...{ productId: choice.productId, region: choice.region, quantity: choice.quantity, scope: choice.scope as Scope },
  scopeName: choice.scope === 'resource-group' ? choice.scopeName : null,
  ...{ unitPrice, total: unitPrice * choice.quantity, currency },
});

/**
 * A person of the customer buys a reservation. Permission, brakes, price and ownership are looked at, and the purchase is made, in one transaction that
 * holds the customer's row: of any number at once, each sees what the ones before have spent. The same form sent again is the same order.
 * Throws `validation_failed` (the choice, a cap), `blocked` (the permission), `forbidden` (not the owner), `conflict` (the price is another now).
 */
export async function placeOrder(ctx: Context, input: NewOrder): Promise<{ orderId: string; isAgain: boolean }> {
  refuseFields(checkChoice(input, ctx.partner.cloud));
  return transact<{ orderId: string; isAgain: boolean }>(ctx, async (tx) => {
    const customer = await lockCustomer(tx, input.customerId);
    const earlier = await orderOfForm(tx, input);
    if (earlier) return { result: { orderId: earlier.id, isAgain: true }, events: [] };
    const facts = await standingFacts(ctx, tx, customer, true);
    const plan = await planFor(ctx, tx, customer, facts, input.subscriptionId);
    const order = orderAt(ctx, customer, facts, plan, input);
    return { result: { orderId: order.id, isAgain: false }, events: await carryOut(ctx, tx, order) };
  });
}

/** The plan on which the person may buy now. */
async function planFor(
  ctx: Context,
  tx: Transaction,
  customer: CustomerRecord,
  { standing, plans }: StandingFacts,
  subscriptionId: string | undefined,
): Promise<SubscriptionRecord> {
  if (standing !== 'working') throw mayNotBuy(standing);
  const owned = ownedPlans(plans, (await actingPerson(ctx, tx, customer))?.id);
  const plan = subscriptionId ? owned.find(({ id }) => id === subscriptionId) : owned[0];
  if (!plan) throw notOwner();
  if (!customer.agreementAcceptedAt) refuseFields([{ path: 'productId', rule: 'agreement_first' }]);
  return plan;
}

/** The order as it is to be written, within the brakes. */
function orderAt(
  ctx: Context,
  customer: CustomerRecord,
  { permission, currency, month }: StandingFacts,
  plan: SubscriptionRecord,
  input: NewOrder,
): OrderRecord {
  const unitPrice = unitPriceOf(input.productId, input.region, currency);
  if (!permission || unitPrice === undefined) throw mayNotBuy('off');
  const chosen = chosenOf(input, unitPrice, currency);
  if (chosen.total !== input.seenTotal)
    throw new Refusal('conflict', 'The price is another now.', { details: { total: chosen.total, currency } });
  const decision = decideBrakes(chosen.total, permission, month.spent);
  if (!decision.fits)
    refuseFields([
      {
        path: 'quantity',
        rule: decision.cap === 'purchase' ? 'over_purchase_cap' : 'over_month_cap',
        params: { amount: amountText(decision.left, currency), currency },
      },
    ]);
  const waits = permission.approval === 'ask';
  return {
    ...{ id: newId(), partnerId: ctx.partner.id, customerId: customer.id, kind: 'buy', formKey: input.formKey },
    state: waits ? 'awaiting-approval' : 'placed',
    ...{ subscriptionId: plan.id, ...chosen, ofPurchaseId: null, purchaseId: null, note: null, answer: null },
    ...{ orderedBy: ctx.actor.id ?? '', language: input.language, orderedAt: ctx.now, decidedBy: null, decidedAt: null },
    lapsesAt: waits ? new Date(ctx.now.getTime() + approvalDays * 86_400_000) : null,
  };
}

/** Writes the order, and what it buys when nobody has to be asked; tells both sides. */
async function carryOut(ctx: Context, tx: Transaction, order: OrderRecord): Promise<NewEvent[]> {
  const placed = order.state === 'placed' ? await placeFor(ctx, tx, order, ctx.now) : null;
  const written = { ...order, purchaseId: placed?.record.id ?? null };
  await tx.insert(orders).values(written);
  const news = placed ? 'bought' : 'asked';
  return [
    { type: placed ? 'order.placed' : 'order.asked', customerId: order.customerId, data: factsOf(written) },
    ...(placed ? [placed.event] : []),
    ...(await tellPartner(ctx, tx, written, news)),
    ...(await tellOrderer(ctx, tx, written, news)),
  ];
}

/** The facts of an order that the log keeps. */
export const factsOf = ({ id, kind, productId, quantity, total, currency }: OrderRecord) => ({
  ...{ orderId: id, orderKind: kind, productId, quantity, total, currency },
});

/** The reservation that an order is for. */
export async function placeFor(ctx: Context, tx: Transaction, order: OrderRecord, from: Date) {
  const product = purchaseProductOf(order.productId);
  if (!product || !order.subscriptionId) throw notFound('product');
  const { customerId, subscriptionId, quantity } = order;
  return placeReservation(ctx, tx, { customerId, subscriptionId, product, quantity, from });
}

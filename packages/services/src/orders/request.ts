import { type Context, newId, type OrderRecord, orders, type PurchaseRecord, purchases, type Transaction, transact } from '@clientele/db';
import {
  approvalDays,
  type Choice,
  checkChoice,
  illegal,
  isPurchaseLive,
  type Language,
  notFound,
  Refusal,
  type RequestKind,
  refuseFields,
  regionsOf,
  unitPriceOf,
} from '@clientele/domain';
import { and, eq } from 'drizzle-orm';
import { standingFacts } from '../customer-permissions/load.ts';
import { lockCustomer } from '../customers/view.ts';
import { actingPerson, chosenOf, factsOf, orderOfForm } from './place.ts';
import { tellOrderer, tellPartner } from './tell.ts';

export interface NewRequest {
  customerId: string;
  purchaseId: string;
  kind: RequestKind;
  /** What is wanted instead, of an exchange. */
  choice?: Choice | undefined;
  note: string;
  language: Language;
  formKey: string;
}

/**
 * A person of the customer asks the partner to exchange, cancel or renew a reservation. Nothing is bought: the partner decides, whatever the permission
 * is. For the plan's owner and the customer's global admins. Throws `not_found`, `forbidden`, `validation_failed`, `illegal_transition`, and
 * `conflict` when something is asked for it already.
 */
export async function askOfPartner(ctx: Context, input: NewRequest): Promise<{ orderId: string }> {
  return transact(ctx, async (tx) => {
    const customer = await lockCustomer(tx, input.customerId);
    const earlier = await orderOfForm(tx, input);
    if (earlier) return { result: { orderId: earlier.id }, events: [] };
    const purchase = await reservationOf(ctx, tx, input);
    if (customer.relationship !== 'active') throw illegal('relationship', customer.relationship, 'take requests');
    const { plans, currency } = await standingFacts(ctx, tx, customer);
    const person = await actingPerson(ctx, tx, customer);
    const isOwner = person !== undefined && plans.some(({ id, ownerId }) => id === purchase.subscriptionId && ownerId === person.id);
    if (!isOwner && person?.role !== 'global-admin')
      throw new Refusal('forbidden', 'Only the owner of the Azure plan or a global admin may ask for this.', {
        details: { reason: 'not_owner' },
      });
    const [open] = await tx
      .select({ id: orders.id })
      .from(orders)
      .where(and(eq(orders.ofPurchaseId, purchase.id), eq(orders.state, 'awaiting-approval')));
    if (open) throw new Refusal('conflict', 'Something is asked for this reservation already.', { details: { orderId: open.id } });
    const choice = input.kind === 'exchange' && input.choice ? input.choice : await sameAgain(tx, purchase, ctx.partner.cloud);
    if (input.kind === 'exchange') refuseFields(checkChoice(choice, ctx.partner.cloud));
    // To cancel costs nothing.
    const unitPrice = input.kind === 'cancel' ? 0 : (unitPriceOf(choice.productId, choice.region, currency) ?? 0);
    const order: OrderRecord = {
      ...{ id: newId(), partnerId: ctx.partner.id, customerId: customer.id, kind: input.kind, state: 'awaiting-approval' },
      ...{ formKey: input.formKey, subscriptionId: purchase.subscriptionId, ...chosenOf(choice, unitPrice, currency) },
      ...{ ofPurchaseId: purchase.id, purchaseId: null, note: input.note || null, answer: null },
      ...{ orderedBy: ctx.actor.id ?? '', language: input.language, orderedAt: ctx.now, decidedBy: null, decidedAt: null },
      lapsesAt: new Date(ctx.now.getTime() + approvalDays * 86_400_000),
    };
    await tx.insert(orders).values(order);
    return {
      result: { orderId: order.id },
      events: [
        { type: 'order.asked', customerId: customer.id, data: factsOf(order) },
        ...(await tellPartner(ctx, tx, order, 'asked')),
        ...(await tellOrderer(ctx, tx, order, 'asked')),
      ],
    };
  });
}

/** The customer's live reservation. */
async function reservationOf(ctx: Context, tx: Transaction, which: { customerId: string; purchaseId: string }): Promise<PurchaseRecord> {
  const [record] = await tx
    .select()
    .from(purchases)
    .where(and(eq(purchases.id, which.purchaseId), eq(purchases.customerId, which.customerId), eq(purchases.kind, 'reservation')));
  if (!record) throw notFound('purchase');
  if (!isPurchaseLive(record, ctx.now)) throw illegal('purchase', record.state === 'active' ? 'expired' : record.state, 'be changed');
  return record;
}

/** What a reservation is of: as it was ordered, or for one that the partner bought, in the cloud's first region. */
async function sameAgain(tx: Transaction, purchase: PurchaseRecord, cloud: Context['partner']['cloud']): Promise<Choice> {
  const [order] = await tx.select().from(orders).where(eq(orders.purchaseId, purchase.id));
  return {
    ...{ productId: purchase.productId, quantity: purchase.quantity },
    region: order?.region ?? regionsOf(cloud)[0]?.id ?? '',
    ...{ scope: order?.scope ?? 'shared', scopeName: order?.scopeName ?? '' },
  };
}

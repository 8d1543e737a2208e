import { newId, type PartnerOfContext } from '@clientele/db';
import { currencyOf, monthsAfter, type OrderKind, type OrderState, purchaseProductOf, type Scope, unitPriceOf } from '@clientele/domain';
import type postgres from 'postgres';

/** One order of the demo: what, when, and what became of it. `of`: the reservation (by its place in the list) that a request is about. */
interface DemoOrder {
  kind: OrderKind;
  state: OrderState;
  daysAgo: number;
  productId: string;
  quantity: number;
  region?: string;
  scope?: Scope;
  scopeName?: string;
  of?: number;
  note?: string;
  answer?: string;
}

const alpine: DemoOrder[] = [
  { kind: 'buy', state: 'placed', daysAgo: 61, productId: 'vm-reservation-1y', quantity: 4, region: 'europe-west' },
  {
    kind: 'buy',
    state: 'placed',
    daysAgo: 34,
    productId: 'sql-reservation-1y',
    quantity: 1,
    region: 'europe-west',
    scope: 'resource-group',
    scopeName: 'rg-bookings',
  },
  {
    kind: 'buy',
    state: 'declined',
    daysAgo: 30,
    productId: 'vm-reservation-3y',
    quantity: 6,
    answer: 'Let us look at the sizes together first.',
  },
  { kind: 'buy', state: 'placed', daysAgo: 3, productId: 'vm-reservation-1y', quantity: 1, region: 'europe-north' },
  {
    kind: 'exchange',
    state: 'awaiting-approval',
    daysAgo: 2,
    productId: 'sql-reservation-3y',
    quantity: 1,
    region: 'europe-west',
    of: 1,
    note: 'We keep this database for years.',
  },
  { kind: 'renew', state: 'awaiting-approval', daysAgo: 1, productId: 'vm-reservation-1y', quantity: 4, region: 'europe-west', of: 0 },
];
const others: DemoOrder[][] = [
  [
    { kind: 'buy', state: 'awaiting-approval', daysAgo: 0.2, productId: 'vm-reservation-3y', quantity: 2 },
    { kind: 'buy', state: 'placed', daysAgo: 45, productId: 'vm-reservation-1y', quantity: 3 },
    {
      kind: 'cancel',
      state: 'awaiting-approval',
      daysAgo: 4,
      productId: 'vm-reservation-1y',
      quantity: 3,
      of: 1,
      note: 'The project has ended.',
    },
  ],
  [
    { kind: 'buy', state: 'lapsed', daysAgo: 20, productId: 'sql-reservation-1y', quantity: 2 },
    { kind: 'buy', state: 'awaiting-approval', daysAgo: 5, productId: 'sql-reservation-1y', quantity: 2 },
  ],
  [
    { kind: 'buy', state: 'withdrawn', daysAgo: 12, productId: 'vm-reservation-1y', quantity: 8 },
    { kind: 'buy', state: 'placed', daysAgo: 9, productId: 'vm-reservation-1y', quantity: 2 },
  ],
];

/** Customers that buy for themselves: one whose partner is told (its person signs in to its own page), and some whose partner is asked first. */
export async function addOrders(owner: postgres.Sql, partner: PartnerOfContext, author: string, now: Date): Promise<void> {
  const currency = currencyOf(partner.country);
  const ago = (days: number) => new Date(now.getTime() - days * 86_400_000);

  async function allow(
    customer: { id: string; organization_id: string },
    approval: 'tell' | 'ask',
    endsAt: Date | null,
    list: DemoOrder[],
  ) {
    const [person] = await owner<{ id: string; user_id: string | null; name: string; email: string }[]>`
      select id, user_id, first_name || ' ' || last_name as name, email from customer_users where organization_id = ${customer.organization_id}
      order by user_id is null, created_at limit 1`;
    if (!person) return;
    const userId = person.user_id ?? newId();
    if (!person.user_id) {
      await owner`insert into users ${owner({ id: userId, name: person.name, email: person.email, language: 'en' })}`;
      await owner`update customer_users set user_id = ${userId} where id = ${person.id}`;
    }
    const [plan] = await owner<{ id: string }[]>`
      select id from subscriptions where customer_id = ${customer.id} and product_id = 'azure-plan' and state = 'active' limit 1`;
    const planId = plan?.id ?? newId();
    if (!plan)
      await owner`insert into subscriptions ${owner({ id: planId, partner_id: partner.id, customer_id: customer.id, product_id: 'azure-plan', quantity: 1, state: 'active', created_at: ago(200) })}`;
    await owner`update subscriptions set owner_id = ${person.id} where id = ${planId}`;
    const scale = currency === 'JPY' ? 150 : 100;
    await owner`insert into customer_permissions ${owner({
      ...{ customer_id: customer.id, partner_id: partner.id, is_on: true, most_per_purchase: 4000 * scale, most_per_month: 9000 * scale },
      ...{ currency, approval, ends_at: endsAt, changed_by: author, changed_at: ago(90), version: 1 },
    })}`;
    await note(customer.id, 90, 'customer_permission.created', 'partner-user', author, {
      ...{ currency, mostPerPurchase: 4000 * scale, mostPerMonth: 9000 * scale, approval, until: endsAt?.toISOString() ?? null },
    });
    const bought: (string | null)[] = [];
    for (const order of list) bought.push(await place(customer.id, planId, userId, order, bought));
  }

  async function place(
    customerId: string,
    planId: string,
    userId: string,
    order: DemoOrder,
    bought: (string | null)[],
  ): Promise<string | null> {
    const { kind, state, daysAgo, productId, quantity, region = 'us-east', scope = 'shared' } = order;
    const at = ago(daysAgo);
    const unitPrice = kind === 'cancel' ? 0 : (unitPriceOf(productId, region, currency) ?? 0);
    const purchaseId = kind === 'buy' && state === 'placed' ? newId() : null;
    if (purchaseId)
      await owner`insert into purchases ${owner({
        ...{ id: purchaseId, partner_id: partner.id, customer_id: customerId, kind: 'reservation', subscription_id: planId },
        ...{ product_id: productId, quantity, state: 'active', ends_at: monthsAfter(at, purchaseProductOf(productId)?.termMonths ?? 12) },
        created_at: at,
      })}`;
    const isDecided = state === 'declined';
    const [id] = await owner<{ id: string }[]>`select uuidv7(${at.toISOString()}::timestamptz - now()) as id`;
    const orderId = id?.id ?? newId();
    await owner`insert into orders ${owner({
      ...{ id: orderId, partner_id: partner.id, customer_id: customerId, kind, state, form_key: newId(), subscription_id: planId },
      ...{ product_id: productId, region, quantity, scope, scope_name: order.scopeName ?? null, unit_price: unitPrice },
      ...{ total: unitPrice * quantity, currency, of_purchase_id: bought[order.of ?? -1] ?? null, purchase_id: purchaseId },
      ...{ note: order.note ?? null, answer: order.answer ?? null, ordered_by: userId, language: 'en', ordered_at: at },
      lapses_at: state === 'placed' ? null : new Date(at.getTime() + 7 * 86_400_000),
      ...{ decided_by: isDecided ? author : null, decided_at: isDecided ? ago(daysAgo - 1) : state === 'lapsed' ? ago(daysAgo - 7) : null },
    })}`;
    const facts = { orderId, orderKind: kind, productId, quantity, total: unitPrice * quantity, currency };
    await note(customerId, daysAgo, state === 'placed' ? 'order.placed' : 'order.asked', 'customer', userId, facts);
    if (state === 'declined')
      await note(customerId, daysAgo - 1, 'order.declined', 'partner-user', author, { orderId, orderKind: kind, productId });
    return purchaseId;
  }

  async function note(customerId: string, daysAgo: number, type: string, kind: string, actorId: string, data: Record<string, unknown>) {
    const at = ago(daysAgo);
    await owner`insert into events (id, partner_id, type, at, actor_kind, actor_id, customer_id, request_id, data, dispatched_at)
      values (uuidv7(${at.toISOString()}::timestamptz - now()), ${partner.id}, ${type}, ${at}, ${kind}, ${actorId}, ${customerId}, 'demo', ${owner.json(data as never)}, ${at})`;
  }

  const [own] = await owner<{ id: string; organization_id: string }[]>`
    select id, organization_id from customers where partner_id = ${partner.id} and domain = 'alpineskihouse.example'`;
  if (own) await allow(own, 'tell', null, alpine);
  const more = await owner<{ id: string; organization_id: string }[]>`
    select c.id, c.organization_id from customers c join subscriptions s on s.customer_id = c.id and s.product_id = 'azure-plan' and s.state = 'active'
    where c.partner_id = ${partner.id} and c.relationship = 'active' and c.agreement_accepted_at is not null and c.domain <> 'alpineskihouse.example'
    order by c.company_name limit ${others.length}`;
  for (const [index, customer] of more.entries())
    await allow(
      customer,
      index === 2 ? 'tell' : 'ask',
      index === 1 ? new Date(now.getTime() + 40 * 86_400_000) : null,
      others[index] ?? [],
    );
}

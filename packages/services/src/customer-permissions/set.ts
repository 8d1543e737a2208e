import { type Context, type CustomerPermissionRecord, customerPermissions, type Transaction, transact } from '@clientele/db';
import {
  type Approval,
  checkPermission,
  currencyOf,
  endOfDay,
  illegal,
  lastDayBefore,
  type NewEvent,
  Refusal,
  refuseFields,
  type Zone,
  zoneOf,
} from '@clientele/domain';
import { eq } from 'drizzle-orm';
import { demand, userIdOf } from '../access.ts';
import { lockCustomer } from '../customers/view.ts';
import { standingFacts } from './load.ts';
import { type CustomerPermissionView, viewPermission } from './view.ts';

export interface PermissionSettings {
  mostPerPurchase: number;
  mostPerMonth: number;
  approval: Approval;
  /** The last day on which it works; null: until somebody turns it off. */
  endsOn: string | null;
}

/** Somebody else has changed it since: the answer carries it as it is now. */
function demandVersion(current: CustomerPermissionRecord | null, version: number): void {
  if ((current?.version ?? 0) !== version)
    throw new Refusal('conflict', 'The permission was changed meanwhile.', { details: { version: current?.version ?? 0 } });
}

/**
 * Lets a customer buy by itself within the brakes, or changes them. Turning it on needs every condition; changing the brakes of one that is on and
 * without effect does not. Throws `not_found`, `validation_failed`, `conflict`, and `blocked` naming the conditions that do not hold.
 */
export async function setCustomerPermission(
  ctx: Context,
  input: PermissionSettings & { customerId: string; version: number },
): Promise<CustomerPermissionView> {
  demand(ctx, 'customer-permissions.manage');
  const zone = zoneOf(ctx.partner.country);
  refuseFields(checkPermission(input, zone, ctx.now));
  return transact(ctx, async (tx) => {
    const customer = await lockCustomer(tx, input.customerId);
    const { permission: before, conditions, standing } = await standingFacts(ctx, tx, customer, true);
    demandVersion(before, input.version);
    const isNew = standing === 'off' || standing === 'ended';
    const unmet = conditions.filter(({ met }) => !met).map(({ condition }) => condition);
    if (isNew && unmet.length > 0)
      throw new Refusal('blocked', 'A condition for customers who buy for themselves does not hold.', {
        details: { customerId: customer.id, conditions: unmet },
      });
    const record = await save(ctx, tx, customer.id, before, input, zone);
    const event: NewEvent | undefined = isNew ? createdEvent(record) : changedEvent(record, before as CustomerPermissionRecord, zone);
    return { result: await viewPermission(ctx, tx, customer), events: event ? [event] : [] };
  });
}

async function save(
  ctx: Context,
  tx: Transaction,
  customerId: string,
  before: CustomerPermissionRecord | null,
  { mostPerPurchase, mostPerMonth, approval, endsOn }: PermissionSettings,
  zone: Zone,
): Promise<CustomerPermissionRecord> {
  const values = {
    ...{ isOn: true, mostPerPurchase, mostPerMonth, approval, currency: currencyOf(ctx.partner.country) },
    endsAt: endsOn === null ? null : endOfDay(endsOn, zone),
    ...{ changedBy: userIdOf(ctx), changedAt: ctx.now, version: (before?.version ?? 0) + 1 },
  };
  if (before) await tx.update(customerPermissions).set(values).where(eq(customerPermissions.customerId, customerId));
  else await tx.insert(customerPermissions).values({ customerId, partnerId: ctx.partner.id, ...values });
  return { customerId, partnerId: ctx.partner.id, ...values };
}

const createdEvent = ({ customerId, currency, mostPerPurchase, mostPerMonth, approval, endsAt }: CustomerPermissionRecord): NewEvent => ({
  type: 'customer_permission.created',
  customerId,
  data: { currency, mostPerPurchase, mostPerMonth, approval, until: endsAt?.toISOString() ?? null },
});

function changedEvent(record: CustomerPermissionRecord, before: CustomerPermissionRecord, zone: Zone): NewEvent | undefined {
  const facts = (one: CustomerPermissionRecord): Record<string, string | null> => ({
    mostPerPurchase: `${one.mostPerPurchase}`,
    mostPerMonth: `${one.mostPerMonth}`,
    approval: one.approval,
    endsOn: one.endsAt ? lastDayBefore(one.endsAt, zone) : null,
  });
  const [was, is] = [facts(before), facts(record)];
  const changed = Object.keys(is).filter((name) => was[name] !== is[name]);
  if (changed.length === 0) return undefined;
  const changes = Object.fromEntries(changed.map((name) => [name, { from: was[name] ?? null, to: is[name] ?? null }]));
  return { type: 'customer_permission.changed', customerId: record.customerId, data: { changes } };
}

/** Takes the leave back, at once. What waits for approval stays for the partner to decide. Throws `not_found`, `conflict`, `illegal_transition` when it is off. */
export async function turnOffCustomerPermission(
  ctx: Context,
  input: { customerId: string; version: number },
): Promise<CustomerPermissionView> {
  demand(ctx, 'customer-permissions.manage');
  return transact(ctx, async (tx) => {
    const customer = await lockCustomer(tx, input.customerId);
    const { permission } = await standingFacts(ctx, tx, customer, true);
    demandVersion(permission, input.version);
    if (!permission?.isOn) throw illegal('customer permission', 'off', 'be turned off');
    await tx
      .update(customerPermissions)
      .set({ isOn: false, endsAt: null, changedBy: userIdOf(ctx), changedAt: ctx.now, version: permission.version + 1 })
      .where(eq(customerPermissions.customerId, customer.id));
    return {
      result: await viewPermission(ctx, tx, customer),
      events: [{ type: 'customer_permission.deleted', customerId: customer.id, data: { because: 'person' } }],
    };
  });
}

import { approvals, billingCurrencies, mostAmount, permissionConditions, subscriptionStates, zones } from '@clientele/domain';
import { z } from 'zod';
import { endpoint } from './endpoint.ts';
import { allowed, id, moment, nullableMoment } from './fields.ts';

/** An amount in the smallest unit of its currency: a whole number. */
const amount = z.int();
/** An amount that may be set: from one smallest unit to the largest amount. */
const amountToSet = z
  .number()
  .refine((value) => Number.isSafeInteger(value) && value >= 1 && value <= mostAmount, { params: { rule: 'amount' } });

/** Whether and how far a customer may buy by itself: how that stands, its conditions one by one, its brakes, and what is left of the month. */
export const customerPermission = z.object({
  customerId: id,
  isOn: z.boolean(),
  /** `working`, `off`, `ended` since its end date, or the first condition that does not hold while it is on. */
  standing: z.enum(['working', 'off', 'ended', ...permissionConditions]),
  conditions: z.array(z.object({ condition: z.enum(permissionConditions), met: z.boolean() })),
  mostPerPurchase: amount.nullable(),
  mostPerMonth: amount.nullable(),
  /** The partner is told of each purchase, or asked before one is made. */
  approval: z.enum(approvals).nullable(),
  endsAt: nullableMoment,
  /** The last day on which it works, in `zone`. */
  endsOn: z.string().nullable(),
  currency: z.enum(billingCurrencies),
  /** In which months and days are counted. */
  zone: z.enum(zones),
  month: z.object({ from: moment, until: moment, spent: amount, left: amount }),
  /** The usage-based subscriptions, and the customer's person who owns each. */
  plans: z.array(z.object({ id, productName: z.string(), state: z.enum(subscriptionStates), version: z.int(), ownerId: id.nullable() })),
  people: z.array(z.object({ id, name: z.string(), email: z.string(), role: z.enum(['global-admin', 'user']) })),
  changedAt: nullableMoment,
  changedBy: z.string().nullable(),
  version: z.int(),
  actions: z.object({ turnOn: allowed, turnOff: allowed, setOwner: allowed }),
});
export type CustomerPermission = z.output<typeof customerPermission>;

const ofCustomer = z.object({ customerId: id });

export const getCustomerPermission = endpoint({
  name: 'getCustomerPermission',
  method: 'GET',
  path: '/api/customers/:customerId/permission',
  summary: 'Whether and how far a customer may buy reservations by itself.',
  tag: 'Customer permissions',
  access: 'customers.see',
  params: ofCustomer,
  result: customerPermission,
  etag: true,
});

export const setCustomerPermission = endpoint({
  name: 'setCustomerPermission',
  method: 'PUT',
  path: '/api/customers/:customerId/permission',
  summary: 'Lets a customer buy reservations by itself, within the brakes given; or changes these. The partner pays for what is bought.',
  tag: 'Customer permissions',
  access: 'customer-permissions.manage',
  confirm: true,
  params: ofCustomer,
  body: z.object({
    customerId: id,
    mostPerPurchase: amountToSet,
    mostPerMonth: amountToSet,
    approval: z.enum(approvals),
    endsOn: z.iso.date().nullable(),
  }),
  ifMatch: true,
  result: customerPermission,
  etag: true,
});

export const turnOffCustomerPermission = endpoint({
  name: 'turnOffCustomerPermission',
  method: 'POST',
  path: '/api/customers/:customerId/permission/turn-off',
  summary: 'Takes that leave back, at once. Orders that wait stay for the partner to decide.',
  tag: 'Customer permissions',
  access: 'customer-permissions.manage',
  params: ofCustomer,
  body: z.object({ customerId: id }),
  ifMatch: true,
  result: customerPermission,
  etag: true,
});

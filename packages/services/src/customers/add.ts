import { type Context, read, readPipelined, statement, transactAtOnce } from '@clientele/db';
import {
  type Address,
  type Attestation,
  checkAddress,
  checkAttestationDate,
  checkDomainPrefix,
  cloudProfiles,
  type FieldError,
  type Language,
  productOf,
  Refusal,
  refuseFields,
} from '@clientele/domain';
import { actorName, demand } from '../access.ts';
import { requireWonLead } from '../leads/become.ts';
import { newOperation } from '../operations/queue.ts';
import { type OperationView, viewOperation } from '../operations/view.ts';
import { checkReseller } from './resellers.ts';

export interface NewCustomer {
  companyName: string;
  domainPrefix: string;
  country: string;
  address: Address;
  contact: { firstName: string; lastName: string; email: string; phone?: string | undefined };
  language: Language;
  agreement: ({ by: 'partner' } & Attestation) | { by: 'customer' };
  subscriptions: { productId: string; quantity: number }[];
  /** The won lead that it comes from. */
  leadId?: string | undefined;
  /** The indirect reseller that an indirect provider adds it for; none: it serves the customer itself. */
  resellerId?: string | null | undefined;
}

/** The primary domain that an account made here gets. */
export function primaryDomainOf(ctx: Pick<Context, 'partner'>, prefix: string): string {
  return `${prefix}.${cloudProfiles[ctx.partner.cloud].domainSuffix}`;
}

/** Checks the order and starts the onboarding. Every broken rule is told at once, each at its field. */
export async function addCustomer(ctx: Context, input: NewCustomer): Promise<OperationView> {
  demand(ctx, 'customers.add');
  if (input.agreement.by === 'partner') demand(ctx, 'agreement.attest');
  if (input.leadId) await requireWonLead(ctx, input.leadId);
  if (input.subscriptions.length > 0) demand(ctx, 'subscriptions.buy');
  const wrong = checkNewCustomer(ctx, input);
  // Only who names a reseller pays for the question.
  const { resellerId } = input;
  const named = resellerId ? await read(ctx, (tx) => checkReseller(ctx, tx, resellerId, 'resellerId')) : undefined;
  refuseFields([...wrong, ...(named?.errors ?? [])]);
  const domain = primaryDomainOf(ctx, input.domainPrefix);
  const { record, event, insert } = newOperation(ctx, {
    kind: 'customer-onboarding',
    subject: input.companyName,
    customerId: null,
    input: { ...input, ...(named?.reseller ? { resellerName: named.reseller.name } : {}) },
  });
  try {
    return await transactAtOnce(ctx, {
      result: viewOperation(ctx, record, actorName(ctx)),
      events: [{ type: 'customer.onboarding_requested', data: { operationId: record.id } }, event],
      writes: [insert],
      // The database refuses a taken domain by itself: one round trip for all of it.
      demand: statement('select require_free_domain($1, $2)', [ctx.partner.cloud, domain]),
    });
  } catch (error) {
    if (isTakenDomain(error)) throw await takenDomain(ctx, domain);
    throw error;
  }
}

/** How the database's require_free_domain() says no. */
const isTakenDomain = (error: unknown): boolean => error instanceof Error && 'code' in error && error.code === 'CL001';

/** The refusal of a taken domain. Only of a customer of one's own is said which it is. */
async function takenDomain(ctx: Context, domain: string): Promise<Refusal> {
  const [taken] = await readPipelined<{ customer: string | null }>(ctx, takenSql, [ctx.partner.cloud, domain]);
  return new Refusal('validation_failed', 'Some fields need your attention.', {
    fields: [{ path: 'domainPrefix', rule: 'domain_taken', params: { domain } }],
    details: taken?.customer ? { customerId: taken.customer } : {},
  });
}

function checkNewCustomer(ctx: Context, input: NewCustomer): FieldError[] {
  const profile = cloudProfiles[ctx.partner.cloud];
  const errors = [...checkDomainPrefix(input.domainPrefix), ...checkAddress(input.country, input.address)];
  if (profile.countries.length > 0 && !profile.countries.includes(input.country)) errors.push({ path: 'country', rule: 'country' });
  if (input.agreement.by === 'partner') errors.push(...checkAttestationDate(input.agreement.date, ctx.now));
  else if (input.subscriptions.length > 0) errors.push({ path: 'subscriptions', rule: 'agreement_first' });
  return [...errors, ...input.subscriptions.flatMap((subscription, index) => checkSubscription(subscription, `subscriptions.${index}.`))];
}

/** What is wrong with an order from the catalogue: an unknown product, or a quantity outside of what the product allows. */
export function checkSubscription(subscription: { productId: string; quantity: number }, path = ''): FieldError[] {
  const product = productOf(subscription.productId);
  if (!product) return [{ path: `${path}productId`, rule: 'unknown_product' }];
  if (subscription.quantity < product.leastQuantity)
    return [{ path: `${path}quantity`, rule: 'too_small', params: { min: product.leastQuantity } }];
  if (subscription.quantity > product.mostQuantity)
    return [
      product.mostQuantity === 1
        ? { path: `${path}quantity`, rule: 'quantity_fixed', params: { quantity: 1 } }
        : { path: `${path}quantity`, rule: 'too_large', params: { max: product.mostQuantity } },
    ];
  return [];
}

/** A row when a domain is taken, with the account that this partner has there, if it has one that is on a list of it. */
const takenSql = `select (select c.id from customers c where c.organization_id = o.id and c.onboarding_operation_id is null) as customer
  from find_organization($1, $2) o`;

/** Whether a primary domain prefix is well-formed and free; for one that is taken by a customer of this partner, which one. */
export async function checkDomain(ctx: Context, prefix: string) {
  demand(ctx, 'customers.add');
  const domain = primaryDomainOf(ctx, prefix.toLowerCase());
  if (checkDomainPrefix(prefix.toLowerCase()).length > 0)
    return { domain, available: false, rule: 'domain_prefix' as const, customerId: null };
  const [taken] = await readPipelined<{ customer: string | null }>(ctx, takenSql, [ctx.partner.cloud, domain]);
  const customerId = taken?.customer ?? null;
  return taken
    ? { domain, available: false, rule: 'domain_taken' as const, customerId }
    : { domain, available: true, rule: null, customerId };
}

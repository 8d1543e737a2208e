import { type Context, newId, type ProviderRequestRecord, providerRequests, read, type Transaction, transact } from '@clientele/db';
import {
  type Attestation,
  checkAttestationDate,
  illegal,
  notFound,
  type ProviderRequestKind,
  permissionToRequest,
  Refusal,
  type RelationshipState,
  refuseFields,
} from '@clientele/domain';
import { and, eq, isNull, sql } from 'drizzle-orm';
import { actorName, demand, userIdOf } from '../access.ts';
import { checkSubscription } from '../customers/add.ts';
import { loadCustomer } from '../customers/view.ts';
import { tellProvider } from './tell.ts';
import { factsOf, holdPartnership, loadProviderRequest, type ProviderRequestView, partneredPartner } from './view.ts';

/** Which customer: the reseller's own account of it, or its provider's, which is served through this reseller. */
export type CustomerOfRequest = { customerId: string } | { providerCustomerId: string };

export type NewProviderRequest = CustomerOfRequest & { providerId: string } & (
    | ({ kind: 'attest' } & Attestation)
    | { kind: 'end'; reason: string }
    | { kind: 'order'; productId: string; quantity: number; note?: string | undefined }
  );

interface Target {
  partnershipId: string;
  providerId: string;
  providerName: string;
  providerCustomerId: string;
  resellerCustomerId: string | null;
  companyName: string;
  domain: string;
  relationship: RelationshipState;
  agreementAccepted: boolean;
}

async function targetsOf(tx: Transaction, of: CustomerOfRequest): Promise<Target[]> {
  const [own, theirs] = 'customerId' in of ? [of.customerId, null] : [null, of.providerCustomerId];
  const rows = await tx.execute<Target & Record<string, unknown>>(sql`
    select partnership_id as "partnershipId", provider_id as "providerId", provider_name as "providerName", provider_customer_id as "providerCustomerId",
      reseller_customer_id as "resellerCustomerId", company_name as "companyName", domain, relationship, agreement_accepted as "agreementAccepted"
    from providers_to_ask(${own}::uuid, ${theirs}::uuid)`);
  return [...rows];
}

/** The providers that can be asked about a customer, each with what is asked and not answered. Throws `not_found`. */
export async function listProvidersToAsk(ctx: Context, of: CustomerOfRequest) {
  demand(ctx, 'provider-requests.see');
  return read(ctx, async (tx) => {
    if ('customerId' in of) await loadCustomer(ctx, tx, of.customerId);
    const targets = await targetsOf(tx, of);
    if (targets.length === 0 && !('customerId' in of)) throw notFound('customer');
    const items = [];
    for (const { providerId, providerName, providerCustomerId, companyName, domain, relationship, agreementAccepted } of targets) {
      const open = await tx
        .select({ id: providerRequests.id, kind: providerRequests.kind, productId: providerRequests.productId })
        .from(providerRequests)
        .where(
          and(
            eq(providerRequests.resellerId, ctx.partner.id),
            eq(providerRequests.providerCustomerId, providerCustomerId),
            eq(providerRequests.state, 'requested'),
          ),
        )
        .orderBy(providerRequests.id);
      items.push({ provider: { id: providerId, name: providerName }, companyName, domain, relationship, agreementAccepted, open });
    }
    return { items };
  });
}

function detailsOf(input: NewProviderRequest): Pick<ProviderRequestRecord, 'details' | 'productId'> {
  if (input.kind === 'attest') {
    const { firstName, lastName, email, phone, date } = input;
    return { productId: null, details: { firstName, lastName, email, ...(phone ? { phone } : {}), date } };
  }
  if (input.kind === 'end') return { productId: null, details: { reason: input.reason } };
  return { productId: input.productId, details: { quantity: input.quantity, note: input.note?.trim() || null } };
}

/**
 * Asks a provider to do for a customer what an indirect reseller may not: to attest the agreement, to end the relationship, to order a subscription. Throws
 * `conflict` that names the open request when the same is asked for already, and `illegal_transition` when there is nothing left to ask for.
 */
export async function askProvider(ctx: Context, input: NewProviderRequest): Promise<ProviderRequestView> {
  demand(ctx, permissionToRequest[input.kind]);
  if (input.kind === 'attest') refuseFields(checkAttestationDate(input.date, ctx.now, 'date'));
  if (input.kind === 'order') refuseFields(checkSubscription(input));
  try {
    return await transact(ctx, async (tx, _send, within) => {
      const own = 'customerId' in input ? await loadCustomer(ctx, tx, input.customerId) : undefined;
      const targets = await targetsOf(tx, input);
      if (targets.length === 0 && !own) throw notFound('customer');
      const target = targets.find(({ providerId }) => providerId === input.providerId);
      if (!target || !(await holdPartnership(tx, target.partnershipId)))
        throw new Refusal('validation_failed', 'Some fields need your attention.', {
          fields: [{ path: 'providerId', rule: 'no_partnership' }],
        });
      await refuseAskedTwice(ctx, tx, input, target);
      requireSense(input.kind, target, own);
      const provider = await partneredPartner(tx, target.providerId);
      const { partnershipId, providerCustomerId, resellerCustomerId, companyName, domain } = target;
      const record: ProviderRequestRecord = {
        ...{ id: newId(), providerId: provider.id, resellerId: ctx.partner.id, partnershipId, kind: input.kind, state: 'requested' },
        ...{ providerCustomerId, resellerCustomerId, companyName, domain, ...detailsOf(input) },
        ...{ requestedBy: userIdOf(ctx), requestedByName: actorName(ctx), requestedAt: ctx.now },
        ...{ decidedBy: null, decidedByName: null, decidedAt: null, reason: null, outcome: {}, version: 1 },
      };
      await tx.insert(providerRequests).values(record);
      const data = factsOf(record, { provider, reseller: ctx.partner });
      await within(provider, async (there) => ({
        result: undefined,
        events: [{ type: 'provider_request.made', customerId: providerCustomerId, data }, ...(await tellProvider(there, tx, record))],
      }));
      return {
        result: await loadProviderRequest(ctx, tx, record.id),
        events: [{ type: 'provider_request.made', customerId: resellerCustomerId, data }],
      };
    });
  } catch (error) {
    // Two ask at once: the database lets one in.
    if (isAskedTwice(error))
      await read(ctx, async (tx) => {
        for (const target of await targetsOf(tx, input))
          if (target.providerId === input.providerId) await refuseAskedTwice(ctx, tx, input, target);
      });
    throw error;
  }
}

const isAskedTwice = (error: unknown): boolean => {
  const { cause = error } = error as { cause?: unknown };
  const { code, constraint_name: name } = cause as { code?: string; constraint_name?: string };
  return code === '23505' && name === 'provider_requests_one_open';
};

async function refuseAskedTwice(ctx: Context, tx: Transaction, input: NewProviderRequest, target: Target): Promise<void> {
  const [open] = await tx
    .select()
    .from(providerRequests)
    .where(
      and(
        eq(providerRequests.resellerId, ctx.partner.id),
        eq(providerRequests.providerCustomerId, target.providerCustomerId),
        eq(providerRequests.kind, input.kind),
        input.kind === 'order' ? eq(providerRequests.productId, input.productId) : isNull(providerRequests.productId),
        eq(providerRequests.state, 'requested'),
      ),
    );
  if (open)
    throw new Refusal('conflict', 'This is asked for already, and not answered yet.', {
      details: { providerRequestId: open.id, requestedBy: open.requestedByName, requestedAt: open.requestedAt.toISOString() },
    });
}

/** What has happened already needs no request, and what cannot be done yet would only be declined. */
function requireSense(kind: ProviderRequestKind, target: Target, own: { agreementAccepted: boolean } | undefined): void {
  if (kind === 'attest' && target.agreementAccepted && own?.agreementAccepted !== false)
    throw illegal('customer agreement', 'accepted', 'be attested');
  if (kind === 'end' && target.relationship !== 'active') throw illegal('relationship', target.relationship, 'end');
  if (kind === 'order' && target.relationship !== 'active') throw illegal('relationship', target.relationship, 'take new subscriptions');
  if (kind === 'order' && !target.agreementAccepted) refuseFields([{ path: 'productId', rule: 'agreement_first' }]);
}

import {
  type Change,
  type Context,
  type ProviderRequestDetails,
  type ProviderRequestOutcome,
  type ProviderRequestRecord,
  providerRequests,
  type Transaction,
  transact,
  type Within,
} from '@clientele/db';
import {
  checkAttestationDate,
  decideProviderRequest,
  type EndMode,
  illegal,
  liveRelationshipStates,
  type NewEvent,
  type ProviderRequestCommand,
  permissionToAnswer,
  permissionToRequest,
  refuseFields,
} from '@clientele/domain';
import { eq } from 'drizzle-orm';
import { actorName, demand, userIdOf } from '../access.ts';
import { writeAttestation } from '../agreements/ask.ts';
import { lockCustomer } from '../customers/view.ts';
import { planWithin } from '../relationships/plan.ts';
import { addWithin } from '../subscriptions/change.ts';
import { tellReseller } from './tell.ts';
import { factsOf, loadProviderRequest, lockProviderRequest, type ProviderRequestView, partneredPartner, sideOf } from './view.ts';

/** How an end that was asked for shall be carried out. `domain` is what the person typed: the customer's primary domain. */
export interface EndOfRequest {
  domain?: string | undefined;
  mode?: EndMode | undefined;
  at?: Date | undefined;
}

/**
 * The provider does what was asked, under the permission that doing it needs anyway, and says so on both sides: all in one transaction. Throws what the act
 * itself throws (`blocked` with every blocker, fields, `illegal_transition`), and then nothing has happened.
 */
export async function confirmProviderRequest(ctx: Context, input: EndOfRequest & { requestId: string }): Promise<ProviderRequestView> {
  return transact(ctx, async (tx, _send, within) => {
    const { record, state } = await decide(ctx, tx, input.requestId, 'confirm');
    const done = await carryOut(ctx, tx, record, input);
    return answer(ctx, tx, within, { ...record, state, outcome: done.result }, done, (there) => noteAgreement(there, tx, record));
  });
}

/** The provider does not do it, and says why. */
export async function declineProviderRequest(ctx: Context, input: { requestId: string; reason: string }): Promise<ProviderRequestView> {
  return transact(ctx, async (tx, _send, within) => {
    const { record, state } = await decide(ctx, tx, input.requestId, 'decline');
    return answer(ctx, tx, within, { ...record, state, reason: input.reason }, { result: {}, events: [] });
  });
}

/** The reseller takes back what nobody has answered. */
export async function withdrawProviderRequest(ctx: Context, requestId: string): Promise<ProviderRequestView> {
  return transact(ctx, async (tx, _send, within) => {
    const { record, state } = await decide(ctx, tx, requestId, 'withdraw');
    await save(ctx, tx, { ...record, state });
    const provider = await partneredPartner(tx, record.providerId);
    const data = factsOf(record, { provider, reseller: ctx.partner });
    await within(provider, async () => ({
      result: undefined,
      events: [{ type: 'provider_request.withdrawn', customerId: record.providerCustomerId, data }],
    }));
    return {
      result: await loadProviderRequest(ctx, tx, record.id),
      events: [{ type: 'provider_request.withdrawn', customerId: record.resellerCustomerId, data }],
    };
  });
}

async function decide(ctx: Context, tx: Transaction, requestId: string, command: ProviderRequestCommand) {
  demand(ctx, 'provider-requests.see');
  const { record, isPartnershipActive } = await lockProviderRequest(tx, requestId);
  demand(ctx, (command === 'withdraw' ? permissionToRequest : permissionToAnswer)[record.kind]);
  const side = sideOf(ctx, record);
  return { record, state: decideProviderRequest({ state: record.state, isPartnershipActive }, command, side) };
}

async function save(ctx: Context, tx: Transaction, record: ProviderRequestRecord): Promise<ProviderRequestRecord> {
  const { state, reason, outcome } = record;
  const decided = { decidedBy: userIdOf(ctx), decidedByName: actorName(ctx), decidedAt: ctx.now, version: record.version + 1 };
  await tx
    .update(providerRequests)
    .set({ state, reason, outcome, ...decided })
    .where(eq(providerRequests.id, record.id));
  return { ...record, ...decided };
}

/** Writes the answer down, tells the reseller, and gives the change with both logs' events. */
async function answer(
  ctx: Context,
  tx: Transaction,
  within: Within,
  answered: ProviderRequestRecord,
  done: Change<ProviderRequestOutcome>,
  andThere: (there: Context) => Promise<NewEvent[]> = async () => [],
): Promise<Change<ProviderRequestView>> {
  const record = await save(ctx, tx, answered);
  const reseller = await partneredPartner(tx, record.resellerId);
  const data = factsOf(record, { provider: ctx.partner, reseller });
  const type = record.state === 'confirmed' ? ('provider_request.confirmed' as const) : ('provider_request.declined' as const);
  await within(reseller, async (there) => ({
    result: undefined,
    events: [{ type, customerId: record.resellerCustomerId, data }, ...(await andThere(there)), ...(await tellReseller(there, tx, record))],
  }));
  return {
    result: await loadProviderRequest(ctx, tx, record.id),
    events: [{ type, customerId: record.providerCustomerId, data }, ...done.events],
    ...(done.writes ? { writes: done.writes } : {}),
  };
}

/** Does what was asked, as the provider would unasked. */
async function carryOut(
  ctx: Context,
  tx: Transaction,
  { kind, details, productId, providerCustomerId: customerId, resellerId }: ProviderRequestRecord,
  end: EndOfRequest,
): Promise<Change<ProviderRequestOutcome>> {
  if (kind === 'attest') return attest(ctx, tx, customerId, details as ProviderRequestDetails['attest']);
  if (kind === 'order') {
    const { quantity } = details as ProviderRequestDetails['order'];
    const { result, ...change } = await addWithin(ctx, tx, { customerId, productId: productId ?? '', quantity, resellerId });
    return { ...change, result: { subscriptionId: result.id } };
  }
  if (end.domain === undefined) refuseFields([{ path: 'domain', rule: 'required' }]);
  const { result, ...change } = await planWithin(ctx, tx, {
    ...{ customerId, domain: end.domain ?? '', mode: end.mode ?? 'now' },
    ...(end.at ? { at: end.at } : {}),
  });
  return { ...change, result: { plannedEndId: result.id, ...(result.operationId ? { operationId: result.operationId } : {}) } };
}

/** A customer that has accepted meanwhile has accepted: then the request only tells the reseller. */
async function attest(ctx: Context, tx: Transaction, customerId: string, attestation: ProviderRequestDetails['attest']) {
  refuseFields(checkAttestationDate(attestation.date, ctx.now, 'date'));
  const customer = await lockCustomer(tx, customerId);
  if (!liveRelationshipStates.includes(customer.relationship)) throw illegal('relationship', customer.relationship, 'be attested');
  return { result: {}, events: customer.agreementAcceptedAt ? [] : [await writeAttestation(ctx, tx, customer, attestation)] };
}

/** The agreement is accepted once for the organisation: the reseller, which may not attest it, has it from its provider. */
async function noteAgreement(there: Context, tx: Transaction, request: ProviderRequestRecord): Promise<NewEvent[]> {
  const { kind, resellerCustomerId, details } = request;
  if (kind !== 'attest' || resellerCustomerId === null) return [];
  const own = await lockCustomer(tx, resellerCustomerId);
  if (own.agreementAcceptedAt || !liveRelationshipStates.includes(own.relationship)) return [];
  return [await writeAttestation(there, tx, own, details as ProviderRequestDetails['attest'])];
}

import {
  type Context,
  type ProviderRequestDetails,
  type ProviderRequestRecord,
  partnerships,
  providerRequests,
  type Transaction,
} from '@clientele/db';
import {
  type Attestation,
  notFound,
  type PartnershipSide,
  type ProviderRequestKind,
  permissionToAnswer,
  permissionToRequest,
  productOf,
} from '@clientele/domain';
import { and, eq, sql } from 'drizzle-orm';
import { type Allowed, allow } from '../access.ts';

/** What is asked for, as both sides see it. */
type Asked =
  | { kind: 'attest'; attestation: Attestation }
  | { kind: 'end'; reason: string }
  | { kind: 'order'; productId: string; productName: string; quantity: number; note: string | null };

function askedOf({ kind, details, productId }: ProviderRequestRecord): Asked {
  if (kind === 'attest') return { kind, attestation: details as ProviderRequestDetails['attest'] };
  if (kind === 'end') return { kind, ...(details as ProviderRequestDetails['end']) };
  const { quantity, note } = details as ProviderRequestDetails['order'];
  const id = productId ?? '';
  return { kind, productId: id, productName: productOf(id)?.name ?? id, quantity, note };
}

/** On which side of a request the partner stands. */
export const sideOf = (ctx: Context, { providerId }: Pick<ProviderRequestRecord, 'providerId'>): PartnershipSide =>
  ctx.partner.id === providerId ? 'provider' : 'reseller';

export function viewProviderRequest(ctx: Context, record: ProviderRequestRecord, otherName: string) {
  const side = sideOf(ctx, record);
  const own = { id: ctx.partner.id, name: ctx.partner.name };
  const isOpen = record.state === 'requested';
  const answer = (): Allowed => allow(ctx, permissionToAnswer[record.kind], isOpen, record.state);
  return {
    id: record.id,
    side,
    state: record.state,
    asked: askedOf(record),
    provider: side === 'provider' ? own : { id: record.providerId, name: otherName },
    reseller: side === 'reseller' ? own : { id: record.resellerId, name: otherName },
    /** The customer, as the side that looks has it; null: the reseller has no account of it. */
    customerId: side === 'provider' ? record.providerCustomerId : record.resellerCustomerId,
    companyName: record.companyName,
    domain: record.domain,
    requestedBy: record.requestedByName,
    requestedAt: record.requestedAt,
    decidedBy: record.decidedByName,
    decidedAt: record.decidedAt,
    reason: record.reason,
    operationId: side === 'provider' ? (record.outcome.operationId ?? null) : null,
    actions: {
      confirm: answer(),
      decline: answer(),
      withdraw: allow(ctx, permissionToRequest[record.kind], isOpen, record.state),
    },
  };
}
export type ProviderRequestView = ReturnType<typeof viewProviderRequest>;

/** What a partner may know of the one on the other side of its partnerships. */
export async function partneredPartner(tx: Transaction, partnerId: string): Promise<Context['partner']> {
  const [row] = await tx.execute<Context['partner'] & Record<string, unknown>>(
    sql`select id, name, type, cloud, country from partnered_partners() where id = ${partnerId}::uuid`,
  );
  if (!row) throw notFound('partnership');
  const { id, name, type, cloud, country } = row;
  return { id, name, type, cloud, country };
}

/** One request as its two sides see it. Throws `not_found`. */
export async function loadProviderRequest(ctx: Context, tx: Transaction, requestId: string): Promise<ProviderRequestView> {
  const [record] = await tx.select().from(providerRequests).where(eq(providerRequests.id, requestId));
  if (!record) throw notFound('provider request');
  const other = await partneredPartner(tx, sideOf(ctx, record) === 'provider' ? record.resellerId : record.providerId);
  return viewProviderRequest(ctx, record, other.name);
}

/**
 * The request, locked until the transaction ends, and whether its partnership is active: that one is held first, so that a removal comes before or after, never
 * in between. Throws `not_found`.
 */
export async function lockProviderRequest(
  tx: Transaction,
  requestId: string,
): Promise<{ record: ProviderRequestRecord; isPartnershipActive: boolean }> {
  const which = eq(providerRequests.id, requestId);
  const [seen] = await tx.select({ partnershipId: providerRequests.partnershipId }).from(providerRequests).where(which);
  if (!seen) throw notFound('provider request');
  const isPartnershipActive = await holdPartnership(tx, seen.partnershipId);
  const [record] = await tx.select().from(providerRequests).where(which).for('update');
  if (!record) throw notFound('provider request');
  return { record, isPartnershipActive };
}

/** Whether a partnership is active, and stays so until the transaction ends. */
export async function holdPartnership(tx: Transaction, partnershipId: string): Promise<boolean> {
  const [held] = await tx
    .select({ id: partnerships.id })
    .from(partnerships)
    .where(and(eq(partnerships.id, partnershipId), eq(partnerships.state, 'active')))
    .for('share');
  return held !== undefined;
}

/** What both logs say of a request. */
export const factsOf = (
  { id, kind }: { id: string; kind: ProviderRequestKind },
  { provider, reseller }: { provider: { name: string }; reseller: { name: string } },
) => ({ providerRequestId: id, asked: kind, provider: provider.name, reseller: reseller.name });

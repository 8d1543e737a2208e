import type { ProviderRequestKind, ProviderRequestState } from '@clientele/domain';
import type { Sql } from 'postgres';
import { newId } from '../ids.ts';
import { insertRow } from './builders.ts';

const detailsOf = {
  attest: { firstName: 'Aiko', lastName: 'Tanaka', email: 'aiko@people.example', date: '2025-01-31' },
  end: { reason: 'The customer has closed its business.' },
  order: { quantity: 3, note: null },
} as const;

/** A request of a reseller about a customer of its provider; to attest the agreement, and open, unless told. */
export async function aProviderRequest(
  sql: Sql,
  partnership: { id: string },
  providerCustomer: { id: string; companyName: string; domain: string },
  author: { id: string; name: string },
  more: Partial<{
    kind: ProviderRequestKind;
    state: ProviderRequestState;
    productId: string;
    details: Record<string, unknown>;
    resellerCustomerId: string;
    requestedAt: Date;
    reason: string;
    decidedByName: string;
  }> = {},
): Promise<{ id: string }> {
  const id = newId();
  const { kind = 'attest', state = 'requested', requestedAt = new Date(), ...rest } = more;
  const [sides] = await sql`select provider_id as "providerId", reseller_id as "resellerId" from partnerships where id = ${partnership.id}`;
  await insertRow(sql, 'provider_requests', {
    ...sides,
    ...{ id, kind, state, requestedAt, partnershipId: partnership.id, providerCustomerId: providerCustomer.id },
    ...{ companyName: providerCustomer.companyName, domain: providerCustomer.domain, details: detailsOf[kind] },
    ...{ requestedBy: author.id, requestedByName: author.name },
    ...(kind === 'order' ? { productId: 'm365-e3' } : {}),
    ...(state === 'requested' ? {} : { decidedAt: new Date() }),
    ...rest,
  });
  return { id };
}

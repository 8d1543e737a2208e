import { newId, type PartnerOfContext } from '@clientele/db';
import type { ProviderRequestKind, ProviderRequestState } from '@clientele/domain';
import type postgres from 'postgres';

const hour = 3_600_000;

interface Asked {
  kind: ProviderRequestKind;
  state: ProviderRequestState;
  hoursAgo: number;
  details: Record<string, unknown>;
  productId?: string;
  reason?: string;
}

const signer = { firstName: 'Emma', lastName: 'Clark', email: 'emma.clark@people.example', date: '2026-10-30' };

/** What a reseller that signs in has asked: of each kind, in every state. */
const asked: Asked[] = [
  {
    kind: 'order',
    state: 'requested',
    hoursAgo: 2,
    productId: 'm365-e3',
    details: { quantity: 40, note: 'The customer moves in on Monday.' },
  },
  { kind: 'end', state: 'requested', hoursAgo: 5, details: { reason: 'The customer is taken over and moves to its new parent.' } },
  { kind: 'attest', state: 'requested', hoursAgo: 9, details: { ...signer, phone: '+1 425 555 0147' } },
  { kind: 'order', state: 'requested', hoursAgo: 26, productId: 'azure-plan', details: { quantity: 1, note: null } },
  { kind: 'order', state: 'confirmed', hoursAgo: 60, productId: 'm365-business-standard', details: { quantity: 12, note: null } },
  { kind: 'attest', state: 'confirmed', hoursAgo: 90, details: signer },
  {
    kind: 'order',
    state: 'declined',
    hoursAgo: 130,
    productId: 'm365-business-basic',
    details: { quantity: 300, note: 'As offered.' },
    reason: 'The credit line of this customer is used up until its October invoice is paid.',
  },
  { kind: 'end', state: 'withdrawn', hoursAgo: 200, details: { reason: 'The customer wants to cancel at the end of the year.' } },
];

/**
 * What the provider's resellers ask it to do, and what came of it; its customers' subscriptions are counted for their resellers, and some of the customers
 * have their reseller as support contact.
 */
export async function addProviderRequests(
  owner: postgres.Sql,
  partner: PartnerOfContext,
  by: { id: string; name: string },
  now: Date,
): Promise<void> {
  await owner`update subscriptions s set reseller_id = c.indirect_reseller_id from customers c
    where c.id = s.customer_id and c.partner_id = ${partner.id} and c.indirect_reseller_id is not null and get_byte(uuid_send(s.id), 15) % 8 <> 0`;
  await owner`update customers set support_reseller_id = indirect_reseller_id, support_contact = null
    where partner_id = ${partner.id} and relationship = 'active' and indirect_reseller_id is not null and get_byte(uuid_send(id), 15) % 5 = 0`;
  const [link] = await owner<{ id: string; reseller_id: string; user_id: string; name: string }[]>`
    select p.id, p.reseller_id, u.id as user_id, u.name from partnerships p
    join partner_users pu on pu.partner_id = p.reseller_id join users u on u.id = pu.user_id
    where p.provider_id = ${partner.id} and p.state = 'active' order by pu.created_at limit 1`;
  if (!link) return;
  const shared = await owner<{ id: string; own: string | null; company_name: string; domain: string }[]>`
    select c.id, r.id as own, c.company_name, c.domain from customers c
    left join customers r on r.partner_id = ${link.reseller_id} and r.organization_id = c.organization_id
    where c.partner_id = ${partner.id} and c.indirect_reseller_id = ${link.reseller_id} and c.relationship = 'active' order by r.id nulls last, c.id limit ${asked.length}`;
  // The oldest first: the list goes by the ids.
  for (const [index, { kind, state, hoursAgo, details, productId = null, reason = null }] of [...asked.entries()].reverse()) {
    const customer = shared[index];
    if (!customer) continue;
    // Whoever asks for an attestation has a customer that waits for it.
    if (kind === 'attest' && state === 'requested')
      await owner`update customers set agreement_accepted_at = null, agreement_by = null, agreement_attestation = null where id in (${customer.id}, ${customer.own ?? customer.id})`;
    const at = new Date(now.getTime() - hoursAgo * hour);
    const decider = state === 'withdrawn' ? { id: link.user_id, name: link.name } : by;
    const decided = { decided_by: decider.id, decided_by_name: decider.name, decided_at: new Date(at.getTime() + 3 * hour) };
    await owner`insert into provider_requests ${owner({
      ...{ id: newId(), provider_id: partner.id, reseller_id: link.reseller_id, partnership_id: link.id, kind, state },
      ...{
        provider_customer_id: customer.id,
        reseller_customer_id: customer.own,
        company_name: customer.company_name,
        domain: customer.domain,
      },
      ...{ product_id: productId, details: owner.json(details as never), reason },
      ...{ requested_by: link.user_id, requested_by_name: link.name, requested_at: at, version: state === 'requested' ? 1 : 2 },
      ...(state === 'requested' ? {} : decided),
    } as never)}`;
  }
}

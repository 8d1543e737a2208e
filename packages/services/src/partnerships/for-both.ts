import {
  type Context,
  type CustomerRecord,
  customers,
  findPartner,
  type InvitationRecord,
  invitations,
  newId,
  type PartnerOfContext,
  partnerships,
  read,
  type Transaction,
  type Within,
} from '@clientele/db';
import { liveRelationshipStates, type NewEvent, noDelegatedAdmin, type ProviderAnswer, refuseFields } from '@clientele/domain';
import { and, eq, sql } from 'drizzle-orm';
import { demand } from '../access.ts';
import type { NewInvitation } from '../invitations/create.ts';
import { establish } from '../invitations/establish.ts';
import { activeProviders } from './list.ts';

/** Only a reseller asks for its provider as well, and only for one that it has an active partnership with. */
export async function requireProvider(ctx: Context, tx: Transaction, input: Pick<NewInvitation, 'providerId' | 'providerDelegatedAdmin'>) {
  if (!input.providerId) {
    if (input.providerDelegatedAdmin) refuseFields([{ path: 'providerId', rule: 'required' }]);
    return;
  }
  demand(ctx, 'partnerships.see');
  if (input.providerDelegatedAdmin) demand(ctx, 'delegated-admin.request');
  const providers = await activeProviders(ctx, tx);
  if (!providers.some(({ partner }) => partner.id === input.providerId)) refuseFields([{ path: 'providerId', rule: 'choice' }]);
}

/** The provider that an invitation asks for as well. Read before the transaction of the acceptance: it stands behind another wall. */
export async function providerAskedFor(ctx: Context, invitationId: string): Promise<PartnerOfContext | null> {
  const [row] = await read(ctx, (tx) =>
    tx.select({ providerId: invitations.providerId }).from(invitations).where(eq(invitations.id, invitationId)),
  );
  return row?.providerId ? findPartner(ctx.db, row.providerId) : null;
}

/** The active partnership, held until the transaction ends: a removal waits, or this finds it removed. */
async function holdPartnership(ctx: Context, tx: Transaction, providerId: string) {
  const [held] = await tx
    .select({ id: partnerships.id })
    .from(partnerships)
    .where(and(eq(partnerships.providerId, providerId), eq(partnerships.resellerId, ctx.partner.id), eq(partnerships.state, 'active')))
    .for('update');
  return held;
}

/**
 * The provider's half of an acceptance for both, in the transaction of the reseller's: a relationship of its own, on a row of its own, that ends without the
 * other. A partnership that was removed meanwhile leaves the reseller's half alone; a provider that serves the customer already keeps what it has, and learns
 * its reseller if it had none.
 */
export async function acceptForProvider(
  ctx: Context,
  tx: Transaction,
  within: Within,
  { invitation, customer, provider }: { invitation: InvitationRecord; customer: CustomerRecord; provider: PartnerOfContext },
): Promise<void> {
  const partnership = await holdPartnership(ctx, tx, provider.id);
  const answer: ProviderAnswer = partnership
    ? await within(provider, async (there) => {
        const found = await rowOfProvider(there, tx, customer);
        const row = found ?? (await addRow(there, tx, customer));
        const isServed = liveRelationshipStates.includes(row.relationship);
        const asked = {
          id: invitation.id,
          delegatedAdmin: invitation.providerDelegatedAdmin,
          delegatedAdminDays: invitation.providerDelegatedAdminDays,
        };
        const established = await establish(there, tx, asked, row);
        const indirectResellerId = isServed ? (row.indirectResellerId ?? ctx.partner.id) : ctx.partner.id;
        await tx.update(customers).set({ indirectResellerId }).where(eq(customers.id, row.id));
        const events: NewEvent[] = [
          ...(found ? [] : [{ type: 'customer.created', customerId: row.id, data: { domain: row.domain } } as const]),
          // The invitation stands within the reseller's wall: the provider's log names the partnership that brought it.
          ...established.map((event): NewEvent => ({ ...event, invitationId: null })),
          { type: 'partnership.customer_brought', customerId: row.id, data: { partnershipId: partnership.id, partnerId: ctx.partner.id } },
        ];
        return { result: isServed ? 'served' : 'established', events };
      })
    : 'off';
  await tx.update(invitations).set({ providerAnswer: answer }).where(eq(invitations.id, invitation.id));
}

async function rowOfProvider(there: Context, tx: Transaction, customer: CustomerRecord): Promise<CustomerRecord | undefined> {
  const [row] = await tx
    .select()
    .from(customers)
    .where(and(eq(customers.partnerId, there.partner.id), eq(customers.organizationId, customer.organizationId)))
    .for('update');
  return row;
}

/** The provider knows of the customer what the customer has confirmed to the reseller, and nothing of what the reseller has noted. */
async function addRow(there: Context, tx: Transaction, customer: CustomerRecord): Promise<CustomerRecord> {
  const row: CustomerRecord = {
    ...customer,
    ...{ id: newId(), partnerId: there.partner.id, relationship: 'requested', ...noDelegatedAdmin },
    ...{ tags: [], notes: '', supportContact: null, snapshot: null, relationshipSince: null, relationshipEndedAt: null },
    ...{ agreementAcceptedAt: null, agreementBy: null, agreementAttestation: null, specialQualification: null },
    ...{ onboardingOperationId: null, externalId: null, indirectResellerId: null, version: 1, createdAt: there.now },
  };
  await tx.insert(customers).values(row);
  return row;
}

/** The provider that an invitation asks for as well, as the page and the mail name it; `isOff` once the partnership is over. */
export interface AlsoAsked {
  name: string;
  country: string;
  webSite: string | null;
  isOff: boolean;
}

/** For each invitation of these its provider, if it has one. */
export async function alsoAsked(ctx: Context, tx: Transaction, providerIds: readonly string[]): Promise<Map<string, AlsoAsked>> {
  if (providerIds.length === 0) return new Map();
  const rows = await tx.execute<{ id: string; name: string; country: string; webSite: string | null; active: boolean }>(
    sql`select o.id, o.name, o.country, o.web_site as "webSite", exists (select 1 from partnerships p
        where p.provider_id = o.id and p.reseller_id = ${ctx.partner.id} and p.state = 'active') as active
      from partnered_partners() o where o.id = any(${sql.param([...providerIds])}::uuid[])`,
  );
  return new Map(rows.map(({ id, active, ...provider }) => [id, { ...provider, isOff: !active }]));
}

import {
  aContext,
  aCustomer,
  aCustomerUser,
  anOrganization,
  aPartner,
  aPartnership,
  aPartnerUser,
  useTestDatabase,
} from '@clientele/db/testing';
import { describe, expect, it } from 'vitest';
import { listActivity } from '../activity/list.ts';
import { acceptInvitation } from '../invitations/accept.ts';
import { createInvitation } from '../invitations/create.ts';
import { declineInvitation } from '../invitations/decline.ts';
import { openInvitation } from '../invitations/open.ts';
import { links, outcomeOf, refusalOf, tokenOf, visit } from '../testing/acts.ts';
import { removePartnership } from './remove.ts';

const test = useTestDatabase();
let count = 0;

async function setting() {
  const provider = await aPartner(test.sql, { type: 'indirect-provider', name: 'Northwind Distribution' });
  const reseller = await aPartner(test.sql, { type: 'indirect-reseller', name: 'Fabrikam K.K.' });
  const [theirs, ours] = [await aPartnerUser(test.sql, provider), await aPartnerUser(test.sql, reseller)];
  const { id } = await aPartnership(test.sql, provider, reseller);
  const organization = await anOrganization(test.sql);
  const admin = await aCustomerUser(test.sql, organization);
  const ctx = aContext(test.api, reseller, ours);
  const invite = (more: object = {}) =>
    createInvitation(ctx, links, {
      ...{ email: `it-${++count}@mail.example`, companyName: 'Contoso', domain: organization.domain, language: 'en', message: '{link}' },
      ...{ delegatedAdmin: true, delegatedAdminDays: 30, providerId: provider.id, sendMail: true },
      ...more,
    });
  const accept = (invitation: { id: string }) =>
    acceptInvitation(visit(test.api), links, { token: tokenOf(invitation), agreementAccepted: true }, { userId: admin.userId as string });
  const rowOf = async (partner: { id: string }) =>
    (await test.sql`select * from customers where partner_id = ${partner.id} and organization_id = ${organization.id}`)[0];
  return {
    provider,
    reseller,
    theirs,
    ctx,
    providerCtx: aContext(test.api, provider, theirs),
    id,
    organization,
    admin,
    invite,
    accept,
    rowOf,
  };
}
const answerOf = async (id: string) => (await test.sql`select provider_answer from invitations where id = ${id}`)[0]?.provider_answer;

describe('an invitation for a reseller and its provider at once', () => {
  it('is one mail and one acceptance, and makes two relationships, each with what was asked for it', async () => {
    const { provider, reseller, ctx, providerCtx, organization, invite, accept, rowOf } = await setting();
    const invitation = await invite({ providerDelegatedAdmin: true, providerDelegatedAdminDays: 7 });
    expect(invitation.provider).toMatchObject({ name: 'Northwind Distribution', isOff: false, delegatedAdmin: true, answer: null });
    const open = await openInvitation(visit(test.api), links, tokenOf(invitation), null);
    expect(open.provider).toMatchObject({ name: 'Northwind Distribution', isOff: false, delegatedAdminFor: { days: 7 } });
    expect(await test.sql`select 1 from deliveries where invitation_id = ${invitation.id}`).toHaveLength(1);
    await accept(invitation);
    const [own, theirs] = [await rowOf(reseller), await rowOf(provider)];
    for (const row of [own, theirs])
      expect(row).toMatchObject({ relationship: 'active', delegated_admin: true, agreement_by: 'customer', domain: organization.domain });
    expect([own?.indirect_reseller_id, theirs?.indirect_reseller_id]).toEqual([null, reseller.id]);
    const daysOf = (row: typeof own) => Math.round((new Date(row?.delegated_admin_until).getTime() - Date.now()) / 86_400_000);
    expect([daysOf(own), daysOf(theirs)]).toEqual([30, 7]);
    expect(await answerOf(invitation.id)).toBe('established');
    // Each log says its own, and the provider's who brought it.
    const log = (await listActivity(providerCtx, { limit: 20 })).items;
    expect(log.map(({ type }) => type)).toEqual([
      'partnership.customer_brought',
      'delegated_admin.granted',
      'relationship.established',
      'customer.created',
    ]);
    expect(log[0]).toMatchObject({ partnerName: 'Fabrikam K.K.', companyName: 'Contoso', actor: { kind: 'customer' }, invitationId: null });
    expect((await listActivity(ctx, { limit: 20 })).items.map(({ type }) => type)).not.toContain('partnership.customer_brought');
    // One ends without the other.
    await test.sql`update customers set relationship = 'ended' where id = ${own?.id}`;
    expect((await rowOf(provider))?.relationship).toBe('active');
    expect(await outcomeOf(accept(invitation))).toBe('link_over');
  });

  it('asks for delegated admin of each by itself', async () => {
    const { provider, reseller, invite, accept, rowOf } = await setting();
    await accept(await invite({ providerDelegatedAdmin: false }));
    expect([(await rowOf(reseller))?.delegated_admin, (await rowOf(provider))?.delegated_admin]).toEqual([true, false]);
  });

  it('of a customer that the provider serves already makes the reseller’s relationship only, and names the reseller where none is', async () => {
    for (const other of [false, true]) {
      const { provider, reseller, organization, invite, accept, rowOf } = await setting();
      const earlier = other ? await aPartner(test.sql, { type: 'indirect-reseller' }) : null;
      const served = await aCustomer(test.sql, provider, {
        ...{ organizationId: organization.id, domain: organization.domain, companyName: 'As the provider calls it' },
        ...(earlier ? { indirectResellerId: earlier.id } : {}),
      });
      const before = await rowOf(provider);
      const invitation = await invite();
      await accept(invitation);
      expect(await answerOf(invitation.id)).toBe('served');
      const after = await rowOf(provider);
      expect(after).toMatchObject({
        id: served.id,
        company_name: 'As the provider calls it',
        relationship_since: before?.relationship_since,
      });
      expect(after?.indirect_reseller_id).toBe(earlier?.id ?? reseller.id);
      expect((await rowOf(reseller))?.relationship).toBe('active');
    }
  });

  it('brings an ended or only imported relationship of the provider to life', async () => {
    for (const relationship of ['ended', 'none', 'requested'] as const) {
      const { provider, organization, invite, accept, rowOf } = await setting();
      await aCustomer(test.sql, provider, {
        ...{ organizationId: organization.id, domain: organization.domain, relationship },
        ...(relationship === 'ended' ? { relationshipEndedAt: new Date() } : {}),
      });
      const invitation = await invite();
      await accept(invitation);
      expect([await answerOf(invitation.id), (await rowOf(provider))?.relationship], relationship).toEqual(['established', 'active']);
    }
  });

  it('whose partnership is removed before the answer says so before, and makes the reseller’s relationship alone', async () => {
    const { provider, reseller, providerCtx, id, invite, accept, rowOf } = await setting();
    const invitation = await invite();
    await removePartnership(providerCtx, links, id);
    expect((await openInvitation(visit(test.api), links, tokenOf(invitation), null)).provider).toMatchObject({ isOff: true });
    await accept(invitation);
    expect([await answerOf(invitation.id), await rowOf(provider), (await rowOf(reseller))?.relationship]).toEqual([
      'off',
      undefined,
      'active',
    ]);
  });

  it('accepted while the partnership is being removed makes both or one, and says which', async () => {
    const outcomes = new Set<string>();
    for (let round = 0; round < 6; round += 1) {
      const { provider, reseller, providerCtx, id, invite, accept, rowOf } = await setting();
      const invitation = await invite();
      await Promise.all([accept(invitation), removePartnership(providerCtx, links, id)]);
      const answer = await answerOf(invitation.id);
      outcomes.add(answer);
      expect((await rowOf(provider)) !== undefined).toBe(answer === 'established');
      expect((await rowOf(reseller))?.relationship).toBe('active');
    }
    for (const outcome of outcomes) expect(['established', 'off']).toContain(outcome);
  });

  it('waits for a removal that has begun, and then finds it', async () => {
    const { provider, id, invite, accept, rowOf } = await setting();
    const invitation = await invite();
    const waiting = async () =>
      (await test.sql`select 1 from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`).length > 0;
    const other = await test.sql.reserve();
    await other`begin`;
    await other`update partnerships set state = 'removed', removed_at = now(), removed_by_partner = ${provider.id} where id = ${id}`;
    let isDone = false;
    const accepted = accept(invitation).finally(() => {
      isDone = true;
    });
    while (!isDone && !(await waiting()));
    await other`commit`;
    other.release();
    await accepted;
    expect([await answerOf(invitation.id), await rowOf(provider)]).toEqual(['off', undefined]);
  });

  it('declined makes nothing on either side', async () => {
    const { provider, reseller, admin, invite, rowOf } = await setting();
    const invitation = await invite();
    await declineInvitation(visit(test.api), links, { token: tokenOf(invitation) }, { userId: admin.userId as string });
    expect([await rowOf(provider), await rowOf(reseller)]).toEqual([undefined, undefined]);
  });

  it('is for a provider that the reseller has an active partnership with, and for nobody else to ask', async () => {
    const { invite, provider } = await setting();
    const stranger = await aPartner(test.sql, { type: 'indirect-provider' });
    for (const wrong of [stranger.id, crypto.randomUUID()])
      expect(await refusalOf(invite({ providerId: wrong }))).toMatchObject({ fields: [{ path: 'providerId', rule: 'choice' }] });
    expect(await refusalOf(invite({ providerId: undefined, providerDelegatedAdmin: true }))).toMatchObject({
      fields: [{ path: 'providerId', rule: 'required' }],
    });
    const direct = await aPartner(test.sql);
    const ctx = aContext(test.api, direct, await aPartnerUser(test.sql, direct));
    const order = {
      email: 'a@b.example',
      companyName: 'C',
      language: 'en',
      message: '',
      delegatedAdmin: false,
      sendMail: false,
      providerId: provider.id,
    } as const;
    expect(await refusalOf(createInvitation(ctx, links, order))).toMatchObject({ code: 'forbidden', details: { reason: 'partner_type' } });
  });
});

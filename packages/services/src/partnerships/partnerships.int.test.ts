import type { PartnerOfContext } from '@clientele/db';
import {
  aContext,
  aCustomer,
  anOrganization,
  aPartner,
  aPartnership,
  aPartnerUser,
  type TestPartnerUser,
  useTestDatabase,
} from '@clientele/db/testing';
import type { PartnerType, Role } from '@clientele/domain';
import { describe, expect, it } from 'vitest';
import { listActivity } from '../activity/list.ts';
import { listCustomers } from '../customers/list.ts';
import { claimMails } from '../deliveries/send.ts';
import { acceptInvitation } from '../invitations/accept.ts';
import { expireInvitation, resendInvitation, revokeInvitation } from '../invitations/change.ts';
import { declineInvitation } from '../invitations/decline.ts';
import { getInvitation } from '../invitations/list.ts';
import { openInvitation } from '../invitations/open.ts';
import type { SessionActor } from '../partners/sessions.ts';
import { links, outcomeOf, refusalOf, tokenOf, visit } from '../testing/acts.ts';
import { acceptPartnership, declinePartnership } from './answer.ts';
import { activeProviders, getPartnership, listPartnerships, listSharedCustomers } from './list.ts';
import { openPartnershipRequest } from './open.ts';
import { previewRemoval, removePartnership } from './remove.ts';
import { requestPartnership } from './request.ts';

const test = useTestDatabase();
let count = 0;

async function aSide(type: PartnerType, name?: string, roles: Role[] = ['global-admin']) {
  const partner = await aPartner(test.sql, { type, ...(name ? { name } : {}) });
  const user = await aPartnerUser(test.sql, partner, roles);
  return { partner, user, ctx: aContext(test.api, partner, user) };
}

/** The session of a partner's person, as the page reads it. */
function sessionOf(partner: PartnerOfContext | null, { id, name, email, roles }: TestPartnerUser): SessionActor {
  const now = new Date();
  return {
    ...{ sessionId: 's', seenAt: now, confirmedAt: now, since: now, secondFactorFrom: now },
    ...{ hasSecondFactor: false, secondFactorAt: null, graceDays: null, signInProviderId: null },
    ...{ userId: id, name, email, language: 'en', roles: [...roles], partner },
  };
}

const ask = (ctx: Parameters<typeof requestPartnership>[0], more: object = {}) =>
  requestPartnership(ctx, links, {
    ...{
      email: `reseller-${++count}@mail.example`,
      companyName: 'Fabrikam Reselling',
      language: 'en',
      message: 'Please {link}',
      sendMail: true,
    },
    ...more,
  });

async function asked() {
  const provider = await aSide('indirect-provider', 'Northwind Distribution');
  const reseller = await aSide('indirect-reseller', 'Fabrikam K.K.');
  const request = await ask(provider.ctx);
  return { provider, reseller, request, token: tokenOf(request), session: sessionOf(reseller.partner, reseller.user) };
}

const typesOf = async (partner: { id: string }) =>
  (await test.sql`select type from events where partner_id = ${partner.id} and type like 'partnership.%' order by id`).map(
    ({ type }) => type,
  );
const mailsOf = async (partner: { id: string }, kind: string) =>
  (await test.sql`select recipient, facts from deliveries where partner_id = ${partner.id} and kind = ${kind}`).map((row) => row.recipient);
const rowOf = async (invitationId: string) =>
  (await test.sql`select state, reseller_id, removed_by_partner from partnerships where invitation_id = ${invitationId}`)[0];

describe('a request for a partnership', () => {
  it('is an invitation with a link of its own, and a partnership that is asked for', async () => {
    const { provider, request } = await asked();
    expect(request).toMatchObject({ purpose: 'partnership', state: 'pending', delivery: { state: 'queued' } });
    expect(links.linkOf({ id: request.id, tokenVersion: 1, purpose: 'partnership' })).toMatch(/\/p\/[\w-]+$/);
    const { items } = await listPartnerships(provider.ctx, links, { state: 'requested', limit: 10 });
    expect(items).toMatchObject([
      {
        state: 'requested',
        name: 'Fabrikam Reselling',
        partner: null,
        requestedBy: { side: 'own', name: provider.user.name },
        invitation: { id: request.id },
      },
    ]);
    expect(await typesOf(provider.partner)).toEqual(['partnership.requested']);
    const again = await resendInvitation({ ...provider.ctx, now: new Date() }, links, { invitationId: request.id }).catch(
      (error) => error.code,
    );
    expect(again).toBe('illegal_transition');
  });

  it('is for sellers of an indirect provider in a cloud that has partnerships', async () => {
    for (const [type, roles, reason] of [
      ['indirect-provider', ['helpdesk-agent'], { reason: 'role', needs: ['global-admin', 'admin-agent', 'sales-agent'] }],
      ['indirect-reseller', ['global-admin'], { reason: 'partner_type', state: 'only-providers' }],
      ['direct-partner', ['global-admin'], { reason: 'partner_type', state: 'only-providers' }],
    ] as const) {
      const { ctx } = await aSide(type, undefined, [...roles]);
      expect(await refusalOf(ask(ctx))).toMatchObject({ code: 'forbidden', details: reason });
    }
    const government = await aPartner(test.sql, { cloud: 'us-government' });
    const ctx = aContext(test.api, government, await aPartnerUser(test.sql, government));
    expect(await refusalOf(ask(ctx))).toMatchObject({ code: 'forbidden', details: { reason: 'cloud' } });
    expect(await refusalOf(listPartnerships(ctx, links, { state: 'all', limit: 10 }))).toMatchObject({ details: { reason: 'cloud' } });
    expect(await outcomeOf(ask((await aSide('indirect-provider', undefined, ['sales-agent'])).ctx))).toBe('done');
  });

  it('that is revoked, declined or has run out makes its partnership removed, by neither side', async () => {
    const { provider, request } = await asked();
    await revokeInvitation(provider.ctx, links, request.id);
    const late = await ask(provider.ctx, { days: 1 });
    await expireInvitation({ ...provider.ctx, now: new Date(Date.now() + 2 * 86_400_000) }, late.id);
    const declined = await ask(provider.ctx);
    await declinePartnership(visit(test.api), links, { token: tokenOf(declined), reason: 'Not now' }, null);
    for (const { id } of [request, late, declined])
      expect(await rowOf(id)).toEqual({ state: 'removed', reseller_id: null, removed_by_partner: null });
    expect(await mailsOf(provider.partner, 'partnership_answered_provider')).toEqual([provider.user.email]);
    const events =
      await test.sql`select data ->> 'because' as because from events where partner_id = ${provider.partner.id} and type = 'partnership.request_closed' order by id`;
    expect(events.map(({ because }) => because)).toEqual(['revoked', 'expired', 'declined']);
    // Nobody stands on the list any more that is neither asked nor active.
    expect((await listPartnerships(provider.ctx, links, { state: 'current', limit: 10 })).items).toEqual([]);
    expect((await listPartnerships(provider.ctx, links, { state: 'removed', limit: 10 })).total.count).toBe(3);
  });

  it('whose time is over is shown as over before the job says so', async () => {
    const { provider } = await asked();
    const late = await ask(provider.ctx, { days: 1, companyName: 'Late' });
    const then = { ...provider.ctx, now: new Date(Date.now() + 2 * 86_400_000) };
    expect((await listPartnerships(then, links, { state: 'current', limit: 10 })).items.map(({ name }) => name)).toEqual([
      'Fabrikam Reselling',
    ]);
    const { items } = await listPartnerships(then, links, { state: 'removed', limit: 10 });
    expect(items).toMatchObject([{ name: 'Late', state: 'removed', invitation: { id: late.id, state: 'expired' } }]);
  });

  it('is no request to a customer: the customers’ page and verbs take its link for none, and its own take theirs for none', async () => {
    const { token } = await asked();
    expect(await outcomeOf(openInvitation(visit(test.api), links, token, null))).toBe('link_invalid');
    expect(await outcomeOf(acceptInvitation(visit(test.api), links, { token, agreementAccepted: true }, null))).toBe('link_invalid');
    expect(await outcomeOf(declineInvitation(visit(test.api), links, { token }, null))).toBe('link_invalid');
    const { anInvitation } = await import('@clientele/db/testing');
    const { partner, user } = await aSide('indirect-provider');
    const ofCustomer = tokenOf(await anInvitation(test.sql, partner, user));
    const { session } = await asked();
    expect(await outcomeOf(openPartnershipRequest(visit(test.api), links, ofCustomer, null))).toBe('link_invalid');
    expect(await outcomeOf(acceptPartnership(visit(test.api), links, ofCustomer, session))).toBe('link_invalid');
    expect(await outcomeOf(declinePartnership(visit(test.api), links, { token: ofCustomer }, null))).toBe('link_invalid');
  });
});

describe('accepting it', () => {
  it('makes both partners, in both logs under the person’s organisation, and tells both', async () => {
    const { provider, reseller, request, token, session } = await asked();
    const { partnershipId } = await acceptPartnership(visit(test.api), links, token, session);
    expect(await typesOf(provider.partner)).toEqual(['partnership.requested', 'partnership.accepted']);
    expect(await typesOf(reseller.partner)).toEqual(['partnership.accepted']);
    expect(await mailsOf(provider.partner, 'partnership_answered_provider')).toEqual([provider.user.email]);
    expect(await mailsOf(reseller.partner, 'partnership_accepted_reseller')).toEqual([reseller.user.email]);
    expect(await activeProviders(reseller.ctx)).toMatchObject([{ id: partnershipId, partner: { name: 'Northwind Distribution' } }]);
    expect(await getPartnership(provider.ctx, links, partnershipId)).toMatchObject({
      state: 'active',
      name: 'Fabrikam K.K.',
      acceptedBy: { side: 'other', name: 'Fabrikam K.K.' },
      invitation: { id: request.id, state: 'accepted' },
    });
    // The reseller sees whom it said yes to, and nothing of the provider's mail.
    expect(await getPartnership(reseller.ctx, links, partnershipId)).toMatchObject({
      name: 'Northwind Distribution',
      requestedBy: { side: 'other', name: 'Northwind Distribution' },
      acceptedBy: { side: 'own', name: reseller.user.name },
      invitation: null,
    });
    const log = await listActivity(provider.ctx, { limit: 50 });
    const accepted = log.items.filter(({ type }) => type === 'partnership.accepted' || type === 'invitation.accepted');
    expect(accepted.map(({ actor }) => actor)).toEqual([
      { kind: 'partner-user', name: 'Fabrikam K.K.' },
      { kind: 'partner-user', name: 'Fabrikam K.K.' },
    ]);
    expect((await listActivity(reseller.ctx, { limit: 50 })).items.at(-1)?.actor.name).toBe(reseller.user.name);
    const { timeline } = await getInvitation(provider.ctx, links, request.id);
    expect(timeline.find(({ what }) => what === 'invitation.accepted')?.by).toBe('Fabrikam K.K.');
    // The mail can be made, on both sides.
    for (const { partner, ctx } of [provider, reseller]) {
      const ids = await test.sql`select id from deliveries where partner_id = ${partner.id} and kind like 'partnership_%'`;
      const [mail] = await claimMails(
        { ...ctx, db: test.worker, now: new Date(Date.now() + 1000) },
        ids.map(({ id }) => id as string),
      );
      expect(mail?.partnership?.name).toBe(partner.id === provider.partner.id ? 'Fabrikam K.K.' : 'Northwind Distribution');
    }
  });

  it('is for a global admin of an indirect reseller; everybody else is told why not, and nothing changes', async () => {
    const { provider, reseller, request, token } = await asked();
    const agent = await aPartnerUser(test.sql, reseller.partner, ['admin-agent']);
    const direct = await aSide('direct-partner');
    const other = await aSide('indirect-provider');
    for (const [reader, because] of [
      [null, 'sign-in'],
      [sessionOf(null, agent), 'customer'],
      [sessionOf(reseller.partner, agent), 'role'],
      [sessionOf(direct.partner, direct.user), 'no-reseller'],
      [sessionOf(other.partner, other.user), 'no-reseller'],
      [sessionOf(provider.partner, provider.user), 'own-request'],
    ] as const) {
      expect(await refusalOf(acceptPartnership(visit(test.api), links, token, reader)), because).toMatchObject({
        code: 'sign_in_required',
        details: { because },
      });
      expect((await openPartnershipRequest(visit(test.api), links, token, reader)).answer).toBe(because);
    }
    expect((await openPartnershipRequest(visit(test.api), links, token, sessionOf(reseller.partner, agent))).admins).toEqual([
      reseller.user.name,
    ]);
    expect(await outcomeOf(declinePartnership(visit(test.api), links, { token }, sessionOf(provider.partner, provider.user)))).toBe(
      'sign_in_required',
    );
    expect((await rowOf(request.id))?.state).toBe('requested');
  });

  it('succeeds once, of many at the same time and against a decline and a revocation', async () => {
    const { provider, request, token, session } = await asked();
    const others = await Promise.all([1, 2, 3].map(() => aSide('indirect-reseller')));
    const answers = await Promise.all([
      outcomeOf(acceptPartnership(visit(test.api), links, token, session)),
      ...others.map(({ partner, user }) => outcomeOf(acceptPartnership(visit(test.api), links, token, sessionOf(partner, user)))),
      outcomeOf(declinePartnership(visit(test.api), links, { token }, null)),
      outcomeOf(revokeInvitation(provider.ctx, links, request.id)),
    ]);
    expect(answers.filter((answer) => answer === 'done')).toHaveLength(1);
    expect(
      answers.filter((answer) => answer !== 'done').every((answer) => ['link_over', 'illegal_transition', 'link_invalid'].includes(answer)),
    ).toBe(true);
    const ends =
      await test.sql`select type from events where invitation_id = ${request.id} and type in ('partnership.accepted', 'partnership.request_closed')`;
    expect(ends).toHaveLength(1);
  });

  it('of a second request by whoever is a reseller of that provider already says so; at the same moment too', async () => {
    const { provider, token, session } = await asked();
    const second = await ask(provider.ctx);
    const outcomes = await Promise.all(
      [token, tokenOf(second)].map((one) => outcomeOf(acceptPartnership(visit(test.api), links, one, session))),
    );
    expect(outcomes.sort()).toEqual(['conflict', 'done']);
    const third = await ask(provider.ctx);
    expect(await outcomeOf(acceptPartnership(visit(test.api), links, tokenOf(third), session))).toBe('conflict');
    expect((await openPartnershipRequest(visit(test.api), links, tokenOf(third), session)).activeSince).toBeInstanceOf(Date);
  });
});

describe('removing a partnership', () => {
  async function partnered() {
    const provider = await aSide('indirect-provider', 'Northwind Distribution');
    const reseller = await aSide('indirect-reseller', 'Fabrikam K.K.');
    const { id } = await aPartnership(test.sql, provider.partner, reseller.partner);
    return { provider, reseller, id };
  }

  it('leaves customers and delegated admin alone on both sides, tells both, and stands in both logs', async () => {
    const { provider, reseller, id } = await partnered();
    const customer = await aCustomer(test.sql, provider.partner, { indirectResellerId: reseller.partner.id, delegatedAdmin: true });
    await aCustomer(test.sql, reseller.partner, { organizationId: customer.organizationId, domain: customer.domain, delegatedAdmin: true });
    const colleague = await aPartnerUser(test.sql, provider.partner, ['sales-agent']);
    const before = await test.sql`select * from customers order by id`;
    const { consequences } = await previewRemoval(reseller.ctx, id);
    expect(consequences[0]).toEqual({ consequence: 'customers_stay', count: 1 });
    expect(await removePartnership(reseller.ctx, links, id)).toMatchObject({
      state: 'removed',
      removedBy: { side: 'own', name: reseller.user.name },
      sharedCustomers: null,
    });
    expect(await test.sql`select * from customers order by id`).toEqual(before);
    expect(await getPartnership(provider.ctx, links, id)).toMatchObject({ removedBy: { side: 'other', name: 'Fabrikam K.K.' } });
    for (const { partner, user } of [provider, reseller]) {
      expect(await typesOf(partner)).toEqual(['partnership.removed']);
      expect(await mailsOf(partner, 'partnership_removed')).toEqual([user.email]);
    }
    expect(await mailsOf(provider.partner, 'partnership_removed')).not.toContain(colleague.email);
    expect((await listActivity(provider.ctx, { limit: 5, group: 'partnerships' })).items[0]?.actor.name).toBe('Fabrikam K.K.');
    // Nothing of the other side is seen any more; the history stays, and a new request makes a new one.
    expect((await listSharedCustomers(reseller.ctx, links, { partnershipId: id, limit: 10 })).items).toEqual([]);
    const request = await ask(provider.ctx);
    const made = await acceptPartnership(visit(test.api), links, tokenOf(request), sessionOf(reseller.partner, reseller.user));
    expect(made.partnershipId).not.toBe(id);
    expect((await listPartnerships(reseller.ctx, links, { state: 'all', limit: 10 })).items.map(({ state }) => state).sort()).toEqual([
      'active',
      'removed',
    ]);
  });

  it('by both at the same moment happens once; whoever is second is told who was first, and when', async () => {
    for (let round = 0; round < 5; round += 1) {
      const { provider, reseller, id } = await partnered();
      const outcomes = await Promise.allSettled([removePartnership(provider.ctx, links, id), removePartnership(reseller.ctx, links, id)]);
      expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
      const lost = outcomes.find(({ status }) => status === 'rejected') as PromiseRejectedResult;
      const first = outcomes[0]?.status === 'fulfilled' ? provider.partner : reseller.partner;
      expect(lost.reason).toMatchObject({
        code: 'illegal_transition',
        details: { state: 'removed', by: first.name, at: expect.stringContaining('T') },
      });
      for (const { partner } of [provider, reseller]) {
        expect(await typesOf(partner)).toEqual(['partnership.removed']);
        expect(await mailsOf(partner, 'partnership_removed')).toHaveLength(1);
      }
    }
  });

  it('is for global admins of its two sides', async () => {
    const { provider, id } = await partnered();
    const agent = aContext(test.api, provider.partner, await aPartnerUser(test.sql, provider.partner, ['admin-agent']));
    expect(await refusalOf(removePartnership(agent, links, id))).toMatchObject({ code: 'forbidden', details: { needs: ['global-admin'] } });
    for (const type of ['indirect-provider', 'indirect-reseller'] as const) {
      const stranger = await aSide(type);
      for (const act of [
        () => removePartnership(stranger.ctx, links, id),
        () => previewRemoval(stranger.ctx, id),
        () => getPartnership(stranger.ctx, links, id),
        () => listSharedCustomers(stranger.ctx, links, { partnershipId: id, limit: 10 }),
      ])
        expect(await outcomeOf(act())).toBe('not_found');
    }
    const request = await ask(provider.ctx);
    const [row] = await test.sql`select id from partnerships where invitation_id = ${request.id}`;
    expect(await outcomeOf(removePartnership(provider.ctx, links, row?.id))).toBe('illegal_transition');
  });
});

describe('the customers that two partners share', () => {
  it('are those that the provider serves through the reseller, and those that both serve, each of them once', async () => {
    const provider = await aSide('indirect-provider');
    const reseller = await aSide('indirect-reseller');
    const { id } = await aPartnership(test.sql, provider.partner, reseller.partner);
    const through = await aCustomer(test.sql, provider.partner, { companyName: 'Alpine', indirectResellerId: reseller.partner.id });
    const both = await aCustomer(test.sql, provider.partner, { companyName: 'Bellows', indirectResellerId: reseller.partner.id });
    const own = await aCustomer(test.sql, reseller.partner, {
      organizationId: both.organizationId,
      domain: both.domain,
      relationship: 'ending',
    });
    const each = await aCustomer(test.sql, provider.partner, { companyName: 'Contoso' });
    await aCustomer(test.sql, reseller.partner, {
      organizationId: each.organizationId,
      domain: each.domain,
      companyName: 'Contoso by another name',
    });
    // Not shared: ended, somebody else's, of one side alone.
    await aCustomer(test.sql, provider.partner, { companyName: 'Ended', relationship: 'ended', indirectResellerId: reseller.partner.id });
    const former = await aCustomer(test.sql, provider.partner, { companyName: 'Former' });
    await aCustomer(test.sql, reseller.partner, { organizationId: former.organizationId, domain: former.domain, relationship: 'ended' });
    await aCustomer(test.sql, provider.partner, { companyName: 'Provider only' });
    await aCustomer(test.sql, reseller.partner, { companyName: 'Reseller only' });
    const seen = async (ctx: typeof provider.ctx, more: object = {}) =>
      listSharedCustomers(ctx, links, { partnershipId: id, limit: 2, ...more });
    const first = await seen(provider.ctx);
    expect(first).toMatchObject({
      total: { count: 3 },
      items: [
        {
          companyName: 'Alpine',
          domain: through.domain,
          provider: { state: 'active' },
          reseller: null,
          throughReseller: true,
          customerId: through.id,
        },
        { companyName: 'Bellows', reseller: { state: 'ending' }, customerId: both.id },
      ],
    });
    expect((await seen(provider.ctx, { after: first.next })).items).toMatchObject([
      { companyName: 'Contoso', throughReseller: false, customerId: each.id },
    ]);
    const theirs = await seen(reseller.ctx, { limit: 10 });
    expect(theirs.items.map(({ companyName, customerId }) => [companyName, customerId === null ? null : 'own'])).toEqual([
      ['Alpine', null],
      ['Bellows', 'own'],
      ['Contoso', 'own'],
    ]);
    expect(theirs.items[1]?.customerId).toBe(own.id);
    // Name, domain, state and since: no word more.
    expect(Object.keys(theirs.items[0] ?? {}).sort()).toEqual([
      'companyName',
      'customerId',
      'domain',
      'provider',
      'reseller',
      'throughReseller',
    ]);
    expect((await seen(reseller.ctx, { search: 'ALP' })).items.map(({ companyName }) => companyName)).toEqual(['Alpine']);
    expect((await listPartnerships(provider.ctx, links, { state: 'current', limit: 10 })).items[0]?.sharedCustomers).toBe(3);
  });

  it('of 1,000 resellers: a provider sees a customer that many of them serve once, and pages through all of them', async () => {
    const provider = await aSide('indirect-provider');
    const organization = await anOrganization(test.sql);
    const served = await aCustomer(test.sql, provider.partner, { organizationId: organization.id, domain: organization.domain });
    const { aPartners } = {
      aPartners: Array.from({ length: 1000 }, (_, index) => ({
        id: crypto.randomUUID(),
        name: `Reseller ${String(index).padStart(4, '0')}`,
      })),
    };
    await test.sql`insert into partners ${test.sql(aPartners.map((one) => ({ ...one, type: 'indirect-reseller', cloud: 'public', country: 'JP', created_at: new Date() })))}`;
    await test.sql`insert into partnerships ${test.sql(
      aPartners.map((one, index) => ({
        ...{ id: crypto.randomUUID(), provider_id: provider.partner.id, reseller_id: one.id, state: 'active', company_name: one.name },
        ...{ requested_by: 'x', requested_at: new Date(), since: new Date(), version: index + 1 },
      })),
    )}`;
    await test.sql`insert into customers (id, partner_id, organization_id, company_name, domain, country, contact, language, relationship, created_at)
      select gen_random_uuid(), id, ${organization.id}, 'Served by many', ${organization.domain}, 'JP', '{}', 'en', 'active', now() from partners where name like 'Reseller %' and name < 'Reseller 0500'`;
    const { items, total } = await listCustomers(provider.ctx, { relationship: 'live', sort: 'company', order: 'asc', limit: 50 } as never);
    expect([items.map(({ id }) => id), total.count]).toEqual([[served.id], 1]);
    const names: string[] = [];
    const shared: (number | null)[] = [];
    for (let after: string | undefined, more = true; more; ) {
      const page = await listPartnerships(provider.ctx, links, { state: 'current', limit: 100, after });
      expect(page.total).toEqual({ count: 1000, estimated: false });
      names.push(...page.items.map(({ name }) => name));
      shared.push(...page.items.map(({ sharedCustomers }) => sharedCustomers));
      after = page.next ?? undefined;
      more = page.next !== null;
    }
    expect(names).toEqual(aPartners.map(({ name }) => name));
    expect(shared.filter((each) => each === 1)).toHaveLength(500);
    const found = await listPartnerships(provider.ctx, links, { state: 'current', limit: 100, search: 'reseller 077' });
    expect(found.total.count).toBe(10);
  });
});

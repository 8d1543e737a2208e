import {
  aContext,
  aCustomer,
  anOrganization,
  aPartner,
  aPartnership,
  aPartnerUser,
  aProviderRequest,
  aSubscription,
  type CustomerOverrides,
  useTestDatabase,
} from '@clientele/db/testing';
import { type ProviderRequestKind, providerRequestKinds, providerRequestStates, type Role } from '@clientele/domain';
import { describe, expect, it } from 'vitest';
import { getCustomer } from '../customers/edit.ts';
import { claimMails } from '../deliveries/send.ts';
import { createLinks } from '../invitations/links.ts';
import { removePartnership } from '../partnerships/remove.ts';
import { listPlannedEnds } from '../relationships/planned.ts';
import { listSubscriptions } from '../subscriptions/list.ts';
import { outcomeOf, refusalOf, runAsWorker } from '../testing/acts.ts';
import { confirmProviderRequest, declineProviderRequest, withdrawProviderRequest } from './answer.ts';
import { askProvider, listProvidersToAsk, type NewProviderRequest } from './ask.ts';
import { getProviderRequest, listProviderRequests } from './list.ts';

const test = useTestDatabase();
const links = createLinks({ secret: 'a secret that only tests know, 32+ characters', publicUrl: 'https://portal.example' });
const attestation = { firstName: 'Aiko', lastName: 'Tanaka', email: 'aiko@people.example', date: '2025-01-31' };

/** A provider and a reseller that serve one organisation together; each has an account of it. */
async function setting(more: { at?: CustomerOverrides; own?: CustomerOverrides; shared?: boolean; asks?: Role[]; answers?: Role[] } = {}) {
  const provider = await aPartner(test.sql, { type: 'indirect-provider', name: 'Northwind Distribution' });
  const reseller = await aPartner(test.sql, { type: 'indirect-reseller', name: 'Fabrikam Resale' });
  const [answers, asks] = [
    await aPartnerUser(test.sql, provider, more.answers ?? ['global-admin']),
    await aPartnerUser(test.sql, reseller, more.asks ?? ['global-admin']),
  ];
  const partnership = await aPartnership(test.sql, provider, reseller);
  const organization = await anOrganization(test.sql);
  const same = { organizationId: organization.id, domain: organization.domain, companyName: 'Contoso' };
  const at = await aCustomer(test.sql, provider, {
    ...same,
    ...((more.shared ?? true) ? { indirectResellerId: reseller.id } : {}),
    ...more.at,
  });
  const own = await aCustomer(test.sql, reseller, { ...same, ...more.own });
  const committed: string[] = [];
  return {
    ...{ provider, reseller, answers, asks, partnership, at, own, organization, committed },
    there: aContext(test.api, provider, answers, { committed: (_events, id) => committed.push(id) }),
    ctx: aContext(test.api, reseller, asks, { committed: (_events, id) => committed.push(id) }),
  };
}
type World = Awaited<ReturnType<typeof setting>>;
const unaccepted = { agreementAcceptedAt: null, agreementBy: null };

const orderOf = ({ provider, own }: World, kind: ProviderRequestKind): NewProviderRequest => ({
  providerId: provider.id,
  customerId: own.id,
  ...(kind === 'attest'
    ? { kind, ...attestation }
    : kind === 'end'
      ? { kind, reason: 'It has closed its business.' }
      : { kind, productId: 'm365-e3', quantity: 7, note: 'By Friday, please.' }),
});
/** What each kind can be asked about. */
const askable = { attest: { at: unaccepted, own: unaccepted }, end: {}, order: {} } as const;
const ask = (world: World, kind: ProviderRequestKind) => askProvider(world.ctx, orderOf(world, kind));
const confirm = (world: World, requestId: string, kind: ProviderRequestKind) =>
  confirmProviderRequest(world.there, { requestId, ...(kind === 'end' ? { domain: world.at.domain, mode: 'now' as const } : {}) });
const logOf = async (partner: { id: string }) =>
  (
    await test.sql`select type, customer_id, actor_id, data from events where partner_id = ${partner.id} and type like 'provider_request.%' order by id`
  ).map(({ type, customer_id: customerId, actor_id: by, data }) => ({ type, customerId, by, data }));
const mailsOf = async (partner: { id: string }, kind: string) =>
  test.sql`select recipient, facts, customer_id from deliveries where partner_id = ${partner.id} and kind = ${kind} order by recipient`;

describe('asking the provider', () => {
  it.each(providerRequestKinds)('%s stands in both logs and mails the provider’s people who may answer', async (kind) => {
    const world = await setting(askable[kind]);
    const { provider, reseller, at, own, asks, answers, there } = world;
    const request = await ask(world, kind);
    expect(request).toMatchObject({
      ...{ side: 'reseller', state: 'requested', customerId: own.id, companyName: 'Contoso', requestedBy: asks.name },
      ...{ provider: { id: provider.id, name: provider.name }, reseller: { id: reseller.id }, asked: { kind } },
      actions: { confirm: { allowed: false, reason: 'partner_type' }, withdraw: { allowed: true } },
    });
    const data = { providerRequestId: request.id, asked: kind, provider: provider.name, reseller: reseller.name };
    expect(await logOf(provider)).toEqual([{ type: 'provider_request.made', customerId: at.id, by: asks.id, data }]);
    expect(await logOf(reseller)).toEqual([{ type: 'provider_request.made', customerId: own.id, by: asks.id, data }]);
    expect(await mailsOf(provider, 'provider_request')).toMatchObject([
      { recipient: answers.email, facts: { providerRequestId: request.id }, customer_id: at.id },
    ]);
    expect(new Set(world.committed)).toEqual(new Set([provider.id, reseller.id]));
    const seen = await getProviderRequest(there, request.id);
    expect(seen).toMatchObject({
      ...{ side: 'provider', customerId: at.id, asked: request.asked, reseller: { name: reseller.name } },
      actions: { confirm: { allowed: true }, decline: { allowed: true }, withdraw: { allowed: false } },
    });
    // No personal data in the logs.
    expect(JSON.stringify([...(await logOf(provider)), ...(await logOf(reseller))])).not.toMatch(/Tanaka|aiko|Friday|business/);
  });

  it('is for a reseller, and for who could do it if it were not one', async () => {
    const world = await setting({ asks: ['sales-agent'] });
    expect(await refusalOf(ask(world, 'end'))).toMatchObject({ code: 'forbidden', details: { needs: ['global-admin'] } });
    expect(await outcomeOf(ask(world, 'order'))).toBe('done');
    const helpdesk = aContext(test.api, world.reseller, await aPartnerUser(test.sql, world.reseller, ['helpdesk-agent']));
    expect(await outcomeOf(askProvider(helpdesk, orderOf(world, 'order')))).toBe('forbidden');
    expect(await refusalOf(askProvider(world.there, orderOf(world, 'order')))).toMatchObject({
      details: { reason: 'partner_type', state: 'only-resellers' },
    });
    const direct = await aPartner(test.sql, { cloud: 'us-government' });
    const government = aContext(test.api, direct, await aPartnerUser(test.sql, direct));
    expect(await refusalOf(askProvider(government, orderOf(world, 'order')))).toMatchObject({ details: { reason: 'cloud' } });
    expect(await refusalOf(listProviderRequests(government, { state: 'all', limit: 5 }))).toMatchObject({ details: { reason: 'cloud' } });
  });

  it('is about a customer that both serve, or that the provider serves through this reseller', async () => {
    const names = async ({ ctx, own }: World) =>
      (await listProvidersToAsk(ctx, { customerId: own.id })).items.map(({ provider }) => provider.name);
    expect(await names(await setting())).toEqual(['Northwind Distribution']);
    expect(await names(await setting({ shared: false }))).toEqual(['Northwind Distribution']);
    // Served through this reseller, which has no live relationship of its own.
    expect(await names(await setting({ own: { relationship: 'none' } }))).toEqual(['Northwind Distribution']);
    expect(await names(await setting({ own: { relationship: 'none' }, shared: false }))).toEqual([]);
    const over = await setting({ at: { relationship: 'ended' } });
    expect(await names(over)).toEqual([]);
    expect((await refusalOf(ask(over, 'order'))).fields).toEqual([{ path: 'providerId', rule: 'no_partnership' }]);
  });

  it('can be about a customer that only the provider has an account of, by that one’s id', async () => {
    const world = await setting();
    const { ctx, provider, reseller } = world;
    const theirs = await aCustomer(test.sql, provider, { indirectResellerId: reseller.id, companyName: 'Litware' });
    const foreign = await aCustomer(test.sql, provider);
    expect((await listProvidersToAsk(ctx, { providerCustomerId: theirs.id })).items).toMatchObject([{ companyName: 'Litware' }]);
    const request = await askProvider(ctx, {
      kind: 'order',
      providerId: provider.id,
      providerCustomerId: theirs.id,
      productId: 'm365-e3',
      quantity: 1,
    });
    expect(request).toMatchObject({ companyName: 'Litware', customerId: null });
    expect(await outcomeOf(listProvidersToAsk(ctx, { providerCustomerId: foreign.id }))).toBe('not_found');
    const asked = { kind: 'end', reason: 'x', providerId: provider.id, providerCustomerId: foreign.id } as const;
    expect(await outcomeOf(askProvider(ctx, asked))).toBe('not_found');
  });

  it('chooses among several providers, of active partnerships only', async () => {
    const world = await setting();
    const { ctx, own, reseller, organization } = world;
    const add = async (name: string, state: 'active' | 'removed') => {
      const other = await aPartner(test.sql, { type: 'indirect-provider', name });
      await aPartnership(test.sql, other, reseller, { state });
      await aCustomer(test.sql, other, { organizationId: organization.id, domain: organization.domain });
      return other;
    };
    const second = await add('Adatum Distribution', 'active');
    const removed = await add('Zava', 'removed');
    const { items } = await listProvidersToAsk(ctx, { customerId: own.id });
    expect(items.map(({ provider }) => provider.name)).toEqual(['Adatum Distribution', 'Northwind Distribution']);
    expect(await askProvider(ctx, { ...orderOf(world, 'order'), providerId: second.id })).toMatchObject({ provider: { id: second.id } });
    expect((await refusalOf(askProvider(ctx, { ...orderOf(world, 'order'), providerId: removed.id }))).fields).toEqual([
      { path: 'providerId', rule: 'no_partnership' },
    ]);
    const stranger = await aPartner(test.sql, { type: 'indirect-provider' });
    expect(await outcomeOf(askProvider(ctx, { ...orderOf(world, 'order'), providerId: stranger.id }))).toBe('validation_failed');
  });

  it('twice for the same names the open one; another product is something else', async () => {
    const world = await setting();
    const first = await ask(world, 'order');
    expect(await refusalOf(ask(world, 'order'))).toMatchObject({
      code: 'conflict',
      details: { providerRequestId: first.id, requestedBy: world.asks.name },
    });
    expect(
      await outcomeOf(askProvider(world.ctx, { ...orderOf(world, 'order'), productId: 'azure-plan', quantity: 1 } as NewProviderRequest)),
    ).toBe('done');
    const { items } = await listProvidersToAsk(world.ctx, { customerId: world.own.id });
    expect(items[0]?.open.map(({ productId }) => productId)).toEqual(['m365-e3', 'azure-plan']);
    await withdrawProviderRequest(world.ctx, first.id);
    expect(await outcomeOf(ask(world, 'order'))).toBe('done');
  });

  it('ten times at once makes one request, and nine are told which', async () => {
    const world = await setting();
    const answers = await Promise.allSettled(Array.from({ length: 10 }, () => ask(world, 'end')));
    const made = answers.flatMap((answer) => (answer.status === 'fulfilled' ? [answer.value.id] : []));
    expect(made).toHaveLength(1);
    for (const answer of answers)
      if (answer.status === 'rejected') expect(answer.reason).toMatchObject({ code: 'conflict', details: { providerRequestId: made[0] } });
    expect(await logOf(world.provider)).toHaveLength(1);
  });

  it('for what is there already, or cannot be, is refused with the state', async () => {
    expect(await refusalOf(ask(await setting(), 'attest'))).toMatchObject({ code: 'illegal_transition', details: { state: 'accepted' } });
    // The provider has it already, the reseller waits for it: that is worth a request.
    expect(await outcomeOf(ask(await setting({ own: unaccepted }), 'attest'))).toBe('done');
    expect(await refusalOf(ask(await setting({ at: { relationship: 'ending' } }), 'end'))).toMatchObject({ details: { state: 'ending' } });
    expect((await refusalOf(ask(await setting({ at: unaccepted }), 'order'))).fields).toEqual([
      { path: 'productId', rule: 'agreement_first' },
    ]);
    const world = await setting(askable.attest);
    const late = { ...orderOf(world, 'attest'), date: '9999-12-31' } as NewProviderRequest;
    expect((await refusalOf(askProvider(world.ctx, late))).fields).toEqual([{ path: 'date', rule: 'date_in_future' }]);
    const much = { ...orderOf(world, 'order'), quantity: 1_000_000 } as NewProviderRequest;
    expect((await refusalOf(askProvider(world.ctx, much))).fields).toMatchObject([{ path: 'quantity', rule: 'too_large' }]);
  });

  it('about a customer of another partner finds nothing', async () => {
    const [world, other] = [await setting(), await setting()];
    const asked = { ...orderOf(world, 'order'), customerId: other.own.id } as NewProviderRequest;
    expect(await outcomeOf(askProvider(world.ctx, asked))).toBe('not_found');
    expect(await outcomeOf(listProvidersToAsk(world.ctx, { customerId: other.own.id }))).toBe('not_found');
  });

  it('mails at most five, however many could answer, global admins first', async () => {
    const world = await setting();
    for (let index = 0; index < 20; index += 1) await aPartnerUser(test.sql, world.provider, ['sales-agent']);
    const admin = await aPartnerUser(test.sql, world.provider, ['global-admin']);
    await ask(world, 'order');
    const recipients = (await mailsOf(world.provider, 'provider_request')).map(({ recipient }) => recipient);
    expect(recipients).toHaveLength(5);
    expect(recipients).toEqual(expect.arrayContaining([world.answers.email, admin.email]));
    await ask(world, 'end');
    expect(await mailsOf(world.provider, 'provider_request')).toHaveLength(7);
  });
});

describe('confirming', () => {
  it('an attestation notes it with both, tells who asked, and is in both logs', async () => {
    const world = await setting(askable.attest);
    const request = await ask(world, 'attest');
    expect(await confirm(world, request.id, 'attest')).toMatchObject({ state: 'confirmed', decidedBy: world.answers.name });
    for (const [ctx, customer] of [
      [world.there, world.at],
      [world.ctx, world.own],
    ] as const)
      expect(await getCustomer(ctx, customer.id)).toMatchObject({
        agreement: { by: 'partner', attestation: { lastName: 'Tanaka', date: '2025-01-31' } },
      });
    expect((await logOf(world.provider)).map(({ type }) => type)).toEqual(['provider_request.made', 'provider_request.confirmed']);
    expect((await logOf(world.reseller)).at(-1)).toMatchObject({ type: 'provider_request.confirmed', by: world.answers.id });
    for (const partner of [world.provider, world.reseller])
      expect(await test.sql`select 1 from events where partner_id = ${partner.id} and type = 'agreement.attested'`).toHaveLength(1);
    expect(await mailsOf(world.reseller, 'provider_request_answered')).toMatchObject([
      { recipient: world.asks.email, facts: { providerRequestId: request.id }, customer_id: world.own.id },
    ]);
    expect(await getProviderRequest(world.ctx, request.id)).toMatchObject({
      state: 'confirmed',
      actions: { withdraw: { allowed: false } },
    });
  });

  it('an attestation of what the customer has accepted meanwhile only tells the reseller', async () => {
    const world = await setting({ own: unaccepted });
    const request = await ask(world, 'attest');
    await confirm(world, request.id, 'attest');
    expect((await getCustomer(world.ctx, world.own.id)).agreementAccepted).toBe(true);
    expect(await test.sql`select 1 from events where partner_id = ${world.provider.id} and type = 'agreement.attested'`).toHaveLength(0);
  });

  it('an order adds the subscription with the reseller of record', async () => {
    const world = await setting({ shared: false });
    const request = await ask(world, 'order');
    await confirm(world, request.id, 'order');
    expect((await listSubscriptions(world.there, world.at.id)).items).toMatchObject([
      { productId: 'm365-e3', quantity: 7, reseller: { id: world.reseller.id, name: 'Fabrikam Resale' } },
    ]);
  });

  it('an end begins it, and the reseller’s own relationship is untouched', async () => {
    const world = await setting();
    const request = await ask(world, 'end');
    expect((await refusalOf(confirmProviderRequest(world.there, { requestId: request.id }))).fields).toEqual([
      { path: 'domain', rule: 'required' },
    ]);
    expect((await refusalOf(confirmProviderRequest(world.there, { requestId: request.id, domain: 'other.example' }))).fields).toMatchObject(
      [{ path: 'domain', rule: 'confirmation' }],
    );
    const confirmed = await confirm(world, request.id, 'end');
    expect(confirmed.operationId).not.toBeNull();
    // Whose operation it is stays within the provider's wall.
    expect((await getProviderRequest(world.ctx, request.id)).operationId).toBeNull();
    await runAsWorker(test.worker, world.provider, confirmed.operationId ?? '');
    expect((await getCustomer(world.there, world.at.id)).relationship).toBe('ended');
    expect((await getCustomer(world.ctx, world.own.id)).relationship).toBe('active');
  });

  it('an end that something blocks is refused with every blocker, and can wait for them', async () => {
    const world = await setting();
    await aSubscription(test.sql, world.at);
    const request = await ask(world, 'end');
    const blocked = await refusalOf(confirm(world, request.id, 'end'));
    expect(blocked).toMatchObject({ code: 'blocked', details: { blockers: [{ kind: 'subscription_active' }] } });
    // Nothing has happened.
    expect(await getProviderRequest(world.there, request.id)).toMatchObject({ state: 'requested' });
    expect(await mailsOf(world.reseller, 'provider_request_answered')).toHaveLength(0);
    await confirmProviderRequest(world.there, { requestId: request.id, domain: world.at.domain, mode: 'when-clear' });
    expect((await listPlannedEnds(world.there, { state: 'open', limit: 5 })).items).toMatchObject([{ mode: 'when-clear', blockers: 1 }]);
  });

  it('needs the permission that doing it needs', async () => {
    const world = await setting({ answers: ['sales-agent'] });
    const [end, order] = [await ask(world, 'end'), await ask(world, 'order')];
    const domain = { domain: world.at.domain };
    expect(await refusalOf(confirmProviderRequest(world.there, { requestId: end.id, ...domain }))).toMatchObject({
      code: 'forbidden',
      details: { permission: 'relationship.end', needs: ['global-admin'] },
    });
    expect(await outcomeOf(declineProviderRequest(world.there, { requestId: end.id, reason: 'no' }))).toBe('forbidden');
    expect(await getProviderRequest(world.there, end.id)).toMatchObject({
      actions: { confirm: { reason: 'role', needs: ['global-admin'] } },
    });
    expect(await outcomeOf(confirmProviderRequest(world.there, { requestId: order.id }))).toBe('done');
  });

  it('is not the reseller’s, and finds nothing of others', async () => {
    const [world, other] = [await setting(), await setting()];
    const request = await ask(world, 'order');
    expect(await outcomeOf(confirmProviderRequest(world.ctx, { requestId: request.id }))).toBe('forbidden');
    for (const act of [
      () => confirmProviderRequest(other.there, { requestId: request.id }),
      () => declineProviderRequest(other.there, { requestId: request.id, reason: 'x' }),
      () => withdrawProviderRequest(other.ctx, request.id),
      () => getProviderRequest(other.there, request.id),
    ])
      expect(await outcomeOf(act())).toBe('not_found');
    expect((await listProviderRequests(other.there, { state: 'all', limit: 5 })).items).toEqual([]);
  });

  it('and declining at once by ten people has one answer, and nothing twice', async () => {
    const world = await setting({ shared: false });
    const request = await ask(world, 'order');
    const outcomes = await Promise.all(
      Array.from({ length: 10 }, (_, index) =>
        outcomeOf(
          index % 2 === 0
            ? confirmProviderRequest(world.there, { requestId: request.id })
            : declineProviderRequest(world.there, { requestId: request.id, reason: 'No.' }),
        ),
      ),
    );
    expect(outcomes.filter((outcome) => outcome === 'done')).toHaveLength(1);
    expect(outcomes.filter((outcome) => outcome === 'illegal_transition')).toHaveLength(9);
    const { state } = await getProviderRequest(world.there, request.id);
    expect((await listSubscriptions(world.there, world.at.id)).items).toHaveLength(state === 'confirmed' ? 1 : 0);
    expect(await mailsOf(world.reseller, 'provider_request_answered')).toHaveLength(1);
    expect(await logOf(world.reseller)).toHaveLength(2);
  });

  it('of an answered one is refused with the state as it is', async () => {
    for (const state of providerRequestStates.filter((one) => one !== 'requested')) {
      const world = await setting();
      const { id } = await aProviderRequest(test.sql, world.partnership, world.at, world.asks, { kind: 'order', state });
      for (const act of [
        () => confirmProviderRequest(world.there, { requestId: id }),
        () => declineProviderRequest(world.there, { requestId: id, reason: 'x' }),
        () => withdrawProviderRequest(world.ctx, id),
      ])
        expect(await refusalOf(act())).toMatchObject({ code: 'illegal_transition', details: { state } });
    }
  });
});

describe('declining and withdrawing', () => {
  it('says why, to who asked; nothing else changes', async () => {
    const world = await setting();
    const request = await ask(world, 'order');
    expect(await declineProviderRequest(world.there, { requestId: request.id, reason: 'Out of credit.' })).toMatchObject({
      state: 'declined',
    });
    expect(await getProviderRequest(world.ctx, request.id)).toMatchObject({ reason: 'Out of credit.', decidedBy: world.answers.name });
    expect(await mailsOf(world.reseller, 'provider_request_answered')).toMatchObject([{ recipient: world.asks.email }]);
    expect((await listSubscriptions(world.there, world.at.id)).items).toEqual([]);
  });

  it('tells others of the reseller when who asked may not any more', async () => {
    const world = await setting();
    const admin = await aPartnerUser(test.sql, world.reseller, ['global-admin']);
    const request = await ask(world, 'order');
    await test.sql`update partner_users set deactivated_at = now() where user_id = ${world.asks.id}`;
    await declineProviderRequest(world.there, { requestId: request.id, reason: 'No.' });
    expect((await mailsOf(world.reseller, 'provider_request_answered')).map(({ recipient }) => recipient)).toEqual([admin.email]);
  });

  it('takes back what is not answered, and the provider’s mail does not go out any more', async () => {
    const world = await setting();
    const request = await ask(world, 'order');
    expect(await withdrawProviderRequest(world.ctx, request.id)).toMatchObject({ state: 'withdrawn' });
    expect((await logOf(world.provider)).at(-1)).toMatchObject({ type: 'provider_request.withdrawn', customerId: world.at.id });
    const [mail] = await test.sql`select id from deliveries where partner_id = ${world.provider.id}`;
    const worker = { ...world.there, db: test.worker };
    expect(await claimMails({ ...worker, now: new Date() }, [mail?.id as string])).toEqual([]);
    expect(await outcomeOf(confirmProviderRequest(world.there, { requestId: request.id }))).toBe('illegal_transition');
  });
});

describe('the end of a partnership', () => {
  const remove = ({ ctx, partnership }: World) => removePartnership(ctx, links, partnership.id);

  it('lets lapse what is open, and nothing else', async () => {
    const world = await setting();
    const [open, answered] = [await ask(world, 'order'), await ask(world, 'end')];
    await declineProviderRequest(world.there, { requestId: answered.id, reason: 'x' });
    await remove(world);
    expect(await getProviderRequest(world.ctx, open.id)).toMatchObject({ state: 'lapsed', actions: { withdraw: { allowed: false } } });
    expect((await getProviderRequest(world.there, open.id)).decidedAt).not.toBeNull();
    expect((await getProviderRequest(world.there, answered.id)).state).toBe('declined');
    expect(await refusalOf(confirmProviderRequest(world.there, { requestId: open.id }))).toMatchObject({ details: { state: 'lapsed' } });
    expect((await refusalOf(ask(world, 'order'))).fields).toEqual([{ path: 'providerId', rule: 'no_partnership' }]);
  });

  it('and a confirmation at once: either is first, and the other one knows it', async () => {
    for (let round = 0; round < 5; round += 1) {
      const world = await setting();
      const request = await ask(world, 'order');
      const [outcome] = await Promise.all([outcomeOf(confirmProviderRequest(world.there, { requestId: request.id })), remove(world)]);
      const { state } = await getProviderRequest(world.there, request.id);
      expect([outcome, state]).toEqual(outcome === 'done' ? ['done', 'confirmed'] : ['illegal_transition', 'lapsed']);
    }
  });
});

describe('the list of requests', () => {
  it('gives each side its own, filtered, the newest first, in pages without gaps', async () => {
    const world = await setting();
    const other = await aPartner(test.sql, { type: 'indirect-reseller', name: 'Adatum' });
    const second = await aPartnership(test.sql, world.provider, other);
    const ids: string[] = [];
    for (const [index, state] of [...providerRequestStates, 'requested' as const].entries())
      ids.push(
        (
          await aProviderRequest(test.sql, index % 2 ? second : world.partnership, world.at, world.asks, {
            kind: index === 5 ? 'end' : 'order',
            state,
            ...(index % 2 ? {} : { resellerCustomerId: world.own.id }),
          })
        ).id,
      );
    const found = async (filters: Partial<Parameters<typeof listProviderRequests>[1]>, ctx = world.there) =>
      (await listProviderRequests(ctx, { state: 'all', limit: 50, ...filters })).items.map(({ id }) => ids.indexOf(id));
    expect(await found({})).toEqual([5, 4, 3, 2, 1, 0]);
    expect(await found({ state: 'requested' })).toEqual([5, 0]);
    expect(await found({ kind: 'end' })).toEqual([5]);
    expect(await found({ partner: other.id })).toEqual([5, 3, 1]);
    expect(await found({ customerId: world.at.id })).toEqual([5, 4, 3, 2, 1, 0]);
    expect(await found({}, world.ctx)).toEqual([4, 2, 0]);
    expect(await found({ customerId: world.own.id }, world.ctx)).toEqual([4, 2, 0]);
    const first = await listProviderRequests(world.there, { state: 'all', limit: 4 });
    expect(first).toMatchObject({ total: { count: 6, estimated: false } });
    const rest = await listProviderRequests(world.there, { state: 'all', limit: 4, after: first.next ?? '' });
    expect([...first.items, ...rest.items].map(({ id }) => ids.indexOf(id))).toEqual([5, 4, 3, 2, 1, 0]);
    expect(rest.next).toBeNull();
  });
});

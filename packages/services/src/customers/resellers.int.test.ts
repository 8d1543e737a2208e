import { text } from 'node:stream/consumers';
import {
  aContext,
  aCustomer,
  anOrganization,
  aPartner,
  aPartnership,
  aPartnerUser,
  aSubscription,
  useTestDatabase,
} from '@clientele/db/testing';
import type { PartnerType, Role } from '@clientele/domain';
import { describe, expect, it } from 'vitest';
import { getOperation } from '../operations/list.ts';
import { listOwnPartners } from '../own-pages/partners.ts';
import { endRelationship, previewEnd } from '../relationships/end.ts';
import { addSubscription, changeReseller } from '../subscriptions/change.ts';
import { exportSubscriptions } from '../subscriptions/export.ts';
import { listSubscriptions } from '../subscriptions/list.ts';
import { outcomeOf, refusalOf, runAsWorker } from '../testing/acts.ts';
import { addCustomer, type NewCustomer } from './add.ts';
import { editCustomer, getCustomer, previewEdit } from './edit.ts';
import { countCustomers, exportCustomers, listCustomerResellers, listCustomers } from './list.ts';

const test = useTestDatabase();
const usual = { relationship: 'live', sort: 'company', order: 'asc', limit: 100 } as const;

/** A provider with an active reseller, a former one, and one of somebody else. */
async function setting(roles: Role[] = ['global-admin'], type: PartnerType = 'indirect-provider') {
  const provider = await aPartner(test.sql, { type, name: 'Northwind Distribution' });
  const ctx = aContext(test.api, provider, await aPartnerUser(test.sql, provider, roles));
  const reseller = (name: string) => aPartner(test.sql, { type: 'indirect-reseller', name });
  const [active, second, former, foreign] = [
    await reseller('Fabrikam Resale'),
    await reseller('Adatum'),
    await reseller('Zava'),
    await reseller('Litware'),
  ];
  await test.sql`update partners set web_site = 'https://fabrikam.example' where id = ${active.id}`;
  await aPartnership(test.sql, provider, active);
  await aPartnership(test.sql, provider, second);
  await aPartnership(test.sql, provider, former, { state: 'removed' });
  await aPartnership(test.sql, await aPartner(test.sql, { type: 'indirect-provider' }), foreign);
  return { provider, ctx, active, second, former, foreign };
}

let count = 0;
const order = (more: Partial<NewCustomer> = {}): NewCustomer => ({
  companyName: 'Contoso',
  domainPrefix: `resold${process.pid % 10_000}${++count}`,
  country: 'JP',
  address: { line1: '1-1 Marunouchi', city: 'Chiyoda', state: '13', postalCode: '100-0005' },
  contact: { firstName: 'Aiko', lastName: 'Tanaka', email: 'aiko@contoso.example' },
  language: 'en',
  agreement: { by: 'partner', firstName: 'Aiko', lastName: 'Tanaka', email: 'aiko@contoso.example', date: '2025-01-31' },
  subscriptions: [{ productId: 'm365-e3', quantity: 2 }],
  ...more,
});

describe('adding a customer for a reseller', () => {
  it('names it on the operation, the customer, its subscriptions and in the log', async () => {
    const { ctx, provider, active } = await setting();
    const operation = await addCustomer(ctx, order({ resellerId: active.id }));
    expect(operation.reseller).toBe('Fabrikam Resale');
    await runAsWorker(test.worker, provider, operation.id);
    const { customerId, reseller } = await getOperation(ctx, operation.id);
    expect(reseller).toBe('Fabrikam Resale');
    expect((await getCustomer(ctx, customerId ?? '')).indirectReseller).toEqual({ id: active.id, name: 'Fabrikam Resale' });
    expect((await listSubscriptions(ctx, customerId ?? '')).items).toMatchObject([
      { reseller: { id: active.id, name: 'Fabrikam Resale' } },
    ]);
    const [event] = await test.sql`select data from events where customer_id = ${customerId} and type = 'customer.created'`;
    expect(event?.data).toMatchObject({ reseller: 'Fabrikam Resale' });
  });

  it('is refused at the field for a former reseller, somebody else’s, itself, and what is no partner', async () => {
    const { ctx, provider, former, foreign } = await setting();
    for (const id of [former.id, foreign.id, provider.id, '00000000-0000-7000-8000-000000000000'])
      expect(await refusalOf(addCustomer(ctx, order({ resellerId: id })))).toMatchObject({
        code: 'validation_failed',
        fields: [{ path: 'resellerId', rule: 'no_partnership' }],
      });
    expect(await test.sql`select 1 from operations where partner_id = ${provider.id}`).toHaveLength(0);
  });

  it('is told with everything else that is wrong', async () => {
    const { ctx, former } = await setting();
    const { fields } = await refusalOf(addCustomer(ctx, order({ resellerId: former.id, domainPrefix: '-' })));
    expect(fields.map(({ path }) => path)).toEqual(['domainPrefix', 'resellerId']);
  });

  it('needs nothing where the provider serves the customer itself', async () => {
    const { ctx } = await setting();
    expect((await addCustomer(ctx, order({ resellerId: null }))).reseller).toBeNull();
    expect((await addCustomer(ctx, order())).reseller).toBeNull();
  });

  it('is not for a direct partner, nor for a reseller, which has none below it', async () => {
    const direct = await setting(['global-admin'], 'direct-partner');
    expect(await refusalOf(addCustomer(direct.ctx, order({ resellerId: direct.active.id })))).toMatchObject({
      code: 'forbidden',
      details: { reason: 'partner_type' },
    });
    const reseller = await setting(['global-admin'], 'indirect-reseller');
    const asked = order({ resellerId: reseller.active.id, agreement: { by: 'customer' }, subscriptions: [] });
    expect((await refusalOf(addCustomer(reseller.ctx, asked))).fields).toEqual([{ path: 'resellerId', rule: 'no_partnership' }]);
  });

  it('leaves buying to the provider: a reseller orders nothing', async () => {
    const { ctx } = await setting(['global-admin'], 'indirect-reseller');
    expect(await refusalOf(addCustomer(ctx, order({ agreement: { by: 'customer' } })))).toMatchObject({
      details: { permission: 'subscriptions.buy', reason: 'partner_type' },
    });
  });
});

describe('the reseller of a customer', () => {
  it('can be changed and taken away, by name in the log, and subscriptions keep theirs', async () => {
    const { ctx, provider, active, second } = await setting(['helpdesk-agent']);
    const customer = await aCustomer(test.sql, provider, { indirectResellerId: active.id });
    await aSubscription(test.sql, customer, { resellerId: active.id });
    const edit = (version: number, indirectResellerId: string | null) =>
      editCustomer(ctx, { customerId: customer.id, version, indirectResellerId });
    expect((await edit(1, second.id)).indirectReseller).toEqual({ id: second.id, name: 'Adatum' });
    expect((await edit(2, null)).indirectReseller).toBeNull();
    const changes = await test.sql`select data from events where customer_id = ${customer.id} order by id`;
    expect(changes.map(({ data }) => data.changes)).toEqual([
      { indirectReseller: { from: 'Fabrikam Resale', to: 'Adatum' } },
      { indirectReseller: { from: 'Adatum', to: null } },
    ]);
    expect((await listSubscriptions(ctx, customer.id)).items).toMatchObject([{ reseller: { id: active.id } }]);
  });

  it('stays when its partnership is over, and can be sent along with an edit; a new one needs an active partnership', async () => {
    const { ctx, provider, former, foreign } = await setting();
    const customer = await aCustomer(test.sql, provider, { indirectResellerId: former.id });
    const edited = await editCustomer(ctx, { customerId: customer.id, version: 1, indirectResellerId: former.id, notes: 'x' });
    expect(edited.indirectReseller?.name).toBe('Zava');
    const wrong = editCustomer(ctx, { customerId: customer.id, version: 2, indirectResellerId: foreign.id });
    expect((await refusalOf(wrong)).fields).toEqual([{ path: 'indirectResellerId', rule: 'no_partnership' }]);
  });
});

describe('the customer list of a provider', () => {
  it('is filtered, counted and exported by reseller, and by none', async () => {
    const { ctx, provider, active, second } = await setting();
    for (const [name, reseller] of [
      ['A', active],
      ['B', second],
      ['C', null],
      ['D', active],
      ['=E', null],
    ] as const)
      await aCustomer(test.sql, provider, { companyName: name, indirectResellerId: reseller?.id ?? null });
    const names = async (reseller: string | undefined) =>
      (await listCustomers(ctx, { ...usual, reseller })).items.map(({ companyName }) => companyName);
    expect(await names(active.id)).toEqual(['A', 'D']);
    expect(await names('none')).toEqual(['=E', 'C']);
    expect((await names(undefined)).length).toBe(5);
    expect(await countCustomers(ctx, { ...usual, reseller: 'none' })).toEqual({ count: 2, estimated: false });
    const csv = async (reseller: string | undefined) => (await text(await exportCustomers(ctx, { ...usual, reseller }))).trim().split('\n');
    const [head, ...rows] = await csv(active.id);
    expect(head).toBe('Customer ID,Company name,Primary domain,Relationship,Indirect reseller');
    expect(rows.map((row) => row.split(',').slice(-1)[0])).toEqual(['Fabrikam Resale', 'Fabrikam Resale']);
    expect((await csv('none')).slice(1).map((row) => row.split(',').slice(-1)[0])).toEqual(['""', '""']);
    expect(await csv(undefined)).toHaveLength(6);
  });

  it('has no such column for other partners', async () => {
    const partner = await aPartner(test.sql);
    await aCustomer(test.sql, partner);
    const ctx = aContext(test.api, partner, await aPartnerUser(test.sql, partner));
    expect((await text(await exportCustomers(ctx, usual))).split('\n')[0]).toBe('Customer ID,Company name,Primary domain,Relationship');
  });

  it('finds customers of no reseller also when there are very few among many', async () => {
    const { ctx, provider, active } = await setting();
    await test.sql`with made as (insert into organizations (id, cloud, domain, created_at) select gen_random_uuid(), 'public', ${provider.id} || n || '.example', now() from generate_series(1, 3000) n returning id, domain)
      insert into customers (id, partner_id, organization_id, company_name, domain, country, contact, language, relationship, delegated_admin, indirect_reseller_id, created_at)
      select gen_random_uuid(), ${provider.id}, id, domain, domain, 'JP', '{}', 'en', 'active', true, ${active.id}, now() from made`;
    const alone = await aCustomer(test.sql, provider, { companyName: 'zz alone' });
    expect((await listCustomers(ctx, { ...usual, reseller: 'none' })).items.map(({ id }) => id)).toEqual([alone.id]);
  });

  it('shows a customer once, however many resellers share it with the provider, among a thousand partnerships', async () => {
    const { ctx, provider } = await setting();
    const organization = await anOrganization(test.sql);
    const same = { organizationId: organization.id, domain: organization.domain, companyName: 'Shared' };
    // All of them have the customer, too; a third of the provider's other customers are served through one of them each.
    const made = await test.sql<{ id: string }[]>`
      with resellers as (insert into partners (id, name, type, cloud, country, created_at)
        select gen_random_uuid(), 'Reseller ' || lpad(n::text, 4, '0'), 'indirect-reseller', 'public', 'JP', now() from generate_series(1, 1000) n returning id, name)
      select id from resellers order by name`;
    await test.sql`insert into partnerships (id, provider_id, reseller_id, state, company_name, requested_by, requested_at, since)
      select gen_random_uuid(), ${provider.id}, id, 'active', name, 'x', now(), now() from partners where id = any(${made.map(({ id }) => id)})`;
    await test.sql`insert into customers (id, partner_id, organization_id, company_name, domain, country, contact, language, relationship, delegated_admin, created_at)
      select gen_random_uuid(), id, ${organization.id}, 'Shared', ${organization.domain}, 'JP', '{}', 'en', 'active', true, now() from partners where id = any(${made.map(({ id }) => id)})`;
    const shared = await aCustomer(test.sql, provider, { ...same, indirectResellerId: made[0]?.id ?? null });
    for (const { id } of made.slice(1, 40)) await aCustomer(test.sql, provider, { indirectResellerId: id });
    const { items, total } = await listCustomers(ctx, { ...usual });
    expect(items.filter(({ companyName }) => companyName === 'Shared').map(({ id }) => id)).toEqual([shared.id]);
    expect(total.count).toBe(40);
    expect((await listCustomers(ctx, { ...usual, search: 'Shared' })).total.count).toBe(1);
    expect((await text(await exportCustomers(ctx, { ...usual }))).match(/Shared/g)).toHaveLength(1);
    expect((await listCustomerResellers(ctx)).items).toHaveLength(40);
    expect((await listCustomers(ctx, { ...usual, reseller: made[0]?.id })).items.map(({ id }) => id)).toEqual([shared.id]);
  });
});

describe('the reseller of record of a subscription', () => {
  it('is the customer’s, unless another is chosen or none', async () => {
    const { ctx, provider, active, second, former } = await setting();
    const customer = await aCustomer(test.sql, provider, { indirectResellerId: active.id });
    const add = (productId: string, more = {}) => addSubscription(ctx, { customerId: customer.id, productId, quantity: 1, ...more });
    expect((await add('m365-e3')).reseller).toEqual({ id: active.id, name: 'Fabrikam Resale' });
    expect((await add('m365-e3', { resellerId: second.id })).reseller?.name).toBe('Adatum');
    expect((await add('m365-e3', { resellerId: null })).reseller).toBeNull();
    expect((await refusalOf(add('m365-e3', { resellerId: former.id }))).fields).toEqual([{ path: 'resellerId', rule: 'no_partnership' }]);
    // Of a reseller whose partnership is over nothing new is counted.
    const left = await aCustomer(test.sql, provider, { indirectResellerId: former.id });
    expect((await addSubscription(ctx, { customerId: left.id, productId: 'm365-e3', quantity: 1 })).reseller).toBeNull();
    const csv = (await text(await exportSubscriptions(ctx, customer.id))).trim().split('\n');
    expect(csv.map((row) => row.split(',').slice(-1)[0])).toEqual(['Reseller', 'Fabrikam Resale', 'Adatum', 'Northwind Distribution']);
  });

  it('can be changed on top of what was seen, with a record of both names', async () => {
    const { ctx, provider, active, second, foreign } = await setting();
    const customer = await aCustomer(test.sql, provider);
    const { id } = await aSubscription(test.sql, customer, { resellerId: active.id });
    const change = (version: number, resellerId: string | null) =>
      changeReseller(ctx, { customerId: customer.id, subscriptionId: id, version, resellerId });
    expect((await refusalOf(change(1, foreign.id))).fields).toEqual([{ path: 'resellerId', rule: 'no_partnership' }]);
    expect(await change(1, second.id)).toMatchObject({ reseller: { name: 'Adatum' }, version: 2 });
    expect(await refusalOf(change(1, null))).toMatchObject({ code: 'conflict', details: { version: 2, reseller: 'Adatum' } });
    const outcomes = await Promise.all([outcomeOf(change(2, null)), outcomeOf(change(2, active.id))]);
    expect(outcomes.sort()).toEqual(['conflict', 'done']);
    const [first] = await test.sql`select data from events where customer_id = ${customer.id} order by id`;
    expect(first?.data).toMatchObject({ subscriptionId: id, changes: { reseller: { from: 'Fabrikam Resale', to: 'Adatum' } } });
  });

  it('is not changed of a cancelled one, by a helpdesk agent, or of another partner’s', async () => {
    const [{ ctx, provider, active }, other] = [await setting(), await setting()];
    const customer = await aCustomer(test.sql, provider);
    const { id } = await aSubscription(test.sql, customer, { state: 'cancelled' });
    const change = (from: typeof ctx) =>
      changeReseller(from, { customerId: customer.id, subscriptionId: id, version: 1, resellerId: active.id });
    expect(await refusalOf(change(ctx))).toMatchObject({ code: 'illegal_transition', details: { state: 'cancelled' } });
    expect(await outcomeOf(change(other.ctx))).toBe('not_found');
    const helpdesk = aContext(test.api, provider, await aPartnerUser(test.sql, provider, ['helpdesk-agent']));
    expect(await refusalOf(change(helpdesk))).toMatchObject({ details: { permission: 'subscriptions.manage' } });
  });
});

describe('a reseller as support contact', () => {
  const person = async (organizationId: string) => {
    const userId = `person-${++count}-${process.pid}`;
    await test.sql`insert into users (id, name, email, language) values (${userId}, 'Aiko', ${`${userId}@people.example`}, 'en')`;
    await test.sql`insert into customer_users (id, organization_id, user_id, first_name, last_name, email, role, created_at)
      values (gen_random_uuid(), ${organizationId}, ${userId}, 'Aiko', 'T', ${`${userId}@people.example`}, 'global-admin', now())`;
    return userId;
  };

  it('is shown to the customer with its web site, instead of what was typed', async () => {
    const { ctx, provider, active } = await setting();
    const customer = await aCustomer(test.sql, provider, { supportContact: 'Service desk' });
    expect(await previewEdit(ctx, { customerId: customer.id, supportResellerId: active.id })).toMatchObject({
      consequences: [{ key: 'support_contact_shown', params: { to: 'Fabrikam Resale' } }, { key: 'nothing_else' }],
    });
    const edited = await editCustomer(ctx, { customerId: customer.id, version: 1, supportResellerId: active.id });
    expect(edited).toMatchObject({
      supportContact: null,
      supportReseller: { id: active.id, name: 'Fabrikam Resale', webSite: 'https://fabrikam.example', isActive: true },
    });
    const [own] = await listOwnPartners(
      { db: test.api, requestId: 'test', now: new Date(), cloud: 'public' },
      await person(customer.organizationId),
    );
    expect(own).toMatchObject({ supportContact: null, supportReseller: { name: 'Fabrikam Resale', webSite: 'https://fabrikam.example' } });
    // What is typed takes its place again.
    expect(await editCustomer(ctx, { customerId: customer.id, version: 2, supportContact: 'Desk' })).toMatchObject({
      supportContact: 'Desk',
      supportReseller: null,
    });
  });

  it('is said to need another one when its partnership is over, and the customer does not see it any more', async () => {
    const { ctx, provider, former } = await setting();
    const customer = await aCustomer(test.sql, provider, { supportResellerId: former.id });
    expect((await getCustomer(ctx, customer.id)).supportReseller).toMatchObject({ name: 'Zava', isActive: false });
    const [own] = await listOwnPartners(
      { db: test.api, requestId: 'test', now: new Date(), cloud: 'public' },
      await person(customer.organizationId),
    );
    expect(own).toMatchObject({ supportContact: null, supportReseller: null });
    const fresh = await aCustomer(test.sql, provider);
    const wrong = editCustomer(ctx, { customerId: fresh.id, version: 1, supportResellerId: former.id });
    expect((await refusalOf(wrong)).fields).toEqual([{ path: 'supportResellerId', rule: 'no_partnership' }]);
  });

  it('is taken away by an end, as any other', async () => {
    const { ctx, provider, active } = await setting();
    const customer = await aCustomer(test.sql, provider, { supportResellerId: active.id });
    expect((await previewEnd(ctx, customer.id)).consequences).toContain('support_contact_removed');
    const operation = await endRelationship(ctx, { customerId: customer.id, domain: customer.domain });
    await runAsWorker(test.worker, provider, operation.id);
    expect(await getCustomer(ctx, customer.id)).toMatchObject({ relationship: 'ended', supportReseller: null });
    const [row] =
      await test.sql`select snapshot, (select facts from end_certificates e where e.customer_id = c.id) as facts from customers c where id = ${customer.id}`;
    expect(row?.snapshot.supportResellerId).toBe(active.id);
    expect(row?.facts.taken).toContainEqual(expect.objectContaining({ what: 'support_contact', name: 'Fabrikam Resale' }));
  });
});

import { aContext, anOrganization, aPartner, aPartnerUser, aUser, useTestDatabase } from '@clientele/db/testing';
import type { PartnerType, Role } from '@clientele/domain';
import { describe, expect, it } from 'vitest';
import { cancelOperation, retryOperation, revealCredentials } from '../operations/control.ts';
import { getOperation, getOperationInput } from '../operations/list.ts';
import { outcomeOf, refusalOf, runAsWorker } from '../testing/acts.ts';
import { addCustomer, checkDomain, type NewCustomer } from './add.ts';
import { getCustomer } from './edit.ts';

const test = useTestDatabase();

async function setting({
  roles = ['global-admin'] as Role[],
  type = 'direct-partner' as PartnerType,
  cloud = 'public' as 'public' | 'us-government',
} = {}) {
  const partner = await aPartner(test.sql, { type, cloud });
  const author = await aPartnerUser(test.sql, partner, roles);
  return { partner, author, ctx: aContext(test.api, partner, author) };
}

let count = 0;
const order = (more: Partial<NewCustomer> = {}): NewCustomer => ({
  companyName: '株式会社コントソ',
  domainPrefix: `contoso${++count}`,
  country: 'JP',
  address: { line1: '1-1 Marunouchi', city: 'Chiyoda', state: '13', postalCode: '100-0005' },
  contact: { firstName: 'Aiko', lastName: '田中', email: `aiko${count}@contoso.example` },
  language: 'ja',
  agreement: { by: 'partner', firstName: 'Aiko', lastName: '田中', email: 'aiko@contoso.example', date: '2025-01-31' },
  subscriptions: [
    { productId: 'azure-plan', quantity: 1 },
    { productId: 'm365-e3', quantity: 25 },
  ],
  ...more,
});

const rowsOf = async (domain: string) => ({
  organizations: (await test.sql`select id from organizations where domain = ${domain}`).length,
  customers: (await test.sql`select id from customers where domain = ${domain}`).length,
  users: (await test.sql`select cu.id from customer_users cu where cu.email = ${`admin@${domain}`}`).length,
});

describe('adding a customer', () => {
  it('makes account, first admin, agreement, relationship and subscriptions, and queues a welcome mail', async () => {
    const { ctx, partner } = await setting();
    const input = order();
    const operation = await addCustomer(ctx, input);
    expect(operation).toMatchObject({ state: 'queued', subject: input.companyName, customerId: null, credentialsRevealed: false });
    expect(operation.steps.map((step) => step.state)).toEqual(Array(8).fill('pending'));
    await runAsWorker(test.worker, partner, operation.id);
    const done = await getOperation(ctx, operation.id);
    expect(done).toMatchObject({ state: 'succeeded', signInName: `admin@${input.domainPrefix}.clientele.cloud` });
    expect(done.steps.map((step) => step.state)).toEqual(Array(8).fill('done'));
    const customer = await getCustomer(ctx, done.customerId ?? '');
    expect(customer).toMatchObject({
      companyName: input.companyName,
      relationship: 'active',
      delegatedAdmin: true,
      agreementAccepted: true,
      agreement: { by: 'partner' },
      users: [{ role: 'global-admin' }],
    });
    expect(await test.sql`select id from subscriptions where customer_id = ${customer.id} and state = 'active'`).toHaveLength(2);
    expect((await test.sql`select kind, recipient, language from deliveries where customer_id = ${customer.id}`)[0]).toEqual({
      kind: 'welcome',
      recipient: input.contact.email,
      language: 'ja',
    });
  });

  it('leaves the agreement to the customer if so wanted; then nothing can be bought yet', async () => {
    const { ctx, partner } = await setting();
    expect((await refusalOf(addCustomer(ctx, order({ agreement: { by: 'customer' } })))).fields).toEqual([
      { path: 'subscriptions', rule: 'agreement_first' },
    ]);
    const operation = await addCustomer(ctx, order({ agreement: { by: 'customer' }, subscriptions: [] }));
    await runAsWorker(test.worker, partner, operation.id);
    const done = await getOperation(ctx, operation.id);
    expect(done.steps.filter((step) => step.state === 'skipped').map((step) => step.name)).toEqual([
      'record_agreement',
      'add_subscriptions',
    ]);
    expect(await getCustomer(ctx, done.customerId ?? '')).toMatchObject({ agreementAccepted: false });
  });

  it('tells every broken rule at once, each at its field', async () => {
    const { ctx } = await setting();
    const refusal = await refusalOf(
      addCustomer(
        ctx,
        order({
          domainPrefix: 'a--b',
          address: { line1: 'x', city: 'y', state: '99', postalCode: 'ABC' },
          agreement: { by: 'partner', firstName: 'A', lastName: 'B', email: 'a@b.example', date: '9999-12-31' },
          subscriptions: [
            { productId: 'nothing', quantity: 1 },
            { productId: 'azure-plan', quantity: 2 },
            { productId: 'm365-business-basic', quantity: 301 },
          ],
        }),
      ),
    );
    expect(refusal.fields.map(({ path, rule }) => `${path} ${rule}`)).toEqual([
      'domainPrefix domain_prefix',
      'address.state state_unknown',
      'address.postalCode postal_code',
      'agreement.date date_in_future',
      'subscriptions.0.productId unknown_product',
      'subscriptions.1.quantity quantity_fixed',
      'subscriptions.2.quantity too_large',
    ]);
    expect(await test.sql`select id from operations where partner_id = ${ctx.partner.id}`).toHaveLength(0);
  });

  it('is for sellers; an indirect reseller adds, but does not attest', async () => {
    const helpdesk = await setting({ roles: ['helpdesk-agent'] });
    expect(await refusalOf(addCustomer(helpdesk.ctx, order()))).toMatchObject({
      code: 'forbidden',
      details: { permission: 'customers.add', needs: ['global-admin', 'admin-agent', 'sales-agent'] },
    });
    const reseller = await setting({ type: 'indirect-reseller' });
    expect(await refusalOf(addCustomer(reseller.ctx, order()))).toMatchObject({
      details: { permission: 'agreement.attest', reason: 'partner_type' },
    });
    expect(await outcomeOf(addCustomer(reseller.ctx, order({ agreement: { by: 'customer' }, subscriptions: [] })))).toBe('done');
  });

  it('serves the us-government cloud under its own suffix, and only its own countries', async () => {
    const { ctx } = await setting({ cloud: 'us-government' });
    expect((await refusalOf(addCustomer(ctx, order()))).fields).toContainEqual({ path: 'country', rule: 'country' });
    expect(await checkDomain(ctx, 'agency')).toEqual({ domain: 'agency.clientele.us', available: true, rule: null, customerId: null });
  });

  it('does its work once for five workers at the same moment', async () => {
    const { ctx, partner } = await setting();
    const input = order();
    const { id } = await addCustomer(ctx, input);
    await Promise.all(Array.from({ length: 5 }, () => runAsWorker(test.worker, partner, id)));
    expect((await getOperation(ctx, id)).state).toBe('succeeded');
    expect(await rowsOf(`${input.domainPrefix}.clientele.cloud`)).toEqual({ organizations: 1, customers: 1, users: 1 });
    expect(await test.sql`select id from deliveries where partner_id = ${partner.id}`).toHaveLength(1);
    expect(await test.sql`select id from subscriptions where partner_id = ${partner.id}`).toHaveLength(2);
  });
});

describe('a primary domain', () => {
  it('is free, badly formed or taken, also by another partner’s customer, but not by one in the other cloud', async () => {
    const { ctx } = await setting();
    const domainPrefix = `taken${++count}`;
    await anOrganization(test.sql, { domain: `${domainPrefix}.clientele.cloud` });
    expect(await checkDomain(ctx, domainPrefix.toUpperCase())).toMatchObject({ available: false, rule: 'domain_taken' });
    expect(await checkDomain(ctx, 'ab')).toMatchObject({ available: false, rule: 'domain_prefix' });
    expect(await checkDomain(ctx, 'пример')).toMatchObject({ rule: 'domain_prefix' });
    expect((await refusalOf(addCustomer(ctx, order({ domainPrefix })))).fields).toEqual([
      { path: 'domainPrefix', rule: 'domain_taken', params: { domain: `${domainPrefix}.clientele.cloud` } },
    ]);
    const government = await setting({ cloud: 'us-government' });
    expect(await checkDomain(government.ctx, domainPrefix)).toMatchObject({ available: true });
  });

  it('goes to one of two operations that race for it; the other fails with domain_taken and leaves nothing when cancelled', async () => {
    const [one, other] = [await setting(), await setting()];
    const input = order();
    const domain = `${input.domainPrefix}.clientele.cloud`;
    const [first, second] = [await addCustomer(one.ctx, input), await addCustomer(other.ctx, input)];
    await Promise.all([runAsWorker(test.worker, one.partner, first.id), runAsWorker(test.worker, other.partner, second.id)]);
    const both = [
      { ...one, view: await getOperation(one.ctx, first.id) },
      { ...other, view: await getOperation(other.ctx, second.id) },
    ];
    expect(both.map(({ view }) => view.state).sort()).toEqual(['failed', 'succeeded']);
    const loser = both.find(({ view }) => view.state === 'failed') as (typeof both)[number];
    expect(loser.view.steps[1]).toMatchObject({
      name: 'reserve_domain',
      state: 'failed',
      failure: { code: 'domain_taken', params: { domain } },
    });
    expect(loser.view.actions).toMatchObject({ retry: { allowed: true }, cancel: { allowed: true } });
    expect(await rowsOf(domain)).toEqual({ organizations: 1, customers: 1, users: 1 });
    await cancelOperation(loser.ctx, loser.view.id);
    expect(await rowsOf(domain)).toEqual({ organizations: 1, customers: 1, users: 1 });
    expect(await test.sql`select id from customers where partner_id = ${loser.partner.id}`).toHaveLength(0);
    expect((await getOperation(loser.ctx, loser.view.id)).state).toBe('cancelled');
  });
});

describe('an onboarding that failed', () => {
  /** Fails with an error that nobody foresaw, in the step that adds subscriptions. */
  async function failing() {
    const world = await setting();
    const input = order();
    await test.sql.unsafe(`create or replace function refuse_${count}() returns trigger language plpgsql as $$ begin if new.partner_id = '${world.partner.id}' then raise exception 'the licence server said no to %', new.product_id; end if; return new; end $$;
      create trigger refuse_${count} before insert on subscriptions for each row execute function refuse_${count}()`);
    const mend = () => test.sql.unsafe(`drop trigger refuse_${count} on subscriptions`);
    const { id } = await addCustomer(world.ctx, input);
    await runAsWorker(test.worker, world.partner, id);
    return { ...world, id, mend, domain: `${input.domainPrefix}.clientele.cloud`, input };
  }

  it('says at which step and why, keeps what is done, and goes on from there when tried again', async () => {
    const { ctx, partner, id, mend, domain } = await failing();
    const failed = await getOperation(ctx, id);
    expect(failed.state).toBe('failed');
    expect(failed.steps.map((step) => step.state)).toEqual(['done', 'done', 'done', 'done', 'done', 'done', 'failed', 'pending']);
    expect(failed.steps[6]?.failure).toMatchObject({ code: 'unexpected', detail: expect.stringContaining('the licence server said no') });
    await mend();
    expect((await retryOperation(ctx, id)).steps[6]).toMatchObject({ state: 'pending', failure: null });
    await runAsWorker(test.worker, partner, id);
    const done = await getOperation(ctx, id);
    expect(done.state).toBe('succeeded');
    expect(done.steps.map((step) => step.attempts)).toEqual([1, 1, 1, 1, 1, 1, 2, 1]);
    expect(await rowsOf(domain)).toEqual({ organizations: 1, customers: 1, users: 1 });
  });

  it('leaves nothing when cancelled, gives the domain back, and gives the form back', async () => {
    const { ctx, id, mend, domain, input, partner } = await failing();
    expect((await getOperationInput(ctx, id)).input).toEqual(JSON.parse(JSON.stringify(input)));
    const cancelled = await cancelOperation(ctx, id);
    expect(cancelled.state).toBe('cancelled');
    expect(cancelled.steps[7]?.state).toBe('skipped');
    expect(await rowsOf(domain)).toEqual({ organizations: 0, customers: 0, users: 0 });
    expect(await test.sql`select id from subscriptions where partner_id = ${partner.id}`).toHaveLength(0);
    expect(await checkDomain(ctx, input.domainPrefix)).toMatchObject({ available: true });
    expect(await refusalOf(retryOperation(ctx, id))).toMatchObject({ code: 'illegal_transition', details: { state: 'cancelled' } });
    await mend();
    const again = await addCustomer(ctx, input);
    await runAsWorker(test.worker, partner, again.id);
    expect((await getOperation(ctx, again.id)).state).toBe('succeeded');
  });

  it('can be cancelled before a worker has touched it', async () => {
    const { ctx, partner } = await setting();
    const input = order();
    const { id } = await addCustomer(ctx, input);
    await cancelOperation(ctx, id);
    expect(await runAsWorker(test.worker, partner, id)).toBe(false);
    expect(await rowsOf(`${input.domainPrefix}.clientele.cloud`)).toEqual({ organizations: 0, customers: 0, users: 0 });
  });

  it('is either all there or not at all when cancelled while a worker runs it', async () => {
    for (let round = 0; round < 8; round++) {
      const { ctx, partner } = await setting();
      const input = order();
      const { id } = await addCustomer(ctx, input);
      await Promise.all([
        runAsWorker(test.worker, partner, id),
        new Promise((resolve) => setTimeout(resolve, round * 5)).then(() => outcomeOf(cancelOperation(ctx, id))),
      ]);
      const { state } = await getOperation(ctx, id);
      expect(['cancelled', 'succeeded']).toContain(state);
      const there = state === 'succeeded' ? 1 : 0;
      expect(await rowsOf(`${input.domainPrefix}.clientele.cloud`)).toEqual({ organizations: there, customers: there, users: there });
    }
  });

  it('may be tried again and cancelled only by those who may start one', async () => {
    const { partner, id, mend } = await failing();
    const helpdesk = aContext(test.api, partner, await aPartnerUser(test.sql, partner, ['helpdesk-agent']));
    expect(await refusalOf(retryOperation(helpdesk, id))).toMatchObject({ code: 'forbidden', details: { permission: 'customers.add' } });
    expect(await refusalOf(cancelOperation(helpdesk, id))).toMatchObject({ code: 'forbidden' });
    expect((await getOperation(helpdesk, id)).actions.retry).toMatchObject({ allowed: false, reason: 'role', grantedBy: 'global-admin' });
    await mend();
  });
});

describe('the temporary password', () => {
  it('is shown exactly once under 20 concurrent tries, and is nowhere to be read afterwards', async () => {
    const { ctx, partner } = await setting();
    const { id } = await addCustomer(ctx, order());
    expect(await refusalOf(revealCredentials(ctx, id))).toMatchObject({ code: 'illegal_transition', details: { state: 'queued' } });
    await runAsWorker(test.worker, partner, id);
    const shown: { signInName: string; temporaryPassword: string }[] = [];
    const outcomes = await Promise.all(
      Array.from({ length: 20 }, (_, index) =>
        outcomeOf(
          revealCredentials({ ...ctx, idempotency: { key: `k${index % 2}`, fingerprint: 'f' } }, id).then((result) => shown.push(result)),
        ),
      ),
    );
    expect(outcomes.filter((outcome) => outcome === 'done')).toHaveLength(1);
    expect(outcomes.filter((outcome) => outcome === 'illegal_transition')).toHaveLength(19);
    const password = shown[0]?.temporaryPassword ?? '';
    expect(password).toMatch(/^\w{4}-\w{4}-\w{4}-\w{4}$/);
    expect((await getOperation(ctx, id)).credentialsRevealed).toBe(true);
    const tables = await test.sql`select tablename from pg_tables where schemaname = 'public'`;
    for (const { tablename } of tables) {
      const found = await test.sql`select 1 from ${test.sql(tablename as string)} as t where t::text like ${`%${password}%`}`;
      expect(found, tablename).toHaveLength(0);
    }
  });

  it('is not made for an admin who has signed in by a link already: the sign-in is the customer’s', async () => {
    const { ctx, partner } = await setting();
    const { id } = await addCustomer(ctx, order());
    await runAsWorker(test.worker, partner, id);
    const [admin] = await test.sql<{ id: string; email: string; mailbox: string; contact: string }[]>`
      select cu.id, cu.email, cu.mailbox, c.contact->>'email' as contact from customer_users cu join customers c using (organization_id) where c.partner_id = ${partner.id}`;
    // The mailbox is recorded with the account.
    expect(admin?.mailbox).toBe(admin?.contact);
    const user = await aUser(test.sql, { email: admin?.email ?? '' });
    await test.sql`update customer_users set user_id = ${user.id} where id = ${admin?.id ?? ''}`;
    expect(await refusalOf(revealCredentials(ctx, id))).toMatchObject({ code: 'illegal_transition', details: { state: 'signed_in' } });
    expect((await getOperation(ctx, id)).credentialsRevealed).toBe(false);
    expect(await test.sql`select from accounts where user_id = ${user.id}`).toHaveLength(0);
  });

  it('is not made any more once the relationship has ended: a partner signs nobody in at a customer that it has left', async () => {
    const { ctx, partner } = await setting();
    const { id } = await addCustomer(ctx, order());
    await runAsWorker(test.worker, partner, id);
    await test.sql`update customers set relationship = 'ended' where partner_id = ${partner.id}`;
    // The walls hide a former customer's people.
    expect(await refusalOf(revealCredentials(ctx, id))).toMatchObject({ code: 'illegal_transition' });
    await test.sql`update customers set relationship = 'active' where partner_id = ${partner.id}`;
    expect(await revealCredentials(ctx, id)).toMatchObject({ temporaryPassword: expect.any(String) });
  });

  it('is for those who may add customers', async () => {
    const { ctx, partner } = await setting();
    const { id } = await addCustomer(ctx, order());
    await runAsWorker(test.worker, partner, id);
    const helpdesk = aContext(test.api, partner, await aPartnerUser(test.sql, partner, ['helpdesk-agent']));
    expect(await outcomeOf(revealCredentials(helpdesk, id))).toBe('forbidden');
    expect(await outcomeOf(revealCredentials((await setting()).ctx, id))).toBe('not_found');
  });
});

import {
  aContext,
  aCustomer,
  aCustomerUser,
  anOrganization,
  aPartner,
  aPartnerUser,
  aSubscription,
  type CustomerOverrides,
  useTestDatabase,
} from '@clientele/db/testing';
import { type Role, roles } from '@clientele/domain';
import { describe, expect, it } from 'vitest';
import { getCustomer } from '../customers/edit.ts';
import { claimMails } from '../deliveries/send.ts';
import { acceptInvitation } from '../invitations/accept.ts';
import { createInvitation } from '../invitations/create.ts';
import { declineInvitation } from '../invitations/decline.ts';
import { openInvitation } from '../invitations/open.ts';
import { remindInvitation } from '../invitations/remind.ts';
import { cancelEnd, endRelationship } from '../relationships/end.ts';
import { links, outcomeOf, refusalOf, runAsWorker, tokenOf, visit } from '../testing/acts.ts';
import { askDelegatedAdmin } from './ask.ts';
import { expireDelegatedAdmin } from './expire.ts';
import { takeAwayDelegatedAdmin } from './take-away.ts';
import { warnOfEnds } from './warn.ts';

const test = useTestDatabase();
const day = 86_400_000;
const inDays = (days: number, from = new Date()) => new Date(from.getTime() + days * day);

async function setting(more: CustomerOverrides = {}, role: Role = 'admin-agent') {
  const partner = await aPartner(test.sql);
  const author = await aPartnerUser(test.sql, partner, [role]);
  const organization = await anOrganization(test.sql);
  const person = { userId: (await aCustomerUser(test.sql, organization)).userId as string };
  const customer = await aCustomer(test.sql, partner, { organizationId: organization.id, domain: organization.domain, ...more });
  const ctx = aContext(test.api, partner, author);
  const ask = (days = 30) => askDelegatedAdmin(ctx, links, { customerId: customer.id, days, message: '' });
  const accept = (id: string, now = new Date()) =>
    acceptInvitation(visit(test.api, now), links, { token: tokenOf({ id }), agreementAccepted: false }, person);
  const system = (now = new Date()) => ({ ...ctx, db: test.worker, now, actor: { kind: 'system', id: 'test' } as const });
  return { partner, author, person, customer, ctx, ask, accept, system };
}
const rowOf = async (customer: { id: string }) =>
  (
    await test.sql`select delegated_admin as held, delegated_admin_since as since, delegated_admin_until as until, delegated_admin_warn_at as warn, relationship, version from customers where id = ${customer.id}`
  )[0] as { held: boolean; since: Date | null; until: Date | null; warn: Date | null; relationship: string; version: number };
const eventsOf = async (customer: { id: string }) =>
  (await test.sql`select type, actor_kind, data from events where customer_id = ${customer.id} order by id`).map((row) => ({
    type: row.type as string,
    by: row.actor_kind as string,
    data: row.data as Record<string, unknown>,
  }));
const mailsOf = async (partner: { id: string }, kind: string) =>
  (await test.sql`select * from deliveries where partner_id = ${partner.id} and kind = ${kind} order by recipient`) as unknown as {
    id: string;
    recipient: string;
    customer_id: string | null;
    facts: { customerIds?: string[]; count?: number; because?: string };
  }[];

describe('asking a customer for delegated admin', () => {
  it('changes nothing until the customer consents, and then delegated admin alone', async () => {
    const { customer, ctx, ask, accept } = await setting({ delegatedAdmin: false, agreementAcceptedAt: null, agreementBy: null });
    const asked = await ask(90);
    expect(asked).toMatchObject({
      purpose: 'delegated-admin',
      delegatedAdmin: true,
      delegatedAdminDays: 90,
      email: customer.contact.email,
    });
    expect(await rowOf(customer)).toMatchObject({ held: false, relationship: 'active' });
    expect((await getCustomer(ctx, customer.id)).actions.askDelegatedAdmin).toMatchObject({ allowed: false, state: 'asked' });
    const now = new Date();
    const open = await openInvitation(visit(test.api, now), links, tokenOf(asked), null);
    expect(open).toMatchObject({ agreementNeeded: false, delegatedAdminFor: { days: 90, until: inDays(90, now) }, heldUntil: null });
    await accept(asked.id, now);
    expect(await rowOf(customer)).toMatchObject({ held: true, since: now, until: inDays(90, now), relationship: 'active' });
    const after = await getCustomer(ctx, customer.id);
    expect(after).toMatchObject({ delegatedAdmin: true, pendingPurpose: null, agreement: { acceptedAt: null } });
    expect((await eventsOf(customer)).at(-3)).toMatchObject({
      type: 'delegated_admin.granted',
      by: 'customer',
      data: { until: inDays(90, now).toISOString() },
    });
  });

  it('extends from the end that there is, and the page says until when before anybody accepts', async () => {
    const until = inDays(20);
    const { customer, ask, accept } = await setting({ delegatedAdminUntil: until, delegatedAdminSince: inDays(-10) });
    const asked = await ask(30);
    const open = await openInvitation(visit(test.api), links, tokenOf(asked), null);
    expect(open).toMatchObject({ heldUntil: until, delegatedAdminFor: { until: inDays(30, until) } });
    await accept(asked.id);
    expect(await rowOf(customer)).toMatchObject({ until: inDays(30, until), since: expect.any(Date) });
    expect((await eventsOf(customer)).map(({ type }) => type)).toContain('delegated_admin.extended');
    expect(await outcomeOf(accept(asked.id))).toBe('link_over');
    expect(await rowOf(customer)).toMatchObject({ until: inDays(30, until) });
  });

  it('that is declined leaves everything as it was', async () => {
    const until = inDays(20);
    const { customer, ask, person } = await setting({ delegatedAdminUntil: until });
    const asked = await ask();
    await declineInvitation(visit(test.api), links, { token: tokenOf(asked) }, person);
    expect(await rowOf(customer)).toMatchObject({ held: true, until, relationship: 'active' });
  });

  it('is refused a second time while the first is open, and the refusal leads to it', async () => {
    const { ask } = await setting({ delegatedAdmin: false });
    const first = await ask();
    const refusal = await refusalOf(ask());
    expect(refusal.fields).toEqual([{ path: 'email', rule: 'already_invited' }]);
    expect(refusal.details).toEqual({ invitationId: first.id });
  });

  it('ten times at the same moment asks once', async () => {
    const { ask, customer } = await setting({ delegatedAdmin: false });
    const outcomes = await Promise.all(Array.from({ length: 10 }, () => outcomeOf(ask())));
    expect(outcomes.filter((outcome) => outcome === 'done')).toHaveLength(1);
    expect(await test.sql`select id from invitations where customer_id = ${customer.id}`).toHaveLength(1);
  });

  it('is not possible without an active relationship, nor where it has no end', async () => {
    for (const relationship of ['none', 'requested', 'ending', 'ended'] as const) {
      const { ask } = await setting({ relationship, delegatedAdmin: false });
      expect(await refusalOf(ask())).toMatchObject({ code: 'illegal_transition', details: { state: relationship } });
    }
    const { ask } = await setting({ delegatedAdmin: true });
    expect(await refusalOf(ask())).toMatchObject({ code: 'illegal_transition', details: { state: 'without_end' } });
  });

  it('needs a role that may, names it, and finds no other partner’s customer', async () => {
    for (const role of roles) {
      const { ask } = await setting({ delegatedAdmin: false }, role);
      const outcome = await outcomeOf(ask());
      expect([role, outcome]).toEqual([role, role === 'global-admin' || role === 'admin-agent' ? 'done' : 'forbidden']);
    }
    const [mine, theirs] = [await setting(), await setting({ delegatedAdmin: false })];
    expect(await outcomeOf(askDelegatedAdmin(mine.ctx, links, { customerId: theirs.customer.id, days: 30, message: '' }))).toBe(
      'not_found',
    );
  });

  it('is taken back when the relationship ends, so that nobody can consent to more of what is over', async () => {
    const { ctx, partner, customer, ask, accept } = await setting({ delegatedAdminUntil: inDays(5) }, 'global-admin');
    const asked = await ask();
    const { id } = await endRelationship(ctx, { customerId: customer.id, domain: customer.domain });
    await runAsWorker(test.worker, partner, id);
    expect(await rowOf(customer)).toMatchObject({ held: false, until: null, since: null, warn: null, relationship: 'ended' });
    expect(await outcomeOf(accept(asked.id))).not.toBe('done');
    const [row] = await test.sql`select state from invitations where id = ${asked.id}`;
    expect(row?.state).toBe('revoked');
  });

  it('with a relationship is for the partner’s usual days when nothing is said, and for none when it does not ask', async () => {
    const { ctx, partner } = await setting();
    await test.sql`insert into partner_settings values (${partner.id}, '{"delegatedAdminDays": 180}', 1, 'x', now())`;
    const order = { companyName: 'Contoso', language: 'en', message: '', sendMail: true } as const;
    const [usual, own, none] = [
      await createInvitation(ctx, links, { ...order, email: 'a@people.example', delegatedAdmin: true }),
      await createInvitation(ctx, links, { ...order, email: 'b@people.example', delegatedAdmin: true, delegatedAdminDays: 7 }),
      await createInvitation(ctx, links, { ...order, email: 'c@people.example', delegatedAdmin: false, delegatedAdminDays: 7 }),
    ];
    expect([usual, own, none].map((one) => one.delegatedAdminDays)).toEqual([180, 7, null]);
  });
});

describe('taking delegated admin away', () => {
  it('keeps the relationship, says why and by whom, and tells both sides', async () => {
    const { partner, author, customer, ctx, person } = await setting({ delegatedAdminUntil: inDays(100) });
    const helpdesk = await aPartnerUser(test.sql, partner, ['helpdesk-agent']);
    const byCustomer = { ...ctx, actor: { kind: 'customer', id: person.userId } as const };
    await takeAwayDelegatedAdmin(byCustomer, { customerId: customer.id, because: 'customer' });
    expect(await rowOf(customer)).toMatchObject({ held: false, until: null, since: null, warn: null, relationship: 'active', version: 2 });
    expect((await eventsOf(customer))[0]).toEqual({ type: 'delegated_admin.taken_away', by: 'customer', data: { because: 'customer' } });
    const told = await mailsOf(partner, 'delegated_admin_ended_partner');
    expect(told.map(({ recipient, facts }) => [recipient, facts.because, facts.count])).toEqual([[author.email, 'customer', 1]]);
    expect(told.some(({ recipient }) => recipient === helpdesk.email)).toBe(false);
    expect((await mailsOf(partner, 'delegated_admin_ended_customer')).map(({ recipient }) => recipient)).toEqual([customer.contact.email]);
    expect(await refusalOf(takeAwayDelegatedAdmin(byCustomer, { customerId: customer.id, because: 'customer' }))).toMatchObject({
      code: 'illegal_transition',
      details: { state: 'none' },
    });
  });

  it('is undone with the end of a relationship that is cancelled: the same end, and the next warning', async () => {
    const until = inDays(40);
    const { ctx, customer, partner } = await setting({ delegatedAdminUntil: until, delegatedAdminSince: inDays(-3) }, 'global-admin');
    const { id } = await endRelationship(ctx, { customerId: customer.id, domain: customer.domain });
    // It stops half way: something comes back to life after the first step has looked.
    await test.sql`create or replace function wake() returns trigger language plpgsql as $$ begin
      if new.delegated_admin = false and old.delegated_admin then update subscriptions set state = 'active' where customer_id = new.id; end if; return new; end $$`;
    await aSubscription(test.sql, customer, { state: 'suspended' });
    await test.sql`create trigger wake before update on customers for each row execute function wake()`;
    await runAsWorker(test.worker, partner, id);
    await test.sql`drop trigger wake on customers`;
    expect(await rowOf(customer)).toMatchObject({ held: false, until: null });
    await cancelEnd(ctx, customer.id);
    expect(await rowOf(customer)).toMatchObject({ held: true, until, since: expect.any(Date), warn: expect.any(Date) });
  });
});

describe('the watcher of ends', () => {
  it('takes away what is over and nothing else, once for five workers, with one mail for the partner', async () => {
    const { partner, customer, author, system } = await setting({ delegatedAdminUntil: inDays(-1) });
    const second = await aCustomer(test.sql, partner, { delegatedAdminUntil: inDays(-2) });
    const later = await aCustomer(test.sql, partner, { delegatedAdminUntil: inDays(1) });
    const endless = await aCustomer(test.sql, partner, { delegatedAdminUntil: null });
    const ids = [customer, second, later, endless].map(({ id }) => id);
    const done = await Promise.all(Array.from({ length: 5 }, () => expireDelegatedAdmin(system(), ids)));
    expect(done.reduce((sum, one) => sum + one)).toBe(2);
    expect((await Promise.all([customer, second, later, endless].map(rowOf))).map(({ held }) => held)).toEqual([false, false, true, true]);
    for (const one of [customer, second])
      expect((await eventsOf(one)).filter(({ type }) => type === 'delegated_admin.taken_away')).toEqual([
        { type: 'delegated_admin.taken_away', by: 'system', data: { because: 'expired' } },
      ]);
    const told = await mailsOf(partner, 'delegated_admin_ended_partner');
    expect(told.map(({ recipient, facts }) => [recipient, facts.count])).toEqual([[author.email, 2]]);
    expect(await mailsOf(partner, 'delegated_admin_ended_customer')).toHaveLength(2);
  });

  it('finds it at the very moment and not before, across daylight saving and a leap day', async () => {
    for (const until of ['2027-03-14T07:00:00Z', '2028-02-29T23:59:59.999Z', '2027-10-31T01:00:00Z']) {
      const end = new Date(until);
      const { customer, system } = await setting({ delegatedAdminUntil: end });
      const found = async (now: Date) =>
        (await test.worker.sql<{ id: string }[]>`select id from ended_delegated_admin(${now.toISOString()}, 1000)`).some(
          ({ id }) => id === customer.id,
        );
      const before = new Date(end.getTime() - 1);
      expect([await found(before), await found(end)]).toEqual([false, true]);
      expect([await expireDelegatedAdmin(system(before), [customer.id]), await expireDelegatedAdmin(system(end), [customer.id])]).toEqual([
        0, 1,
      ]);
    }
  });

  it('leaves alone who has consented to more a moment before', async () => {
    const { customer, ask, accept, system } = await setting({ delegatedAdminUntil: inDays(1 / 86_400) });
    const asked = await ask(30);
    const now = inDays(1);
    await accept(asked.id, now);
    expect(await expireDelegatedAdmin(system(now), [customer.id])).toBe(0);
    expect(await rowOf(customer)).toMatchObject({ held: true, until: inDays(30, now) });
  });
});

describe('the daily digest', () => {
  const noon = new Date('2027-03-01T12:00:00Z');
  const due = new Date('2027-03-01T00:00:00Z');

  it('is one mail to each who may ask for more, about everything that is due, once for five workers', async () => {
    const { partner, author, customer, system } = await setting({ delegatedAdminUntil: inDays(30, noon), delegatedAdminWarnAt: due });
    const admin = await aPartnerUser(test.sql, partner, ['global-admin']);
    await aPartnerUser(test.sql, partner, ['sales-agent']);
    const seven = await aCustomer(test.sql, partner, { delegatedAdminUntil: inDays(7, noon), delegatedAdminWarnAt: due });
    const one = await aCustomer(test.sql, partner, { delegatedAdminUntil: inDays(1, noon), delegatedAdminWarnAt: due });
    const notYet = await aCustomer(test.sql, partner, { delegatedAdminUntil: inDays(31, noon), delegatedAdminWarnAt: inDays(1, due) });
    const counts = await Promise.all(Array.from({ length: 5 }, () => warnOfEnds(system(noon))));
    expect(counts.reduce((sum, count) => sum + count)).toBe(3);
    const digests = await mailsOf(partner, 'delegated_admin_digest');
    expect(digests.map(({ recipient }) => recipient).sort()).toEqual([author.email, admin.email].sort());
    for (const { facts } of digests) expect(facts).toMatchObject({ count: 3, customerIds: [one.id, seven.id, customer.id] });
    expect((await eventsOf(customer)).at(-1)).toEqual({ type: 'delegated_admin.warned', by: 'system', data: { days: 30 } });
    expect((await eventsOf(one)).at(-1)?.data).toEqual({ days: 1 });
    expect(await rowOf(notYet)).toMatchObject({ warn: inDays(1, due) });
    expect(await rowOf(one)).toMatchObject({ warn: null });
    expect(await rowOf(seven)).toMatchObject({ warn: new Date('2027-03-07T00:00:00Z') });
    expect(await warnOfEnds(system(noon))).toBe(0);
  });

  it('gives the one warning that fits when nobody looked for days, and none for what is over', async () => {
    const missed = await setting({ delegatedAdminUntil: inDays(6, noon), delegatedAdminWarnAt: inDays(-24, due) });
    expect(await warnOfEnds(missed.system(noon))).toBe(1);
    expect((await eventsOf(missed.customer)).at(-1)?.data).toEqual({ days: 7 });
    expect(await rowOf(missed.customer)).toMatchObject({ warn: new Date('2027-03-06T00:00:00Z') });
    const over = await setting({ delegatedAdminUntil: inDays(-1, noon), delegatedAdminWarnAt: inDays(-2, due) });
    expect(await warnOfEnds(over.system(noon))).toBe(0);
    expect(await mailsOf(over.partner, 'delegated_admin_digest')).toEqual([]);
  });

  it('does not go out when all of it has been extended meanwhile', async () => {
    const { partner, customer, system } = await setting({ delegatedAdminUntil: inDays(7), delegatedAdminWarnAt: inDays(-1) });
    await warnOfEnds(system());
    const [digest] = await mailsOf(partner, 'delegated_admin_digest');
    await test.sql`update customers set delegated_admin = false, delegated_admin_until = null where id = ${customer.id}`;
    expect(await claimMails(system(), [digest?.id ?? ''])).toEqual([]);
    const [row] = await test.sql`select state from deliveries where id = ${digest?.id ?? ''}`;
    expect(row?.state).toBe('failed');
  });
});

describe('at 100,000 relationships', () => {
  it('the watchers and the calendar read by an index what is due, and nothing else', async () => {
    const partner = await aPartner(test.sql);
    // This file's own database, and its last test: what the search needs would only make the rows slow to come.
    await test.sql`drop index customers_by_text, customers_by_grams, customers_by_tag`;
    await test.sql`
      with numbers as (select n, gen_random_uuid() as organization_id from generate_series(1, 100000) n),
      made as (insert into organizations (id, cloud, domain, created_at) select organization_id, 'public', organization_id || '.example', now() from numbers returning id)
      insert into customers (id, partner_id, organization_id, company_name, domain, country, contact, language, relationship, delegated_admin, delegated_admin_until, delegated_admin_warn_at, created_at)
        select gen_random_uuid(), ${partner.id}, organization_id, 'C' || n, organization_id || '.example', 'JP', '{}', 'en', 'active', true,
          timestamptz '2050-01-01' + n * interval '7 minutes', timestamptz '2049-12-01' + n * interval '7 minutes', now() from numbers`;
    await test.sql`analyze customers`;
    const plan = async (query: string) =>
      (await test.sql.unsafe(`explain (analyze, buffers, format json) ${query}`))[0]?.['QUERY PLAN'][0].Plan;
    const bodies = await test.sql<
      { name: string; body: string }[]
    >`select proname as name, prosrc as body from pg_proc where proname in ('ended_delegated_admin', 'partners_to_warn')`;
    for (const { name, body } of bodies) {
      const query = body.replace(/at_time/g, "timestamptz '2050-01-02'").replace(/\bmost\b/g, '500');
      const shown = JSON.stringify(await plan(query));
      expect(shown, name).toContain('Index');
      expect(shown, name).not.toContain('Seq Scan');
    }
    const month = await plan(
      `select id from customers where partner_id = '${partner.id}' and delegated_admin and delegated_admin_until >= '2050-02-01' and delegated_admin_until < '2050-02-02' order by delegated_admin_until, id`,
    );
    expect(JSON.stringify(month)).not.toContain('Seq Scan');
    expect(month['Actual Rows']).toBeLessThan(250);
    // What it reads is what it gives: a day of a hundred thousand.
    expect(month['Shared Hit Blocks'] + month['Shared Read Blocks']).toBeLessThan(300);
  });
});

describe('a request for delegated admin alone that nobody answers', () => {
  it('is brought to mind like an invitation, as often as the partner wants, and no more once it is answered', async () => {
    const { partner, customer, ask, accept, system } = await setting({ delegatedAdmin: false });
    const { id } = await ask();
    const planned = async () => (await test.sql`select next_reminder_at as at from invitations where id = ${id}`)[0]?.at as Date | null;
    const reminders = async () => (await mailsOf(partner, 'invitation_reminder')).length;
    const remind = async () => {
      await test.sql`update deliveries set state = 'sent' where partner_id = ${partner.id}`;
      await remindInvitation(system(new Date(((await planned()) as Date).getTime() + 1000)), id);
    };
    expect((await planned())?.getTime()).toBeCloseTo(inDays(3).getTime(), -5);
    await remind();
    expect(await mailsOf(partner, 'invitation_reminder')).toMatchObject([{ customer_id: customer.id }]);
    await accept(id, inDays(4));
    await remindInvitation(system(inDays(11)), id);
    expect(await reminders()).toBe(1);
  });
});

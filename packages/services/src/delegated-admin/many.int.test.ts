import {
  aContext,
  aCustomer,
  anInvitation,
  aPartner,
  aPartnerUser,
  aSubscription,
  aSuppression,
  type CustomerOverrides,
  useTestDatabase,
} from '@clientele/db/testing';
import type { Role } from '@clientele/domain';
import { describe, expect, it } from 'vitest';
import { startBulk } from '../customers/bulk.ts';
import { retryOperation } from '../operations/control.ts';
import { getOperation } from '../operations/list.ts';
import { listOperationRows } from '../operations/results.ts';
import { links, outcomeOf, refusalOf, runAsWorker } from '../testing/acts.ts';
import { expiryCalendar, listExpiries } from './calendar.ts';
import { closeCalendarFeed, getCalendarFeed, readCalendarFeed, renewCalendarFeed } from './feed.ts';

const test = useTestDatabase();
const at = (text: string) => new Date(text);

async function setting(role: Role = 'admin-agent') {
  const partner = await aPartner(test.sql);
  const author = await aPartnerUser(test.sql, partner, [role]);
  const ctx = aContext(test.api, partner, author);
  const customer = (more: CustomerOverrides = {}) => aCustomer(test.sql, partner, more);
  return { partner, author, ctx, customer };
}
const rowsOf = async (ctx: Awaited<ReturnType<typeof setting>>['ctx'], operationId: string) =>
  (await listOperationRows(ctx, { operationId, state: 'all', limit: 100 })).items;

describe('asking many for more delegated admin', () => {
  it('is one operation in which each gets a request of its own, and each row says what became of it', async () => {
    const { ctx, partner, author, customer } = await setting();
    const until = at('2027-05-01T00:00:00Z');
    const held = await customer({ companyName: 'A', delegatedAdminUntil: until });
    const without = await customer({ companyName: 'B', delegatedAdmin: false, language: 'ja' });
    const endless = await customer({ companyName: 'C' });
    const asked = await customer({ companyName: 'D', delegatedAdminUntil: until });
    await anInvitation(test.sql, partner, author, { purpose: 'delegated-admin', customerId: asked.id });
    const noContact = await customer({
      companyName: 'E',
      delegatedAdminUntil: until,
      contact: { firstName: 'A', lastName: 'B', email: '' },
    });
    const over = await customer({ companyName: 'F', relationship: 'ended', delegatedAdmin: false });
    const bounced = await customer({ companyName: 'G', delegatedAdminUntil: until });
    await aSuppression(test.sql, partner, { email: bounced.contact.email });
    const stranger = (await (await setting()).customer()).id;
    const ids = [held, without, endless, asked, noContact, over, bounced].map(({ id }) => id);
    const operation = await startBulk(ctx, {
      action: 'extend-delegated-admin',
      days: 90,
      message: '',
      selection: { ids: [...ids, stranger] },
    });
    await runAsWorker(test.worker, partner, operation.id);
    const rows = await rowsOf(ctx, operation.id);
    expect(rows.map(({ label, state, outcome, failures }) => [label, state, outcome ?? failures?.[0]?.code])).toEqual([
      ['A', 'done', 'asked'],
      ['B', 'done', 'asked'],
      ['C', 'skipped', 'without_end'],
      ['D', 'skipped', 'already_asked'],
      ['E', 'failed', 'no_contact'],
      ['F', 'failed', 'relationship'],
      ['G', 'failed', 'address_bounced'],
      ['', 'failed', 'gone'],
    ]);
    const made =
      await test.sql`select customer_id, purpose, delegated_admin_days as days, language, message from invitations where partner_id = ${partner.id} and created_by = ${author.id} and delegated_admin_days = 90 order by language`;
    expect(made.map((row) => [row.customer_id, row.purpose, row.days, row.language, row.message])).toEqual([
      [held.id, 'delegated-admin', 90, 'en', ''],
      [without.id, 'delegated-admin', 90, 'ja', ''],
    ]);
    expect((await test.sql`select id from deliveries where partner_id = ${partner.id} and kind = 'invitation'`).length).toBe(2);
    // Only what failed is tried again, and what is mended works.
    await test.sql`update customers set contact = jsonb_set(contact, '{email}', '"e@people.example"') where id = ${noContact.id}`;
    await retryOperation(ctx, operation.id);
    await runAsWorker(test.worker, partner, operation.id);
    expect((await rowsOf(ctx, operation.id)).map(({ outcome, failures }) => outcome ?? failures?.[0]?.code)).toEqual([
      ...['asked', 'asked', 'without_end', 'already_asked', 'asked', 'relationship', 'address_bounced', 'gone'],
    ]);
    expect((await test.sql`select id from deliveries where partner_id = ${partner.id} and kind = 'invitation'`).length).toBe(3);
  });

  it('stops at the partner’s limit and says the figure at each row that is left', async () => {
    const { ctx, partner, customer } = await setting();
    await test.sql`insert into partner_settings values (${partner.id}, '{"invitationLimits": {"open": 2}}', 1, 'x', now())`;
    const ids = [];
    for (let index = 0; index < 4; index++) ids.push((await customer({ delegatedAdmin: false })).id);
    const operation = await startBulk(ctx, { action: 'extend-delegated-admin', days: 30, message: '', selection: { ids } });
    await runAsWorker(test.worker, partner, operation.id);
    const failed = (await rowsOf(ctx, operation.id)).filter(({ state }) => state === 'failed');
    expect(failed).toHaveLength(2);
    for (const { failures } of failed) expect(failures).toEqual([{ code: 'limit_reached', params: { limit: 'open', most: 2, now: 2 } }]);
    expect((await getOperation(ctx, operation.id)).progress).toEqual({ done: 2, failed: 2, skipped: 0, total: 4 });
  });

  it('over days of the calendar means those whose end lies in them, and nobody else’s', async () => {
    const { ctx, partner, customer } = await setting();
    const until = (text: string) => customer({ delegatedAdminUntil: at(text) });
    const [first, second] = [await until('2027-05-01T00:00:00Z'), await until('2027-05-03T23:59:59.999Z')];
    await until('2027-05-02T00:00:00Z');
    await until('2027-05-04T00:00:00Z');
    await customer();
    await (await setting()).customer({ delegatedAdminUntil: at('2027-05-01T12:00:00Z') });
    const span = (day: string, next: string) => ({ from: `${day}T00:00:00.000Z`, to: `${next}T00:00:00.000Z` });
    // Who came after the order is not meant by it.
    const later = { ...ctx, now: new Date() };
    const operation = await startBulk(later, {
      action: 'extend-delegated-admin',
      days: 30,
      message: 'Please.\n\n{link}',
      selection: { expiring: [span('2027-05-01', '2027-05-02'), span('2027-05-03', '2027-05-04')] },
    });
    await runAsWorker(test.worker, partner, operation.id);
    expect((await rowsOf(ctx, operation.id)).map(({ customerId }) => customerId)).toEqual([first.id, second.id]);
  });

  it('needs the role that asking one needs', async () => {
    const { ctx, customer } = await setting('sales-agent');
    const { id } = await customer();
    const start = startBulk(ctx, { action: 'extend-delegated-admin', days: 30, message: '', selection: { ids: [id] } });
    expect(await refusalOf(start)).toMatchObject({ code: 'forbidden', details: { needs: ['global-admin', 'admin-agent'] } });
  });
});

describe('the calendar of expiries', () => {
  it('counts by the days of the reader’s zone, says who has been asked, and what comes after', async () => {
    const { ctx, partner, author, customer } = await setting('helpdesk-agent');
    // 23:30 in New York on the day that the clocks go forward is 03:30 of the next day in UTC.
    const late = await customer({ companyName: 'Late', delegatedAdminUntil: at('2027-03-15T03:30:00Z') });
    await customer({ companyName: 'Early', delegatedAdminUntil: at('2027-03-14T05:00:00Z') });
    await customer({ companyName: 'After', delegatedAdminUntil: at('2027-06-01T00:00:00Z') });
    await customer({ companyName: 'Taken', delegatedAdmin: false, delegatedAdminUntil: null });
    await (await setting()).customer({ delegatedAdminUntil: at('2027-03-14T12:00:00Z') });
    await anInvitation(test.sql, partner, author, { purpose: 'delegated-admin', customerId: late.id });
    const month = { from: at('2027-03-01T00:00:00Z'), to: at('2027-04-01T00:00:00Z') };
    expect(await expiryCalendar(ctx, { ...month, zone: 'America/New_York' })).toEqual({
      days: [{ date: '2027-03-14', count: 2, asked: 1, names: ['Early', 'Late'] }],
      next: at('2027-06-01T00:00:00Z'),
    });
    expect((await expiryCalendar(ctx, { ...month, zone: 'UTC' })).days.map(({ date, count }) => [date, count])).toEqual([
      ['2027-03-14', 1],
      ['2027-03-15', 1],
    ]);
    for (const zone of ['Mars/Base', "UTC'; drop table customers", ''])
      expect((await refusalOf(expiryCalendar(ctx, { ...month, zone }))).fields).toEqual([{ path: 'zone', rule: 'choice' }]);
  });

  it('lists them page by page, the first to end first, with what runs there', async () => {
    const { ctx, customer } = await setting();
    const made: Awaited<ReturnType<typeof customer>>[] = [];
    for (let index = 0; index < 7; index++)
      made.push(await customer({ delegatedAdminUntil: at(`2027-05-0${1 + Math.floor(index / 2)}T10:00:00Z`) }));
    await aSubscription(test.sql, made[0] as (typeof made)[number], { quantity: 7 });
    await aSubscription(test.sql, made[0] as (typeof made)[number], { state: 'suspended', quantity: 100 });
    const span = { from: at('2027-05-01T00:00:00Z'), to: at('2027-06-01T00:00:00Z') };
    const seen: string[] = [];
    let after: string | undefined;
    do {
      const page = await listExpiries(ctx, { ...span, limit: 2, ...(after ? { after } : {}) });
      expect(page.total).toEqual({ count: 7, estimated: false });
      seen.push(...page.items.map(({ customerId }) => customerId));
      after = page.next ?? undefined;
    } while (after);
    expect(seen.toSorted()).toEqual(made.map(({ id }) => id).toSorted());
    expect(seen).toHaveLength(7);
    const { items } = await listExpiries(ctx, { ...span, limit: 100 });
    expect(items.find(({ customerId }) => customerId === made[0]?.id)).toMatchObject({
      subscriptions: 1,
      seats: 7,
      actions: { ask: { allowed: true } },
    });
  });
});

describe('the feed of the calendar', () => {
  const tokenOf = (address: string) => address.split('/calendar/')[1]?.replace('.ics', '') ?? '';
  const fetchIt = (address: string, now = new Date()) => readCalendarFeed({ db: test.api, now }, links, tokenOf(address));

  it('is made on demand for one person, and holds what is to come of its partner', async () => {
    const { ctx, partner, customer } = await setting();
    expect(await getCalendarFeed(ctx, links)).toEqual({ address: null });
    const { address } = await renewCalendarFeed(ctx, links);
    expect(await getCalendarFeed(ctx, links)).toEqual({ address });
    const soon = await customer({ delegatedAdminUntil: at('2099-05-01T00:00:00Z') });
    await customer({ delegatedAdminUntil: at('2020-05-01T00:00:00Z') });
    await customer();
    await (await setting()).customer({ delegatedAdminUntil: at('2099-05-01T00:00:00Z') });
    const feed = await fetchIt(address);
    expect(feed).toMatchObject({ language: 'en', partnerName: partner.name });
    expect(feed.entries.map(({ customerId }) => customerId)).toEqual([soon.id]);
  });

  it('has an address that dies when a new one is made, and when its person is no longer with the partner', async () => {
    const { ctx, author, partner } = await setting();
    const first = (await renewCalendarFeed(ctx, links)).address;
    const second = (await renewCalendarFeed(ctx, links)).address;
    expect(second).not.toBe(first);
    expect([await outcomeOf(fetchIt(first)), await outcomeOf(fetchIt(second))]).toEqual(['link_invalid', 'done']);
    await test.sql`update partner_users set roles = '{helpdesk-agent}' where partner_id = ${partner.id} and user_id = ${author.id}`;
    expect(await outcomeOf(fetchIt(second))).toBe('done');
    await test.sql`delete from partner_users where partner_id = ${partner.id} and user_id = ${author.id}`;
    expect(await outcomeOf(fetchIt(second))).toBe('link_invalid');
  });

  it('switched off and made again has another address; nobody’s else is touched', async () => {
    const [one, other] = [await setting(), await setting()];
    const [mine, theirs] = [(await renewCalendarFeed(one.ctx, links)).address, (await renewCalendarFeed(other.ctx, links)).address];
    await closeCalendarFeed(one.ctx);
    await closeCalendarFeed(one.ctx);
    expect([await outcomeOf(fetchIt(mine)), await outcomeOf(fetchIt(theirs))]).toEqual(['link_invalid', 'done']);
    expect((await renewCalendarFeed(one.ctx, links)).address).not.toBe(mine);
    expect(await outcomeOf(fetchIt(mine))).toBe('link_invalid');
  });

  it('takes no token that is forged, cut off, changed, or of another kind of link', async () => {
    const { ctx, partner, author } = await setting();
    const token = tokenOf((await renewCalendarFeed(ctx, links)).address);
    const invitation = await anInvitation(test.sql, partner, author);
    const others = [
      '',
      'x',
      token.slice(0, -1),
      `${token}A`,
      token.slice(0, -1) + (token.endsWith('A') ? 'B' : 'A'),
      `B${token.slice(1)}`,
      links.linkOf({ id: invitation.id, tokenVersion: 1 }).split('/i/')[1] ?? '',
      links.agreement.linkOf(invitation.id).split('/a/')[1] ?? '',
    ];
    for (const other of others)
      expect(await outcomeOf(readCalendarFeed({ db: test.api, now: new Date() }, links, other)), other).toBe('link_invalid');
  });

  it('that many ask for at the same moment is one', async () => {
    const { ctx, author } = await setting();
    await Promise.all(Array.from({ length: 8 }, () => renewCalendarFeed(ctx, links)));
    const rows = await test.sql`select version from calendar_feeds where user_id = ${author.id}`;
    expect(rows.map(({ version }) => version)).toEqual([8]);
  });
});

import type { Context } from '@clientele/db';
import { aContext, aCustomer, aLead, aPartner, aPartnerUser, useTestDatabase } from '@clientele/db/testing';
import type { Role } from '@clientele/domain';
import { describe, expect, it } from 'vitest';
import { addCustomer } from '../customers/add.ts';
import { claimMails } from '../deliveries/send.ts';
import { createInvitation } from '../invitations/create.ts';
import { links, outcomeOf, refusalOf, runAsWorker } from '../testing/acts.ts';
import { acceptLead, changeDeal, declineLead, loseLead, winLead } from './answer.ts';
import { enterLead } from './enter.ts';
import { expireLead, warnOfLeads } from './expire.ts';
import { leadFigures } from './figures.ts';
import { getLead, leadBoard, leadOfCustomer, listLeads } from './list.ts';
import { addLeadNote, markLead } from './notes.ts';

const test = useTestDatabase();
const dayMs = 86_400_000;

async function setting(roles: Role[] = ['sales-agent'], more: Parameters<typeof aPartner>[1] = {}) {
  const partner = await aPartner(test.sql, more);
  const author = await aPartnerUser(test.sql, partner, roles);
  const ctx = aContext(test.api, partner, author);
  const worker = (now = new Date()): Context => ({ ...ctx, db: test.worker, now, actor: { kind: 'system', id: 'leads' } });
  const mails = async () =>
    await test.sql`select kind, recipient, language, facts from deliveries where partner_id = ${partner.id} order by queued_at, id`;
  const eventsOf = async () =>
    (await test.sql`select type from events where partner_id = ${partner.id} order by id`).map((event) => event.type as string);
  return { partner, author, ctx, worker, mails, eventsOf };
}
const deal = () => ({
  dealName: 'Cloud for Contoso',
  value: { amount: 1200.5, currency: 'EUR' as const },
  closeDate: new Date(Date.now() + 30 * dayMs).toISOString().slice(0, 10),
  note: 'Wants to begin in spring.',
  team: [],
});
const entered = {
  type: 'sales-qualified',
  companyName: 'Contoso',
  firstName: 'Megan',
  lastName: 'Bowen',
  email: 'megan@contoso.example',
  country: 'DE',
  language: 'en',
  products: [] as string[],
  services: [] as string[],
  message: 'Met at the fair.',
  urgent: true,
} as const;
const all = { state: 'all', sort: 'received', order: 'desc', limit: 25 } as const;

describe('a lead entered by hand', () => {
  it('is received, urgent for 72 hours, runs out in 14 days, and writes to nobody', async () => {
    const { ctx, mails, eventsOf } = await setting();
    const lead = await enterLead(ctx, entered);
    expect(lead).toMatchObject({
      state: 'received',
      type: 'sales-qualified',
      urgent: true,
      createdBy: expect.any(String),
      profileId: null,
    });
    expect(lead.expiresAt.getTime() - lead.receivedAt.getTime()).toBe(14 * dayMs);
    expect(lead.urgentUntil!.getTime() - lead.receivedAt.getTime()).toBe(3 * dayMs);
    expect(await mails()).toEqual([]);
    expect(await eventsOf()).toEqual(['lead.received']);
    expect((await getLead({ ...ctx, now: new Date(Date.now() + 3 * dayMs + 1000) }, lead.id)).urgent).toBe(false);
    expect((await getLead({ ...ctx, now: new Date(Date.now() + 14 * dayMs + 1000) }, lead.id)).state).toBe('expired');
  });

  it('is not told of what becomes of it: it has asked for nothing', async () => {
    const { ctx, mails } = await setting();
    const lead = await enterLead(ctx, entered);
    await declineLead(ctx, { leadId: lead.id, reason: 'Not for us.' });
    expect(await mails()).toEqual([]);
  });
});

describe('answering', () => {
  it('accepts with a deal, tells the customer, wins, and says who did what', async () => {
    const { ctx, partner, author, mails, eventsOf } = await setting();
    const colleague = await aPartnerUser(test.sql, partner, ['helpdesk-agent']);
    const { id, email } = await aLead(test.sql, partner, { language: 'ja' });
    const accepted = await acceptLead(ctx, { leadId: id, ...deal(), crmId: 'CRM-7', team: [colleague.id, colleague.id] });
    expect(accepted).toMatchObject({
      state: 'accepted',
      value: { amount: 1200.5, currency: 'EUR' },
      crmId: 'CRM-7',
      campaignId: null,
      answeredBy: author.name,
      team: [{ id: colleague.id, name: colleague.name }],
      actions: { accept: { allowed: false, reason: 'state', state: 'accepted' }, win: { allowed: true } },
    });
    expect(await mails()).toMatchObject([
      { kind: 'enquiry_answered_customer', recipient: email, language: 'ja', facts: { leadAnswer: 'accepted', userId: author.id } },
    ]);
    const won = await winLead(ctx, id);
    expect(won).toMatchObject({ state: 'won', closedBy: author.name, actions: { addCustomer: { allowed: true } } });
    expect(await eventsOf()).toEqual(['lead.accepted', 'mail.queued', 'lead.won']);
    const { timeline } = await getLead(ctx, id);
    expect(timeline.map(({ what, by }) => [what, by])).toEqual([
      ['lead.won', author.name],
      ['lead.accepted', author.name],
    ]);
  });

  it('declines with a reason that the customer is told', async () => {
    const { ctx, partner, mails } = await setting();
    const { id } = await aLead(test.sql, partner);
    expect(await declineLead(ctx, { leadId: id, reason: 'We work in Japan only.' })).toMatchObject({
      state: 'declined',
      reason: 'We work in Japan only.',
    });
    expect(await mails()).toMatchObject([{ kind: 'enquiry_answered_customer', facts: { leadAnswer: 'declined' } }]);
  });

  it('of two at once one wins, and the other is told what changed and by whom', async () => {
    const { partner, ctx, author } = await setting();
    const other = await aPartnerUser(test.sql, partner, ['admin-agent']);
    const { id } = await aLead(test.sql, partner);
    const answers = await Promise.all([
      outcomeOf(acceptLead(ctx, { leadId: id, ...deal() })),
      ...Array.from({ length: 5 }, () => outcomeOf(declineLead(aContext(test.api, partner, other), { leadId: id, reason: 'No.' }))),
    ]);
    expect(answers.filter((one) => one === 'done')).toHaveLength(1);
    expect(answers.filter((one) => one === 'illegal_transition')).toHaveLength(5);
    const [row] = await test.sql`select state from leads where id = ${id}`;
    const refused = await refusalOf(acceptLead(ctx, { leadId: id, ...deal() }));
    expect(refused.details).toMatchObject({
      thing: 'lead',
      state: row?.state,
      by: row?.state === 'accepted' ? author.name : other.name,
      at: expect.any(String),
    });
    expect(await test.sql`select 1 from deliveries where partner_id = ${partner.id}`).toHaveLength(1);
  });

  it('is not possible any more once it has run out, swept or not', async () => {
    const { ctx, partner, worker, mails } = await setting();
    const { id } = await aLead(test.sql, partner, { expiresAt: new Date(Date.now() - 1000) });
    expect((await refusalOf(acceptLead(ctx, { leadId: id, ...deal() }))).details).toMatchObject({ state: 'expired' });
    await Promise.all(Array.from({ length: 5 }, () => expireLead(worker(), id)));
    expect((await getLead(ctx, id)).state).toBe('expired');
    expect(await mails()).toMatchObject([{ kind: 'enquiry_answered_customer', facts: { leadAnswer: 'expired' } }]);
    expect(await outcomeOf(declineLead(ctx, { leadId: id, reason: 'Late.' }))).toBe('illegal_transition');
    expect(await mails()).toHaveLength(1);
  });

  it('names each field that breaks a rule, all at once', async () => {
    const { ctx, partner } = await setting();
    const stranger = await aPartnerUser(test.sql, await aPartner(test.sql));
    const { id } = await aLead(test.sql, partner);
    const wrong = { ...deal(), value: { amount: 1.5, currency: 'JPY' as const }, closeDate: '2001-01-01', team: [stranger.id] };
    expect((await refusalOf(acceptLead(ctx, { leadId: id, ...wrong }))).fields.map(({ path, rule }) => [path, rule])).toEqual([
      ['value.amount', 'currency_digits'],
      ['closeDate', 'date_past'],
      ['team.0', 'not_a_colleague'],
    ]);
    expect((await getLead(ctx, id)).state).toBe('received');
  });

  it('is for sellers: a helpdesk agent is told which role is missing; another partner’s lead is not there', async () => {
    const { partner } = await setting();
    const { id } = await aLead(test.sql, partner);
    const helpdesk = await setting(['helpdesk-agent']);
    for (const act of [
      () => leadBoard(helpdesk.ctx, {}),
      () => winLead(helpdesk.ctx, id),
      () => listLeads(helpdesk.ctx, all),
      () => leadFigures(helpdesk.ctx),
    ])
      expect(await refusalOf(act())).toMatchObject({
        code: 'forbidden',
        details: { needs: ['global-admin', 'admin-agent', 'sales-agent'] },
      });
    const stranger = await setting();
    for (const act of [
      () => getLead(stranger.ctx, id),
      () => acceptLead(stranger.ctx, { leadId: id, ...deal() }),
      () => declineLead(stranger.ctx, { leadId: id, reason: 'x' }),
      () => addLeadNote(stranger.ctx, { leadId: id, text: 'x' }),
      () => markLead(stranger.ctx, { leadId: id, favourite: true }),
    ])
      expect(await outcomeOf(act())).toBe('not_found');
    expect((await listLeads(stranger.ctx, all)).items).toEqual([]);
  });

  it('is off in the US Government cloud, which says so', async () => {
    const { ctx } = await setting(['global-admin'], { cloud: 'us-government', country: 'US' });
    for (const act of [() => leadBoard(ctx, {}), () => listLeads(ctx, all), () => enterLead(ctx, entered), () => leadFigures(ctx)])
      expect(await refusalOf(act())).toMatchObject({ code: 'feature_off', details: { feature: 'leads' } });
  });

  it('estimates a deal anew on the version that was seen, and loses it with a reason', async () => {
    const { ctx, partner, eventsOf } = await setting();
    const { id } = await aLead(test.sql, partner);
    const { version } = await acceptLead(ctx, { leadId: id, ...deal() });
    const changed = await changeDeal(ctx, { leadId: id, version, ...deal(), value: { amount: 9, currency: 'JPY' } });
    expect(changed).toMatchObject({ value: { amount: 9, currency: 'JPY' }, version: version + 1 });
    expect(await outcomeOf(changeDeal(ctx, { leadId: id, version, ...deal() }))).toBe('conflict');
    expect(await loseLead(ctx, { leadId: id, reason: 'Too dear.' })).toMatchObject({ state: 'lost', reason: 'Too dear.' });
    expect(await outcomeOf(changeDeal(ctx, { leadId: id, version: version + 2, ...deal() }))).toBe('illegal_transition');
    expect(await eventsOf()).toEqual(['lead.accepted', 'mail.queued', 'lead.changed', 'lead.lost']);
  });
});

describe('the board and the list', () => {
  it('show each state with its real count, urgent ones flagged, favourites of this person only', async () => {
    const { ctx, partner } = await setting();
    for (const state of ['received', 'accepted', 'won', 'lost', 'declined', 'expired'] as const)
      for (let n = 0; n < 3; n += 1) await aLead(test.sql, partner, { state, receivedAt: new Date(Date.now() - n * 1000) });
    const overdue = await aLead(test.sql, partner, { expiresAt: new Date(Date.now() - 1000) });
    const urgent = await aLead(test.sql, partner, { urgentUntil: new Date(Date.now() + 1000_000) });
    for (let n = 0; n < 30; n += 1) await aLead(test.sql, partner, { receivedAt: new Date(Date.now() - 10_000 - n * 1000) });
    await markLead(ctx, { leadId: urgent.id, favourite: true });
    await markLead(aContext(test.api, partner, await aPartnerUser(test.sql, partner)), { leadId: overdue.id, favourite: true });
    const { columns } = await leadBoard(ctx, {});
    expect(columns.map(({ state, count, items }) => [state, count, items.length])).toEqual([
      ['received', 34, 20],
      ['accepted', 3, 3],
      ['won', 3, 3],
      ['lost', 3, 3],
      ['declined', 3, 3],
      ['expired', 4, 4],
    ]);
    const received = columns[0]!;
    expect(received.items.find(({ id }) => id === urgent.id)).toMatchObject({ urgent: true, favourite: true });
    expect(columns[5]!.items.some(({ id, favourite }) => id === overdue.id && !favourite)).toBe(true);
    // The column goes on by the list, without gaps and doubles.
    const rest = await listLeads(ctx, { ...all, state: 'received', after: received.next!, limit: 100 });
    const ids = [...received.items, ...rest.items].map(({ id }) => id);
    expect([ids.length, new Set(ids).size, rest.next, rest.total.count]).toEqual([34, 34, null, 34]);
    // The same through the filters’ way.
    const mine = await leadBoard(ctx, { favourite: true });
    expect(mine.columns.flatMap(({ items }) => items.map(({ id }) => id))).toEqual([urgent.id]);
    expect((await leadBoard(ctx, { urgent: true })).columns[0]).toMatchObject({ count: 1 });
    const everything = await leadBoard(ctx, { type: 'customer-enquiry' });
    expect(everything).toEqual({ columns });
  });

  it('find by text, in Japanese too, whatever signs are in it', async () => {
    const { ctx, partner } = await setting();
    const tokyo = await aLead(test.sql, partner, {
      companyName: '東京クラウド株式会社',
      lastName: '佐藤',
      firstName: '花子',
      language: 'ja',
    });
    const percent = await aLead(test.sql, partner, { companyName: '100% Cloud_' });
    const find = async (search: string) => (await listLeads(ctx, { ...all, search })).items.map(({ id }) => id);
    for (const term of ['東京', '京', 'クラウド', '佐藤', '花子 佐藤', '佐藤 花子']) expect(await find(term), term).toEqual([tokyo.id]);
    for (const term of ['100%', '%', '_', 'CLOUD_', 'ou']) expect(await find(term), term).toEqual([percent.id]);
    expect(await find('nobody')).toEqual([]);
    expect((await listLeads(ctx, { ...all, search: tokyo.email })).items).toHaveLength(1);
  });

  it('page in every order without gaps or doubles, and refuse a cursor of another', async () => {
    const { ctx, partner } = await setting();
    for (let n = 0; n < 11; n += 1)
      await aLead(test.sql, partner, {
        companyName: n % 3 ? `Same ${n % 2}` : `長い名前${'あ'.repeat(190)}`,
        receivedAt: new Date(1_760_000_000_000 + (n % 4) * 1000),
        ...(n % 2 ? { state: 'accepted' as const, closeDate: `2027-01-0${1 + (n % 3)}` } : {}),
      });
    for (const sort of ['received', 'company', 'closing'] as const)
      for (const order of ['asc', 'desc'] as const) {
        const seen: string[] = [];
        let after: string | undefined;
        do {
          const page = await listLeads(ctx, { state: 'all', sort, order, limit: 3, after });
          seen.push(...page.items.map(({ id }) => id));
          expect(page.next?.length ?? 0).toBeLessThanOrEqual(500);
          after = page.next ?? undefined;
        } while (after);
        expect([seen.length, new Set(seen).size], `${sort} ${order}`).toEqual([11, 11]);
      }
    const { next } = await listLeads(ctx, { ...all, sort: 'company', limit: 1 });
    for (const after of [next!, 'x', 'WyJ4Il0'])
      expect(await outcomeOf(listLeads(ctx, { ...all, after })), after).toBe('validation_failed');
    expect(await outcomeOf(listLeads(ctx, { ...all, sort: 'closing', after: next! }))).toBe('validation_failed');
  });
});

describe('warnings', () => {
  it('go to who may act on leads, once for each warning, about all that are due', async () => {
    const { partner, worker, mails, eventsOf } = await setting();
    await aPartnerUser(test.sql, partner, ['helpdesk-agent']);
    const admin = await aPartnerUser(test.sql, partner, ['global-admin'], { language: 'ja' });
    const receivedAt = new Date('2026-05-10T12:00:00Z');
    const one = await aLead(test.sql, partner, { receivedAt });
    const two = await aLead(test.sql, partner, { receivedAt: new Date('2026-05-10T18:00:00Z') });
    const answered = await aLead(test.sql, partner, { receivedAt, state: 'declined' });
    const day3 = new Date('2026-05-21T00:00:00Z');
    await Promise.all([warnOfLeads(worker(day3)), warnOfLeads(worker(day3)), warnOfLeads(worker(day3))]);
    const sent = await mails();
    expect(sent).toHaveLength(2);
    expect(sent.map(({ language }) => language).sort()).toEqual(['en', 'ja']);
    expect(sent[0]?.facts.leadIds.sort()).toEqual([one.id, two.id].sort());
    expect(sent.some(({ recipient }) => recipient === admin.email)).toBe(true);
    expect(await warnOfLeads(worker(new Date('2026-05-22T12:00:00Z')))).toBe(0);
    expect(await warnOfLeads(worker(new Date('2026-05-23T00:00:01Z')))).toBe(2);
    expect(await warnOfLeads(worker(new Date('2026-05-23T12:00:01Z')))).toBe(0);
    expect((await eventsOf()).filter((type) => type === 'lead.warned')).toHaveLength(4);
    const [row] = await test.sql`select warn_at from leads where id = ${answered.id}`;
    expect(row?.warn_at).toBeNull();
  });

  it('never go to a hundred people: ten, sales agents first', async () => {
    const { partner, worker, mails } = await setting(['global-admin']);
    for (let n = 0; n < 12; n += 1) await aPartnerUser(test.sql, partner, ['global-admin']);
    const sellers = await Promise.all(Array.from({ length: 4 }, () => aPartnerUser(test.sql, partner, ['sales-agent'])));
    await aLead(test.sql, partner, { receivedAt: new Date('2026-05-10T12:00:00Z') });
    await warnOfLeads(worker(new Date('2026-05-21T00:00:00Z')));
    const recipients = (await mails()).map(({ recipient }) => recipient);
    expect(recipients).toHaveLength(10);
    for (const seller of sellers) expect(recipients).toContain(seller.email);
  });

  it('are not sent any more when somebody has answered meanwhile', async () => {
    const { ctx, partner, worker } = await setting();
    const { id } = await aLead(test.sql, partner, { warnAt: new Date(Date.now() - 1000), expiresAt: new Date(Date.now() + dayMs) });
    await warnOfLeads(worker());
    await declineLead(ctx, { leadId: id, reason: 'No.' });
    const [warning] = await test.sql`select id from deliveries where partner_id = ${partner.id} and kind = 'leads_expiring_partner'`;
    expect(await claimMails(worker(new Date(Date.now() + 5000)), [warning?.id])).toEqual([]);
  });
});

describe('a won lead', () => {
  const order = (n: number) => ({
    companyName: 'Contoso',
    domainPrefix: `wonlead${process.pid}${n}${Date.now().toString(36)}`,
    country: 'JP',
    address: { line1: '1-1 Marunouchi', city: 'Chiyoda', state: '13', postalCode: '100-0005' },
    contact: { firstName: 'Megan', lastName: 'Bowen', email: 'megan@contoso.example' },
    language: 'en' as const,
    agreement: { by: 'customer' as const },
    subscriptions: [],
  });

  it('becomes a customer: the lead shows it, and it shows the lead', async () => {
    const { ctx, partner, eventsOf } = await setting();
    const { id } = await aLead(test.sql, partner, { state: 'won' });
    const operation = await addCustomer(ctx, { ...order(1), leadId: id });
    await runAsWorker(test.worker, partner, operation.id);
    const lead = await getLead(ctx, id);
    expect(lead.customer).toMatchObject({ companyName: 'Contoso' });
    expect(lead.actions.addCustomer).toMatchObject({ allowed: false, state: 'has_customer' });
    expect((await leadOfCustomer(ctx, lead.customer!.id)).lead).toMatchObject({ id });
    expect(await eventsOf()).toContain('lead.customer_added');
    expect(await outcomeOf(addCustomer(ctx, { ...order(2), leadId: id }))).toBe('illegal_transition');
  });

  it('becomes a request for a relationship, and in the end the customer of it', async () => {
    const { ctx, partner } = await setting();
    const { id } = await aLead(test.sql, partner, { state: 'won' });
    const ask = {
      email: `w-${Math.random()}@contoso.example`,
      companyName: 'Contoso',
      language: 'en',
      delegatedAdmin: false,
      message: '{link}',
      sendMail: true,
    } as const;
    const invitation = await createInvitation(ctx, links, { ...ask, leadId: id });
    expect(await getLead(ctx, id)).toMatchObject({ invitation: { id: invitation.id, state: 'pending' }, customer: null });
    expect(await outcomeOf(createInvitation(ctx, links, { ...ask, email: `v-${Math.random()}@contoso.example`, leadId: id }))).toBe(
      'illegal_transition',
    );
    const customer = await aCustomer(test.sql, partner);
    await test.sql`update invitations set state = 'accepted', customer_id = ${customer.id} where id = ${invitation.id}`;
    expect(await getLead(ctx, id)).toMatchObject({ customer: { id: customer.id } });
    expect((await leadOfCustomer(ctx, customer.id)).lead?.id).toBe(id);
  });

  it('is what it takes: of any other state, or of another partner, nothing is made', async () => {
    const { ctx, partner } = await setting();
    const { id } = await aLead(test.sql, partner);
    expect(await outcomeOf(addCustomer(ctx, { ...order(3), leadId: id }))).toBe('illegal_transition');
    const { id: foreign } = await aLead(test.sql, await aPartner(test.sql), { state: 'won' });
    expect(await outcomeOf(addCustomer(ctx, { ...order(4), leadId: foreign }))).toBe('not_found');
    const invitation = {
      email: `u-${Math.random()}@contoso.example`,
      companyName: 'C',
      language: 'en',
      delegatedAdmin: false,
      message: '{link}',
      sendMail: true,
    } as const;
    expect(await outcomeOf(createInvitation(ctx, links, { ...invitation, leadId: foreign }))).toBe('not_found');
    expect(await test.sql`select 1 from invitations where email = ${invitation.email}`).toHaveLength(0);
    expect((await leadOfCustomer(ctx, (await aCustomer(test.sql, partner)).id)).lead).toBeNull();
    const other = await setting();
    expect(await outcomeOf(leadOfCustomer(other.ctx, (await aCustomer(test.sql, partner)).id))).toBe('not_found');
  });
});

describe('the figures', () => {
  it('are honest about nothing', async () => {
    const { ctx } = await setting();
    const figures = await leadFigures(ctx);
    expect(figures).toMatchObject({ medianHours: null, pipeline: [], isPartial: false });
    expect(figures.months).toHaveLength(12);
    expect(figures.months.every(({ received, medianHours, won }) => received === 0 && medianHours === null && won === 0)).toBe(true);
  });

  it('come from the rows: the median, what was won and lost, and each currency by itself', async () => {
    const { ctx: base, partner } = await setting();
    const ctx = { ...base, now: new Date('2026-05-20T12:00:00Z') };
    const receivedAt = new Date('2026-05-01T00:00:00Z');
    const after = (hours: number) => new Date(receivedAt.getTime() + hours * 3_600_000);
    for (const hours of [1, 3, 50])
      await aLead(test.sql, partner, {
        state: 'accepted',
        receivedAt,
        answeredAt: after(hours),
        amount: 100,
        currency: 'USD',
        closeDate: '2026-05-31',
      });
    await aLead(test.sql, partner, {
      state: 'accepted',
      receivedAt,
      answeredAt: after(3),
      amount: 5000,
      currency: 'JPY',
      closeDate: '2026-05-01',
    });
    await aLead(test.sql, partner, {
      state: 'accepted',
      receivedAt,
      answeredAt: after(3),
      amount: 7,
      currency: 'JPY',
      closeDate: '2026-08-01',
    });
    await aLead(test.sql, partner, { state: 'won', receivedAt, answeredAt: after(2), closedAt: new Date('2026-05-10T00:00:00Z') });
    await aLead(test.sql, partner, { state: 'lost', receivedAt, answeredAt: after(4), closedAt: new Date('2026-05-10T00:00:00Z') });
    await aLead(test.sql, partner, { state: 'expired', receivedAt });
    await aLead(test.sql, await aPartner(test.sql), { state: 'won', receivedAt });
    const figures = await leadFigures(ctx);
    expect(figures.medianHours).toBe(3);
    expect(figures.months.at(-1)).toEqual({ month: '2026-05', received: 8, answered: 7, overdue: 1, medianHours: 3, won: 1, lost: 1 });
    expect(figures.months[0]?.month).toBe('2025-06');
    expect(figures.pipeline).toEqual([
      { currency: 'USD', deals: 3, overdue: 0, thisMonth: 300, nextMonth: 0, later: 0 },
      { currency: 'JPY', deals: 2, overdue: 5000, thisMonth: 0, nextMonth: 0, later: 7 },
    ]);
  });
});

import {
  aContext,
  aCustomer,
  aDelivery,
  aFigure,
  aHandOver,
  aLead,
  anApiKey,
  anInvitation,
  anOperation,
  anOrder,
  aPartner,
  aPartnership,
  aPartnerUser,
  aPlannedEnd,
  aProviderRequest,
  aUser,
  useTestDatabase,
} from '@clientele/db/testing';
import { type AttentionName, attentionNames, type Cloud, type InvitationNeed, type Role } from '@clientele/domain';
import { describe, expect, it } from 'vitest';
import { listInvitations } from '../invitations/list.ts';
import { links } from '../testing/acts.ts';
import { getOverview } from './overview.ts';

const test = useTestDatabase();
const day = 86_400_000;
const inDays = (days: number) => new Date(Date.now() + days * day);
const isoDay = (days = 0) => inDays(days).toISOString().slice(0, 10);

async function setting({ roles = ['global-admin'] as Role[], cloud = 'public' as Cloud } = {}) {
  const partner = await aPartner(test.sql, { cloud, type: cloud === 'public' ? 'indirect-provider' : 'direct-partner' });
  const author = await aPartnerUser(test.sql, partner, roles);
  const ctx = aContext(test.api, partner, author);
  const see = (period: '90-days' | '12-months' = '90-days') => getOverview(ctx, { period });
  const lines = async () =>
    Object.fromEntries((await see()).attention.map(({ kind, count, lines }) => [kind, [count, ...lines.map(({ subject }) => subject)]]));
  return { partner, author, ctx, see, lines };
}
type Setting = Awaited<ReturnType<typeof setting>>;

/** One thing of each kind that needs somebody. */
async function furnish({ partner, author }: Setting) {
  const other = await aPartnerUser(test.sql, partner);
  await anOperation(test.sql, partner, author, { state: 'failed', subject: 'Halted' });
  await anOperation(test.sql, partner, author, { state: 'paused', subject: 'Waiting', kind: 'customers-tag' });
  const customer = (companyName: string, more = {}) => aCustomer(test.sql, partner, { companyName, delegatedAdminUntil: null, ...more });
  await aPlannedEnd(test.sql, await customer('Asked for'), other, { state: 'awaiting-approval' });
  await aPlannedEnd(test.sql, await customer('Held up'), author, { state: 'waiting', heldUpAt: new Date() });
  await customer('Ends soon', { delegatedAdminUntil: inDays(5) });
  const invite = (companyName: string, more = {}) => anInvitation(test.sql, partner, author, { companyName, ...more });
  await aHandOver(test.sql, await invite('Not me'));
  const returned = await invite('Came back', { createdAt: inDays(-9) });
  await aDelivery(test.sql, partner, { invitationId: returned.id, state: 'bounced' });
  await invite('Runs out', { expiresAt: inDays(2), createdAt: inDays(-12) });
  await invite('Silent', { createdAt: inDays(-8) });
  const buyer = await aUser(test.sql, { name: 'Buyer' });
  await anOrder(test.sql, await customer('Orders'), buyer);
  await anOrder(test.sql, await customer('Ordered'), buyer, { state: 'placed' });
  await anOrder(test.sql, await customer('Lapsed'), buyer, { lapsesAt: inDays(-1) });
  await aLead(test.sql, partner, { companyName: 'Urgent', urgentUntil: inDays(2) });
  await aLead(test.sql, partner, { companyName: 'Leaves', receivedAt: inDays(-12), expiresAt: inDays(2) });
  await aLead(test.sql, partner, { companyName: 'Fresh' });
  await aLead(test.sql, partner, { companyName: 'Too late', receivedAt: inDays(-15), expiresAt: inDays(-1) });
  await aLead(test.sql, partner, { companyName: 'Taken', state: 'accepted', expiresAt: inDays(1), urgentUntil: inDays(1) });
  await anApiKey(test.sql, partner, author, { name: 'Billing', expiresAt: inDays(3) });
  if (partner.type === 'indirect-provider') {
    const reseller = await aPartner(test.sql, { type: 'indirect-reseller' });
    const partnership = await aPartnership(test.sql, partner, reseller);
    const asking = await aPartnerUser(test.sql, reseller);
    await aProviderRequest(test.sql, partnership, await customer('Asks'), asking, { kind: 'end' });
    await aProviderRequest(test.sql, partnership, await customer('Answered'), asking, { state: 'declined' });
  }
  // Nothing that needs anybody: answered, new, under way, long, asked already.
  await invite('New');
  await invite('Over', { expiresAt: inDays(-1), createdAt: inDays(-20) });
  await invite('Declined', { state: 'declined', createdAt: inDays(-8) });
  await anOperation(test.sql, partner, author, { state: 'running' });
  await customer('Ends later', { delegatedAdminUntil: inDays(50) });
  const asked = await customer('Asked for more', { delegatedAdminUntil: inDays(5) });
  await invite('Asked for more', { customerId: asked.id, purpose: 'delegated-admin' });
  await aPlannedEnd(test.sql, await customer('My own'), author, { state: 'awaiting-approval' });
  await anApiKey(test.sql, partner, author, { expiresAt: inDays(3), revokedAt: new Date() });
}

const everything = {
  'operation-failed': [1, 'Halted'],
  'operation-paused': [1, 'Waiting'],
  'end-approval': [1, 'Asked for'],
  'end-held-up': [1, 'Held up'],
  'hand-over': [1, 'Not me'],
  'order-waiting': [1, 'Orders'],
  'provider-request': [1, 'Asks'],
  'lead-urgent': [1, 'Urgent'],
  'lead-running-out': [1, 'Leaves'],
  'mail-undelivered': [1, 'Came back'],
  'delegated-admin-ending': [1, 'Ends soon'],
  'invitation-running-out': [1, 'Runs out'],
  'invitation-unanswered': [1, 'Silent'],
  'api-key-ending': [1, 'Billing'],
} satisfies Record<AttentionName, (number | string)[]>;

describe('what needs somebody', () => {
  it('is each thing once, by what it waits for, in the order of urgency, and nothing that waits for nobody', async () => {
    const mine = await setting();
    await furnish(mine);
    const { attention, counts } = await mine.see();
    expect(attention.map(({ kind }) => kind)).toEqual(attentionNames);
    expect(await mine.lines()).toEqual(everything);
    expect(attention.flatMap(({ lines }) => lines.map(({ act }) => act.allowed))).toEqual(attentionNames.map(() => true));
    expect(attention.find(({ kind }) => kind === 'end-approval')?.lines[0]).toMatchObject({ who: expect.stringContaining('Person') });
    expect(counts).toMatchObject({ pending: { count: 6, isMore: false }, ending: { count: 0 }, running: { count: 1 } });
  });

  it('is nothing of another partner, and nothing in an empty house', async () => {
    await furnish(await setting());
    const { see } = await setting();
    expect(await see()).toMatchObject({ attention: [], counts: { customers: 0, pending: { count: 0 } } });
  });

  it('is shown without the act, and with the role that it needs, to who may not do it; what a role may not see is not there', async () => {
    const admin = await setting();
    await furnish(admin);
    const { partner } = admin;
    const helpdesk = await aPartnerUser(test.sql, partner, ['helpdesk-agent']);
    const { attention } = await getOverview(aContext(test.api, partner, helpdesk), { period: '90-days' });
    const acts = Object.fromEntries(attention.map(({ kind, lines }) => [kind, lines[0]?.act]));
    for (const kind of ['api-key-ending', 'lead-urgent', 'lead-running-out']) expect(acts).not.toHaveProperty(kind);
    expect(acts['order-waiting']).toMatchObject({ needs: ['global-admin', 'admin-agent'] });
    expect(acts['provider-request']).toMatchObject({ allowed: false, needs: ['global-admin'] });
    expect(acts['end-approval']).toEqual({ allowed: false, reason: 'role', needs: ['global-admin'], grantedBy: 'global-admin' });
    const sellers = { allowed: false, reason: 'role', needs: ['global-admin', 'admin-agent', 'sales-agent'], grantedBy: 'global-admin' };
    for (const kind of ['operation-failed', 'hand-over', 'mail-undelivered', 'invitation-running-out', 'end-held-up'])
      expect(acts[kind], kind).toEqual(sellers);
    expect(acts['delegated-admin-ending']).toMatchObject({ needs: ['global-admin', 'admin-agent'] });
    expect(acts['operation-paused']).toEqual({ allowed: true });
  });

  it('is the first three of many, the most urgent of them, counted to a few hundred', async () => {
    const { partner, author, lines, see } = await setting();
    for (let n = 1; n <= 5; n += 1) await anInvitation(test.sql, partner, author, { companyName: `Waits ${n}`, createdAt: inDays(-7 - n) });
    expect(await lines()).toEqual({ 'invitation-unanswered': [5, 'Waits 5', 'Waits 4', 'Waits 3'] });
    await test.sql`
      insert into invitations (id, partner_id, purpose, email, company_name, language, delegated_admin, message, state, expires_at, created_by, created_at)
      select gen_random_uuid(), ${partner.id}, 'relationship', 'many-' || n || '@many.example', 'Many', 'en', false, '{link}', 'pending', now() + interval '6 days', ${author.id}, now() - interval '8 days'
      from generate_series(1, 1200) n`;
    const { attention, counted, counts } = await see();
    expect(attention.map(({ kind, count }) => [kind, count])).toEqual([['invitation-unanswered', counted]]);
    expect(counts.pending).toEqual({ count: 1205, isMore: false });
  });

  it('is found in the list of invitations by the same word, exactly as many and the same ones', async () => {
    const mine = await setting();
    await furnish(mine);
    const kinds: [AttentionName, InvitationNeed][] = [
      ['hand-over', 'hand-over'],
      ['mail-undelivered', 'undelivered'],
      ['invitation-running-out', 'running-out'],
      ['invitation-unanswered', 'unanswered'],
    ];
    for (const [kind, needs] of kinds) {
      const { items, total } = await listInvitations(mine.ctx, links, { state: 'all', needs, limit: 25 });
      expect([total.count, ...items.map(({ companyName }) => companyName)], kind).toEqual(everything[kind]);
    }
  });

  it('of a mail goes by the newest one: sent again and arrived, it needs nobody', async () => {
    const { partner, author, lines } = await setting();
    const { id: invitationId } = await anInvitation(test.sql, partner, author, { companyName: 'Again' });
    const returned = await aDelivery(test.sql, partner, { invitationId, state: 'bounced' });
    await test.sql`update deliveries set queued_at = ${inDays(-1)} where id = ${returned.id}`;
    expect(await lines()).toEqual({ 'mail-undelivered': [1, 'Again'] });
    await aDelivery(test.sql, partner, { invitationId, state: 'sent' });
    expect(await lines()).toEqual({});
  });
});

describe('the figures', () => {
  it('are added up and what waits together, by day or by week, with as many customers as there are', async () => {
    const { partner, see } = await setting();
    await aFigure(test.sql, partner, { name: 'customers', day: isoDay(-200), value: 40 });
    await aFigure(test.sql, partner, { name: 'customers', day: isoDay(-10), value: 5 });
    await aFigure(test.sql, partner, { name: 'operations.failed', day: isoDay(), value: 2 });
    await aFigure(test.sql, partner, { name: 'invitations.sent', day: isoDay(-89), value: 8 });
    await aFigure(test.sql, partner, { name: 'invitations.sent', day: isoDay(-90), value: 100 });
    await aFigure(test.sql, partner, { name: 'answers.4h', day: isoDay(-1), value: 4 });
    await test.sql`insert into figure_changes (partner_id, name, day, value) values (${partner.id}, 'customers', ${isoDay()}, -3), (${partner.id}, 'operations.failed', ${isoDay()}, 1)`;
    const { counts, charts } = await see();
    expect(counts.customers).toBe(42);
    expect(charts.customers?.map(({ value }) => value)).toEqual([...Array(79).fill(40), ...Array(10).fill(45), 42]);
    expect(charts.operations.at(-1)).toEqual({ from: isoDay(), to: isoDay(), succeeded: 0, failed: 3 });
    expect(charts.funnel).toEqual({ sent: 8, delivered: 0, opened: 0, accepted: 0 });
    expect(charts.answers).toMatchObject({ medianHours: 2.5, weeks: expect.objectContaining({ length: 13 }) });
    expect(charts.answers.weeks.at(-1)).toMatchObject({ count: 4, medianHours: 2.5 });
    const year = (await see('12-months')).charts;
    expect(year.customers).toHaveLength(52);
    expect(year.customers?.at(-1)?.value).toBe(42);
    expect(year.funnel.sent).toBe(108);
  });

  it('of customers are not there in a cloud without them, and all else is', async () => {
    const { partner, see } = await setting({ cloud: 'us-government' });
    await aFigure(test.sql, partner, { name: 'customers', day: isoDay(-3), value: 7 });
    const { counts, charts } = await see();
    expect(counts.customers).toBe(7);
    expect(charts.customers).toBeNull();
    expect(charts.operations).toHaveLength(90);
  });
});

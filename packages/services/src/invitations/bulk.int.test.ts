import { aContext, aCustomer, anInvitation, aPartner, aPartnerUser, aSuppression, useTestDatabase } from '@clientele/db/testing';
import type { InvitationLimits, Role } from '@clientele/domain';
import { describe, expect, it } from 'vitest';
import { startBulk } from '../customers/bulk.ts';
import { retryOperation } from '../operations/control.ts';
import { getOperation } from '../operations/list.ts';
import { listOperationRows } from '../operations/results.ts';
import { refusalOf, runAsWorker } from '../testing/acts.ts';
import { type ListedRecipient, type RequestToMany, sendInvitations } from './bulk.ts';

const test = useTestDatabase();
const request: RequestToMany = {
  delegatedAdmin: true,
  messages: { en: 'Dear {recipient} of {company},\n\n{link}', ja: '{company} {recipient} 様\n\n{link}' },
};

async function setting({ limits = {}, cloud = 'public' as const, roles = ['global-admin'] as Role[] } = {}) {
  const partner = await aPartner(test.sql, { cloud });
  const user = await aPartnerUser(test.sql, partner, roles);
  const limit = (given: Partial<InvitationLimits>) =>
    test.sql`insert into partner_settings values (${partner.id}, ${test.sql.json({ invitationLimits: given })}, 1, ${user.id}, now())
      on conflict (partner_id) do update set settings = excluded.settings`;
  await limit(limits);
  const now = () => aContext(test.api, partner, user);
  const run = async ({ id }: { id: string }) => {
    await runAsWorker(test.worker, partner, id);
    return getOperation(now(), id);
  };
  const rows = async (operationId: string) =>
    (await listOperationRows(now(), { operationId, state: 'all', limit: 100 })).items.map(({ label, state, outcome, failures }) => [
      label,
      state,
      outcome ?? failures?.[0]?.code,
    ]);
  return { partner, user, now, run, rows, limit };
}
const invitationsOf = (partner: { id: string }) =>
  test.sql`select email, message, language, customer_id, delegated_admin from invitations where partner_id = ${partner.id} order by email`;

describe('asking a selection of customers', () => {
  it('asks each that there is no relationship with at its contact, in its language, and says of every other why not', async () => {
    const { partner, user, now, run, rows } = await setting();
    const contact = (email: string, firstName = 'Emma', lastName = 'Clark') => ({ firstName, lastName, email });
    const none = (companyName: string, more: object) => aCustomer(test.sql, partner, { companyName, relationship: 'none', ...more });
    const english = await none('A English', { contact: contact('en@a.example') });
    const japanese = await none('B 朝日', { contact: contact('ja@b.example', '', ''), language: 'ja' });
    await none('C Silent', { contact: contact('') });
    const gone = await aSuppression(test.sql, partner, { email: 'gone@d.example' });
    await none('D Gone', { contact: contact(gone.email) });
    const open = await none('E Open', { contact: contact('open@e.example') });
    await anInvitation(test.sql, partner, user, { email: 'Open@E.example', customerId: open.id });
    await aCustomer(test.sql, partner, { companyName: 'F Live', relationship: 'active' });
    await aCustomer(test.sql, partner, { companyName: 'G Former', relationship: 'ended' });
    await aCustomer(test.sql, partner, { companyName: 'H Asked', relationship: 'requested' });
    const operation = await run(
      await startBulk(now(), {
        action: 'invite',
        ...request,
        days: 30,
        selection: { filters: { relationship: 'all', sort: 'company', order: 'asc' } },
      }),
    );
    expect(operation).toMatchObject({ kind: 'customers-invite', state: 'failed', progress: { done: 2, failed: 3, skipped: 3, total: 8 } });
    expect(await rows(operation.id)).toEqual([
      ['A English', 'done', 'asked'],
      ['B 朝日', 'done', 'asked'],
      ['C Silent', 'failed', 'no_contact'],
      ['D Gone', 'failed', 'address_bounced'],
      ['E Open', 'skipped', 'already_asked'],
      ['F Live', 'skipped', 'already_customer'],
      ['G Former', 'failed', 'relationship'],
      ['H Asked', 'skipped', 'already_asked'],
    ]);
    expect((await invitationsOf(partner)).filter(({ email }) => email !== 'Open@E.example')).toEqual([
      {
        email: 'en@a.example',
        message: 'Dear Emma Clark of A English,\n\n{link}',
        language: 'en',
        customer_id: english.id,
        delegated_admin: true,
      },
      { email: 'ja@b.example', message: 'B 朝日 ご担当者 様\n\n{link}', language: 'ja', customer_id: japanese.id, delegated_admin: true },
    ]);
    const states = await test.sql`select relationship, version from customers where id in (${english.id}, ${japanese.id})`;
    expect(states).toEqual([
      { relationship: 'requested', version: 2 },
      { relationship: 'requested', version: 2 },
    ]);
    const mails = await test.sql`select kind, state from deliveries where partner_id = ${partner.id}`;
    expect(mails).toEqual([
      { kind: 'invitation', state: 'queued' },
      { kind: 'invitation', state: 'queued' },
    ]);
    const events =
      await test.sql`select type, count(*)::int as count from events where partner_id = ${partner.id} and type like any(array['relationship.%', 'invitation.%', 'mail.%']) group by 1 order by 1`;
    expect(events).toEqual([
      { type: 'invitation.created', count: 2 },
      { type: 'mail.queued', count: 2 },
      { type: 'relationship.requested', count: 2 },
    ]);
  });

  it('stops at the partner’s limit, tells the figure at each row, and goes on with those alone when it is tried again', async () => {
    const { partner, now, run, limit } = await setting({ limits: { open: 2 } });
    for (const name of ['A', 'B', 'C', 'D'])
      await aCustomer(test.sql, partner, {
        companyName: name,
        relationship: 'none',
        contact: { firstName: name, lastName: '', email: `${name}@limited.example` },
      });
    const selection = { filters: { relationship: 'none', sort: 'company', order: 'asc' } } as const;
    const operation = await run(await startBulk(now(), { action: 'invite', ...request, selection }));
    expect(operation.progress).toEqual({ done: 2, failed: 2, skipped: 0, total: 4 });
    const { items } = await listOperationRows(now(), { operationId: operation.id, state: 'failed', limit: 10 });
    expect(items[0]?.failures).toEqual([{ code: 'limit_reached', params: { limit: 'open', most: 2, now: 2 } }]);
    await limit({ open: 10 });
    expect(await run(await retryOperation(now(), operation.id))).toMatchObject({
      state: 'succeeded',
      progress: { done: 4, failed: 0, skipped: 0, total: 4 },
    });
    expect(await invitationsOf(partner)).toHaveLength(4);
  });

  it('asks each once, though two workers and two people do it at the same moment', async () => {
    const { partner, now, run } = await setting();
    for (let index = 0; index < 30; index += 1)
      await aCustomer(test.sql, partner, {
        relationship: 'none',
        contact: { firstName: 'X', lastName: '', email: `x${index}@twice.example` },
      });
    const selection = { filters: { relationship: 'none', sort: 'company', order: 'asc' } } as const;
    const orders = await Promise.all([1, 2].map(() => startBulk(now(), { action: 'invite', ...request, selection })));
    const done = await Promise.all(orders.flatMap((order) => [run(order), run(order)]));
    expect(await invitationsOf(partner)).toHaveLength(30);
    expect(done.filter(({ state }) => state === 'failed')).toEqual([]);
  });

  it('is refused to who may not ask for delegated admin, and where a cloud leaves no choice', async () => {
    const selection = { ids: [] };
    const sales = await setting({ roles: ['sales-agent'] });
    expect(await refusalOf(startBulk(sales.now(), { action: 'invite', ...request, selection }))).toMatchObject({ code: 'forbidden' });
    const helpdesk = await setting({ roles: ['helpdesk-agent'] });
    expect(await refusalOf(startBulk(helpdesk.now(), { action: 'invite', ...request, delegatedAdmin: false, selection }))).toMatchObject({
      code: 'forbidden',
    });
    const government = await setting({ cloud: 'us-government' as 'public' });
    expect(
      (await refusalOf(startBulk(government.now(), { action: 'invite', ...request, delegatedAdmin: false, selection }))).fields,
    ).toMatchObject([{ path: 'delegatedAdmin', rule: 'always_delegated_admin' }]);
  });
});

describe('inviting a list', () => {
  const to = (name: string, more: Partial<ListedRecipient> = {}): ListedRecipient => ({
    ...{ email: `${name.toLowerCase()}@list.example`, companyName: name, language: 'en' },
    ...more,
  });

  it('invites each, asks those that are known without a relationship at their very row, and leaves customers alone', async () => {
    const { partner, now, run, rows } = await setting();
    const known = await aCustomer(test.sql, partner, { relationship: 'none', domain: 'known.example' });
    await aCustomer(test.sql, partner, { relationship: 'active', domain: 'live.example' });
    await aCustomer(test.sql, partner, { relationship: 'requested', domain: 'asked.example' });
    const former = await aCustomer(test.sql, partner, { relationship: 'ended', domain: 'former.example' });
    const other = await aPartner(test.sql);
    await aCustomer(test.sql, other, { relationship: 'active', domain: 'elsewhere.example' });
    const operation = await run(
      await sendInvitations(now(), {
        ...request,
        recipients: [
          to('New', { recipientName: 'Noa Lind' }),
          to('Known', { domain: 'Known.example.' }),
          to('Live', { domain: 'live.example' }),
          to('Asked', { domain: 'asked.example' }),
          to('Former', { domain: 'former.example' }),
          to('Elsewhere', { domain: 'elsewhere.example' }),
          to('Alike', { domain: 'mіcrosoft.example' }),
          to('Again', { email: 'NEW@list.example' }),
        ],
      }),
    );
    expect(await rows(operation.id)).toEqual([
      ['New', 'done', 'asked'],
      ['Known', 'done', 'asked'],
      ['Live', 'skipped', 'already_customer'],
      ['Asked', 'skipped', 'already_asked'],
      ['Former', 'done', 'asked'],
      ['Elsewhere', 'done', 'asked'],
      ['Alike', 'failed', 'domain_lookalike'],
      ['Again', 'skipped', 'already_asked'],
    ]);
    const made = Object.fromEntries(
      (await invitationsOf(partner)).map(({ email, message, customer_id }) => [email, [message, customer_id]]),
    );
    expect(made['new@list.example']).toEqual(['Dear Noa Lind of New,\n\n{link}', null]);
    expect(made['known@list.example']?.[1]).toBe(known.id);
    expect(made['former@list.example']?.[1]).toBeNull();
    const relationships = await test.sql`select id, relationship from customers where id in (${known.id}, ${former.id})`;
    expect(Object.fromEntries(relationships.map(({ id, relationship }) => [id, relationship]))).toEqual({
      [known.id]: 'requested',
      [former.id]: 'ended',
    });
  });

  it('does 1,000 in several chunks, and nobody again when the same list comes twice', async () => {
    const { partner, now, run } = await setting();
    const recipients = Array.from({ length: 1000 }, (_, index) => to(`Many ${index}`, { email: `many-${index}@list.example` }));
    expect(await run(await sendInvitations(now(), { ...request, recipients }))).toMatchObject({
      state: 'succeeded',
      progress: { done: 1000, failed: 0, skipped: 0, total: 1000 },
    });
    expect(await run(await sendInvitations(now(), { ...request, recipients }))).toMatchObject({ progress: { done: 0, skipped: 1000 } });
    expect(await invitationsOf(partner)).toHaveLength(1000);
  });
});

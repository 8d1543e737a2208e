import { aContext, aCustomer, aDelivery, anInvitation, aPartner, aPartnerUser, aSuppression, useTestDatabase } from '@clientele/db/testing';
import type { Role } from '@clientele/domain';
import { describe, expect, it } from 'vitest';
import { claimMails } from '../deliveries/send.ts';
import { resendInvitation } from '../invitations/change.ts';
import { createInvitation } from '../invitations/create.ts';
import { links, outcomeOf, refusalOf, visit } from '../testing/acts.ts';
import { liftSuppression, listSuppressions } from './list.ts';
import { openUnsubscribe, subscribeAgain, unsubscribe } from './unsubscribe.ts';

const test = useTestDatabase();

async function setting(roles: Role[] = ['global-admin']) {
  const partner = await aPartner(test.sql, { name: 'Northbridge' });
  const author = await aPartnerUser(test.sql, partner, roles);
  const ctx = aContext(test.api, partner, author);
  return { partner, author, ctx, list: (more: object = {}) => listSuppressions(ctx, { reason: 'all', limit: 25, ...more }) };
}
const tokenOf = (delivery: { id: string }) => links.unsubscribe.linkOf(delivery.id).split('/u/')[1] as string;
const suppressionsOf = (partner: { id: string }) =>
  test.sql`select email, reason from suppressions where partner_id = ${partner.id} order by email`;

async function invited() {
  const things = await setting();
  const { partner, author } = things;
  const email = `Megan-${Math.random()}@contoso.example`;
  const invitation = await anInvitation(test.sql, partner, author, {
    email,
    language: 'ja',
    nextReminderAt: new Date(Date.now() + 86_400_000),
  });
  const mail = await aDelivery(test.sql, partner, { invitationId: invitation.id, recipient: email, state: 'sent' });
  return { ...things, invitation, mail, email, token: tokenOf(mail), base: visit(test.api) };
}

describe('the link to unsubscribe', () => {
  it('shows whose mails they are, as often as anybody looks, and changes nothing', async () => {
    const { token, base, email, partner } = await invited();
    for (let look = 0; look < 3; look += 1)
      expect(await openUnsubscribe(base, links, token)).toEqual({
        partnerName: 'Northbridge',
        email,
        language: 'en',
        isUnsubscribed: false,
      });
    expect(await suppressionsOf(partner)).toEqual([]);
  });

  it('stops mails and reminders at once, and the partner sees that in the timeline', async () => {
    const { token, base, email, partner, invitation, mail } = await invited();
    await unsubscribe(base, links, token);
    expect(await openUnsubscribe(base, links, token)).toMatchObject({ isUnsubscribed: true });
    expect(await suppressionsOf(partner)).toEqual([{ email: email.toLowerCase(), reason: 'unsubscribed' }]);
    const [row] = await test.sql`select state, next_reminder_at from invitations where id = ${invitation.id}`;
    expect(row).toEqual({ state: 'pending', next_reminder_at: null });
    const events = await test.sql`select type, invitation_id, actor_kind, data from events where partner_id = ${partner.id}`;
    expect(events).toEqual([
      {
        type: 'mail.suppressed',
        invitation_id: invitation.id,
        actor_kind: 'customer',
        data: { because: 'unsubscribed', deliveryId: mail.id },
      },
    ]);
  });

  it('counts once, also when a mail program and a person press at the same moment', async () => {
    const { token, base, partner } = await invited();
    await Promise.all(Array.from({ length: 10 }, () => unsubscribe(base, links, token)));
    expect(await suppressionsOf(partner)).toHaveLength(1);
    expect(await test.sql`select 1 from events where partner_id = ${partner.id}`).toHaveLength(1);
  });

  it('outweighs a bounce, and is taken back by its owner only', async () => {
    const { token, base, email, partner, ctx } = await invited();
    await aSuppression(test.sql, partner, { email: email.toLowerCase(), reason: 'bounced' });
    await unsubscribe(base, links, token);
    expect(await refusalOf(liftSuppression(ctx, email))).toMatchObject({ code: 'illegal_transition', details: { state: 'unsubscribed' } });
    await subscribeAgain(base, links, token);
    expect(await suppressionsOf(partner)).toEqual([]);
    await subscribeAgain(base, links, token);
    const events = await test.sql`select type from events where partner_id = ${partner.id} order by id`;
    expect(events.map(({ type }) => type)).toEqual(['mail.suppressed', 'mail.suppression_lifted']);
  });

  it('that is forged, cut, of another kind or of no mail leads nowhere', async () => {
    const { token, base, invitation, partner } = await invited();
    const foreign = links.linkOf({ id: invitation.id, tokenVersion: 1 }).split('/i/')[1] as string;
    for (const bad of [
      '',
      'x',
      token.slice(0, -1),
      `${token}A`,
      token.toLowerCase(),
      foreign,
      tokenOf({ id: '0190a000-0000-7000-8000-000000000000' }),
    ])
      for (const act of [openUnsubscribe, unsubscribe, subscribeAgain])
        expect(await outcomeOf(act(base, links, bad) as Promise<unknown>)).toBe('link_invalid');
    expect(await suppressionsOf(partner)).toEqual([]);
  });

  it('concerns one partner: another one still may write', async () => {
    const { token, base, email } = await invited();
    await unsubscribe(base, links, token);
    const other = await setting();
    const order = { email, companyName: 'Contoso', language: 'en', delegatedAdmin: false, message: '{link}', sendMail: true } as const;
    expect(await outcomeOf(createInvitation(other.ctx, links, order))).toBe('done');
  });
});

describe('an address that gets no mail', () => {
  it('is not invited, nor written to again, at the field that says so', async () => {
    const { token, base, email, ctx, invitation } = await invited();
    await unsubscribe(base, links, token);
    const fields = [{ path: 'email', rule: 'address_unsubscribed', params: expect.anything() }];
    expect(await refusalOf(resendInvitation(ctx, links, { invitationId: invitation.id }))).toMatchObject({
      code: 'validation_failed',
      fields,
    });
    const order = {
      email: email.toUpperCase(),
      companyName: 'Contoso',
      language: 'en',
      delegatedAdmin: false,
      message: '{link}',
      sendMail: true,
    } as const;
    expect(await refusalOf(createInvitation(ctx, links, order))).toMatchObject({ code: 'validation_failed', fields });
  });

  it('gets no mail that nobody asked for even when one is queued; a receipt it does get', async () => {
    const { partner, author, ctx } = await setting();
    const customer = await aCustomer(test.sql, partner);
    const email = 'Gone@contoso.example';
    await aSuppression(test.sql, partner, { email: 'gone@contoso.example', reason: 'unsubscribed' });
    const invitation = await anInvitation(test.sql, partner, author, { email });
    const worker = { ...ctx, db: test.worker, now: new Date(Date.now() + 1000) };
    for (const kind of ['invitation', 'invitation_reminder', 'agreement_request']) {
      const mail = await aDelivery(test.sql, partner, {
        kind,
        recipient: email,
        invitationId: invitation.id,
        customerId: customer.id,
      });
      expect(await claimMails(worker, [mail.id]), kind).toEqual([]);
      const [row] = await test.sql`select state, server_answer from deliveries where id = ${mail.id}`;
      expect(row, kind).toEqual({
        state: 'failed',
        server_answer: expect.stringMatching(kind === 'agreement_request' ? /^Not sent/ : /wants no mail/),
      });
    }
    for (const kind of ['invitation_accepted_customer', 'relationship_ended_customer']) {
      const mail = await aDelivery(test.sql, partner, { kind, recipient: email, invitationId: invitation.id, customerId: customer.id });
      expect(await claimMails(worker, [mail.id]), kind).toHaveLength(1);
    }
  });
});

describe('the list of addresses', () => {
  it('is searched, filtered and paged, newest first, with what the server said', async () => {
    const { partner, list } = await setting();
    const since = new Date('2026-05-01T00:00:00Z');
    for (let n = 0; n < 7; n += 1)
      await test.sql`insert into suppressions values (${partner.id}, ${`p${n}@contoso.example`}, ${n % 2 ? 'bounced' : 'unsubscribed'}, null, ${n % 2 ? '550 5.1.1 gone' : null}, ${new Date(since.getTime() + (n > 3 ? 1000 : 0))})`;
    const seen: string[] = [];
    let after: string | undefined;
    do {
      const page = await list({ limit: 2, after });
      seen.push(...page.items.map(({ email }) => email));
      expect(page.total).toEqual({ count: 7, estimated: false });
      after = page.next ?? undefined;
    } while (after);
    expect(seen).toEqual(['p4', 'p5', 'p6', 'p0', 'p1', 'p2', 'p3'].map((name) => `${name}@contoso.example`));
    expect((await list({ search: 'P5@' })).items).toMatchObject([
      { email: 'p5@contoso.example', reason: 'bounced', serverAnswer: '550 5.1.1 gone', actions: { lift: { allowed: true } } },
    ]);
    expect((await list({ reason: 'unsubscribed' })).items).toHaveLength(4);
    expect((await list({ search: 'p0' })).items[0]?.actions.lift).toEqual({ allowed: false, reason: 'state', state: 'unsubscribed' });
    expect(await outcomeOf(list({ after: 'WyJ4Il0' }))).toBe('validation_failed');
    expect((await list({ search: '%' })).items).toEqual([]);
    // Another partner's are not on it.
    expect((await (await setting()).list()).items).toEqual([]);
  });

  it('lets who may send lift a bounce, which the log says without the address', async () => {
    const { partner, ctx } = await setting(['sales-agent']);
    const { email } = await aSuppression(test.sql, partner);
    expect(await outcomeOf(liftSuppression((await setting()).ctx, email))).toBe('not_found');
    await liftSuppression(ctx, email.toUpperCase());
    expect(await suppressionsOf(partner)).toEqual([]);
    expect(await outcomeOf(liftSuppression(ctx, email))).toBe('not_found');
    const events = await test.sql`select type, data from events where partner_id = ${partner.id}`;
    expect(events).toEqual([{ type: 'mail.suppression_lifted', data: { because: 'bounced' } }]);
    const helpdesk = await setting(['helpdesk-agent']);
    expect(await refusalOf(liftSuppression(helpdesk.ctx, email))).toMatchObject({
      code: 'forbidden',
      details: { permission: 'invitations.send' },
    });
  });
});

import { aContext, aCustomer, aDelivery, anInvitation, aPartner, aPartnerUser, useTestDatabase } from '@clientele/db/testing';
import type { PartnerType, Role } from '@clientele/domain';
import { describe, expect, it } from 'vitest';
import { links, outcomeOf, refusalOf, tokenOf, visit } from '../testing/acts.ts';
import { acceptInvitation } from './accept.ts';
import { copyInvitationLink, expireInvitation, resendInvitation, revokeInvitation } from './change.ts';
import { createInvitation, type NewInvitation } from './create.ts';
import { declineInvitation } from './decline.ts';
import { getInvitation, listInvitations } from './list.ts';
import { openInvitation } from './open.ts';

const test = useTestDatabase();

async function setting(roles: Role[] = ['global-admin'], more: { type?: PartnerType; cloud?: 'public' | 'us-government' } = {}) {
  const partner = await aPartner(test.sql, more);
  const author = await aPartnerUser(test.sql, partner, roles);
  return { partner, author, ctx: aContext(test.api, partner, author) };
}

let count = 0;
const order = (more: Partial<NewInvitation> = {}): NewInvitation => ({
  email: `someone-${++count}@invited.example`,
  companyName: 'Contoso',
  domain: `contoso-${count}.example`,
  language: 'ja',
  delegatedAdmin: true,
  message: 'Please {link}',
  sendMail: true,
  ...more,
});
const mailed = (id: string, state = 'sent') => test.sql`update deliveries set state = ${state} where invitation_id = ${id}`;

describe('creating an invitation', () => {
  it('is pending for 14 days, with a queued mail in the reader’s language', async () => {
    const { ctx } = await setting();
    const view = await createInvitation(ctx, links, order({ domain: 'Contoso.Example.' }));
    expect(view).toMatchObject({
      state: 'pending',
      purpose: 'relationship',
      domain: 'contoso.example',
      delivery: { state: 'queued', kind: 'invitation' },
    });
    expect(view.expiresAt.getTime() - ctx.now.getTime()).toBe(14 * 86_400_000);
    const [mail] = await test.sql`select language, recipient from deliveries where invitation_id = ${view.id}`;
    expect(mail).toEqual({ language: 'ja', recipient: view.email });
  });

  it('queues no mail when the partner brings the link itself', async () => {
    const { ctx } = await setting();
    expect((await createInvitation(ctx, links, order({ sendMail: false }))).delivery).toBeNull();
  });

  it('allows one pending invitation per address, whatever its case, also for 10 at once', async () => {
    const { ctx } = await setting();
    const orders = Array.from({ length: 10 }, (_, index) => order({ email: index % 2 ? 'Same@Invited.Example' : 'same@invited.example' }));
    const outcomes = await Promise.all(orders.map((one) => outcomeOf(createInvitation(ctx, links, one))));
    expect(outcomes.filter((outcome) => outcome === 'done')).toHaveLength(1);
    expect(outcomes.filter((outcome) => outcome === 'validation_failed')).toHaveLength(9);
    expect((await refusalOf(createInvitation(ctx, links, order({ email: 'SAME@invited.example' })))).fields).toEqual([
      { path: 'email', rule: 'already_invited' },
    ]);
    // Another partner may.
    const other = await setting();
    expect(await outcomeOf(createInvitation(other.ctx, links, order({ email: 'same@invited.example' })))).toBe('done');
  });

  it('allows a new one as soon as the old one is answered, revoked or expired', async () => {
    const { ctx } = await setting();
    const email = 'again@invited.example';
    const first = await createInvitation(ctx, links, order({ email }));
    await revokeInvitation(ctx, links, first.id);
    const second = await createInvitation(ctx, links, order({ email }));
    await declineInvitation(visit(test.api), links, { token: tokenOf(second) }, null);
    const third = await createInvitation(ctx, links, order({ email }));
    const later = { ...ctx, now: new Date(ctx.now.getTime() + 15 * 86_400_000) };
    await expireInvitation(later, third.id);
    expect(await outcomeOf(createInvitation(later, links, order({ email })))).toBe('done');
  });

  it('names the customer when the organisation is one already', async () => {
    const { ctx, partner } = await setting();
    const customer = await aCustomer(test.sql, partner);
    const refusal = await refusalOf(createInvitation(ctx, links, order({ domain: customer.domain.toUpperCase() })));
    expect(refusal).toMatchObject({ fields: [{ path: 'domain', rule: 'already_customer' }], details: { customerId: customer.id } });
    const other = await setting();
    expect(await outcomeOf(createInvitation(other.ctx, links, order({ domain: customer.domain })))).toBe('done');
  });

  it('is not made for a domain that could be taken for another', async () => {
    const { ctx } = await setting();
    for (const domain of ['c\u043entoso.example', 'xn--cntoso-wqf.example'])
      expect(await refusalOf(createInvitation(ctx, links, order({ domain })))).toMatchObject({
        code: 'validation_failed',
        fields: [{ path: 'domain', rule: 'domain_lookalike' }],
      });
    expect(await outcomeOf(createInvitation(ctx, links, order({ domain: '\u0440\u043e\u0441\u0441\u0438\u044f.\u0440\u0444' })))).toBe(
      'done',
    );
  });

  it('leaves delegated admin to those who may ask for it', async () => {
    const { ctx } = await setting(['sales-agent']);
    expect(await refusalOf(createInvitation(ctx, links, order()))).toMatchObject({
      code: 'forbidden',
      details: { permission: 'delegated-admin.request', needs: ['global-admin', 'admin-agent'] },
    });
    expect(await outcomeOf(createInvitation(ctx, links, order({ delegatedAdmin: false })))).toBe('done');
    const helpdesk = await setting(['helpdesk-agent']);
    expect(await refusalOf(createInvitation(helpdesk.ctx, links, order({ delegatedAdmin: false })))).toMatchObject({
      code: 'forbidden',
      details: { permission: 'invitations.send' },
    });
  });

  it('always asks for delegated admin in the us-government cloud', async () => {
    const { ctx } = await setting(['global-admin'], { cloud: 'us-government' });
    expect((await refusalOf(createInvitation(ctx, links, order({ delegatedAdmin: false })))).fields).toEqual([
      { path: 'delegatedAdmin', rule: 'always_delegated_admin' },
    ]);
    const sales = await setting(['sales-agent'], { cloud: 'us-government' });
    expect(await outcomeOf(createInvitation(sales.ctx, links, order()))).toBe('forbidden');
  });
});

describe('sending an invitation again', () => {
  it('keeps the link, so that the older mail stays good', async () => {
    const { ctx } = await setting();
    const view = await createInvitation(ctx, links, order());
    const { link } = await copyInvitationLink(ctx, links, view.id);
    await mailed(view.id);
    await resendInvitation(ctx, links, { invitationId: view.id });
    expect((await copyInvitationLink(ctx, links, view.id)).link).toBe(link);
    expect((await openInvitation(visit(test.api), links, tokenOf(view), null)).state).toBe('pending');
    expect((await getInvitation(ctx, links, view.id)).deliveries.map((mail) => mail.state)).toEqual(['queued', 'sent']);
  });

  it('is refused while a mail is under way, and gives up one that is put off', async () => {
    const { ctx } = await setting();
    const view = await createInvitation(ctx, links, order());
    expect(await refusalOf(resendInvitation(ctx, links, { invitationId: view.id }))).toMatchObject({
      code: 'illegal_transition',
      details: { state: 'queued' },
    });
    await mailed(view.id, 'deferred');
    await resendInvitation(ctx, links, { invitationId: view.id });
    expect((await getInvitation(ctx, links, view.id)).deliveries.map((mail) => mail.state)).toEqual(['queued', 'failed']);
  });

  it('queues one mail for ten clicks at once', async () => {
    const { ctx } = await setting();
    const view = await createInvitation(ctx, links, order());
    await mailed(view.id);
    const outcomes = await Promise.all(
      Array.from({ length: 10 }, () => outcomeOf(resendInvitation(ctx, links, { invitationId: view.id }))),
    );
    expect(outcomes.filter((outcome) => outcome === 'done')).toHaveLength(1);
    expect((await getInvitation(ctx, links, view.id)).deliveries).toHaveLength(2);
  });

  it('goes to a mended address, unless that one has an open invitation, whatever its case', async () => {
    const { ctx } = await setting();
    const view = await createInvitation(ctx, links, order({ email: 'mistyped@invited.example' }));
    const taken = await createInvitation(ctx, links, order({ email: 'Taken@invited.example' }));
    await mailed(view.id, 'bounced');
    for (const email of ['Taken@invited.example', 'taken@INVITED.example']) {
      const refusal = await refusalOf(resendInvitation(ctx, links, { invitationId: view.id, email }));
      expect(refusal.fields).toEqual([{ path: 'email', rule: 'already_invited' }]);
    }
    const { link: wrong } = await copyInvitationLink(ctx, links, view.id);
    const mended = await resendInvitation(ctx, links, { invitationId: view.id, email: 'right@invited.example' });
    expect(mended.email).toBe('right@invited.example');
    // Whoever got the first mail holds a link that is worth nothing now.
    expect((await copyInvitationLink(ctx, links, view.id)).link).not.toBe(wrong);
    expect((await test.sql`select recipient from deliveries where invitation_id = ${view.id} and state = 'queued'`)[0]?.recipient).toBe(
      'right@invited.example',
    );
    expect(taken.state).toBe('pending');
  });

  it('is refused once the invitation is over, naming the state', async () => {
    const { ctx, partner, author } = await setting();
    for (const state of ['accepted', 'declined', 'revoked', 'expired'] as const) {
      const invitation = await anInvitation(test.sql, partner, author, { state });
      for (const act of [
        () => resendInvitation(ctx, links, { invitationId: invitation.id }),
        () => revokeInvitation(ctx, links, invitation.id),
        () => copyInvitationLink(ctx, links, invitation.id),
      ])
        expect(await refusalOf(act())).toMatchObject({ code: 'illegal_transition', details: { state } });
    }
    const late = await anInvitation(test.sql, partner, author, { expiresAt: new Date(Date.now() - 1000) });
    expect(await refusalOf(resendInvitation(ctx, links, { invitationId: late.id }))).toMatchObject({ details: { state: 'expired' } });
  });
});

describe('revoking an invitation', () => {
  it('kills the link for every act and stops mails that have not gone out; its page still says what happened', async () => {
    const { ctx } = await setting();
    const view = await createInvitation(ctx, links, order());
    const revoked = await revokeInvitation(ctx, links, view.id);
    expect(revoked).toMatchObject({
      state: 'revoked',
      delivery: { state: 'failed' },
      actions: { resend: { allowed: false, reason: 'state', state: 'revoked' } },
    });
    const token = tokenOf(view);
    expect((await openInvitation(visit(test.api), links, token, null)).state).toBe('revoked');
    const acts = [
      () => acceptInvitation(visit(test.api), links, { token, agreementAccepted: true }, null),
      () => declineInvitation(visit(test.api), links, { token }, null),
    ];
    for (const act of acts) expect(await refusalOf(act())).toMatchObject({ code: 'link_over', details: { state: 'revoked' } });
  });

  it('leaves a mail that has been sent as sent', async () => {
    const { ctx } = await setting();
    const view = await createInvitation(ctx, links, order());
    await mailed(view.id);
    expect((await revokeInvitation(ctx, links, view.id)).delivery?.state).toBe('sent');
  });
});

describe('an invitation whose time is over', () => {
  it('counts as expired even before the job that says so', async () => {
    const { ctx, partner, author } = await setting();
    const invitation = await anInvitation(test.sql, partner, author, { expiresAt: new Date(Date.now() - 1) });
    const find = async (state: 'pending' | 'expired') =>
      (await listInvitations(ctx, links, { state, limit: 10 })).items.map((item) => [item.id, item.state]);
    expect(await find('pending')).toEqual([]);
    expect(await find('expired')).toEqual([[invitation.id, 'expired']]);
    expect(await outcomeOf(acceptInvitation(visit(test.api), links, { token: tokenOf(invitation), agreementAccepted: true }, null))).toBe(
      'link_over',
    );
    await expireInvitation(ctx, invitation.id);
    await expireInvitation(ctx, invitation.id);
    expect(await find('expired')).toEqual([[invitation.id, 'expired']]);
    expect(await test.sql`select id from events where invitation_id = ${invitation.id} and type = 'invitation.expired'`).toHaveLength(1);
  });

  it('is left alone by the job when it is not over, or has been answered', async () => {
    const { ctx, partner, author } = await setting();
    const open = await anInvitation(test.sql, partner, author);
    const answered = await anInvitation(test.sql, partner, author, { state: 'accepted', expiresAt: new Date(0) });
    for (const { id, state } of [open, answered]) {
      await expireInvitation(ctx, id);
      expect((await test.sql`select state from invitations where id = ${id}`)[0]?.state).toBe(state);
    }
  });
});

describe('the list of invitations', () => {
  it('shows the newest mail of each, and searches address, company and domain', async () => {
    const { ctx, partner, author } = await setting();
    const one = await anInvitation(test.sql, partner, author, { companyName: '50%_off 株式会社', domain: null });
    await aDelivery(test.sql, partner, { invitationId: one.id, state: 'bounced' });
    await aDelivery(test.sql, partner, { invitationId: one.id, state: 'sent' });
    const two = await anInvitation(test.sql, partner, author);
    const search = async (text: string) => (await listInvitations(ctx, links, { state: 'all', search: text, limit: 10 })).items;
    expect((await search('%_OFF')).map((item) => [item.id, item.delivery?.state])).toEqual([[one.id, 'sent']]);
    expect((await search(two.email.toUpperCase())).map((item) => item.id)).toEqual([two.id]);
    expect((await search(two.domain ?? '')).map((item) => item.id)).toEqual([two.id]);
    const pages = [await listInvitations(ctx, links, { state: 'all', limit: 1 })];
    pages.push(await listInvitations(ctx, links, { state: 'all', limit: 1, after: pages[0]?.next ?? '' }));
    expect(pages.map((page) => page.items[0]?.id)).toEqual([two.id, one.id]);
    expect(pages[1]?.next).toBeNull();
    expect(await refusalOf(listInvitations(ctx, links, { state: 'all', limit: 1, after: 'eyJ4Ijoxf' }))).toMatchObject({
      fields: [{ rule: 'cursor' }],
    });
  });

  it('does not know another partner’s invitation', async () => {
    const { partner, author } = await setting();
    const theirs = await anInvitation(test.sql, partner, author);
    const { ctx } = await setting();
    for (const act of [
      () => getInvitation(ctx, links, theirs.id),
      () => revokeInvitation(ctx, links, theirs.id),
      () => resendInvitation(ctx, links, { invitationId: theirs.id }),
      () => copyInvitationLink(ctx, links, theirs.id),
    ])
      expect(await outcomeOf(act())).toBe('not_found');
    expect((await listInvitations(ctx, links, { state: 'all', limit: 10 })).items).toEqual([]);
  });
});

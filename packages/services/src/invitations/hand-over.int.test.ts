import { aContext, aDelivery, anInvitation, aPartner, aPartnerUser, aSuppression, aVisit, useTestDatabase } from '@clientele/db/testing';
import type { Role } from '@clientele/domain';
import { mostHandOvers } from '@clientele/domain';
import { describe, expect, it } from 'vitest';
import { claimMails } from '../deliveries/send.ts';
import { links, outcomeOf, refusalOf, tokenOf, visit } from '../testing/acts.ts';
import { acceptInvitation } from './accept.ts';
import { expireInvitation, resendInvitation, revokeInvitation } from './change.ts';
import { declineInvitation } from './decline.ts';
import { approveHandOver, refuseHandOver, requestHandOver } from './hand-over.ts';
import { getInvitation, listInvitations } from './list.ts';
import { openInvitation } from './open.ts';

const test = useTestDatabase();
let count = 0;

async function setting(more: Parameters<typeof anInvitation>[3] = {}, roles: Role[] = ['global-admin']) {
  const partner = await aPartner(test.sql);
  const author = await aPartnerUser(test.sql, partner, roles);
  const invitation = await anInvitation(test.sql, partner, author, more);
  return { partner, author, invitation, ctx: aContext(test.api, partner, author), token: tokenOf(invitation) };
}
const named = (token: string, more: Partial<{ name: string; email: string; note: string }> = {}) => ({
  token,
  name: 'Ren Sato',
  email: `ren-${++count}@people.example`,
  ...more,
});
const ask = (token: string, more: Parameters<typeof named>[1] = {}) => requestHandOver(visit(test.api), links, named(token, more));
const handOverOf = async (id: string) =>
  (await test.sql`select * from invitation_hand_overs where invitation_id = ${id} order by id desc`)[0];
const eventsOf = async (id: string) =>
  (await test.sql`select type, data from events where invitation_id = ${id} order by id`).map(({ type, data }) => [type, data] as const);
const details = () => ({
  companyName: 'Contoso',
  domain: `handed-${++count}.example`,
  country: 'JP',
  firstName: 'Ren',
  lastName: 'Sato',
  password: 'correct horse battery',
});
const accept = (token: string) =>
  acceptInvitation(visit(test.api), links, { token, agreementAccepted: true, organization: details() }, null);

describe('naming somebody else', () => {
  it('changes nothing but that the partner is asked: the link stays good', async () => {
    const { ctx, author, invitation, token } = await setting();
    await ask(token, { email: 'ren@contoso.example', note: 'He is in on Mondays.' });
    const view = await getInvitation(ctx, links, invitation.id);
    expect(view).toMatchObject({
      state: 'pending',
      email: invitation.email,
      handOver: { name: 'Ren Sato', email: 'ren@contoso.example', note: 'He is in on Mondays.' },
      actions: { handOver: { allowed: true } },
    });
    expect(view.timeline[0]).toMatchObject({ what: 'mail.queued', mail: { kind: 'hand_over_requested_partner' } });
    expect(view.timeline[1]).toMatchObject({ what: 'invitation.hand_over_requested', by: null, person: { name: 'Ren Sato' } });
    const [listed] = (await listInvitations(ctx, links, { state: 'pending', limit: 10 })).items;
    expect(listed?.handOver).toMatchObject({ name: 'Ren Sato' });
    const mails = await test.sql`select kind, recipient, facts from deliveries where invitation_id = ${invitation.id}`;
    expect(mails).toMatchObject([{ kind: 'hand_over_requested_partner', recipient: author.email, facts: { userId: author.id } }]);
    expect(await openInvitation(visit(test.api), links, token, null)).toMatchObject({
      state: 'pending',
      handOver: { state: 'pending', isPossible: false },
    });
    expect(await outcomeOf(accept(token))).toBe('done');
  });

  it('is told to the partner also when the invitation is sent again while that mail is put off', async () => {
    const { ctx, partner, invitation, token } = await setting();
    await ask(token);
    await test.sql`update deliveries set state = 'deferred' where invitation_id = ${invitation.id}`;
    await aDelivery(test.sql, partner, { invitationId: invitation.id, recipient: invitation.email, state: 'deferred' });
    await resendInvitation(ctx, links, { invitationId: invitation.id });
    const mails = await test.sql`select kind, state from deliveries where invitation_id = ${invitation.id} order by kind, state`;
    expect(mails.map(({ kind, state }) => `${kind} ${state}`)).toEqual([
      'hand_over_requested_partner deferred',
      'invitation failed',
      'invitation queued',
    ]);
  });

  it('leaves no personal data in the events', async () => {
    const { ctx, invitation, token } = await setting();
    await ask(token, { name: 'Secret Name', email: 'secret@people.example', note: 'secret note' });
    const handOver = await handOverOf(invitation.id);
    await approveHandOver(ctx, links, { invitationId: invitation.id, handOverId: handOver?.id });
    expect(JSON.stringify(await eventsOf(invitation.id))).not.toMatch(/secret/i);
    expect((await eventsOf(invitation.id)).filter(([type]) => type.startsWith('invitation.'))).toEqual([
      ['invitation.hand_over_requested', { handOverId: handOver?.id }],
      ['invitation.handed_over', { handOverId: handOver?.id }],
    ]);
  });

  it('waits for an answer before it can be done again, also for ten at once', async () => {
    const { invitation, token } = await setting();
    const outcomes = await Promise.all(Array.from({ length: 10 }, () => outcomeOf(ask(token))));
    expect(outcomes.filter((outcome) => outcome === 'done')).toHaveLength(1);
    expect(outcomes.filter((outcome) => outcome === 'illegal_transition')).toHaveLength(9);
    expect(await test.sql`select from invitation_hand_overs where invitation_id = ${invitation.id}`).toHaveLength(1);
    expect(await test.sql`select from deliveries where invitation_id = ${invitation.id}`).toHaveLength(1);
  });

  it('is refused for the address that has it, in any case, and for one that gets no mail of this partner', async () => {
    const { partner, invitation, token } = await setting();
    const fieldsOf = async (email: string) => (await refusalOf(ask(token, { email }))).fields;
    expect(await fieldsOf(invitation.email.toUpperCase())).toEqual([{ path: 'adminEmail', rule: 'same_address' }]);
    for (const reason of ['bounced', 'unsubscribed'] as const) {
      const { email } = await aSuppression(test.sql, partner, { reason });
      // Whoever holds the link does not learn which of the two it is.
      expect(await fieldsOf(email)).toEqual([{ path: 'adminEmail', rule: 'address_bounced' }]);
    }
    expect(await handOverOf(invitation.id)).toBeUndefined();
  });

  it('is possible a few times for one invitation, whatever came of it', async () => {
    const { ctx, invitation } = await setting();
    let tokenVersion = 1;
    for (let index = 0; index < mostHandOvers; index += 1) {
      await ask(tokenOf({ id: invitation.id, tokenVersion }));
      const decision = { invitationId: invitation.id, handOverId: (await handOverOf(invitation.id))?.id };
      if (index === 0) await refuseHandOver(ctx, links, decision);
      else {
        await approveHandOver(ctx, links, decision);
        tokenVersion += 1;
      }
    }
    const token = tokenOf({ id: invitation.id, tokenVersion });
    expect((await refusalOf(ask(token))).details).toMatchObject({ limit: 'handOvers', most: mostHandOvers });
    expect((await openInvitation(visit(test.api), links, token, null)).handOver.isPossible).toBe(false);
  });

  it('is refused with a forged, foreign, dead or expired link, and once the invitation was answered', async () => {
    const { ctx, invitation, token } = await setting();
    for (const forged of ['', 'nonsense', token.slice(0, -2), `${token}A`, tokenOf({ id: invitation.id, tokenVersion: 2 })])
      expect(await outcomeOf(ask(forged)), forged).toBe('link_invalid');
    expect(await outcomeOf(ask(tokenOf({ id: crypto.randomUUID() })))).toBe('link_invalid');
    const late = await setting({ expiresAt: new Date(Date.now() - 1000) });
    expect((await refusalOf(ask(late.token))).details).toEqual({ state: 'expired' });
    await revokeInvitation(ctx, links, invitation.id);
    expect((await refusalOf(ask(token))).details).toEqual({ state: 'revoked' });
    const declined = await setting();
    await declineInvitation(visit(test.api), links, { token: declined.token }, null);
    expect((await refusalOf(ask(declined.token))).details).toEqual({ state: 'declined' });
    expect(await handOverOf(invitation.id)).toBeUndefined();
  });
});

async function asked(more: Parameters<typeof setting>[0] = {}) {
  const all = await setting(more);
  await ask(all.token, { email: `ren-${++count}@contoso.example` });
  const handOver = await handOverOf(all.invitation.id);
  return { ...all, handOver, decision: { invitationId: all.invitation.id, handOverId: handOver?.id as string } };
}

describe('approving', () => {
  it('sends the request to the person who was named, with a new link; the old one dies and says so without a name', async () => {
    const { ctx, invitation, token, handOver, decision } = await asked({ recipientName: 'Aiko Tanaka' });
    await test.sql`update invitations set message = ${'Dear Aiko Tanaka,\n\n{link}'} where id = ${invitation.id}`;
    await aVisit(test.sql, invitation);
    const view = await approveHandOver(ctx, links, decision);
    expect(view).toMatchObject({ state: 'pending', email: handOver?.email, recipientName: 'Ren Sato', handOver: null });
    expect(view.delivery).toMatchObject({ kind: 'invitation', state: 'queued' });
    const [row] = await test.sql`select token_version, message from invitations where id = ${invitation.id}`;
    expect(row).toEqual({ token_version: 2, message: 'Dear Ren Sato,\n\n{link}' });

    const old = await openInvitation(visit(test.api), links, token, null);
    expect(old).toMatchObject({ state: 'handed_over', handedOverAt: ctx.now });
    for (const act of [accept, (dead: string) => declineInvitation(visit(test.api), links, { token: dead }, null), ask])
      expect((await refusalOf(act(token))).details).toEqual({ state: 'handed_over' });

    const detail = await getInvitation(ctx, links, invitation.id);
    expect([detail.visits, detail.opened], 'who opened the old link says nothing of the new one').toEqual([[], null]);
    expect(detail.timeline.map(({ what }) => what)).toEqual(
      expect.arrayContaining(['visit.person', 'invitation.handed_over', 'invitation.hand_over_requested']),
    );
    const renewed = tokenOf({ id: invitation.id, tokenVersion: 2 });
    expect((await openInvitation(visit(test.api), links, renewed, null)).state).toBe('pending');
    expect(await outcomeOf(accept(renewed))).toBe('done');
    // What became of it then is nothing to whoever holds the old link.
    expect((await openInvitation(visit(test.api), links, token, null)).state).toBe('handed_over');
    expect((await refusalOf(accept(token))).details).toEqual({ state: 'handed_over' });
  });

  it('keeps every older link dead and telling, after a second hand-over and a revocation too', async () => {
    const { ctx, invitation, token, decision } = await asked();
    await approveHandOver(ctx, links, decision);
    const second = tokenOf({ id: invitation.id, tokenVersion: 2 });
    await ask(second);
    await approveHandOver(ctx, links, { ...decision, handOverId: (await handOverOf(invitation.id))?.id });
    await revokeInvitation(ctx, links, invitation.id);
    const stateOf = async (one: string) => (await openInvitation(visit(test.api), links, one, null)).state;
    expect([await stateOf(token), await stateOf(second), await stateOf(tokenOf({ id: invitation.id, tokenVersion: 3 }))]).toEqual([
      'handed_over',
      'handed_over',
      'revoked',
    ]);
  });

  it('keeps a mail that has not gone out from bringing the new link to the old address', async () => {
    const { ctx, partner, invitation, decision } = await asked();
    const waiting = await aDelivery(test.sql, partner, {
      invitationId: invitation.id,
      recipient: invitation.email,
      state: 'deferred',
    });
    await approveHandOver(ctx, links, decision);
    expect((await test.sql`select state from deliveries where id = ${waiting.id}`)[0]?.state).toBe('failed');
  });

  it('keeps a mail that is on its way to the old address from bringing the new link there when it has to be tried again', async () => {
    const { ctx, partner, invitation, decision } = await asked();
    const underWay = await aDelivery(test.sql, partner, {
      invitationId: invitation.id,
      recipient: invitation.email,
      state: 'sending',
    });
    await approveHandOver(ctx, links, decision);
    const worker = { ...ctx, db: test.worker, now: new Date(Date.now() + 600_000) };
    expect(await claimMails(worker, [underWay.id])).toEqual([]);
    expect((await test.sql`select state from deliveries where id = ${underWay.id}`)[0]?.state).toBe('failed');
  });

  it('happens once for ten clicks at the same moment, and one of approving and refusing wins', async () => {
    const one = await asked();
    const outcomes = await Promise.all(Array.from({ length: 10 }, () => outcomeOf(approveHandOver(one.ctx, links, one.decision))));
    expect(outcomes.filter((outcome) => outcome === 'done')).toHaveLength(1);
    expect(outcomes.filter((outcome) => outcome === 'illegal_transition')).toHaveLength(9);
    expect(await test.sql`select from deliveries where invitation_id = ${one.invitation.id} and kind = 'invitation'`).toHaveLength(1);
    const other = await asked();
    const both = await Promise.all([
      outcomeOf(approveHandOver(other.ctx, links, other.decision)),
      outcomeOf(refuseHandOver(other.ctx, links, other.decision)),
    ]);
    expect(both.sort()).toEqual(['done', 'illegal_transition']);
  });

  it('comes too late once the invitation was accepted, declined, revoked or has expired', async () => {
    const ends: ((of: Awaited<ReturnType<typeof asked>>) => Promise<unknown>)[] = [
      ({ token }) => accept(token),
      ({ token }) => declineInvitation(visit(test.api), links, { token }, null),
      ({ ctx, invitation }) => revokeInvitation(ctx, links, invitation.id),
      async ({ ctx, invitation }) => {
        await test.sql`update invitations set expires_at = now() - interval '1 hour' where id = ${invitation.id}`;
        await expireInvitation(ctx, invitation.id);
      },
    ];
    for (const end of ends) {
      const one = await asked();
      await end(one);
      const now = { ...one.ctx, now: new Date() };
      for (const decide of [approveHandOver, refuseHandOver])
        expect((await refusalOf(decide(now, links, one.decision))).details).toMatchObject({ thing: 'hand-over', state: 'lapsed' });
      expect((await getInvitation(now, links, one.invitation.id)).handOver).toBeNull();
    }
  });

  it('against accepting at the same moment leaves one of them, and never both', async () => {
    for (let index = 0; index < 5; index += 1) {
      const { ctx, invitation, token, decision } = await asked();
      const [approved, accepted] = await Promise.all([outcomeOf(approveHandOver(ctx, links, decision)), outcomeOf(accept(token))]);
      const [row] = await test.sql`select state, token_version from invitations where id = ${invitation.id}`;
      if (approved === 'done') expect([accepted, row]).toEqual(['link_over', { state: 'pending', token_version: 2 }]);
      else expect([approved, accepted, row]).toEqual(['illegal_transition', 'done', { state: 'accepted', token_version: 1 }]);
    }
  });

  it('is refused when the address has been suppressed meanwhile, or has an open invitation of its own', async () => {
    const one = await asked();
    await aSuppression(test.sql, one.partner, { email: one.handOver?.email, reason: 'unsubscribed' });
    expect((await refusalOf(approveHandOver(one.ctx, links, one.decision))).fields).toMatchObject([{ rule: 'address_unsubscribed' }]);
    const other = await asked();
    const open = await anInvitation(test.sql, other.partner, other.author, { email: String(other.handOver?.email).toUpperCase() });
    const refusal = await refusalOf(approveHandOver(other.ctx, links, other.decision));
    expect(refusal).toMatchObject({ fields: [{ path: 'email', rule: 'already_invited' }], details: { invitationId: open.id } });
    expect((await handOverOf(other.invitation.id))?.state).toBe('pending');
  });

  it('needs the role to send invitations, and is not for another partner’s', async () => {
    const one = await asked();
    const helpdesk = aContext(test.api, one.partner, await aPartnerUser(test.sql, one.partner, ['helpdesk-agent']));
    const stranger = await setting();
    for (const decide of [approveHandOver, refuseHandOver]) {
      expect(await outcomeOf(decide(helpdesk, links, one.decision))).toBe('forbidden');
      expect(await outcomeOf(decide(stranger.ctx, links, one.decision))).toBe('not_found');
      // Their hand-over under an invitation of mine.
      expect(await outcomeOf(decide(stranger.ctx, links, { ...one.decision, invitationId: stranger.invitation.id }))).toBe('not_found');
      expect(await outcomeOf(decide(one.ctx, links, { ...one.decision, handOverId: crypto.randomUUID() }))).toBe('not_found');
    }
    expect((await handOverOf(one.invitation.id))?.state).toBe('pending');
  });
});

describe('refusing', () => {
  it('leaves the invitation with its recipient, who may name somebody else again', async () => {
    const { ctx, author, invitation, token, decision } = await asked();
    const view = await refuseHandOver(ctx, links, decision);
    expect(view).toMatchObject({ state: 'pending', email: invitation.email, handOver: null, delivery: null });
    expect(await handOverOf(invitation.id)).toMatchObject({ state: 'refused', decided_by: author.id });
    expect(await openInvitation(visit(test.api), links, token, null)).toMatchObject({
      state: 'pending',
      handOver: { state: 'refused', isPossible: true },
    });
    expect(await outcomeOf(ask(token))).toBe('done');
  });
});

describe('the mail that tells the partner', () => {
  it('goes out while there is something to decide, and not afterwards', async () => {
    const mailOf = async (id: string) =>
      (await test.sql`select id from deliveries where invitation_id = ${id} and kind = 'hand_over_requested_partner'`)[0]?.id as string;
    const waiting = await asked();
    const worker = (of: typeof waiting) => ({ ...of.ctx, db: test.worker, now: new Date() });
    expect(await claimMails(worker(waiting), [await mailOf(waiting.invitation.id)])).toMatchObject([
      { handOver: { name: 'Ren Sato' }, author: { email: waiting.author.email } },
    ]);
    const done = await asked();
    await refuseHandOver(done.ctx, links, done.decision);
    expect(await claimMails(worker(done), [await mailOf(done.invitation.id)])).toEqual([]);
  });
});

describe('a mended address', () => {
  it('leaves a pending hand-over to be decided', async () => {
    const { ctx, invitation, decision } = await asked();
    await resendInvitation(ctx, links, { invitationId: invitation.id, email: `mended-${++count}@people.example` });
    expect(await outcomeOf(approveHandOver(ctx, links, decision))).toBe('done');
  });
});

import { type Context, read } from '@clientele/db';
import {
  aContext,
  aCustomer,
  aCustomerUser,
  anOrganization,
  aPartner,
  aPartnerUser,
  aPartnerUserInvitation,
  aSession,
  useTestDatabase,
} from '@clientele/db/testing';
import { type Role, roles } from '@clientele/domain';
import { verifyPassword } from 'better-auth/crypto';
import { describe, expect, it } from 'vitest';
import { startBulk } from '../customers/bulk.ts';
import { readCalendarFeed, renewCalendarFeed } from '../delegated-admin/feed.ts';
import { claimMails, recordMails } from '../deliveries/send.ts';
import { findSessionActor, isDeactivated } from '../partners/sessions.ts';
import { partnerUsersWhoMay } from '../partners/who-may.ts';
import { otherGlobalAdmins } from '../relationships/planned.ts';
import { links, outcomeOf, refusalOf, runAsWorker, visit } from '../testing/acts.ts';
import { changePartnerUserRoles, deactivatePartnerUser, reactivatePartnerUser, signOutPartnerUser } from './change.ts';
import { invitePartnerUser, resendPartnerUserInvitation, revokePartnerUserInvitation } from './invite.ts';
import { joinPartner, openPartnerUserInvitation } from './join.ts';
import { listPartnerUsers } from './list.ts';

const test = useTestDatabase();
const password = 'a good long password';
const day = 86_400_000;
let count = 0;
const address = () => `new-${process.pid}-${++count}@people.example`;

async function setting(holds: Role[] = ['global-admin']) {
  const partner = await aPartner(test.sql);
  const admin = await aPartnerUser(test.sql, partner, holds, { name: 'Megan Bowen' });
  const ctx = aContext(test.api, partner, admin);
  const eventsOf = async () => [...(await test.sql`select type, data from events where partner_id = ${partner.id} order by id`)];
  /** Sends what is queued, as a worker would. */
  const deliver = async (outcome: 'sent' | 'bounced' = 'sent') => {
    const work: Context = { ...ctx, db: test.worker, actor: { kind: 'system', id: 'mail.send' }, now: new Date(Date.now() + 1000) };
    const queued = await test.sql`select id from deliveries where partner_id = ${partner.id} and state = 'queued'`;
    const mails = await claimMails(
      work,
      queued.map(({ id }) => id as string),
    );
    await recordMails(
      work,
      mails.map(({ delivery }) => ({ delivery, outcome, response: outcome === 'sent' ? '250 ok' : '550 no' })),
    );
    return mails;
  };
  return { partner, admin, ctx, eventsOf, deliver };
}
const someone = (more: Partial<Parameters<typeof invitePartnerUser>[1]> = {}) => ({
  name: 'Aiko Tanaka',
  email: address(),
  language: 'ja' as const,
  roles: ['helpdesk-agent', 'sales-agent'] as Role[],
  ...more,
});
const tokenOf = (id: string) => links.partnerUser.linkOf(id).split('/join/')[1] as string;
const api = (now = new Date()) => visit(test.api, now);

describe('a person who is invited', () => {
  it('gets a mail, chooses a password, and is a partner user with these roles and no other', async () => {
    const { ctx, partner, eventsOf, deliver } = await setting();
    const person = someone({ email: `Aiko.${address()}` });
    const invitation = await invitePartnerUser(ctx, person);
    expect(invitation).toMatchObject({
      state: 'pending',
      roles: ['sales-agent', 'helpdesk-agent'],
      invitedBy: 'Megan Bowen',
      mail: { state: 'queued' },
    });
    const [mail] = await deliver();
    expect(mail).toMatchObject({
      delivery: { recipient: person.email.toLowerCase(), language: 'ja' },
      partnerUserInvitation: { id: invitation.id },
    });
    expect((await listPartnerUsers(ctx)).invitations).toMatchObject([
      { id: invitation.id, mail: { state: 'sent', serverAnswer: '250 ok' } },
    ]);

    const token = tokenOf(invitation.id);
    expect(await openPartnerUserInvitation(api(), links, token)).toMatchObject({
      partnerName: partner.name,
      invitedBy: 'Megan Bowen',
      email: person.email.toLowerCase(),
      roles: ['sales-agent', 'helpdesk-agent'],
    });
    expect(await joinPartner(api(), links, { token, password })).toMatchObject({ email: person.email.toLowerCase() });

    const [row] = await test.sql`
      select u.id, u.name, u.language, a.password, pu.roles, pu.partner_id from users u join accounts a on a.user_id = u.id
      join partner_users pu on pu.user_id = u.id where u.email = ${person.email.toLowerCase()}`;
    expect(row).toMatchObject({ name: 'Aiko Tanaka', language: 'ja', roles: ['sales-agent', 'helpdesk-agent'], partner_id: partner.id });
    expect(await verifyPassword({ hash: row?.password, password })).toBe(true);
    const list = await listPartnerUsers(ctx);
    expect(list.invitations).toEqual([]);
    expect(list.users.map(({ name, state }) => [name, state])).toEqual([
      ['Aiko Tanaka', 'active'],
      ['Megan Bowen', 'active'],
    ]);
    const events = (await eventsOf()) as { type: string; data: Record<string, unknown> }[];
    expect(events.map(({ type }) => type)).toEqual(['partner_user.invited', 'mail.queued', 'mail.sent', 'partner_user.joined']);
    expect(events[3]?.data).toEqual({ userId: row?.id, partnerUserInvitationId: invitation.id, roles: ['sales-agent', 'helpdesk-agent'] });
    // Neither address nor anything of the link or the password.
    const told = JSON.stringify(events);
    for (const secret of [person.email, person.email.toLowerCase(), token, password, 'Aiko']) expect(told).not.toContain(secret);
  });

  it('is let in once, also by ten at the same moment', async () => {
    const { ctx, partner } = await setting();
    const { id, email } = await invitePartnerUser(ctx, someone());
    await Promise.all(Array.from({ length: 10 }, () => openPartnerUserInvitation(api(), links, tokenOf(id))));
    const outcomes = await Promise.all(
      Array.from({ length: 10 }, () => outcomeOf(joinPartner(api(), links, { token: tokenOf(id), password }))),
    );
    expect(outcomes.sort()).toEqual(['done', ...Array(9).fill('link_over')]);
    expect(await test.sql`select from users where email = ${email}`).toHaveLength(1);
    expect(await test.sql`select from partner_users where partner_id = ${partner.id}`).toHaveLength(2);
    expect(await refusalOf(joinPartner(api(), links, { token: tokenOf(id), password }))).toMatchObject({ details: { state: 'accepted' } });
    // Of all these attempts the partner has one record an hour.
    const refused = () =>
      test.sql`select actor_kind, data from events where type = 'partner_user.join_refused' and data ->> 'partnerUserInvitationId' = ${id}`;
    expect(await refused()).toEqual([{ actor_kind: 'system', data: { partnerUserInvitationId: id, because: 'accepted' } }]);
    await test.sql`update partner_user_invitations set refused_at = now() - interval '61 minutes' where id = ${id}`;
    await refusalOf(joinPartner(api(), links, { token: tokenOf(id), password }));
    expect(await refused()).toHaveLength(2);
  });

  it('hears what is wrong with a link: forged, of something else, run out, taken back; and nobody is let in', async () => {
    const { ctx } = await setting();
    const [good, revoked] = [await invitePartnerUser(ctx, someone()), await invitePartnerUser(ctx, someone())];
    await revokePartnerUserInvitation(ctx, revoked.id);
    const token = tokenOf(good.id);
    const tampered = `${token.slice(0, -2)}${token.endsWith('AA') ? 'BB' : 'AA'}`;
    const ofAnotherKind = links.unsubscribe.linkOf(good.id).split('/u/')[1] as string;
    const ofNobody = tokenOf('0190a000-0000-7000-8000-000000000000');
    for (const wrong of [tampered, ofAnotherKind, ofNobody, '', 'x', '../..', token.toLowerCase(), `${token}=`])
      for (const act of [() => openPartnerUserInvitation(api(), links, wrong), () => joinPartner(api(), links, { token: wrong, password })])
        expect(await outcomeOf(act()), wrong).toBe('link_invalid');
    const late = api(new Date(Date.now() + 8 * day));
    for (const [base, which, state] of [
      [api(), revoked.id, 'revoked'],
      [late, good.id, 'expired'],
    ] as const)
      for (const act of [
        () => openPartnerUserInvitation(base, links, tokenOf(which)),
        () => joinPartner(base, links, { token: tokenOf(which), password }),
      ])
        expect(await refusalOf(act())).toMatchObject({ code: 'link_over', details: { state } });
    expect(await test.sql`select from users where email in ${test.sql([good.email, revoked.email])}`).toHaveLength(0);
  });

  it('hears that the address signs in here for somebody else; who invites does not', async () => {
    const { ctx, partner } = await setting();
    const elsewhere = await aPartnerUser(test.sql, await aPartner(test.sql));
    const customersPerson = await aCustomerUser(test.sql, await anOrganization(test.sql));
    for (const email of [elsewhere.email, customersPerson.email]) {
      const invitation = await invitePartnerUser(ctx, someone({ email }));
      expect(invitation.state).toBe('pending');
      const refusal = await refusalOf(joinPartner(api(), links, { token: tokenOf(invitation.id), password }));
      expect(refusal.fields).toEqual([{ path: 'email', rule: 'address_elsewhere' }]);
      // Nothing is half done: the link is as good as before.
      expect((await openPartnerUserInvitation(api(), links, tokenOf(invitation.id))).email).toBe(email);
    }
    expect(await test.sql`select from partner_users where partner_id = ${partner.id}`).toHaveLength(1);
    expect(await test.sql`select from accounts where user_id = ${elsewhere.id}`).toHaveLength(0);
  });
});

describe('an invitation of a partner user', () => {
  it('is refused at the address: a colleague, one who is deactivated, one who is invited already, one that mails come back from', async () => {
    const { ctx, partner, deliver } = await setting();
    const colleague = await aPartnerUser(test.sql, partner, ['sales-agent']);
    const away = await aPartnerUser(test.sql, partner, ['sales-agent']);
    await deactivatePartnerUser(ctx, away.id);
    const fieldsOf = async (email: string) => (await refusalOf(invitePartnerUser(ctx, someone({ email })))).fields;
    expect(await fieldsOf(colleague.email.toUpperCase())).toEqual([
      { path: 'email', rule: 'already_user', params: { name: colleague.name } },
    ]);
    expect(await fieldsOf(away.email)).toEqual([{ path: 'email', rule: 'deactivated_user', params: { name: away.name } }]);
    const { id, email } = await invitePartnerUser(ctx, someone());
    expect(await fieldsOf(email)).toEqual([{ path: 'email', rule: 'user_invited' }]);
    await deliver('bounced');
    expect((await listPartnerUsers(ctx)).invitations).toMatchObject([{ mail: { state: 'bounced', serverAnswer: '550 no' } }]);
    expect((await refusalOf(resendPartnerUserInvitation(ctx, id))).fields).toMatchObject([{ rule: 'address_bounced' }]);
    await revokePartnerUserInvitation(ctx, id);
    expect(await fieldsOf(email)).toMatchObject([{ path: 'email', rule: 'address_bounced' }]);
  });

  it('is made once by two who invite the same person at the same moment', async () => {
    const { ctx, partner } = await setting();
    const person = someone();
    const outcomes = await Promise.all(Array.from({ length: 6 }, () => outcomeOf(invitePartnerUser(ctx, person))));
    expect(outcomes.sort()).toEqual(['done', ...Array(5).fill('validation_failed')]);
    expect(await test.sql`select from deliveries where partner_id = ${partner.id}`).toHaveLength(1);
  });

  it('is sent again with the same link, which lives anew; not while a mail is on its way, and five times in ten minutes', async () => {
    const { ctx, deliver } = await setting();
    const { id } = await invitePartnerUser(ctx, someone());
    expect(await refusalOf(resendPartnerUserInvitation(ctx, id))).toMatchObject({
      code: 'illegal_transition',
      details: { state: 'queued' },
    });
    expect((await listPartnerUsers(ctx)).invitations[0]?.actions.resend).toEqual({ allowed: false, reason: 'state', state: 'queued' });
    for (let sent = 1; sent < 5; sent++) {
      await deliver();
      await resendPartnerUserInvitation(ctx, id);
    }
    await deliver();
    expect(await refusalOf(resendPartnerUserInvitation(ctx, id))).toMatchObject({ code: 'limit_reached', details: { most: 5, now: 5 } });
    const later = { ...ctx, now: new Date(Date.now() + 9 * day) };
    expect((await listPartnerUsers(later)).invitations[0]).toMatchObject({ state: 'expired', actions: { resend: { allowed: true } } });
    const again = await resendPartnerUserInvitation(later, id);
    expect(again.expiresAt).toEqual(new Date(later.now.getTime() + 7 * day));
    expect((await openPartnerUserInvitation(api(later.now), links, tokenOf(id))).email).toBe(again.email);
  });

  it('that is taken back is not mailed any more, and nothing can be done with it', async () => {
    const { ctx, deliver, partner } = await setting();
    const { id } = await invitePartnerUser(ctx, someone());
    expect((await revokePartnerUserInvitation(ctx, id)).state).toBe('revoked');
    expect(await deliver()).toEqual([]);
    expect((await test.sql`select state, server_answer from deliveries where partner_id = ${partner.id}`)[0]).toEqual({
      state: 'failed',
      server_answer: 'Not sent: the request is no longer open.',
    });
    for (const act of [revokePartnerUserInvitation, resendPartnerUserInvitation])
      expect(await refusalOf(act(ctx, id))).toMatchObject({ code: 'illegal_transition', details: { state: 'revoked' } });
  });
});

describe('the roles of a partner user', () => {
  it('count from the next request on, in a session that is running, and the log says from what to what', async () => {
    const { ctx, partner, eventsOf } = await setting();
    const user = await aPartnerUser(test.sql, partner, ['sales-agent']);
    const token = await aSession(test.sql, user);
    expect((await findSessionActor(test.api, token))?.roles).toEqual(['sales-agent']);
    const changed = await changePartnerUserRoles(ctx, { userId: user.id, roles: ['helpdesk-agent', 'admin-agent'], version: 1 });
    expect(changed).toMatchObject({ roles: ['admin-agent', 'helpdesk-agent'], version: 2 });
    expect((await findSessionActor(test.api, token))?.roles).toEqual(['admin-agent', 'helpdesk-agent']);
    // The same again changes nothing.
    expect((await changePartnerUserRoles(ctx, { userId: user.id, roles: ['admin-agent', 'helpdesk-agent'], version: 2 })).version).toBe(2);
    expect(await eventsOf()).toEqual([
      {
        type: 'partner_user.roles_changed',
        data: { userId: user.id, changes: { roles: { from: 'sales-agent', to: 'admin-agent, helpdesk-agent' } } },
      },
    ]);
  });

  it('changed by several at once are changed by one; the others hear of it', async () => {
    const { ctx, partner } = await setting();
    const user = await aPartnerUser(test.sql, partner, ['sales-agent']);
    const outcomes = await Promise.all(
      (['admin-agent', 'helpdesk-agent', 'global-admin'] as const).map((role) =>
        outcomeOf(changePartnerUserRoles(ctx, { userId: user.id, roles: [role], version: 1 })),
      ),
    );
    expect(outcomes.sort()).toEqual(['conflict', 'conflict', 'done']);
  });

  it('may change while work that the person has started is running: it goes on to its end, and is the person’s in the log', async () => {
    const { ctx, partner } = await setting();
    const user = await aPartnerUser(test.sql, partner, ['sales-agent']);
    const customer = await aCustomer(test.sql, partner);
    const theirs = aContext(test.api, partner, user);
    const { id: operationId } = await startBulk(theirs, { action: 'tag', tags: ['vip'], selection: { ids: [customer.id] } });
    await changePartnerUserRoles(ctx, { userId: user.id, roles: ['helpdesk-agent'], version: 1 });
    await deactivatePartnerUser(ctx, user.id);
    await runAsWorker(test.worker, partner, operationId);
    expect((await test.sql`select state from operations where id = ${operationId}`)[0]).toEqual({ state: 'succeeded' });
    expect((await test.sql`select tags from customers where id = ${customer.id}`)[0]?.tags).toContain('vip');
    const [edited] = await test.sql`select actor_id from events where partner_id = ${partner.id} and type = 'customer.edited'`;
    expect(edited?.actor_id).toBe(user.id);
  });
});

describe('a partner user who is deactivated', () => {
  it('is out at once with every session, is not let in, gets no mail of the partner; and comes back with the same roles', async () => {
    const { ctx, partner, admin, eventsOf } = await setting();
    const user = await aPartnerUser(test.sql, partner, ['admin-agent']);
    const tokens = [await aSession(test.sql, user), await aSession(test.sql, user)];
    const mine = await aSession(test.sql, admin);
    const whoMay = async () => (await read(ctx, (tx) => partnerUsersWhoMay(ctx, tx, 'delegated-admin.request'))).map(({ id }) => id);
    expect(await whoMay()).toContain(user.id);
    expect(await deactivatePartnerUser(ctx, user.id)).toMatchObject({
      state: 'deactivated',
      deactivatedBy: 'Megan Bowen',
      deactivatedAt: ctx.now,
    });
    for (const token of tokens) expect(await findSessionActor(test.api, token)).toBeNull();
    expect(await findSessionActor(test.api, mine)).not.toBeNull();
    expect(await isDeactivated(test.api, user.id)).toBe(true);
    // A session that a sign-in under way makes a moment later lets nobody in.
    expect(await findSessionActor(test.api, await aSession(test.sql, user))).toBeNull();
    expect(await whoMay()).not.toContain(user.id);
    expect(await outcomeOf(deactivatePartnerUser(ctx, user.id))).toBe('illegal_transition');
    expect(await reactivatePartnerUser(ctx, user.id)).toMatchObject({ state: 'active', roles: ['admin-agent'], deactivatedBy: null });
    expect(await outcomeOf(reactivatePartnerUser(ctx, user.id))).toBe('illegal_transition');
    expect(await isDeactivated(test.api, user.id)).toBe(false);
    expect(await eventsOf()).toEqual([
      { type: 'partner_user.deactivated', data: { userId: user.id, sessions: 2 } },
      { type: 'partner_user.reactivated', data: { userId: user.id } },
    ]);
  });

  it('who was signed out everywhere may sign in again', async () => {
    const { ctx, partner, eventsOf } = await setting();
    const user = await aPartnerUser(test.sql, partner, ['admin-agent']);
    const token = await aSession(test.sql, user);
    await signOutPartnerUser(ctx, user.id);
    expect(await findSessionActor(test.api, token)).toBeNull();
    expect(await findSessionActor(test.api, await aSession(test.sql, user))).not.toBeNull();
    expect(await eventsOf()).toEqual([{ type: 'partner_user.signed_out', data: { userId: user.id, sessions: 1 } }]);
  });

  it('can finish nothing that was under way: whose turn comes after is refused', async () => {
    const { ctx, partner } = await setting();
    const second = await aPartnerUser(test.sql, partner, ['global-admin']);
    await deactivatePartnerUser(ctx, second.id);
    expect(await outcomeOf(invitePartnerUser(aContext(test.api, partner, second), someone()))).toBe('unauthenticated');
    const third = await aPartnerUser(test.sql, partner, ['global-admin']);
    await changePartnerUserRoles(ctx, { userId: third.id, roles: ['sales-agent'], version: 1 });
    expect(await outcomeOf(invitePartnerUser(aContext(test.api, partner, third), someone()))).toBe('forbidden');
  });
});

describe('what a partner user had', () => {
  it('is dead while it is deactivated: the address of its calendar, and its say as a second person', async () => {
    const { ctx, partner } = await setting();
    const second = await aPartnerUser(test.sql, partner);
    const feed = await renewCalendarFeed(aContext(test.api, partner, second), links);
    const token = /\/calendar\/([\w-]+)\.ics/.exec(feed.address)?.[1] ?? '';
    const readFeed = () => outcomeOf(readCalendarFeed({ db: test.api, now: new Date() }, links, token));
    const seconds = async () => (await read(ctx, (tx) => otherGlobalAdmins(ctx, tx))).map(({ id }) => id);
    expect([await readFeed(), await seconds()]).toEqual(['done', [second.id]]);
    await deactivatePartnerUser(ctx, second.id);
    expect([await readFeed(), await seconds()]).toEqual(['link_invalid', []]);
    await reactivatePartnerUser(ctx, second.id);
    expect([await readFeed(), await seconds()]).toEqual(['done', [second.id]]);
  });
});

describe('the last active global admin', () => {
  it('is neither demoted nor deactivated, and the list says so before anybody tries', async () => {
    const { ctx, admin, partner, eventsOf } = await setting();
    const away = await aPartnerUser(test.sql, partner, ['global-admin']);
    await deactivatePartnerUser(ctx, away.id);
    const list = await listPartnerUsers(ctx);
    expect(list.users.find(({ id }) => id === admin.id)).toMatchObject({
      isLastGlobalAdmin: true,
      actions: { deactivate: { allowed: false, reason: 'last_global_admin' } },
    });
    const refusal = await refusalOf(deactivatePartnerUser(ctx, admin.id));
    expect(refusal).toMatchObject({
      code: 'last_global_admin',
      message: expect.stringContaining('Make somebody else a global admin first'),
    });
    expect(await outcomeOf(changePartnerUserRoles(ctx, { userId: admin.id, roles: ['sales-agent'], version: 1 }))).toBe(
      'last_global_admin',
    );
    expect(
      (await changePartnerUserRoles(ctx, { userId: admin.id, roles: ['global-admin', 'sales-agent'], version: 1 })).roles,
    ).toHaveLength(2);
    expect(await eventsOf()).toHaveLength(2);
  });

  it.each(['deactivate', 'demote', 'each other'] as const)('is still there when all are taken away at the same moment: %s', async (how) => {
    for (let round = 0; round < 5; round++) {
      const { ctx, partner, admin } = await setting();
      const others = await Promise.all(Array.from({ length: 3 }, () => aPartnerUser(test.sql, partner)));
      const all = [admin, ...others];
      // Connections are opened now, so that they really meet.
      await Promise.all(Array.from({ length: 8 }, () => listPartnerUsers(ctx)));
      const outcomes = await Promise.all(
        all.map((user, index) => {
          const by =
            how === 'each other'
              ? aContext(test.api, partner, all[(index + 1) % all.length] as typeof admin)
              : aContext(test.api, partner, user);
          return outcomeOf(
            how === 'demote'
              ? changePartnerUserRoles(by, { userId: user.id, roles: ['sales-agent'], version: 1 })
              : deactivatePartnerUser(by, user.id),
          );
        }),
      );
      const left = await test.sql`
        select from partner_users where partner_id = ${partner.id} and 'global-admin' = any(roles) and deactivated_at is null`;
      expect(left.length, outcomes.join()).toBeGreaterThanOrEqual(1);
      if (how !== 'each other') expect(outcomes.sort()).toEqual(['done', 'done', 'done', 'last_global_admin']);
    }
  });
});

describe('partner users', () => {
  it('are managed by a global admin; everybody else hears which role it needs and who grants it', async () => {
    for (const role of roles.filter((one) => one !== 'global-admin')) {
      const { ctx, admin } = await setting([role]);
      for (const act of [
        () => listPartnerUsers(ctx),
        () => invitePartnerUser(ctx, someone()),
        () => resendPartnerUserInvitation(ctx, admin.id),
        () => revokePartnerUserInvitation(ctx, admin.id),
        () => changePartnerUserRoles(ctx, { userId: admin.id, roles: ['global-admin'], version: 1 }),
        () => deactivatePartnerUser(ctx, admin.id),
        () => reactivatePartnerUser(ctx, admin.id),
        () => signOutPartnerUser(ctx, admin.id),
      ])
        expect(await refusalOf(act())).toMatchObject({
          code: 'forbidden',
          details: { needs: ['global-admin'], grantedBy: 'global-admin' },
        });
    }
  });

  it('of another partner are nobody’s, and so are its invitations', async () => {
    const { ctx } = await setting();
    const other = await setting();
    const theirs = await aPartnerUser(test.sql, other.partner, ['sales-agent']);
    const session = await aSession(test.sql, theirs);
    const invited = await aPartnerUserInvitation(test.sql, other.partner, other.admin);
    for (const act of [
      () => changePartnerUserRoles(ctx, { userId: theirs.id, roles: ['global-admin'], version: 1 }),
      () => deactivatePartnerUser(ctx, theirs.id),
      () => reactivatePartnerUser(ctx, theirs.id),
      () => signOutPartnerUser(ctx, theirs.id),
      () => resendPartnerUserInvitation(ctx, invited.id),
      () => revokePartnerUserInvitation(ctx, invited.id),
    ])
      expect(await outcomeOf(act())).toBe('not_found');
    expect(await findSessionActor(test.api, session)).not.toBeNull();
    expect((await listPartnerUsers(ctx)).users).toHaveLength(1);
    expect((await listPartnerUsers(ctx)).invitations).toEqual([]);
    expect(await other.eventsOf()).toEqual([]);
  });
});

import { setTimeout as sleep } from 'node:timers/promises';
import { aCustomer, aCustomerUser, anOrganization, aPartner, aPartnerUser, aSession, aUser, sessionCookie } from '@clientele/db/testing';
import { createLinks } from '@clientele/services';
import { newCustomer } from '../testing/portal.ts';
import { createClockActs } from './clock.ts';
import { createDelegatedAdminActs } from './delegated-admin.ts';
import { createImportActs } from './imports.ts';
import type { Installation } from './installation.ts';
import { createManyActs, createRowWatch } from './many.ts';
import { type Invitation, illegal, Model, nothing, type Organization, type Outcome, type Pair, Violation } from './model.ts';
import { patiently } from './patience.ts';
import { type Answer, createPeople } from './people.ts';
import { type Act, type Command, type FaultKind, inWords, partnersOfARun } from './plan.ts';
import { createPlannedEndActs } from './planned-ends.ts';
import { createPurchaseActs } from './purchases.ts';
import type { Partner, Scene } from './scene.ts';

/** A run that has come to its end: what the model knows, and whose it is. */
export interface Walked {
  model: Model;
  partners: Partner[];
}

let walks = 0;

/** Carries out the commands of a run, one after the other, and holds every answer against the model. Throws a `Violation`. */
export async function walk(installation: Installation, commands: Command[], told: (line: string) => void): Promise<Walked> {
  const { portal } = installation;
  const { sql } = portal;
  const name = `f${process.pid.toString(36)}n${(++walks).toString(36)}${Date.now().toString(36).slice(-5)}`;
  const model = new Model(name);
  const people = createPeople(portal);
  const links = createLinks({ publicUrl: 'http://portal.test', secret: portal.secret });
  const partners: Partner[] = [];

  const cookieOf = async (user: { id: string }) => sessionCookie(await aSession(sql, user), portal.secret);

  async function prepare(): Promise<void> {
    const [, imported, , known] = model.organizations as [Organization, Organization, Organization, Organization];
    const { id: knownId } = await anOrganization(sql, { domain: known.domain });
    const admin = await aCustomerUser(sql, { id: knownId });
    known.hasUsers = true;
    known.admin = { userId: admin.userId ?? '', cookie: await cookieOf({ id: admin.userId ?? '' }) };
    const { id: organizationId } = await anOrganization(sql, { domain: imported.domain });
    for (let index = 0; index < partnersOfARun; index++) {
      const partner = await aPartner(sql, { country: 'DE' });
      const [cookie, second] = [await cookieOf(await aPartnerUser(sql, partner)), await cookieOf(await aPartnerUser(sql, partner))];
      partners.push({ id: partner.id, cookie, second });
      const pair = model.pairOf({ partner: index, organization: 1 });
      const row = await aCustomer(sql, partner, {
        ...{ organizationId, domain: imported.domain, relationship: 'none', relationshipSince: null, delegatedAdmin: false },
        ...{ agreementAcceptedAt: null, agreementBy: null, contact: { firstName: 'Grace', lastName: 'Hopper', email: pair.contact } },
      });
      Object.assign(pair, { relationship: 'none', customerId: row.id });
    }
  }

  // ── looking ────────────────────────────────────────────────────────────────────────────────────

  const partnerOf = (pair: Pair) => partners[pair.partner] as Partner;

  /** What a person sees on the screen before it acts. */
  async function look(pair: Pair): Promise<void> {
    await seeSwept();
    await clock.seeDue(pair);
    await plannedEnds.seeDue(pair);
    if (pair.relationship === 'onboarding') await seeOnboarding(pair);
    else if (pair.customerId && model.possible(pair).length > 1) {
      const { says, body } = await people.read(partnerOf(pair).cookie, `/api/customers/${pair.customerId}`);
      if (says !== 'done') throw new Violation(`the customer ${pair.customerId} cannot be seen: ${says}`);
      model.learn(pair, body.relationship);
    }
  }

  /** Which of the invitations that have run out the sweeper has dealt with. */
  async function seeSwept(): Promise<void> {
    const unswept = [...model.invitations.values()].filter(({ isUnswept }) => isUnswept);
    if (unswept.length === 0) return;
    const swept = await sql`select id from invitations where id = any(${unswept.map(({ id }) => id)}::uuid[]) and state = 'expired'`;
    for (const invitation of unswept.filter(({ id }) => swept.some((row) => row.id === id))) {
      invitation.isUnswept = false;
      if (invitation.pair.closing === invitation) model.learn(invitation.pair, invitation.pair.hadRelationship ? 'ended' : 'none');
    }
  }

  async function seeOnboarding(pair: Pair): Promise<void> {
    const { body } = await people.read(partnerOf(pair).cookie, `/api/operations/${pair.onboarding}`);
    if (body.state === 'succeeded') {
      model.onboarded(pair, body.customerId);
      const { body: held } = await people.read(partnerOf(pair).cookie, `/api/customers/${body.customerId}/subscriptions`);
      pair.subscriptions = held.items.map(({ id }: { id: string }) => ({ id, usage: true, state: 'active' as const }));
    } else if (body.state === 'failed') {
      const failure = body.steps.find(({ state }: { state: string }) => state === 'failed')?.failure;
      if (failure?.code !== 'domain_taken') throw new Violation(`an onboarding failed: ${JSON.stringify(failure)}`);
      pair.relationship = 'absent';
    }
  }

  /** Nobody else touches an organisation while it is being made. */
  async function onboardingsOver(organization: number): Promise<void> {
    for (const pair of model.pairs.filter(
      (candidate) => candidate.organization === organization && candidate.relationship === 'onboarding',
    )) {
      await patiently('the onboarding is over', async () => {
        await strike('worker-back');
        if (pair.relationship === 'onboarding') await seeOnboarding(pair);
        return pair.relationship !== 'onboarding';
      });
    }
  }

  const strike = (kind: FaultKind) => installation.strike(kind, { api: 0, mailbox: '' });

  /** A pair whose customer is there, if it will ever be, as it is now. */
  async function seenPair(at: { partner: number; organization: number }): Promise<Pair> {
    const pair = model.pairOf(at);
    await onboardingsOver(pair.organization);
    await look(pair);
    return pair;
  }

  // ── asking ─────────────────────────────────────────────────────────────────────────────────────

  let index = 0;
  let command = commands[0] as Command;

  /** Holds an answer against what may come; the one outcome that fits has its effect. */
  function settle(outcomes: Outcome[], said: string): void {
    const fitting = outcomes.filter(({ says }) => says === said);
    const [first] = fitting;
    if (!first)
      throw new Violation(`the answer is "${said}", and may be ${[...new Set(outcomes.map(({ says }) => `"${says}"`))].join(' or ')} only`);
    // A refusal that several states would give tells nothing.
    if (fitting.length === 1 || said === 'done') first.effect();
  }

  /** Sends a command of a partner and settles it. Gives the body when it was done. */
  async function act(
    pair: Pair,
    method: string,
    path: string,
    body: unknown,
    outcomes: (body: Answer['body']) => Outcome[],
    { ifMatch, cookie }: { ifMatch?: number; cookie?: string } = {},
  ) {
    const key = `${name}-${index}`;
    const partner = partnerOf(pair);
    const answer =
      (await people.command(cookie ?? partner.cookie, method, path, body, key, command, ifMatch)) ?? (await whatBecameOf(partner, key));
    told(`  ${answer?.says ?? 'nobody knows: not done'}`);
    if (answer) settle(outcomes(answer.body), answer.says);
    return answer?.says === 'done' ? answer.body : undefined;
  }

  /** The person has gone away without an answer: either it was done, or it never will be. */
  async function whatBecameOf(partner: Partner, key: string): Promise<Answer | undefined> {
    await installation.ghostsGone();
    const [kept] = await sql`select result from idempotency_keys where partner_id = ${partner.id} and key = ${key}`;
    return kept && { says: 'done', body: kept.result.value };
  }

  const invitationOf = (number: number): Invitation | undefined => model.invitations.get(number);

  const scene: Scene = {
    ...{ installation, model, people, links, partners, partnerOf, invitationOf, told, strike, look, seenPair, act },
    command: () => command,
  };
  const plannedEnds = createPlannedEndActs(scene);
  const clock = createClockActs(scene);
  const rowWatch = createRowWatch(scene);
  const delegatedAdmin = createDelegatedAdminActs(scene);
  const purchases = createPurchaseActs(scene);
  const many = createManyActs(scene, rowWatch);
  const imports = createImportActs(scene, rowWatch);

  // ── the acts ───────────────────────────────────────────────────────────────────────────────────

  async function invite({ invitation, mailbox, delegatedAdmin, withDomain, ...at }: Act<'invite'>): Promise<void> {
    const pair = await seenPair(at);
    const organization = model.organizationOf(pair);
    const email = organization.mailboxes[mailbox] ?? '';
    const order = { email, companyName: 'Company of faults', language: 'en', delegatedAdmin, message: 'Please.' };
    await act(pair, 'POST', '/api/invitations', { ...order, ...(withDomain ? { domain: organization.domain } : {}) }, (body) => {
      const add = (isAttached: boolean) =>
        model.sending(pair, email, () => model.addInvitation(invitation, { id: body.id, pair, email, delegatedAdmin, isAttached }));
      if (!withDomain) return add(false);
      return model.ofRelationship(pair, (state) => {
        if (state === 'active' || state === 'ending') return [{ says: 'validation_failed:already_customer', effect: nothing }];
        if (state !== 'requested') return add(state === 'none');
        // Its request has run out, perhaps, and holds it until it is swept: then there is no request any more.
        return model.heldByRequest(pair) ? [{ says: 'validation_failed:already_invited', effect: nothing }] : add(false);
      });
    });
  }

  async function request({ invitation, delegatedAdmin, ...order }: Act<'request' | 'reinstate'>): Promise<void> {
    const pair = await seenPair(order);
    if (!pair.customerId) return told('  no such customer');
    const from = order.do === 'request' ? 'none' : 'ended';
    const email = order.do === 'request' ? (model.organizationOf(pair).mailboxes[order.mailbox] ?? '') : pair.contact;
    const body = { customerId: pair.customerId, message: 'Please.', delegatedAdmin, ...(order.do === 'request' ? { email } : {}) };
    await act(pair, 'POST', `/api/customers/${pair.customerId}/relationship/${order.do}`, body, (made) =>
      model.ofRelationship(pair, (state) => {
        if (state !== from) return illegal('relationship');
        return model.sending(pair, email, () =>
          model.addInvitation(invitation, { id: made.id, pair, email, delegatedAdmin, isAttached: true }),
        );
      }),
    );
  }

  async function resend(order: Act<'resend' | 'change-address'>): Promise<void> {
    const invitation = invitationOf(order.invitation);
    if (!invitation) return told('  no such invitation');
    await seeSwept();
    const { pair } = invitation;
    const mailbox = order.do === 'change-address' ? model.organizationOf(pair).mailboxes[order.mailbox] : undefined;
    const email = mailbox ?? invitation.email;
    const sent = () => {
      if (email !== invitation.email) invitation.version += 1;
      invitation.email = email;
      model.count(pair, 'invitation.resent');
      model.count(pair, 'mail.queued');
    };
    await act(pair, 'POST', `/api/invitations/${invitation.id}/resend`, mailbox ? { email } : {}, () =>
      invitation.state === 'pending' ? [...model.sending(pair, email, sent, invitation), ...illegal('mail')] : illegal('invitation'),
    );
  }

  async function revoke(number: number): Promise<void> {
    const invitation = invitationOf(number);
    if (!invitation) return told('  no such invitation');
    await look(invitation.pair);
    await act(invitation.pair, 'POST', `/api/invitations/${invitation.id}/revoke`, {}, () => revoking(invitation));
  }

  const revoking = (invitation: Invitation): Outcome[] =>
    invitation.state === 'pending'
      ? [
          {
            says: 'done',
            effect: () => {
              model.withdraw(invitation, 'revoked');
              model.count(invitation.pair, 'invitation.revoked');
            },
          },
        ]
      : illegal('invitation');

  async function copyLink(number: number): Promise<void> {
    const invitation = invitationOf(number);
    if (!invitation) return told('  no such invitation');
    const partner = partnerOf(invitation.pair);
    const path = `/api/invitations/${invitation.id}/link`;
    // Each copy is noted: who asks again has copied twice, perhaps.
    const answer = await people.command(partner.cookie, 'POST', path, {}, `${name}-${index}`, { api: command.api });
    told(`  ${answer?.says}`);
    settle(
      invitation.state === 'pending'
        ? [{ says: 'done', effect: () => model.count(invitation.pair, 'invitation.link_copied', 1, command.fault ? 20 : 0) }]
        : illegal('invitation'),
      answer?.says ?? '',
    );
    if (answer?.says === 'done' && answer.body.link !== links.linkOf({ id: invitation.id, tokenVersion: invitation.version }))
      throw new Violation(`the link of invitation ${number} is not the one that is expected`);
  }

  async function expire(number: number): Promise<void> {
    const invitation = invitationOf(number);
    if (!invitation) return told('  no such invitation');
    await look(invitation.pair);
    if (invitation.state !== 'pending') return told('  it is over already');
    told('  its time is over');
    await sql`update invitations set expires_at = now() - interval '1 second' where id = ${invitation.id}`;
    model.expire(invitation);
  }

  // ── the customer's page ────────────────────────────────────────────────────────────────────────

  const pageOf = ({ id, version }: Invitation) => new URL(links.linkOf({ id, tokenVersion: version })).pathname;

  /** Everything that the person who answers needs: the sign-in of the organisation's admin, or a filled-in form. */
  async function readyToAnswer(invitation: Invitation): Promise<{ form: Record<string, string>; cookie: string }> {
    const { pair } = invitation;
    const organization = model.organizationOf(pair);
    await onboardingsOver(pair.organization);
    await look(pair);
    if (organization.hasUsers && !organization.admin) await reveal(organization);
    const person = { firstName: 'Grace', lastName: 'Hopper', password: 'correct horse battery' };
    const form = { agreement: 'on', ...person, companyName: 'Company of faults', domain: organization.domain, country: 'DE' };
    return { form, cookie: organization.hasUsers ? (organization.admin?.cookie ?? '') : '' };
  }

  /** The first admin of an onboarded organisation gets its password, once; from whoever serves the organisation. */
  async function reveal(organization: Organization): Promise<void> {
    const isMadeBy = (pair: Pair) => model.organizationOf(pair) === organization && pair.onboarding && pair.customerId;
    const pair = model.pairs.find((candidate) => isMadeBy(candidate)) as Pair;
    const path = `/api/operations/${pair.onboarding}/credentials`;
    const answer = await people.command(partnerOf(pair).cookie, 'POST', path, {}, `${name}-${index}-reveal`, { api: command.api });
    const [admin] =
      await sql`select u.id, u.user_id from customer_users u join organizations o on o.id = u.organization_id where o.domain = ${organization.domain}`;
    let userId: string = admin?.user_id;
    if (answer?.says === 'done' || answer?.says === 'illegal_transition:temporary password')
      model.count(pair, 'customer_user.credentials_revealed');
    else if (
      answer?.says === 'illegal_transition:operation' &&
      model.possible(pair).some((state) => state !== 'active' && state !== 'ending')
    ) {
      // Who does not serve it any more does not see its people. They have got their sign-in in another way, then.
      userId = (await aUser(sql)).id;
      await sql`update customer_users set user_id = ${userId} where id = ${admin?.id}`;
    } else throw new Violation(`the password of an onboarded customer is not shown: ${answer?.says}`);
    organization.admin = { userId, cookie: await cookieOf({ id: userId }) };
  }

  /** The state that the database has, once nobody is at it any more who got no answer. */
  async function stateOf(invitation: Invitation): Promise<string> {
    await installation.ghostsGone();
    const [row] = await sql`select state from invitations where id = ${invitation.id}`;
    return row?.state;
  }

  async function afterAccepting(invitation: Invitation): Promise<void> {
    const { pair } = invitation;
    const organization = model.organizationOf(pair);
    const isFirst = !organization.hasUsers;
    const [row] =
      await sql`select c.id, c.relationship from invitations i join customers c on c.id = i.customer_id where i.id = ${invitation.id}`;
    model.accepted(invitation, pair.relationship === 'ending' && row?.relationship === 'active' ? 'ended' : pair.relationship);
    if (pair.customerId === null) pair.contact = invitation.email;
    pair.customerId = row?.id;
    if (!isFirst) return;
    const [user] = await sql`select id from users where email = ${invitation.email}`;
    if (!user) throw new Violation(`the first admin of ${organization.domain} has no sign-in`);
    organization.admin = { userId: user.id, cookie: await cookieOf({ id: user.id }) };
  }

  async function accept(number: number, atOnce: number): Promise<void> {
    const invitation = invitationOf(number);
    if (!invitation) return told('  no such invitation');
    const { form, cookie } = await readyToAnswer(invitation);
    const path = `${pageOf(invitation)}/accept`;
    const posts = await Promise.all(
      Array.from({ length: atOnce }, (_, nth) => people.post(path, form, cookie, { ...command, api: command.api + nth })),
    );
    const statuses = posts.map((post) => post?.status ?? 'no answer');
    told(`  ${statuses.join(', ')}`);
    const yes = posts.filter((post) => post?.status === 303).length;
    if (yes > 1) throw new Violation(`${yes} people were told that they have accepted the same invitation`);
    if (invitation.state !== 'pending') {
      if (statuses.some((status) => status !== 409 && status !== 'no answer'))
        throw new Violation(`an invitation that is ${invitation.state} was answered: ${statuses.join(', ')}`);
      return;
    }
    const isOpen = posts.some((post) => !post || post.asked > 1);
    const state = yes === 1 ? 'accepted' : isOpen ? await stateOf(invitation) : 'pending';
    if (state === 'accepted') await afterAccepting(invitation);
    else if (!isOpen || state !== 'pending' || posts.some((post) => post))
      throw new Violation(`nobody could accept: ${statuses.join(', ')}; the invitation is ${state}`);
  }

  async function decline(number: number): Promise<void> {
    const invitation = invitationOf(number);
    if (!invitation) return told('  no such invitation');
    const { cookie } = await readyToAnswer(invitation);
    const post = await people.post(`${pageOf(invitation)}/decline`, { reason: 'No.' }, cookie, command);
    told(`  ${post?.status ?? 'no answer'}`);
    if (invitation.state !== 'pending') {
      if (post && post.status !== 409) throw new Violation(`an invitation that is ${invitation.state} was declined: ${post.status}`);
      return;
    }
    const isOpen = !post || post.asked > 1;
    const state = post?.status === 303 ? 'declined' : isOpen ? await stateOf(invitation) : 'pending';
    if (state === 'declined') declined(invitation);
    else if (post || state !== 'pending') throw new Violation(`it could not be declined: ${post?.status}; the invitation is ${state}`);
  }

  function declined(invitation: Invitation): void {
    model.withdraw(invitation, 'declined');
    model.count(invitation.pair, 'invitation.declined');
    model.count(invitation.pair, 'mail.queued');
  }

  /** Two of the customer's people and the partner in the same moment: one of them comes first, and nobody comes second. */
  async function answerEveryWayAtOnce(number: number): Promise<void> {
    const invitation = invitationOf(number);
    if (!invitation) return told('  no such invitation');
    const { form, cookie } = await readyToAnswer(invitation);
    const partner = partnerOf(invitation.pair);
    const manner = { api: command.api };
    const [accepting, declining, revocation] = await Promise.all([
      people.post(`${pageOf(invitation)}/accept`, form, cookie, manner),
      people.post(`${pageOf(invitation)}/decline`, { reason: '' }, cookie, { api: command.api + 1 }),
      people.command(partner.cookie, 'POST', `/api/invitations/${invitation.id}/revoke`, {}, `${name}-${index}`, manner),
    ]);
    const answers = [accepting?.status, declining?.status, revocation?.says];
    told(`  ${answers.join(', ')}`);
    const done = [
      accepting?.status === 303 && 'accepted',
      declining?.status === 303 && 'declined',
      revocation?.says === 'done' && 'revoked',
    ].filter(Boolean);
    if (done.length > 1) throw new Violation(`one invitation was ${done.join(' and ')}`);
    const state = await stateOf(invitation);
    if (invitation.state !== 'pending') {
      if (done.length > 0 || (state !== invitation.state && !invitation.isUnswept))
        throw new Violation(`an invitation that is ${invitation.state} became ${state}: ${answers.join(', ')}`);
      return;
    }
    if (done[0] && done[0] !== state) throw new Violation(`it was ${done[0]}, and is ${state}`);
    if (state === 'accepted') await afterAccepting(invitation);
    else if (state === 'declined') declined(invitation);
    else if (state === 'revoked') settle(revoking(invitation), 'done');
    else throw new Violation(`nobody could answer: ${answers.join(', ')}; the invitation is ${state}`);
  }

  /** The recipient names somebody else. */
  async function askHandOver({ invitation: number, mailbox }: Act<'ask-hand-over'>): Promise<void> {
    const invitation = invitationOf(number);
    if (!invitation) return told('  no such invitation');
    if (invitation.isAdminOnly) return told('  it is for the customer that is there');
    await seeSwept();
    const email = model.organizationOf(invitation.pair).mailboxes[mailbox] ?? '';
    const form = { adminName: 'Grace Hopper', adminEmail: email, adminNote: '' };
    const post = await people.post(`${pageOf(invitation)}/hand-over`, form, '', command);
    told(`  ${post?.status ?? 'no answer'}`);
    const before = invitation.handOvers;
    if (!post || post.asked > 1) await installation.ghostsGone();
    const known = await sql`select id from invitation_hand_overs where invitation_id = ${invitation.id} and state = 'pending'`;
    const isNew = known[0] && known[0].id !== invitation.handOver?.id;
    if (isNew) {
      invitation.handOver = { id: known[0]?.id, email };
      invitation.handOvers += 1;
      model.count(invitation.pair, 'invitation.hand_over_requested');
      model.count(invitation.pair, 'mail.queued');
    }
    const mayBe = invitation.state === 'pending' && email !== invitation.email && before < 3;
    if (isNew && !mayBe) throw new Violation(`somebody else was named for an invitation that is ${invitation.state}`);
    if (!post || post.asked > 1) return;
    const wasPending = !isNew && invitation.handOver !== null;
    const right = invitation.state !== 'pending' || wasPending ? [409] : before >= 3 ? [429] : email === invitation.email ? [422] : [303];
    if (model.refused.has(email) && invitation.state === 'pending' && !wasPending) right.push(422);
    if (!right.includes(post.status))
      throw new Violation(`naming somebody else was answered with ${post.status}, and may be ${right.join(' or ')}`);
  }

  /** The partner decides about the person who was named. */
  async function decideHandOver({ do: what, invitation: number }: Act<'approve-hand-over' | 'refuse-hand-over'>): Promise<void> {
    const invitation = invitationOf(number);
    if (!invitation?.handOver) return told('  nobody was named');
    await seeSwept();
    const { pair, handOver } = invitation;
    const approve = () => {
      invitation.email = handOver.email;
      invitation.version += 1;
      invitation.handOver = null;
      model.count(pair, 'invitation.handed_over');
      model.count(pair, 'mail.queued');
    };
    const refuse = () => {
      invitation.handOver = null;
      model.count(pair, 'invitation.hand_over_refused');
    };
    const old = pageOf(invitation);
    const word = what === 'approve-hand-over' ? 'approve' : 'refuse';
    await act(pair, 'POST', `/api/invitations/${invitation.id}/hand-overs/${handOver.id}/${word}`, {}, () => {
      if (invitation.state !== 'pending') return illegal('hand-over');
      return word === 'approve' ? model.sending(pair, handOver.email, approve, invitation) : [{ says: 'done', effect: refuse }];
    });
    if (old === pageOf(invitation)) return;
    const late = await people.post(`${old}/decline`, {}, '', { api: command.api });
    if (late?.status !== 409) throw new Violation(`a link that was handed over is answered with ${late?.status}`);
  }

  /** The customer takes delegated admin away on its own page. */
  async function takeAway(at: Act<'take-away'>): Promise<void> {
    const pair = await seenPair(at);
    const organization = model.organizationOf(pair);
    if (!pair.customerId || !organization.hasUsers || pair.relationship !== 'active') return told('  no such relationship');
    if (!organization.admin) await reveal(organization);
    const path = `/my/partners/${pair.customerId}/delegated-admin`;
    const post = await people.post(path, {}, organization.admin?.cookie ?? '', command);
    told(`  ${post?.status ?? 'no answer'}`);
    if (!post || post.asked > 1) await installation.ghostsGone();
    const [row] = await sql`select delegated_admin from customers where id = ${pair.customerId}`;
    if (post?.status === 303 && row?.delegated_admin) throw new Violation('delegated admin was taken away, and is still there');
    if (post && ![303, 409].includes(post.status)) throw new Violation(`taking delegated admin away was answered with ${post.status}`);
    if (post?.asked === 1 && (post.status === 303) !== pair.delegatedAdmin)
      throw new Violation(
        `taking away was answered with ${post.status}, and there was ${pair.delegatedAdmin ? 'one' : 'no'} delegated admin`,
      );
    if (!pair.delegatedAdmin || row?.delegated_admin) return;
    pair.delegatedAdmin = false;
    model.count(pair, 'delegated_admin.taken_away');
    // Both sides may be told.
    model.count(pair, 'mail.queued', 0, 3);
  }

  // ── customers and their relationships ──────────────────────────────────────────────────────────

  async function addCustomer(at: Act<'add-customer'>): Promise<void> {
    const pair = model.pairOf(at);
    const organization = model.organizationOf(pair);
    if (organization.kind !== 'onboarded') return told('  it has a domain of its own');
    if (pair.relationship === 'onboarding') await onboardingsOver(pair.organization);
    await look(pair);
    const order = newCustomer(organization.domain.split('.')[0] ?? '');
    order.contact.email = organization.mailboxes[0] ?? '';
    const others = model.pairs.filter((other) => other.organization === pair.organization);
    const isMaking = others.some(({ relationship }) => relationship === 'onboarding');
    const isTaken = others.some(({ customerId }) => customerId !== null);
    await act(pair, 'POST', '/api/customers', order, (body) => [
      ...(isTaken ? [] : [{ says: 'done', effect: () => model.addOperation(body.id, 'customer-onboarding', pair) }]),
      ...(isTaken || isMaking ? [{ says: 'validation_failed:domain_taken', effect: nothing }] : []),
    ]);
  }

  async function end(at: Act<'end'>): Promise<void> {
    const pair = await seenPair(at);
    if (!pair.customerId) return told('  no such customer');
    const body = { customerId: pair.customerId, domain: model.organizationOf(pair).domain };
    await act(pair, 'POST', `/api/customers/${pair.customerId}/relationship/end`, body, (operation) =>
      model.ofRelationship(pair, (state) => {
        if (state !== 'active') return illegal('relationship');
        if (pair.planned) return illegal('planned end');
        if (model.twoPeople.has(pair.partner)) return [{ says: 'second_person_needed', effect: nothing }];
        if (model.hasBlockers(pair)) return [{ says: 'blocked', effect: nothing }];
        return [{ says: 'done', effect: () => model.addOperation(operation.id, 'relationship-end', pair) }];
      }),
    );
  }

  async function cancelEnd(at: Act<'cancel-end'>): Promise<void> {
    const pair = model.pairOf(at);
    if (!pair.customerId) return told('  no such customer');
    await act(pair, 'POST', `/api/customers/${pair.customerId}/relationship/cancel-end`, { customerId: pair.customerId }, () =>
      model.ofRelationship(pair, (state) =>
        state === 'ending' ? [{ says: 'done', effect: () => model.cancelEnd(pair) }] : illegal('relationship'),
      ),
    );
  }

  async function controlOperation({ do: what, ...at }: Act<'cancel-operation' | 'retry-operation'>): Promise<void> {
    const pair = model.pairOf(at);
    const operation = model.operations.get(pair.end ?? pair.onboarding ?? '');
    if (!operation) return told('  no such operation');
    const isCancel = what === 'cancel-operation';
    if (operation.isCancelled) return told('  it was cancelled before');
    await act(pair, 'POST', `/api/operations/${operation.id}/${isCancel ? 'cancel' : 'retry'}`, {}, () => {
      if (operation.kind === 'relationship-end')
        return model.ofRelationship(pair, (state) => {
          if (isCancel && state === 'ending') return [{ says: 'done', effect: () => model.cancelEnd(pair) }];
          // An end that has ended the relationship, and still tells both sides.
          return [...illegal('operation'), ...(isCancel ? illegal('relationship') : [])];
        });
      const mayBe =
        pair.relationship === 'onboarding'
          ? ['running', 'failed', 'succeeded']
          : pair.relationship === 'absent'
            ? ['failed']
            : ['succeeded'];
      return [
        ...(isCancel && mayBe.some((state) => state !== 'succeeded') ? [{ says: 'done', effect: () => model.cancelOnboarding(pair) }] : []),
        ...(!isCancel && mayBe.includes('failed')
          ? [
              {
                says: 'done',
                effect: () => {
                  operation.retries += 1;
                  pair.relationship = 'onboarding' as const;
                },
              },
            ]
          : []),
        ...(mayBe.includes('succeeded') || (!isCancel && mayBe.includes('running')) ? illegal('operation') : []),
      ];
    });
  }

  async function setSupportContact({ name: supportContact, ...at }: Act<'support-contact'>): Promise<void> {
    const pair = await seenPair(at);
    if (!pair.customerId) return told('  no such customer');
    const path = `/api/customers/${pair.customerId}`;
    const { body: shown } = await people.read(partnerOf(pair).cookie, path);
    const isMoving = model.possible(pair).length > 1;
    const order = { customerId: pair.customerId, supportContact };
    await act(
      pair,
      'PATCH',
      path,
      order,
      () =>
        model.ofRelationship(pair, (state) => [
          ...(state === 'ended' || state === 'ending' || (state === 'requested' && pair.hasEnded)
            ? illegal('customer')
            : [
                {
                  says: 'done',
                  effect: () => {
                    pair.supportContact = supportContact;
                    model.count(pair, 'customer.edited');
                  },
                },
              ]),
          ...(isMoving ? [{ says: 'conflict', effect: nothing }] : []),
        ]),
      { ifMatch: shown.version },
    );
  }

  /** Lets the worker come to the end of what it does for a pair. */
  async function wait(at: Act<'wait'>): Promise<void> {
    const pair = model.pairOf(at);
    await onboardingsOver(pair.organization);
    await patiently(`what is under way comes to its end (${pair.relationship})`, async () => {
      if (model.possible(pair).length > 1) await strike('worker-back');
      await look(pair);
      return model.possible(pair).length === 1;
    });
  }

  async function carryOut(order: Act): Promise<void> {
    // What asks for delegated admin alone is taken back by the end at a moment that nobody sees: so the end is waited for.
    const asked = 'invitation' in order ? invitationOf(order.invitation) : undefined;
    if (asked?.isAdminOnly) {
      await look(asked.pair);
      if (asked.pair.relationship === 'ending') await wait({ do: 'wait', ...asked.pair });
    }
    switch (order.do) {
      case 'invite':
        return invite(order);
      case 'request':
      case 'reinstate':
        return request(order);
      case 'resend':
      case 'change-address':
        return resend(order);
      case 'revoke':
        return revoke(order.invitation);
      case 'expire':
        return expire(order.invitation);
      case 'copy-link':
        return copyLink(order.invitation);
      case 'accept':
        return accept(order.invitation, order.atOnce);
      case 'decline':
        return decline(order.invitation);
      case 'answer-every-way-at-once':
        return answerEveryWayAtOnce(order.invitation);
      case 'ask-admin':
        return delegatedAdmin.ask(order);
      case 'take-away':
        return takeAway(order);
      case 'ask-hand-over':
        return askHandOver(order);
      case 'approve-hand-over':
      case 'refuse-hand-over':
        return decideHandOver(order);
      case 'add-customer':
        return addCustomer(order);
      case 'end':
        return end(order);
      case 'cancel-end':
        return cancelEnd(order);
      case 'plan-end':
        return plannedEnds.plan(order);
      case 'cancel-planned-end':
        return plannedEnds.cancel(order);
      case 'decide-planned-end':
        return plannedEnds.decide(order);
      case 'date-comes':
        return plannedEnds.dateComes(order);
      case 'second-person':
        return plannedEnds.wantSecondPerson(order);
      case 'invite-many':
        return many.inviteMany(order);
      case 'import':
        return imports.importCustomers(order);
      case 'end-many':
        return many.endMany(order);
      case 'days-pass':
        return clock.daysPass(order);
      case 'time-runs-out':
        return clock.timeRunsOut(order);
      case 'cancel-operation':
      case 'retry-operation':
        return controlOperation(order);
      case 'support-contact':
        return setSupportContact(order);
      case 'subscribe':
        return purchases.subscribe(order);
      case 'suspend':
      case 'reactivate':
      case 'cancel-subscription':
        return purchases.changeSubscription(order);
      case 'buy':
        return purchases.buy(order);
      case 'cancel-purchase':
        return purchases.cancelPurchase(order);
      case 'wait':
        return wait(order);
    }
  }

  await prepare();
  for (const [at, next] of commands.entries()) {
    index = at;
    command = next;
    told(`${at} ${inWords(next)}`);
    const { fault, api } = next;
    const mailbox = model.organizations[at % model.organizations.length]?.mailboxes[0] ?? '';
    if (fault?.kind === 'mail-refuses') model.refused.add(mailbox);
    const striking = fault && sleep(fault.afterMs).then(() => installation.strike(fault.kind, { api, mailbox }));
    await carryOut(next.act);
    await striking;
  }
  return { model, partners };
}

import { aContext, aCustomer, aPartner, aPartnerUser, useTestDatabase } from '@clientele/db/testing';
import type { PartnerType, Role } from '@clientele/domain';
import { describe, expect, it } from 'vitest';
import { editCustomer, getCustomer } from '../customers/edit.ts';
import { claimMails, recordMails } from '../deliveries/send.ts';
import { addSubscription } from '../subscriptions/change.ts';
import { links, outcomeOf, refusalOf, visit } from '../testing/acts.ts';
import { acceptAgreement, openAgreementRequest } from './accept.ts';
import { askAgreement, attestAgreement, copyAgreementLink, resendAgreementRequest } from './ask.ts';

const test = useTestDatabase();

async function setting({ roles = ['sales-agent'] as Role[], type = 'direct-partner' as PartnerType } = {}) {
  const partner = await aPartner(test.sql, { type });
  const ctx = aContext(test.api, partner, await aPartnerUser(test.sql, partner, roles));
  const customer = await aCustomer(test.sql, partner, { agreementAcceptedAt: null, agreementBy: null });
  return { partner, ctx, customer };
}
type World = Awaited<ReturnType<typeof setting>>;

const signer = { firstName: 'Aiko', lastName: 'Tanaka', email: 'aiko@people.example' };
const ask = ({ ctx, customer }: World, email = 'aiko@people.example') =>
  askAgreement(ctx, { customerId: customer.id, email, recipientName: 'Aiko Tanaka', sendMail: true });
const tokenOf = (requestId: string | undefined) => links.agreement.linkOf(requestId ?? '').split('/a/')[1] as string;
const accept = (token: string) =>
  acceptAgreement(visit(test.api), links, { token, firstName: 'Aiko', lastName: 'Tanaka', agreementAccepted: true });
const buy = ({ ctx, customer }: World) => outcomeOf(addSubscription(ctx, { customerId: customer.id, productId: 'm365-e3', quantity: 1 }));

describe('attesting the agreement later', () => {
  it('notes who accepted and when, and lets the customer buy', async () => {
    const world = await setting();
    const { ctx, customer } = world;
    expect(await buy(world)).toBe('validation_failed');
    const now = await attestAgreement(ctx, { customerId: customer.id, ...signer, phone: '+81 3 1234 5678', date: '2025-06-30' });
    expect(now).toMatchObject({
      agreementAccepted: true,
      agreement: { by: 'partner', attestation: { firstName: 'Aiko', date: '2025-06-30' } },
      standing: 'activeAdmin',
      actions: { attest: { allowed: false, reason: 'state', state: 'accepted' } },
    });
    expect(await buy(world)).toBe('done');
    expect(await refusalOf(attestAgreement(ctx, { customerId: customer.id, ...signer, date: '2025-06-30' }))).toMatchObject({
      code: 'illegal_transition',
      details: { state: 'accepted' },
    });
    const [event] = await test.sql`select data from events where customer_id = ${customer.id} and type = 'agreement.attested'`;
    expect(event?.data).toEqual({ date: '2025-06-30' });
  });

  it.each([
    ['9999-12-31', 'date_in_future'],
    ['0001-02-03', 'date'],
    ['0000-01-01', 'date'],
    ['31.01.2025', 'date'],
    ['2025-1-1', 'date'],
    ['', 'date'],
  ])('on %s is refused: %s', async (date, rule) => {
    const { ctx, customer } = await setting();
    const { fields } = await refusalOf(attestAgreement(ctx, { customerId: customer.id, ...signer, date }));
    expect(fields).toEqual([{ path: 'date', rule }]);
  });

  it('is for sellers, and never for an indirect reseller', async () => {
    for (const world of [
      await setting({ roles: ['helpdesk-agent'] }),
      await setting({ roles: ['global-admin'], type: 'indirect-reseller' }),
    ]) {
      const { ctx, customer } = world;
      expect(await outcomeOf(attestAgreement(ctx, { customerId: customer.id, ...signer, date: '2025-06-30' }))).toBe('forbidden');
      expect((await getCustomer(ctx, customer.id)).actions.attest.allowed).toBe(false);
    }
  });
});

describe('asking the customer to accept', () => {
  it('goes by mail with a link that only a person’s answer uses up; then the customer can buy', async () => {
    const world = await setting();
    const { ctx, customer } = world;
    const asked = await ask(world);
    expect(asked).toMatchObject({
      standing: 'agreementAsked',
      agreement: { request: { email: 'aiko@people.example', state: 'pending', delivery: { kind: 'agreement_request', state: 'queued' } } },
      actions: { resendAgreement: { allowed: false, reason: 'state', state: 'sending' }, copyAgreementLink: { allowed: true } },
    });
    const { link } = await copyAgreementLink(ctx, links, customer.id);
    expect(link).toBe(links.agreement.linkOf(asked.agreement.request?.id ?? ''));
    const token = tokenOf(asked.agreement.request?.id);
    for (let look = 0; look < 5; look += 1)
      expect(await openAgreementRequest(visit(test.api), links, token)).toMatchObject({ state: 'pending', isAccepted: false });
    const missing = acceptAgreement(visit(test.api), links, { token, firstName: 'A', lastName: 'B', agreementAccepted: false });
    expect((await refusalOf(missing)).fields).toEqual([{ path: 'agreement', rule: 'required' }]);
    const outcomes = await Promise.all(Array.from({ length: 5 }, () => outcomeOf(accept(token))));
    expect(outcomes.sort()).toEqual(['done', 'link_over', 'link_over', 'link_over', 'link_over']);
    expect(await openAgreementRequest(visit(test.api), links, token)).toMatchObject({
      state: 'accepted',
      acceptedBy: { firstName: 'Aiko', lastName: 'Tanaka' },
    });
    expect(await getCustomer(ctx, customer.id)).toMatchObject({ agreement: { by: 'customer', request: null }, agreementAccepted: true });
    expect(await buy(world)).toBe('done');
    const events =
      await test.sql`select type, actor_kind from events where customer_id = ${customer.id} and type like 'agreement.%' order by id`;
    expect(events.map((event) => `${event.type} ${event.actor_kind}`)).toEqual([
      'agreement.requested partner-user',
      'agreement.link_copied partner-user',
      'agreement.accepted customer',
    ]);
  });

  it('tells the truth about the mail, and offers it again after a refusal of the mail server', async () => {
    const world = await setting();
    const { ctx, customer } = world;
    const first = await ask(world, 'nobody@people.example');
    const [mail] = await claimMails({ ...ctx, db: test.worker }, [first.agreement.request?.delivery?.id ?? '']);
    expect(mail?.agreementRequest?.email).toBe('nobody@people.example');
    await recordMails({ ...ctx, db: test.worker }, [{ delivery: mail!.delivery, outcome: 'bounced', response: '550 no such mailbox' }]);
    expect(await getCustomer(ctx, customer.id)).toMatchObject({
      standing: 'agreementUndelivered',
      agreement: { request: { delivery: { state: 'bounced', serverAnswer: '550 no such mailbox' } } },
      actions: { resendAgreement: { allowed: true } },
    });
    const again = await resendAgreementRequest(ctx, customer.id);
    expect(again.agreement.request?.id).toBe(first.agreement.request?.id);
    expect(again.agreement.request?.delivery?.state).toBe('queued');
    expect(await outcomeOf(resendAgreementRequest(ctx, customer.id))).toBe('illegal_transition');
  });

  it('to another mailbox replaces the first request: its link says so, and its mail does not go out', async () => {
    const world = await setting();
    const { ctx, customer } = world;
    const first = await ask(world, 'wrong@people.example');
    const second = await ask(world, 'right@people.example');
    const old = tokenOf(first.agreement.request?.id);
    expect(await openAgreementRequest(visit(test.api), links, old)).toMatchObject({ state: 'replaced', isAccepted: false });
    expect(await outcomeOf(accept(old))).toBe('link_over');
    expect(await claimMails({ ...ctx, db: test.worker }, [first.agreement.request?.delivery?.id ?? ''])).toEqual([]);
    expect((await getCustomer(ctx, customer.id)).agreement.request?.id).toBe(second.agreement.request?.id);
    // The partner's own attestation closes it, too.
    await attestAgreement(ctx, { customerId: customer.id, ...signer, date: '2025-06-30' });
    expect(await openAgreementRequest(visit(test.api), links, tokenOf(second.agreement.request?.id))).toMatchObject({
      state: 'replaced',
      isAccepted: true,
    });
  });

  it('runs out, and ends with the relationship', async () => {
    const world = await setting();
    const { ctx, customer } = world;
    const request = (await ask(world)).agreement.request;
    const token = tokenOf(request?.id);
    const later = new Date(Date.now() + 31 * 86_400_000);
    expect(await openAgreementRequest(visit(test.api, later), links, token)).toMatchObject({ state: 'expired' });
    expect(await outcomeOf(acceptAgreement(visit(test.api, later), links, { token, ...signer, agreementAccepted: true }))).toBe(
      'link_over',
    );
    expect(await getCustomer({ ...ctx, now: later }, customer.id)).toMatchObject({
      standing: 'agreementExpired',
      actions: { copyAgreementLink: { allowed: false, state: 'expired' }, askAgreement: { allowed: true } },
    });
    await test.sql`update customers set relationship = 'ended' where id = ${customer.id}`;
    expect(await openAgreementRequest(visit(test.api), links, token)).toMatchObject({ state: 'over' });
    expect(await outcomeOf(accept(token))).toBe('link_over');
  });

  it('opens with no other token: an invitation’s, a changed one, another id’s', async () => {
    const world = await setting();
    const id = (await ask(world)).agreement.request?.id ?? '';
    const token = tokenOf(id);
    for (const wrong of [
      '',
      'x',
      links.linkOf({ id, tokenVersion: 1 }).split('/i/')[1] ?? '',
      `${token.slice(0, -1)}${token.endsWith('A') ? 'B' : 'A'}`,
      tokenOf(world.customer.id),
    ])
      expect(await outcomeOf(openAgreementRequest(visit(test.api), links, wrong)), wrong).toBe('link_invalid');
  });

  it('is not undone by editing: the request keeps its mailbox', async () => {
    const world = await setting();
    await ask(world, 'first@people.example');
    const edited = await editCustomer(world.ctx, {
      customerId: world.customer.id,
      version: 1,
      contact: { firstName: 'B', lastName: 'C', email: 'second@people.example' },
    });
    expect(edited.agreement.request?.email).toBe('first@people.example');
  });
});

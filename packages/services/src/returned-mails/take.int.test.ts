import { aContext, aDelivery, anInvitation, aPartner, aPartnerUser, useTestDatabase } from '@clientele/db/testing';
import type { DeliveryState, ReturnReport } from '@clientele/domain';
import { describe, expect, it } from 'vitest';
import { claimMails, recordMails } from '../deliveries/send.ts';
import { resendInvitation } from '../invitations/change.ts';
import { createInvitation } from '../invitations/create.ts';
import { getInvitation } from '../invitations/list.ts';
import { links, refusalOf } from '../testing/acts.ts';
import { createReturnAddresses } from './addresses.ts';
import { takeReturnedMail } from './take.ts';

const test = useTestDatabase();
const secret = 'a secret that only tests know, 32+ characters';
const returns = createReturnAddresses({ bounceAddress: 'bounce@returns.example', secret });
const base = () => ({ db: test.worker, requestId: 'test', now: new Date() });

async function setting(state: DeliveryState = 'sent') {
  const partner = await aPartner(test.sql);
  const author = await aPartnerUser(test.sql, partner);
  const invitation = await anInvitation(test.sql, partner, author);
  const delivery = await aDelivery(test.sql, partner, { invitationId: invitation.id, recipient: invitation.email, state });
  const report = (more: Partial<ReturnReport['recipients'][number]> = {}): ReturnReport => ({
    recipients: [{ addresses: [delivery.recipient], verdict: 'bounced', answer: '550 5.1.1 unknown', ...more }],
    messageId: delivery.messageId,
  });
  const address = returns.addressOf(delivery.id);
  const take = (what: ReturnReport | null = report(), to = [address]) =>
    takeReturnedMail(base(), returns, { recipients: to, report: what });
  const row = async () => (await test.sql`select * from deliveries where id = ${delivery.id}`)[0]!;
  const eventsOf = async () =>
    (await test.sql`select type, data from events where partner_id = ${partner.id} order by id`).map(({ type, data }) => [type, data]);
  const suppressed = async () =>
    test.sql`select email, reason, delivery_id, server_answer from suppressions where partner_id = ${partner.id}`;
  const ctx = aContext(test.api, partner, author);
  return { partner, author, invitation, delivery, report, address, take, row, eventsOf, suppressed, ctx };
}

/** Locks a delivery's row until the given function is called. */
async function held(id: string): Promise<() => Promise<void>> {
  const connection = await test.sql.reserve();
  await connection`begin`;
  await connection`select from deliveries where id = ${id} for update`;
  return async () => {
    await connection`commit`;
    connection.release();
  };
}

describe('a mail that came back', () => {
  it('turns a sent mail to bounced with the server’s words, suppresses the address, and shows on the invitation', async () => {
    const { take, row, eventsOf, suppressed, delivery, ctx, invitation } = await setting();
    expect(await take()).toEqual([{ deliveryId: delivery.id, came: 'bounced' }]);
    expect(await row()).toMatchObject({ state: 'bounced', server_answer: '550 5.1.1 unknown', returned_at: expect.any(Date) });
    expect(await eventsOf()).toEqual([
      ['mail.bounced', { deliveryId: delivery.id, kind: 'invitation', learned: 'report' }],
      ['mail.suppressed', { because: 'bounced', deliveryId: delivery.id }],
    ]);
    expect(await suppressed()).toEqual([
      { email: delivery.recipient.toLowerCase(), reason: 'bounced', delivery_id: delivery.id, server_answer: '550 5.1.1 unknown' },
    ]);
    expect((await getInvitation(ctx, links, invitation.id)).delivery).toMatchObject({ state: 'bounced', returnedAt: expect.any(Date) });
  });

  it('for another reason than the address turns it to failed, and the address may be written to again', async () => {
    const { take, row, eventsOf, suppressed, report } = await setting();
    await take(report({ verdict: 'failed', answer: '552 5.2.2 mailbox full' }));
    expect(await row()).toMatchObject({ state: 'failed', server_answer: '552 5.2.2 mailbox full', returned_at: expect.any(Date) });
    expect((await eventsOf()).map(([type]) => type)).toEqual(['mail.failed']);
    expect(await suppressed()).toEqual([]);
  });

  it('that is only delayed is noted, stays sent, and can still bounce', async () => {
    const { take, row, eventsOf, report } = await setting();
    await take(report({ verdict: 'delayed', answer: '451 4.4.1 try later' }));
    await take(report({ verdict: 'delayed', answer: '451 again' }));
    expect(await row()).toMatchObject({
      state: 'sent',
      delayed_at: expect.any(Date),
      returned_at: null,
      server_answer: '451 4.4.1 try later',
    });
    await take();
    expect(await row()).toMatchObject({ state: 'bounced' });
    expect((await eventsOf()).map(([type]) => type)).toEqual(['mail.delayed', 'mail.bounced', 'mail.suppressed']);
  });

  it('twice, and ten times at once, is one change', async () => {
    const { take, eventsOf, delivery } = await setting();
    // Held until all of them have come to the row.
    const release = await held(delivery.id);
    const arriving = Promise.all(Array.from({ length: 10 }, () => take()));
    await expect
      .poll(
        async () => (await test.sql`select from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`).length,
      )
      .toBeGreaterThan(1);
    await release();
    const outcomes = (await arriving).flat().map(({ came }) => came);
    expect(outcomes.sort()).toEqual(['bounced', ...Array(9).fill('known')]);
    expect((await eventsOf()).map(([type]) => type)).toEqual(['mail.bounced', 'mail.suppressed']);
  });

  it('before its 250 is written down is not lost: the record comes too late', async () => {
    const { take, row, eventsOf, delivery, partner } = await setting('queued');
    const ctx = { ...base(), partner, actor: { kind: 'system', id: 'mail.send' } as const };
    const [claimed] = await claimMails(ctx, [delivery.id]);
    expect(await take()).toMatchObject([{ came: 'bounced' }]);
    await recordMails(ctx, [{ delivery: claimed!.delivery, outcome: 'sent', response: '250 ok' }]);
    expect(await row()).toMatchObject({ state: 'bounced', server_answer: '550 5.1.1 unknown', attempts: 1, lease_until: null });
    expect((await eventsOf()).map(([type]) => type)).toEqual(['mail.bounced', 'mail.suppressed']);
    expect(await claimMails({ ...ctx, now: new Date(Date.now() + 1e9) }, [delivery.id])).toEqual([]);
  });

  it('after a 250 that never reached us ends the attempts', async () => {
    const { take, row } = await setting('deferred');
    await take();
    expect(await row()).toMatchObject({ state: 'bounced' });
  });

  it('for two mails at once counts only for the one that its report is about', async () => {
    const [one, other] = [await setting(), await setting()];
    await one.take(one.report(), [one.address, other.address, one.address]);
    expect([(await one.row()).state, (await other.row()).state]).toEqual(['bounced', 'sent']);
  });
});

describe('a report that lies', () => {
  it.each<[string, (of: Awaited<ReturnType<typeof setting>>, other: Awaited<ReturnType<typeof setting>>) => Promise<unknown>]>([
    ['is no report at all', ({ take }) => take(null)],
    ['comes to no return address', ({ take, report }) => take(report(), ['bounce@returns.example', 'anna@contoso.example'])],
    ['has a forged mark', ({ take, report, address }) => take(report(), [address.replace(/\.(.)/, (_, a) => (a === 'a' ? '.b' : '.a'))])],
    [
      'has another installation’s mark',
      ({ take, report, delivery }) =>
        take(report(), [createReturnAddresses({ bounceAddress: 'bounce@returns.example', secret: `${secret}!` }).addressOf(delivery.id)]),
    ],
    [
      'has another mail’s mark with this mail’s id',
      ({ take, report, address }, other) => take(report(), [`${address.split('.')[0]}.${other.address.split('.').slice(1).join('.')}`]),
    ],
    [
      'has the mark of a mail that is not there',
      ({ take, report }) => take(report(), [returns.addressOf('0199f0aa-3c6b-7c3e-9a51-5d1f0b2c3d4e')]),
    ],
    ['names another recipient', ({ take, report }) => take(report({ addresses: ['ceo@contoso.example'] }))],
    ['names another partner’s recipient', ({ take, report }, other) => take(report({ addresses: [other.delivery.recipient] }))],
    ['returns another partner’s mail', ({ take, report }, other) => take({ ...report(), messageId: other.delivery.messageId })],
    ['comes to another partner’s mail', ({ report }, other) => other.take(report())],
    ['says delivered', ({ take, report }) => take(report({ verdict: null }))],
  ])('%s: nothing changes, for nobody', async (_what, act) => {
    const [one, other] = [await setting(), await setting()];
    await act(one, other);
    for (const { row, eventsOf, suppressed } of [one, other]) {
      expect(await row()).toMatchObject({ state: 'sent', returned_at: null });
      expect(await eventsOf()).toEqual([]);
      expect(await suppressed()).toEqual([]);
    }
  });
});

describe('an address that a mail came back from', () => {
  it('after a refusal at once is suppressed, too; after one that is not its fault it is not', async () => {
    for (const [outcome, count] of [
      ['bounced', 1],
      ['failed', 0],
    ] as const) {
      const { delivery, partner, suppressed, eventsOf } = await setting('queued');
      const ctx = { ...base(), partner, actor: { kind: 'system', id: 'mail.send' } as const };
      const [claimed] = await claimMails(ctx, [delivery.id]);
      await recordMails(ctx, [{ delivery: claimed!.delivery, outcome, response: '550' }]);
      expect(await suppressed()).toHaveLength(count);
      expect((await eventsOf()).map(([type]) => type)).toEqual([`mail.${outcome}`, ...(count ? ['mail.suppressed'] : [])]);
    }
  });

  it('gets no mail that was queued before', async () => {
    const { take, invitation, partner, ctx } = await setting();
    const later = await aDelivery(test.sql, partner, { invitationId: invitation.id, recipient: invitation.email });
    await take();
    expect(await claimMails({ ...ctx, db: test.worker, now: new Date(Date.now() + 1000) }, [later.id])).toEqual([]);
    expect((await test.sql`select state, server_answer from deliveries where id = ${later.id}`)[0]).toEqual({
      state: 'bounced',
      server_answer: 'Not sent: an earlier mail to this address came back.',
    });
  });

  it('is refused at its field for a new invitation and for sending again; the invitation goes on with a corrected one', async () => {
    const { take, ctx, invitation, delivery } = await setting();
    await take();
    const again = await refusalOf(resendInvitation(ctx, links, { invitationId: invitation.id }));
    expect(again.fields).toEqual([{ path: 'email', rule: 'address_bounced', params: { email: invitation.email.toLowerCase() } }]);
    const order = { companyName: 'Contoso', language: 'en', delegatedAdmin: true, message: 'Please {link}', sendMail: true } as const;
    expect((await refusalOf(createInvitation(ctx, links, { ...order, email: invitation.email }))).fields[0]?.rule).toBe('address_bounced');
    const mended = await resendInvitation(ctx, links, { invitationId: invitation.id, email: `right-${delivery.id}@contoso.example` });
    expect(mended).toMatchObject({ state: 'pending', delivery: { state: 'queued', returnedAt: null } });
  });

  it('is another partner’s business no more than the mail was', async () => {
    const [one, other] = [await setting(), await setting()];
    await one.take();
    const order = { companyName: 'Contoso', language: 'en', delegatedAdmin: true, message: 'Please {link}', sendMail: true } as const;
    expect((await createInvitation(other.ctx, links, { ...order, email: one.invitation.email })).state).toBe('pending');
  });
});

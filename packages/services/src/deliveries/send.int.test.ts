import type { Context, DeliveryRecord } from '@clientele/db';
import { aContext, aDelivery, anInvitation, aPartner, aPartnerUser, useTestDatabase } from '@clientele/db/testing';
import { deliveryLeaseSeconds, mostDeliveryAttempts } from '@clientele/domain';
import { describe, expect, it } from 'vitest';
import { claimMails, holdMails, type MailOutcome, recordMails } from './send.ts';

const test = useTestDatabase();

const claimMail = async (ctx: Context, id: string) => (await claimMails(ctx, [id]))[0];
/** When it is tried again; null when it is not. */
const recordMail = async (ctx: Context, delivery: DeliveryRecord, outcome: MailOutcome) => ({
  retryAt: (await recordMails(ctx, [{ delivery, ...outcome }]))[0]?.retryAt ?? null,
});

async function setting(more: Parameters<typeof aDelivery>[2] = {}) {
  const partner = await aPartner(test.sql);
  const author = await aPartnerUser(test.sql, partner);
  const invitation = await anInvitation(test.sql, partner, author);
  const delivery = await aDelivery(test.sql, partner, { invitationId: invitation.id, ...more });
  const ctx: Context = { ...aContext(test.worker, partner, author), actor: { kind: 'system', id: 'mail.send' } };
  const at = (seconds: number): Context => ({ ...ctx, now: new Date(delivery.nextAttemptAt.getTime() + seconds * 1000) });
  const row = async () => (await test.sql`select * from deliveries where id = ${delivery.id}`)[0]!;
  const eventsOf = async () =>
    (await test.sql`select type from events where partner_id = ${partner.id} order by id`).map((event) => event.type as string);
  return { partner, author, invitation, delivery, at, row, eventsOf };
}

describe('claiming a mail', () => {
  it('gives it to one of ten workers, with the rows it speaks of', async () => {
    const { at, delivery, author, invitation, row } = await setting();
    const claims = (await Promise.all(Array.from({ length: 10 }, () => claimMail(at(1), delivery.id)))).filter(
      (claim) => claim !== undefined,
    );
    expect(claims).toHaveLength(1);
    expect(claims[0]).toMatchObject({
      delivery: { id: delivery.id },
      invitation: { id: invitation.id },
      author: { name: author.name, email: author.email },
    });
    expect(await row()).toMatchObject({ state: 'sending', attempts: 0 });
  });

  it('gives it to another once the lease of a dead worker has run out, and not before', async () => {
    const { at, delivery } = await setting();
    await claimMail(at(0), delivery.id);
    expect(await claimMail(at(deliveryLeaseSeconds - 1), delivery.id)).toBeUndefined();
    expect(await claimMail(at(deliveryLeaseSeconds), delivery.id)).toBeDefined();
  });

  it('gives nothing of what is done, not due, or another partner’s', async () => {
    for (const state of ['sent', 'bounced', 'failed'] as const) {
      const { at, delivery } = await setting({ state });
      expect(await claimMail(at(1000), delivery.id), state).toBeUndefined();
    }
    const { at, delivery } = await setting();
    expect(await claimMail(at(-1), delivery.id)).toBeUndefined();
    expect(await claimMail((await setting()).at(1), delivery.id)).toBeUndefined();
  });

  it('does not send an invitation that is no longer open', async () => {
    for (const state of ['accepted', 'declined', 'revoked', 'expired']) {
      const { at, delivery, invitation, row } = await setting();
      await test.sql`update invitations set state = ${state} where id = ${invitation.id}`;
      expect(await claimMail(at(1), delivery.id)).toBeUndefined();
      expect(await row()).toMatchObject({ state: 'failed', server_answer: expect.stringContaining('no longer open') });
    }
  });
});

describe('recording what the mail server said', () => {
  const answers = [
    ['sent', '250 2.0.0 Ok', 'mail.sent'],
    ['bounced', '550 5.1.1 No such user', 'mail.bounced'],
    ['failed', '554 5.7.1 Spam', 'mail.failed'],
    ['deferred', '451 4.7.1 Later', 'mail.deferred'],
  ] as const;

  it.each(answers)('shows %s with the server’s own words', async (outcome, response, type) => {
    const { at, delivery, row, eventsOf } = await setting();
    const claimed = await claimMail(at(1), delivery.id);
    const { retryAt } = await recordMail(at(2), claimed!.delivery, { outcome, response });
    expect(await row()).toMatchObject({ state: outcome, server_answer: response, attempts: 1, lease_until: null });
    expect(await eventsOf()).toEqual([type, ...(outcome === 'bounced' ? ['mail.suppressed'] : [])]);
    expect(Boolean((await row()).sent_at)).toBe(outcome === 'sent');
    if (outcome === 'deferred') expect(retryAt).toEqual(at(17).now);
    else expect(retryAt).toBeNull();
  });

  it('tries again when it is due, and gives up after about a day', async () => {
    const { at, delivery, row } = await setting();
    let now = 0;
    for (let attempt = 1; attempt <= mostDeliveryAttempts; attempt++) {
      const claimed = await claimMail(at(now), delivery.id);
      expect(claimed, `attempt ${attempt}`).toBeDefined();
      const { retryAt } = await recordMail(at(now), claimed!.delivery, { outcome: 'deferred', response: '451 later' });
      if (attempt < mostDeliveryAttempts) {
        expect((await row()).state).toBe('deferred');
        expect(await claimMail({ ...at(0), now: new Date(retryAt!.getTime() - 1) }, delivery.id)).toBeUndefined();
        now = (retryAt!.getTime() - delivery.nextAttemptAt.getTime()) / 1000;
      } else expect(retryAt).toBeNull();
    }
    expect(await row()).toMatchObject({ state: 'failed', attempts: mostDeliveryAttempts, server_answer: '451 later' });
    expect(await claimMail(at(now + 100_000), delivery.id)).toBeUndefined();
  });

  it('counts only for the attempt it belongs to: a worker that comes too late changes nothing', async () => {
    const { at, delivery, row, eventsOf } = await setting();
    const slow = await claimMail(at(0), delivery.id);
    const quick = await claimMail(at(deliveryLeaseSeconds + 1), delivery.id);
    await recordMail(at(deliveryLeaseSeconds + 2), quick!.delivery, { outcome: 'sent', response: '250 Ok' });
    await recordMail(at(deliveryLeaseSeconds + 3), slow!.delivery, { outcome: 'deferred', response: 'timeout' });
    expect(await row()).toMatchObject({ state: 'sent', server_answer: '250 Ok', attempts: 1 });
    expect(await eventsOf()).toEqual(['mail.sent']);
  });
});

describe('many mails at once', () => {
  async function many(count: number) {
    const partner = await aPartner(test.sql);
    const author = await aPartnerUser(test.sql, partner);
    const ctx: Context = { ...aContext(test.worker, partner, author), actor: { kind: 'system', id: 'mail.send' } };
    const invited = await Promise.all(Array.from({ length: count }, () => anInvitation(test.sql, partner, author)));
    const mails = await Promise.all(invited.map(({ id }) => aDelivery(test.sql, partner, { invitationId: id })));
    const at = (seconds: number): Context => ({ ...ctx, now: new Date(Date.now() + 1000 + seconds * 1000) });
    const states = async () =>
      Object.fromEntries(
        (await test.sql`select id, state from deliveries where partner_id = ${partner.id}`).map(({ id, state }) => [id, state]),
      );
    return { partner, author, invited, ids: mails.map(({ id }) => id), at, states };
  }

  it('go each to one of several workers, with the rows that each of them speaks of', async () => {
    const { ids, invited, author, at } = await many(20);
    const shuffled = [ids, [...ids].reverse(), ids.slice(5, 15), ids];
    const claims = (await Promise.all(shuffled.map((some) => claimMails(at(0), some)))).flat();
    expect(claims.map(({ delivery }) => delivery.id).sort()).toEqual([...ids].sort());
    for (const { delivery, invitation, author: who } of claims) {
      expect(invitation?.id).toBe(delivery.invitationId);
      expect(who.email).toBe(author.email);
    }
    expect(new Set(claims.map(({ invitation }) => invitation?.id)).size).toBe(invited.length);
  });

  it('leave out the one whose invitation is no longer open, and say so at it', async () => {
    const { ids, invited, at, states } = await many(3);
    await test.sql`update invitations set state = 'revoked' where id = ${invited[1]!.id}`;
    expect((await claimMails(at(0), ids)).map(({ delivery }) => delivery.id).sort()).toEqual([ids[0], ids[2]].sort());
    expect(await states()).toEqual({ [ids[0]!]: 'sending', [ids[1]!]: 'failed', [ids[2]!]: 'sending' });
  });

  it('are written down together, each as the mail server has answered, with an event each', async () => {
    const { partner, ids, at, states } = await many(4);
    const claimed = await claimMails(at(0), ids);
    const outcomes = ['sent', 'deferred', 'bounced', 'failed'] as const;
    const later = await recordMails(
      at(1),
      claimed.map(({ delivery }) => ({
        delivery,
        outcome: outcomes[ids.indexOf(delivery.id)]!,
        response: `answer ${ids.indexOf(delivery.id)}`,
      })),
    );
    expect(await states()).toEqual(Object.fromEntries(ids.map((id, index) => [id, outcomes[index]])));
    expect(later).toMatchObject([{ deliveryId: ids[1], attempts: 1 }]);
    const events =
      await test.sql`select type, data->>'deliveryId' as id from events where type <> 'mail.suppressed' and partner_id = ${partner.id}`;
    expect(events.map(({ type, id }) => [type, id]).sort()).toEqual(ids.map((id, index) => [`mail.${outcomes[index]}`, id]).sort());
    expect(
      await recordMails(
        at(2),
        claimed.map(({ delivery }) => ({ delivery, outcome: 'deferred', response: 'late' })),
      ),
    ).toEqual([]);
  });

  it('are held for longer by the worker that holds them, and by no other; given back, another takes them at once', async () => {
    const { ids, at } = await many(3);
    const claimed = await claimMails(at(0), ids, 10_000);
    const heldUntil = claimed[0]!.delivery.leaseUntil!;
    expect(await holdMails(at(5), ids, { heldUntil, until: at(15).now })).toEqual(new Set(ids));
    expect(await claimMails(at(12), ids)).toEqual([]);
    // One who has slept through his time.
    expect(await holdMails(at(12), ids, { heldUntil, until: at(60).now })).toEqual(new Set());
    const until = at(13).now;
    expect((await holdMails(at(13), ids.slice(0, 2), { heldUntil: (await leases(ids))[0]!, until })).size).toBe(2);
    expect((await claimMails({ ...at(13), now: until }, ids)).map(({ delivery }) => delivery.id).sort()).toEqual(ids.slice(0, 2).sort());
  });

  const leases = async (ids: string[]) =>
    (await test.sql`select lease_until from deliveries where id = any(${ids})`).map(({ lease_until }) => lease_until as Date);
});

import { read, transact } from '@clientele/db';
import { aContext, aCustomer, anInvitation, aPartner, aPartnerUser, aSuppression, useTestDatabase } from '@clientele/db/testing';
import type { InvitationLimits } from '@clientele/domain';
import { describe, expect, it } from 'vitest';
import { type InvitationOrder, insertInvitations } from './create.ts';
import { roomForInvitations } from './limits.ts';

const test = useTestDatabase();

async function setting(limits: Partial<InvitationLimits> = {}) {
  const partner = await aPartner(test.sql);
  const author = await aPartnerUser(test.sql, partner);
  await test.sql`insert into partner_settings values (${partner.id}, ${test.sql.json({ invitationLimits: limits })}, 1, ${author.id}, now())`;
  const ctx = aContext(test.api, partner, author);
  const insert = (orders: Partial<InvitationOrder>[]) =>
    transact(ctx, async (tx) => {
      const { results, events } = await insertInvitations(
        ctx,
        tx,
        orders.map((order, at) => ({
          ...{ purpose: 'relationship', customerId: null, email: `it-${at}@${partner.id}.example`, companyName: 'Litware' },
          ...{ language: 'en', delegatedAdmin: false, message: 'Please.\n\n{link}', sendMail: true },
          ...order,
        })),
      );
      return { result: results, events };
    });
  const rows = () => test.sql`select email from invitations where partner_id = ${partner.id} order by email`;
  return { partner, author, ctx, insert, rows };
}

const outcomes = (results: Awaited<ReturnType<Awaited<ReturnType<typeof setting>>['insert']>>) =>
  results.map((result) => ('id' in result ? 'made' : (result.refusal.fields[0]?.rule ?? result.refusal.code)));

describe('writing many invitations at once', () => {
  it('makes those that can be, each with its mail, and says of every other what stands in its way', async () => {
    const { partner, author, insert } = await setting();
    const customer = await aCustomer(test.sql, partner, { relationship: 'none' });
    const open = await anInvitation(test.sql, partner, author, { email: 'Open@litware.example', customerId: customer.id });
    const bounced = await aSuppression(test.sql, partner, { reason: 'bounced' });
    const unwanted = await aSuppression(test.sql, partner, { reason: 'unsubscribed' });
    const results = await insert([
      { email: 'new@litware.example' },
      { email: 'open@Litware.example' },
      { email: bounced.email.toUpperCase() },
      { email: unwanted.email },
      { email: 'NEW@litware.example' },
      { email: 'other@litware.example', customerId: customer.id },
      { email: 'copied@litware.example', sendMail: false },
    ]);
    expect(outcomes(results)).toEqual([
      ...['made', 'already_invited', 'address_bounced', 'address_unsubscribed', 'already_invited', 'already_invited', 'made'],
    ]);
    expect(results[1]).toMatchObject({ refusal: { details: { invitationId: open.id } } });
    expect(results[5]).toMatchObject({ refusal: { details: { invitationId: open.id } } });
    const mails = await test.sql`select recipient, invitation_id from deliveries where partner_id = ${partner.id}`;
    expect(mails).toEqual([{ recipient: 'new@litware.example', invitation_id: (results[0] as { id: string }).id }]);
    const events = await test.sql`select type from events where partner_id = ${partner.id} order by id`;
    expect(events.map(({ type }) => type)).toEqual(['invitation.created', 'invitation.created', 'mail.queued']);
  });

  it('makes as many as the limits leave room for, and says the figure to the rest', async () => {
    const { insert, rows } = await setting({ open: 3 });
    expect(outcomes(await insert([{}, {}, {}, {}, {}]))).toEqual(['made', 'made', 'made', 'limit_reached', 'limit_reached']);
    const [refused] = await insert([{ email: 'late@litware.example' }]);
    expect(refused).toMatchObject({ refusal: { code: 'limit_reached', details: { limit: 'open', most: 3, now: 3 } } });
    expect(await rows()).toHaveLength(3);
  });

  it('keeps to a limit also when ten send at the same moment', async () => {
    const { insert, rows } = await setting({ perTenMinutes: 5 });
    const all = await Promise.all(Array.from({ length: 10 }, (_, at) => insert([{ email: `one-${at}@litware.example` }])));
    expect(all.flatMap(outcomes).filter((outcome) => outcome === 'made')).toHaveLength(5);
    expect(await rows()).toHaveLength(5);
  });
});

describe('the room for invitations', () => {
  it('is what the nearest limit leaves, and grows again when ten minutes and a day are over', async () => {
    const { partner, author, ctx } = await setting({ open: 100, perTenMinutes: 2, perDay: 3 });
    const sentAgo = (minutes: number) =>
      anInvitation(test.sql, partner, author, { state: 'declined', createdAt: new Date(ctx.now.getTime() - minutes * 60_000) });
    const room = async () => {
      const { left, refusal } = await read(ctx, (tx) => roomForInvitations(ctx, tx));
      return [left, refusal.details.limit];
    };
    expect(await room()).toEqual([2, 'perTenMinutes']);
    await sentAgo(9);
    await sentAgo(11);
    expect(await room()).toEqual([1, 'perTenMinutes']);
    await sentAgo(60 * 23);
    expect(await room()).toEqual([0, 'perDay']);
    await sentAgo(60 * 25);
    expect(await room()).toEqual([0, 'perDay']);
  });
});

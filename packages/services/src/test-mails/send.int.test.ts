import { aContext, aPartner, aPartnerUser, useTestDatabase } from '@clientele/db/testing';
import { describe, expect, it } from 'vitest';
import { claimMails, recordMails } from '../deliveries/send.ts';
import { outcomeOf, refusalOf } from '../testing/acts.ts';
import { getTestMail, sendTestMail } from './send.ts';

const test = useTestDatabase();

async function setting(roles: Parameters<typeof aPartnerUser>[2] = ['global-admin']) {
  const partner = await aPartner(test.sql);
  const user = await aPartnerUser(test.sql, partner, roles);
  const ctx = aContext(test.api, partner, user);
  const work = { ...ctx, db: test.worker, actor: { kind: 'system', id: 'mail.send' } as const, now: new Date(Date.now() + 1000) };
  /** Sends what is queued, as a worker would. */
  const deliver = async (outcome: 'sent' | 'bounced') => {
    const { mail } = await getTestMail(ctx);
    const mails = await claimMails(work, [mail?.id ?? '']);
    await recordMails(
      work,
      mails.map(({ delivery }) => ({ delivery, outcome, response: outcome === 'sent' ? '250 ok' : '550 no' })),
    );
  };
  return { partner, user, ctx, deliver };
}

describe('a test mail', () => {
  it('goes to the person who asks, in its language, and its page tells what became of it', async () => {
    const { ctx, user, deliver } = await setting();
    await test.sql`update users set language = 'ja' where id = ${user.id}`;
    expect(await getTestMail(ctx)).toEqual({ mail: null });
    expect(await sendTestMail(ctx)).toMatchObject({ state: 'queued', kind: 'test_mail', recipient: user.email });
    const [row] = await test.sql`select language, facts from deliveries where recipient = ${user.email}`;
    expect(row).toEqual({ language: 'ja', facts: { userId: user.id } });
    await deliver('sent');
    expect((await getTestMail(ctx)).mail).toMatchObject({ state: 'sent', serverAnswer: '250 ok' });
  });

  it('is one at a time, also when asked for ten times at once, and five in ten minutes; the refusal says the figure', async () => {
    const { ctx, deliver } = await setting();
    // Connections are opened now, so that the ten really meet.
    await Promise.all(Array.from({ length: 20 }, () => getTestMail(ctx)));
    const outcomes = await Promise.all(Array.from({ length: 10 }, () => outcomeOf(sendTestMail(ctx))));
    expect(outcomes.sort()).toEqual(['done', ...Array(9).fill('illegal_transition')]);
    for (let sent = 1; sent < 5; sent++) {
      await deliver('sent');
      await sendTestMail(ctx);
    }
    await deliver('sent');
    expect(await refusalOf(sendTestMail(ctx))).toMatchObject({
      code: 'limit_reached',
      message: expect.stringContaining('5 test mails'),
      details: { most: 5, now: 5 },
    });
    expect(await outcomeOf(sendTestMail({ ...ctx, now: new Date(Date.now() + 11 * 60_000) }))).toBe('done');
  });

  it('is not sent to an address that a mail came back from', async () => {
    const { ctx, user, deliver } = await setting();
    await sendTestMail(ctx);
    await deliver('bounced');
    expect((await refusalOf(sendTestMail(ctx))).fields).toEqual([
      { path: 'email', rule: 'address_bounced', params: { email: user.email } },
    ]);
  });

  it('is the business of who manages the partner, and of nobody else, another admin included', async () => {
    const { ctx, partner } = await setting();
    await sendTestMail(ctx);
    const colleague = aContext(test.api, partner, await aPartnerUser(test.sql, partner));
    expect(await getTestMail(colleague)).toEqual({ mail: null });
    const agent = await setting(['admin-agent']);
    for (const act of [sendTestMail, getTestMail])
      expect(await refusalOf(act(agent.ctx))).toMatchObject({ code: 'forbidden', details: { needs: ['global-admin'] } });
  });
});

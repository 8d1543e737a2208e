import { aContext, aCustomer, aDelivery, anInvitation, anOperation, aPartner, aPartnerUser, useTestDatabase } from '@clientele/db/testing';
import { describe, expect, it } from 'vitest';
import { outcomeOf, refusalOf } from '../testing/acts.ts';
import { describeJobs, discardJob } from './failed.ts';

const test = useTestDatabase();

async function setting(roles: Parameters<typeof aPartnerUser>[2] = ['global-admin']) {
  const partner = await aPartner(test.sql);
  const user = await aPartnerUser(test.sql, partner, roles);
  return { partner, user, ctx: aContext(test.api, partner, user) };
}

describe('a failed job', () => {
  it('is told of by what it is about: a mail or an operation as it stands now', async () => {
    const { partner, user, ctx } = await setting();
    const customer = await aCustomer(test.sql, partner);
    const invitation = await anInvitation(test.sql, partner, user);
    const operation = await anOperation(test.sql, partner, user, { kind: 'customers-tag', state: 'running' });
    const invited = await aDelivery(test.sql, partner, { invitationId: invitation.id, state: 'bounced' });
    const welcome = await aDelivery(test.sql, partner, { customerId: customer.id, kind: 'welcome' });
    const jobs = [{ operationId: operation.id }, { deliveryId: invited.id }, { deliveryId: welcome.id }].map((ids, index) => ({
      id: String(index),
      payload: { partnerId: partner.id, ...ids },
    }));
    expect(await describeJobs(ctx, jobs)).toEqual([
      {
        id: '0',
        about: { thing: 'operation', operationId: operation.id, kind: 'customers-tag', subject: operation.subject, state: 'running' },
      },
      {
        id: '1',
        about: expect.objectContaining({
          thing: 'mail',
          recipient: invited.recipient,
          subject: invitation.companyName,
          state: 'bounced',
          invitationId: invitation.id,
        }),
      },
      {
        id: '2',
        about: expect.objectContaining({ kind: 'welcome', subject: customer.companyName, customerId: customer.id, state: 'queued' }),
      },
    ]);
  });

  it('is about nothing when that is gone, another partner’s, or cannot be read', async () => {
    const { ctx } = await setting();
    const other = await setting();
    const theirs = await anOperation(test.sql, other.partner, other.user);
    const payloads = [
      { operationId: theirs.id },
      { operationId: '0190a000-0000-7000-8000-000000000000' },
      { deliveryId: "' or 1=1" },
      { operationId: 7 },
      'x',
      null,
      undefined,
    ];
    expect(
      (
        await describeJobs(
          ctx,
          payloads.map((payload) => ({ payload })),
        )
      ).map(({ about }) => about),
    ).toEqual(payloads.map(() => null));
  });

  it('is discarded by a global admin, and that is in the activity log; when it cannot be taken out it is not', async () => {
    const { partner, user, ctx } = await setting();
    const operation = await anOperation(test.sql, partner, user);
    let removed = 0;
    const job = { name: 'operation.run', payload: { operationId: operation.id }, remove: async () => void removed++ };
    await discardJob(ctx, job);
    expect(removed).toBe(1);
    const logged = () => test.sql`select type, actor_id, data from events where partner_id = ${partner.id}`;
    expect(await logged()).toEqual([
      { type: 'job.discarded', actor_id: user.id, data: { job: 'operation.run', operationId: operation.id } },
    ]);
    await expect(discardJob(ctx, { ...job, remove: () => Promise.reject(new Error('the queue is away')) })).rejects.toThrow('away');
    expect(await logged()).toHaveLength(1);
    const agent = aContext(test.api, partner, await aPartnerUser(test.sql, partner, ['admin-agent']));
    expect(await refusalOf(discardJob(agent, job))).toMatchObject({ code: 'forbidden', details: { permission: 'queues.manage' } });
    expect(removed).toBe(1);
    expect(await outcomeOf(describeJobs(agent, []))).toBe('done');
    const seller = aContext(test.api, partner, await aPartnerUser(test.sql, partner, ['sales-agent']));
    expect(await outcomeOf(describeJobs(seller, []))).toBe('forbidden');
  });
});

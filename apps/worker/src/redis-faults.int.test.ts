import { redisServer } from '@clientele/queue/testing';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { makeGate } from './testing/gate.ts';
import { allSettled, allSucceed, type Delivery, newCustomer, type Operation, type Portal, startPortal } from './testing/portal.ts';
import { until } from './testing/processes.ts';

interface QueueState {
  reachable: boolean;
  undispatched: number;
  counts: { active: number; waiting: number; delayed: number; failed: number } | null;
}

describe.skipIf(!redisServer)('a Redis with troubles', () => {
  let portal: Portal;

  /** Adds customers one after the other, as a person would, and gives their operations and the slowest answer. */
  async function addCustomers(names: string[]): Promise<{ ids: string[]; slowest: number }> {
    const ids: string[] = [];
    let slowest = 0;
    for (const name of names) {
      const { status, body, ms } = await portal.request<Operation>('POST', '/api/customers', newCustomer(name));
      expect(status, JSON.stringify(body)).toBe(202);
      ids.push(body.id);
      slowest = Math.max(slowest, ms);
    }
    return { ids, slowest };
  }

  /** Every customer is there once, with one of each effect, and got one mail. */
  async function expectOnce(names: string[]): Promise<void> {
    for (const name of names) {
      const [row] = await portal.sql`select count(*)::int as customers,
          sum((select count(*) from subscriptions s where s.customer_id = c.id))::int as subscriptions,
          sum((select count(*) from customer_users u where u.organization_id = c.organization_id))::int as admins,
          sum((select count(*) from events e where e.customer_id = c.id and e.type = 'mail.sent'))::int as sent,
          sum((select count(*) from events e where e.customer_id = c.id and e.type = 'operation.succeeded'))::int as succeeded
        from customers c where c.company_name = ${`Company ${name}`}`;
      expect(row, name).toEqual({ customers: 1, subscriptions: 1, admins: 1, sent: 1, succeeded: 1 });
      expect(
        portal.mail.received.filter(({ to }) => to === `${name}@customer.example`),
        name,
      ).toHaveLength(1);
    }
  }

  const queueState = () => portal.ask<QueueState>('GET', '/api/queue');

  beforeEach(async () => {
    portal = await startPortal({ backend: 'redis', pace: { operationsAtOnce: 2 } });
  });
  afterEach(() => portal?.stop());

  it('does not keep writes waiting while it hangs, and gets their jobs when it goes on', async () => {
    portal.startWorker();
    const gate = await makeGate(portal, 'operations', "new.subject = 'Company inthemiddle'");
    const { ids: before } = await addCustomers(['inthemiddle']);
    await gate.reached(1);
    portal.redis?.pause();
    const names = ['hung1', 'hung2', 'hung3', 'hung4', 'hung5'];
    const { ids, slowest } = await addCustomers(names);
    expect(slowest).toBeLessThan(1000);
    // What was running when it happened goes on: it needs no queue.
    await gate.open();
    await allSucceed(portal, before);
    expect(await queueState()).toMatchObject({ reachable: false, counts: null, undispatched: expect.any(Number) });
    portal.redis?.resume();
    await allSucceed(portal, ids);
    await allSettled(portal);
    await expectOnce(['inthemiddle', ...names]);
    expect(await queueState()).toMatchObject({ reachable: true, undispatched: 0, counts: { failed: 0 } });
  });

  it('does not keep writes waiting while it is gone, and gets their jobs from the outbox when it is there again', async () => {
    portal.startWorker();
    await addCustomers(['before']);
    await portal.redis?.kill();
    const names = ['gone1', 'gone2', 'gone3', 'gone4', 'gone5'];
    const { ids, slowest } = await addCustomers(names);
    expect(slowest).toBeLessThan(1000);
    await until('the queue page says so', async () => {
      const state = await queueState();
      return !state.reachable && state.undispatched >= names.length;
    });
    await portal.redis?.start();
    await allSucceed(portal, ids);
    await allSettled(portal);
    await expectOnce(['before', ...names]);
  });

  it('is found by an API and a worker that were started before it', async () => {
    await portal.redis?.kill();
    await portal.restartApi(0);
    await portal.isUp(0);
    portal.startWorker();
    const { ids, slowest } = await addCustomers(['early']);
    expect(slowest).toBeLessThan(1000);
    await portal.redis?.start();
    await allSucceed(portal, ids);
    await allSettled(portal);
    await expectOnce(['early']);
    const { ids: later } = await addCustomers(['late']);
    await allSucceed(portal, later);
  });

  it('does not keep API and worker from stopping in order while it is gone', async () => {
    const worker = portal.startWorker();
    const { ids } = await addCustomers(['stopping']);
    await allSucceed(portal, ids);
    await portal.redis?.kill();
    const began = performance.now();
    expect(await Promise.all([worker.stop(), portal.api().stop()])).toEqual([0, 0]);
    expect(performance.now() - began).toBeLessThan(10_000);
  });

  it('may be emptied while jobs are active, waiting and delayed: all that is undone is done, and nothing twice', async () => {
    const delayed = 'delayed@customer.example';
    portal.mail.treat({ recipient: '451 4.7.1 come again later' }, delayed);
    const worker = portal.startWorker();
    const invitation = { email: delayed, companyName: 'Company delayed', language: 'en', delegatedAdmin: true, message: 'Please.' };
    const { id } = await portal.ask<{ id: string }>('POST', '/api/invitations', invitation);
    const deliveryOf = async () => (await portal.ask<{ delivery: Delivery }>('GET', `/api/invitations/${id}`)).delivery;
    await until('the mail is put off', async () => (await deliveryOf()).state === 'deferred');

    const active = ['active1', 'active2'];
    const gate = await makeGate(
      portal,
      'operations',
      'new.subject like \'Company active%\' and new.steps @> \'[{"name": "create_account", "state": "done"}]\'',
    );
    const { ids: running } = await addCustomers(active);
    await gate.reached(2);
    const waiting = ['waiting1', 'waiting2', 'waiting3'];
    const { ids: idle } = await addCustomers(waiting);
    await until('the queue is as wanted', async () => {
      const { counts, undispatched } = await queueState();
      return undispatched === 0 && counts?.active === 2 && counts.waiting === 3 && counts.delayed === 1;
    });

    await portal.redis?.flush();
    await gate.open();
    await allSucceed(portal, [...running, ...idle]);
    await expectOnceSettled();
    portal.mail.treat({}, delayed);
    await portal.sql`update deliveries set next_attempt_at = now() - interval '2 seconds' where invitation_id = ${id}`;
    await until('the delayed mail is sent', async () => (await deliveryOf()).state === 'sent');
    expect(portal.mail.acceptedFor(delayed)).toHaveLength(1);
    expect(await worker.stop()).toBe(0);

    async function expectOnceSettled(): Promise<void> {
      await until('the welcome mails are sent', async () => {
        const [row] = await portal.sql`select count(*)::int as count from deliveries where kind = 'welcome' and state = 'sent'`;
        return row?.count === active.length + waiting.length;
      });
      await expectOnce([...active, ...waiting]);
    }
  });
});

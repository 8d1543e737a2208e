import { setTimeout as sleep } from 'node:timers/promises';
import { redisServer } from '@clientele/queue/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { numbersFrom } from './testing/numbers.ts';
import { allSettled, allSucceed, newCustomer, type Operation, type Portal, startPortal } from './testing/portal.ts';
import type { Child } from './testing/processes.ts';

/** FAULT_ONBOARDINGS makes it shorter while working on it; FAULT_SEED repeats the schedule of an earlier run. */
const total = Number(process.env.FAULT_ONBOARDINGS || 500);
const seed = Number(process.env.FAULT_SEED || Math.floor(Math.random() * 2 ** 31));
const atOnce = 16;
const fewestKills = 12;

describe.skipIf(!redisServer)('two APIs and three workers on Redis and one Postgres', () => {
  let portal: Portal;
  const workers: Child[] = [];
  const nameOf = (index: number) => `scaled${index}`;

  beforeAll(async () => {
    const pace = { operationLeaseMs: 5000, mailLeaseMs: 5000, jobLockMs: 5000 };
    portal = await startPortal({ backend: 'redis', apis: 2, pace, env: { DATABASE_CONNECTIONS: '5', LOG_LEVEL: 'error' } });
    for (let slot = 0; slot < 3; slot++) workers.push(portal.startWorker());
  });
  afterAll(() => portal?.stop());

  /** Kills one process after the other and has a new one take its place, until `isOver`. Returns how many. */
  async function killAround(isOver: () => boolean): Promise<number> {
    const random = numbersFrom(seed);
    let kills = 0;
    while (!isOver() || kills < fewestKills) {
      await sleep(300 + 900 * random());
      const victim = Math.floor(random() * 5);
      if (victim < 2) {
        await portal.restartApi(victim);
        // On a busy machine a new process takes longer to come than the next one to go: one API is always there.
        await portal.isUp(victim);
      } else {
        await workers[victim - 2]?.kill();
        workers[victim - 2] = portal.startWorker();
      }
      kills += 1;
    }
    return kills;
  }

  /** What a careful client does: asks again, with the same key, of any API, until there is an answer. */
  async function addCustomer(index: number): Promise<string> {
    const random = numbersFrom(seed + index + 1);
    for (const end = Date.now() + 60_000; Date.now() < end; await sleep(100 + 300 * random())) {
      const options = { key: `scaled-${index}`, api: Math.floor(random() * 2) };
      const answer = await portal.request<Operation>('POST', '/api/customers', newCustomer(nameOf(index)), options).catch(() => undefined);
      if (answer?.status === 202) return answer.body.id;
      if (answer && answer.status !== 503) throw new Error(`${answer.status} ${JSON.stringify(answer.body)}`);
    }
    throw new Error(`customer ${index} is not taken within a minute`);
  }

  async function walk(): Promise<void> {
    const indices = Array.from({ length: total }, (_, index) => index);
    const ids: string[] = [];
    const client = async () => {
      for (let index = indices.pop(); index !== undefined; index = indices.pop()) ids.push(await addCustomer(index));
    };
    let isOver = false;
    const killing = killAround(() => isOver);
    try {
      await Promise.all(Array.from({ length: atOnce }, client));
    } finally {
      isOver = true;
    }
    expect(await killing).toBeGreaterThanOrEqual(fewestKills);
    expect(new Set(ids).size).toBe(total);
    await allSucceed(portal, ids, 60);
    await allSettled(portal, 60);

    const [counts] = await portal.sql`select
      (select count(*)::int from operations) as operations,
      (select count(*)::int from idempotency_keys) as keys,
      (select count(*)::int from customers where relationship = 'active' and onboarding_operation_id is null) as customers,
      (select count(distinct domain)::int from customers) as domains,
      (select count(*)::int from organizations) as organizations,
      (select count(distinct organization_id)::int from customer_users) as served,
      (select count(*)::int from customer_users) as admins,
      (select count(distinct customer_id)::int from subscriptions) as subscribed,
      (select count(*)::int from subscriptions) as subscriptions,
      (select count(distinct customer_id)::int from deliveries where kind = 'welcome' and state = 'sent') as greeted,
      (select count(*)::int from deliveries) as deliveries,
      (select count(*)::int from events where dispatched_at is null) as undispatched`;
    expect(counts).toEqual({
      ...{ operations: total, keys: total, customers: total, domains: total, organizations: total, served: total, admins: total },
      ...{ subscribed: total, subscriptions: total, greeted: total, deliveries: total, undispatched: 0 },
    });

    const events = await portal.sql<{ type: string; count: number; things: number }[]>`
      select type, count(*)::int as count, count(distinct coalesce(customer_id::text, data ->> 'operationId'))::int as things
      from events where type not like 'partner%' group by type order by type`;
    const once = { count: total, things: total };
    expect(Object.fromEntries(events.map(({ type, ...rest }) => [type, rest]))).toEqual({
      'customer.onboarding_requested': once,
      'operation.queued': once,
      'customer.created': once,
      'customer_user.added': once,
      'agreement.attested': once,
      'relationship.established': once,
      'subscription.added': once,
      'mail.queued': once,
      'mail.sent': once,
      'operation.succeeded': once,
    });

    // A mail may have gone out twice when its worker died before it could write that down, but then as the same mail.
    const mails = new Set(portal.mail.received.map(({ to, messageId }) => `${to} ${messageId}`));
    const deliveries = await portal.sql<{ recipient: string; message_id: string }[]>`select recipient, message_id from deliveries`;
    expect(mails).toEqual(new Set(deliveries.map(({ recipient, message_id }) => `${recipient} ${message_id}`)));
  }

  it(`lose nothing and do nothing twice while they are killed at random during ${total} onboardings`, async () => {
    try {
      await walk();
    } catch (error) {
      throw new Error(`FAULT_SEED=${seed} FAULT_ONBOARDINGS=${total}: ${error instanceof Error ? error.message : error}`, { cause: error });
    }
  }, 240_000);
});

import { createChangePublisher, openDatabase } from '@clientele/db';
import {
  aDelivery,
  anOperation,
  aPartner,
  aPartnerUser,
  createTestDatabase,
  manyCustomers,
  type TestDatabase,
} from '@clientele/db/testing';
import { createProducer, createRelay, type NewJob, prepareQueues } from '@clientele/queue';
import { createRedis, type RedisServer, redisServer } from '@clientele/queue/testing';
import { createLogger, loadConfig } from '@clientele/runtime';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { usualPace } from './pace.ts';
import { startSweeper } from './sweeper.ts';
import { makeGate } from './testing/gate.ts';
import { type Backend, newCustomer, type Portal, startPortal } from './testing/portal.ts';
import { until } from './testing/processes.ts';

const howMany = 1500;
const filters = { relationship: 'live', sort: 'company', order: 'asc' };

interface Operation {
  id: string;
  state: string;
  progress: { done: number; failed: number; skipped: number; total: number } | null;
  steps: { state: string; failure: { code: string } | null }[];
}

describe.each<Backend>(['postgres', 'redis'])('work over many customers, queue on %s', (backend) => {
  describe.skipIf(backend === 'redis' && !redisServer)('', () => {
    let portal: Portal;
    let partner: { id: string; cloud: 'public' };

    const tagAll = (tag: string) =>
      portal.ask<Operation>('POST', '/api/customers/bulk', { action: 'tag', tags: [tag], selection: { filters } });
    const look = (id: string) => portal.ask<Operation>('GET', `/api/operations/${id}`);
    const reaches = (id: string, what: string, is: (operation: Operation) => boolean) =>
      until(
        what,
        async () => is(await look(id)),
        40,
        async () => `${JSON.stringify(await look(id))}\n${portal.outputs()}`,
      );

    /** How often each customer got the tag, as rows, customers and log have it. */
    async function effects(id: string, tag: string) {
      const [row] = await portal.sql`select
        (select count(*)::int from customers where partner_id = ${partner.id} and tags @> ${[tag]}) as tagged,
        (select count(*)::int from operation_rows where operation_id = ${id} and state = 'done') as rows,
        (select count(*)::int from events where type = 'customer.edited' and at >= (select created_at from operations where id = ${id})) as events`;
      return row;
    }

    beforeAll(async () => {
      portal = await startPortal({ backend });
      const [row] = await portal.sql`select id from partners`;
      partner = { id: row?.id, cloud: 'public' };
      await manyCustomers(portal.sql, partner, howMany);
    }, 120_000);
    afterAll(() => portal?.stop());

    it('does each customer once, though its worker is killed inside a chunk and another one wherever it stands', async () => {
      const { id } = await tagAll('killed');
      const gate = await makeGate(portal, 'operations', `new.id = '${id}' and (new.progress->>'done')::int = 600`);
      const first = portal.startWorker();
      await gate.reached(1);
      await first.kill();
      await gate.open();
      // The chunk at the gate was written and not committed.
      expect(await effects(id, 'killed')).toEqual({ tagged: 300, rows: 300, events: 300 });
      const second = portal.startWorker();
      await reaches(id, 'the second worker goes on', ({ progress }) => (progress?.done ?? 0) >= 900);
      await second.kill();
      const third = portal.startWorker();
      await reaches(id, 'the third one ends it', ({ state }) => state === 'succeeded');
      expect((await look(id)).progress).toEqual({ done: howMany, failed: 0, skipped: 0, total: howMany });
      expect(await effects(id, 'killed')).toEqual({ tagged: howMany, rows: howMany, events: howMany });
      await third.kill();
    }, 120_000);

    it('stops between two chunks when its worker is told to, and the next one goes on', async () => {
      const { id } = await tagAll('stopped');
      const first = portal.startWorker();
      await reaches(id, 'the first chunk is done', ({ progress }) => (progress?.done ?? 0) >= 300);
      expect(await first.stop()).toBe(0);
      const left = await look(id);
      expect(left.state).toBe('running');
      expect(left.progress?.done).toBeLessThan(howMany);
      const second = portal.startWorker();
      await reaches(id, 'the next one ends it', ({ state }) => state === 'succeeded');
      expect(await effects(id, 'stopped')).toEqual({ tagged: howMany, rows: howMany, events: howMany });
      await second.kill();
    }, 120_000);

    it('does not keep an onboarding waiting', async () => {
      const both = [await tagAll('one'), await tagAll('two')];
      const gate = await makeGate(
        portal,
        'operations',
        `new.id in ('${both.map(({ id }) => id).join("', '")}') and (new.progress->>'done')::int = 300`,
      );
      // As many as a worker runs at once, and all of them stand still.
      const worker = portal.startWorker({ bulkAtOnce: 1, operationsAtOnce: 1 });
      await gate.reached(1);
      const added = await portal.ask<Operation>('POST', '/api/customers', newCustomer(`beside-${backend}`));
      await reaches(added.id, 'the customer is added', ({ state }) => state === 'succeeded');
      await gate.open();
      for (const { id } of both) await reaches(id, 'the others are done, too', ({ state }) => state === 'succeeded');
      await worker.kill();
      await portal.sql`delete from customers where domain like 'beside-%'`;
    }, 120_000);

    it('is failed by the sweeper when its time is over, even under its worker, and goes on when it is tried again', async () => {
      const { id } = await tagAll('late');
      await portal.sql`update operations set deadline_at = now() + interval '3 seconds' where id = ${id}`;
      const gate = await makeGate(portal, 'operations', `new.id = '${id}' and (new.progress->>'done')::int = 300`);
      const worker = portal.startWorker();
      await gate.reached(1);
      await until('the sweeper waits for the row', async () => {
        const waiting =
          await portal.sql`select 1 from pg_stat_activity where wait_event_type = 'Lock' and query like '%"operations"%for update%' and datname = current_database()`;
        return waiting.length > 0;
      });
      await gate.open();
      await reaches(id, 'it has failed', ({ state }) => state === 'failed');
      const failed = await look(id);
      expect(failed.steps[1]).toMatchObject({ state: 'failed', failure: { code: 'overdue' } });
      expect(failed.progress?.done).toBeLessThan(howMany);
      await portal.ask('POST', `/api/operations/${id}/retry`, {});
      await reaches(id, 'it is done', ({ state }) => state === 'succeeded');
      expect(await effects(id, 'late')).toEqual({ tagged: howMany, rows: howMany, events: howMany });
      await worker.kill();
    }, 120_000);
  });
});

describe.each<Backend>(['postgres', 'redis'])('the sweeper, queue on %s', (backend) => {
  describe.skipIf(backend === 'redis' && !redisServer)('', () => {
    let test: TestDatabase;
    let redis: RedisServer | undefined;
    let close: () => Promise<void>;
    let producer: ReturnType<typeof createProducer>;
    let start: () => void;

    beforeEach(async () => {
      test = await createTestDatabase();
      redis = backend === 'redis' ? await createRedis() : undefined;
      await redis?.start();
      const config = loadConfig({ DATABASE_URL: test.url, ...(redis ? { REDIS_URL: redis.url } : {}), SECRET: 'x'.repeat(40) }) as never;
      const connection = { databaseUrl: test.url, redisUrl: redis?.url, role: 'clientele_worker' } as const;
      await prepareQueues(connection);
      producer = createProducer(connection);
      await producer.ready();
      const db = openDatabase({ url: test.url, role: 'clientele_worker' });
      const relay = createRelay({ databaseUrl: test.url, producer, onUnknown: () => {}, onError: () => {} });
      let sweeper: ReturnType<typeof startSweeper> | undefined;
      start = () => {
        const pace = { ...usualPace, sweepEveryMs: 100, sweepPatienceMs: 500 };
        const logger = createLogger({ level: 'warn', name: 'test' });
        const parts = { config, logger, pace, db, publisher: createChangePublisher(db), contextOf: async () => undefined };
        sweeper = startSweeper(parts, { relay, producer });
      };
      close = async () => {
        await sweeper?.stop();
        await relay.close();
        await producer.close();
        await db.close();
        await redis?.kill();
        await test.drop();
      };
    });
    afterEach(() => close());

    it('gives a lost operation and a lost mail their jobs back, once each, also while their queues are never empty', async () => {
      const partner = await aPartner(test.sql);
      const author = await aPartnerUser(test.sql, partner);
      const past = new Date(Date.now() - 3_600_000);
      const operation = await anOperation(test.sql, partner, author, { createdAt: past });
      const bulk = await anOperation(test.sql, partner, author, { kind: 'customers-tag', createdAt: past });
      const mail = await aDelivery(test.sql, partner, { nextAttemptAt: past });
      // Nobody takes these: the queues are never empty.
      const others = Array.from({ length: 30 }, (_, index): NewJob[] => {
        const id = crypto.randomUUID();
        return [
          { name: 'operation.run', id: `other-${index}`, payload: { partnerId: partner.id, operationId: id } },
          { name: 'bulk.run', id: `other-${index}`, payload: { partnerId: partner.id, operationId: id } },
          { name: 'mail.send', id: `other-${index}`, payload: { partnerId: partner.id, deliveryId: id } },
        ];
      });
      await producer.add(others.flat());
      const waitingFor = async (queue: 'operations' | 'bulk' | 'mails', id: string) =>
        (await producer.queues[queue].getWaiting()).filter(({ data }) => Object.values(data as object).includes(id)).length;
      start();
      const all = () => Promise.all([waitingFor('operations', operation.id), waitingFor('bulk', bulk.id), waitingFor('mails', mail.id)]);
      await until(
        'all have a job',
        async () => (await all()).every((count) => count > 0),
        20,
        async () => JSON.stringify(await all()),
      );
      // Many sweeps and several windows later it is still one.
      await new Promise((resolve) => setTimeout(resolve, 2000));
      expect(await all()).toEqual([1, 1, 1]);
    });
  });
});

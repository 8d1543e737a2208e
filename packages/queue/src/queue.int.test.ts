import { setTimeout as sleep } from 'node:timers/promises';
import { newId } from '@clientele/db';
import { createTestDatabase, insertRow, type TestDatabase } from '@clientele/db/testing';
import { UnrecoverableError } from 'bullmq';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type BackendName, openWorker, type QueueConnection } from './backend.ts';
import type { JobHandlers, NewJob } from './catalogue.ts';
import { startConsumers } from './consumer.ts';
import { createProducer, type Producer } from './producer.ts';
import { createRelay, type Relay } from './relay.ts';
import { findFailed, readQueueState, retryFailed } from './state.ts';
import { createRedis, type RedisServer, redisServer } from './testing/redis.ts';

async function until(what: string, ask: () => Promise<boolean> | boolean, seconds = 10): Promise<void> {
  for (const end = Date.now() + seconds * 1000; !(await ask()); await sleep(20))
    if (Date.now() > end) throw new Error(`not within ${seconds} s: ${what}`);
}

describe.each<BackendName>(['postgres', 'redis'])('the queue on %s', (backend) => {
  describe.skipIf(backend === 'redis' && !redisServer)('', () => {
    let test: TestDatabase;
    let redis: RedisServer | undefined;
    let connection: QueueConnection;
    let producer: Producer;
    let relay: Relay;
    let closers: (() => Promise<void>)[] = [];
    const unknown: string[] = [];
    const partnerId = newId();

    /** Handlers that note what they were given, unless a test has its own. */
    const handled: string[] = [];
    const noting: JobHandlers = {
      'mail.send': async ({ deliveryId }) => void handled.push(deliveryId),
      'mails.send': async ({ deliveryIds }) => void handled.push(...deliveryIds),
      'sign-in.mail': async () => undefined,
      'operation.run': async ({ operationId }) => void handled.push(operationId),
      'bulk.run': async ({ operationId }) => void handled.push(operationId),
    };

    function consume(handlers: Partial<JobHandlers> = {}): { errors: unknown[]; close(): Promise<void> } {
      const errors: unknown[] = [];
      const consumers = startConsumers(
        { ...connection, role: 'clientele_worker' },
        { ...noting, ...handlers },
        { onError: (error) => errors.push(error) },
      );
      closers.push(consumers.close);
      return { errors, close: consumers.close };
    }

    const mail = (deliveryId = newId()): NewJob & { name: 'mail.send' } => ({
      name: 'mail.send',
      id: newId(),
      payload: { partnerId, deliveryId },
    });

    /** An event as a service commits it. */
    async function anEvent(type: string, data: Record<string, unknown>, secondsAgo = 5) {
      const event = { id: newId(), partnerId, type, data };
      await insertRow(test.sql, 'events', {
        ...event,
        at: new Date(Date.now() - secondsAgo * 1000),
        actorKind: 'system',
        requestId: 'test',
      });
      return event;
    }

    const isDispatched = async (id: string) => {
      const [row] = await test.sql`select dispatched_at from events where id = ${id}`;
      return row?.dispatched_at !== null;
    };

    const state = () => readQueueState(backend, producer, partnerId);

    beforeAll(async () => {
      if (backend === 'redis') redis = await createRedis();
    });
    afterAll(() => redis?.stop());

    beforeEach(async () => {
      test = await createTestDatabase();
      await redis?.start();
      connection = { redisUrl: redis?.url, databaseUrl: test.url, role: 'clientele_api' };
      producer = createProducer(connection);
      await producer.ready();
      // Redis may come later than the process; here it has to be there.
      if (redis) await until('the producer has found Redis', async () => (await state()).reachable);
      relay = createRelay({ databaseUrl: test.url, producer, onUnknown: (type) => unknown.push(type), onError: () => {} });
      handled.length = 0;
      unknown.length = 0;
    });
    afterEach(async () => {
      for (const close of closers) await close();
      closers = [];
      await relay.close();
      await producer.close();
      await redis?.kill();
      await test.drop();
    });

    it('is looked at every few seconds, whatever a worker has missed while its connection was lost', async () => {
      const opened = openWorker('mails', { ...connection, role: 'clientele_worker' }, async () => {}, { concurrency: 1 });
      closers.push(opened.close);
      await opened.ready();
      // What BullMQ waits at most after an error, in seconds; it would be an hour.
      const { maximumBlockTimeout } = opened.worker as unknown as { maximumBlockTimeout: number };
      expect(maximumBlockTimeout).toBeLessThanOrEqual(10);
    });

    it('gets an event that is handed over twice once', async () => {
      const deliveryId = newId();
      const event = await anEvent('mail.queued', { deliveryId, kind: 'welcome' });
      relay.dispatch([event]);
      relay.dispatch([event]);
      expect(await relay.sweep()).toBeLessThanOrEqual(1);
      await until('the event is stamped', () => isDispatched(event.id));
      consume();
      await until('the job is done', () => handled.length > 0);
      // As if the stamp had been lost, too.
      await test.sql`update events set dispatched_at = null`;
      expect(await relay.sweep()).toBe(1);
      await sleep(300);
      expect(handled).toEqual([deliveryId]);
      expect(await relay.undispatched()).toBe(0);
    });

    it('leaves an event of an unknown type in the outbox, says so once, and lets the others pass', async () => {
      for (let count = 0; count < 3; count++) await anEvent('customer.dreamt_of', {}, 60);
      // More than one sweep takes.
      await test.sql`insert into events (id, partner_id, type, at, actor_kind, request_id, data)
        select gen_random_uuid(), ${partnerId}, 'customer.dreamt_of', now() - interval '1 hour', 'system', 'test', '{}' from generate_series(1, 600)`;
      const deliveryId = newId();
      const event = await anEvent('mail.queued', { deliveryId, kind: 'welcome' });
      expect(await relay.sweep()).toBe(1);
      expect(await relay.sweep()).toBe(0);
      expect(unknown).toEqual(['customer.dreamt_of']);
      expect(await isDispatched(event.id)).toBe(true);
      expect(await relay.undispatched()).toBe(603);
      consume();
      await until('the known one is done', () => handled.includes(deliveryId));
    });

    it('gives up at once on a payload that does not parse, and goes on with the next job', async () => {
      const { errors } = consume();
      await producer.queues.mails.addBulk([
        { name: 'mail.send', data: { deliveryId: 'nonsense' }, opts: { jobId: 'nonsense', attempts: 5 } },
      ]);
      const good = mail();
      await producer.add([good]);
      await until('the good one is done', () => handled.includes(good.payload.deliveryId));
      await until('the bad one has failed', async () => (await state()).counts?.failed === 1);
      expect((await state()).failed).toMatchObject([
        { id: 'mails/nonsense', attempts: 1, reason: expect.stringContaining('does not parse') },
      ]);
      expect(handled).toHaveLength(1);
      expect(errors).toEqual([]);
    });

    it('tries a job again that threw, under the same id', async () => {
      const ids: string[] = [];
      consume({
        async 'mail.send'(_payload, jobId) {
          ids.push(jobId);
          if (ids.length === 1) throw new Error('not this time');
        },
      });
      const job = mail();
      await producer.add([job]);
      await until('the second attempt is over', async () => (await state()).counts?.completed === 1);
      expect(ids).toEqual([job.id, job.id]);
    });

    it('finishes the running job when it is stopped, and takes no other', async () => {
      const started: string[] = [];
      let finish: () => void = () => {};
      const finished = new Promise<void>((resolve) => (finish = resolve));
      let isDone = false;
      const consumers = consume({
        async 'mail.send'({ deliveryId }) {
          started.push(deliveryId);
          await finished;
          isDone = true;
        },
      });
      // One that is still making itself ready looks once more before it stops.
      await sleep(1500);
      const [first, second] = [mail(), mail()];
      await producer.add([first]);
      await until('the job runs', () => started.length === 1);
      const closed = consumers.close();
      await sleep(100);
      await producer.add([second]);
      await sleep(300);
      finish();
      await closed;
      expect(isDone).toBe(true);
      expect(started).toEqual([first.payload.deliveryId]);
      expect((await state()).counts).toMatchObject({ completed: 1, waiting: 1, active: 0, failed: 0 });
    });

    it('puts failed jobs back, one or all of them', async () => {
      const broken = new Set<string>();
      consume({
        async 'mail.send'({ deliveryId }) {
          if (broken.has(deliveryId)) throw new UnrecoverableError('broken');
          handled.push(deliveryId);
        },
      });
      const all = [mail(), mail(), mail()];
      for (const { payload } of all) broken.add(payload.deliveryId);
      await producer.add(all);
      await until('all have failed', async () => (await state()).counts?.failed === 3);
      expect((await state()).failed.map(({ id }) => id).sort()).toEqual(all.map(({ id }) => `mails/${id}`).sort());
      broken.clear();
      expect(await retryFailed(producer, partnerId, 'mails/none')).toBe(0);
      expect(await retryFailed(producer, partnerId, `mails/${all[0]?.id}`)).toBe(1);
      await until('one is done', () => handled.length === 1);
      expect(handled).toEqual([all[0]?.payload.deliveryId]);
      expect(await retryFailed(producer, partnerId)).toBe(2);
      await until('all are done', () => handled.length === 3);
      await until('none is failed', async () => (await state()).counts?.failed === 0);
    });

    it('shows a partner its own failed jobs and those that nobody can read, and lets it touch no other', async () => {
      consume({
        async 'mail.send'() {
          throw new UnrecoverableError('broken');
        },
      });
      const [mine, another] = [mail(), mail()];
      const theirs = { ...mail(), payload: { partnerId: newId(), deliveryId: newId() } };
      await producer.add([mine, theirs, another]);
      await producer.queues.operations.addBulk([
        { name: 'operation.run', data: { nonsense: 1 }, opts: { jobId: 'unreadable', attempts: 5 } },
      ]);
      await until('all have failed', async () => (await state()).counts?.failed === 4);
      const own = [`mails/${mine.id}`, `mails/${another.id}`, 'operations/unreadable'].sort();
      expect((await state()).failed.map(({ id }) => id).sort()).toEqual(own);
      expect((await state()).failed.find(({ id }) => id === `mails/${mine.id}`)).toMatchObject({
        queue: 'mails',
        reason: 'broken',
        payload: mine.payload,
      });
      expect(await retryFailed(producer, partnerId, `mails/${theirs.id}`)).toBe(0);
      expect(await findFailed(producer, partnerId, `mails/${theirs.id}`)).toBeNull();
      await (await findFailed(producer, partnerId, `mails/${mine.id}`))?.remove();
      expect((await state()).failed.map(({ id }) => id)).not.toContain(`mails/${mine.id}`);
      expect((await state()).counts?.failed).toBe(3);
      expect(await findFailed(producer, partnerId, `mails/${mine.id}`)).toBeNull();
    });

    it('is told of as unreachable while it is away, and refuses jobs at once', async () => {
      const away = redis ? producer : createProducer({ ...connection, databaseUrl: 'postgres://nobody:nothing@127.0.0.1:1/nowhere' });
      await redis?.kill();
      const began = performance.now();
      await expect(away.add([mail()])).rejects.toThrow();
      expect(performance.now() - began).toBeLessThan(3000);
      expect(await readQueueState(backend, away, partnerId)).toEqual({
        backend,
        reachable: false,
        counts: null,
        workers: null,
        failed: [],
      });
      expect(performance.now() - began).toBeLessThan(6500);
      if (!redis) return away.close();
      await redis.start();
      await until('it is reachable again', async () => (await state()).reachable);
      const job = mail();
      await producer.add([job]);
      consume();
      await until('the job is done', () => handled.includes(job.payload.deliveryId));
    });

    it.skipIf(backend === 'postgres')('refuses jobs in time while Redis hangs, and takes them again when it goes on', async () => {
      redis?.pause();
      try {
        const began = performance.now();
        await expect(producer.add([mail()])).rejects.toThrow();
        expect(performance.now() - began).toBeLessThan(3000);
        expect(await state()).toMatchObject({ reachable: false });
      } finally {
        redis?.resume();
      }
      await until('it is reachable again', async () => (await state()).reachable);
      await producer.add([mail()]);
    });
  });
});

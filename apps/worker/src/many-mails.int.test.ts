import { redisServer } from '@clientele/queue/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { makeGate } from './testing/gate.ts';
import { type Backend, type Portal, startPortal } from './testing/portal.ts';
import { until } from './testing/processes.ts';

const count = 160;

describe.each<Backend>(['postgres', 'redis'])('many mails, queue on %s', (backend) => {
  describe.skipIf(backend === 'redis' && !redisServer)('', () => {
    let portal: Portal;
    beforeAll(async () => {
      portal = await startPortal({ backend });
    });
    afterAll(() => portal?.stop());

    /** Invites a list; the addresses begin with the name. */
    const invite = (name: string) =>
      portal.ask<{ id: string }>('POST', '/api/invitations/send-many', {
        recipients: Array.from({ length: count }, (_, n) => ({
          email: `${name}-${n}@list.example`,
          companyName: `Company ${n}`,
          language: 'en',
        })),
        messages: { en: '', ja: '' },
        delegatedAdmin: true,
      });
    const statesOf = async (name: string): Promise<Record<string, number>> => {
      const rows = await portal.sql`select state, count(*)::int as count from deliveries where recipient like ${`${name}-%`} group by 1`;
      return Object.fromEntries(rows.map((row) => [row.state, row.count]));
    };
    const allSent = (name: string) =>
      until(
        `all mails of ${name} are sent`,
        async () => (await statesOf(name)).sent === count,
        40,
        async () => JSON.stringify(await statesOf(name)) + portal.outputs(),
      );
    const copiesOf = (name: string) => portal.mail.received.filter(({ to }) => to.startsWith(`${name}-`));
    const records = async (name: string) => {
      const [row] = await portal.sql`select count(*)::int as count, count(distinct data->>'deliveryId')::int as distinct from events
        where type = 'mail.sent' and data->>'deliveryId' in (select id::text from deliveries where recipient like ${`${name}-%`})`;
      return row;
    };

    it('go out once each, with one record each, while one recipient is refused and another put off', async () => {
      portal.mail.treat({ recipient: '550 5.1.1 no such person' }, 'plain-7@list.example');
      portal.mail.treat({ recipient: '451 4.7.1 later' }, 'plain-8@list.example');
      const worker = portal.startWorker();
      await invite('plain');
      await until(
        'all are tried',
        async () => {
          const { queued = 0, sending = 0, ...tried } = await statesOf('plain');
          return queued + sending === 0 && Object.keys(tried).length === 3;
        },
        40,
        portal.outputs,
      );
      expect(await statesOf('plain')).toEqual({ sent: count - 2, bounced: 1, deferred: 1 });
      expect(copiesOf('plain')).toHaveLength(count - 2);
      expect(new Set(copiesOf('plain').map(({ messageId }) => messageId)).size).toBe(count - 2);
      expect(await records('plain')).toEqual({ count: count - 2, distinct: count - 2 });
      await worker.kill();
    });

    it('are all sent though the worker is killed in the middle; what it had not written down goes out again as the same mail', async () => {
      // Held where the server has said 250 to some of them, and nothing of that is committed.
      const gate = await makeGate(portal, 'deliveries', "new.state = 'sent' and new.recipient like 'killed-%'");
      const first = portal.startWorker();
      await invite('killed');
      await until('some were handed over', () => copiesOf('killed').length >= 10, 30, portal.outputs);
      await first.kill();
      await gate.open();
      const before = copiesOf('killed').length;
      const second = portal.startWorker();
      await allSent('killed');
      await second.kill();
      const copies = copiesOf('killed');
      expect(before).toBeGreaterThan(0);
      expect(new Set(copies.map(({ to }) => to)).size).toBe(count);
      expect(new Set(copies.map(({ messageId }) => messageId)).size).toBe(count);
      expect(copies.length).toBeLessThanOrEqual(count + before);
      expect(await records('killed')).toEqual({ count, distinct: count });
    });

    it('are given back by a worker that is stopped, and nobody gets one twice', async () => {
      portal.mail.treat({ end: new Promise((resolve) => setTimeout(() => resolve('250 ok'), 1500)) });
      const first = portal.startWorker({ mailTimeoutsMs: { connection: 5000, greeting: 5000, socket: 10_000 } });
      await invite('stopped');
      await until('some are being sent', async () => ((await statesOf('stopped')).sending ?? 0) > 0, 30, portal.outputs);
      await first.stop();
      const { sent = 0 } = await statesOf('stopped');
      expect(sent).toBeLessThan(count);
      portal.mail.treat({});
      const second = portal.startWorker();
      await allSent('stopped');
      await second.kill();
      expect(copiesOf('stopped')).toHaveLength(count);
      expect(await records('stopped')).toEqual({ count, distinct: count });
    });
  });
});

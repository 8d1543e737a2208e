import { setTimeout as sleep } from 'node:timers/promises';
import { createTestDatabase } from '@clientele/db/testing';
import { createTestServer, type TestServer } from '@clientele/db/testing/server';
import { redisServer } from '@clientele/queue/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { allSettled, allSucceed, type Backend, newCustomer, type Operation, type Portal, startPortal } from './testing/portal.ts';
import { Hopeless, until } from './testing/processes.ts';

interface Problem {
  status: number;
  code: string;
  requestId: string;
}

/** Follows the live channel of the portal's administrator and keeps what it says. */
function followChanges(portal: Portal): { events: string[]; stop(): void } {
  const { cookie, url } = portal.session();
  const events: string[] = [];
  const controller = new AbortController();
  void (async () => {
    const response = await fetch(`${url}/api/changes`, { headers: { cookie }, signal: controller.signal });
    let text = '';
    for await (const chunk of response.body?.pipeThrough(new TextDecoderStream()) ?? []) {
      text += chunk;
      const blocks = text.split('\n\n');
      text = blocks.pop() ?? '';
      events.push(...blocks);
    }
  })().catch(() => {});
  return { events, stop: () => controller.abort() };
}

describe.each<Backend>(['postgres', 'redis'])('a Postgres with troubles, queue on %s', (backend) => {
  describe.skipIf(backend === 'redis' && !redisServer)('while API and worker run', () => {
    let server: TestServer;
    let portal: Portal;
    let pids: number[];
    let count = 0;

    const customers = (number: number) => Array.from({ length: number }, () => `customer${++count}`);

    /** POSTs until the answer is a success, with the same key each time, as a client does. */
    async function add(name: string): Promise<string> {
      return until(
        `${name} is added`,
        async () => {
          const answer = await portal.request<Operation>('POST', '/api/customers', newCustomer(name), { key: name });
          if (answer.status !== 202 && answer.status !== 503)
            throw new Hopeless(`${answer.status} ${JSON.stringify(answer.body)}\n${portal.outputs()}`);
          return answer.status === 202 && answer.body.id;
        },
        30,
        portal.outputs,
      );
    }

    /** Each customer is there once, with one of each effect, and got one mail. */
    async function expectOnce(names: string[]): Promise<void> {
      const rows = await portal.sql<{ domain: string }[]>`select c.domain, c.relationship,
          (select count(*)::int from operations o where o.subject = c.company_name) as operations,
          (select count(*)::int from subscriptions s where s.customer_id = c.id) as subscriptions,
          (select count(*)::int from customer_users u where u.organization_id = c.organization_id) as admins,
          (select count(*)::int from deliveries d where d.customer_id = c.id and d.state = 'sent') as mails,
          (select count(*)::int from events e where e.customer_id = c.id and e.type = 'operation.succeeded') as succeeded
        from customers c where c.company_name = any(${names.map((name) => `Company ${name}`)}) order by c.created_at`;
      expect(rows.map(({ domain }) => domain).sort()).toEqual(names.map((name) => `${name}.clientele.cloud`).sort());
      for (const row of rows)
        expect(row).toMatchObject({ relationship: 'active', operations: 1, subscriptions: 1, admins: 1, mails: 1, succeeded: 1 });
    }

    /** The live channel says something about a customer that is added now. */
    async function expectLive(changes: ReturnType<typeof followChanges>): Promise<void> {
      const [name = ''] = customers(1);
      const before = changes.events.length;
      await allSucceed(portal, [await add(name)]);
      await until(
        'the live channel tells of the operation',
        () => changes.events.slice(before).some((event) => event.includes('operation.succeeded')),
        10,
        () => changes.events.join('\n'),
      );
    }

    beforeAll(async () => {
      server = await createTestServer();
      const database = await createTestDatabase('clientele', server.url);
      // Longer than a restart of Postgres takes on a busy machine: meanwhile nobody gives the mail server up, nor sends a mail again.
      const pace = { mailLeaseMs: 25_000, mailTimeoutsMs: { connection: 5000, greeting: 5000, socket: 20_000 } };
      portal = await startPortal({ backend, database, pace });
      pids = [portal.api().pid, portal.startWorker().pid];
      await allSucceed(portal, [await add('first')]);
    });

    afterAll(async () => {
      await server?.start();
      await portal?.stop();
      await server?.remove();
    });

    it('answers 503 with a problem while it is away, and everything goes on by itself when it is back', async () => {
      const changes = followChanges(portal);
      await until('the live channel is open', () => changes.events.some((event) => event.includes('ready')));
      const names = customers(8);
      const adding = names.map(add);
      await Promise.race(adding);
      await server.stop();

      const [name = ''] = customers(1);
      const asked: [string, string, unknown?][] = [
        ['GET', '/api/customers'],
        ['POST', '/api/customers', newCustomer(name)],
        ['GET', '/api/session'],
        ['GET', '/api/queue'],
        ['GET', '/api/customers.csv'],
        ['GET', '/readyz'],
        ['POST', '/api/auth/sign-in/email', { email: portal.partnerEmail, password: 'correct horse battery' }],
      ];
      for (const [method, path, body] of asked) {
        const answer = await portal.request<Problem>(method, path, body).catch((error: unknown) => {
          throw new Error(`${method} ${path}: ${error} ${portal.outputs()}`);
        });
        expect({ path, ...answer }).toMatchObject({ status: 503, type: expect.stringContaining('application/problem+json') });
        expect(answer.body).toMatchObject({ status: 503, code: 'unavailable', requestId: expect.any(String) });
        expect(answer.ms, path).toBeLessThan(10_000);
      }
      const page = await portal.request<string>('GET', '/i/AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA');
      expect(page).toMatchObject({ status: 503, type: expect.stringContaining('text/html') });
      expect((await portal.request('GET', '/healthz')).status).toBe(200);

      await server.start();
      await until(
        'requests are answered again',
        async () => (await portal.request('GET', '/api/customers')).status === 200,
        10,
        portal.outputs,
      );
      await allSucceed(portal, await Promise.all(adding));
      await allSettled(portal);
      await expectOnce(names);
      await until('the live channel tells screens to read again', () => changes.events.some((event) => event.includes('reconnected')), 10);
      await expectLive(changes);
      changes.stop();
    });

    it.for([
      {
        what: 'one of its processes is killed, and it throws everybody out',
        async hurt() {
          const [row] =
            await portal.sql`select pid from pg_stat_activity where datname = current_database() and usename is not null and pid <> pg_backend_pid() limit 1`;
          process.kill(row?.pid as number, 'SIGKILL');
        },
      },
      {
        what: 'every connection is closed by an administrator, over and over',
        async hurt() {
          for (let times = 0; times < 15; times++) {
            await portal.sql`select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()`;
            await sleep(40);
          }
        },
      },
    ])('goes on by itself when $what', { timeout: 120_000 }, async ({ hurt }) => {
      const changes = followChanges(portal);
      await until('the live channel is open', () => changes.events.some((event) => event.includes('ready')));
      const names = customers(8);
      const adding = names.map(add);
      await Promise.race(adding);
      await hurt();
      await allSucceed(portal, await Promise.all(adding));
      // A mail whose claim was answered to a closed connection waits for its lease to end.
      await allSettled(portal, 60);
      await expectOnce(names);
      await until('the live channel tells screens to read again', () => changes.events.some((event) => event.includes('reconnected')), 10);
      await expectLive(changes);
      changes.stop();
    });

    it('goes away between the mail server\u2019s 250 and the record: the mail goes out once all the same', async () => {
      let say: (answer: string) => void = () => {};
      const end = new Promise<string>((resolve) => (say = resolve));
      const address = 'patient@customer.example';
      portal.mail.treat({ end }, address);
      const body = { email: address, companyName: 'Company patient', language: 'en', delegatedAdmin: true, message: 'Please.' };
      const { id } = await portal.ask<{ id: string }>('POST', '/api/invitations', body);
      await until('the mail is with its server', () => portal.mail.received.some(({ to }) => to === address));
      await server.stop();
      say('250 2.0.0 taken');
      await server.start();
      const { delivery } = await until('the mail is written down', async () => {
        const answer = await portal.request<{ delivery: { state: string; attempts: number } }>('GET', `/api/invitations/${id}`);
        return answer.status === 200 && answer.body.delivery.state === 'sent' && answer.body;
      });
      expect(delivery).toMatchObject({ state: 'sent', attempts: 1 });
      expect(portal.mail.acceptedFor(address)).toHaveLength(1);
    });

    it('has needed no new process for any of that', () => {
      for (const pid of pids) expect(() => process.kill(pid, 0), portal.outputs()).not.toThrow();
    });

    it('keeps API and worker from starting while it is away: each says so and ends, for whoever restarts it', async () => {
      await portal.killWorkers();
      await server.stop();
      const worker = portal.startWorker();
      await portal.restartApi(0);
      for (const child of [worker, portal.api()]) {
        const code = await until('the process ends', () => child.exitCode() ?? undefined, 20, child.output);
        expect(code).toBe(1);
        expect(child.output()).toContain('The database does not answer');
      }
    });
  });
});

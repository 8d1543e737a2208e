import { anImport } from '@clientele/db/testing';
import { redisServer } from '@clientele/queue/testing';
import { describe, expect, it } from 'vitest';
import { makeGate } from './testing/gate.ts';
import { type Backend, type Operation, startPortal } from './testing/portal.ts';
import { until } from './testing/processes.ts';

const howMany = 2300;

describe.each<Backend>(['postgres', 'redis'])('an import whose worker is killed, queue on %s', (backend) => {
  it.skipIf(backend === 'redis' && !redisServer)(
    'is taken over by another one, and writes each customer once',
    async () => {
      const portal = await startPortal({ backend });
      try {
        const [partner] = await portal.sql<
          { id: string; user_id: string }[]
        >`select p.id, u.user_id from partners p join partner_users u on u.partner_id = p.id`;
        if (!partner) throw new Error('there is no partner');
        const importId = await anImport(portal.sql, partner, { id: partner.user_id }, { rows: [] });
        await portal.sql`insert into import_rows select ${partner.id}, ${importId}, n, n + 1, jsonb_build_array('Company ' || n, 'c' || n || '.crash.example') from generate_series(1, ${howMany}) n`;
        await portal.sql`update imports set row_count = ${howMany} where id = ${importId}`;
        const doomed = portal.startWorker();
        const { id } = await portal.ask<Operation>('POST', `/api/imports/${importId}/start`, {
          mapping: { companyName: 0, domain: 1 },
          country: 'JP',
          language: 'ja',
        });
        const operation = () => portal.ask<Operation & { waiting: string | null; progress: unknown }>('GET', `/api/operations/${id}`);
        await until('it waits for approval', async () => (await operation()).waiting === 'approval');

        // The third chunk: its customers and events are written and not committed when the worker dies.
        const gate = await makeGate(
          portal,
          'operations',
          `new.kind = 'customer-import' and coalesce((new.progress->>'done')::int, 0) >= 1500
            and exists (select from jsonb_array_elements(new.steps) s where s->>'name' = 'write_rows' and s->>'state' = 'running')`,
        );
        await portal.ask('POST', `/api/operations/${id}/resume`, {});
        await gate.reached(1);
        await doomed.kill();
        await gate.open();
        const count = async () =>
          (await portal.sql<{ count: number }[]>`select count(*)::int as count from customers where partner_id = ${partner.id}`)[0]?.count;
        expect(await count()).toBe(1000);

        const successor = portal.startWorker();
        await until(
          'it is done',
          async () => (await operation()).state === 'succeeded',
          60,
          async () => JSON.stringify(await operation()),
        );
        await successor.stop();
        expect(await count()).toBe(howMany);
        const [facts] = await portal.sql`select
          (select count(*)::int from events where partner_id = ${partner.id} and type = 'customer.imported') as events,
          (select count(distinct customer_id)::int from events where partner_id = ${partner.id} and type = 'customer.imported') as told,
          (select count(*)::int from operation_rows where operation_id = ${id} and outcome = 'created') as rows,
          (select written->>'create' from imports where id = ${importId}) as written`;
        expect(facts).toEqual({ events: howMany, told: howMany, rows: howMany, written: String(howMany) });
        expect(await operation()).toMatchObject({ progress: { done: howMany, failed: 0, skipped: 0, total: howMany } });
      } finally {
        await portal.stop();
      }
    },
    150_000,
  );
});

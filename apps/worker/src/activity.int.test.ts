import { execFileSync } from 'node:child_process';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { newCustomer, type Portal, startPortal } from './testing/portal.ts';
import { until } from './testing/processes.ts';

interface ActivityRecord {
  id: string;
  type: string;
  seq: number | null;
  actor: { kind: string; name: string };
  companyName: string | null;
  operationId: string | null;
  requestId: string;
  data: Record<string, unknown>;
}
interface LogState {
  sealed: { seq: number } | null;
  waiting: number;
  verified: { records: number; problems: { kind: string; seq: number | null; eventId: string | null }[] } | null;
  verifying: boolean;
  key: { publicKey: string; fingerprint: string };
}

describe('the activity log of an installation at work', () => {
  let portal: Portal;
  beforeAll(async () => {
    portal = await startPortal({ backend: 'postgres' });
    portal.startWorker();
  });
  afterAll(() => portal?.stop());

  const state = () => portal.ask<LogState>('GET', '/api/activity/state');
  const list = async (query = '') => (await portal.ask<{ items: ActivityRecord[] }>('GET', `/api/activity?limit=100${query}`)).items;
  const isSealed = () =>
    until(
      'everything is sealed',
      async () => (await list()).every(({ seq }) => seq !== null) && (await state()).waiting === 0,
      30,
      portal.outputs,
    );

  it('says who, on whose behalf, from where, and gets its seal by itself', async () => {
    await portal.ask('POST', '/api/customers', newCustomer('sealed'));
    await until('the customer is there', async () => (await list()).some(({ type }) => type === 'customer.created'), 30, portal.outputs);
    await isSealed();
    const records = await list();
    const asked = records.find(({ type }) => type === 'customer.onboarding_requested');
    expect(asked).toMatchObject({
      actor: { kind: 'partner-user', name: 'Ada Admin' },
      ip: '127.0.0.1',
      userAgent: 'node',
      operationId: null,
    });
    // A job did it, in that operation, on behalf of the person; no request came from anywhere.
    const created = records.find(({ type }) => type === 'customer.created');
    expect(created).toMatchObject({
      actor: { kind: 'partner-user', name: 'Ada Admin' },
      operationId: asked?.data.operationId,
      ip: null,
      userAgent: null,
    });
    expect(created?.requestId).not.toBe(asked?.requestId);
    expect(new Set(records.map(({ seq }) => seq)).size).toBe(records.length);
    expect((await state()).sealed?.seq).toBe(records.length);
  });

  it('is verified when somebody asks, and says what is wrong with which record', async () => {
    await isSealed();
    expect((await portal.request('POST', '/api/activity/verify', {})).status).toBe(202);
    const verified = await until('it is verified', async () => !(await state()).verifying && (await state()).verified, 30, portal.outputs);
    expect(verified).toMatchObject({ problems: [] });
    expect(verified?.records).toBeGreaterThan(3);
    const [victim] = (await list()).slice(-1);
    await portal.sql`update events set actor_id = 'somebody else' where id = ${victim?.id ?? ''}`;
    await portal.ask('POST', '/api/activity/verify', {});
    const found = await until(
      'the fault is found',
      async () => (await state()).verified?.problems.find(({ eventId }) => eventId === victim?.id),
      30,
      portal.outputs,
    );
    expect(found).toEqual({ kind: 'changed', seq: victim?.seq, eventId: victim?.id });
    await until('the log says so itself', async () => (await list()).some(({ type }) => type === 'log.problems_found'), 30, portal.outputs);
    const told = 'the activity log was tampered with';
    await until('the worker says so', async () => portal.outputs().includes(told), 30, portal.outputs);
  });

  it('gives its key to everybody, a checkpoint to keep, and a signed file that holds outside', async () => {
    const { cookie, url } = portal.session();
    const key = (await (await fetch(`${url}/api/log-key`)).json()) as LogState['key'];
    expect(key).toEqual((await state()).key);
    expect((await fetch(`${url}/api/activity.jsonl`)).status).toBe(401);
    expect(await portal.ask('GET', '/api/activity/checkpoint')).toMatchObject({
      format: 'clientele-log-checkpoint/1',
      publicKey: key.publicKey,
    });
    const answer = await fetch(`${url}/api/activity.jsonl?group=customers`, { headers: { cookie } });
    expect(answer.headers.get('content-type')).toBe('application/x-ndjson; charset=utf-8');
    expect(answer.headers.get('content-disposition')).toMatch(/^attachment; filename="activity-\d{4}-\d{2}-\d{2}\.jsonl"$/);
    const file = join(mkdtempSync(join(tmpdir(), 'export-')), 'x.jsonl');
    writeFileSync(file, await answer.text());
    const checker = fileURLToPath(new URL('../../../scripts/check-export.mjs', import.meta.url));
    // The changed record of the test before is no customer's: what is in the file holds.
    expect(execFileSync(process.execPath, [checker, file, '--key', key.fingerprint], { encoding: 'utf8' })).toContain('✓ whole and signed');
  });

  it('is found by search, and the CSV holds exactly that', async () => {
    await portal.ask('POST', '/api/customers', newCustomer('needle'));
    await until('the customer is there', async () => (await list('&search=needle')).length > 2, 30, portal.outputs);
    await isSealed();
    const found = await list('&search=NEEDLE');
    expect(found.every(({ companyName }) => companyName === 'Company needle')).toBe(true);
    const csv = await portal.ask<string>('GET', '/api/activity.csv?search=NEEDLE');
    const rows = csv.trimEnd().split('\n').slice(1);
    expect(rows).toHaveLength(found.length);
    for (const [index, { id }] of found.entries()) expect(rows[index]).toContain(id);
    expect(await list('&search=127.0.0.1')).not.toHaveLength(0);
    expect((await list(`&search=${found[0]?.id}`)).map(({ id }) => id)).toEqual([found[0]?.id]);
    expect(await list('&search=100%25')).toHaveLength(0);
  });
});

import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { anEvent, aPartner, useTestDatabase } from '@clientele/db/testing';
import { createLogKey, sealLog } from '@clientele/services';
import { describe, expect, it } from 'vitest';
import { runVerifyLog } from './verify-log.ts';

const test = useTestDatabase();
const secret = 'a secret of the installation, long enough';

async function run(...args: string[]) {
  const lines: string[] = [];
  const code = await runVerifyLog({ databaseUrl: test.url, secret }, args, (line) => lines.push(line));
  return { code, text: lines.join('\n') };
}

async function aSealedLog(count: number, name?: string) {
  const partner = await aPartner(test.sql, name ? { name } : {});
  const ids: string[] = [];
  for (let index = 0; index < count; index++) ids.push(await anEvent(test.sql, partner));
  await sealLog({ db: test.worker, partner }, createLogKey(secret));
  return { partner, ids };
}

describe('the command verify-log', () => {
  it('ends with 0 and says how far each log is sealed, with 1 and says which record when one was changed', async () => {
    const good = await aSealedLog(3, 'Good 株式会社');
    const bad = await aSealedLog(4, 'Bad Ltd');
    expect(await run()).toMatchObject({
      code: 0,
      text: expect.stringContaining(`✓ Good 株式会社 (${good.partner.id}): 3 records, sealed up to place 3`),
    });
    await test.sql`update events set actor_id = 'somebody else' where id = ${bad.ids[1] ?? ''}`;
    const { code, text } = await run();
    expect(code).toBe(1);
    expect(text).toContain(`✓ Good 株式会社`);
    expect(text).toContain(
      `✗ Bad Ltd (${bad.partner.id}): 4 records, 1 problem\n  place 2, record ${bad.ids[1]}: is not what was sealed here`,
    );
    expect((await run('--partner', good.partner.id)).code).toBe(0);
    expect((await run('--partner', bad.partner.id)).code).toBe(1);
  });

  it('holds a log against a checkpoint that was kept, and knows earlier keys', async () => {
    const { partner } = await aSealedLog(2);
    const [row] =
      await test.sql`select seq::int, encode(hash, 'hex') as hash, to_char(at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') as at,
      encode(public_key, 'base64') as key, replace(encode(signature, 'base64'), E'\n', '') as signature from log_checkpoints where partner_id = ${partner.id}`;
    const file = join(mkdtempSync(join(tmpdir(), 'checkpoint-')), 'kept.json');
    const kept = { format: 'clientele-log-checkpoint/1', kind: 'seal', partnerId: partner.id, seq: row?.seq, hash: row?.hash, at: row?.at };
    writeFileSync(file, JSON.stringify({ ...kept, publicKey: row?.key, signature: row?.signature }));
    const args = ['--partner', partner.id, '--checkpoint', file];
    expect((await run(...args)).code).toBe(0);
    await test.sql`delete from event_seals where partner_id = ${partner.id}`;
    await test.sql`delete from log_checkpoints where partner_id = ${partner.id}`;
    await test.sql`delete from events where partner_id = ${partner.id}`;
    expect((await run('--partner', partner.id)).code).toBe(0);
    expect(await run(...args)).toMatchObject({ code: 1, text: expect.stringContaining('place 2: the chain ends before this place') });
  });

  it('knows checkpoints of an earlier secret by their public key', async () => {
    const partner = await aPartner(test.sql);
    await anEvent(test.sql, partner);
    const earlier = createLogKey('the secret that there was before this one');
    await sealLog({ db: test.worker, partner }, earlier);
    expect(await run('--partner', partner.id)).toMatchObject({ code: 1, text: expect.stringContaining('not signed by this installation') });
    expect((await run('--partner', partner.id, '--key', earlier.publicKey.toString('base64'))).code).toBe(0);
  });

  it.each([
    [['--partner', '0190a000-0000-7000-8000-000000000000'], 'There is no partner'],
    [['--key', 'x'], '--key is a public key of 32 bytes'],
    [['--checkpoint', '/nowhere/x.json'], 'no such file'],
    [['--what'], "Unknown option '--what'"],
  ])('ends with 2 and says how it is called: %j', async (args, says) => {
    expect(await run(...args)).toMatchObject({ code: 2, text: expect.stringContaining(says) });
  });
});

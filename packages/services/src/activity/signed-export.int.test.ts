import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { aContext, aCustomer, anEvent, aPartner, aPartnerUser, useTestDatabase } from '@clientele/db/testing';
import { canonicalJson } from '@clientele/domain';
import { describe, expect, it } from 'vitest';
import type { ActivityFilters } from './list.ts';
import { sealLog } from './seal.ts';
import { exportSignedActivity } from './signed-export.ts';
import { createLogKey, fingerprintOf } from './signing-key.ts';

const test = useTestDatabase();
const key = createLogKey('a secret of the installation, long enough');
const folder = mkdtempSync(join(tmpdir(), 'export-'));
// A copy elsewhere: what a third party has, with nothing of ours beside it.
const checker = join(folder, 'check-export.mjs');
writeFileSync(checker, readFileSync(fileURLToPath(new URL('../../../../scripts/check-export.mjs', import.meta.url))));

async function setting() {
  const partner = await aPartner(test.sql, { name: 'Müller & 株式会社' });
  const author = await aPartnerUser(test.sql, partner, ['helpdesk-agent'], { name: 'Anna "A" Weber' });
  const ctx = aContext(test.api, partner, author);
  const customer = await aCustomer(test.sql, partner, { companyName: '株式会社\u2028テスト' });
  const event = (more: Record<string, unknown> = {}) =>
    anEvent(test.sql, partner, { actorKind: 'partner-user', actorId: author.id, customerId: customer.id, ...more });
  for (let index = 0; index < 8; index++)
    await event({ type: index % 2 ? 'mail.sent' : 'customer.edited', data: { index, text: 'é"\\\n', big: 1e21 } });
  await sealLog({ db: test.worker, partner }, key, 3);
  const text = async (filters: ActivityFilters = {}) => {
    let all = '';
    for await (const chunk of exportSignedActivity(ctx, key, filters)) all += chunk;
    return all;
  };
  return { partner, ctx, event, text };
}

let files = 0;
/** Runs the checker as a third party does: bare Node on a file. */
async function check(content: string | Buffer, ...args: string[]): Promise<{ code: number; said: string }> {
  const file = join(folder, `${++files}.jsonl`);
  writeFileSync(file, content);
  return new Promise((resolve) =>
    execFile(process.execPath, [checker, file, ...args], { env: {}, cwd: folder }, (error, stdout, stderr) =>
      resolve({ code: error ? Number(error.code) : 0, said: stdout + stderr }),
    ),
  );
}

describe('the signed export', () => {
  it('is found whole and signed by somebody who has nothing but the file and Node', async () => {
    const { text, event } = await setting();
    await event();
    const content = await text();
    const { code, said } = await check(content);
    expect(said).toContain('✓ whole and signed: 9 records of Müller & 株式会社');
    expect(said).toContain('8 are sealed and match their hashes, in 1 unbroken run; 1 had no seal yet');
    expect(said).toContain(`signed with the key ${fingerprintOf(key.publicKey)}`);
    expect(code).toBe(0);
    for (const named of [key.publicKey.toString('base64'), fingerprintOf(key.publicKey), fingerprintOf(key.publicKey).replaceAll(' ', '')])
      expect((await check(content, '--key', named)).code).toBe(0);
    expect(await check(content, '--key', 'ab12')).toMatchObject({ code: 1, said: expect.stringContaining('another key') });
  });

  it('holds exactly what is filtered, also nothing', async () => {
    const { text } = await setting();
    const content = await text({ type: 'mail.sent' });
    const records = content
      .trimEnd()
      .split('\n')
      .slice(1, -1)
      .map((line) => JSON.parse(line));
    expect(records.map(({ seq, record }) => [seq, record.type, record.data.index])).toEqual(
      [2, 4, 6, 8].map((seq) => [seq, 'mail.sent', seq - 1]),
    );
    expect(records[0].names).toEqual({ actor: 'Anna "A" Weber', company: '株式会社\u2028テスト' });
    expect((await check(content)).said).toContain('4 are sealed and match their hashes, in 4 unbroken runs');
    expect(await check(await text({ actor: 'nobody' }))).toMatchObject({ code: 0, said: expect.stringContaining('0 records') });
  });

  it('is broken by any byte that is changed, wherever it stands', async () => {
    const content = Buffer.from(await (await setting()).text({ type: 'mail.sent' }));
    const places = Array.from({ length: 40 }, (_, index) => Math.floor((index * (content.length - 1)) / 39));
    const outcomes = await Promise.all(
      places.map((place) => {
        const changed = Buffer.from(content);
        changed[place] = (changed[place] ?? 0) ^ 1;
        return check(changed);
      }),
    );
    expect(outcomes.map(({ code }) => code)).toEqual(places.map(() => 1));
  });

  it('is broken by lines that are missing, doubled or in another order, and says so', async () => {
    const lines = (await (await setting()).text()).trimEnd().split('\n');
    const file = (changed: string[]) => check(`${changed.join('\n')}\n`);
    const [head = '', one = '', two = '', ...rest] = lines;
    expect(await file([head, one, ...rest])).toMatchObject({
      code: 1,
      said: expect.stringContaining('the content is not what was signed'),
    });
    expect(await file([head, two, one, ...rest])).toMatchObject({
      code: 1,
      said: expect.stringContaining('place 1 stands behind place 2'),
    });
    expect(await file([head, one, one, two, ...rest])).toMatchObject({
      code: 1,
      said: expect.stringContaining('place 1 stands behind place 1'),
    });
    expect(await file(lines.slice(0, -1))).toMatchObject({ code: 1, said: expect.stringContaining('the end of the file was cut off') });
    expect(await file([...lines, one])).toMatchObject({ code: 1, said: expect.stringContaining('behind the foot') });
    expect(await check('')).toMatchObject({ code: 1, said: expect.stringContaining('empty') });
    expect(await check('Date,Action\n')).toMatchObject({ code: 1, said: expect.stringContaining('no JSON') });
  });

  it('is broken when a record was changed and everything is signed anew with another key', async () => {
    const { text, ctx } = await setting();
    const forger = createLogKey('the key of somebody else altogether, long');
    let forged = '';
    for await (const chunk of exportSignedActivity(ctx, forger, {})) forged += chunk;
    // His own file is whole, but for the checkpoint in it, which is ours.
    expect(await check(forged)).toMatchObject({ code: 1, said: expect.stringContaining('the checkpoint is not signed by the same key') });
    const lines = (await text()).trimEnd().split('\n');
    const record = JSON.parse(lines[2] ?? '');
    record.record.actorId = 'somebody else';
    lines[2] = canonicalJson(record);
    expect(await check(`${lines.join('\n')}\n`)).toMatchObject({
      code: 1,
      said: expect.stringContaining(`record ${record.record.id} (place 2) does not match`),
    });
  });

  it('ends with 2 and says how it is called', async () => {
    expect(await check('x', '--what')).toMatchObject({ code: 2, said: expect.stringContaining('check-export.mjs FILE') });
    expect(await check('x', 'another')).toMatchObject({ code: 2, said: expect.stringContaining('Name one file') });
  });

  it('holds nothing of another partner', async () => {
    await setting();
    const other = await setting();
    const content = await other.text();
    for (const line of content.trimEnd().split('\n').slice(1, -1)) expect(JSON.parse(line).record.partnerId).toBe(other.partner.id);
  });
});

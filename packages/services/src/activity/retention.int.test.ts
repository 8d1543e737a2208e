import { aContext, anEvent, aPartner, aPartnerUser, insertRow, useTestDatabase } from '@clientele/db/testing';
import { describe, expect, it } from 'vitest';
import { type CheckpointRow, checkpointColumns, checkpointOf } from './checkpoints.ts';
import { keptFrom, removeOldRecords } from './retention.ts';
import { sealLog } from './seal.ts';
import { exportSignedActivity } from './signed-export.ts';
import { createLogKey } from './signing-key.ts';
import { verifyLog } from './verify.ts';

const test = useTestDatabase();
const key = createLogKey('a secret of the installation, long enough');
const years = (count: number) => new Date(Date.now() - count * 365.25 * 86_400_000);

async function setting(activityYears: number | null, ages: number[]) {
  const partner = await aPartner(test.sql);
  const author = await aPartnerUser(test.sql, partner);
  await insertRow(test.sql, 'partner_settings', {
    ...{ partnerId: partner.id, settings: { activityYears }, version: 1, changedBy: author.id, changedAt: new Date() },
  });
  for (const age of ages) await anEvent(test.sql, partner, { at: years(age) });
  const seal = () => sealLog({ db: test.worker, partner }, key, 4);
  await seal();
  const ctx = () => aContext(test.worker, partner, author, { actor: { kind: 'system', id: 'log.remove-old' }, now: new Date() });
  const events = () =>
    test.sql<{ type: string; data: unknown }[]>`select type, data from events where partner_id = ${partner.id} order by id`;
  const verify = () => verifyLog({ db: test.worker, partner }, { keys: [key.publicKey] });
  return { partner, author, ctx, seal, events, verify };
}

describe('the retention of the activity log', () => {
  it('removes what is older, signs the cut, notes it, and the chain still verifies from there on', async () => {
    const { partner, author, ctx, seal, events, verify } = await setting(3, [9, 8, 7, 6, 5, 4, 2, 1, 0, 0]);
    expect(await removeOldRecords(ctx(), key)).toBe(6);
    expect(await events()).toHaveLength(5);
    expect((await events()).at(-1)).toMatchObject({ type: 'log.records_removed', data: { records: 6, seq: 6 } });
    expect(await verify()).toMatchObject({ records: 4, seq: 10, cut: 6, waiting: 1, problems: [] });
    await seal();
    expect(await verify()).toMatchObject({ records: 5, seq: 11, cut: 6, waiting: 0, problems: [] });
    // The first that stays names the hash of the last that went.
    const reader = aContext(test.api, partner, author);
    let text = '';
    for await (const chunk of exportSignedActivity(reader, key, { from: years(20).toISOString() })) text += chunk;
    const [, first = ''] = text.split('\n');
    const [cut] = await test.sql.unsafe<CheckpointRow[]>(
      `select ${checkpointColumns} from log_checkpoints c where partner_id = '${partner.id}' and kind = 'cut'`,
    );
    expect(JSON.parse(first)).toMatchObject({ seq: 7, previous: checkpointOf(cut as CheckpointRow).hash });
  });

  it('does nothing the second time, and goes on from its cut when more has grown old', async () => {
    const { partner, ctx, events, verify } = await setting(2, [5, 4, 1.5, 1]);
    expect(await removeOldRecords(ctx(), key)).toBe(2);
    expect(await removeOldRecords(ctx(), key)).toBe(0);
    expect((await events()).filter(({ type }) => type === 'log.records_removed')).toHaveLength(1);
    await test.sql`update partner_settings set settings = '{"activityYears": 1}' where partner_id = ${partner.id}`;
    const later = { ...ctx(), now: new Date(Date.now() + 86_400_000) };
    expect(await removeOldRecords(later, key)).toBe(2);
    expect((await events()).at(-1)).toMatchObject({ data: { records: 2, seq: 4 } });
    expect(await verify()).toMatchObject({ records: 0, seq: 4, cut: 4, problems: [] });
  });

  it('removes nothing of who keeps for ever, of another partner, or that is not sealed', async () => {
    const forEver = await setting(null, [30, 20]);
    const bystander = await setting(5, [9, 9]);
    const { partner, ctx, events } = await setting(1, [9]);
    await anEvent(test.sql, partner, { at: years(8) });
    expect(await removeOldRecords(forEver.ctx(), key)).toBe(0);
    expect(await removeOldRecords(ctx(), key)).toBe(1);
    expect(await events()).toHaveLength(2);
    expect(await bystander.events()).toHaveLength(2);
    const found = (await test.worker.sql<{ id: string }[]>`select id from partners_with_retention() id`).map(({ id }) => id);
    expect(found).toContain(partner.id);
    expect(found).not.toContain(forEver.partner.id);
  });

  it('keeps an old record that was sealed behind a younger one for as long as that', async () => {
    const { ctx, events, verify } = await setting(2, [5, 1, 5]);
    expect(await removeOldRecords(ctx(), key)).toBe(1);
    expect(await events()).toHaveLength(3);
    expect(await verify()).toMatchObject({ records: 2, cut: 1, problems: [] });
  });

  it('finds a cut that nobody signed, and records that were removed without one', async () => {
    const { partner, ctx, verify } = await setting(3, [9, 8, 1, 0]);
    await removeOldRecords(ctx(), key);
    await test.sql`update log_checkpoints set seq = 3 where partner_id = ${partner.id} and kind = 'cut'`;
    await test.sql`delete from event_seals where partner_id = ${partner.id} and seq = 3`;
    expect((await verify()).problems).toEqual([
      { kind: 'checkpoint_forged', seq: 3, eventId: null },
      expect.objectContaining({ kind: 'changed', seq: 4 }),
      expect.objectContaining({ kind: 'unsealed' }),
    ]);
  });

  it('lets the database refuse to remove anything younger than a year, whatever was signed', async () => {
    const { ctx, events, partner } = await setting(1, [0.9, 0.5]);
    await test.sql`insert into log_checkpoints select partner_id, seq, 'cut', hash, at, public_key, signature from log_checkpoints where partner_id = ${partner.id}`;
    expect(await removeOldRecords(ctx(), key)).toBe(0);
    expect(await events()).toHaveLength(2);
  });

  it('counts years by the calendar', () => {
    expect(keptFrom(new Date('2026-11-26T10:00:00Z'), 3).toISOString()).toBe('2023-11-26T10:00:00.000Z');
    expect(keptFrom(new Date('2028-02-29T10:00:00Z'), 1).toISOString()).toBe('2027-03-01T10:00:00.000Z');
  });
});

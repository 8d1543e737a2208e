import { newId, openDatabase, transact } from '@clientele/db';
import { aContext, anEvent, aPartner, aPartnerUser, useTestDatabase } from '@clientele/db/testing';
import { chainStart } from '@clientele/domain';
import { describe, expect, it } from 'vitest';
import { type CheckpointRow, checkpointColumns, checkpointOf } from './checkpoints.ts';
import { linkHash, type RecordRow, recordColumns, recordOf } from './links.ts';
import { sealLog } from './seal.ts';
import { createLogKey, type SignedCheckpoint } from './signing-key.ts';
import { verifyLog } from './verify.ts';

const test = useTestDatabase();
const key = createLogKey('a secret of the installation, long enough');
const keys = [key.publicKey];

async function setting(count = 0) {
  const partner = await aPartner(test.sql);
  const author = await aPartnerUser(test.sql, partner);
  const ctx = aContext(test.api, partner, author);
  const ids: string[] = [];
  for (let index = 0; index < count; index++)
    ids.push(await anEvent(test.sql, partner, { data: { index }, actorKind: 'partner-user', actorId: author.id }));
  const seal = (batch?: number) => sealLog({ db: test.worker, partner }, key, batch);
  const verify = (kept: SignedCheckpoint[] = []) => verifyLog({ db: test.worker, partner }, { keys, kept });
  const found = async (kept: SignedCheckpoint[] = []) =>
    (await verify(kept)).problems.map(({ kind, seq, eventId }) => [kind, seq, eventId ? ids.indexOf(eventId) : null]);
  const newest = async () => {
    const [row] = await test.sql.unsafe<CheckpointRow[]>(
      `select ${checkpointColumns} from log_checkpoints c where partner_id = '${partner.id}' order by c.seq desc limit 1`,
    );
    return checkpointOf(row as CheckpointRow);
  };
  return { partner, author, ctx, ids, seal, verify, found, newest };
}

/** A connection with an open transaction. */
async function begun() {
  const connection = await test.sql.reserve();
  await connection`begin`;
  return connection;
}
const row = (partnerId: string, id: string) => ({
  ...{ id, partner_id: partnerId, type: 'customer.edited', at: new Date(), actor_kind: 'system', request_id: 'r', data: '{}' },
});

const linksOf = (partnerId: string) =>
  test.sql<{ seq: string; event_id: string }[]>`select seq, event_id from event_seals where partner_id = ${partnerId} order by seq`;

/** What an owner of the database can do who knows how the chain is made: every link from a place on, anew. */
async function chainAnew(partnerId: string, order: string[]) {
  await test.sql`delete from event_seals where partner_id = ${partnerId}`;
  let hash = chainStart;
  for (const [index, id] of order.entries()) {
    const [row] = await test.sql.unsafe<RecordRow[]>(`select ${recordColumns} from events e where id = '${id}'`);
    hash = linkHash(index + 1, hash, recordOf(row as RecordRow));
    await test.sql`insert into event_seals values (${partnerId}, ${index + 1}, ${id}, decode(${hash}, 'hex'))`;
  }
  return hash;
}

describe('sealing the activity log', () => {
  it('gives each record its place, in the order of the records, and signs where it stands', async () => {
    const { partner, ids, seal, verify, newest } = await setting(25);
    expect(await seal(10)).toBe(25);
    expect((await linksOf(partner.id)).map(({ event_id }) => event_id)).toEqual(ids);
    expect(await seal()).toBe(0);
    const { hash } = await newest();
    expect(await verify([await newest()])).toEqual({ records: 25, seq: 25, hash, waiting: 0, cut: 0, problems: [], more: false });
  });

  it('says how many wait, and finds nothing wrong with an empty log or one that was never sealed', async () => {
    expect(await (await setting()).verify()).toMatchObject({ records: 0, waiting: 0, problems: [] });
    expect(await (await setting(3)).verify()).toMatchObject({ records: 0, waiting: 3, problems: [] });
  });

  it('takes a record that commits after younger ones were sealed, and only once', async () => {
    const { partner, ids, seal, verify } = await setting();
    // It is begun, it has its id, and it is not committed while younger ones are sealed.
    const slow = await begun();
    ids.push(newId());
    await slow`insert into events ${slow(row(partner.id, ids[0] ?? ''))}`;
    ids.push(await anEvent(test.sql, partner), await anEvent(test.sql, partner));
    expect(await seal()).toBe(2);
    await slow`commit`;
    slow.release();
    expect(await verify()).toMatchObject({ records: 2, waiting: 1, problems: [] });
    expect(await seal()).toBe(1);
    const [first, ...younger] = ids;
    expect((await linksOf(partner.id)).map(({ event_id }) => event_id)).toEqual([...younger, first]);
    expect(await verify()).toMatchObject({ records: 3, waiting: 0, problems: [] });
  });

  it('seals every record exactly once while many write and several seal at once', async () => {
    const { partner, ctx, verify, seal } = await setting();
    const other = openDatabase({ url: test.url, role: 'clientele_worker', connections: 4 });
    let writing = true;
    const sealers = [test.worker, other, test.worker].map(async (db) => {
      let sealed = 0;
      while (writing) sealed += await sealLog({ db, partner }, key, 7);
      return sealed;
    });
    const writers = Array.from({ length: 6 }, async (_, writer) => {
      for (let index = 0; index < 40; index++)
        await transact(ctx, async (_tx, send) => {
          // Some hold their transaction open behind their events' time.
          if ((index + writer) % 5 === 0) await send('select pg_sleep(0.005)');
          return {
            result: null,
            events: [
              { type: 'support_contact.removed', data: {} },
              { type: 'invitation.resent', data: {} },
            ],
          };
        });
    });
    await Promise.all(writers);
    writing = false;
    const sealed = (await Promise.all(sealers)).reduce((sum, count) => sum + count, 0);
    await other.close();
    const rest = await seal();
    expect(sealed + rest).toBe(6 * 40 * 2);
    const links = await linksOf(partner.id);
    expect(links.map(({ seq }) => Number(seq))).toEqual(Array.from({ length: 480 }, (_, index) => index + 1));
    expect(new Set(links.map(({ event_id }) => event_id)).size).toBe(480);
    expect(await verify()).toMatchObject({ records: 480, waiting: 0, problems: [] });
  });

  it('lets no writer wait for another of the same partner, nor for a sealer', async () => {
    const { partner, ctx } = await setting(3);
    const sealing = await begun();
    const writing = await begun();
    // A sealer that holds its lock and has sealed, and a writer that has written: neither has committed.
    await sealing`select pg_advisory_xact_lock(hashtextextended('seal ' || ${partner.id}, 0))`;
    await sealing`delete from unsealed_events where partner_id = ${partner.id}`;
    await writing`set local lock_timeout = '2s'`;
    await writing`insert into events ${writing(row(partner.id, newId()))}`;
    await transact(ctx, async () => ({ result: null, events: [{ type: 'support_contact.removed', data: {} }] }));
    const seen = () => test.sql`select from events where partner_id = ${partner.id}`;
    expect(await seen()).toHaveLength(4);
    await writing`commit`;
    expect(await seen()).toHaveLength(5);
    await sealing`rollback`;
    for (const one of [sealing, writing]) one.release();
  });

  it('keeps partners apart', async () => {
    const one = await setting(3);
    const other = await setting(2);
    await one.seal();
    expect(await other.verify()).toMatchObject({ records: 0, waiting: 2, problems: [] });
    await other.seal();
    expect(await one.verify()).toMatchObject({ records: 3, problems: [] });
    expect((await test.worker.sql`select * from partners_to_seal(100)`).map((row) => row.partners_to_seal)).not.toContain(one.partner.id);
  });
});

describe('the verification finds what the owner of the database did', () => {
  const tampering: Record<string, { does: (ids: string[], partnerId: string) => Promise<unknown>; finds: unknown[] }> = {
    'a changed fact': {
      does: (ids) => test.sql`update events set data = '{"index": 99}' where id = ${ids[4] ?? ''}`,
      finds: [['changed', 5, 4]],
    },
    'a changed time, by a microsecond': {
      does: (ids) => test.sql`update events set at = at + interval '1 microsecond' where id = ${ids[0] ?? ''}`,
      finds: [['changed', 1, 0]],
    },
    'another actor': { does: (ids) => test.sql`update events set actor_id = 'x' where id = ${ids[9] ?? ''}`, finds: [['changed', 10, 9]] },
    'another address': {
      does: (ids) => test.sql`update events set ip = '192.0.2.1' where id = ${ids[9] ?? ''}`,
      finds: [['changed', 10, 9]],
    },
    'a removed record': { does: (ids) => test.sql`delete from events where id = ${ids[6] ?? ''}`, finds: [['removed', 7, 6]] },
    'a record removed with its link': {
      does: async (ids) => {
        await test.sql`delete from events where id = ${ids[6] ?? ''}`;
        await test.sql`delete from event_seals where event_id = ${ids[6] ?? ''}`;
      },
      finds: [['link_missing', 7, null]],
    },
    'a removed link': {
      does: (ids) => test.sql`delete from event_seals where event_id = ${ids[2] ?? ''}`,
      finds: [
        ['link_missing', 3, null],
        ['unsealed', null, 2],
      ],
    },
    'two records that changed places': {
      does: async (ids) => {
        await test.sql`update event_seals set event_id = ${newId()} where event_id = ${ids[3] ?? ''}`;
        await test.sql`update event_seals set event_id = ${ids[3] ?? ''} where event_id = ${ids[4] ?? ''}`;
        await test.sql`update event_seals set event_id = ${ids[4] ?? ''} where seq = 4 and partner_id = (select partner_id from events where id = ${ids[4] ?? ''})`;
      },
      finds: [
        ['changed', 4, 4],
        ['changed', 5, 3],
      ],
    },
    'a record that was put in past the seal': {
      does: async (ids, partnerId) => {
        const id = await anEvent(test.sql, { id: partnerId });
        ids.push(id);
        await test.sql`delete from unsealed_events where event_id = ${id}`;
      },
      finds: [['unsealed', null, 12]],
    },
    'a record that was put in at the end, with a link': {
      does: async (ids, partnerId) => {
        const id = await anEvent(test.sql, { id: partnerId });
        ids.push(id);
        await test.sql`delete from unsealed_events where event_id = ${id}`;
        await chainAnew(partnerId, ids);
      },
      finds: [['unsigned', 13, null]],
    },
    'a record that was put in between, with the whole chain made anew': {
      does: async (ids, partnerId) => {
        const id = await anEvent(test.sql, { id: partnerId });
        ids.splice(5, 0, id);
        await test.sql`delete from unsealed_events where event_id = ${id}`;
        await chainAnew(partnerId, ids);
      },
      finds: [
        ['checkpoint_differs', 10, 9],
        ['checkpoint_differs', 12, 11],
        ['unsigned', 13, null],
      ],
    },
    'a changed record with the whole chain made anew': {
      does: async (ids, partnerId) => {
        await test.sql`update events set data = '{}' where id = ${ids[11] ?? ''}`;
        await chainAnew(partnerId, ids);
      },
      finds: [['checkpoint_differs', 12, 11]],
    },
    'the same, signed with a key of one’s own': {
      does: async (ids, partnerId) => {
        await test.sql`update events set data = '{}' where id = ${ids[11] ?? ''}`;
        await test.sql`delete from event_seals where partner_id = ${partnerId}`;
        await test.sql`delete from log_checkpoints where partner_id = ${partnerId}`;
        await test.sql`insert into unsealed_events select partner_id, id from events where partner_id = ${partnerId}`;
        await sealLog({ db: test.worker, partner: { id: partnerId } as never }, createLogKey('the key of somebody else altogether'));
      },
      finds: [['checkpoint_forged', 12, null]],
    },
    'a checkpoint that says something else': {
      does: (_ids, partnerId) =>
        test.sql`update log_checkpoints set at = at - interval '1 day' where partner_id = ${partnerId} and seq = 10`,
      finds: [['checkpoint_forged', 10, null]],
    },
    'an end that was cut off': {
      does: (ids) =>
        Promise.all([
          test.sql`delete from events where id = any(${ids.slice(10)}::uuid[])`,
          test.sql`delete from event_seals where event_id = any(${ids.slice(10)}::uuid[])`,
        ]),
      finds: [['cut_off', 12, null]],
    },
    'a record that was removed while it waited': {
      does: async (ids, partnerId) => {
        const id = await anEvent(test.sql, { id: partnerId });
        ids.push(id);
        await test.sql`delete from events where id = ${id}`;
      },
      finds: [['removed_unsealed', null, 12]],
    },
    'a record that was given to another partner': {
      does: async (ids) => {
        const other = await aPartner(test.sql);
        await test.sql`update events set partner_id = ${other.id} where id = ${ids[7] ?? ''}`;
        expect((await verifyLog({ db: test.worker, partner: other }, { keys })).problems).toEqual([
          { kind: 'unsealed', seq: null, eventId: ids[7] },
        ]);
      },
      finds: [['removed', 8, 7]],
    },
  };

  it.each(Object.entries(tampering))('%s', async (_name, { does, finds }) => {
    const { partner, ids, seal, found } = await setting(12);
    await seal(10);
    expect(await found()).toEqual([]);
    await does(ids, partner.id);
    expect(await found()).toEqual(finds);
  });

  it('an end that was cut off with its checkpoints, by a checkpoint that somebody kept', async () => {
    const { partner, ids, seal, found, newest } = await setting(12);
    await seal(10);
    const kept = [await newest()];
    await test.sql`delete from events where id = any(${ids.slice(10)}::uuid[])`;
    await test.sql`delete from event_seals where event_id = any(${ids.slice(10)}::uuid[])`;
    await test.sql`delete from log_checkpoints where partner_id = ${partner.id} and seq > 10`;
    expect(await found()).toEqual([]);
    expect(await found(kept)).toEqual([['cut_off', 12, null]]);
    // Also when the log has grown over it since.
    for (let index = 0; index < 5; index++) ids.push(await anEvent(test.sql, partner));
    await seal();
    expect(await found()).toEqual([]);
    expect(await found(kept)).toEqual([['checkpoint_differs', 12, 13]]);
  });

  it('and a kept checkpoint that was not signed by us says so, instead of blaming the log', async () => {
    const { seal, found, newest } = await setting(3);
    await seal();
    const kept = await newest();
    expect(await found([{ ...kept, at: '2020-01-01T00:00:00.000Z' }])).toEqual([['checkpoint_forged', 3, null]]);
  });

  it('names the first hundred and says that there are more', async () => {
    const { partner, seal, verify } = await setting();
    await test.sql`insert into events (id, partner_id, type, at, actor_kind, request_id, data)
      select gen_random_uuid(), ${partner.id}, 'customer.edited', now(), 'system', 'r', '{}' from generate_series(1, 150)`;
    await seal();
    await test.sql`update events set type = 'x' where partner_id = ${partner.id}`;
    const { problems, more } = await verify();
    expect([problems.length, more]).toEqual([100, true]);
  });
});

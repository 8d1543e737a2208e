import { describe, expect, it } from 'vitest';
import { aPartner, useTestDatabase } from './testing/index.ts';

const test = useTestDatabase();

describe('the watchers over 100,000 relationships', () => {
  it('ask for what is due, and touch what is unblocked, without reading all of them', async () => {
    const partner = await aPartner(test.sql);
    // Without the customers themselves, which nothing here reads and which take a minute to make.
    const rows = await test.sql.begin(async (tx) => {
      await tx`set local session_replication_role = replica`;
      await tx`insert into planned_ends (id, partner_id, customer_id, mode, state, requested_by, requested_at, check_at)
        select gen_random_uuid(), ${partner.id}, gen_random_uuid(), 'when-clear', 'waiting', 'test', now(), case when random() < 0.5 then now() + interval '1 day' end
        from generate_series(1, 100000)`;
      return tx<{ customer_id: string }[]>`insert into subscriptions (id, partner_id, customer_id, product_id, quantity, state, created_at)
        select gen_random_uuid(), partner_id, customer_id, 'm365-e3', 1, 'active', now() from planned_ends where partner_id = ${partner.id} returning customer_id`;
    });
    await test.sql`analyze planned_ends`;
    await test.sql`analyze subscriptions`;
    const due = `select id, partner_id from planned_ends where state = 'waiting' and check_at <= now() order by check_at limit 500`;
    const plan = (await test.sql.unsafe(`explain ${due}`)).map((row) => row['QUERY PLAN']).join('\n');
    expect(plan).toContain('planned_ends_due');
    expect(plan).not.toContain('Seq Scan');

    /** How often the whole of each table was read, and how many rows of the ends the indexes gave, while `act` ran. */
    const readBy = (act: string) =>
      test.worker.sql.begin(async (tx) => {
        await tx`select set_config('app.partner_id', ${partner.id}, true)`;
        const counts = () =>
          tx<
            { scans: string; fetched: string }[]
          >`select seq_scan as scans, idx_tup_fetch as fetched from pg_stat_xact_user_tables where relname = 'planned_ends'`;
        const [before] = await counts();
        const { count } = await tx.unsafe(act);
        const [after] = await counts();
        return {
          count,
          scans: Number(after?.scans ?? 0) - Number(before?.scans ?? 0),
          fetched: Number(after?.fetched ?? 0) - Number(before?.fetched ?? 0),
        };
      });
    const some = rows
      .slice(0, 100)
      .map(({ customer_id }) => `'${customer_id}'`)
      .join(', ');
    const touched = await readBy(`update subscriptions set state = 'suspended' where customer_id in (${some})`);
    expect(touched).toMatchObject({ count: 100, scans: 0 });
    expect(touched.fetched).toBeLessThanOrEqual(300);
    const [marked] = await test.sql`select count(*)::int as count from planned_ends where partner_id = ${partner.id} and check_at <= now()`;
    expect(marked?.count).toBe(100);
    const asked = await readBy('select * from due_planned_ends(now(), 500)');
    expect(asked).toMatchObject({ count: 100, scans: 0 });
    expect(asked.fetched).toBeLessThanOrEqual(200);
  }, 60_000);
});

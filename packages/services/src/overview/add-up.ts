import { type Context, type Send, transact } from '@clientele/db';
import type { Figure } from '@clientele/domain';

/** So many changes are put to the figures in one transaction. */
const batch = 10_000;

/** Takes the lock under which a partner's figures are added up or counted anew. Writers of events never ask for it. */
async function alone(send: Send, partnerId: string): Promise<boolean> {
  const [lock] = await send<{ mine: boolean }>(`select pg_try_advisory_xact_lock(hashtextextended('figures ' || $1, 0)) as mine`, [
    partnerId,
  ]);
  return lock?.mine ?? false;
}

/**
 * Puts what events have added to the partner's figures, a batch at a time. It changes no sum: figures and what waits are read together. Returns how many
 * changes were put; nothing while somebody else is at it.
 */
export async function addUpFigures(ctx: Context, most = batch): Promise<number> {
  const { id: partnerId } = ctx.partner;
  let added = 0;
  for (;;) {
    const count = await transact(ctx, async (_tx, send) => {
      if (!(await alone(send, partnerId))) return { result: 0, events: [] };
      const [done] = await send<{ count: number }>(
        `with taken as (
           delete from figure_changes where partner_id = $1 and id in (select id from figure_changes where partner_id = $1 order by id limit $2)
           returning name, day, value),
         put as (
           insert into figures (partner_id, name, day, value) select $1, name, day, sum(value) from taken group by name, day
           on conflict (partner_id, name, day) do update set value = figures.value + excluded.value)
         select count(*)::int as count from taken`,
        [partnerId, most],
      );
      return { result: done?.count ?? 0, events: [] };
    });
    added += count;
    if (count < most) return added;
  }
}

/**
 * Counts the partner's figures anew from the rows and the events, and puts right what differs. Returns by how much which figure was wrong: nothing, unless there
 * is a mistake somewhere. Nobody who writes waits for it: what is missing is added as one more change, and stays right whatever happens meanwhile.
 */
export async function recountFigures(ctx: Context): Promise<Figure[]> {
  const { id: partnerId } = ctx.partner;
  return transact(ctx, async (_tx, send) => {
    if (!(await alone(send, partnerId))) return { result: [], events: [] };
    // One statement, and so one moment: rows and figures are those of the same commits.
    const wrong = await send<Figure>(
      `with wrong as materialized (select name, day, value from figure_differences($1)),
         put as (insert into figure_changes (partner_id, name, day, value) select $1, name, day, value from wrong)
       select name, to_char(day, 'YYYY-MM-DD') as day, value::float8 as value from wrong order by name, day`,
      [partnerId],
    );
    return { result: [...wrong], events: [] };
  });
}

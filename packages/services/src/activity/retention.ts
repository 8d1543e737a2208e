import { type Context, partnerSettings, read, transact } from '@clientele/db';
import { settingsFrom } from '@clientele/domain';
import { eq } from 'drizzle-orm';
import { insertCheckpoint } from './seal.ts';
import type { LogKey } from './signing-key.ts';

const batch = 5000;

/** The moment from which on records stay, so many years before now. */
export function keptFrom(now: Date, years: number): Date {
  const from = new Date(now);
  from.setUTCFullYear(from.getUTCFullYear() - years);
  return from;
}

/**
 * Removes what the partner's retention lets go: signs up to which place the chain is cut and notes that in the log, then removes what lies before, some at
 * a time. Only whole beginnings of the chain go: a record that was sealed behind a younger one stays as long as that. Returns how many were removed.
 */
export async function removeOldRecords(ctx: Context, key: LogKey): Promise<number> {
  const [set] = await read(ctx, (tx) => tx.select().from(partnerSettings).where(eq(partnerSettings.partnerId, ctx.partner.id)));
  const { activityYears } = settingsFrom(set?.settings ?? {});
  if (activityYears !== null) await cut(ctx, key, keptFrom(ctx.now, activityYears));
  let removed = 0;
  // Also what a worker that died had cut and not removed.
  for (;;) {
    const count = await transact(ctx, async (_tx, send) => {
      const [row] = await send<{ count: number }>(`select remove_cut_records(${batch}) as count`);
      return { result: row?.count ?? 0, events: [] };
    });
    removed += count;
    if (count < batch) return removed;
  }
}

/** Signs that the chain begins behind the last record before `before`, unless nothing lies there. */
async function cut(ctx: Context, key: LogKey, before: Date): Promise<void> {
  const { id: partnerId } = ctx.partner;
  await transact(ctx, async (_tx, send) => {
    const nothing = { result: undefined, events: [] };
    const [lock] = await send<{ mine: boolean }>(`select pg_try_advisory_xact_lock(hashtextextended('seal ' || $1, 0)) as mine`, [
      partnerId,
    ]);
    if (!lock?.mine) return nothing;
    const [last] = await send<{ seq: number; hash: string; earlier: number }>(
      `select s.seq::float8 as seq, encode(s.hash, 'hex') as hash,
         coalesce((select max(c.seq) from log_checkpoints c where c.partner_id = $1 and c.kind = 'cut'), 0)::float8 as earlier
       from event_seals s where s.partner_id = $1 and s.seq < coalesce(
         (select k.seq from event_seals k join events e on e.id = k.event_id where k.partner_id = $1 and e.at >= $2 order by k.seq limit 1),
         9223372036854775807)
       order by s.seq desc limit 1`,
      [partnerId, before.toISOString()],
    );
    if (!last || last.seq <= last.earlier) return nothing;
    const { seq, hash, earlier } = last;
    const checkpoint = { format: 'clientele-log-checkpoint/1', kind: 'cut', partnerId, seq, hash, at: ctx.now.toISOString() } as const;
    return {
      result: undefined,
      events: [{ type: 'log.records_removed', data: { records: seq - earlier, seq, before: before.toISOString() } }],
      writes: [insertCheckpoint(key, checkpoint)],
    };
  });
}

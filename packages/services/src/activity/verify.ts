import { type Context, readOneMoment } from '@clientele/db';
import { chainStart } from '@clientele/domain';
import { type CheckpointRow, checkpointColumns, checkpointOf } from './checkpoints.ts';
import { linkHash, type RecordRow, recordColumns, recordOf } from './links.ts';
import { isCheckpoint, type SignedCheckpoint } from './signing-key.ts';

/** What can be wrong with a log. */
export type ProblemKind =
  /** The record is not what was sealed at this place: changed, or put in another's. */
  | 'changed'
  /** The link is there, its record is gone. */
  | 'removed'
  /** A place in the chain has no link. */
  | 'link_missing'
  /** The chain does not lead to what was signed. */
  | 'checkpoint_differs'
  /** A checkpoint is not signed by this installation. */
  | 'checkpoint_forged'
  /** The chain ends before a checkpoint that was signed. */
  | 'cut_off'
  /** The chain goes on behind the last checkpoint. */
  | 'unsigned'
  /** A record that was written past the seal: it neither has one nor waits for one. */
  | 'unsealed'
  /** A record that waited for its seal is gone. */
  | 'removed_unsealed';

interface LogProblem {
  kind: ProblemKind;
  seq: number | null;
  eventId: string | null;
}

export interface Verification {
  /** Records that were looked at, and the last link. */
  records: number;
  seq: number;
  hash: string;
  /** Records that wait for their seal. */
  waiting: number;
  /** The place up to which old records were removed, as it was signed; 0 when none were. */
  cut: number;
  /** The first ones; `more` when there are others. */
  problems: LogProblem[];
  more: boolean;
}

export interface VerifyOptions {
  /** Public keys of this installation: the one in force, and earlier ones. */
  keys: readonly Buffer[];
  /** Checkpoints that somebody kept elsewhere. */
  kept?: readonly SignedCheckpoint[];
  /** Aborted when the process is asked to stop: the verification ends with its reason. */
  stopping?: AbortSignal;
}

const batch = 2000;
const mostProblems = 100;

type LinkRow = { seq: number; hash: string; event_id: string } & { [Column in keyof RecordRow]: RecordRow[Column] | null } & {
  [Column in keyof CheckpointRow]: CheckpointRow[Column] | null;
};

/**
 * Looks through a partner's whole log: each record against its link, each link against the one before, each checkpoint against the chain and its
 * signature, and every record for a link. A batch at a time, as of one moment: memory does not grow with the log. Changes nothing.
 */
export async function verifyLog(
  ctx: { db: Context['db']; partner: { id: string } },
  { keys, kept = [], stopping }: VerifyOptions,
): Promise<Verification> {
  const problems: LogProblem[] = [];
  let more = false;
  const note = (kind: ProblemKind, seq: number | null, eventId: string | null = null) => {
    if (problems.length < mostProblems) problems.push({ kind, seq, eventId });
    else more = true;
  };
  const { partner } = ctx;
  return readOneMoment(ctx, async (send) => {
    const [cutRow] = await send<CheckpointRow>(
      `select ${checkpointColumns} from log_checkpoints c where c.partner_id = $1 and c.kind = 'cut' order by c.seq desc limit 1`,
      [partner.id],
    );
    const cut = cutRow && checkpointOf(cutRow);
    if (cut && !isCheckpoint(cut, keys)) note('checkpoint_forged', cut.seq);
    let seq = cut?.seq ?? 0;
    let hash = cut?.hash ?? chainStart;
    let records = 0;
    // With no cut, or right behind one, nothing is open.
    let signedTo = seq;
    const awaited = new Map(kept.filter((one) => one.partnerId === partner.id && one.seq > seq).map((one) => [one.seq, one]));
    for (const one of kept) if (!isCheckpoint(one, keys)) note('checkpoint_forged', one.seq);

    for (;;) {
      const rows = await send<LinkRow>(
        `select s.seq::float8 as seq, encode(s.hash, 'hex') as hash, s.event_id, ${recordColumns.replace('e.partner_id', 'e.partner_id as of_partner')}, ${checkpointColumns}
         from (select * from event_seals where partner_id = $1 and seq > $2 order by seq limit ${batch}) s
         left join events e on e.id = s.event_id
         left join log_checkpoints c on c.partner_id = s.partner_id and c.seq = s.seq and c.kind = 'seal' order by s.seq`,
        [partner.id, seq],
      );
      for (const row of rows) {
        if (row.seq !== seq + 1) {
          for (let gap = seq + 1; gap < row.seq && gap < seq + 1 + mostProblems; gap++) note('link_missing', gap);
          // What stood between is not there, so this link can only be taken as it is.
        } else if (row.id === null) note('removed', row.seq, row.event_id);
        else if (linkHash(row.seq, hash, recordOf({ ...row, partner_id: partner.id } as RecordRow)) !== row.hash)
          note('changed', row.seq, row.event_id);
        seq = row.seq;
        hash = row.hash;
        records += 1;
        if (row.checkpoint_seq !== null) {
          const checkpoint = checkpointOf(row as CheckpointRow);
          if (!isCheckpoint(checkpoint, keys)) note('checkpoint_forged', seq);
          else if (checkpoint.hash !== hash) note('checkpoint_differs', seq, row.event_id);
          signedTo = seq;
        }
        const other = awaited.get(seq);
        if (other && other.hash !== hash) note('checkpoint_differs', seq, row.event_id);
        awaited.delete(seq);
      }
      stopping?.throwIfAborted();
      if (rows.length < batch) break;
    }

    if (signedTo < seq) note('unsigned', seq);
    const beyond = await send<{ seq: number }>(
      `select c.seq::float8 as seq from log_checkpoints c where c.partner_id = $1 and c.seq > $2 order by c.seq limit 1`,
      [partner.id, seq],
    );
    for (const one of [...beyond, ...awaited.values()].slice(0, 1)) note('cut_off', one.seq);
    const orphans = await send<{ id: string; kind: ProblemKind }>(
      `(select e.id, 'unsealed' as kind from events e
         where e.partner_id = $1 and not exists (select from event_seals s where s.event_id = e.id)
           and not exists (select from unsealed_events u where u.partner_id = $1 and u.event_id = e.id) limit ${mostProblems})
       union all
       (select u.event_id, 'removed_unsealed' from unsealed_events u
         where u.partner_id = $1 and not exists (select from events e where e.id = u.event_id) limit ${mostProblems})`,
      [partner.id],
    );
    for (const { id, kind } of orphans) note(kind, null, id);
    const [open] = await send<{ count: number }>('select count(*)::int as count from unsealed_events where partner_id = $1', [partner.id]);
    return { records, seq, hash, waiting: open?.count ?? 0, cut: cut?.seq ?? 0, problems, more };
  });
}

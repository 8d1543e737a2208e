import { type Context, onChain, type Statement, statement } from '@clientele/db';
import { type Checkpoint, chainStart } from '@clientele/domain';
import { linkHash, type RecordRow, recordColumns, recordOf } from './links.ts';
import { type LogKey, signCheckpoint } from './signing-key.ts';

/** Whose chain. */
interface Chain {
  db: Context['db'];
  partner: { id: string };
}

/** So many records are sealed in one transaction. */
export const sealBatch = 1000;

/**
 * Seals the partner's records that are committed and have no seal, oldest first, a batch at a time, each with a signed checkpoint. What commits
 * later, though it was begun earlier, is found the next time: it waits in `unsealed_events`, and not behind a mark. Returns how many were sealed;
 * nothing while another sealer is at it.
 */
export async function sealLog(ctx: Chain, key: LogKey, batch = sealBatch, stopping?: AbortSignal): Promise<number> {
  let sealed = 0;
  for (;;) {
    const count = await sealSome(ctx, key, batch);
    sealed += count;
    if (count < batch || stopping?.aborted) return sealed;
  }
}

async function sealSome(ctx: Chain, key: LogKey, batch: number): Promise<number> {
  const { partner } = ctx;
  return onChain(ctx, 0, async (send) => {
    // A statement of its own, behind the lock: it sees what the sealer before has committed.
    const [head] = await send<{ seq: number; hash: string }>(
      `select seq::float8 as seq, encode(hash, 'hex') as hash from log_checkpoints where partner_id = $1 order by seq desc limit 1`,
      [partner.id],
    );
    const rows = await send<RecordRow>(
      `select ${recordColumns} from unsealed_events u join events e on e.id = u.event_id where u.partner_id = $1 order by u.event_id limit ${batch}`,
      [partner.id],
    );
    if (rows.length === 0) return { result: 0 };
    let { seq, hash } = head ?? { seq: 0, hash: chainStart };
    const links = rows.map((row) => {
      seq += 1;
      hash = linkHash(seq, hash, recordOf(row));
      return { seq, event_id: row.id, hash };
    });
    const checkpoint: Checkpoint = {
      format: 'clientele-log-checkpoint/1',
      kind: 'seal',
      partnerId: partner.id,
      seq,
      hash,
      at: new Date().toISOString(),
    };
    return { result: rows.length, writes: [insertLinks(partner.id, links), insertCheckpoint(key, checkpoint)] };
  });
}

const insertLinks = (partnerId: string, links: { seq: number; event_id: string; hash: string }[]): Statement =>
  statement(
    `with link as (select * from jsonb_to_recordset($2) as l(seq bigint, event_id uuid, hash text)),
       done as (delete from unsealed_events where partner_id = $1 and event_id in (select event_id from link))
     insert into event_seals (partner_id, seq, event_id, hash) select $1, seq, event_id, decode(hash, 'hex') from link`,
    [partnerId, JSON.stringify(links)],
  );

/** Signs a checkpoint and keeps it. */
export function insertCheckpoint(key: LogKey, checkpoint: Checkpoint): Statement {
  const { publicKey, signature } = signCheckpoint(key, checkpoint);
  return statement(
    `insert into log_checkpoints (partner_id, seq, kind, hash, at, public_key, signature)
     values ($1, $2, $3, decode($4, 'hex'), $5, decode($6, 'base64'), decode($7, 'base64'))`,
    [checkpoint.partnerId, checkpoint.seq, checkpoint.kind, checkpoint.hash, checkpoint.at, publicKey, signature],
  );
}

import type { SignedCheckpoint } from './signing-key.ts';

/** The columns of `log_checkpoints c` as `checkpointOf` takes them. */
export const checkpointColumns = `c.partner_id, c.seq::float8 as checkpoint_seq, c.kind, encode(c.hash, 'hex') as checkpoint_hash,
  to_char(c.at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') as checkpoint_at, encode(c.public_key, 'base64') as public_key,
  replace(encode(c.signature, 'base64'), E'\\n', '') as signature`;

export interface CheckpointRow {
  partner_id: string;
  checkpoint_seq: number;
  kind: 'seal' | 'cut';
  checkpoint_hash: string;
  checkpoint_at: string;
  public_key: string;
  signature: string;
}

/** The signed checkpoint that a row holds. */
export function checkpointOf(row: CheckpointRow): SignedCheckpoint {
  return {
    format: 'clientele-log-checkpoint/1',
    kind: row.kind,
    partnerId: row.partner_id,
    seq: row.checkpoint_seq,
    hash: row.checkpoint_hash,
    at: row.checkpoint_at,
    publicKey: row.public_key,
    signature: row.signature,
  };
}

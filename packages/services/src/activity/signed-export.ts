import { createHash } from 'node:crypto';
import { Readable } from 'node:stream';
import { type Context, copySql, readOneMoment } from '@clientele/db';
import { canonicalJson, chainStart } from '@clientele/domain';
import { demand } from '../access.ts';
import { type CheckpointRow, checkpointColumns, checkpointOf } from './checkpoints.ts';
import { type RecordRow, recordColumns, recordOf } from './links.ts';
import { type ActivityFilters, actorNameInExport, chosenText, joined } from './list.ts';
import type { LogKey } from './signing-key.ts';

const batch = 1000;

type ExportRow = RecordRow & {
  seq: number | null;
  hash: string | null;
  previous: string | null;
  actor_name: string | null;
  company_name: string | null;
};

/**
 * Exactly the records that the filters give, each with its link of the chain, as lines of JSON: a head, the records in the order of the chain (behind
 * them those that are not sealed yet), and a foot that signs every byte before it. docs/activity-log.md says how to check one.
 */
export function exportSignedActivity(ctx: Context, key: LogKey, filters: ActivityFilters): Readable {
  demand(ctx, 'activity.export');
  return Readable.from(lines(ctx, key, filters), { objectMode: false });
}

async function* lines(ctx: Context, key: LogKey, filters: ActivityFilters): AsyncGenerator<string> {
  // Statements without parameters: with what somebody searches in their text, each would stay prepared for ever.
  const chosen = chosenText(ctx, filters);
  const own = copySql`${ctx.partner.id}::uuid`.text;
  const publicKey = key.publicKey.toString('base64');
  const digest = createHash('sha256');
  const line = (value: unknown): string => {
    const text = `${canonicalJson(value)}\n`;
    digest.update(text);
    return text;
  };
  const { id: partnerId, name } = ctx.partner;
  const given = Object.fromEntries(Object.entries(filters).filter(([, value]) => value !== undefined));
  yield line({ format: 'clientele-log-export/1', partnerId, partner: name, filters: given, at: ctx.now.toISOString(), publicKey });

  const [headRow] = await readOneMoment(ctx, (send) =>
    send<CheckpointRow>(`select ${checkpointColumns} from log_checkpoints c where c.partner_id = ${own} order by c.seq desc limit 1`),
  );
  const head = headRow ? checkpointOf(headRow) : null;
  let records = 0;
  let after = 0;
  for (;;) {
    const rows = await readOneMoment(ctx, (send) =>
      send<ExportRow>(
        `select s.seq::float8 as seq, encode(s.hash, 'hex') as hash, ${recordColumns}, ${actorNameInExport} as actor_name, coalesce(c.company_name, i.company_name, o.subject) as company_name,
           encode(coalesce((select p.hash from event_seals p where p.partner_id = ${own} and p.seq = s.seq - 1),
             (select k.hash from log_checkpoints k where k.partner_id = ${own} and k.seq = s.seq - 1 and k.kind = 'cut')), 'hex') as previous
         from ${joined} join event_seals s on s.event_id = e.id
         where s.partner_id = ${own} and s.seq > ${after} and s.seq <= ${head?.seq ?? 0} and ${chosen} order by s.seq limit ${batch}`,
      ),
    );
    for (const row of rows) yield line(recordLine(row));
    records += rows.length;
    after = rows.at(-1)?.seq ?? after;
    if (rows.length < batch) break;
  }
  let afterId = '00000000-0000-0000-0000-000000000000';
  for (;;) {
    const rows = await readOneMoment(ctx, (send) =>
      send<ExportRow>(
        `select null as seq, null as hash, null as previous, ${recordColumns}, ${actorNameInExport} as actor_name, coalesce(c.company_name, i.company_name, o.subject) as company_name
         from ${joined} where e.partner_id = ${own} and e.id > '${afterId}'
           and not exists (select from event_seals s where s.event_id = e.id and s.seq <= ${head?.seq ?? 0}) and ${chosen} order by e.id limit ${batch}`,
      ),
    );
    for (const row of rows) yield line(recordLine(row));
    records += rows.length;
    afterId = rows.at(-1)?.id ?? afterId;
    if (rows.length < batch) break;
  }
  const foot = { format: 'clientele-log-export-foot/1', records, digest: digest.digest('hex'), checkpoint: head, publicKey };
  yield `${canonicalJson({ ...foot, signature: key.sign(canonicalJson(foot)).toString('base64') })}\n`;
}

/** A record with its link; the names are what they are called today, and no part of the link. */
function recordLine(row: ExportRow) {
  const names = {
    ...(row.actor_name === null ? {} : { actor: row.actor_name }),
    ...(row.company_name === null ? {} : { company: row.company_name }),
  };
  const record = recordOf(row);
  return row.seq === null ? { names, record } : { names, record, seq: row.seq, previous: row.previous ?? chainStart, hash: row.hash };
}

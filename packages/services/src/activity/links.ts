import { createHash } from 'node:crypto';
import { linkText, type SealedRecord } from '@clientele/domain';

/** The columns of `events e` that are sealed; a record as `recordOf` takes it. */
export const recordColumns = `e.id, e.partner_id, e.type, to_char(e.at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') as at, e.actor_kind, e.actor_id,
  e.operation_id, e.ip, e.user_agent, e.customer_id, e.invitation_id, e.request_id, e.data`;

/** A row of `recordColumns`. */
export interface RecordRow {
  id: string;
  partner_id: string;
  type: string;
  at: string;
  actor_kind: string;
  actor_id: string | null;
  operation_id: string | null;
  ip: string | null;
  user_agent: string | null;
  customer_id: string | null;
  invitation_id: string | null;
  request_id: string;
  data: unknown;
}

/** The record that a row is sealed as. */
export function recordOf(row: RecordRow): SealedRecord {
  return {
    id: row.id,
    partnerId: row.partner_id,
    type: row.type,
    at: row.at,
    actorKind: row.actor_kind,
    ...(row.actor_id === null ? {} : { actorId: row.actor_id }),
    ...(row.operation_id === null ? {} : { operationId: row.operation_id }),
    ...(row.ip === null ? {} : { ip: row.ip }),
    ...(row.user_agent === null ? {} : { userAgent: row.user_agent }),
    ...(row.customer_id === null ? {} : { customerId: row.customer_id }),
    ...(row.invitation_id === null ? {} : { invitationId: row.invitation_id }),
    requestId: row.request_id,
    data: row.data,
  };
}

/** The hash of a link, 64 hexadecimal digits. */
export function linkHash(seq: number, previous: string, record: SealedRecord): string {
  return createHash('sha256')
    .update(linkText(seq, previous, record))
    .digest('hex');
}

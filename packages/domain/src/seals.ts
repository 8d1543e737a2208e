/** One record of the activity log as it is sealed. What is not there is left out, so a column that comes later changes no older hash. */
export interface SealedRecord {
  id: string;
  partnerId: string;
  type: string;
  /** UTC, to the microsecond, as Postgres keeps it. */
  at: string;
  actorKind: string;
  actorId?: string;
  operationId?: string;
  ip?: string;
  userAgent?: string;
  customerId?: string;
  invitationId?: string;
  requestId: string;
  data: unknown;
}

/** What the installation signs about a chain: up to here it is thus, or up to here it was removed. */
export interface Checkpoint {
  format: 'clientele-log-checkpoint/1';
  kind: 'seal' | 'cut';
  partnerId: string;
  seq: number;
  /** SHA-256, 64 hexadecimal digits. */
  hash: string;
  at: string;
}

/** The hash before the first link. */
export const chainStart = '0'.repeat(64);

/** The one way to write a value as JSON: members by name, no spaces (RFC 8785). */
export function canonicalJson(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join(',')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  const members = Object.entries(value)
    .filter(([, member]) => member !== undefined)
    .sort(([one], [other]) => (one < other ? -1 : 1));
  return `{${members.map(([name, member]) => `${JSON.stringify(name)}:${canonicalJson(member)}`).join(',')}}`;
}

/** The text of which a link's hash is made: its place, the hash before, and the record. */
export function linkText(seq: number, previous: string, record: SealedRecord): string {
  return canonicalJson({ previous, record, seq });
}

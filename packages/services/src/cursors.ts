import { Refusal } from '@clientele/domain';

/** A keyset cursor: the sort values of the last row, opaque to clients. */
export function encodeCursor(values: string[]): string {
  return Buffer.from(JSON.stringify(values)).toString('base64url');
}

const uuid = /^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/;

/** The sort values of a cursor, the last of them an id; refuses one that was not made by `encodeCursor` with as many values. */
export function decodeCursor(cursor: string, values: number): string[] {
  try {
    const parsed: unknown = JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8'));
    const ours =
      Array.isArray(parsed) && parsed.length === values && parsed.every((value) => typeof value === 'string' && !value.includes('\0'));
    if (ours && uuid.test(parsed.at(-1))) return parsed;
  } catch {
    // falls through to the refusal
  }
  throw badCursor();
}

/** The single number of a cursor that was made of one. */
export function decodeNumber(cursor: string): number {
  const text = Buffer.from(cursor, 'base64url').toString('utf8');
  const number = Number(/^\["(\d{1,9})"\]$/.exec(text)?.[1] ?? Number.NaN);
  if (Number.isNaN(number)) throw badCursor();
  return number;
}

const timeText = /^(\d{4}-\d\d-\d\d) (\d\d:\d\d:\d\d)(?:\.\d{1,6})?[+-](?:0\d|1[0-5])(?::[0-5]\d)?$/;

/** A moment as Postgres writes it, out of a cursor; refuses anything else, which Postgres could not read. */
export function decodeMoment(value: string): string {
  const [, day, time] = timeText.exec(value) ?? [];
  const moment = new Date(`${day}T${time}Z`);
  if (Number.isNaN(moment.getTime()) || !moment.toISOString().startsWith(`${day}T${time}`)) throw badCursor();
  return value;
}

/** The refusal for a cursor that was not made here, or for another list. */
export function badCursor(): Refusal {
  return new Refusal('validation_failed', 'This cursor is not one of ours.', { fields: [{ path: 'after', rule: 'cursor' }] });
}

/** Escapes what LIKE would read as a pattern. */
export function escapeLike(value: string): string {
  return value.replace(/[\\%_]/g, (character) => `\\${character}`);
}

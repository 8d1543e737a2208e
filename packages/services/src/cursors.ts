import { Refusal } from '@clientele/domain';

/** A keyset cursor: the sort values of the last row, opaque to clients. */
export function encodeCursor(values: string[]): string {
  return Buffer.from(JSON.stringify(values)).toString('base64url');
}

/** The sort values of a cursor; refuses one that was not made by `encodeCursor` with as many values. */
export function decodeCursor(cursor: string, values: number): string[] {
  try {
    const parsed: unknown = JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8'));
    if (Array.isArray(parsed) && parsed.length === values && parsed.every((value) => typeof value === 'string')) return parsed;
  } catch {
    // falls through to the refusal
  }
  throw new Refusal('validation_failed', 'This cursor is not one of ours.', { fields: [{ path: 'after', rule: 'cursor' }] });
}

/** Escapes what LIKE would read as a pattern. */
export function escapeLike(value: string): string {
  return value.replace(/[\\%_]/g, (character) => `\\${character}`);
}

import { describe, expect, it } from 'vitest';
import { decodeCursor, decodeMoment, encodeCursor, escapeLike } from './cursors.ts';

const id = '0190a000-1234-7000-8000-0123456789ab';

describe('a cursor', () => {
  it('comes back as it was, whatever stands in it', () => {
    for (const value of ['', '株式会社', '"]', '🚀', "'; --", 'a\nb'])
      expect(decodeCursor(encodeCursor([value, id]), 2)).toEqual([value, id]);
  });

  it('fits an address as it is', () => {
    expect(encodeCursor(['???>>>ÿÿÿ', id])).toMatch(/^[\w-]+$/);
  });

  it('that is not one of ours is refused', () => {
    const odd = [
      '',
      'x',
      '!!!',
      encodeCursor([id]),
      encodeCursor(['a', 'b', id]),
      encodeCursor(['a', 'b']),
      encodeCursor(['a\0', id]),
      Buffer.from('{"length":2}').toString('base64url'),
      Buffer.from('null').toString('base64url'),
      Buffer.from(`[1,"${id}"]`).toString('base64url'),
    ];
    for (const cursor of odd)
      expect(() => decodeCursor(cursor, 2), cursor).toThrow(
        expect.objectContaining({ code: 'validation_failed', fields: [{ path: 'after', rule: 'cursor' }] }),
      );
  });

  it('of a moment is one that Postgres wrote', () => {
    for (const good of ['2025-01-31 12:34:56+00', '2025-01-31 12:34:56.123456+00', '1999-12-31 23:59:59.1-03:30'])
      expect(decodeMoment(good)).toBe(good);
    for (const bad of [
      '',
      'now',
      'infinity',
      '2025-02-30 12:00:00+00',
      '2025-01-31',
      '2025-01-31T12:34:56Z',
      '2025-01-31 24:00:00+00',
      "2025-01-31 12:34:56+00'",
      '2025-01-31 12:34:56+99',
      'Contoso',
    ])
      expect(() => decodeMoment(bad), bad).toThrow('cursor');
  });
});

it('a search pattern takes its signs as they are', () => {
  expect(escapeLike('100%_\\')).toBe('100\\%\\_\\\\');
  expect(escapeLike('東京 (a.b*)')).toBe('東京 (a.b*)');
});

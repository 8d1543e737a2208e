import { newInvitation } from '@clientele/contracts';
import { checkAddress } from '@clientele/mail';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

const { email } = newInvitation.shape;

/** What people, and those who mean no good, put into a field for a mail address (RFC 5321, RFC 5322, header injection). */
const tricks = [
  ...['"a b"@c.example', '"a@b"@c.example', 'a(comment)@b.example', 'a@[192.0.2.1]', 'a@[IPv6:2001:db8::1]', 'a@192.0.2.1', 'a@localhost'],
  ...['a..b@c.example', '.a@b.example', 'a.@b.example', 'a@b..example', 'a@b.example.', 'a@-b.example', 'a@b-.example', 'a@b_c.example'],
  ...['a@b@c.example', '@b.example', 'a@', 'postmaster', 'a b@c.example', 'a\\@b@c.example', 'a\u00a0@b.example', 'a\uff20b.example'],
  ...[
    'a@b.example\r\nBcc: x@y.example',
    'a@b.example\nSubject: x',
    'a\r\n@b.example',
    'a\0@b.example',
    'a@b.example\0',
    'a@b.example\u2028Bcc: x',
  ],
  ...[
    'a@b.example,c@d.example',
    'a@b.example;c@d.example',
    '<a@b.example>',
    'A <a@b.example>',
    'a@b.example>,<c@d.example',
    'group:a@b.example;',
  ],
  ...['a@b.example?bcc=x@y.example', 'a@b%0d%0aBcc:x.example', '=?utf-8?q?a=0D=0A?=@b.example', '\u202ea@b.example', 'a\u200b@b.example'],
  ...['x@'.padEnd(300, 'b.'), `${'x'.repeat(65)}@b.example`, `a@${'b'.repeat(64)}.example`, `a@${'b.'.repeat(130)}example`],
];

describe('a mail address that a form takes', () => {
  it('is none of the tricks', () => {
    for (const trick of tricks) expect(email.safeParse(trick).success, JSON.stringify(trick)).toBe(false);
  });

  it('can be sent to: what would fail in the mail server is refused at its field', () => {
    const pieces = fc.constantFrom(
      'a',
      'x'.repeat(30),
      '.',
      '-',
      '_',
      '+',
      '@',
      '"',
      ' ',
      '\r\n',
      '<',
      '>',
      ',',
      'example',
      '\u200b',
      'ü',
      '%',
      '(',
      '[',
      ']',
    );
    fc.assert(
      fc.property(
        fc.oneof(
          fc.emailAddress(),
          fc.array(pieces, { maxLength: 12 }).map((all) => all.join('')),
          fc.constantFrom(...tricks),
        ),
        (typed) => {
          const taken = email.safeParse(typed);
          if (taken.success) expect(checkAddress(taken.data), JSON.stringify(typed)).toMatchObject({ ok: true });
        },
      ),
      { numRuns: 3000 },
    );
  });
});

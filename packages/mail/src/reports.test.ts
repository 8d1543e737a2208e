import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { mostReportBytes, readReturnedMail } from './reports.ts';
import { aReport, type ReportFields } from './testing/reports.ts';

const anna = 'anna@contoso.example';
const verdictOf = (fields: ReportFields) => readReturnedMail(aReport({ recipients: [fields] })).report?.recipients[0]?.verdict;
const failed = (status: string, diagnostic: string, more: ReportFields = {}): ReportFields => ({
  'Final-Recipient': `rfc822; ${anna}`,
  Action: 'failed',
  Status: status,
  'Diagnostic-Code': diagnostic,
  ...more,
});

describe('what a report says of a recipient', () => {
  it.each<[string, ReportFields, string | null]>([
    ['Postfix, no such mailbox', failed('5.1.1', 'smtp; 550 5.1.1 <anna@contoso.example>: Recipient address rejected: unknown'), 'bounced'],
    ['Postfix, no such domain', failed('5.4.4', 'X-Postfix; Host or domain name not found. type=A: Host not found'), 'bounced'],
    ['Postfix, an answer without a status', failed('5.0.0', 'smtp; 550 Unknown user'), 'bounced'],
    [
      'Postfix, gave up after five days',
      failed('4.4.1', 'X-Postfix; connect to mx.contoso.example[192.0.2.1]:25: Connection timed out'),
      'failed',
    ],
    [
      'Sendmail, user unknown',
      failed('5.1.1', 'SMTP; 550 5.1.1 <anna@contoso.example>... User unknown', { 'Remote-MTA': 'DNS; mx' }),
      'bounced',
    ],
    ['Sendmail, moved', failed('5.1.6', 'SMTP; 551 5.1.6 has moved'), 'bounced'],
    ['exim, unrouteable', failed('5.0.0', 'smtp; 550 Unrouteable address'), 'bounced'],
    ['exim, retry time exceeded', failed('4.0.0', 'smtp; retry timeout exceeded'), 'failed'],
    ['Exchange, not found', failed('5.1.10', 'smtp;550 5.1.10 RESOLVER.ADR.RecipientNotFound; Recipient not found'), 'bounced'],
    ['Microsoft 365, refused at the edge', failed('5.4.1', 'smtp;550 5.4.1 Recipient address rejected: Access denied.'), 'bounced'],
    ['Microsoft 365, no answer', failed('5.4.1', 'smtp;550 5.4.1 No answer from host'), 'failed'],
    ['Microsoft 365, not allowed to write', failed('5.7.133', 'smtp;550 5.7.133 RESOLVER.RST.SenderNotAuthenticatedForGroup'), 'failed'],
    ['Gmail, no such account', failed('5.1.1', 'smtp; 550-5.1.1 The email account that you tried to reach does not exist.'), 'bounced'],
    ['Gmail, disabled', failed('5.2.1', 'smtp; 550 5.2.1 The email account is inactive.'), 'bounced'],
    ['Gmail, over quota', failed('5.2.2', 'smtp; 552 5.2.2 The recipient\u2019s inbox is out of storage space'), 'failed'],
    ['Gmail, taken for spam', failed('5.7.1', 'smtp; 550 5.7.1 Our system has detected that this message is likely unsolicited'), 'failed'],
    ['a policy without a status', failed('5.0.0', 'smtp; 550 Message rejected, your host is on a blocklist'), 'failed'],
    ['too large', failed('5.3.4', 'smtp; 552 5.3.4 Message too big'), 'failed'],
    ['the sender refused', failed('5.1.8', 'smtp; 553 5.1.8 Domain of sender does not exist'), 'failed'],
    ['the sender refused with a vague status', failed('5.1.0', 'smtp; 550 5.1.0 Sender rejected'), 'failed'],
    ['the recipient refused with a vague status', failed('5.1.0', 'smtp; 550 #5.1.0 Address rejected.'), 'bounced'],
    ['the status in the diagnostic is more exact', failed('5.0.0', 'smtp; 550 5.2.2 mailbox is full'), 'failed'],
    ['a temporary status with a final action', failed('4.2.2', 'smtp; 452 4.2.2 over quota'), 'failed'],
    ['failed, and nothing else is told', { 'Final-Recipient': `rfc822; ${anna}`, Action: 'failed' }, 'failed'],
    ['still being tried', failed('4.4.7', 'smtp; 451 4.4.7 try later', { Action: 'delayed' }), 'delayed'],
    ['delayed with a final status', failed('5.1.1', 'smtp; 550 5.1.1 unknown', { Action: 'delayed' }), 'delayed'],
    ['delivered', failed('2.0.0', 'smtp; 250 ok', { Action: 'delivered' }), null],
    ['relayed', failed('2.0.0', '', { Action: 'relayed' }), null],
    ['expanded', failed('2.0.0', '', { Action: 'expanded' }), null],
    ['an action that nobody knows', failed('5.1.1', 'smtp; 550 5.1.1', { Action: 'exploded' }), null],
    ['an action with a comment', failed('5.1.1', '', { Action: 'FAILED (bad destination)' }), 'bounced'],
    ['a status that is none', failed('5.banana', 'smtp; 550 5.1.1 unknown'), 'bounced'],
  ])('%s', (_what, fields, verdict) => {
    expect(verdictOf(fields)).toBe(verdict);
  });

  it('names the address as it was sent and where it ended up', () => {
    const fields = failed('5.1.1', '', {
      'Original-Recipient': 'rfc822;Anna@Bücher.example',
      'Final-Recipient': 'rfc822; <ANNA@forwarded.example>',
    });
    const { report } = readReturnedMail(aReport({ recipients: [fields] }));
    expect(report?.recipients[0]?.addresses).toEqual(['Anna@Bücher.example', 'ANNA@forwarded.example']);
    expect(report?.messageId).toBe('<0199f0aa-1@clientele.mail>');
  });

  it('is told in the server’s words: one line, no markup, no links, not long', () => {
    const diagnostic = `smtp; 550 5.1.1 <anna@contoso.example> <script>alert(1)</script> see\r\n https://help.example/x?u=1 bell\u0007${'x'.repeat(2000)}`;
    const [recipient] = readReturnedMail(aReport({ recipients: [failed('5.1.1', diagnostic)] })).report?.recipients ?? [];
    expect(recipient?.answer).toMatch(/^550 5\.1\.1 <anna@contoso\.example> alert\(1\) see \[link\] bell x+…$/);
    expect(recipient?.answer.length).toBeLessThanOrEqual(500);
  });

  it('never repeats what makes a return address secret', () => {
    const secret = `bounce+${'a'.repeat(26)}.${'b'.repeat(20)}@returns.example`;
    const [recipient] = readReturnedMail(aReport({ recipients: [failed('5.1.1', `smtp; 550 <${secret}> may not write`)] })).report
      ?.recipients ?? [{ answer: '' }];
    expect(recipient?.answer).toBe('550 <bounce+[…]@returns.example> may not write');
  });
});

describe('a report', () => {
  it('is read in UTF-8 (RFC 6533), with addresses in either form', () => {
    const [utf8, escaped] = ['utf-8; 愛子@例え.example', 'utf-8; \\x{611B}\\x{5B50}@例え.example'];
    const report = aReport({
      recipients: [
        failed('5.1.1', 'smtp; 550 5.1.1 知らない宛先', { 'Final-Recipient': utf8 }),
        failed('5.1.1', '', { 'Final-Recipient': escaped }),
      ],
      statusType: 'message/global-delivery-status; charset=utf-8',
      originalType: 'message/global-headers',
    });
    const { recipients = [] } = readReturnedMail(report).report ?? {};
    expect(recipients.map(({ addresses }) => addresses)).toEqual([['愛子@例え.example'], ['愛子@例え.example']]);
    expect(recipients[0]?.answer).toBe('550 5.1.1 知らない宛先');
  });

  it.each(['base64', 'quoted-printable'] as const)('is read whatever its encoding: %s', (statusEncoding) => {
    const { report } = readReturnedMail(aReport({ recipients: [failed('5.1.1', 'smtp; 550 5.1.1 unknown')], statusEncoding }));
    expect(report?.recipients).toMatchObject([{ verdict: 'bounced', addresses: [anna] }]);
  });

  it('with bytes of another charset than it says is read all the same', () => {
    const raw = aReport({ recipients: [failed('5.1.1', 'smtp; 550 5.1.1 §§ inconnu')] });
    const latin1 = Buffer.from(raw.toString('utf8'), 'latin1');
    expect(readReturnedMail(latin1).report?.recipients).toMatchObject([{ verdict: 'bounced', answer: '550 5.1.1 §§ inconnu' }]);
  });

  it('that was cut off is read as far as it goes', () => {
    const raw = aReport({ recipients: [failed('5.1.1', 'smtp; 550 5.1.1 unknown')] });
    const cut = raw.subarray(0, raw.indexOf('text/rfc822-headers'));
    expect(readReturnedMail(cut).report).toMatchObject({ messageId: null, recipients: [{ verdict: 'bounced' }] });
  });

  it('of 10 MB is read to its first part of a megabyte and no further', () => {
    const original = `Message-ID: <0199f0aa-1@clientele.mail>\r\n\r\n${'x'.repeat(76)}\r\n`.repeat(140_000);
    const raw = aReport({ recipients: [failed('5.1.1', '')], original, originalType: 'message/rfc822' });
    expect(raw.length).toBeGreaterThan(10_000_000);
    expect(readReturnedMail(raw).report).toMatchObject({ messageId: '<0199f0aa-1@clientele.mail>', recipients: [{ verdict: 'bounced' }] });
    const late = aReport({ human: 'x'.repeat(mostReportBytes), recipients: [failed('5.1.1', '')] });
    expect(readReturnedMail(late).report).toBeNull();
  });

  it('with bare line feeds, lower-case names and folded fields is read', () => {
    const raw = aReport({ recipients: [failed('5.1.1', 'smtp; 550 5.1.1\r\n unknown')] });
    const odd = raw
      .toString()
      .replace(/\r\n/g, '\n')
      .replace(/^(Final-Recipient|Action|Status)/gm, (name) => name.toLowerCase());
    expect(readReturnedMail(Buffer.from(odd)).report?.recipients).toMatchObject([{ verdict: 'bounced', answer: '550 5.1.1 unknown' }]);
  });
});

describe('a mail that is no report', () => {
  const plain = (headers: string, body = 'I am away until Monday.') => Buffer.from(`${headers}\r\n\r\n${body}`);
  const nested = aReport({ recipients: [failed('5.1.1', '')] }).toString();
  it.each([
    ['an absence note', plain('From: anna@contoso.example\r\nTo: bounce@returns.example\r\nAuto-Submitted: auto-replied')],
    ['a reply that quotes a report', plain('From: anna@contoso.example', nested)],
    [
      'a forwarded report',
      plain(
        'From: a@b.example\r\nContent-Type: multipart/mixed; boundary=x',
        `--x\r\nContent-Type: message/rfc822\r\n\r\n${nested}\r\n--x--`,
      ),
    ],
    [
      'a read receipt',
      aReport({
        recipients: [failed('5.1.1', '')],
        contentType: 'multipart/report; report-type=disposition-notification; boundary="report-part-1"',
      }),
    ],
    [
      'a complaint',
      aReport({
        recipients: [failed('5.1.1', '')],
        contentType: 'multipart/report; report-type=feedback-report; boundary="report-part-1"',
      }),
    ],
    ['a report without its machine-readable part', aReport({ recipients: [failed('5.1.1', '')], statusType: 'text/plain' })],
    [
      'a report without a boundary',
      aReport({ recipients: [failed('5.1.1', '')], contentType: 'multipart/report; report-type=delivery-status' }),
    ],
    ['nothing at all', Buffer.alloc(0)],
  ])('is taken for none: %s', (_what, raw) => {
    expect(readReturnedMail(raw).report).toBeNull();
  });

  it('names whom it is for, so that a forwarded one finds its delivery', () => {
    const raw = plain('Delivered-To: one@x.example\r\nX-Original-To: two@x.example\r\nTo: "A, B" <three@x.example>, four@x.example');
    expect(readReturnedMail(raw).to).toEqual(['one@x.example', 'two@x.example', 'three@x.example', 'four@x.example']);
  });
});

describe('the reader', () => {
  const piece = fc.constantFrom(
    ...[
      '\r\n',
      '\n',
      '\r',
      '\0',
      '--report-part-1',
      '--',
      'Content-Type: multipart/report; boundary=report-part-1',
      ':',
      ';',
      '=',
      '  ',
      '<',
      '@',
    ],
    ...[
      'Content-Type: message/delivery-status',
      'Action: failed',
      'Status: 5.1.1',
      'Final-Recipient: rfc822; a@b.example',
      '\\x{110000}',
      'é',
    ],
  );
  it('never throws and never gives more than its limits, whatever it reads', () => {
    fc.assert(
      fc.property(
        fc.array(fc.oneof(piece, fc.string({ unit: 'binary' })), { maxLength: 80 }),
        fc.uint8Array({ maxLength: 200 }),
        (pieces, bytes) => {
          const { report, to } = readReturnedMail(Buffer.concat([Buffer.from(pieces.join('')), bytes]));
          expect(to.length).toBeLessThanOrEqual(250);
          expect(report?.recipients.length ?? 0).toBeLessThanOrEqual(100);
          for (const { answer } of report?.recipients ?? []) {
            expect(answer.length).toBeLessThanOrEqual(500);
            expect(answer).not.toMatch(/\p{Cc}/u);
          }
        },
      ),
      { numRuns: 500 },
    );
    // Many mails, on a machine that has other things to do.
  }, 120_000);

  it('is not slowed down by what is made to be slow', () => {
    for (const bad of [' ', '=', '<a', '\n ', '\r\n\r', 'a@', ';a=', '--report-part-1\n', '\\x{']) {
      const raw = aReport({
        recipients: [failed('5.1.1', bad.replace(/[\r\n]/g, ' ').repeat(100_000))],
        original: bad.repeat(100_000),
        statusEncoding: 'quoted-printable',
      });
      expect(() => readReturnedMail(raw)).not.toThrow();
      expect(() => readReturnedMail(Buffer.from(bad.repeat(500_000)))).not.toThrow();
    }
  }, 15_000);
});

import { randomUUID } from 'node:crypto';

/** A delivery report as RFC 3464 has it: tells the sender that a mail which was accepted did not arrive after all. */
export function deliveryReport(mail: { source: Buffer; from: string; recipient: string; now: Date }): Buffer {
  const headers = mail.source.toString('utf8').split(/\r?\n\r?\n/, 1)[0] ?? '';
  const messageId = headers.match(/^message-id:\s*(\S+)/im)?.[1];
  const boundary = `report-${randomUUID()}`;
  const answer = '550 5.1.1 No such mailbox here';
  return Buffer.from(
    [
      'From: Mail delivery <mailer-daemon@inbox.localhost>',
      `To: <${mail.from}>`,
      'Subject: Undelivered mail returned to sender',
      `Date: ${mail.now.toUTCString()}`,
      `Message-ID: <${randomUUID()}@inbox.localhost>`,
      ...(messageId ? [`In-Reply-To: ${messageId}`] : []),
      'Auto-Submitted: auto-replied',
      'MIME-Version: 1.0',
      `Content-Type: multipart/report; report-type=delivery-status; boundary="${boundary}"`,
      '',
      `--${boundary}`,
      'Content-Type: text/plain; charset=utf-8',
      '',
      `Your mail to ${mail.recipient} could not be delivered. The mail server of the recipient said:`,
      '',
      answer,
      '',
      `--${boundary}`,
      'Content-Type: message/delivery-status',
      '',
      'Reporting-MTA: dns; inbox.localhost',
      '',
      `Final-Recipient: rfc822; ${mail.recipient}`,
      'Action: failed',
      'Status: 5.1.1',
      `Diagnostic-Code: smtp; ${answer}`,
      '',
      `--${boundary}`,
      'Content-Type: text/rfc822-headers',
      '',
      headers,
      '',
      `--${boundary}--`,
      '',
    ].join('\r\n'),
  );
}

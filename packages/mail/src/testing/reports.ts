/** One recipient of a made-up report, as header fields. */
export type ReportFields = Record<string, string>;

export interface MadeReport {
  to?: string;
  /** Of the report itself. */
  mta?: string;
  human?: string;
  recipients: ReportFields[];
  /** The mail that came back: its headers. None: nothing of it came along. */
  original?: string | null;
  statusType?: string;
  statusEncoding?: 'base64' | 'quoted-printable';
  originalType?: string;
  contentType?: string;
}

const boundary = 'report-part-1';

/** A delivery report as mail servers send it. */
export function aReport({
  to = 'bounce@returns.example',
  mta = 'dns; mx.contoso.example',
  human = 'Your mail could not be delivered.',
  recipients,
  original = 'Message-ID: <0199f0aa-1@clientele.mail>\r\nSubject: A request',
  statusType = 'message/delivery-status',
  statusEncoding,
  originalType = 'text/rfc822-headers',
  contentType = `multipart/report; report-type=delivery-status;\r\n\tboundary="${boundary}"`,
}: MadeReport): Buffer {
  const groups = [{ 'Reporting-MTA': mta }, ...recipients];
  const status = groups
    .map((fields) =>
      Object.entries(fields)
        .map(([name, value]) => `${name}: ${value}\r\n`)
        .join(''),
    )
    .join('\r\n');
  return Buffer.from(
    [
      'From: Mail Delivery System <mailer-daemon@mx.contoso.example>',
      `To: ${to}`,
      'Subject: Undelivered Mail Returned to Sender',
      'Auto-Submitted: auto-replied',
      'MIME-Version: 1.0',
      `Content-Type: ${contentType}`,
      '',
      'This is a MIME-encapsulated message.',
      '',
      `--${boundary}`,
      'Content-Type: text/plain; charset=us-ascii',
      '',
      human,
      '',
      `--${boundary}`,
      `Content-Type: ${statusType}`,
      ...(statusEncoding ? [`Content-Transfer-Encoding: ${statusEncoding}`] : []),
      '',
      statusEncoding === 'base64'
        ? Buffer.from(status)
            .toString('base64')
            .replace(/(.{76})/g, '$1\r\n')
        : status,
      ...(original === null ? [] : [`--${boundary}`, `Content-Type: ${originalType}`, '', original, '']),
      `--${boundary}--`,
      '',
    ].join('\r\n'),
  );
}

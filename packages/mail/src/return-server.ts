import { once } from 'node:events';
import { SMTPServer, type SMTPServerDataStream } from 'smtp-server';
import { mostReportBytes } from './reports.ts';

export interface ReturnServerOptions {
  host: string;
  /** 0 is a free one. */
  port: number;
  /** Whether mail for this address is taken at all; every other recipient is refused. */
  accepts(address: string): boolean;
  /** Takes a mail in. When it throws, the server that brought the mail is told to try again later. */
  take(raw: Buffer, recipients: string[]): Promise<void>;
  onError(error: Error): void;
}

export interface ReturnServer {
  port: number;
  /** Takes no new connections, and waits a moment for the ones that are open. */
  stop(): Promise<void>;
}

/** Larger ones are refused. Of what is taken only the beginning is kept: a report comes before the mail that it returns. */
const mostBytes = 25_000_000;

/**
 * A mail server for mails that come back, and for nothing else: it relays nothing, knows no accounts, and refuses every recipient that is not
 * `accepted` before it takes a byte of the mail.
 */
export async function startReturnServer({ host, port, accepts, take, onError }: ReturnServerOptions): Promise<ReturnServer> {
  const server = new SMTPServer({
    banner: 'returned mails only',
    disabledCommands: ['AUTH', 'STARTTLS'],
    disableReverseLookup: true,
    size: mostBytes,
    maxClients: 50,
    socketTimeout: 60_000,
    closeTimeout: 2000,
    onRcptTo({ address }, _session, done) {
      done(accepts(address) ? null : answer(550, '5.1.1 No such return address'));
    },
    onData(stream, { envelope }, done) {
      receive(stream)
        .then(async (raw) => {
          if (!raw) return done(answer(552, '5.3.4 The mail is larger than 25 MB'));
          await take(
            raw,
            envelope.rcptTo.map(({ address }) => address),
          );
          done(null, 'Taken');
        })
        .catch((error: Error) => {
          onError(error);
          done(answer(451, '4.3.0 Not now, please try again later'));
        });
    },
  });
  server.on('error', onError);
  server.server.listen(port, host);
  await once(server.server, 'listening');
  const address = server.server.address();
  return {
    port: typeof address === 'object' && address ? address.port : port,
    stop: () => new Promise((resolve) => server.close(() => resolve())),
  };
}

const answer = (responseCode: number, text: string) => Object.assign(new Error(text), { responseCode });

/** The beginning of a mail; nothing when it is too large. */
async function receive(stream: SMTPServerDataStream): Promise<Buffer | undefined> {
  const chunks: Buffer[] = [];
  let kept = 0;
  for await (const chunk of stream as AsyncIterable<Buffer>) {
    if (kept < mostReportBytes) chunks.push(chunk);
    kept += chunk.length;
  }
  return stream.sizeExceeded || kept > mostBytes ? undefined : Buffer.concat(chunks).subarray(0, mostReportBytes);
}

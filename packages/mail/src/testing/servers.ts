import { once } from 'node:events';
import { createServer, type Server, type Socket } from 'node:net';
import { SMTPServer, type SMTPServerOptions } from 'smtp-server';

/** A mail that a server took. */
export interface Taken {
  from: string;
  to: string[];
  raw: string;
}

/** An SMTP answer as smtp-server wants it. */
export function refusal(code: number, message: string): Error {
  return Object.assign(new Error(message), { responseCode: code });
}

const running: (() => Promise<void>)[] = [];

/** Stops every server that was started. */
export async function stopServers(): Promise<void> {
  await Promise.all(running.splice(0).map((stop) => stop()));
}

async function listen(server: Server | SMTPServer): Promise<number> {
  const inner = server instanceof SMTPServer ? server.server : server;
  inner.listen(0, '127.0.0.1');
  await once(inner, 'listening');
  const address = inner.address();
  if (!address || typeof address === 'string') throw new Error('no port');
  return address.port;
}

/** A real SMTP server that takes every mail, unless `options` say otherwise. */
export async function startServer(options: SMTPServerOptions = {}): Promise<{ url: string; port: number; taken: Taken[] }> {
  const taken: Taken[] = [];
  const server = new SMTPServer({
    authOptional: true,
    disabledCommands: ['STARTTLS'],
    disableReverseLookup: true,
    closeTimeout: 50,
    onData(stream, session, callback) {
      const chunks: Buffer[] = [];
      stream.on('data', (chunk: Buffer) => chunks.push(chunk));
      stream.on('end', () => {
        const { mailFrom, rcptTo } = session.envelope;
        taken.push({
          from: mailFrom ? mailFrom.address : '',
          to: rcptTo.map(({ address }) => address),
          raw: Buffer.concat(chunks).toString(),
        });
        callback();
      });
    },
    ...options,
  });
  server.on('error', () => undefined);
  const port = await listen(server);
  running.push(() => new Promise((resolve) => server.close(() => resolve())));
  return { url: `smtp://127.0.0.1:${port}`, port, taken };
}

/** A server of bare lines: `greet` at the start, then an answer to each line; `undefined` says nothing. */
export async function startScript(
  greet: (socket: Socket) => void,
  answer: (line: string, socket: Socket) => string | undefined,
): Promise<string> {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => undefined).on('close', () => sockets.delete(socket));
    let rest = '';
    socket.setEncoding('utf8').on('data', (data: string) => {
      const lines = (rest + data).split('\r\n');
      rest = lines.pop() ?? '';
      for (const line of lines) {
        const reply = answer(line, socket);
        if (reply && !socket.destroyed) socket.write(`${reply}\r\n`);
      }
    });
    greet(socket);
  });
  const port = await listen(server);
  running.push(async () => {
    for (const socket of sockets) socket.destroy();
    server.close();
    await once(server, 'close');
  });
  return `smtp://127.0.0.1:${port}`;
}

/** Answers that take a mail up to its last line, whose answer is `onEnd`. */
export function takingUntilEnd(onEnd: (socket: Socket) => string | undefined): (line: string, socket: Socket) => string | undefined {
  let inData = false;
  return (line, socket) => {
    if (inData) {
      if (line !== '.') return undefined;
      inData = false;
      return onEnd(socket);
    }
    if (line === 'DATA') {
      inData = true;
      return '354 go on';
    }
    return line === 'QUIT' ? '221 bye' : '250 ok';
  };
}

import { once } from 'node:events';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

/** What a mail server does at one point: its answer, or `hang` (no answer at all), or `drop` (the connection is gone). */
export type Act = string | 'hang' | 'drop';

export interface Conduct {
  greeting?: Act;
  /** At RCPT TO. */
  recipient?: Act;
  /** After the mail itself; may be kept waiting. */
  end?: Act | Promise<Act>;
  /** Thinks for so long before it says that. */
  endAfterMs?: number;
}

/** A mail that came in whole, whatever was answered to it. */
export interface Received {
  to: string;
  /** The envelope's sender. */
  from: string;
  messageId: string;
  text: string;
  answer: Act;
  /** When it came (`Date.now`). */
  at: number;
}

export interface MailServer {
  url: string;
  received: Received[];
  /** How it treats a recipient from now on; the address is given whole. Without one: everybody. */
  treat(conduct: Conduct, address?: string): void;
  /** Mails that it said 250 to, by recipient. */
  acceptedFor(address: string): Received[];
  /** Nobody listens any more, and connections are gone. */
  stop(): Promise<void>;
  /** On the same port, with the same conduct. */
  start(): Promise<void>;
}

/** A mail server that misbehaves at will. `port` 0 is a free one. */
export async function startMailServer(port = 0): Promise<MailServer> {
  const rules = new Map<string, Conduct>();
  const received: Received[] = [];
  const sockets = new Set<Socket>();
  const conductFor = (address: string): Conduct => ({ ...rules.get(''), ...rules.get(address) });

  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket)).on('error', () => {});
    serve(socket, conductFor, received);
  });
  server.listen(port, '127.0.0.1');
  await once(server, 'listening');
  const { port: taken } = server.address() as AddressInfo;
  return {
    url: `smtp://127.0.0.1:${taken}`,
    received,
    treat: (conduct, address = '') => void rules.set(address, conduct),
    acceptedFor: (address) => received.filter((mail) => mail.to === address && mail.answer.startsWith('250')),
    async stop() {
      if (!server.listening) return;
      server.close();
      for (const socket of sockets) socket.destroy();
      await once(server, 'close');
    },
    async start() {
      if (server.listening) return;
      server.listen(taken, '127.0.0.1');
      await once(server, 'listening');
    },
  };
}

function serve(socket: Socket, conductFor: (address: string) => Conduct, received: Received[]): void {
  let buffer = '';
  let to = '';
  let from = '';
  let isMail = false;
  const act = (what: Act): void => {
    if (what === 'drop') socket.destroy();
    else if (what !== 'hang') socket.write(`${what}\r\n`);
  };

  function answerTo(line: string): Act {
    const verb = line.slice(0, 4).toUpperCase();
    if (verb === 'RCPT') {
      to = line.match(/<([^>]*)>/)?.[1] ?? '';
      return conductFor(to).recipient ?? '250 fine';
    }
    if (verb === 'MAIL') from = line.match(/<([^>]*)>/)?.[1] ?? '';
    if (verb === 'QUIT') return '221 bye';
    isMail = verb === 'DATA';
    return isMail ? '354 go on' : '250 mail.test';
  }

  act(conductFor('').greeting ?? '220 mail.test');
  socket.setEncoding('utf8').on('data', (chunk: string) => {
    buffer += chunk;
    for (;;) {
      const end = buffer.indexOf(isMail ? '\r\n.\r\n' : '\r\n');
      if (end < 0) return;
      const part = buffer.slice(0, end);
      buffer = buffer.slice(end + (isMail ? 5 : 2));
      if (!isMail) {
        act(answerTo(part));
        continue;
      }
      isMail = false;
      const mail: Received = {
        to,
        from,
        messageId: part.match(/^Message-ID:\s*(\S+)/im)?.[1] ?? '',
        text: plain(part),
        answer: 'hang',
        at: Date.now(),
      };
      received.push(mail);
      const { end: conduct, endAfterMs } = conductFor(to);
      const answered = Promise.resolve(conduct ?? `250 2.0.0 taken as ${received.length}`);
      void (endAfterMs ? sleep(endAfterMs).then(() => answered) : answered).then((answer) => {
        // Who has gone meanwhile hears nothing.
        mail.answer = socket.destroyed ? 'drop' : answer;
        act(mail.answer);
      });
    }
  });
}

/** Quoted-printable and base64 undone, roughly: enough to find a link. */
function plain(source: string): string {
  const parts = source.split(/\r\n\r\n/);
  return parts
    .map((part) => {
      const body = part.split('\r\n--')[0] ?? '';
      if (/^[A-Za-z0-9+/=\r\n]{80,}$/.test(body)) return Buffer.from(body, 'base64').toString('utf8');
      return body.replace(/=\r\n/g, '').replace(/=([0-9A-F]{2})/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
    })
    .join('\n\n');
}

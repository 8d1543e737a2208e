import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

/** The redis-server to use; undefined where there is none, and then tests on Redis are skipped. */
export const redisServer: string | undefined = process.env.TEST_REDIS_SERVER || undefined;

export interface RedisServer {
  url: string;
  /** On the same port each time. */
  start(): Promise<void>;
  /** Stops it in its tracks: connections stay open and nothing answers. */
  pause(): void;
  resume(): void;
  /** SIGKILL. Nothing was on disk, so what was in it is gone. */
  kill(): Promise<void>;
  /** FLUSHALL. */
  flush(): Promise<void>;
  /** Full: whatever would put something into it is refused; or no longer so. */
  fill(isFull: boolean): Promise<void>;
  /** Stops it for good. */
  stop(): Promise<void>;
}

// It is killed when our end of its stdin is closed: a test run that is killed leaves nothing behind.
const LEASH = '"$@" </dev/null & program=$!; trap "kill -KILL $program" EXIT; echo $program; read -r line';

/** A redis-server of a test's own, not started yet. */
export async function createRedis(): Promise<RedisServer> {
  if (!redisServer) throw new Error('there is no redis-server');
  const program = redisServer;
  const port = await steadyPort();
  const folder = mkdtempSync(join(tmpdir(), 'clientele-test-redis-'));
  const settings = ['--save', '', '--appendonly', 'no', '--maxmemory-policy', 'noeviction', '--dir', folder, '--bind', '127.0.0.1'];
  let leash: ChildProcess | undefined;
  let pid = 0;

  async function kill(): Promise<void> {
    if (!leash) return;
    const ended = once(leash, 'exit');
    leash.stdin?.end();
    await ended;
    leash = undefined;
    while ((await says(port, 'PING')) !== undefined) await sleep(20);
  }

  return {
    url: `redis://127.0.0.1:${port}`,
    async start() {
      leash = spawn('/bin/sh', ['-c', LEASH, 'leash', program, '--port', String(port), ...settings], { stdio: ['pipe', 'pipe', 'ignore'] });
      const [line] = (await once(leash.stdout as NodeJS.ReadableStream, 'data')) as [Buffer];
      pid = Number.parseInt(line.toString(), 10);
      leash.stdout?.resume();
      for (const end = Date.now() + 10_000; (await says(port, 'PING')) !== '+PONG'; await sleep(20))
        if (Date.now() > end) throw new Error('redis-server does not answer');
    },
    pause: () => void process.kill(pid, 'SIGSTOP'),
    resume: () => void process.kill(pid, 'SIGCONT'),
    kill,
    flush: async () => void (await says(port, 'FLUSHALL')),
    fill: async (isFull) => void (await says(port, `CONFIG SET maxmemory ${isFull ? 1 : 0}`)),
    async stop() {
      await kill();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/**
 * A port that stays ours while nobody listens there: below those that the system gives to outgoing connections, one of which could
 * otherwise take it, or even connect to itself.
 */
export async function steadyPort(): Promise<number> {
  for (;;) {
    const port = 11_000 + Math.floor(Math.random() * 20_000);
    const server = createServer().listen(port, '127.0.0.1');
    const isFree = await once(server, 'listening').then(
      () => true,
      () => false,
    );
    if (!isFree) continue;
    server.close();
    await once(server, 'close');
    return port;
  }
}

/** One command, the first line of its answer; undefined when nobody is there. */
async function says(port: number, command: string): Promise<string | undefined> {
  const socket = connect({ port, host: '127.0.0.1' });
  try {
    await once(socket, 'connect');
    socket.write(`${command}\r\n`);
    const [answer] = (await once(socket, 'data')) as [Buffer];
    return answer.toString().split('\r\n')[0];
  } catch {
    return undefined;
  } finally {
    socket.destroy();
  }
}

import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../../../..', import.meta.url));

/** Asks until `ask` gives something, and fails with what it last said otherwise. */
export async function until<Value>(
  what: string,
  ask: () => Promise<Value | undefined | false> | Value | undefined | false,
  seconds = 30,
  explain: () => Promise<string> | string = () => '',
): Promise<Value> {
  const end = performance.now() + seconds * 1000;
  let problem: unknown;
  for (;;) {
    try {
      const value = await ask();
      if (value !== undefined && value !== false) return value;
      problem = undefined;
    } catch (error) {
      problem = error;
    }
    if (performance.now() > end) throw new Error(`not within ${seconds} s: ${what}. ${await explain()}`, { cause: problem });
    await sleep(50);
  }
}

export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  if (address === null || typeof address === 'string') throw new Error('no port');
  return address.port;
}

export interface Child {
  readonly pid: number;
  /** What it has written: the log, mostly. */
  output(): string;
  /** SIGKILL: no chance to tidy up. */
  kill(): Promise<void>;
  /** SIGTERM, as an operator stops it. Resolves to the exit code. */
  stop(): Promise<number | null>;
  signal(name: NodeJS.Signals): void;
}

/** The child ends when our end of its stdin does: a test run that is killed leaves nothing behind. */
const leash = "data:text/javascript,process.stdin.resume().on('end',()=>process.exit(1))";

function wrap(child: ChildProcess): Child {
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream?.setEncoding('utf8').on('data', (text: string) => (output += text));
  const exited = once(child, 'exit');
  exited.catch(() => {});
  return {
    pid: child.pid ?? 0,
    output: () => output,
    signal: (name) => void child.kill(name),
    async kill() {
      if (child.exitCode === null && child.signalCode === null) {
        child.kill('SIGKILL');
        await exited;
      }
    },
    async stop() {
      if (child.exitCode === null && child.signalCode === null) {
        child.kill('SIGCONT');
        child.kill('SIGTERM');
        const late = setTimeout(() => child.kill('SIGKILL'), 30_000);
        await exited;
        clearTimeout(late);
      }
      return child.exitCode;
    },
  };
}

/** Runs one of our own programs from its source, so that a test never meets an old build. `program` is a path in this repository. */
export function startProgram(program: string, args: string[], env: Record<string, string>): Child {
  const { PATH = '' } = process.env;
  return wrap(
    spawn(process.execPath, ['--import', 'tsx', '--import', leash, '--conditions=development', program, ...args], {
      cwd: root,
      env: { PATH, ...marksOfTheRun(), ...env },
      stdio: ['pipe', 'pipe', 'pipe'],
    }),
  );
}

/** What scripts/test.mjs finds forgotten processes by. */
function marksOfTheRun(): Record<string, string> {
  const { CLIENTELE_TEST_RUN: mark } = process.env;
  return mark ? { CLIENTELE_TEST_RUN: mark } : {};
}

/** The redis-server to use; undefined where there is none, and then tests on Redis are skipped. */
export const redisServer: string | undefined = process.env.TEST_REDIS_SERVER || undefined;

export interface RedisServer {
  url: string;
  /** Stops it in its tracks: connections stay open and nothing answers. */
  pause(): void;
  resume(): void;
  /** SIGKILL. Nothing was on disk, so what was in it is gone. */
  kill(): Promise<void>;
  /** On the same port again. */
  start(): Promise<void>;
  /** FLUSHALL. */
  flush(): Promise<void>;
  stop(): Promise<void>;
}

/** A redis-server of the test's own, on a port that stays the same through restarts. */
export async function createRedis(): Promise<RedisServer> {
  if (!redisServer) throw new Error('there is no redis-server');
  const program = redisServer;
  const port = await freePort();
  const folder = mkdtempSync(join(tmpdir(), 'clientele-test-redis-'));
  let child: Child | undefined;
  return {
    url: `redis://127.0.0.1:${port}`,
    async start() {
      const settings = ['--save', '', '--appendonly', 'no', '--maxmemory-policy', 'noeviction', '--dir', folder];
      child = wrap(spawn(program, ['--port', String(port), '--bind', '127.0.0.1', ...settings], { stdio: 'pipe' }));
      await until('redis-server answers', async () => (await redisSays(port, 'PING')) === '+PONG', 10);
    },
    pause: () => child?.signal('SIGSTOP'),
    resume: () => child?.signal('SIGCONT'),
    kill: async () => child?.kill(),
    flush: async () => void (await redisSays(port, 'FLUSHALL')),
    async stop() {
      await child?.kill();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** One command, one line of answer. */
async function redisSays(port: number, command: string): Promise<string> {
  const socket = connect({ port, host: '127.0.0.1' });
  try {
    await once(socket, 'connect');
    socket.write(`${command}\r\n`);
    const [answer] = (await once(socket, 'data')) as [Buffer];
    return answer.toString().split('\r\n')[0] ?? '';
  } finally {
    socket.destroy();
  }
}

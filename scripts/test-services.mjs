// What the tests need from outside npm: a Redis of their own and a Chromium. Uses what the machine has, or gets it.
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { accessSync, constants, existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

/** Nothing is kept on disk and nothing is thrown away for want of memory: what BullMQ asks of a Redis. */
const REDIS_SETTINGS = ['--save', '', '--appendonly', 'no', '--maxmemory-policy', 'noeviction'];
const CHROMIUM_NAMES = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable'];
const CHROME_ON_A_MAC = '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome';

function onPath(...names) {
  for (const name of names)
    for (const folder of (process.env.PATH ?? '').split(delimiter).filter(Boolean)) {
      const path = join(folder, name);
      try {
        accessSync(path, constants.X_OK);
        return path;
      } catch {}
    }
  return undefined;
}

const isRoot = () => process.getuid?.() === 0;
const answers = (command, ...args) => spawnSync(command, args, { stdio: 'ignore', timeout: 15_000 }).status === 0;

function isDebian() {
  return existsSync('/etc/os-release') && /^ID="?(debian|raspbian)"?$/m.test(readFileSync('/etc/os-release', 'utf8'));
}

/** `apt-get install`, where that is allowed; false where not, or when it fails. */
async function apt(run, ...packages) {
  if (!isRoot() || !isDebian() || !onPath('apt-get')) return false;
  console.log(`getting ${packages.join(', ')} with apt-get`);
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  return (
    (await run('apt-get', ['-qq', 'update'], { env })) === 0 &&
    (await run('apt-get', ['-qq', 'install', '-y', '--no-install-recommends', ...packages], { env })) === 0
  );
}

async function freePort() {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address();
  server.close();
  await once(server, 'close');
  return port;
}

/** Whether somebody takes a connection there within `ms`. */
async function listens(host, port, ms) {
  for (const end = Date.now() + ms; Date.now() < end; await sleep(50)) {
    const socket = connect({ host, port });
    const open = await new Promise((resolve) => socket.once('connect', () => resolve(true)).once('error', () => resolve(false)));
    socket.destroy();
    if (open) return true;
  }
  return false;
}

async function ownRedis(program, env) {
  const folder = mkdtempSync(join(tmpdir(), 'clientele-redis-'));
  const port = await freePort();
  const child = spawn(program, ['--port', `${port}`, '--bind', '127.0.0.1', '--dir', folder, ...REDIS_SETTINGS], {
    env,
    stdio: 'ignore',
    detached: true, // Ctrl-C is not for it: the tests end first.
  });
  const ended = once(child, 'exit').catch(() => {});
  const stop = async () => {
    child.kill('SIGTERM');
    await Promise.race([ended, sleep(3_000).then(() => child.kill('SIGKILL'))]);
    rmSync(folder, { recursive: true, force: true });
  };
  if (await Promise.race([listens('127.0.0.1', port, 10_000), ended.then(() => false)]))
    return { url: `redis://127.0.0.1:${port}`, program, pid: child.pid, stop };
  await stop();
  return { missing: `${program} does not start` };
}

function dockerRedis() {
  console.log('getting Redis with docker');
  const docker = (...args) => spawnSync('docker', args, { encoding: 'utf8', timeout: 180_000 });
  const started = docker('run', '-d', '--rm', '-p', '127.0.0.1::6379', 'redis:7-alpine', 'redis-server', ...REDIS_SETTINGS);
  const id = started.stdout.trim();
  if (started.status !== 0) return { missing: `docker has no Redis: ${started.stderr.trim().split('\n').at(-1)}` };
  const port = docker('port', id, '6379').stdout.trim().split(':').at(-1);
  return { url: `redis://127.0.0.1:${port}`, stop: async () => docker('rm', '-f', id) };
}

/** { url, stop, program?, pid? } or { missing: why }. `program` lets a test start one more, to stop it in mid-work. */
export async function redis({ run, env }) {
  if (process.env.REDIS_URL) {
    const { hostname, port } = new URL(process.env.REDIS_URL);
    if (await listens(hostname, Number(port || 6379), 3_000))
      return { url: process.env.REDIS_URL, program: onPath('redis-server'), stop: async () => {} };
    return { missing: 'REDIS_URL is set, but nothing answers there' };
  }
  if (!onPath('redis-server')) await apt(run, 'redis-server');
  const program = onPath('redis-server');
  if (program) return ownRedis(program, env);
  if (onPath('docker') && answers('docker', 'info')) return dockerRedis();
  return { missing: 'no redis-server: install it (Debian: apt install redis-server, macOS: brew install redis) or set REDIS_URL' };
}

/** { path } or { missing: why }. */
export async function chromium({ run, env, e2e }) {
  if (process.env.CHROMIUM_PATH) {
    if (existsSync(process.env.CHROMIUM_PATH)) return { path: process.env.CHROMIUM_PATH };
    return { missing: `CHROMIUM_PATH is ${process.env.CHROMIUM_PATH}, but there is nothing` };
  }
  // Asked for its version, because on Ubuntu `chromium` is a stub that only speaks of snap.
  const found = () => [onPath(...CHROMIUM_NAMES), CHROME_ON_A_MAC].find((path) => path && existsSync(path) && answers(path, '--version'));
  // The fonts: without them Japanese pages are rows of empty boxes.
  if (!found()) await apt(run, 'chromium', 'fonts-noto-cjk', 'fonts-liberation');
  const path = found() ?? (await playwrightsOwn({ run, env, e2e }));
  return path ? { path } : { missing: 'no Chromium: install it (Debian: apt install chromium) or set CHROMIUM_PATH' };
}

async function playwrightsOwn({ run, env, e2e }) {
  const program = join(e2e, 'node_modules/.bin/playwright');
  if (!existsSync(program)) return undefined;
  const print = "import('@playwright/test').then(({ chromium }) => console.log(chromium.executablePath()))";
  const path = spawnSync(process.execPath, ['-e', print], { cwd: e2e, encoding: 'utf8' }).stdout.trim();
  if (path && existsSync(path)) return path;
  console.log("getting Chromium with playwright's installer");
  await run(program, ['install', ...(isRoot() ? ['--with-deps'] : []), 'chromium'], { cwd: e2e, env });
  return path && existsSync(path) ? path : undefined;
}

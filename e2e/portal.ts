import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { stripVTControlCharacters } from 'node:util';
import { test as base, expect } from '@playwright/test';
import { Inbox } from './inbox.ts';

type QueueBackend = 'postgres' | 'redis';

export interface PortalOptions {
  /** Where the job queue lives. */
  queue: QueueBackend;
  /** Files with the same name here may share a portal; one that begins with the set-up needs a name of its own. */
  sharing: string;
}

/** A portal as `npm start` runs it, with a data folder of its own. */
export interface Portal {
  url: string;
  inbox: Inbox;
  /** The one-time code of a first start; null when the data folder is set up. */
  setUpCode: string | null;
  /** What a command of this installation prints while it runs, such as `set-up-code`. Throws when it fails. */
  command(word: string): Promise<string>;
  /** Everything that it has printed and logged so far. */
  output(): string;
  stop(): Promise<void>;
}

const main = fileURLToPath(new URL('../apps/standalone/dist/main.js', import.meta.url));

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  if (!address || typeof address === 'string') throw new Error('There is no free port.');
  return address.port;
}

/** A database of the test Redis that nobody else in the tests uses. */
function redisUrl(): string {
  const url = new URL(process.env.TEST_REDIS_URL ?? '');
  url.pathname = '/15';
  return url.href;
}

interface Start {
  queue: QueueBackend;
  /** More words for its command line, such as `demo`. */
  arguments?: readonly string[];
  /** `{port}` in it stands for the portal's port. */
  env?: Readonly<Record<string, string>>;
}

/** Starts a portal and waits until it says where it is. Throws with what it printed when it ends before that. */
export async function startPortal({ queue, arguments: words = [], env = {} }: Start): Promise<Portal> {
  if (!existsSync(main)) throw new Error('apps/standalone/dist/main.js is missing: run the build first.');
  const folder = await mkdtemp(join(tmpdir(), 'clientele-e2e-'));
  // As root the database runs as another user, who must be able to come here.
  await chmod(folder, 0o755);
  const [port, inboxPort] = [await freePort(), await freePort()];
  const start = (args: readonly string[]) =>
    spawn(process.execPath, [main, ...args], {
      cwd: folder,
      env: {
        ...inherited(),
        NODE_ENV: 'production',
        PORT: `${port}`,
        INBOX_PORT: `${inboxPort}`,
        DATA_DIR: join(folder, 'data'),
        ...(queue === 'redis' ? { REDIS_URL: redisUrl() } : {}),
        ...Object.fromEntries(Object.entries(env).map(([name, value]) => [name, value.replaceAll('{port}', `${port}`)])),
      },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
  const child = start(words);
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream.setEncoding('utf8').on('data', (text: string) => (output += text));

  const command = async (word: string) => {
    const program = start([word]);
    let printed = '';
    for (const stream of [program.stdout, program.stderr]) stream.setEncoding('utf8').on('data', (text: string) => (printed += text));
    const [code] = await once(program, 'close');
    if (code !== 0) throw new Error(`${word} ended with ${code}:\n${printed}`);
    return stripVTControlCharacters(printed);
  };
  const stop = async () => {
    await end(child, () => output);
    await rm(folder, { recursive: true, force: true });
  };
  try {
    await ready(child, () => output);
    const said = (name: string) => new RegExp(`^\\s*${name}\\s+(\\S+)\\s*$`, 'm').exec(stripVTControlCharacters(output))?.[1] ?? null;
    const [url, inbox] = [said('Portal'), said('Inbox')];
    if (!url || !inbox) throw new Error(`The portal has not said where it is:\n${output}`);
    const inboxOf = new Inbox(inbox);
    return { url, inbox: inboxOf, setUpCode: said('Set-up code'), command, output: () => `${output}\n${logOf(folder)}`, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** What a child needs of this process's environment, and none of a person's own configuration. */
function inherited(): Record<string, string> {
  const wanted = /^(PATH|HOME|USER|LANG|LC_.*|TMPDIR|TZ|CLIENTELE_TEST_RUN)$/;
  return Object.fromEntries(
    Object.entries(process.env).filter((entry): entry is [string, string] => wanted.test(entry[0]) && entry[1] !== undefined),
  );
}

function logOf(folder: string): string {
  try {
    return readFileSync(join(folder, 'data/clientele.log'), 'utf8');
  } catch {
    return ''; // It throws its data away: a demo.
  }
}

async function ready(child: ChildProcess, output: () => string): Promise<void> {
  // It is the last thing said, once everything answers.
  for (const end = Date.now() + 90_000; !output().includes('Ctrl-C stops everything'); await sleep(100)) {
    if (child.exitCode !== null || child.signalCode !== null) throw new Error(`The portal ended before it was ready:\n${output()}`);
    if (Date.now() > end) throw new Error(`The portal was not ready within 90 s:\n${output()}`);
  }
}

async function end(child: ChildProcess, output: () => string): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = once(child, 'exit');
  child.kill('SIGTERM');
  const inTime = await Promise.race([ended.then(() => true), sleep(30_000).then(() => false)]);
  if (inTime) return;
  child.kill('SIGKILL');
  throw new Error(`The portal did not stop within 30 s of SIGTERM:\n${output()}`);
}

/** Who may sign in to a demo portal: the accounts that it prints, in its order. */
export function accountsOf(portal: Portal): { email: string; password: string }[] {
  const lines = stripVTControlCharacters(portal.output()).matchAll(/(\S+@\S+) {2,}(\S.*?)\s*$/gm);
  return [...lines].map(([, email = '', password = '']) => ({ email, password }));
}

interface WorkerFixtures extends PortalOptions {
  /** An empty portal, shared by the tests of one file as long as none fails. */
  portal: Portal;
  /** A portal with a demo partner and customers in every state. */
  demo: Portal;
}

/** Playwright's test with a running portal. What it printed is attached to a failed test. */
export const test = base.extend<{ portalOutput: undefined }, WorkerFixtures>({
  queue: ['postgres', { option: true, scope: 'worker' }],
  sharing: ['', { option: true, scope: 'worker' }],
  portal: [
    async ({ queue }, use) => {
      const portal = await startPortal({ queue });
      running.add(portal);
      await use(portal);
      running.delete(portal);
      await portal.stop();
    },
    { scope: 'worker', timeout: 150_000 },
  ],
  demo: [
    async ({ queue }, use) => {
      const portal = await startPortal({ queue, arguments: ['demo'] });
      running.add(portal);
      await use(portal);
      running.delete(portal);
      await portal.stop();
    },
    { scope: 'worker', timeout: 150_000 },
  ],
  // On every page that a test opens: what the content security policy refuses is a page that does not look or work as it should.
  context: async ({ context }, use) => {
    const refused: string[] = [];
    context.on('console', (message) => {
      if (/Content[- ]Security[- ]Policy/i.test(message.text())) refused.push(message.text());
    });
    await use(context);
    expect(refused).toEqual([]);
  },
  portalOutput: [
    async ({ browserName: _ }, use, testInfo) => {
      await use(undefined);
      if (testInfo.status === testInfo.expectedStatus) return;
      for (const portal of running)
        await testInfo.attach('portal output', { body: portal.output().slice(-200_000), contentType: 'text/plain' });
    },
    { auto: true },
  ],
});

const running = new Set<Portal>();

export { expect } from '@playwright/test';

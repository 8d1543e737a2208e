import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { hasEnded } from './processes.ts';

let dataDir: string;
const children = new Set<ChildProcess>();

beforeEach(() => {
  dataDir = join(mkdtempSync(join(tmpdir(), 'clientele-main-')), 'data');
});

afterEach(async () => {
  for (const child of children) {
    if (child.exitCode !== null || child.signalCode !== null) continue;
    child.kill('SIGKILL');
    await once(child, 'exit');
  }
  children.clear();
  if (existsSync(dataDir)) await hasEnded(serverPid(), 10_000);
  rmSync(join(dataDir, '..'), { recursive: true, force: true, maxRetries: 20, retryDelay: 100 });
});

/** Clientele as `npm start` runs it, only from its sources. */
function run(env: Record<string, string> = {}, ...words: string[]) {
  const main = fileURLToPath(new URL('main.ts', import.meta.url));
  const child = spawn(process.execPath, ['--import', import.meta.resolve('tsx'), '--conditions=development', main, ...words], {
    env: { PATH: process.env.PATH, PORT: '0', INBOX_PORT: '0', DATA_DIR: dataDir, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  children.add(child);
  let text = '';
  let wake = () => {};
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding('utf8').on('data', (more: string) => {
      text += more;
      wake();
    });
  const ended = once(child, 'close').then(([code]) => code as number | null);
  void ended.then(() => wake());
  return {
    child,
    ended,
    text: () => text,
    async ready() {
      while (!text.includes('Ctrl-C stops everything')) {
        if (child.exitCode !== null) throw new Error(`it ended:\n${text}`);
        await new Promise<void>((resolve) => (wake = resolve));
      }
      const find = (name: string) => text.match(new RegExp(`${name} +(\\S+)`))?.[1] ?? '';
      return { portal: find('Portal'), inbox: find('Inbox'), code: find('Set-up code') };
    },
  };
}

function serverPid(): number {
  try {
    return Number.parseInt(readFileSync(join(dataDir, 'postgres', 'postmaster.pid'), 'utf8'), 10);
  } catch {
    return 0;
  }
}

describe('the standalone Clientele', () => {
  it('starts everything, tells where it is, stops in order and starts again with the same data', async () => {
    const first = run();
    const { portal, inbox, code } = await first.ready();
    expect((await fetch(`${portal}/healthz`)).status).toBe(200);
    expect((await fetch(`${inbox}/api/mails`)).status).toBe(200);
    expect(code).toMatch(/^[0-9A-F]{4}-[0-9A-F]{4}-[0-9A-F]{4}$/);
    const server = serverPid();
    const secret = readFileSync(join(dataDir, 'secret'), 'utf8');
    expect(statSync(join(dataDir, 'secret')).mode & 0o777).toBe(0o600);

    first.child.kill('SIGTERM');
    expect(await first.ended).toBe(0);
    expect(await hasEnded(server, 0)).toBe(true);
    expect(first.text()).not.toContain('did not stop properly');
    expect(readdirSync(dataDir)).not.toContain('lock');

    const second = run();
    expect((await second.ready()).code).toBe(code);
    expect(readFileSync(join(dataDir, 'secret'), 'utf8')).toBe(secret);
    second.child.kill('SIGINT');
    expect(await second.ended).toBe(0);
  });

  it('says the set-up code again when asked, while it runs and while it does not', async () => {
    const early = run({}, 'set-up-code');
    expect(await early.ended).toBe(1);
    expect(early.text()).toMatch(/^✗ There is no installation in /);

    const running = run();
    const { portal, code } = await running.ready();
    const asked = run({ PORT: new URL(portal).port }, 'set-up-code');
    expect(await asked.ended).toBe(0);
    expect(asked.text()).toContain(`${portal}/setup`);
    expect(asked.text()).toMatch(new RegExp(`Set-up code +${code}\\n`));
    running.child.kill('SIGTERM');
    await running.ended;
    const later = run({}, 'set-up-code');
    expect(await later.ended, later.text()).toBe(0);
    expect(later.text()).toMatch(new RegExp(`Set-up code +${code}\\n`));
    expect(readdirSync(dataDir)).not.toContain('lock');
  });

  it('refuses a second one on the same data in a sentence that names the first', async () => {
    const first = run();
    await first.ready();
    const second = run();
    expect(await second.ended).toBe(1);
    expect(second.text()).toMatch(new RegExp(`^✗ Clientele is already running on .+/data \\(process ${first.child.pid}\\): stop that one`));
    expect(second.text().trim().split('\n')).toHaveLength(1);
    expect(first.child.exitCode).toBeNull();
  });

  it('leaves no process when it is killed, and starts again afterwards', async () => {
    const first = run();
    await first.ready();
    const server = serverPid();
    first.child.kill('SIGKILL');
    expect(await hasEnded(server, 10_000)).toBe(true);
    const second = run();
    await second.ready();
  });

  it('starts nothing when its port is taken', async () => {
    const server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as { port: number };
    const program = run({ PORT: String(port) });
    expect(await program.ended).toBe(1);
    server.close();
    expect(program.text()).toBe(`✗ Port ${port} is in use by another program. Stop it, or choose another: PORT=${port + 1} npm start\n`);
    expect(readdirSync(dataDir)).toEqual([]);
  });

  it('tells all mistakes of the configuration at once', async () => {
    const program = run({ PORT: 'abc', LOG_LEVEL: 'loud' });
    expect(await program.ended).toBe(1);
    expect(program.text()).toMatch(/^✗ The configuration has mistakes:\n {4}PORT .+\n {4}LOG_LEVEL .+\n$/);
    expect(existsSync(dataDir)).toBe(false);
  });

  it('says in one sentence when its database cannot be reached, and stops the rest', async () => {
    const program = run({ DATABASE_URL: 'postgres://nobody:nothing@127.0.0.1:1/nowhere' });
    expect(await program.ended).toBe(1);
    expect(program.text()).toMatch(/✗ The database could not be reached or updated: .*ECONNREFUSED/);
  });
});

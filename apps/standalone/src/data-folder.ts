import {
  chmodSync,
  existsSync,
  linkSync,
  mkdirSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { userInfo } from 'node:os';
import { dirname, join } from 'node:path';
import { processIdentity } from './processes.ts';
import { StartError } from './start-error.ts';

/** A data folder that is ours alone until released. */
export interface DataFolder {
  /** Its real path. */
  path: string;
  /** Lets the next one have it. Safe to call twice. */
  release(): void;
}

interface Holder {
  pid: number;
  identity: string;
}

function userName(): string {
  try {
    return userInfo().username;
  } catch {
    return `number ${process.getuid?.()}`;
  }
}

function parseHolder(text: string): Holder | undefined {
  try {
    const { pid, identity } = JSON.parse(text) as Partial<Holder>;
    return typeof pid === 'number' && typeof identity === 'string' ? { pid, identity } : undefined;
  } catch {
    return undefined;
  }
}

/** The process that a lock file names, when that very process is still alive. */
function livingHolder(text: string): Holder | undefined {
  const holder = parseHolder(text);
  return holder && processIdentity(holder.pid) === holder.identity ? holder : undefined;
}

function read(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}

/**
 * Takes a data folder for this process: makes it when missing, checks that it can be written and that no other Clientele works on it.
 * The lock names the process and when it began, so one left by a killed process, or by one whose number has been given away since, does not count.
 */
export function takeDataFolder(folder: string): DataFolder {
  const unwritable = (reason: string) =>
    new StartError(
      `The data folder ${folder} must be a folder that the user ${userName()} may write (${reason}): change that, or choose another: DATA_DIR=/some/folder npm start`,
    );
  let path: string;
  let lock: string;
  let mine: string;
  try {
    if (!existsSync(folder)) {
      makeFolder(folder);
      // Everyone may pass through (Postgres may have to run as another user), nobody else may look around.
      chmodSync(folder, 0o711);
    } else if (!statSync(folder).isDirectory()) throw unwritable('it is a file');
    path = realpathSync(folder);
    lock = join(path, 'lock');
    mine = `${lock}.${process.pid}`;
    writeFileSync(mine, JSON.stringify({ pid: process.pid, identity: processIdentity(process.pid) ?? '' }));
  } catch (error) {
    if (error instanceof StartError) throw error;
    throw unwritable((error as NodeJS.ErrnoException).code ?? (error as Error).message);
  }

  try {
    for (let attempt = 0; attempt < 50; attempt++) {
      try {
        claim(mine, lock);
        return { path, release: () => release(lock) };
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw unwritable((error as NodeJS.ErrnoException).code ?? 'no lock');
      }
      const found = read(lock);
      if (found === undefined) continue;
      const holder = livingHolder(found);
      if (holder)
        throw new StartError(
          `Clientele is already running on ${path} (process ${holder.pid}): stop that one, or choose another folder and ports: DATA_DIR=/some/folder PORT=3001 INBOX_PORT=3026 npm start`,
        );
      discard(lock, found);
    }
    throw new StartError(`The lock of the data folder cannot be taken (${lock}): delete that file if no Clientele is running.`);
  } finally {
    rmSync(mine, { force: true });
  }
}

/** Makes a folder and those above it, one by one: Node's own recursive way never ends where the system says ENOENT, as in /proc. */
function makeFolder(folder: string): void {
  if (!existsSync(dirname(folder))) makeFolder(dirname(folder));
  mkdirSync(folder);
}

/** Puts our lock in place if there is none, whole or not at all; where the file system has no links, at least not over another's. */
function claim(mine: string, lock: string): void {
  try {
    linkSync(mine, lock);
  } catch (error) {
    if (!['EPERM', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS'].includes((error as NodeJS.ErrnoException).code ?? '')) throw error;
    writeFileSync(lock, readFileSync(mine), { flag: 'wx' });
  }
}

/** Removes a dead process's lock, but not the one that another start may have put in its place in the meantime. */
function discard(lock: string, stale: string): void {
  const aside = `${lock}.stale-${process.pid}`;
  try {
    renameSync(lock, aside);
  } catch {
    return;
  }
  try {
    if (read(aside) !== stale) linkSync(aside, lock);
  } catch {
    // A third one has taken it: the owner of what we hold here finds out by its pid, as everybody does.
  } finally {
    rmSync(aside, { force: true });
  }
}

function release(lock: string): void {
  try {
    const holder = parseHolder(read(lock) ?? '');
    if (holder?.pid === process.pid && holder.identity === (processIdentity(process.pid) ?? '')) rmSync(lock, { force: true });
  } catch {
    // The folder is gone: so is the lock.
  }
}

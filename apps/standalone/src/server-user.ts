import { type ExecFileSyncOptionsWithStringEncoding, execFileSync, spawnSync } from 'node:child_process';
import { statSync } from 'node:fs';
import type { ProcessUser } from './processes.ts';
import { StartError } from './start-error.ts';

const quiet: ExecFileSyncOptionsWithStringEncoding = { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] };

function findUser(name: string): ProcessUser | undefined {
  try {
    const [uid, gid] = ['-u', '-g'].map((flag) => Number(execFileSync('id', [flag, name], quiet)));
    return uid && gid ? { uid, gid } : undefined;
  } catch {
    return undefined;
  }
}

function createUser(name: string): ProcessUser {
  const ways: [string, string[]][] = [
    ['useradd', ['--system', '--user-group', '--no-create-home', '--home-dir', '/nonexistent', '--shell', '/bin/false', name]],
    ['adduser', ['-S', '-D', '-H', '-s', '/bin/false', name]],
  ];
  for (const [command, args] of ways) {
    spawnSync(command, args, { stdio: 'ignore' });
    const user = findUser(name);
    if (user) return user;
  }
  throw new StartError(
    `Postgres refuses to run as root and no system user "${name}" could be made for it: run Clientele as an ordinary user, or make that user.`,
  );
}

/**
 * The user that has to run Postgres: none other than ourselves, except for root, whom Postgres refuses. Then it is the owner of the data that is
 * there already, else the first of `names` that exists, else the last of them, newly made.
 */
export function serverUser(data: string, names: string[] = ['postgres', 'clientele']): ProcessUser | undefined {
  if (process.getuid?.() !== 0) return undefined;
  const owner = statSync(data, { throwIfNoEntry: false });
  if (owner && owner.uid !== 0) return { uid: owner.uid, gid: owner.gid };
  for (const name of names) {
    const user = findUser(name);
    if (user) return user;
  }
  return createUser(names.at(-1) ?? 'clientele');
}

/** Whether a user may enter a folder, asked by going there as that user. */
export function canEnter(folder: string, user: ProcessUser): boolean {
  return spawnSync('/bin/sh', ['-c', 'cd -- "$1"', 'sh', folder], { ...user, cwd: '/', stdio: 'ignore' }).status === 0;
}

import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import type { Readable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';

/** An operating system user, by number. */
export interface ProcessUser {
  uid: number;
  gid: number;
}

/**
 * What tells a process from a later one with the same pid: when it began (and in which boot). Undefined when there is no such process.
 */
export function processIdentity(pid: number): string | undefined {
  if (process.platform === 'linux') {
    try {
      // The second field is the program's name in brackets and may hold anything; after it, start time is the 20th.
      const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
      const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
      if (fields[0] === 'Z') return undefined;
      return `${readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim()}/${fields[19]}`;
    } catch {
      return undefined;
    }
  }
  try {
    return (
      execFileSync('ps', ['-o', 'lstart=', '-p', String(pid)], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }).trim() ||
      undefined
    );
  } catch {
    return undefined;
  }
}

/** Waits until a process is gone; false when it is still there after `milliseconds`. */
export async function hasEnded(pid: number, milliseconds: number): Promise<boolean> {
  const identity = processIdentity(pid);
  const deadline = performance.now() + milliseconds;
  while (identity !== undefined && processIdentity(pid) === identity) {
    if (performance.now() > deadline) return false;
    await sleep(25);
  }
  return true;
}

// The program runs beside a subshell that reads a pipe whose other end our process holds. The pipe ends when we close it, and also when we are
// killed in whatever way: then the program gets the signal to end.
const LEASH = `
signal=$1
shift
exec 3<&0 </dev/null
"$@" 3<&- &
program=$!
( read -r line <&3; kill -"$signal" "$program" ) 2>/dev/null &
leash=$!
exec 3<&-
wait "$program"
code=$?
kill -KILL "$leash" 2>/dev/null
exit "$code"
`;

/** A program that cannot outlive this process. */
export interface Leashed {
  /** Resolves to the exit code, or the number of the signal plus 128. */
  readonly ended: Promise<number>;
  /** True until the program has ended. */
  readonly running: boolean;
  /** What it writes, when that is not for a file: stdout and stderr. */
  readonly outputs: Readable[];
  /** Asks the program to end; `ended` tells when it has. */
  release(): void;
}

interface LeashOptions {
  user?: ProcessUser | undefined;
  /** A file descriptor, or `pipe` for `outputs`. */
  output: number | 'pipe';
  /** `/` when left out: a folder that every user may enter. */
  cwd?: string;
  /** Only PATH and a plain language when left out: Postgres would obey PGPORT and the like. */
  env?: NodeJS.ProcessEnv;
  /** What asks the program to end. INT is a fast and clean shutdown for Postgres. */
  signal?: 'INT' | 'TERM';
}

/**
 * Runs a program in a session of its own (Ctrl-C in the terminal does not reach it), as another user when told. It ends when released, and when this process dies for whatever reason, SIGKILL included.
 */
export function runOnLeash(program: string, args: string[], options: LeashOptions): Leashed {
  const { user, output, cwd = '/', env = { PATH: process.env.PATH, LC_ALL: 'C' }, signal = 'INT' } = options;
  const child: ChildProcess = spawn('/bin/sh', ['-c', LEASH, 'leash', signal, program, ...args], {
    ...user,
    detached: true,
    cwd,
    env,
    stdio: ['pipe', output, output],
  });
  child.stdin?.on('error', () => undefined);
  const ended = once(child, 'exit').then(
    ([code]) => (typeof code === 'number' ? code : 255),
    () => 127,
  );
  return {
    ended,
    outputs: [child.stdout, child.stderr].filter((stream) => stream !== null),
    get running() {
      return child.exitCode === null && child.signalCode === null && child.pid !== undefined;
    },
    release: () => void child.stdin?.destroy(),
  };
}

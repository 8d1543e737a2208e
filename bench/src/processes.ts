import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, readFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { fileURLToPath } from 'node:url';

/** The house's root folder. */
export const root = fileURLToPath(new URL('../..', import.meta.url));

export async function freePort(): Promise<number> {
  const server = createServer();
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  if (typeof address !== 'object' || !address) throw new Error('no port');
  return address.port;
}

/** A program that we started: its pid, what it has printed so far, and how to end it. */
export interface Running {
  pid: number;
  output(): string;
  /** Asks it to end, and waits until it has. */
  stop(): Promise<void>;
}

const running = new Set<ChildProcess>();
process.once('exit', () => {
  for (const child of running) child.kill('SIGKILL');
});

/** Starts a program and waits until `isReady` says yes to what it printed or to the world. */
export async function startProgram(
  program: string,
  args: string[],
  env: Record<string, string>,
  isReady: (output: string) => boolean | Promise<boolean>,
  deadlineMs = 60_000,
): Promise<Running> {
  const child = spawn(program, args, { cwd: root, env: { ...process.env, ...env }, stdio: ['ignore', 'pipe', 'pipe'] });
  running.add(child);
  let output = '';
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding('utf8').on('data', (text: string) => {
      output = (output + text).slice(-100_000);
    });
  const ended = once(child, 'exit').then(() => running.delete(child));
  const deadline = performance.now() + deadlineMs;
  while (!(await isReady(output))) {
    if (child.exitCode !== null || child.signalCode !== null || performance.now() > deadline) {
      child.kill('SIGKILL');
      throw new Error(`${program} ${args.join(' ')} did not start:\n${output}`);
    }
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  return {
    pid: child.pid ?? 0,
    output: () => output,
    async stop() {
      const late = setTimeout(() => child.kill('SIGKILL'), 40_000);
      child.kill('SIGTERM');
      await ended;
      clearTimeout(late);
    },
  };
}

/** Whether an address answers with success. */
export const answers = (url: string) => () =>
  fetch(url).then(
    (response) => response.ok,
    () => false,
  );

/** Linux: a process and everything that it started, directly or not. */
export function familyOf(pid: number): number[] {
  const parents = new Map<number, number>();
  for (const name of readdirSync('/proc')) {
    if (!/^\d+$/.test(name)) continue;
    try {
      const stat = readFileSync(`/proc/${name}/stat`, 'utf8');
      parents.set(Number(name), Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]));
    } catch {
      // Gone in this moment.
    }
  }
  const family = [pid];
  for (let index = 0; index < family.length; index += 1)
    for (const [child, parent] of parents) if (parent === family[index]) family.push(child);
  return family;
}

export interface Memory {
  /** Resident set; pages that several processes share count in each. */
  rss: number;
  /** Proportional set: a page that n processes share counts 1/n in each. */
  pss: number;
}

/** Linux: the memory of a process in bytes. */
export function memoryOf(pid: number): Memory {
  try {
    const text = readFileSync(`/proc/${pid}/smaps_rollup`, 'utf8');
    const of = (name: string) => Number(text.match(new RegExp(`^${name}:\\s+(\\d+) kB$`, 'm'))?.[1] ?? 0) * 1024;
    return { rss: of('Rss'), pss: of('Pss') };
  } catch {
    return { rss: 0, pss: 0 };
  }
}

/** Linux: the resident set of a process in bytes, quick to read. */
export function residentOf(pid: number): number {
  return Number(readFileSync(`/proc/${pid}/status`, 'utf8').match(/^VmRSS:\s+(\d+) kB$/m)?.[1] ?? 0) * 1024;
}

/** Linux: the processor time that a process and everything it started have taken so far, in milliseconds; 0 elsewhere. */
export function processorTimeOf(pid: number): number {
  let ticks = 0;
  for (const member of process.platform === 'linux' ? familyOf(pid) : []) {
    try {
      const stat = readFileSync(`/proc/${member}/stat`, 'utf8');
      const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
      ticks += Number(fields[11]) + Number(fields[12]);
    } catch {
      // Gone in this moment.
    }
  }
  return ticks * 10;
}

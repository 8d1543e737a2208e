import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { rmSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const root = fileURLToPath(new URL('../../../..', import.meta.url));

/** Thrown by what `until` asks when asking again makes no sense. */
export class Hopeless extends Error {}

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
      if (error instanceof Hopeless) throw error;
      problem = error;
    }
    if (performance.now() > end) throw new Error(`not within ${seconds} s: ${what}. ${await explain()}`, { cause: problem });
    await sleep(50);
  }
}

export interface Child {
  readonly pid: number;
  /** What it has written: the log, mostly. */
  output(): string;
  /** null while it runs, and when a signal ended it. */
  exitCode(): number | null;
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
    exitCode: () => child.exitCode,
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

/**
 * Runs one of our own programs from its source, so that a test never meets an old build. `program` is a path in this repository, or that of a
 * bundle (`bundlePrograms`).
 */
export function startProgram(program: string, args: string[], env: Record<string, string>): Child {
  const { PATH = '' } = process.env;
  const fromSource = program.endsWith('.ts') ? ['--import', 'tsx', '--conditions=development'] : [];
  return wrap(
    spawn(process.execPath, [...fromSource, '--import', leash, program, ...args], {
      cwd: root,
      env: { PATH, ...marksOfTheRun(), ...env },
      stdio: ['pipe', 'pipe', 'pipe'],
    }),
  );
}

/**
 * Runs a bundle and keeps what V8 has compiled of it beside it: of a start that is repeated hundreds of times, compiling is the half. Written by the
 * first process that is up for a moment, so that the functions which a start calls are in it.
 */
const launcher = `
const { existsSync, readFileSync, renameSync, writeFileSync } = require('node:fs');
const { createRequire, wrap } = require('node:module');
const { dirname } = require('node:path');
const { constants, Script } = require('node:vm');
const kept = PROGRAM + '.compiled';
const cachedData = existsSync(kept) ? readFileSync(kept) : undefined;
const dynamic = constants?.USE_MAIN_CONTEXT_DEFAULT_LOADER;
const script = new Script(wrap(readFileSync(PROGRAM, 'utf8')), { filename: PROGRAM, cachedData, importModuleDynamically: dynamic });
const module_ = { exports: {} };
script.runInThisContext()(module_.exports, createRequire(PROGRAM), module_, PROGRAM, dirname(PROGRAM));
if (!cachedData) setTimeout(() => {
  if (existsSync(kept)) return;
  writeFileSync(kept + process.pid, script.createCachedData());
  renameSync(kept + process.pid, kept);
}, 2000).unref();
`;

/** The programs of an installation, each bundled into one file: they start in a tenth of the time, which counts where many are killed. */
export async function bundlePrograms(): Promise<{ api: string; worker: string; remove(): void }> {
  const files: string[] = [];
  const bundle = async (source: string, file: string) => {
    // Beside the packages that are found by their folder.
    const [outfile, launch] = [join(root, `${file}.cjs`), join(root, `${file}-launch.cjs`)];
    await build({
      ...{ entryPoints: [join(root, source)], outfile, bundle: true, platform: 'node', format: 'cjs', target: 'node20.19' },
      ...{ conditions: ['development'], logLevel: 'error', minifyWhitespace: true, minifySyntax: true },
      // What ES modules have for nothing.
      define: { 'import.meta.url': '__addressOfModule' },
      banner: { js: "const __addressOfModule = require('node:url').pathToFileURL(__filename).href;" },
    });
    await writeFile(launch, `const PROGRAM = ${JSON.stringify(outfile)};${launcher}`);
    files.push(outfile, launch, `${outfile}.compiled`);
    return launch;
  };
  const [api, worker] = await Promise.all([
    bundle('apps/api/src/main.ts', `apps/api/node_modules/.faults/api-${process.pid}`),
    bundle('apps/worker/src/testing/worker-process.ts', `apps/worker/node_modules/.faults/worker-${process.pid}`),
  ]);
  return {
    api,
    worker,
    remove() {
      for (const file of files) rmSync(file, { force: true });
    },
  };
}

/** What scripts/test.mjs finds forgotten processes by. */
function marksOfTheRun(): Record<string, string> {
  const { CLIENTELE_TEST_RUN: mark } = process.env;
  return mark ? { CLIENTELE_TEST_RUN: mark } : {};
}

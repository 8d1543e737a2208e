// `pnpm verify`: everything that needs no service. All steps run side by side; each prints one line, a failed one its output too.
// `--report=FILE` also writes the pure tests' results there as JSON.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { environment } from './pnpm.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));
const { values } = parseArgs({ options: { report: { type: 'string' } } });

const STEPS = [
  { name: 'format and lint', command: ['biome', 'check', '--error-on-warnings', '.'], repair: 'pnpm format repairs most of it' },
  {
    name: 'dependency rule',
    command: ['node', 'scripts/dependency-rule.mjs'],
    repair: 'the rule is the table in scripts/dependency-rule.mjs',
  },
  { name: 'types', command: ['tsc', '-p', '.'] },
  { name: 'types, e2e', command: ['tsc', '-p', 'e2e'] },
  {
    name: 'types, web',
    // Its build says which components and functions the pages have without importing them.
    before: ['turbo', 'run', 'build', '--filter=@clientele/web', '--ui=stream', '--output-logs=errors-only'],
    command: ['pnpm', '--filter', '@clientele/web', 'run', 'types'],
  },
  { name: 'unused code', command: ['knip', '--no-progress', '--no-config-hints'] },
  {
    name: 'pure tests',
    command: [
      ...['vitest', 'run', '--project=pure', '--reporter=default'],
      ...(values.report ? ['--reporter=json', `--outputFile.json=${values.report}`] : []),
    ],
  },
];

const env = environment();
env.PATH = [join(root, 'node_modules/.bin'), env.PATH].join(delimiter);
env[process.stdout.isTTY ? 'FORCE_COLOR' : 'NO_COLOR'] = '1';

const running = new Set();
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'])
  process.once(signal, () => {
    for (const child of running) child.kill(signal);
    process.exitCode = 130;
  });

/** Runs a program; gives its exit code and what it printed. */
async function output([program, ...args]) {
  const child = spawn(program, args, { cwd: root, env, stdio: ['ignore', 'pipe', 'pipe'], shell: process.platform === 'win32' });
  running.add(child);
  let text = '';
  for (const stream of [child.stdout, child.stderr]) stream.setEncoding('utf8').on('data', (chunk) => (text += chunk));
  const [code] = await once(child, 'close').catch((error) => [error.message]);
  running.delete(child);
  return { code, text: text.trimEnd() || `${program} ended with ${code}` };
}

async function run({ name, before, command, repair }) {
  const started = performance.now();
  let { code, text } = before ? await output(before) : { code: 0, text: '' };
  if (code === 0) ({ code, text } = await output(command));
  const seconds = `${((performance.now() - started) / 1000).toFixed(1)} s`;
  console.log(`${code === 0 ? '✓' : '✗'} ${name.padEnd(16)} ${seconds.padStart(7)}`);
  if (code !== 0) {
    console.log(`\n${text}\n`);
    if (repair) console.log(`(${repair})\n`);
  }
  return code === 0;
}

const results = await Promise.all(STEPS.map(run));
const failed = STEPS.filter((_, index) => !results[index]).map(({ name }) => name);
if (failed.length > 0) {
  console.log(`failed: ${failed.join(', ')}`);
  process.exitCode ||= 1;
}

// `pnpm bench [name …]`: builds, then runs all or the named benches of bench/ and prints one table (list, add, mail, export, import, memory, size).
// BENCH_ROUNDS, BENCH_SECONDS, BENCH_CUSTOMERS, BENCH_ROWS and BENCH_MAILS say how much; BENCH_PROFILE is a folder for CPU profiles of API and worker.
import { spawnSync } from 'node:child_process';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { environment } from './pnpm.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));
const env = environment();
env.PATH = [join(root, 'node_modules/.bin'), env.PATH].join(delimiter);

const run = (program, args) => {
  const { status, error } = spawnSync(program, args, { cwd: root, env, stdio: 'inherit', shell: process.platform === 'win32' });
  if (error) throw error;
  return status ?? 1;
};

const built = run('turbo', ['run', 'build', '--filter=./apps/*', '--filter=./packages/*', '--ui=stream', '--output-logs=errors-only']);
process.exitCode = built || run(process.execPath, ['--import', 'tsx', 'bench/src/main.ts', ...process.argv.slice(2)]);

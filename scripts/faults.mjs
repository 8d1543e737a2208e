// `pnpm faults [--runs N] [--seed S] [--commands M] [--on postgres|redis] [--without 3,7] [--lanes 4]`: random commands with random kills of
// API, worker, Redis and SMTP, with queues that refuse or give a job out twice and a clock that moves, held against a model
// (apps/worker/src/faults). Prints a line per run, and for a violation its story and how to repeat it; exit code 1 when there is one. A run's
// seed gives the same commands and the same faults at the same places; what happens inside the processes meanwhile takes its own time, so a rare
// race may need a few tries. `--without` leaves commands out, to find the few that matter. `--lanes`: so many installations at once; four keep
// two processors busy.
import { spawn } from 'node:child_process';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { environment } from './pnpm.mjs';
import { redis } from './test-services.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));
const { values } = parseArgs({
  options: {
    runs: { type: 'string', default: '100' },
    seed: { type: 'string', default: String(Math.floor(Math.random() * 2 ** 31)) },
    commands: { type: 'string', default: '30' },
    on: { type: 'string' },
    without: { type: 'string', default: '' },
    lanes: { type: 'string', default: '4' },
  },
});
for (const name of ['runs', 'seed', 'commands', 'lanes'])
  if (!/^\d{1,10}$/.test(values[name])) {
    console.error(`--${name} is a number, and not "${values[name]}"`);
    process.exit(2);
  }
if (values.on !== undefined && !['postgres', 'redis'].includes(values.on)) {
  console.error(`--on is postgres or redis, and not "${values.on}"`);
  process.exit(2);
}

const env = environment();
env.PATH = [join(root, 'node_modules/.bin'), env.PATH].join(delimiter);

/** Runs one program, its output straight to the screen; resolves to its exit code. */
function run(program, args, { cwd = root } = {}) {
  const child = spawn(program, args, { cwd, env, stdio: ['ignore', 'inherit', 'inherit'], shell: process.platform === 'win32' });
  for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => child.kill(signal));
  return new Promise((resolve) => {
    child.once('error', (error) => {
      console.error(`${program}: ${error.message}`);
      resolve(127);
    });
    child.once('close', (code) => resolve(code ?? 1));
  });
}

const store = await redis({ run, env });
if (store.program) env.TEST_REDIS_SERVER = store.program;
else console.log(`not on Redis: ${store.missing ?? 'a redis-server program is needed, to be killed'}`);
Object.assign(env, {
  FAULT_RUNS: values.runs,
  FAULT_SEED: values.seed,
  FAULT_COMMANDS: values.commands,
  FAULT_WITHOUT: values.without,
  FAULT_LANES: values.lanes,
});
if (values.on) env.FAULT_ON = values.on;
console.log(`${values.runs} runs of ${values.commands} commands, first seed ${values.seed}`);
const file = 'apps/worker/src/faults/faults.int.test.ts';
process.exitCode = await run('vitest', ['run', '--project=int', '--disable-console-intercept=true', file]);
await store.stop?.();

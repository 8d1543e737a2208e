// `npm start`, `npm run demo`, `pnpm dev`, `npm run verify-log`, `npm run set-up-code`, `npm run backup`, `npm run restore`: installs, builds (both only when something has changed) and starts Clientele. Needs Node and npm, nothing else.
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath, pathToFileURL } from 'node:url';

const LEAST_NODE = [20, 19];
const MODES = ['start', 'demo', 'dev', 'verify-log', 'set-up-code', 'backup', 'restore'];

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const stampFile = join(root, 'node_modules/.clientele-start.json');
const { packageManager } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
const mode = process.argv[2] ?? 'start';

const isTerminal = process.stdout.isTTY && process.env.TERM !== 'dumb';
const hasColour = isTerminal && !process.env.NO_COLOR;
// biome-ignore lint/suspicious/noControlCharactersInRegex: they begin with one.
const stripColours = (text) => text.replace(/\x1b\[[0-9;]*m/g, '');
const paint = (code, text) => (hasColour ? `\x1b[${code}m${text}\x1b[0m` : text);

/** The one program running for us at the moment (npx and what it starts), in a process group of its own. */
let current;
let stopping = false;

function give(sentence) {
  console.error(`${paint(31, '✗')} ${sentence}`);
  process.exit(1);
}

// ── stopping ─────────────────────────────────────────────────────────────────────────────────────

function signalGroup(child, signal) {
  try {
    process.kill(-child.pid, signal);
  } catch {
    // Nobody is left in it.
  }
}

function groupIsAlive(child) {
  try {
    process.kill(-child.pid, 0);
    return true;
  } catch {
    return false;
  }
}

/** A signal while we install or build: ends everything we have started, then us. */
async function stop(signal) {
  if (stopping) return;
  stopping = true;
  if (current) {
    const { child } = current;
    for (const next of ['SIGTERM', 'SIGKILL']) {
      signalGroup(child, next);
      for (let wait = 0; wait < 200 && groupIsAlive(child); wait++) await sleep(25);
    }
  }
  if (isTerminal) process.stdout.write('\n');
  process.exit(signal === 'SIGINT' ? 130 : signal === 'SIGHUP' ? 129 : 143);
}

const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'];
for (const signal of signals) process.on(signal, stop);

// npm passes SIGTERM on to the shell between it and us, and not every shell passes it on to us: then we are nobody's child any more.
if (process.env.npm_lifecycle_event) {
  const parent = process.ppid;
  const watch = setInterval(() => {
    if (process.ppid === parent) return;
    clearInterval(watch);
    process.kill(process.pid, 'SIGTERM');
  }, 250);
  watch.unref();
}

// ── what has changed ─────────────────────────────────────────────────────────────────────────────

const workspaces = () =>
  ['apps', 'packages'].flatMap((folder) =>
    readdirSync(join(root, folder))
      .map((name) => join(folder, name))
      .filter((path) => existsSync(join(root, path, 'package.json'))),
  );

/** What decides whether node_modules is in step: the lock file and every package.json. */
function installState() {
  const hash = createHash('sha256').update(`${process.platform} ${process.arch} ${process.versions.modules}`);
  const files = ['pnpm-lock.yaml', 'pnpm-workspace.yaml', 'package.json', ...workspaces().map((path) => join(path, 'package.json'))];
  for (const file of files) if (existsSync(join(root, file))) hash.update(readFileSync(join(root, file)));
  return hash.digest('hex');
}

/** What decides whether turbo has to look at all: name, size and time of every source file. */
function buildState() {
  const hash = createHash('sha256');
  const visit = (path) => {
    for (const entry of readdirSync(join(root, path), { withFileTypes: true })) {
      if (entry.name.startsWith('.') || ['node_modules', 'dist'].includes(entry.name) || /\.test\.ts$/.test(entry.name)) continue;
      if (entry.isDirectory()) visit(join(path, entry.name));
      else note(join(path, entry.name));
    }
  };
  const note = (path) => {
    const stats = statSync(join(root, path), { throwIfNoEntry: false });
    if (stats) hash.update(`${path} ${stats.size} ${stats.mtimeMs}\n`);
  };
  for (const path of workspaces()) visit(path);
  for (const path of ['scripts/build.mjs', 'turbo.json', 'tsconfig.base.json']) note(path);
  return hash.digest('hex');
}

function isBuilt(path) {
  const { scripts } = JSON.parse(readFileSync(join(root, path, 'package.json'), 'utf8'));
  const dist = join(root, path, 'dist');
  return !scripts?.build || (existsSync(dist) && readdirSync(dist).length > 0);
}

function readStamp() {
  try {
    return JSON.parse(readFileSync(stampFile, 'utf8'));
  } catch {
    return {};
  }
}

function stamp(values) {
  mkdirSync(dirname(stampFile), { recursive: true });
  writeFileSync(stampFile, JSON.stringify({ ...readStamp(), ...values }));
}

// ── steps ────────────────────────────────────────────────────────────────────────────────────────

const seconds = (since) => `${((performance.now() - since) / 1000).toFixed(1)} s`;

/** Runs a program of a pinned npm package through npx; shows one line about it, and the end of its output only when it fails. */
async function step(title, args, { progress, failure }) {
  const began = performance.now();
  let detail = '';
  let output = '';
  const show = () =>
    isTerminal &&
    process.stdout.write(`\r\x1b[2K${paint(90, '…')} ${title}${detail && ` ${paint(90, detail)}`} ${paint(90, seconds(began))}`);
  if (!isTerminal) console.log(`… ${title}`);
  const ticks = setInterval(show, 200);
  show();

  const child = spawn('npx', ['--yes', '--prefer-offline', `--package=${packageManager}`, '--', ...args], {
    cwd: root,
    env: {
      ...process.env,
      DO_NOT_TRACK: '1',
      TURBO_TELEMETRY_DISABLED: '1',
      SCARF_ANALYTICS: 'false',
      NPM_CONFIG_UPDATE_NOTIFIER: 'false',
      NO_COLOR: '1',
      // Already the pinned version; and nobody is there to be asked.
      pnpm_config_pm_on_fail: 'ignore',
      pnpm_config_confirm_modules_purge: 'false',
    },
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: true,
    shell: process.platform === 'win32',
  });
  current = { child };
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding('utf8').on('data', (text) => {
      output = (output + text).slice(-200_000);
      detail = progress(output) ?? detail;
    });
  const code = await new Promise((resolve) => {
    child.once('error', (error) => {
      output += error.message;
      resolve(127);
    });
    child.once('close', (status, signal) => resolve(status ?? signal));
  });
  clearInterval(ticks);
  if (stopping) await new Promise(() => {}); // stop() ends the process.
  current = undefined;
  if (isTerminal) process.stdout.write('\r\x1b[2K');
  if (code === 0) {
    console.log(`${paint(32, '✓')} ${title} ${paint(90, seconds(began))}`);
    return;
  }
  const lines = stripColours(output)
    .split('\n')
    .filter((line) => line.trim() && !/^npm (warn|notice)/.test(line));
  console.error(
    paint(
      90,
      lines
        .slice(-25)
        .map((line) => `  ${line.slice(0, 300)}`)
        .join('\n'),
    ),
  );
  give(failure);
}

/** Brings node_modules in step with the lock file; nothing to do takes milliseconds. */
async function install() {
  const state = installState();
  const isThere = existsSync(join(root, 'node_modules/.modules.yaml')) && existsSync(join(root, 'apps/standalone/node_modules'));
  if (isThere && readStamp().installed === state) return;
  await step('Installing packages', ['pnpm', 'install', '--frozen-lockfile', '--reporter=append-only'], {
    progress(output) {
      const last = output.match(/Progress: resolved \d+, reused \d+, downloaded \d+, added \d+/g)?.at(-1);
      const [resolved, reused, downloaded] = last?.match(/\d+/g)?.map(Number) ?? [];
      return resolved ? `${reused + downloaded} of ${resolved}` : undefined;
    },
    failure: `The packages could not be installed (npx ${packageManager} install --frozen-lockfile). The reason is above; without one, check that this machine reaches the npm registry.`,
  });
  stamp({ installed: state });
}

/** Builds what has changed. */
async function build() {
  const state = `${installState()} ${buildState()}`;
  if (readStamp().built === state && workspaces().every(isBuilt)) return;
  await step(
    'Building',
    ['turbo', 'run', 'build', '--filter=./apps/*', '--filter=./packages/*', '--ui=stream', '--output-logs=errors-only', '--no-daemon'],
    { progress: () => undefined, failure: 'The build failed (turbo run build); the reason is above.' },
  );
  stamp({ built: state });
}

/** Runs `main.ts dev` as it stands in the sources; signals go on to it, its exit code comes back. */
function develop() {
  const args = ['--import', 'tsx', '--conditions=development', join(root, 'apps/standalone/src/main.ts'), 'dev'];
  // The channel tells it when we are gone, however that came about.
  const child = spawn(process.execPath, args, { cwd: root, stdio: ['ignore', 'inherit', 'inherit', 'ipc'], detached: true });
  for (const signal of signals) process.off(signal, stop).on(signal, () => child.kill(signal));
  child.once('error', (error) => give(error.message));
  child.once('exit', (code) => process.exit(code ?? 1));
}

const [major, minor] = process.versions.node.split('.').map(Number);
if (major < LEAST_NODE[0] || (major === LEAST_NODE[0] && minor < LEAST_NODE[1]))
  give(`Clientele needs Node ${LEAST_NODE.join('.')} or newer; this is ${process.versions.node}. Get a newer one from https://nodejs.org`);
if (!MODES.includes(mode)) give(`"${mode}" is none of the ways to start: ${MODES.join(', ')}.`);

await install();
if (mode === 'dev') develop();
else {
  await build();
  // From here on main.js is this process: it takes the signals and ends it.
  for (const signal of signals) process.off(signal, stop);
  process.chdir(root);
  await import(pathToFileURL(join(root, 'apps/standalone/dist/main.js')).href);
}

// `npm test`: everything, in a fresh clone too. Needs Node and npm; brings or finds the rest (see test-services.mjs).
// Every stage runs, even when one before it failed (only a failed install or build ends it). At the end: what failed, each with its reason, and
// as the last line `N passed, N failed, N skipped`.
import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join, relative } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { stripVTControlCharacters } from 'node:util';
import { audit } from './audit.mjs';
import { environment } from './pnpm.mjs';
import { chromium, redis } from './test-services.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));
const bin = join(root, 'node_modules/.bin');
const e2e = join(root, 'e2e');
const reports = mkdtempSync(join(tmpdir(), 'clientele-test-'));
const mustHaveAll = process.env.CI === 'true';

const total = { passed: 0, failed: 0, skipped: 0 };
const notes = [];
const failures = [];
let store;
let current;
let interrupted = false;

// ── processes ────────────────────────────────────────────────────────────────────────────────────

/** Every process of this run carries it, so that what a stage leaves behind can be found. */
const MARK = `CLIENTELE_TEST_RUN=${process.pid}-${Date.now()}`;

/** Runs one program in a process group of its own, output straight to the screen; resolves to its exit code. */
function run(program, args, { cwd = root, env } = {}) {
  if (interrupted) return Promise.resolve(130);
  const child = spawn(program, args, { cwd, env, stdio: ['ignore', 'inherit', 'inherit'], detached: true });
  return new Promise((resolve) => {
    const end = (code) => {
      current = undefined;
      resolve(code);
    };
    current = { child, done: new Promise((done) => child.once('close', done).once('error', done)) };
    child.once('error', (error) => {
      console.error(`${program}: ${error.message}`);
      end(127);
    });
    child.once('close', (code) => end(code ?? 1));
  });
}

function signalGroup(child, signal) {
  try {
    process.kill(-child.pid, signal);
  } catch {}
}

/** Linux only: processes of this run that are still there, except the test store. */
function leftOvers() {
  if (!existsSync('/proc/self/environ')) return [];
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name) && Number(name) !== process.pid && Number(name) !== store?.pid)
    .filter((pid) => {
      try {
        return readFileSync(`/proc/${pid}/environ`, 'utf8').includes(MARK);
      } catch {
        return false;
      }
    })
    .map((pid) => ({ pid: Number(pid), name: readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ').trim() }));
}

async function gone(seconds) {
  for (let wait = 0; wait < seconds * 4 && leftOvers().length > 0; wait++) await sleep(250);
}

/** Ends what a stage forgot, by pid, and says so. */
async function sweep(stage) {
  await gone(5); // Some are just on their way out.
  for (const { pid, name } of leftOvers()) notes.push(`${stage} left a process behind: ${pid} ${name.slice(0, 100)}`);
  for (const signal of ['SIGTERM', 'SIGKILL']) {
    for (const { pid } of leftOvers())
      try {
        process.kill(pid, signal);
      } catch {}
    await gone(3);
  }
}

async function cleanUp() {
  await store?.stop?.();
  rmSync(reports, { recursive: true, force: true });
}

for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'])
  process.on(signal, async () => {
    if (interrupted) return current && signalGroup(current.child, 'SIGKILL');
    interrupted = true;
    console.log(`\n${signal}: stopping`);
    if (current) {
      const { child, done } = current;
      for (const [next, patience] of [
        ['SIGINT', 8_000],
        ['SIGTERM', 4_000],
        ['SIGKILL', 2_000],
      ]) {
        signalGroup(child, next);
        if (await Promise.race([done.then(() => true), sleep(patience)])) break;
      }
    }
    await sweep('the interrupted stage');
    await cleanUp();
    process.exit(130);
  });

// ── results ──────────────────────────────────────────────────────────────────────────────────────

function count({ passed, failed, skipped, failures: failedTests }) {
  total.passed += passed;
  total.failed += failed;
  total.skipped += skipped;
  failures.push(...failedTests);
}

const READERS = {
  vitest: (report) => ({
    passed: report.numPassedTests,
    failed: report.numFailedTests,
    skipped: report.numPendingTests + report.numTodoTests,
    failures: report.testResults.flatMap(({ name, message, assertionResults }) => {
      const file = relative(root, name);
      const tests = assertionResults.filter(({ status }) => status === 'failed');
      if (message && tests.length === 0) return [failure(file, message)];
      return tests.map(({ fullName, failureMessages }) => failure(`${file}: ${fullName}`, failureMessages[0]));
    }),
  }),
  playwright: ({ stats, suites }) => ({
    passed: stats.expected + stats.flaky,
    failed: stats.unexpected,
    skipped: stats.skipped,
    failures: specsOf(suites)
      .filter(({ ok }) => !ok)
      .map(({ file, title, tests }) =>
        failure(`e2e/${file}: ${title}`, tests.flatMap(({ results }) => results).find(({ error }) => error)?.error.message),
      ),
  }),
};

/** One failed test for the end of the output: where a run's log was cut, this is what is left of it. */
const failure = (name, message = '') => `${name}\n    ${stripVTControlCharacters(message).split('\n').slice(0, 6).join('\n    ')}`;

const specsOf = (suites = []) => suites.flatMap(({ specs, suites: inner }) => [...specs, ...specsOf(inner)]);

const NUMBER_OF_STAGES = 7;
let number = 0;

/** One stage: heading, work, time. A stage that fails without a failed test (a lint error, a crash) counts as one failure. */
async function stage(name, work, reader) {
  if (interrupted) await new Promise(() => {}); // The signal handler ends the process.
  number += 1;
  console.log(`\n── ${number}/${NUMBER_OF_STAGES} ${name} ${'─'.repeat(60 - name.length)}`);
  const started = performance.now();
  const report = join(reports, `${number}.json`);
  const ok = await work(report).catch((error) => {
    console.error(error.message);
    return false;
  });
  let failedTests = 0;
  if (reader && existsSync(report)) {
    const result = READERS[reader](JSON.parse(readFileSync(report, 'utf8')));
    failedTests = result.failed;
    count(result);
  }
  if (!ok && failedTests === 0) {
    total.failed += 1;
    failures.push(name);
  }
  if (!interrupted) await sweep(name);
  console.log(`── ${ok ? 'ok' : 'FAILED'}: ${name}, ${((performance.now() - started) / 1000).toFixed(1)} s`);
  return ok;
}

async function finish() {
  if (interrupted) await new Promise(() => {});
  await cleanUp();
  console.log();
  for (const one of failures) console.log(`failed: ${one}`);
  for (const note of notes) console.log(`note: ${note}`);
  if (total.passed + total.failed === 0) total.failed = 1; // No test ran: that is no success.
  process.exitCode = total.failed > 0 ? 1 : 0;
  console.log(`${total.passed} passed, ${total.failed} failed, ${total.skipped} skipped`);
}

// ── the stages ───────────────────────────────────────────────────────────────────────────────────

const [major, minor] = process.versions.node.split('.').map(Number);
if (major < 20 || (major === 20 && minor < 19)) {
  console.error(`Node 20.19 or newer is needed; this is ${process.versions.node}.`);
  process.exit(1);
}

let env;
let browser;

const installed = await stage('install', async () => {
  env = environment();
  env.PATH = [bin, env.PATH].join(delimiter);
  env[MARK.split('=')[0]] = MARK.split('=')[1];
  // The tests bring their own servers: nothing of the person's own configuration may leak in.
  for (const name of ['DATABASE_URL', 'REDIS_URL', 'SMTP_URL', 'DATA_DIR', 'PORT']) delete env[name];
  return (await run('pnpm', ['install', '--frozen-lockfile'], { env })) === 0;
});

if (installed)
  await stage('known vulnerabilities', async () => {
    const { findings, notes: told, missing } = audit({ env });
    for (const line of [...told, ...findings]) console.log(line);
    notes.push(...told);
    // Also with CI=true: that the registry is away must not stop a release.
    if (missing) notes.push(`skipped: the audit of dependencies (${missing})`);
    failures.push(...findings);
    return findings.length === 0;
  });

if (installed)
  await stage('redis and chromium', async () => {
    store = await redis({ run, env });
    browser = await chromium({ run, env, e2e });
    if (store.url) env.TEST_REDIS_URL = store.url;
    if (store.program) env.TEST_REDIS_SERVER = store.program;
    if (browser.path) env.CHROMIUM_PATH = browser.path;
    console.log(`redis: ${store.program ?? store.url ?? store.missing}`);
    console.log(`chromium: ${browser.path ?? browser.missing}`);
    if (store.missing) notes.push(`skipped: every test on Redis (${store.missing})`);
    if (browser.missing) notes.push(`skipped: the browser tests (${browser.missing})`);
    return !(mustHaveAll && (store.missing || browser.missing));
  });

const built =
  installed &&
  (await stage('build', async () => (await run('turbo', ['run', 'build', '--ui=stream', '--output-logs=new-only'], { env })) === 0));

if (built) {
  await stage('verify', async (file) => (await run('node', ['scripts/verify.mjs', `--report=${file}`], { env })) === 0, 'vitest');

  await stage(
    'integration tests',
    async (file) => {
      const args = ['run', '--project=int', '--passWithNoTests', '--reporter=default', '--reporter=json', `--outputFile.json=${file}`];
      return (await run('vitest', args, { env })) === 0;
    },
    'vitest',
  );

  await stage(
    'browser tests',
    async (file) => {
      if (!existsSync(join(e2e, 'playwright.config.ts'))) {
        notes.push('skipped: the browser tests (there is no e2e/playwright.config.ts)');
        return true;
      }
      if (!browser.path) return !mustHaveAll;
      const program = join(e2e, 'node_modules/.bin/playwright');
      const reporter = ['--reporter=list,json'];
      return (await run(program, ['test', ...reporter], { cwd: e2e, env: { ...env, PLAYWRIGHT_JSON_OUTPUT_FILE: file } })) === 0;
    },
    'playwright',
  );
}

await finish();

import { createRequire } from 'node:module';
import { relative } from 'node:path';
import { startApi } from '@clientele/api';
import { openDatabase } from '@clientele/db';
import { type Config, createLogger, loadConfig, type ReadyConfig } from '@clientele/runtime';
import { type CloudHost, createCloudHosts, isSetUpRequired, presentSetUpCode } from '@clientele/services';
import { runVerifyLog, startWorker } from '@clientele/worker';
import { runBackup, runRestore } from './backup.ts';
import { type DemoAccount, seedDemo } from './demo.ts';
import { startDevelopment } from './development.ts';
import { openInstallation, startEmbedded, throwAwayFolder } from './embedded.ts';
import { openLogFile } from './log-file.ts';
import { freePort } from './ports.ts';
import { StartError } from './start-error.ts';
import { type Supervisor, superviseProcess } from './supervise.ts';
import { createTerminal } from './terminal.ts';

const terminal = createTerminal();

/** The hosts of the clouds that are served. */
function hostsOf(config: Pick<ReadyConfig, 'addresses' | 'secret'>): CloudHost[] {
  const hosts = createCloudHosts(config);
  return hosts.served.map(hosts.of);
}

/** How a line about one of two hosts begins; with one there is nothing to tell apart. */
const nameOf = (what: string, { cloud }: CloudHost, all: CloudHost[]): string => (all.length > 1 ? `${what} (${cloud})` : what);

/** The set-up codes, one for each host, as long as there is no partner yet. */
async function openSetUpCodes(config: ReadyConfig): Promise<[string, string][]> {
  const db = openDatabase({ url: config.databaseUrl, role: 'clientele_api', connections: 1 });
  try {
    if (!(await isSetUpRequired(db))) return [];
    const codes: [string, string][] = [];
    for (const [index, host] of hostsOf(config).entries())
      codes.push([nameOf('Set-up code', host, index === 0 ? [host] : hostsOf(config)), await presentSetUpCode(db, host.secret)]);
    return codes;
  } finally {
    await db.close();
  }
}

/** The settings, with a free port in place of 0. */
async function readConfig(env: Record<string, string | undefined>): Promise<Config> {
  const config = loadConfig(env);
  return config.port === 0 ? loadConfig({ ...env, PORT: String(await freePort()) }) : config;
}

function customersOf(env: Record<string, string | undefined>): number {
  const text = env.DEMO_CUSTOMERS ?? '500';
  if (!/^\d{1,8}$/.test(text) || text === '0') throw new StartError('DEMO_CUSTOMERS must be a whole number, such as 1000000.');
  return Number(text);
}

async function run(mode: string, supervisor: Supervisor): Promise<void> {
  const env = { ...process.env };
  const isDemo = mode === 'demo';
  const customers = isDemo ? customersOf(env) : 0;
  if (isDemo) {
    if (env.DATABASE_URL)
      throw new StartError('The demo brings a database of its own, which it throws away afterwards: start it without DATABASE_URL.');
    if (!(await readConfig(env)).addresses.public)
      throw new StartError('The demo lives in the public cloud: start it with CLOUDS=public or CLOUDS=both.');
    env.DATA_DIR = (await supervisor.start('The demo data folder', throwAwayFolder)).path;
  }
  const wanted = await readConfig(env);
  const config = await startEmbedded(supervisor, terminal, wanted);
  const logFile = await supervisor.start('The log file', () => openLogFile(config.dataDir));
  if (mode === 'dev') {
    await startDevelopment({ supervisor, terminal, config, logFile, codes: await openSetUpCodes(config) });
    return;
  }

  let accounts: DemoAccount[] = [];
  if (isDemo) {
    await supervisor.start('The demo', () =>
      terminal.step('Filling the demo', async (detail) => {
        accounts = await seedDemo({ databaseUrl: config.databaseUrl, config, log: detail, customers });
        return { stop: () => undefined };
      }),
    );
  }
  const logger = (name: string) => createLogger({ level: config.logLevel, name, destination: logFile });
  await supervisor.start('The worker', () => startWorker({ config, logger: logger('worker') }));
  const api = await supervisor.start('The API', () => startApi({ config, logger: logger('api') }));
  const codes = await openSetUpCodes(config);
  const hosts = hostsOf(config);

  terminal.say('');
  terminal.table([
    ['Portal', config.publicUrl || api.url],
    ...hosts.slice(1).map((host): [string, string] => [nameOf('Portal', host, hosts), host.publicUrl]),
    ...(config.inboxUrl ? [['Inbox', config.inboxUrl] as [string, string]] : []),
    ...codes,
  ]);
  if (accounts.length > 0) {
    terminal.say('\n  Sign in with one of these e-mail addresses and the password behind it');
    const table = (rows: DemoAccount[]) =>
      terminal.table(rows.map(({ name, role, email, password }) => [`${name}, ${role}`, `${email}  ${password}`]));
    table(accounts.filter(({ isCustomer }) => !isCustomer));
    terminal.say(`\n  And on a customer's own page, ${config.publicUrl || api.url}/my, with these (or by a link that comes to the inbox)`);
    table(accounts.filter(({ isCustomer }) => isCustomer));
  }
  const kept = isDemo ? 'and throws the demo away' : `and keeps its data in ${relative(process.cwd(), config.dataDir) || config.dataDir}`;
  terminal.say(`\n  Ctrl-C stops everything ${kept}.`);
}

/** `verify-log`: looks through the activity logs and ends with its exit code. */
async function verifyLog(args: string[]): Promise<never> {
  const installation = await openInstallation(loadConfig(process.env));
  const code = await runVerifyLog(installation, args, (line) => terminal.say(line)).finally(installation.stop);
  process.exit(code);
}

/** `backup` and `restore`. */
async function move(command: typeof runBackup, args: string[]): Promise<never> {
  const { version } = createRequire(import.meta.url)('../package.json') as { version: string };
  process.exit(await command({ config: loadConfig(process.env), env: process.env, args, terminal, product: `Clientele ${version}` }));
}

/** `set-up-code`: says with which code, and where, the first partner or one more is set up. */
async function tellSetUpCode(): Promise<never> {
  const config = loadConfig(process.env);
  const { databaseUrl, secret, stop } = await openInstallation(config);
  const hosts = hostsOf({ ...config, secret });
  const db = openDatabase({ url: databaseUrl, role: 'clientele_api', connections: 2 });
  try {
    const lines: [string, string][] = [];
    for (const host of hosts)
      lines.push(
        [nameOf('Set-up page', host, hosts), `${host.publicUrl}/setup`],
        [nameOf('Set-up code', host, hosts), await presentSetUpCode(db, host.secret)],
      );
    terminal.table(lines);
    terminal.say('\n  The code is good for one partner. Print the next one when that partner is there.');
  } finally {
    await db.close();
    await stop();
  }
  process.exit(0);
}

const supervisor = superviseProcess(terminal);
const [, , mode = 'start', ...args] = process.argv;
const commands: Record<string, (() => Promise<never>) | undefined> = {
  'verify-log': () => verifyLog(args),
  backup: () => move(runBackup, args),
  restore: () => move(runRestore, args),
  'set-up-code': tellSetUpCode,
};
(commands[mode]?.() ?? run(mode, supervisor)).catch((error) => supervisor.fail(error));

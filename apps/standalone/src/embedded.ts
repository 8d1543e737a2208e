import { chmodSync, existsSync, lstatSync, mkdtempSync, readdirSync, readlinkSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { migrate } from '@clientele/db';
import { prepareQueues } from '@clientele/queue';
import type { Config, ReadyConfig } from '@clientele/runtime';
import { takeDataFolder } from './data-folder.ts';
import { startInbox } from './inbox.ts';
import { checkPort, freePort } from './ports.ts';
import { runningPostgres, startPostgres } from './postgres.ts';
import { secretIn } from './secret.ts';
import { StartError } from './start-error.ts';
import type { Supervisor } from './supervise.ts';
import type { Terminal } from './terminal.ts';

const DEMO_PREFIX = 'clientele-demo-';

/**
 * Database and key of an installation that is there, for a command that only looks: of one that runs at this moment, or else its Postgres alone is
 * started for as long. Makes nothing.
 */
export async function openInstallation(config: Config): Promise<{ databaseUrl: string; secret: string; stop(): Promise<void> }> {
  if (!config.secret && !existsSync(join(config.dataDir, 'secret')))
    throw new StartError(`There is no installation in ${config.dataDir}: name its folder with DATA_DIR, or set DATABASE_URL and SECRET.`);
  const secret = config.secret ?? secretIn(config.dataDir);
  if (config.databaseUrl) return { databaseUrl: config.databaseUrl, secret, stop: async () => undefined };
  let folder: ReturnType<typeof takeDataFolder>;
  try {
    folder = takeDataFolder(config.dataDir);
  } catch (error) {
    const databaseUrl = runningPostgres(config.dataDir);
    if (!databaseUrl) throw error;
    return { databaseUrl, secret, stop: async () => undefined };
  }
  try {
    const postgres = await startPostgres({ dataDir: folder.path, log: () => undefined });
    return {
      databaseUrl: postgres.url,
      secret,
      async stop() {
        await postgres.stop();
        folder.release();
      },
    };
  } catch (error) {
    folder.release();
    throw error;
  }
}

/** The database that a backup is put into, and the folder for its key. Nobody may work there meanwhile: throws when somebody does. */
export async function openTarget(config: Config): Promise<{ databaseUrl: string; folder: string; stop(): Promise<void> }> {
  // Nothing of it would be in the folder, and there may be none.
  if (config.databaseUrl && config.secret) return { databaseUrl: config.databaseUrl, folder: config.dataDir, stop: async () => undefined };
  const folder = takeDataFolder(config.dataDir);
  if (config.databaseUrl) return { databaseUrl: config.databaseUrl, folder: folder.path, stop: async () => folder.release() };
  try {
    const postgres = await startPostgres({ dataDir: folder.path, log: () => undefined });
    return {
      databaseUrl: postgres.url,
      folder: folder.path,
      async stop() {
        await postgres.stop();
        folder.release();
      },
    };
  } catch (error) {
    folder.release();
    throw error;
  }
}

/** Everything that api and worker need and that the environment does not name: data folder, Postgres, inbox, key, and an up-to-date schema. */
export async function startEmbedded(supervisor: Supervisor, terminal: Terminal, config: Config): Promise<ReadyConfig> {
  const folder = await supervisor.start('The data folder', () => {
    const { path, release } = takeDataFolder(config.dataDir);
    return { path, stop: release };
  });
  await supervisor.start('The ports', async () => {
    await checkPort(config.port, config.host, 'PORT');
    if (!config.smtpUrl && config.inboxPort > 0) await checkPort(config.inboxPort, '127.0.0.1', 'INBOX_PORT');
    return { stop: () => undefined };
  });

  let { databaseUrl, smtpUrl, inboxUrl, bounceAddress, bounceSmtpPort } = config;
  if (!databaseUrl) {
    const postgres = await supervisor.start('Postgres', () =>
      terminal.step('Starting Postgres', (detail) => startPostgres({ dataDir: folder.path, log: detail })),
    );
    let isAsked = false;
    databaseUrl = postgres.url;
    const { stop } = postgres;
    postgres.stop = () => {
      isAsked = true;
      return stop();
    };
    void postgres.ended.then(() => {
      if (!isAsked) void supervisor.fail(new StartError(`Postgres has ended by itself; its log is ${join(folder.path, 'postgres.log')}.`));
    });
  }
  if (!smtpUrl) {
    // What the inbox bounces comes back to the worker, as it would from any other mail server.
    bounceAddress ??= 'bounce@inbox.localhost';
    bounceSmtpPort ??= await freePort();
    const inbox = await supervisor.start('The inbox', () =>
      startInbox({
        smtpPort: 0,
        httpPort: config.inboxPort,
        dir: join(folder.path, 'mails'),
        returnsTo: `smtp://${hereOf(config.host)}:${bounceSmtpPort}`,
        log: (sentence) => terminal.complain(sentence),
      }),
    );
    smtpUrl = inbox.smtpUrl;
    inboxUrl = inbox.url;
  }
  const ready = {
    ...config,
    ...{ dataDir: folder.path, databaseUrl, smtpUrl, inboxUrl, bounceAddress, bounceSmtpPort },
    secret: config.secret ?? secretIn(folder.path),
  };
  await supervisor.start('The database', () =>
    terminal.step('Updating the database', async () => {
      try {
        await migrate(ready.databaseUrl);
        await prepareQueues(ready);
      } catch (error) {
        throw new StartError(`The database could not be reached or updated: ${rootMessage(error)}`);
      }
      return { stop: () => undefined };
    }),
  );
  return ready;
}

/** How this machine itself reaches what listens on this address. */
function hereOf(host: string): string {
  if (host === '0.0.0.0' || host === '::') return '127.0.0.1';
  return host.includes(':') ? `[${host}]` : host;
}

/** Drizzle tells the query, and the reason in the cause. */
function rootMessage(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error.cause ? rootMessage(error.cause) : error.message || ('code' in error ? String(error.code) : error.name);
}

/** Removes a data folder for good, with what it points to. */
function removeDataFolder(folder: string): void {
  const database = join(folder, 'postgres');
  if (lstatSync(database, { throwIfNoEntry: false })?.isSymbolicLink()) rmSync(readlinkSync(database), { recursive: true, force: true });
  rmSync(folder, { recursive: true, force: true, maxRetries: 10, retryDelay: 100 });
}

/** A data folder that lives as long as this process. Those of demos that were killed are removed on the way. */
export function throwAwayFolder(): { path: string; stop(): void } {
  for (const name of readdirSync(tmpdir())) {
    const path = join(tmpdir(), name);
    try {
      // Only ours, and none that is being set up in this moment.
      const { uid, mtimeMs } = statSync(path);
      if (!name.startsWith(DEMO_PREFIX) || uid !== process.getuid?.() || Date.now() - mtimeMs < 60_000) continue;
      takeDataFolder(path);
      removeDataFolder(path);
    } catch {
      // In use, or gone by now.
    }
  }
  const path = mkdtempSync(join(tmpdir(), DEMO_PREFIX));
  chmodSync(path, 0o711);
  return { path, stop: () => removeDataFolder(path) };
}

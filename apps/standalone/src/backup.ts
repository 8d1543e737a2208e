import { existsSync, statSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { type BackupHead, BackupRefused, DamagedBackup, restoreBackup, writeBackup } from '@clientele/db';
import type { Config } from '@clientele/runtime';
import { openInstallation, openTarget } from './embedded.ts';
import { fingerprintOf, openSecret, readSecret, sealSecret, shortestPassphrase, writeSecret } from './secret.ts';
import { StartError } from './start-error.ts';
import type { Terminal } from './terminal.ts';

export interface CommandOptions {
  config: Config;
  env: Record<string, string | undefined>;
  args: string[];
  terminal: Pick<Terminal, 'say' | 'complain' | 'step'>;
  product: string;
}

/** What went wrong before anything was written, as one sentence with what to do about it. */
class Misuse extends Error {}

const usage = {
  backup: 'npm run backup -- FILE\n  BACKUP_PASSPHRASE  also puts the SECRET into the file, under this passphrase',
  restore:
    'npm run restore -- FILE\n  BACKUP_PASSPHRASE  the passphrase that the backup was made with, when this installation has no SECRET yet',
};

function fileOf({ args, env }: CommandOptions): string {
  const { positionals } = parseArgs({ args, allowPositionals: true, options: {} });
  const [file, ...others] = positionals;
  if (!file || others.length > 0) throw new Misuse(file ? 'There is one file, and not several.' : 'Name the file.');
  // npm runs us in the project's folder; the file is named from where the person is.
  return resolve(env.INIT_CWD ?? process.cwd(), file);
}

function passphraseOf(env: CommandOptions['env']): string | undefined {
  const passphrase = env.BACKUP_PASSPHRASE || undefined;
  if (passphrase && passphrase.length < shortestPassphrase)
    throw new Misuse(`BACKUP_PASSPHRASE must have at least ${shortestPassphrase} characters.`);
  return passphrase;
}

/** Runs a command and returns its exit code: 0 done, 1 refused or failed, 2 called in a way that it does not know. */
async function run(name: keyof typeof usage, { terminal }: CommandOptions, work: () => Promise<void>): Promise<0 | 1 | 2> {
  try {
    await work();
    return 0;
  } catch (error) {
    const isOfCall = error instanceof Misuse || (error as { code?: string }).code?.startsWith('ERR_PARSE_ARGS');
    if (isOfCall) {
      terminal.complain(`${(error as Error).message}\n${usage[name]}`);
      return 2;
    }
    if (error instanceof DamagedBackup)
      terminal.complain(`The file is damaged: ${error.message}. Nothing was restored; take another backup.`);
    else if (error instanceof BackupRefused || error instanceof StartError) terminal.complain(error.message);
    else terminal.complain(`It failed: ${error instanceof Error ? error.message : error}`);
    return 1;
  }
}

/** Not each piece: where there is no terminal every sentence is a line. */
function slowly(show: (text: string) => void, everyMs = process.stdout.isTTY ? 200 : 5000): (text: string) => void {
  let shownAt = -everyMs;
  return (text) => {
    if (performance.now() - shownAt < everyMs) return;
    shownAt = performance.now();
    show(text);
  };
}

const amount = ({ tables }: BackupHead) =>
  `${new Intl.NumberFormat('en').format(tables.reduce((sum, { rows }) => sum + rows, 0))} rows of ${tables.length} tables`;

/** `backup FILE`: writes the installation into one file, also while it runs. */
export const runBackup = (options: CommandOptions): Promise<0 | 1 | 2> =>
  run('backup', options, async () => {
    const { config, env, terminal, product } = options;
    const file = fileOf(options);
    const passphrase = passphraseOf(env);
    if (existsSync(file)) throw new Misuse(`${file} is there already. Choose another name: nothing is overwritten.`);
    const installation = await openInstallation(config);
    try {
      const { databaseUrl: url, secret } = installation;
      const secretFingerprint = fingerprintOf(secret);
      const head = await terminal.step('Backing up', (detail) =>
        writeBackup({
          ...{ url, file, product, secretFingerprint, progress: slowly(detail) },
          secret: passphrase ? sealSecret(secret, passphrase) : undefined,
        }),
      );
      terminal.say(`  ${amount(head)}, ${(statSync(file).size / 1e6).toFixed(1)} MB: ${file}`);
      terminal.say(
        passphrase
          ? `  The SECRET (${secretFingerprint}) is in it, under the passphrase. Without the passphrase the file restores nothing on its own.`
          : `  The SECRET (${secretFingerprint}) is not in it, and without it links, sessions and the log's signatures are void: keep ${config.secret ? 'it' : join(config.dataDir, 'secret')}, too, or set BACKUP_PASSPHRASE to put it into the file.`,
      );
    } finally {
      await installation.stop();
    }
  });

/** `restore FILE`: puts a backup into an installation that is empty and does not run. */
export const runRestore = (options: CommandOptions): Promise<0 | 1 | 2> =>
  run('restore', options, async () => {
    const { config, env, terminal } = options;
    const file = fileOf(options);
    const passphrase = passphraseOf(env);
    if (!existsSync(file)) throw new Misuse(`There is no file ${file}.`);
    const target = await openTarget(config);
    try {
      let fromFile: string | undefined;
      const head = await terminal.step('Restoring', (detail) =>
        restoreBackup({
          ...{ url: target.databaseUrl, file, progress: slowly(detail) },
          check: (of) => {
            fromFile = secretOf(of, { own: config.secret ?? readSecret(target.folder), passphrase, folder: target.folder });
          },
        }),
      );
      if (fromFile) writeSecret(target.folder, fromFile);
      terminal.say(`  ${amount(head)}, as they were on ${head.createdAt}`);
      if (fromFile)
        terminal.say(`  The SECRET (${head.secretFingerprint}) is in ${join(target.folder, 'secret')}: give it to every process.`);
    } finally {
      await target.stop();
    }
  });

/** The key out of the file, when the installation has none; undefined when it has the right one. Throws when it has another, or there is none. */
function secretOf(
  head: BackupHead,
  { own, passphrase, folder }: { own: string | undefined; passphrase: string | undefined; folder: string },
) {
  const place = join(folder, 'secret');
  if (own) {
    if (fingerprintOf(own) === head.secretFingerprint) return undefined;
    throw new BackupRefused(
      `The backup was made under another SECRET (${head.secretFingerprint}) than this installation has (${fingerprintOf(own)}). Under this one links, sessions and the log's signatures would be void: set SECRET to the other one, or put it into ${place}.`,
    );
  }
  if (!head.secret)
    throw new BackupRefused(
      `The SECRET (${head.secretFingerprint}) is not in the backup: set SECRET to that of the old installation, or copy its file to ${place}.`,
    );
  if (!passphrase) throw new BackupRefused('The SECRET is in the backup, under a passphrase: set BACKUP_PASSPHRASE.');
  const secret = openSecret(head.secret, passphrase);
  if (!secret || fingerprintOf(secret) !== head.secretFingerprint) throw new BackupRefused('This is not the passphrase of the backup.');
  return secret;
}

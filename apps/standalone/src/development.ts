import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import type { ReadyConfig } from '@clientele/runtime';
import { runOnLeash } from './processes.ts';
import type { Supervisor } from './supervise.ts';
import type { Terminal } from './terminal.ts';

const at = (path: string) => fileURLToPath(new URL(`../../../${path}`, import.meta.url));

/** A line of an api's or worker's log as the person at the terminal wants it: only what went wrong, in words. */
function readableLine(name: string, line: string): string | undefined {
  if (!line.startsWith('{')) return line.trim() ? `${name.padEnd(6)} ${line}` : undefined;
  try {
    const { level, msg, err } = JSON.parse(line) as { level?: number; msg?: string; err?: { message?: string; stack?: string } };
    if ((level ?? 0) < 40) return undefined;
    return [`${name.padEnd(6)} ${(level ?? 0) >= 50 ? 'error' : 'warn'}: ${msg ?? ''}`, err?.message, err?.stack]
      .filter(Boolean)
      .join('\n       ');
  } catch {
    return `${name.padEnd(6)} ${line}`;
  }
}

/**
 * Runs API, worker and SPA from their sources, each in a process of its own that begins anew when a file it uses changes; Postgres and
 * inbox stay up meanwhile. The SPA's dev server passes /api on to the API.
 */
export async function startDevelopment(options: {
  supervisor: Supervisor;
  terminal: Terminal;
  config: ReadyConfig;
  logFile: { path: string; write(line: string): void };
  codes: [string, string][];
}): Promise<void> {
  const { supervisor, terminal, config, logFile, codes } = options;
  const env: Record<string, string | undefined> = {
    ...process.env,
    DATABASE_URL: config.databaseUrl,
    SMTP_URL: config.smtpUrl,
    SECRET: config.secret,
    BOUNCE_ADDRESS: config.bounceAddress,
    BOUNCE_SMTP_PORT: config.bounceSmtpPort === undefined ? undefined : String(config.bounceSmtpPort),
    DATA_DIR: config.dataDir,
    PORT: String(config.port),
    HOST: config.host,
    API_URL: `http://127.0.0.1:${config.port}`,
  };

  const watched = (name: string, args: string[], cwd: string, onLine?: (line: string) => void) =>
    supervisor.start(name, () => {
      const child = runOnLeash(process.execPath, args, { output: 'pipe', cwd, env, signal: 'TERM' });
      for (const stream of child.outputs) {
        createInterface({ input: stream }).on('line', (line) => {
          if (line.startsWith('{')) logFile.write(`${line}\n`);
          const readable = readableLine(name, line);
          if (onLine) onLine(line);
          else if (readable) terminal.say(readable);
        });
      }
      let isAsked = false;
      void child.ended.then((exit) => {
        if (!isAsked) void supervisor.fail(`The ${name} process has ended by itself (${exit}).`);
      });
      return {
        stop: async () => {
          isAsked = true;
          child.release();
          await child.ended;
        },
      };
    });

  const tsx = [at('node_modules/tsx/dist/cli.mjs'), 'watch', '--clear-screen=false', '--conditions=development'];
  await watched('worker', [...tsx, at('apps/worker/src/main.ts')], at('apps/worker'));
  await watched('api', [...tsx, at('apps/api/src/main.ts')], at('apps/api'));
  const address = new Promise<string>((resolve) => {
    void watched('web', [at('apps/web/node_modules/vite/bin/vite.js'), '--clearScreen', 'false'], at('apps/web'), (line) => {
      // biome-ignore lint/suspicious/noControlCharactersInRegex: vite colours its address.
      const plain = line.replace(/\x1b\[[0-9;]*m/g, '');
      const found = plain.match(/Local:\s+(\S+)/)?.[1];
      if (found) resolve(found);
      else if (/error|warn/i.test(plain)) terminal.say(`web    ${plain}`);
    });
  });
  const web = await address;
  terminal.say('');
  terminal.table([
    ['Portal', web],
    ['API', `http://localhost:${config.port}`],
    ...(config.inboxUrl ? [['Inbox', config.inboxUrl] as [string, string]] : []),
    ...codes,
    ['Log', logFile.path],
  ]);
  terminal.say('\n  API, worker and SPA reload on changes. Ctrl-C stops everything.');
}

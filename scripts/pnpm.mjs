// The pinned pnpm, without anything to install first: through npx, at the version that package.json names.
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';

const { packageManager } = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8'));

/** No reports to anybody about who runs this; no questions that nobody is there to answer. */
const SETTINGS = {
  DO_NOT_TRACK: '1',
  TURBO_TELEMETRY_DISABLED: '1',
  SCARF_ANALYTICS: 'false',
  NPM_CONFIG_UPDATE_NOTIFIER: 'false',
  pnpm_config_confirm_modules_purge: 'false',
};

/** process.env with the pinned pnpm and the tools in node_modules/.bin on PATH: turbo looks for pnpm there. */
export function environment() {
  const env = { ...process.env, ...SETTINGS };
  if (process.env.npm_config_user_agent?.startsWith(packageManager.replace('@', '/'))) return env;
  const npx = spawnSync('npx', ['--yes', '--prefer-offline', `--package=${packageManager}`, '--', 'node', '-p', 'process.env.PATH'], {
    cwd: new URL('..', import.meta.url),
    env,
    encoding: 'utf8',
    shell: process.platform === 'win32',
  });
  const path = npx.stdout?.trim().split('\n').at(-1);
  if (npx.status !== 0 || !path) throw new Error(`${packageManager} could not be fetched through npx: ${npx.stderr || npx.error?.message}`);
  return { ...env, PATH: path };
}

import { migrate, openDatabase } from '@clientele/db';
import { prepareQueues } from '@clientele/queue';
import { ConfigError, createLogger, createShutdown, loadConfig, type ReadyConfig, requireScaled, stopOnSignals } from '@clientele/runtime';
import { createCloudHosts, presentSetUpCode } from '@clientele/services';
import { startApi } from './index.ts';

/**
 * One API process of a scaled installation. `main.js migrate` brings the database up to date and ends;
 * `main.js set-up-code` prints the one-time code with which the first partner, or one more, is set up, and where.
 */
async function main(): Promise<void> {
  const config = requireScaled(loadConfig(process.env));
  const command = process.argv[2];
  if (command === 'migrate') {
    await migrate(config.databaseUrl);
    await prepareQueues(config);
    return;
  }
  if (command === 'set-up-code') {
    const db = openDatabase({ url: config.databaseUrl, role: 'clientele_api', connections: 1 });
    for (const { secret, publicUrl } of hostsOf(config)) console.log(`${await presentSetUpCode(db, secret)}\n${publicUrl}/setup`);
    await db.close();
    return;
  }
  const logger = createLogger({ level: config.logLevel, name: 'api' });
  const shutdown = createShutdown(logger);
  stopOnSignals(shutdown);
  const api = await startApi({ config, logger });
  shutdown.add('api', api.stop);
}

const hostsOf = (config: ReadyConfig) => {
  const hosts = createCloudHosts(config);
  return hosts.served.map(hosts.of);
};

main().catch((error: unknown) => {
  console.error(
    error instanceof ConfigError ? `The configuration has mistakes:\n${error.problems.map((problem) => `  ${problem}`).join('\n')}` : error,
  );
  process.exit(1);
});

import { ConfigError, createLogger, createShutdown, loadConfig, requireScaled, stopOnSignals } from '@clientele/runtime';
import { startWorker } from './index.ts';
import { runVerifyLog } from './verify-log.ts';

/** One worker process of a scaled installation. `main.js verify-log` looks through the activity logs, says what it found and ends. */
async function main(): Promise<void> {
  const config = requireScaled(loadConfig(process.env));
  if (process.argv[2] === 'verify-log') {
    process.exitCode = await runVerifyLog(config, process.argv.slice(3), console.log);
    return;
  }
  const logger = createLogger({ level: config.logLevel, name: 'worker' });
  const shutdown = createShutdown(logger, { partDeadlineMs: 25_000 });
  stopOnSignals(shutdown);
  const worker = await startWorker({ config, logger });
  shutdown.add('worker', worker.stop);
}

main().catch((error: unknown) => {
  console.error(
    error instanceof ConfigError ? `The configuration has mistakes:\n${error.problems.map((problem) => `  ${problem}`).join('\n')}` : error,
  );
  process.exit(1);
});

import { createLogger, createShutdown, loadConfig, requireScaled, stopOnSignals } from '@clientele/runtime';
import { startWorker } from '../index.ts';
import { type Pace, usualPace } from '../pace.ts';

/** What main.ts does, at the pace that the test gives as JSON. */
async function main(): Promise<void> {
  const pace: Pace = { ...usualPace, ...(JSON.parse(process.argv[2] ?? '{}') as Partial<Pace>) };
  const config = requireScaled(loadConfig(process.env));
  const logger = createLogger({ level: config.logLevel, name: 'worker' });
  const shutdown = createShutdown(logger, { partDeadlineMs: 25_000 });
  stopOnSignals(shutdown);
  const worker = await startWorker({ config, logger, pace });
  shutdown.add('worker', worker.stop);
}

main().catch((error: unknown) => {
  console.error(error);
  process.exit(1);
});

import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import {
  accounts,
  createChangePublisher,
  listenToChanges,
  openDatabase,
  requireDatabase,
  sessions,
  users,
  verifications,
} from '@clientele/db';
import { createProducer, createRelay } from '@clientele/queue';
import { createShutdown, type Logger, type ReadyConfig } from '@clientele/runtime';
import { createApp } from './app.ts';
import { createHttpServer, type Patience, patience as usualPatience } from './http-server.ts';

export { createApp } from './app.ts';

export interface ApiProcess {
  url: string;
  /** Takes no new requests, finishes the running ones, and closes everything. */
  stop(): Promise<void>;
}

/** Starts the API: the portal's HTTP, from the database up. The database must be migrated. */
export async function startApi({
  config,
  logger,
  patience = usualPatience,
}: {
  config: ReadyConfig;
  logger: Logger;
  patience?: Patience;
}): Promise<ApiProcess> {
  const shutdown = createShutdown(logger);
  try {
    const db = openDatabase({ url: config.databaseUrl, role: 'clientele_api', connections: config.databaseConnections });
    shutdown.add('database', db.close);
    await requireDatabase(db);
    const producer = createProducer({ ...config, role: 'clientele_api' });
    shutdown.add('queue', () => producer.close());
    await producer.ready();
    const relay = createRelay({
      databaseUrl: config.databaseUrl,
      producer,
      onUnknown: (type) => logger.warn({ type }, 'event of an unknown type left for a newer release'),
      onError: (error) => logger.warn({ err: error }, 'queue not reachable; the outbox keeps the events'),
    });
    shutdown.add('relay', () => relay.close());
    const publisher = createChangePublisher(db);
    shutdown.add('publisher', () => publisher.close());
    const webDist = config.webDist ?? fileURLToPath(new URL('../../web/dist', import.meta.url));
    const { app, live, elsewhere, keyCalls } = createApp({
      config,
      logger,
      db,
      authTables: { user: users, session: sessions, account: accounts, verification: verifications },
      listen: listenToChanges,
      producer,
      relay,
      publisher,
      webDist: existsSync(webDist) ? webDist : undefined,
      patience,
    });
    shutdown.add('notes of refused ids', () => elsewhere.stop());
    shutdown.add('notes of calls with keys', () => keyCalls.stop());
    await live.start();

    const server = createHttpServer(app, patience);
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject);
      server.listen(config.port, config.host, resolve);
    });
    shutdown.add('http', async () => {
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      // One that is busy now is idle in a moment, and would be kept for a minute.
      const closing = setInterval(() => server.closeIdleConnections(), 20);
      await closed.finally(() => clearInterval(closing));
    });
    shutdown.add('live channel', () => live.close());
    const address = server.address();
    const port = typeof address === 'object' && address ? address.port : config.port;
    logger.info({ port }, 'api is listening');
    return { url: `http://localhost:${port}`, stop: () => shutdown.run() };
  } catch (error) {
    await shutdown.run();
    throw error;
  }
}

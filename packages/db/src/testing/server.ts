import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type RunningPostgres, startPostgres } from '../../../../apps/standalone/src/postgres.ts';
import { prepareQueues } from '../../../queue/src/backend.ts';
import { steadyPort } from '../../../queue/src/testing/redis.ts';
import { migrate } from '../migrate.ts';

export interface TestServer {
  /** Its database `clientele`, migrated; to clone with `createTestDatabase`. */
  url: string;
  /** On the same port and data as before. */
  start(): Promise<void>;
  stop(): Promise<void>;
  /** Stops it for good. */
  remove(): Promise<void>;
}

/** A Postgres server of a test's own, to stop in the middle of things. */
export async function createTestServer(): Promise<TestServer> {
  const dataDir = mkdtempSync(join(tmpdir(), 'clientele-test-'));
  const port = await steadyPort();
  let server: RunningPostgres | undefined;
  const start = async () => {
    server ??= await startPostgres({ dataDir, port, log: () => {} });
    return server.url;
  };
  const stop = async () => {
    await server?.stop();
    server = undefined;
  };
  const url = await start();
  await migrate(url);
  await prepareQueues({ databaseUrl: url });
  return {
    url,
    start: async () => void (await start()),
    stop,
    async remove() {
      await stop();
      rmSync(dataDir, { recursive: true, force: true });
    },
  };
}

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import postgres from 'postgres';
import type { TestProject } from 'vitest/node';
import { startPostgres } from '../../../../apps/standalone/src/postgres.ts';
import { prepareQueues } from '../../../queue/src/backend.ts';
import { migrate } from '../migrate.ts';
import type {} from './database.ts';

/** One Postgres for the run, with connections for many processes, with a migrated template that each test file clones. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const folder = mkdtempSync(join(tmpdir(), 'clientele-test-'));
  const server = await startPostgres({ dataDir: folder, log: () => {}, settings: { max_connections: '300' } });
  const sql = postgres(server.url, { max: 1, onnotice: () => {} });
  await sql`create database template_clientele`;
  await sql.end();
  const template = new URL(server.url);
  template.pathname = '/template_clientele';
  await migrate(template.href);
  await prepareQueues({ databaseUrl: template.href });
  project.provide('postgresUrl', server.url);
  return async () => {
    await server.stop();
    rmSync(folder, { recursive: true, force: true });
  };
}

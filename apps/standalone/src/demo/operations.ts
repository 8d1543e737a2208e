import { type Context, type Database, openDatabase } from '@clientele/db';
import { pauseOperation, runOperation, startBulk } from '@clientele/services';

const list = { sort: 'company', order: 'asc' } as const;

/**
 * Work over many customers: one that will be done, one of which rows fail (relationships that have ended), an export, and one that is
 * paused half way. But for the last the worker does them once it runs.
 */
export async function addBulkWork(ctx: () => Context, databaseUrl: string): Promise<void> {
  await startBulk(ctx(), {
    action: 'tag',
    tags: ['key account'],
    selection: { filters: { ...list, relationship: 'live', country: 'DE' } },
  });
  await startBulk(ctx(), { action: 'tag', tags: ['reviewed'], selection: { filters: { ...list, relationship: 'all', country: 'JP' } } });
  await startBulk(ctx(), { action: 'export', selection: { filters: { ...list, relationship: 'ended' } } });
  const { id } = await startBulk(ctx(), {
    action: 'tag',
    tags: ['renewal 2027'],
    selection: { filters: { ...list, relationship: 'live' } },
  });
  const db = openDatabase({ url: databaseUrl, role: 'clientele_worker', connections: 2 });
  try {
    await runHalfWay(ctx, db, id);
  } finally {
    await db.close();
  }
}

async function runHalfWay(ctx: () => Context, db: Database, operationId: string): Promise<void> {
  let pausing: Promise<unknown> | undefined;
  await runOperation({ ...ctx(), db }, operationId, {
    owner: 'demo',
    clock: () => new Date(),
    progress: (_id, isChunk = false) => {
      if (isChunk) pausing ??= pauseOperation(ctx(), operationId);
    },
  });
  await pausing;
}
